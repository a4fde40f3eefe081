/* wall: for a screen across the room: one band, three figures, the worst five, and that the page is alive. No toasts. */
import { useEffect } from 'preact/hooks';
import { link } from '../../link/client.ts';
import { causeOf, heaviestFirst, heldBack, nobodyHas, objectOf } from '../../model/subject.ts';
import { clock, exactSpan, instant, iso, second, shortWhen, span, when } from '../../model/time.ts';
import type { Alert, Cluster, List, Rollup } from '../../model/types.ts';
import { asNow, sayNow } from '../../model/value.ts';
import { common } from '../../i18n/common.ts';
import { href } from '../../router.ts';
import { title } from '../../state/badge.ts';
import { alerts, clearSince, loaded, revision } from '../../state/alerts.ts';
import { asOf, believable, now } from '../../state/freshness.ts';
import { trailOf, wantTrails } from '../../state/trails.ts';
import { Icon } from '../../ui/icon.tsx';
import { useLoaded } from '../../ui/loading.ts';
import { HeldTags, rollupIcon, rollupTone, severityIcon, tone } from '../../ui/marks.tsx';
import { Pill } from '../../ui/pill.tsx';
import { adopt } from '../../ui/sheet.ts';
import sheet from './wall.css?sheet';
import { w } from './words.ts';

adopt(sheet);

const worstMax = 5, refreshMsec = 10_000;

/* Nobody need act on what recovers or is held back, but that is not to say that somebody has it. */
function Band({ untaken, critical, taken, warning }: { untaken: number; critical: number; taken: number; warning: number }) {
	const [ground, icon, text, rest] = untaken ? ['c-crit', 'critical', w('nobodyHas', { n: untaken }), w('nobodyRest')] as const
		: critical && taken === critical ? ['c-acc', 'person', w('allTaken'), ''] as const
		: critical ? ['', 'critical', w('noneWaits', { n: critical }), ''] as const
		: ['c-warn', 'warning', w('onlyWarnings', { n: warning }), ''] as const;
	return <section class={`wall-band ${ground}`}><Icon name={icon} /><p><b>{text}</b> {rest}</p></section>;
}

/* In whole seconds. */
function ageOf(alert: Alert): string {
	return span(Math.max(0, Math.floor((asOf.value - (instant(alert.started_at) ?? 0)) / second) * second));
}

function Row({ alert }: { alert: Alert }) {
	const age = ageOf(alert).split(' ').slice(0, 2).join(' ');
	return (
		<li class={nobodyHas(alert) ? 'bad' : ''}>
			<Icon name={severityIcon[alert.severity]} class={tone[alert.severity]} title={common(alert.severity)} />
			<span class="cut"><b>{objectOf(alert.labels)}</b><br />{sayNow(alert.fact ?? causeOf(alert), alert, asNow(alert, trailOf(alert.id)))}</span>
			<time>{age}</time>
			<span class="cut">{alert.acknowledged ? <span class="word"><span class="c-acc"><Icon name="person" /></span>{alert.acknowledged.by}</span> : nobodyHas(alert) ? <b class="c-crit">{w('nobody')}</b> : alert.state === 'recovering' ? <><Icon name="recovering" class="c-ok" /> {common('recovering')}</> : heldBack(alert).length ? <HeldTags alert={alert} /> : '–'}</span>
		</li>
	);
}

/* Criticals one by one; what has no room of its own, and the warnings, as one row each. */
function worst(list: Alert[]): { rows: Alert[]; rest: Alert[] } {
	const rows = list.length <= worstMax ? list : list.slice(0, worstMax - 1);
	return { rows, rest: list.slice(rows.length) };
}

