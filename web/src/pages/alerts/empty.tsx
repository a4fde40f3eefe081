/* empty: why no alert is shown. "All clear" is said only while live and with no filter; else what is not known is said. */
import { common } from '../../i18n/common.ts';
import { link } from '../../link/client.ts';
import { instant, shortWhen, span, when } from '../../model/time.ts';
import { alerts, clearSince, loaded } from '../../state/alerts.ts';
import { asOf, believable, freshness, now, silentFor } from '../../state/freshness.ts';
import { Icon } from '../../ui/icon.tsx';
import { w } from './words.ts';

function Calm() {
	const beat = link.value.heartbeat, evaluated = instant(beat?.last_evaluation_at);
	const sources = beat?.sources;
	return (
		<div class="empty">
			<Icon name="ok" class="c-ok" />
			<h2>{clearSince.value === null ? w('allClear') : w('clearSince', { time: shortWhen(clearSince.value, asOf.value) })}</h2>
			{evaluated !== null && beat?.rules !== undefined && (
				<p class="dim">{w('clearRest', {
					rules: beat.rules, span: span(Math.max(0, asOf.value - evaluated)),
					sources: sources ? (sources.up === sources.total ? w('allSources', { n: sources.total }) : w('someSources', { n: sources.total, up: sources.up })) : '',
				})}</p>
			)}
		</div>
	);
}

function Unknown() {
	const { liveAt, skew } = link.value;
	const text = liveAt === null || !loaded.value ? w('unknownNever') : w(alerts.size ? 'unknownSince' : 'unknownNone', { span: span(silentFor.value ?? 0), time: when(liveAt + skew, now.value + skew), n: alerts.size });
	return <div class="empty"><Icon name="no-data" /><h2>{w('unknown')}</h2><p>{text}</p></div>;
}

/* part: only some of the alerts are looked at. */
export function Empty({ filter, part, onClear }: { filter: string; part: boolean; onClear: () => void }) {
	if (freshness.value === 'starting' || freshness.value === 'catching_up')
		return <div class="empty" role="status">{common('loading')}</div>;
	if (!believable.value)
		return <Unknown />;
	if (!filter && !part)
		return <Calm />;
	return (
		<div class="empty">
			<Icon name="filter" />
			<p>{filter ? w('noMatch', { filter }) : w('noneOfThese')} {w('openWithout', { n: alerts.size })}</p>
			<button type="button" class="button" onClick={onClear}>{w('clearFilter')}</button>
		</div>
	);
}
