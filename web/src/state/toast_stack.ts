/* toast_stack: which toasts are up, for how long, and what is held back. Pure: time and events come from outside, so
 * that a test can play a night in a moment. The policy:
 *   critical stays until it is acknowledged, resolved or closed · a warning 12 s · an end replaces its own toast, 6 s
 *   somebody's acknowledgement changes the toast in place, 4 s · the outcome of what I did 8 s, with Undo
 *   at most 4 new ones in 10 s, what comes beyond is one line · nothing that is older than 60 s when it comes */
import type { Severity, Toast } from '../model/types.ts';

export type ToastKind = 'fired' | 'ended' | 'acknowledged' | 'mine' | 'failed' | 'summary';

export interface ToastAction {
	label: string;
	run: () => void;
}

export interface Shown {
	key: string; /* the incident, or what it is about */
	kind: ToastKind;
	severity: Severity;
	toast: Toast | null; /* what the daemon said; null for our own */
	alerts: string[];
	title: string | null; /* our own words */
	body: string | null;
	action: ToastAction | null;
	left: number | null; /* msec; null = stays */
	at: number;
	count: number; /* of a summary: how many it stands for */
}

const lives: Record<ToastKind, number> = { fired: 12_000, ended: 6_000, acknowledged: 4_000, mine: 8_000, failed: 12_000, summary: 12_000 };
const bucketSize = 4, bucketMsec = 10_000, oldMsec = 60_000;

export const visibleMax = 3;

export type Loudness = 'all' | 'critical' | 'off';

export class ToastStack {
	list: Shown[] = [];
	private tokens = bucketSize;
	private filledAt = 0;

	/* A toast of the daemon's feed. now = the daemon's clock. Returns whether it is new to the eye. */
	add(toast: Toast, now: number, loudness: Loudness): boolean {
		const own = this.list.find((one) => one.key === toast.incident && one.kind !== 'mine');
		if (toast.type === 'resolved')
			return own ? this.replace(own, { ...own, kind: 'ended', toast, left: lives.ended, at: now }) : this.fresh(toast, 'ended', now, loudness);
		if (toast.type === 'part_resolved' && !own)
			return false; /* of what somebody closed, a part is over: no news */
		if (own && (own.kind === 'fired' || own.kind === 'acknowledged'))
			return this.replace(own, this.make(toast, 'fired', now));
		return this.fresh(toast, 'fired', now, loudness);
	}

	private fresh(toast: Toast, kind: ToastKind, now: number, loudness: Loudness): boolean {
		const wanted = loudness === 'all' || (loudness === 'critical' && toast.severity === 'critical');
		const quiet = toast.severity === 'info' || toast.severity === 'none';
		if (!wanted || quiet || now - Date.parse(toast.at) > oldMsec)
			return false;
		if (!this.takeToken(now)) {
			if (kind === 'fired')
				this.summarize(toast, now);
			return false;
		}
		this.list = [...this.list, this.make(toast, kind, now)];
		return true;
	}

	private make(toast: Toast, kind: ToastKind, now: number): Shown {
		const stays = kind === 'fired' && toast.severity === 'critical';
		return { key: toast.incident, kind, severity: toast.severity, toast, alerts: toast.alerts, title: null, body: null, action: null, left: stays ? null : lives[kind], at: now, count: 1 };
	}

	private takeToken(now: number): boolean {
		const gained = ((now - this.filledAt) / bucketMsec) * bucketSize;
		this.tokens = Math.min(bucketSize, this.tokens + Math.max(0, gained));
		this.filledAt = now;
		if (this.tokens < 1)
			return false;
		this.tokens--;
		return true;
	}

	private summarize(toast: Toast, now: number): void {
		const one = this.list.find((shown) => shown.kind === 'summary');
		const severity = one?.severity === 'critical' || toast.severity === 'critical' ? 'critical' : toast.severity;
		const next: Shown = { key: 'summary', kind: 'summary', severity, toast: null, alerts: [], title: null, body: null, action: null, left: severity === 'critical' ? null : lives.summary, at: now, count: (one?.count ?? 0) + 1 };
		if (one)
			this.replace(one, next);
		else
			this.list = [...this.list, next];
	}

	private replace(old: Shown, next: Shown): boolean {
		this.list = this.list.map((one) => (one === old ? next : one));
		return true;
	}

	/* Words of our own: the outcome of an action, a failure. */
	say(key: string, kind: 'mine' | 'failed', title: string, body: string | null, now: number, action: ToastAction | null = null): void {
		this.close(key);
		const severity = kind === 'failed' ? 'warning' : 'none';
		this.list = [...this.list, { key, kind, severity, toast: null, alerts: [], title, body, action, left: lives[kind], at: now, count: 1 }];
	}

	/* Every alert of the toast has somebody now; without a title it was me, perhaps in another tab. */
	acknowledged(alert: string, covered: (id: string) => boolean, title: string | null): void {
		for (const one of this.list)
			if (one.kind === 'fired' && one.alerts.includes(alert) && one.alerts.every(covered))
				title === null ? this.close(one.key) : this.replace(one, { ...one, kind: 'acknowledged', title, left: lives.acknowledged });
	}

	/* Nothing of it needs anybody any more, and no word of its end came (it was silenced, its receiver went, or it was in a gap). */
	ended(needed: (id: string) => boolean): void {
		this.list = this.list.filter((one) => one.kind !== 'fired' || !one.alerts.length || one.alerts.some(needed));
	}

	close(key: string): void {
		this.list = this.list.filter((one) => one.key !== key);
	}

	closeAll(): void {
		this.list = [];
	}

	/* msec went by; not called while somebody hovers, has the focus in it, or does not see the page. */
	pass(msec: number): boolean {
		if (!this.list.some((one) => one.left !== null))
			return false;
		this.list = this.list.map((one) => (one.left === null ? one : { ...one, left: one.left - msec })).filter((one) => one.left === null || one.left > 0);
		return true;
	}
}

/* What is on the screen: the heaviest first in line for a place, newest nearest to the edge; the rest is a number.
 * Where there is room for one, a critical alert that can be taken comes before the summary of others. */
export function visible(list: Shown[], max: number): { up: Shown[]; more: Shown[] } {
	const weight = (one: Shown) => (one.kind === 'mine' || one.kind === 'failed' ? 3 : one.severity === 'critical' && (one.kind === 'fired' || (one.kind === 'summary' && max > 1)) ? 2 : 1);
	const chosen = new Set([...list].sort((a, b) => weight(b) - weight(a) || b.at - a.at).slice(0, max));
	return { up: list.filter((one) => chosen.has(one)), more: list.filter((one) => !chosen.has(one)) };
}
