/* toasts: the stack of this page: fed by the stream, told in words by ui/toasts. */
import { signal } from '@preact/signals';
import { daemonNow, lead } from '../link/client.ts';
import type { NamedEvent } from '../link/protocol.ts';
import { quieted } from '../model/subject.ts';
import type { LogEvent } from '../model/types.ts';
import { page, path } from '../router.ts';
import { alerts, snapshots, watchAlerts } from './alerts.ts';
import { feed, feedTake } from './feed.ts';
import { preferences } from './preferences.ts';
import { ring } from './ring.ts';
import { myName } from './session.ts';
import { ToastStack, type Shown, type ToastAction } from './toast_stack.ts';

const tickMsec = 250;

const stack = new ToastStack();
export const toasts = signal<Shown[]>([]);
export const paused = signal(false); /* hovered, or the focus is in it */

function publish(): void {
	if (toasts.value !== stack.list)
		toasts.value = stack.list;
}

setInterval(() => {
	if (!paused.value && !document.hidden && stack.pass(tickMsec))
		publish();
}, tickMsec);

/* Who looks at the alert's own page needs no toast of it. */
function onScreen(ids: string[]): boolean {
	return !document.hidden && page.value === 'alerts' && ids.length === 1 && path.value[1] === ids[0];
}

function take(event: LogEvent): void {
	const toast = event.toast!;
	if (event.seq <= feed.value.seenSeq && feed.value.entries.some((entry) => entry.seq === event.seq && entry.seq <= feed.value.readSeq))
		return;
	if (toast.type !== 'resolved' && onScreen(toast.alerts))
		return;
	if (stack.add(toast, daemonNow(), preferences.value.toasts) && !toast.type.endsWith('resolved') && lead.value)
		ring(toast);
}

export function toastsEvents(events: NamedEvent[]): void {
	const list = events.filter(({ name, event }) => name === 'toast' && event.toast).map(({ event }) => event);
	list.forEach(take);
	feedTake(list, events[events.length - 1]?.event.seq ?? 0);
	publish();
}

/* A toast stays for the sake of what is open, what nobody has, and what nothing explains or silences. */
function needed(id: string): boolean {
	const alert = alerts.get(id);
	return alert !== undefined && !alert.acknowledged && !quieted(alert);
}

/* words: how "Acknowledged by …" is said; handed in, because this file speaks no language. */
export function startToasts(words: (by: string) => string): void {
	watchAlerts((event) => {
		const alert = event.alert!;
		if (event.kind === 'ack' && alert.acknowledged)
			stack.acknowledged(alert.id, (id) => Boolean(alerts.get(id)?.acknowledged), alert.acknowledged.by === myName.value ? null : words(alert.acknowledged.by));
		else if (quieted(alert) || (alert.ended_at && alert.suppressed.length))
			stack.ended(needed);
		publish();
	});
	snapshots.subscribe(() => { /* what happened in a gap came as no event */
		stack.ended(needed);
		publish();
	});
}

export function say(key: string, title: string, body: string | null = null, action: ToastAction | null = null): void {
	stack.say(key, 'mine', title, body, daemonNow(), action);
	publish();
}

export function sayFailed(key: string, title: string, problem: unknown): void {
	stack.say(key, 'failed', title, problem instanceof Error ? problem.message : String(problem), daemonNow());
	publish();
}

export function closeToast(key: string): void {
	stack.close(key);
	publish();
}

/* An alert somebody took or that is over needs no toast any more. */
export function closeToastsOf(ids: string[]): void {
	for (const one of stack.list)
		if ((one.kind === 'fired' || one.kind === 'acknowledged') && one.alerts.length && one.alerts.every((id) => ids.includes(id)))
			stack.close(one.key);
	publish();
}

export function closeAllToasts(): void {
	stack.closeAll();
	publish();
}
