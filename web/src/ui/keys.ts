/* keys: single-key shortcuts. The page's own come first, then the frame's; none while somebody types, none over a
 * dialog (Escape is the dialog's own), none with a modifier, all off by a preference (WCAG 2.1.4). "g" waits for a second key. */
import { useEffect } from 'preact/hooks';
import { preferences } from '../state/preferences.ts';

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const maps: KeyMap[] = [];
let chord = '', chordTimer = 0;
const chordMsec = 1000;

function typing(target: EventTarget | null): boolean {
	const element = target as HTMLElement;
	return element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && (element as HTMLInputElement).type !== 'checkbox');
}

function nameOf(event: KeyboardEvent): string {
	return event.altKey ? `Alt+${event.key.toLowerCase()}` : event.key;
}

function handle(event: KeyboardEvent): void {
	if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing || document.querySelector('dialog[open]'))
		return;
	const name = chord + nameOf(event), always = event.altKey || event.key === 'Escape';
	if (!always && (!preferences.value.keys || typing(event.target)))
		return;
	clearTimeout(chordTimer);
	chord = '';
	const run = [...maps].reverse().find((map) => map[name])?.[name];
	if (run) {
		event.preventDefault();
		run(event);
	} else if (event.key === 'g') {
		chord = 'g ';
		chordTimer = window.setTimeout(() => { chord = ''; }, chordMsec);
	}
}

export function startKeys(): void {
	document.addEventListener('keydown', handle);
}

/* While the component is there; later ones win, and the frame's come last. */
export function useKeys(map: KeyMap, frame = false): void {
	useEffect(() => {
		frame ? maps.unshift(map) : maps.push(map);
		return () => { maps.splice(maps.indexOf(map), 1); };
	});
}
