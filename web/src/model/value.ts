/* value: numbers with their unit, thin: "7.4 %", "38.1 k", "1 h 12 m". Unknown is "–", never 0. */
import { language } from '../i18n/spoken.ts';
import { escapeRegex } from './facet.ts';
import type { Alert, Trail, Unit } from './types.ts';
import { exactSpan, span } from './time.ts';

export const unknown = '–';
const states = ['OTHER', 'RUNNING', 'PAUSED', 'STOPPED', 'UNASSIGNED', 'RESTARTING', 'DEGRADED', 'FAILED'];

function digits(value: number): string {
	const size = Math.abs(value);
	const fraction = size === 0 || size >= 100 ? 0 : size >= 0.95 ? 1 : Math.min(6, 1 - Math.floor(Math.log10(size)));
	return value.toLocaleString(language.value, { maximumFractionDigits: fraction });
}

const decimal = ['', 'k', 'M', 'G', 'T'], binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function scaled(value: number, base: number, prefixes: string[], tail = '', form = digits): string {
	let step = 0;
	while (Math.abs(value) >= base - 0.05 && step < prefixes.length - 1) {
		value /= base;
		step++;
	}
	return `${form(value)} ${prefixes[step]}`.trim() + tail;
}

/* Counts up to 9,999 stand in full. */
export function count(value: number | null): string {
	if (value === null)
		return unknown;
	return Math.abs(value) < 10_000 ? digits(value) : scaled(value, 1000, decimal);
}

export function quantity(unit: Unit | string, value: number | null | undefined): string {
	if (value === null || value === undefined || !Number.isFinite(value))
		return unknown;
	switch (unit) {
	case 'ratio': return `${digits(value * 100)} %`;
	case 'seconds': return (value < 600 ? exactSpan : span)(value * 1000);
	case 'bytes': return scaled(value, 1024, binary);
	case 'state': return states[value] ?? 'OTHER';
	case 'bytes/s': return scaled(value, 1024, binary, '/s');
	case 'records/s':
	case 'per_second': return `${count(value)}/s`;
	case 'none': return '';
	default: return count(value);
	}
}

/* The alert with its newest number: between transitions only the trail knows it. A state's trail only says whether it raises. */
export function asNow<A extends Alert>(alert: A, trail: Trail | undefined): A {
	const last = trail?.points.at(-1);
	if (!last || alert.unit === 'state' || alert.ended_at || last[0] <= Date.parse(alert.updated_at))
		return alert;
	return { ...alert, value: last[1], peak: peakOf(alert, trail!.points) };
}

function peakOf(alert: Alert, points: Trail['points']): number | null {
	const values = points.flatMap(([, value]) => (value === null ? [] : [value])).concat(alert.peak ?? []);
	return values.length ? (alert.direction === '>' ? Math.max(...values) : Math.min(...values)) : null;
}

/* As the daemon writes it, whatever language the page speaks: one digit after the point, below 1 two significant ones. */
function toldDigits(value: number): string {
	return value && Math.abs(value) < 0.95 ? String(Number(value.toPrecision(2))) : value.toFixed(1).replace(/\.0$/, '');
}

function asTold(unit: Unit, value: number): string {
	switch (unit) {
	case 'ratio': return `${toldDigits(value * 100)} %`;
	case 'bytes': return scaled(value, 1024, binary, '', toldDigits);
	case 'number':
	case 'records':
	case 'per_second': return scaled(value, 1000, decimal, unit === 'per_second' ? '/s' : '', toldDigits);
	default: return quantity(unit, value);
	}
}

/* What the daemon said, with the newest number in the place of the one it was said with; as it is where that one does not stand in it. */
export function sayNow(said: string, told: Alert, now: Alert): string {
	const text = said.replace(/\u00a0/g, ' ');
	if (told.value === null || now.value === null || told.unit === 'none')
		return text;
	const number = new RegExp(`(?<![\\w.,-])${escapeRegex(asTold(told.unit, told.value))}(?![\\w-]|[.,]\\d)`);
	return text.replace(number, () => quantity(now.unit, now.value));
}

/* "> 5 %": the limit and on which side of it the value is. The limit is what comes next: raise while it is over it,
 * clear while it recovers. Empty where the kind has no limits. */
export function limit(alert: Pick<Alert, 'unit' | 'value' | 'raise' | 'clear' | 'state' | 'direction'>): string {
	const bound = alert.state === 'recovering' ? alert.clear : alert.raise;
	if (bound === null || alert.value === null || alert.unit === 'state' || alert.unit === 'none')
		return '';
	const over = alert.value === bound ? alert.direction === '>' : alert.value > bound;
	return `${over ? '>' : '<'} ${quantity(alert.unit, bound)}`;
}
