/* connector: one connector: its tasks with their errors, the trends of its numbers on one axis, the workers it runs on. */
import { common } from '../../i18n/common.ts';
import { rootCause, shortClass } from '../../model/subject.ts';
import type { Cluster, Connector, List, Task, Trail, Worker } from '../../model/types.ts';
import { count, limit, quantity, unknown } from '../../model/value.ts';
import { href } from '../../router.ts';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { lazy } from '../../ui/lazy.tsx';
import { useLoaded } from '../../ui/loading.ts';
import { rollupIcon, rollupTone, SeverityWord, StateWord, tone } from '../../ui/marks.tsx';
import { Problem } from '../../ui/problem.tsx';
import { adopt } from '../../ui/sheet.ts';
import { Age, Clock } from '../../ui/time.tsx';
import sheet from './connectors.css?sheet';
import { alertsOf, judgeOf, judges } from './open.ts';
import { rollupOf } from './order.ts';
import { taskLook } from './squares.tsx';
import { CopyRestart } from './table.tsx';
import { en, w } from './words.ts';

adopt(sheet);

const Chart = lazy(() => import('../../ui/chart.tsx').then((part) => part.Chart));
const refreshMsec = 5_000, trendMsec = 15_000;
const metrics = ['records_per_second', 'error_rate', 'lag', 'lag_seconds', 'bytes_per_second', 'failed_tasks'] as const;

function TaskRow({ task }: { task: Task }) {
	const [icon, word] = taskLook(task.state);
	return (
		<tr class={task.state === 'FAILED' ? 'bad' : ''}>
			<td>{task.task}</td>
			<td data-l={w('state')}><span class="word"><Icon name={icon} class="task-icon" />{word}</span></td>
			<td data-l={w('worker')}>{task.worker ?? unknown}</td>
			<td class="num" data-l={w('rate')}>{count(task.records_per_second)}</td>
			<td class="num" data-l={w('errors')}>{count(task.error_count)}</td>
			<td class="flex">{task.trace && <details><summary class="cut">{rootCause(task.trace)}</summary><pre class="trace">{task.trace}</pre></details>}</td>
		</tr>
	);
}

function Tasks({ connector }: { connector: Connector }) {
	return (
		<section class="card scroll">
			<header><h2 class="grow">{w('tasks')}</h2><CopyRestart connector={connector} class="button small"><Icon name="copy" />{w('copyRestart')}</CopyRestart></header>
			<table class="table">
				<thead><tr><th>#</th><th>{w('state')}</th><th>{w('worker_')}</th><th class="num">{w('rate')}</th><th class="num">{w('errors')}</th><th>{w('trace')}</th></tr></thead>
				<tbody>{connector.tasks.map((task) => <TaskRow key={task.task} task={task} />)}</tbody>
			</table>
		</section>
	);
}

function Trend({ trail, from, to }: { trail: Trail; from: number; to: number }) {
	const key = `m_${trail.metric}`, name = key in en ? w(key as keyof typeof en) : trail.metric;
	const last = trail.points.at(-1)?.[1] ?? null, known = trail.points.some(([, value]) => value !== null);
	return (
		<section class="card">
			<header><h2 class="grow">{name}</h2><b>{quantity(trail.unit, last)}</b></header>
			<div class="pad">{known ? <Chart points={trail.points} unit={trail.unit} from={from} to={to} height={140} sync="connector" label={w('summary', { name, value: quantity(trail.unit, last), n: trail.points.length })} /> : <p class="dim">{w('neverKnown')}</p>}</div>
		</section>
	);
}

function Trends({ cluster, name }: { cluster: string; name: string }) {
	const { data } = useLoaded<List<Trail>>('api/v1/points', { cluster, connector: name }, trendMsec);
	const list = metrics.flatMap((metric) => data?.items.find((trail) => trail.metric === metric) ?? []);
	const times = list.flatMap((trail) => trail.points.map(([at]) => at));
	if (data && times.length < 2)
		return <p class="dim">{w('noPoints')}</p>;
	const from = Math.min(...times), to = Math.max(...times);
	return <div class="trends">{list.map((trail) => <Trend key={trail.metric} trail={trail} from={from} to={to} />)}</div>;
}

