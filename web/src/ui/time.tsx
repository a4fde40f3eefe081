/* time: instants and ages; the exact time is always on hover and in the markup. */
import { common } from '../i18n/common.ts';
import { clock, instant, iso, second, span, when } from '../model/time.ts';
import { asOf } from '../state/freshness.ts';

type At = string | number | null | undefined;

function msec(at: At): number | null {
	return typeof at === 'number' ? at : instant(at);
}

export function Age({ since, class: style, ago }: { since: At; class?: string; ago?: boolean }) {
	const at = msec(since);
	if (at === null)
		return <span class={style}>–</span>;
	const text = span(Math.max(0, Math.floor((asOf.value - at) / second) * second));
	return <time class={style} dateTime={iso(at)} title={iso(at)}>{ago ? common('ago', { span: text }) : text}</time>;
}

/* A clock time; with the day where it is not today. `exact` never leaves the seconds out. */
export function Clock({ at, class: style, exact }: { at: At; class?: string; exact?: boolean }) {
	const value = msec(at);
	if (value === null)
		return <span class={style}>–</span>;
	return <time class={style} dateTime={iso(value)} title={iso(value)}>{exact ? clock(value) : when(value, asOf.value)}</time>;
}
