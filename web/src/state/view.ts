/* view: what lies open over the page. */
import { computed, signal } from '@preact/signals';
import { signedOut } from '../api/client.ts';
import { link } from '../link/client.ts';
import { mustSignIn, session } from './session.ts';

export const feedOpen = signal(false);
export const settingsOpen = signal(false);
export const helpOpen = signal(false);

export interface AckWanted {
	kind: 'ack' | 'comment';
	ids: string[];
	title: string;
}

export const ackDialog = signal<AckWanted | null>(null);

/* How often the daemon had said that nobody is signed in when somebody last signed in. */
export const signedOutSeen = signal(0);

export const wantsSignIn = computed(() => mustSignIn.value || (session.value?.tokens !== false && (signedOut.value > signedOutSeen.value || link.value.phase === 'signed_out')));
