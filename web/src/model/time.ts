/* time: instants and spans as people read them. Instants are msec since the epoch; the zone is the viewer's choice. */
import { language, timeZone } from '../i18n/spoken.ts';

export const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

export function instant(text: string | null | undefined): number | null {
	const value = text ? Date.parse(text) : NaN;
	return Number.isNaN(value) ? null : value;
}

const spans: [number, string][] = [[day, 'd'], [hour, 'h'], [minute, 'm'], [second, 's']];

/* "1 h 12 m", "48 s", "3 d": two parts, the second one only if it matters. */
export function span(msec: number): string {
	if (msec < second)
		return msec < 1 ? '0 s' : `${Math.round(msec)} ms`;
	const first = spans.findIndex(([size]) => msec >= size);
	const [size, unit] = spans[first]!;
	const whole = Math.floor(msec / size);
	const next = spans[first + 1];
	const rest = next && whole < 10 ? Math.floor((msec % size) / next[0]) : 0;
	return next && rest && unit !== 'm' ? `${whole} ${unit} ${rest} ${next[1]}` : `${whole} ${unit}`;
}

/* As span, with seconds beside minutes: for records, where "4 m 16 s" counts. */
export function exactSpan(msec: number): string {
	if (msec < minute || msec >= hour)
		return span(msec);
	const rest = Math.floor((msec % minute) / second);
	return rest ? `${Math.floor(msec / minute)} m ${rest} s` : span(msec);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const zone = timeZone.value;
	const key = `${language.value} ${zone} ${JSON.stringify(options)}`;
	let found = formats.get(key);
	if (!found) {
		found = new Intl.DateTimeFormat(language.value === 'en' ? 'en-GB' : language.value, { timeZone: zone, hourCycle: 'h23', ...options });
		formats.set(key, found);
	}
	return found;
}

export function clock(msec: number): string {
	return format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(msec);
}

export function shortClock(msec: number): string {
	return format({ hour: '2-digit', minute: '2-digit' }).format(msec);
}

export function dayName(msec: number): string {
	return format({ weekday: 'long', day: 'numeric', month: 'long' }).format(msec);
}

export function shortDay(msec: number): string {
	return format({ weekday: 'short', day: 'numeric' }).format(msec);
}

export function dayAndClock(msec: number): string {
	return format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(msec);
}

/* "CEST", "UTC" */
export function zoneName(msec: number): string {
	const parts = format({ timeZoneName: 'short', hour: '2-digit' }).formatToParts(msec);
	return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

/* A clock time today, with the day in front on another one. */
export function when(msec: number, now: number): string {
	return Math.abs(now - msec) < 20 * hour ? clock(msec) : dayAndClock(msec);
}

/* As when, without the seconds. */
export function shortWhen(msec: number, now: number): string {
	return (Math.abs(now - msec) < 20 * hour ? shortClock : dayAndClock)(msec);
}

export function iso(msec: number): string {
	return new Date(msec).toISOString();
}
