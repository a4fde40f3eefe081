/* protocol: what the one link and the tabs say to each other. Everything is plain data (structured clone). */
import type { Heartbeat, LogEvent } from '../model/types.ts';

/* connecting: no answer yet, or trying again · live: the stream runs · polling: behind a proxy that holds the stream
 * back, events are asked for every 10 s · down: not connected · signed_out: the daemon wants a token. */
export type Phase = 'connecting' | 'live' | 'polling' | 'down' | 'signed_out';

export interface LinkState {
	phase: Phase;
	liveAt: number | null; /* when something was last heard, local msec */
	retryAt: number | null; /* when the next try is due */
	skew: number; /* msec to add to the local clock to get the daemon's */
	heartbeat: Heartbeat | null;
}

export interface NamedEvent {
	name: 'alert' | 'toast';
	event: LogEvent;
}

export type ToTab =
	| { kind: 'state'; state: LinkState }
	| { kind: 'from'; epoch: string; seq: number } /* events after seq follow; who knows less asks for a snapshot */
	| { kind: 'events'; epoch: string; events: NamedEvent[] }
	| { kind: 'lead'; lead: boolean }; /* the one tab that rings */

export type ToLink =
	| { kind: 'hello'; base: string; visible: boolean }
	| { kind: 'visible'; visible: boolean }
	| { kind: 'retry' }
	| { kind: 'bye' };
