/* session: who looks at the page and what that person may press. */
import { computed, signal } from '@preact/signals';
import { change, get } from '../api/client.ts';
import type { Role, Session } from '../model/types.ts';
import { preferences } from './preferences.ts';

export const session = signal<Session | null>(null);

export async function loadSession(): Promise<void> {
	session.value = await get<Session>('api/v1/session');
}

export async function signIn(token: string): Promise<void> {
	session.value = await change<Session>('POST', 'api/v1/session', { token });
}

export async function signOut(): Promise<void> {
	session.value = await change<Session>('DELETE', 'api/v1/session');
}

const ranks: Role[] = ['none', 'viewer', 'responder', 'admin'];

export function may(role: Role): boolean {
	const mine = session.value?.role ?? 'none';
	return ranks.indexOf(mine) >= ranks.indexOf(role);
}

/* Tokens are configured and none is ours. */
export const mustSignIn = computed(() => session.value !== null && session.value.tokens && !may('viewer'));

/* How this person's acknowledgements are signed. */
export const myName = computed(() => (session.value?.tokens ? session.value.name : preferences.value.name) || null);

/* For the body of a command: the name goes along only where no token says it. */
export function by(): { by?: string } {
	return session.value?.tokens || !preferences.value.name ? {} : { by: preferences.value.name };
}