function Rest({ rest }: { rest: Alert[] }) {
	if (!rest.length)
		return null;
	const oldest = rest.reduce((a, b) => (a.started_at < b.started_at ? a : b)), heaviest = rest[0]!.severity;
	const taken = rest.filter((alert) => alert.acknowledged).length;
	return (
		<li>
			<Icon name={severityIcon[heaviest]} class={tone[heaviest]} />
			<span class="cut"><b>{common('nMore', { n: rest.length })}</b><br />{w('oldest', { what: objectOf(oldest.labels) })}</span>
			<time>{ageOf(oldest)}</time>
			<span class="word"><span class="c-acc"><Icon name="person" /></span>{w('ofN', { n: taken, total: rest.length })}</span>
		</li>
	);
}

function Board({ list }: { list: Alert[] }) {
	const count = (keep: (alert: Alert) => unknown) => list.filter(keep).length;
	const critical = count((alert) => alert.severity === 'critical'), taken = count((alert) => alert.severity === 'critical' && alert.acknowledged), warning = count((alert) => alert.severity === 'warning');
	const { rows, rest } = worst(list);
	wantTrails(rows.map(({ id }) => id));
	useEffect(() => () => wantTrails([]), []);
	return (
		<div class="wall-board">
			<Band untaken={count(nobodyHas)} critical={critical} taken={taken} warning={warning} />
			<div class="wall-numbers">
				<div class="c-crit"><Icon name="critical" /><b>{critical}</b><span>{w('critical')}</span></div>
				<div class="c-warn"><Icon name="warning" /><b>{warning}</b><span>{w('warning')}</span></div>
				<div class="c-acc"><Icon name="person" /><b>{count((alert) => alert.acknowledged)}</b><span>{w('acknowledged')}</span></div>
			</div>
			<ol class="card wall-list">{rows.map((alert) => <Row key={alert.id} alert={alert} />)}<Rest rest={rest} /></ol>
		</div>
	);
}

function Calm() {
	const since = clearSince.value;
	return <div class="wall-calm"><Icon name="resolved" class="c-ok" /><p><b>{w('allClear')}</b></p>{since !== null && <p class="dim">{w('clearSince', { time: shortWhen(since, asOf.value), span: exactSpan(Math.max(0, asOf.value - since)) })}</p>}</div>;
}

function Unknown() {
	const { liveAt, skew } = link.value;
	return <div class="wall-calm"><Icon name="no-data" /><p><b>{w('unknown')}</b></p><p>{liveAt === null ? w('noDataYet') : w('noDataSince', { time: when(liveAt + skew, now.value + skew) })}</p></div>;
}

/* A cluster is not well while an alert of it fires, whatever its tasks say. */
function rollupOf({ cluster, rollup }: Cluster, list: Alert[]): Rollup {
	return rollup === 'running' && list.some((alert) => alert.labels.cluster === cluster && alert.state !== 'recovering') ? 'degraded' : rollup;
}

function Foot({ clusters, list }: { clusters: Cluster[]; list: Alert[] }) {
	const at = now.value + link.value.skew;
	return (
		<footer class="wall-foot">
			<span class="wall-clusters">{believable.value && clusters.map((one) => {
				const rollup = rollupOf(one, list);
				return <span class="word" key={one.cluster}><Icon name={rollupIcon[rollup]} class={rollupTone[rollup]} />{one.cluster}</span>;
			})}</span>
			<Pill />
			<time dateTime={iso(at)}>{clock(at)}</time>
		</footer>
	);
}

export function WallPage() {
	const { data } = useLoaded<List<Cluster>>('api/v1/clusters', {}, refreshMsec);
	const list = (revision.value, [...alerts.values()].sort(heaviestFirst));
	useEffect(() => { title.value = common('wall'); }, []);
	return (
		<main class="wall" id="main">
			<h1 class="sr">{w('title')}</h1>
			<a class="skip" href={href('')}>{w('leave')}</a>
			{!believable.value || !loaded.value ? <Unknown /> : list.length ? <Board list={list} /> : <Calm />}
			<Foot clusters={data?.items ?? []} list={list} />
		</main>
	);
}
