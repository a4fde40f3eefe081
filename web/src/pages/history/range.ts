/* range: the stretch of time that is shown: one of the usual ones, ending now, or one that was drawn. Pure. */
import { day, hour, minute } from '../../model/time.ts';

export const usual = { '1h': hour, '24h': day, '7d': 7 * day, '30d': 30 * day } as const;
export type Usual = keyof typeof usual;

const overviews: Record<Usual, number> = { '1h': day, '24h': 7 * day, '7d': 30 * day, '30d': 90 * day };
const stepMsec = 10_000; /* "now" moves in steps, so that the same question is not asked every second */

export interface Range {
	from: number;
	to: number;
	name: Usual | null; /* null: drawn */
	around: { from: number; to: number }; /* the overview it is drawn in */
}

export function rangeEnd(now: number): number {
	return Math.ceil(now / stepMsec) * stepMsec;
}

export function rangeOf(query: URLSearchParams, end: number): Range {
	const from = Date.parse(query.get('from') ?? ''), to = Date.parse(query.get('to') ?? '');
	const chosen = query.get('range') ?? '24h', name = (chosen in usual ? chosen : '24h') as Usual;
	if (!(from < to))
		return { from: end - usual[name], to: end, name, around: { from: end - overviews[name], to: end } };
	const wide = Math.max(overviews[name], (to - from) * 2), stop = Math.min(end, Math.max(to, Math.min(end, from + wide)));
	return { from, to, name: null, around: { from: Math.min(from, stop - wide), to: stop } };
}

const ticks = [minute, 5 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 7 * day];

/* Where the axis has its words: at most n, on round times of the viewer's zone, also beyond a change to or from summer time. */
export function ticksOf(from: number, to: number, n: number, offset: (at: number) => number): number[] {
	const step = ticks.find((one) => (to - from) / one <= n) ?? ticks[ticks.length - 1]!, zone = offset(from);
	const list: number[] = [];
	for (let local = Math.ceil((from + zone) / step) * step; ; local += step) {
		const at = local - offset(local - zone);
		if (at >= to)
			return list;
		if (at >= from)
			list.push(at);
	}
}

export function offsetIn(utc: boolean): (at: number) => number {
	return utc ? () => 0 : (at) => -new Date(at).getTimezoneOffset() * minute;
}
