/* lanes: episodes in rows by rule or another label, the fullest row first. Pure. */
import { labelOf } from '../../model/subject.ts';
import type { Episode, Severity } from '../../model/types.ts';
import { instant } from '../../model/time.ts';

export interface Bar {
	id: string;
	severity: Severity;
	from: number;
	to: number;
	open: boolean;
	title: string;
}

export interface Lane {
	key: string;
	bars: Bar[];
}

export const lanesMax = 12;

export function lanesOf(list: Episode[], by: string, from: number, to: number, titleOf: (episode: Episode) => string): { lanes: Lane[]; more: number } {
	const lanes = new Map<string, Bar[]>();
	for (const episode of list) {
		const start = instant(episode.started_at), end = instant(episode.ended_at) ?? to;
		if (start === null || start > to || end < from)
			continue;
		const bar = { id: episode.id, severity: episode.max_severity, from: Math.max(start, from), to: Math.min(end, to), open: episode.still_open, title: titleOf(episode) };
		const key = labelOf(episode.labels, by) || '–', row = lanes.get(key);
		row ? row.push(bar) : lanes.set(key, [bar]);
	}
	const all = [...lanes].map(([key, bars]) => ({ key, bars })).sort((a, b) => b.bars.length - a.bars.length || (a.key < b.key ? -1 : 1));
	return { lanes: all.slice(0, lanesMax), more: Math.max(0, all.length - lanesMax) };
}
