/* table: a row a connector: state, tasks, small multiples of rate, errors and lag, and the first error folded out. */
import { Fragment, type ComponentChildren } from 'preact';
import { restartCurl } from '../../model/restart.ts';
import { nobodyHas, rootCause, shortClass } from '../../model/subject.ts';
import type { Connector, Trail } from '../../model/types.ts';
import { count, quantity, unknown } from '../../model/value.ts';
import { href } from '../../router.ts';
import { copySaying } from '../../ui/clipboard.ts';
import { common } from '../../i18n/common.ts';
import { Icon } from '../../ui/icon.tsx';
import { rollupIcon, rollupTone, tone } from '../../ui/marks.tsx';
import { Spark } from '../../ui/spark.tsx';
import { alertsOf, judgeOf, judges } from './open.ts';
import { TaskSquares } from './squares.tsx';
import { w } from './words.ts';

/* For any of its tasks' workers: they pass it on. */
export function CopyRestart({ connector, class: style, children }: { connector: Connector; class: string; children: ComponentChildren }) {
	const worker = connector.worker ?? connector.tasks.find((task) => task.worker)?.worker;
	return <button type="button" class={style} onClick={() => void copySaying(restartCurl(worker, connector.name), w('copied'))}>{children}</button>;
}

function Metric({ trail, text, mark, title }: { trail: Trail | undefined; text: string; mark: ReturnType<typeof judgeOf>; title: string | undefined }) {
	const ink = mark ? tone[mark.alert.severity] : '';
	return (
		<span class="metric">
			{trail?.points.some(([, value]) => value !== null) ? <Spark trail={trail} limit={mark?.limit ?? null} lower={mark?.alert.direction === '<'} tone={ink} /> : <span class="no-data">{common('noData')}</span>}
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
					<CopyRestart connector={connector} class="button quiet small">{w('copyRestart')}</CopyRestart>
				</span>
			</td>
		</tr>
	);
}

function Row({ connector, trails }: { connector: Connector; trails: Map<string, Trail> }) {
	const trail = (metric: string) => trails.get(`${connector.cluster}\n${connector.name}\n${metric}`);
	const open = alertsOf(connector), untaken = open.some(nobodyHas);
	const { rollup } = connector;
	const exact = (value: number | null) => (value === null ? undefined : String(value));
	return (
		<tr class={untaken ? 'bad' : ''}>
			<td><span class={`word ${rollup === 'running' ? '' : rollupTone[rollup]}`}><Icon name={rollupIcon[rollup]} class={rollupTone[rollup]} />{w(rollup)}</span></td>
			<td class="flex"><a href={href(`connectors/${encodeURIComponent(connector.cluster)}/${encodeURIComponent(connector.name)}`)}>{connector.name}</a> <span class="dim">{connector.class ? shortClass(connector.class) : connector.type}</span></td>
			<td data-l={w('cluster')}>{connector.cluster}</td>
			<td data-l={w('tasks')}><TaskSquares tasks={connector.tasks} /></td>
			<td data-l={w('rate')}><Metric trail={trail('records_per_second')} text={count(connector.records_per_second)} mark={judgeOf(open, judges.rate)} title={exact(connector.records_per_second)} /></td>
			<td data-l={w('errors')}><Metric trail={trail('error_rate')} text={quantity('ratio', connector.error_rate)} mark={judgeOf(open, judges.errors)} title={exact(connector.error_rate)} /></td>
			<td data-l={w('lag')}>{connector.type === 'source' && connector.lag === null ? <span class="metric"><span class="no-lag" /><b class="dim">{unknown}</b></span> : <Metric trail={trail('lag')} text={count(connector.lag)} mark={judgeOf(open, judges.lag)} title={exact(connector.lag)} />}</td>
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
