/* subject: what an alert is about, in words: its object, its part, its place, and the fact. */
import type { Alert, Severity } from './types.ts';

/* Names come from people: "constructor" is a label like any other, absent where nobody set it. */
export function labelOf(labels: Record<string, string>, name: string): string {
	return Object.hasOwn(labels, name) ? labels[name]! : '';
}

const objects = ['connector', 'worker', 'group', 'topic', 'instance', 'job'];

export function objectOf(labels: Record<string, string>): string {
	for (const name of objects)
		if (labels[name])
			return labels[name];
	return labels.alertname ?? '';
}

export function placeOf(labels: Record<string, string>): string {
	return labels.cluster ?? '';
}

/* The first line of a failed task's trace; what else was known of it otherwise. */
export function causeOf(alert: Pick<Alert, 'annotations' | 'fact' | 'topic'>): string {
	const trace = alert.annotations.trace;
	const line = trace ? rootCause(trace) : alert.annotations.summary ?? alert.fact ?? alert.topic;
	return line.split('\n', 1)[0]!;
}

/* What is wrong, for who sees object, number and limit beside it; a state is a word of its own. */
export function detailOf(alert: Pick<Alert, 'annotations' | 'fact' | 'topic' | 'unit'>): string {
	if (alert.annotations.trace || alert.annotations.summary || alert.unit === 'none')
		return causeOf(alert);
	return alert.unit === 'state' ? '' : alert.topic;
}

/* "PSQLException: ERROR: deadlock detected": the deepest cause, its class without the package. */
export function rootCause(trace: string): string {
	const lines = trace.split('\n');
	const deepest = lines.filter((line) => line.startsWith('Caused by: ')).pop()?.slice(11) ?? lines[0] ?? '';
	return shortClass(deepest);
}

export function shortClass(line: string): string {
	return line.replace(/^(?:[a-z_][\w]*\.)+([A-Z][\w$]*)/, '$1');
}

/* Heaviest first; within one severity what nobody has, what is held back, what recovers and what is pending last; then the newest. */
export const rank: Record<Severity, number> = { critical: 3, warning: 2, info: 1, none: 0 };

function waits(alert: Alert): number {
	return Number(Boolean(alert.acknowledged) || heldBack(alert).length > 0) + 2 * Number(alert.state === 'recovering') + 4 * Number(alert.state === 'pending');
}

export function heaviestFirst(a: Alert, b: Alert): number {
	return rank[b.severity] - rank[a.severity] || waits(a) - waits(b) || (a.started_at < b.started_at ? 1 : a.started_at > b.started_at ? -1 : a.id < b.id ? 1 : -1);
}

/* The stages that hold it back from people; that somebody has it is told elsewhere. */
export function heldBack(alert: Pick<Alert, 'suppressed'>): string[] {
	return alert.suppressed.filter((stage) => stage !== 'acknowledged');
}

/* Whether nobody is to hear of it: by a silence, a mute time, or another alert that explains it. Settling passes by itself. */
export function quieted(alert: Pick<Alert, 'suppressed'>): boolean {
	return heldBack(alert).some((stage) => stage !== 'settling');
}

/* Red ground means: critical, firing, and nobody has it nor holds it back. */
export function nobodyHas(alert: Pick<Alert, 'severity' | 'state' | 'acknowledged' | 'suppressed'>): boolean {
	return alert.severity === 'critical' && (alert.state === 'firing' || alert.state === 'no_data') && !alert.acknowledged && !heldBack(alert).length;
}
