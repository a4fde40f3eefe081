/* trend: the value on a chart between its limits, with its states and who had it below, on one axis; or as a table. */
import { useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { clock, instant, iso, shortClock } from '../../model/time.ts';
import type { AlertDetail, Level, Trail } from '../../model/types.ts';
import { limit, quantity } from '../../model/value.ts';
import { asOf } from '../../state/freshness.ts';
import type { LimitLine } from '../../ui/chart.tsx';
import { lazy } from '../../ui/lazy.tsx';
import { lower, tone } from '../../ui/marks.tsx';
import { bandsOf, type Band, type Entry } from './timeline.ts';
import { w } from './words.ts';

const Chart = lazy(() => import('../../ui/chart.tsx').then((part) => part.Chart));
const tones = { critical: 'crit', warning: 'warn', info: 'info', none: 'info' } as const;

function limitsOf(alert: AlertDetail): LimitLine[] {
	const levels: Level[] = alert.levels?.length ? alert.levels : [{ severity: alert.severity, raise: alert.raise, clear: alert.clear }];
	return levels.flatMap((level) => {
		const lines: LimitLine[] = [];
		if (level.raise !== null)
			lines.push({ value: level.raise, label: w('raise', { value: quantity(alert.unit, level.raise) }), tone: tones[level.severity], dash: false });
		if (level.clear !== null && level.severity === alert.severity)
			lines.push({ value: level.clear, label: w('clear', { value: quantity(alert.unit, level.clear) }), tone: 'ok', dash: true });
		return lines;
	});
}

const looks: Record<Band['kind'], (band: Band) => [style: string, word: string]> = {
	pending: () => ['hatch c-warn', w('pending')],
	firing: (band) => [tone[band.severity], w('firingS', { severity: lower(band.severity) })],
	recovering: () => ['hatch c-ok', w('recovering')],
	no_data: () => ['unknown', w('noData')],
	acknowledged: () => ['c-acc', w('acknowledged')],
};

function Lane({ label, bands, from, to }: { label: string; bands: Band[]; from: number; to: number }) {
	const at = (time: number) => `${(Math.max(0, Math.min(1, (time - from) / (to - from))) * 100).toFixed(2)}%`;
	const said = bands.map((band) => `${looks[band.kind](band)[1]} ${shortClock(band.from)}–${shortClock(band.to)}`).join(', ');
	return (
		<div class="lane" role="img" aria-label={`${label}: ${said || '–'}`}>
			{bands.filter((band) => band.to > from).map((band) => {
				const [style, word] = looks[band.kind](band), start = Math.max(band.from, from);
				return <i key={band.from} class={style} title={`${word}, ${clock(band.from)}–${clock(band.to)}`} style={{ left: at(start), width: `${(((band.to - start) / (to - from)) * 100).toFixed(2)}%` }} />;
			})}
		</div>
	);
}

function Keys({ bands }: { bands: Band[] }) {
	const seen = new Map(bands.map((band) => looks[band.kind](band)).map(([style, word]) => [word, style]));
	return <div class="keys grow">{[...seen].map(([word, style]) => <span class="key" key={word}><i class={style} />{word}</span>)}</div>;
}

function Points({ trail }: { trail: Trail }) {
	return (
		<div class="points scroll" tabIndex={0}>
			<table class="table">
				<thead><tr><th scope="col">{w('time')}</th><th scope="col" class="num">{w('value')}</th></tr></thead>
				<tbody>{[...trail.points].reverse().map(([at, value]) => <tr key={at}><td><time dateTime={iso(at)}>{clock(at)}</time></td><td class="num">{value === null ? common('noData') : trail.unit === 'state' ? value : quantity(trail.unit, value)}</td></tr>)}</tbody>
			</table>
		</div>
	);
}

export function Trend({ alert, entries, trail, known }: { alert: AlertDetail; entries: Entry[]; trail: Trail | undefined; known: boolean }) {
	const [table, setTable] = useState(false);
	const to = instant(alert.ended_at) ?? Math.max(asOf.peek(), trail?.points.at(-1)?.[0] ?? 0);
	const began = instant(alert.pending_since) ?? instant(alert.started_at)!;
	const from = Math.min(trail?.points[0]?.[0] ?? began, Math.max(began, to - 3_600_000)) - 1000;
	const { states, acks } = bandsOf(entries, to), limits = limitsOf(alert);
	const drawn = trail && trail.points.length > 1 && trail.unit !== 'state';
	const summary = w('chartSummary', { name: alert.rule, value: quantity(alert.unit, alert.value), limit: limit(alert) || w('noLimit'), n: trail?.points.length ?? 0, time: clock(from) });
	return (
		<section class="card">
			<header>
				<h2 class="topic">{alert.topic || w('chart')}</h2><Keys bands={[...states, ...acks]} />
				{trail && <button type="button" class="button quiet small" aria-pressed={table} onClick={() => setTable(!table)}>{w(table ? 'asChart' : 'asTable')}</button>}
			</header>
			<div class="pad">
				{table && trail ? <Points trail={trail} /> : drawn ? (
					<Chart points={trail.points} unit={alert.unit} limits={limits} from={from} to={to} label={summary} beyond={alert.raise === null ? null : { value: alert.raise, lower: alert.direction === '<', tone: tones[alert.severity] }} />
				) : alert.unit !== 'state' && alert.unit !== 'none' && known ? <p class="dim">{w('noPoints')}</p> : null}
				{!table && (
					<div class={`bands ${drawn ? 'under-chart' : ''}`}>
						<span class="dim" aria-hidden="true">{w('state')}</span><Lane label={w('stateLane')} bands={states} from={from} to={to} />
						<span class="dim" aria-hidden="true">{w('ack')}</span><Lane label={w('ackLane')} bands={acks} from={from} to={to} />
						{!drawn && <><span /><div class="ends dim"><time>{clock(from)}</time><time>{clock(to)}</time></div></>}
					</div>
				)}
			</div>
		</section>
	);
}
