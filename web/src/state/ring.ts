/* ring: sound and desktop notifications, by the one tab that leads. Both are off until somebody turns them on. */
import { signal } from '@preact/signals';
import type { Severity, Toast } from '../model/types.ts';
import { minute } from '../model/time.ts';
import { go } from '../router.ts';
import { preferences } from './preferences.ts';

const muteMsec = 15 * minute;

export const mutedUntil = signal(0);

export function mute(): void {
	mutedUntil.value = mutedUntil.value > Date.now() ? 0 : Date.now() + muteMsec;
}

let audio: AudioContext | null = null;
const lateMsec = 2_000;

/* Critical: two falling tones; others one soft tone. */
const tunes: Record<string, [hertz: number, at: number][]> = {
	critical: [[880, 0], [660, 0.18], [880, 0.5], [660, 0.68]],
	warning: [[520, 0]],
};

function play(audio: AudioContext, severity: Severity): void {
	for (const [hertz, at] of tunes[severity] ?? tunes.warning!) {
		const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + at;
		tone.frequency.value = hertz;
		volume.gain.setValueAtTime(0.2, start);
		volume.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
		tone.connect(volume).connect(audio.destination);
		tone.start(start);
		tone.stop(start + 0.17);
	}
}

/* Browsers give notifications to secure pages only; on plain http there are none. */
export function desktopPossible(): boolean {
	return isSecureContext && 'Notification' in globalThis && Notification.permission !== 'denied';
}

export async function askForDesktop(): Promise<boolean> {
	return desktopPossible() && (await Notification.requestPermission()) === 'granted';
}

/* A browser may hold sound back until the page was touched once; what is late then is not news. */
export function sound(severity: Severity): void {
	const context = (audio ??= new AudioContext()), asked = Date.now();
	void context.resume().then(() => {
		if (Date.now() - asked < lateMsec)
			play(context, severity);
	});
}

function notify(toast: Toast): void {
	const note = new Notification(toast.title, { body: toast.body, tag: toast.incident, requireInteraction: toast.severity === 'critical' });
	note.onclick = () => {
		focus();
		if (toast.alerts[0])
			go(`alerts/${encodeURIComponent(toast.alerts[0])}`);
		note.close();
	};
}

/* Whoever sees the page needs no notification of the desktop. */
export function ring(toast: Toast): void {
	const { sound: loud, desktop } = preferences.value;
	const muted = mutedUntil.value > Date.now();
	if (!muted && (loud === 'all' || (loud === 'critical' && toast.severity === 'critical')))
		sound(toast.severity);
	if (!desktop || !document.hidden || !desktopPossible() || Notification.permission !== 'granted')
		return;
	try {
		notify(toast);
	} catch {
		/* some phones know them, and let no page make one */
	}
}
