/* arrival: who we are, asked anew when the link comes back to life after nobody was signed in: it may have been in another tab. */
import { effect } from '@preact/signals';
import { signedInAnew, signedOut } from '../api/client.ts';
import { link } from '../link/client.ts';
import type { Phase } from '../link/protocol.ts';
import { follow } from './away.ts';
import { loadSession, mustSignIn, session } from './session.ts';
import { signedOutSeen, wantsSignIn } from './view.ts';

/* Whoever signed in sees all of it. */
export async function arrived(): Promise<void> {
	signedOutSeen.value = signedOut.value;
	signedInAnew();
	await follow();
}

async function ask(waited: boolean): Promise<void> {
	await loadSession();
	if (waited && !mustSignIn.value)
		await arrived();
}

export function startArrivals(): void {
	let before: Phase = 'connecting';
	effect(() => {
		const { phase } = link.value, was = before;
		before = phase;
		if (phase === was || (phase !== 'live' && phase !== 'polling'))
			return;
		const waited = session.peek() === null || wantsSignIn.peek();
		if (waited || was === 'signed_out')
			void ask(waited).catch(() => {}); /* the next time it comes to life */
	});
}