function Resources({ workers }: { workers: Worker[] }) {
	if (!workers.length)
		return null;
	return (
		<section class="card">
			<header><h2>{w('resources')}</h2></header>
			{workers.map((worker) => (
				<dl class="pairs" key={worker.name}>
					<div><dt>{w('worker_')}</dt><dd><span class="word"><Icon name={worker.up === null ? 'no-data' : worker.up ? 'resolved' : 'critical'} class={worker.up === null ? '' : worker.up ? 'c-ok' : 'c-crit'} />{worker.name}</span></dd></div>
					<div><dt>{w('cpu')}</dt><dd>{worker.cpu_percent === null ? unknown : quantity('ratio', worker.cpu_percent / 100)}</dd></div>
					<div><dt>{w('memory')}</dt><dd>{worker.memory_used_bytes === null ? unknown : w('memoryOf', { used: quantity('bytes', worker.memory_used_bytes), max: quantity('bytes', worker.memory_max_bytes) })}</dd></div>
					<div><dt>{w('threads')}</dt><dd>{count(worker.threads)}</dd></div>
					<div><dt>{w('gc')}</dt><dd>{worker.gc_msec_per_second === null ? unknown : w('gcRate', { n: count(worker.gc_msec_per_second) })}</dd></div>
				</dl>
			))}
		</section>
	);
}

function Open({ connector }: { connector: Connector }) {
	const list = alertsOf(connector);
	const filter = encodeURIComponent(`cluster="${connector.cluster}" connector="${connector.name}"`);
	return (
		<section class="card">
			<header><h2 class="grow">{w('alerts')}</h2><a href={href(`history?q=${filter}`)}>{w('itsHistory')}</a></header>
			{list.length ? (
				<ul class="open-alerts">{list.map((alert) => <li key={alert.id}><SeverityWord severity={alert.severity} /><StateWord state={alert.state} severity={alert.severity} /><a class="cut grow" href={href(`alerts/${encodeURIComponent(alert.id)}`)}>{alert.fact ?? alert.rule}</a><Age since={alert.started_at} /></li>)}</ul>
			) : <p class="pad dim">{common('none')}</p>}
		</section>
	);
}

function Facts({ connector }: { connector: Connector }) {
	const pairs: [string, preact.ComponentChildren][] = [
		[w('type'), connector.type], [w('class'), connector.class && <span title={connector.class}>{shortClass(connector.class)}</span>], [w('worker'), connector.worker],
		[w('bytes'), quantity('bytes/s', connector.bytes_per_second)], [w('errorsTotal'), count(connector.errors_total)], [w('updated'), connector.updated_at && <Clock at={connector.updated_at} />],
	];
	return <section class="card"><dl class="pairs">{pairs.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl></section>;
}

function Figures({ connector }: { connector: Connector }) {
	const open = alertsOf(connector);
	const list = [
		[w('rate'), count(connector.records_per_second), connector.records_per_second, judges.rate],
		[w('errors'), quantity('ratio', connector.error_rate), connector.error_rate, judges.errors],
		[w('lag'), count(connector.lag), connector.lag, judges.lag],
	] as const;
	return (
		<dl class="figures">
			{list.map(([name, text, value, kinds]) => {
				const judge = judgeOf(open, kinds);
				return <div key={name}><dt>{name}</dt><dd><span class={judge ? tone[judge.alert.severity] : ''}>{text}</span>{judge && judge.limit !== null && <small class="dim"> {limit({ ...judge.alert, value })}</small>}</dd></div>;
			})}
		</dl>
	);
}

export function ConnectorPage({ cluster, name }: { cluster: string; name: string }) {
	const connectors = useLoaded<List<Connector>>('api/v1/connectors', { cluster }, refreshMsec);
	const clusters = useLoaded<List<Cluster>>('api/v1/clusters', {}, refreshMsec);
	const found = connectors.data?.items.find((one) => one.name === name);
	const connector = found && { ...found, rollup: rollupOf(found, alertsOf(found)) };
	const mine = new Set(connector ? [connector.worker, ...connector.tasks.map((task) => task.worker)] : []);
	const workers = clusters.data?.items.find((one) => one.cluster === cluster)?.workers ?? [];
	return (
		<>
			<div class="toolbar crumbs"><a href={href('connectors')}>{common('connectors')}</a><span class="dim" aria-hidden="true">/</span><span class="cut">{cluster}</span></div>
			<div class="page stack">
				<Problem problem={connectors.problem} again={connectors.again} />
				{connector ? (
					<>
						<section class="card connector-head">
							<div class="grow"><p class="marks"><span class={`word ${rollupTone[connector.rollup]}`}><Icon name={rollupIcon[connector.rollup]} class={rollupTone[connector.rollup]} />{w(connector.rollup)}</span><span class="dim">{connector.state}</span></p><Heading name={connector.name} /></div>
							<Figures connector={connector} />
						</section>
						<div class="split">
							<div class="stack"><Tasks connector={connector} /><Trends cluster={cluster} name={name} /></div>
							<div class="stack"><Open connector={connector} /><Facts connector={connector} /><Resources workers={workers.filter((worker) => mine.has(worker.name))} /></div>
						</div>
					</>
				) : connectors.data ? <div class="empty"><Heading name={name} /><p>{w('missing')}</p></div> : <p class="sr" role="status">{common('loading')}</p>}
			</div>
		</>
	);
}
