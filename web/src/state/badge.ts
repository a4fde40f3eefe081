/* badge: the tab's title and icon say how many critical alerts nobody has, in every tab, seen or not. */
import { effect, signal } from '@preact/signals';
import { openCounts } from './alerts.ts';
import { believable } from './freshness.ts';

export const title = signal('');

function icon(colour: string, dot: string | null): string {
	const mark = dot ? `<circle cx="12" cy="4" r="4" fill="${dot}"/>` : '';
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="${colour}"><path d="M8 1.2c1.9 0 3.1 1.5 3.4 4.1.3 2.7.8 4 2.3 5.2H2.3c1.5-1.2 2-2.5 2.3-5.2C4.9 2.7 6.1 1.2 8 1.2z"/><path d="M.75 11.5h14.5V13H.75z"/><circle cx="8" cy="14.6" r="1.4"/></g>${mark}</svg>`;
	return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

export function startBadge(): void {
	const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')!;
	effect(() => {
		const { unacknowledged } = openCounts.value;
		const count = !believable.value ? '(?) ' : unacknowledged ? `(${unacknowledged}!) ` : '';
		document.title = `${count}${title.value ? `${title.value} · ` : ''}Tocsin`;
		link.href = icon(believable.value ? '#7a5cd6' : '#82828d', believable.value && unacknowledged ? '#c40d2a' : null);
	});
}
