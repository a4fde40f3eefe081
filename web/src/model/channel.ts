/* channel: a message's way in few words: whom it went to, else the channel's name, else its receiver. Pure. */
import type { Notification } from './types.ts';

const nameless = /^[0-9a-f]{10}$/; /* the daemon then names it by a hash of its target */

export function channelOf(message: Pick<Notification, 'recipient' | 'integration' | 'receiver'>): string {
	const name = message.integration.split('/').at(-1)!;
	return message.recipient || (nameless.test(name) ? message.receiver : name);
}
