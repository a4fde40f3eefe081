/* alerts: the open alerts, as the last snapshot and the events since tell. The map is changed in place; `revision`
 * says that it did, at most once a frame. */
import { computed, signal } from '@preact/signals';
import { ApiError, send } from '../api/client.ts';
import type { NamedEvent } from '../link/protocol.ts';
import { nobodyHas } from '../model/subject.ts';
import type { Alert, List, LogEvent, Severity } from '../model/types.ts';

const pageSize = 1000, endedMax = 200, waitingMax = 5000, againMsec = 3000;

export const alerts = new Map<string, Alert>();

/* The last ones that ended while this page looked, for the words about their end. */
export const ended = new Map<string, Alert>();
export const revision = signal(0);
export const loaded = signal(false);
export const whole = signal(false); /* the map is a snapshot and every event since */
export const snapshots = signal(0);
export const loadError = signal<ApiError | null>(null);
export const clearSince = signal<number | null>(null); /* when the last open alert ended, if this page saw it */

let seq = -1, epoch = '', from: { epoch: string; seq: number } | null = null, loading: AbortController | null = null, waiting: NamedEvent[] = [], frame = 0, again = 0;

type Watcher = (event: LogEvent, before: Alert | undefined) => void;
const watchers: Watcher[] = [];

/* Called for each event of an alert, after the map has it. */
export function watchAlerts(watcher: Watcher): void {
	watchers.push(watcher);
}

function changed(): void {
	if (!frame)
		frame = requestFrame(() => { frame = 0; revision.value++; });
}

/* Hidden tabs have no frames, but their title still counts. */
function requestFrame(run: () => void): number {
	return document.hidden ? window.setTimeout(run, 100) : requestAnimationFrame(run);
}

function remember(alert: Alert): void {
	alerts.delete(alert.id);
	ended.set(alert.id, alert);
	if (ended.size > endedMax)
		ended.delete(ended.keys().next().value!);
}

function apply(event: LogEvent): void {
	seq = Math.max(seq, event.seq);
	const alert = event.alert;
	if (!alert)
		return;
	const before = alerts.get(alert.id);
	if (before && before.version > alert.version)
		return;
	if (alert.ended_at)
		remember(alert);
	else
		alerts.set(alert.id, alert);
	if (!alerts.size && before)
		clearSince.value = Date.parse(alert.ended_at ?? event.at);
	for (const watcher of watchers)
		watcher(event, before);
}

async function fetchAll(signal: AbortSignal): Promise<{ items: Alert[]; seq: number; epoch: string }> {
	const items: Alert[] = [];
	let cursor: string | null = null, first: Headers | null = null;
	do {
		const response = await send('api/v1/alerts', { signal }, { limit: pageSize, cursor: cursor ?? undefined });
		first ??= response.headers;
		const list: List<Alert> = await response.json();
		items.push(...list.items);
		cursor = list.next;
	} while (cursor);
	return { items, seq: Number(first.get('X-Seq')), epoch: first.get('X-Epoch') ?? '' };
}

/* A new snapshot; events that come meanwhile wait for it. One that fails is tried again until it is there. */
export async function loadAlerts(): Promise<void> {
	loading?.abort();
	clearTimeout(again);
	whole.value = false;
	const control = (loading = new AbortController());
	try {
		const snapshot = await fetchAll(control.signal);
		if (loading !== control)
			return;
		loading = null;
		take(snapshot);
	} catch (problem) {
		if (loading !== control)
			return;
		loading = null;
		loadError.value = problem instanceof ApiError ? problem : new ApiError(0, 'page', String(problem));
		if (loadError.value.status !== 401)
			again = window.setTimeout(() => void loadAlerts(), againMsec);
	}
}

function take(snapshot: { items: Alert[]; seq: number; epoch: string }): void {
	alerts.clear();
	for (const alert of snapshot.items)
		alerts.set(alert.id, alert);
	({ seq, epoch } = snapshot);
	whole.value = loaded.value = true;
	loadError.value = clearSince.value = null; /* what was between this one and the last nobody saw */
	const events = waiting;
	waiting = [];
	takeEvents(events);
	snapshots.value++;
	if (lacks())
		void loadAlerts(); /* it was made before the stream began where it did */
}

function takeEvents(events: NamedEvent[]): void {
	for (const { event } of events)
		if (event.seq > seq)
			apply(event);
	changed();
}

/* Where the stream goes on. What lies before it and is not here yet, a snapshot brings. */
export function alertsFrom(newEpoch: string, newSeq: number): void {
	from = { epoch: newEpoch, seq: newSeq };
	if (!loading && lacks())
		void loadAlerts();
}

function lacks(): boolean {
	return from !== null && (from.epoch !== epoch || from.seq > seq);
}

export function alertsEvents(newEpoch: string, events: NamedEvent[]): void {
	if (!whole.value || newEpoch !== epoch)
		waiting = [...waiting, ...events].slice(-waitingMax); /* what is cut the snapshot to come has */
	else
		takeEvents(events);
}

/* An answer of the API that brings a newer version of an alert than the stream has so far. */
export function takeAlert(alert: Alert): void {
	const before = alerts.get(alert.id);
	if (!before || before.version >= alert.version)
		return;
	alerts.set(alert.id, alert);
	changed();
}

export const openCounts = computed(() => {
	revision.value;
	const counts: Record<Severity, number> = { none: 0, info: 0, warning: 0, critical: 0 };
	let unacknowledged = 0;
	for (const alert of alerts.values()) {
		counts[alert.severity]++;
		if (nobodyHas(alert))
			unacknowledged++;
	}
	return { ...counts, unacknowledged };
});
