/* timeline: an alert's log as entries for people: a transition, a person's act, and the messages each caused or did not. Pure. */
import type { AlertDetail, LogEvent, Notification, Severity } from '../../model/types.ts';
import { instant } from '../../model/time.ts';

export type EntryKind = 'state' | 'people' | 'messages';

/* A channel that was not told, for the time being or for good, and why. */
export interface Untold {
	integration: string;
	receiver: string;
	recipient: null;
	state: 'held' | 'not_sent';
	reason: string;
}

export interface Entry {
	key: string;
	kind: EntryKind;
	at: number;
	event: LogEvent;
	severity: Severity;
	messages: Notification[];
	untold: Untold[];
	since: number | null; /* msec since the entry before it of its kind */
}

const people = new Set(['ack', 'unack', 'comment']);

function kindOf(event: LogEvent): EntryKind | null {
	if (event.kind === 'transition')
		return 'state';
	return people.has(event.kind) ? 'people' : null;
}

function untoldOf({ kind, state, integration, receiver, reason }: LogEvent): Untold | null {
	if (kind !== 'notification' || (state !== 'held' && state !== 'not_sent'))
		return null;
	return { integration: String(integration), receiver: String(receiver), recipient: null, state, reason: reason ?? '' };
}

/* A message belongs to the last transition (or act of a person) before it was made. */
function attach(entries: Entry[], list: Notification[]): void {
	for (const message of list) {
		const made = instant(message.created_at) ?? 0;
		const cause = [...entries].reverse().find((entry) => entry.at <= made + 50);
		(cause ?? entries[0])?.messages.push(message);
	}
}

/* Newest first. */
export function entriesOf(alert: AlertDetail): Entry[] {
	const entries: Entry[] = [], last: Partial<Record<EntryKind, number>> = {};
	let severity: Severity = 'none';
	const started = instant(alert.pending_since);
	if (started !== null && alert.pending_since !== alert.started_at)
		entries.push({ key: 'pending', kind: 'state', at: started, event: { seq: 0, at: alert.pending_since!, kind: 'transition', episode: alert.id, by: null, transition: 'pending', reason: 'raised' }, severity: 'warning', messages: [], untold: [], since: null });
	for (const event of [...alert.timeline].sort((a, b) => a.seq - b.seq)) {
		const kind = kindOf(event), at = instant(event.at), untold = untoldOf(event);
		if (untold)
			entries.at(-1)?.untold.push(untold);
		if (!kind || at === null)
			continue;
		severity = (event.severity as Severity | undefined) ?? (severity === 'none' ? alert.severity : severity);
		const before = kind === 'state' ? last.state : last.state ?? last.people;
		entries.push({ key: String(event.seq), kind, at, event, severity, messages: [], untold: [], since: before === undefined ? null : at - before });
		last[kind] = at;
	}
	attach(entries, [...alert.notifications].sort((a, b) => (a.created_at < b.created_at ? -1 : 1)));
	return entries.reverse();
}

export interface Band {
	kind: 'pending' | 'firing' | 'recovering' | 'no_data' | 'acknowledged';
	severity: Severity;
	from: number;
	to: number;
}

const bandKinds: Record<string, Band['kind'] | null> = {
	pending: 'pending', opened: 'firing', worse: 'firing', better: 'firing', relapsed: 'firing', recovering: 'recovering',
	no_data: 'no_data', data_back: 'firing', resolved: null, dropped: null,
};

/* The state band and, in a lane of its own, who had it; to = the end, or now. */
export function bandsOf(entries: Entry[], until: number): { states: Band[]; acks: Band[] } {
	const states: Band[] = [], acks: Band[] = [];
	let ack: Band | null = null;
	for (const { event, at, severity } of [...entries].reverse()) {
		const open = states[states.length - 1];
		if (event.kind === 'transition' && event.transition! in bandKinds) {
			const kind = bandKinds[event.transition!]!;
			if (open && open.to > at)
				open.to = at;
			if (kind)
				states.push({ kind: event.transition === 'opened' && event.state === 'no_data' ? 'no_data' : kind, severity, from: at, to: until });
		}
		if (event.kind === 'ack' && !ack)
			acks.push(ack = { kind: 'acknowledged', severity: 'none', from: at, to: until });
		else if (event.kind === 'unack' && ack) {
			ack.to = at;
			ack = null;
		}
	}
	return { states, acks };
}
