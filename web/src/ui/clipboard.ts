/* clipboard: copying and saving. Plain http pages have no clipboard interface; there the old way serves. */
import { common } from '../i18n/common.ts';
import { say, sayFailed } from '../state/toasts.ts';

function copyOldWay(text: string): boolean {
	const area = document.createElement('textarea');
	area.value = text;
	area.className = 'sr';
	(document.querySelector('dialog[open]') ?? document.body).append(area);
	area.select();
	const done = document.execCommand('copy');
	area.remove();
	return done;
}

async function copy(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyOldWay(text);
	}
}

/* done: what is said once it is copied. */
export async function copySaying(text: string, done: string): Promise<void> {
	if (await copy(text))
		say('copy', done);
	else
		sayFailed('copy', common('copyFailed'), '');
}

export function saveAs(name: string, type: string, text: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([text], { type }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
