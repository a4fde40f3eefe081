/* board: the shown alerts as lines: group heads and rows, in order. Pure. */
import { heaviestFirst, labelOf } from '../../model/subject.ts';
import type { Alert, Severity } from '../../model/types.ts';

export interface Group {
	key: string;
	counts: Record<Severity, number>;
	shared: [name: string, value: string][]; /* labels all of them have alike */
	size: number;
}

export type Line = { kind: 'group'; key: string; group: Group } | { kind: 'row'; key: string; id: string; group: Group };

function sharedLabels(list: Alert[], without: string): [string, string][] {
	const first = list[0]!;
	return Object.entries(first.labels).filter(([name, value]) => name !== without && name !== 'alertname' && list.every((alert) => alert.labels[name] === value)).slice(0, 4);
}

function groupOf(key: string, list: Alert[], by: string): Group {
	const counts: Record<Severity, number> = { none: 0, info: 0, warning: 0, critical: 0 };
	for (const alert of list)
		counts[alert.severity]++;
	return { key, counts, size: list.length, shared: list.length > 1 ? sharedLabels(list, by) : [] };
}

/* by = a label, or "" for one list without heads. Groups come in the order of their heaviest alert. */
export function board(shown: Alert[], by: string, folded: Set<string>): Line[] {
	const sorted = [...shown].sort(heaviestFirst);
	const groups = new Map<string, Alert[]>();
	for (const alert of sorted) {
		const key = by ? labelOf(alert.labels, by) : '';
		const list = groups.get(key);
		list ? list.push(alert) : groups.set(key, [alert]);
	}
	const lines: Line[] = [];
	for (const [key, list] of groups) {
		const group = groupOf(key, list, by);
		if (by)
			lines.push({ kind: 'group', key: `group ${key}`, group });
		if (!folded.has(key))
			lines.push(...list.map((alert): Line => ({ kind: 'row', key: alert.id, id: alert.id, group })));
	}
	return lines;
}
