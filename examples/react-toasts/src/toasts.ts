/* toasts: which toasts are up and for how long. Pure: events and time come from outside.
 *   critical stays until it is acknowledged, resolved, silenced or closed · a warning 12 s · the end replaces its own
 *   toast, 6 s · an acknowledgement changes it in place, 4 s · info makes none
 *   news older than 60 s makes none, but a critical that came while nobody listened does */

export type Severity = 'none' | 'info' | 'warning' | 'critical';

/* What the daemon sends as event `toast`. */
export interface Toast {
	id: string;
	incident: string;
	type: string; /* "firing", "worse", "still", "resolved", … */
	severity: Severity;
	title: string;
	body: string;
	alerts: string[];
	url: string;
	at: string;
}

/* What of the event `alert` matters here. */
export interface AlertEvent {
	kind: string;
	alert?: { id: string; ended_at: string | null; suppressed: string[]; acknowledged: { by: string } | null };
}

export interface Shown {
	key: string; /* the incident: one toast each */
	kind: 'fired' | 'ended' | 'acknowledged' | 'failed';
	severity: Severity;
	title: string;
	body: string;
	url: string;
	alerts: string[]; /* what there is to acknowledge */
	left: number | null; /* msec; null = stays */
}

export type Action =
	| { type: 'toast'; toast: Toast; now: number } /* now: the daemon's clock */
	| { type: 'alert'; event: AlertEvent }
	| { type: 'open'; ids: string[] } /* all that is open and nobody has, after events were missed */
	| { type: 'failed'; key: string; reason: string }
	| { type: 'pass'; msec: number }
	| { type: 'close'; key: string | null }; /* null = all */

const oldMsec = 60_000, most = 100;
const lives = { fired: 12_000, ended: 6_000, acknowledged: 4_000, failed: 12_000 };

export function reduce(list: Shown[], action: Action): Shown[] {
	switch (action.type) {
	case 'toast':
		return takeToast(list, action.toast, action.now);
	case 'alert':
		return takeAlert(list, action.event);
	case 'open':
		return list.filter((one) => one.kind !== 'fired' || one.alerts.some((id) => action.ids.includes(id)));
	case 'failed':
		return [...without(list, `failed ${action.key}`), { key: `failed ${action.key}`, kind: 'failed', severity: 'warning', title: 'Not acknowledged', body: action.reason, url: '', alerts: [], left: lives.failed }];
	case 'pass':
		return list.some((one) => one.left !== null) ? age(list, action.msec) : list;
	case 'close':
		return action.key === null ? [] : without(list, action.key);
	}
}

function without(list: Shown[], key: string): Shown[] {
	return list.filter((one) => one.key !== key);
}

function age(list: Shown[], msec: number): Shown[] {
	return list.map((one) => (one.left === null ? one : { ...one, left: one.left - msec })).filter((one) => one.left === null || one.left > 0);
}

function takeToast(list: Shown[], toast: Toast, now: number): Shown[] {
	const own = list.some((one) => one.key === toast.incident);
	const ended = toast.type === 'resolved', critical = toast.severity === 'critical';
	const late = now - Date.parse(toast.at) > oldMsec;
	if (ended && late)
		return without(list, toast.incident);
	if (!own && (late && !critical || toast.type === 'part_resolved' || (toast.severity !== 'warning' && !critical)))
		return list;
	const kind = ended ? 'ended' : 'fired';
	const left = kind === 'fired' && critical ? null : lives[kind];
	return put(list, { key: toast.incident, kind, severity: toast.severity, title: toast.title, body: toast.body, url: toast.url, alerts: toast.alerts, left });
}

/* In its place if it is up, else last; the oldest goes when there are too many. */
function put(list: Shown[], next: Shown): Shown[] {
	if (list.some((one) => one.key === next.key))
		return list.map((one) => (one.key === next.key ? next : one));
	return [...list, next].slice(-most);
}

function takeAlert(list: Shown[], { kind, alert }: AlertEvent): Shown[] {
	if (!alert || !list.some((one) => one.kind === 'fired' && one.alerts.includes(alert.id)))
		return list;
	const by = kind === 'ack' && alert.acknowledged ? alert.acknowledged.by : null;
	const quiet = alert.suppressed.some((stage) => stage !== 'settling') && kind !== 'ack'; /* settling passes by itself */
	if (by === null && !quiet)
		return list;
	return list.flatMap((one) => (one.kind === 'fired' && one.alerts.includes(alert.id) ? settle(one, alert.id, by) : [one]));
}

/* One alert of it is cared for. With the last the toast says so, or goes when it was silenced. */
function settle(one: Shown, id: string, by: string | null): Shown[] {
	const alerts = one.alerts.filter((other) => other !== id);
	if (alerts.length)
		return [{ ...one, alerts }];
	return by === null ? [] : [{ ...one, alerts, kind: 'acknowledged', body: `Acknowledged by ${by}`, left: lives.acknowledged }];
}

/* At most `max` on the screen: what failed and what is critical first, then the newest. */
export function visible(list: Shown[], max: number): { up: Shown[]; more: number } {
	const weight = (one: Shown) => (one.kind === 'failed' ? 2 : one.left === null ? 1 : 0);
	const chosen = new Set(list.map((one, i) => ({ one, i })).sort((a, b) => weight(b.one) - weight(a.one) || b.i - a.i).slice(0, max).map(({ one }) => one));
	return { up: list.filter((one) => chosen.has(one)), more: Math.max(0, list.length - max) };
}
