/* filter: which alerts a list of matchers lets through, and how many there would be behind each facet's choice. Beside labels
 * a matcher may name severity, state and acknowledged (nobody, me, others); a label of that name comes second. */
import type { Matcher } from './matcher.ts';
import { labelOf } from './subject.ts';
import type { Alert } from './types.ts';

const meta: Record<string, (alert: Alert, me: string | null) => string> = {
	severity: (alert) => alert.severity,
	state: (alert) => alert.state,
	acknowledged: (alert, me) => (!alert.acknowledged ? 'nobody' : alert.acknowledged.by === me ? 'me' : 'others'),
};

export function valueOf(alert: Alert, name: string, me: string | null): string {
	return Object.hasOwn(meta, name) ? meta[name]!(alert, me) : labelOf(alert.labels, name);
}

const texts = new WeakMap<Alert, string>();

function textOf(alert: Alert): string {
	let text = texts.get(alert);
	if (text === undefined) {
		text = [...Object.values(alert.labels), alert.fact ?? '', alert.topic, alert.annotations.summary ?? '', alert.annotations.trace ?? '', alert.acknowledged?.by ?? ''].join('\n').toLowerCase();
		texts.set(alert, text);
	}
	return text;
}

function passes(one: Matcher, alert: Alert, me: string | null): boolean {
	return one.test(one.name ? valueOf(alert, one.name, me) : textOf(alert));
}

/* The matchers that refuse it: none = shown; counting stops at two. */
function refusals(list: Matcher[], alert: Alert, me: string | null): Matcher[] {
	const found: Matcher[] = [];
	for (const one of list)
		if (!passes(one, alert, me) && found.push(one) > 1)
			break;
	return found;
}

export type Facets = Map<string, Map<string, number>>;

/* One pass: what is shown, and the facets' counts. A facet counts as if its own matchers were not there. */
export function sift(alerts: Iterable<Alert>, list: Matcher[], names: string[], me: string | null): { shown: Alert[]; facets: Facets } {
	const facets: Facets = new Map(names.map((name) => [name, new Map()]));
	const shown: Alert[] = [];
	for (const alert of alerts) {
		const against = refusals(list, alert, me);
		if (!against.length)
			shown.push(alert);
		if (against.length > 1 && against[0]!.name !== against[1]!.name)
			continue;
		for (const [name, counts] of facets) {
			const value = valueOf(alert, name, me);
			if (!value)
				continue;
			const counted = !against.length || (against[0]!.name === name && list.every((one) => one.name === name || passes(one, alert, me)));
			counts.set(value, (counts.get(value) ?? 0) + (counted ? 1 : 0));
		}
	}
	return { shown, facets };
}
