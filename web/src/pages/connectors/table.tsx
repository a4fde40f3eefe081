/* table: a row a connector: state, tasks, small multiples of rate, errors and lag, and the first error folded out. */
import { Fragment } from 'preact';
import { objectOf, rootCause, shortClass } from '../../model/subject.ts';
import type { Alert, Connector, Severity, Trail } from '../../model/types.ts';
import { count, quantity, unknown } from '../../model/value.ts';
import { href } from '../../router.ts';
import { alerts, revision } from '../../state/alerts.ts';
import { say } from '../../state/toasts.ts';
import { copy } from '../../ui/clipboard.ts';
import { common } from '../../i18n/common.ts';
import { Icon } from '../../ui/icon.tsx';
import { rollupIcon, rollupTone, tone } from '../../ui/marks.tsx';
import { Spark } from '../../ui/spark.tsx';
import { TaskSquares } from './squares.tsx';
import { w } from './words.ts';

export function restartCurl(connector: Connector): string {
	const worker = (connector.worker ?? connector.tasks.find((task) => task.worker)?.worker ?? 'localhost:8083').replace(/'/g, '');
	return `curl -X POST 'http://${worker}/connectors/${encodeURIComponent(connector.name)}/restart?includeTasks=true&onlyFailed=true'`;
}

export function alertsOf(connector: Connector): Alert[] {
	revision.value;
	return [...alerts.values()].filter((alert) => alert.labels.cluster === connector.cluster && objectOf(alert.labels) === connector.name);
}

/* The heaviest open alert on one of its numbers colours that number and brings its limit. */
function judged(list: Alert[], kinds: string[]): { severity: Severity; limit: number | null; lower: boolean } | null {
	const found = list.filter((alert) => kinds.includes(alert.kind) && alert.unit !== 'seconds').sort((a, b) => (a.severity < b.severity ? -1 : 1))[0];
	return found ? { severity: found.severity, limit: found.unit === 'ratio' && kinds.includes('throughput_drop') ? null : found.raise, lower: found.direction === '<' } : null;
}

function Metric({ trail, text, mark, title }: { trail: Trail | undefined; text: string; mark: ReturnType<typeof judged>; title: string | undefined }) {
	const ink = mark ? tone[mark.severity] : '';
	return (
		<span class="metric">
			{trail?.points.some(([, value]) => value !== null) ? <Spark trail={trail} limit={mark?.limit ?? null} lower={mark?.lower ?? false} tone={ink} /> : <span class="no-data">{common('noData')}</span>}
			<b class={ink} title={title}>{text}</b>
		</span>
	);
}

function Failure({ connector }: { connector: Connector }) {
	const failed = connector.tasks.filter((task) => task.trace);
	if (!failed.length)
		return null;
	const first = failed[0]!.trace!.split('\n')[0]!, cause = rootCause(failed[0]!.trace!);
	return (
		<tr class="sub-row">
			<td colSpan={8}>
				<span class="failure">
					<Icon name="task-failed" /><b>{w('taskList', { n: failed.length, list: failed.map((task) => task.task).join(', ') })}</b> <span class="dim">{failed[0]!.worker}</span>
					<span class="cut grow" title={first}>{cause === shortClass(first) ? <b>{cause}</b> : <>{shortClass(first)} <span class="dim">{w('and')}</span> <b>{cause}</b></>}</span>
					<a href={href(`connectors/${encodeURIComponent(connector.cluster)}/${encodeURIComponent(connector.name)}`)}>{w('trace')}</a>
					<button type="button" class="button quiet small" onClick={() => void copy(restartCurl(connector)).then((done) => { if (done) say('copy', w('copied')); })}>{w('copyRestart')}</button>
				</span>
			</td>
		</tr>
	);
}

function Row({ connector, trails }: { connector: Connector; trails: Map<string, Trail> }) {
	const trail = (metric: string) => trails.get(`${connector.cluster}\n${connector.name}\n${metric}`);
	const open = alertsOf(connector), untaken = open.some((alert) => alert.severity === 'critical' && !alert.acknowledged && alert.state === 'firing');
	const { rollup } = connector;
	const exact = (value: number | null) => (value === null ? undefined : String(value));
	return (
		<tr class={untaken ? 'bad' : ''}>
			<td><span class={`word ${rollup === 'running' ? '' : rollupTone[rollup]}`}><Icon name={rollupIcon[rollup]} class={rollupTone[rollup]} />{w(rollup)}</span></td>
			<td class="flex"><a href={href(`connectors/${encodeURIComponent(connector.cluster)}/${encodeURIComponent(connector.name)}`)}>{connector.name}</a> <span class="dim">{connector.class ? shortClass(connector.class) : connector.type}</span></td>
			<td data-l={w('cluster')}>{connector.cluster}</td>
			<td data-l={w('tasks')}><TaskSquares tasks={connector.tasks} /></td>
			<td data-l={w('rate')}><Metric trail={trail('records_per_second')} text={count(connector.records_per_second)} mark={judged(open, ['throughput_drop', 'stall'])} title={exact(connector.records_per_second)} /></td>
			<td data-l={w('errors')}><Metric trail={trail('error_rate')} text={quantity('ratio', connector.error_rate)} mark={judged(open, ['error_rate'])} title={exact(connector.error_rate)} /></td>
			<td data-l={w('lag')}>{connector.type === 'source' && connector.lag === null ? <span class="metric"><span class="no-lag" /><b class="dim">{unknown}</b></span> : <Metric trail={trail('lag')} text={count(connector.lag)} mark={judged(open, ['lag'])} title={exact(connector.lag)} />}</td>
			<td class="num" data-l={w('alerts')}>{open.length ? <a href={href(`?q=${encodeURIComponent(`connector="${connector.name}" cluster="${connector.cluster}"`)}`)}><b>{open.length}</b></a> : <span class="dim">0</span>}</td>
		</tr>
	);
}

export function ConnectorTable({ list, trails }: { list: Connector[]; trails: Map<string, Trail> }) {
	return (
		<table class="table connectors-table">
			<thead><tr><th>{w('state')}</th><th>{w('connector')}</th><th>{w('cluster')}</th><th>{w('tasks')}</th><th>{w('rate')}</th><th>{w('errors')}</th><th>{w('lag')}</th><th class="num">{w('alerts')}</th></tr></thead>
			<tbody>{list.map((connector) => <Fragment key={`${connector.cluster} ${connector.name}`}><Row connector={connector} trails={trails} /><Failure connector={connector} /></Fragment>)}</tbody>
		</table>
	);
}
