/* feed: every toast there was, with what is unread; kept in this browser and shared by its tabs. */
import { computed } from '@preact/signals';
import type { LogEvent, Severity, Toast } from '../model/types.ts';
import { stored } from './stored.ts';

const entriesMax = 200, seenMsec = 1000;

export interface FeedEntry {
	seq: number;
	at: string;
	type: string;
	severity: Severity;
	title: string;
	body: string;
	alert: string | null;
	count: number; /* alerts in it */
}

interface Feed {
	epoch: string;
	entries: FeedEntry[]; /* newest first */
	readSeq: number; /* up to here it was read */
	seenSeq: number; /* up to here this browser followed the daemon */
	seenAt: number; /* when it last did, msec */
}

export const feed = stored<Feed>('tocsin.feed', { epoch: '', entries: [], readSeq: 0, seenSeq: 0, seenAt: 0 });

export const unread = computed(() => feed.value.entries.filter((entry) => entry.seq > feed.value.readSeq).length);

function entry(seq: number, toast: Toast): FeedEntry {
	return { seq, at: toast.at, type: toast.type, severity: toast.severity, title: toast.title, body: toast.body, alert: toast.alerts[0] ?? null, count: toast.alerts.length };
}

/* Numbers of another epoch mean nothing here: the log was lost, so what was kept is old news, and read. */
export function feedEpoch(epoch: string, seq: number): void {
	if (feed.value.epoch === epoch)
		return;
	feed.value = { epoch, entries: [], readSeq: seq, seenSeq: seq, seenAt: Date.now() };
}

/* Without a new entry the place in the log is kept once a second only: it is written to the browser's store each time, by every tab. */
export function feedTake(events: LogEvent[], seq: number): void {
	const known = new Set(feed.value.entries.map((one) => one.seq));
	const fresh = events.filter((event) => event.toast && !known.has(event.seq)).map((event) => entry(event.seq, event.toast!));
	if (!fresh.length && Date.now() - feed.value.seenAt < seenMsec)
		return;
	const entries = fresh.length ? [...fresh, ...feed.value.entries].sort((a, b) => b.seq - a.seq).slice(0, entriesMax) : feed.value.entries;
	feed.value = { ...feed.value, entries, seenSeq: Math.max(seq, feed.value.seenSeq), seenAt: Date.now() };
}

export function feedRead(): void {
	const newest = feed.value.entries[0];
	if (newest && newest.seq > feed.value.readSeq)
		feed.value = { ...feed.value, readSeq: newest.seq };
}
