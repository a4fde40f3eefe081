/* cards: a card a cluster, the worst first: workers, connectors, tasks, and what is wrong in one line. */
import { rank } from './order.ts';
import { instant, span, when } from '../../model/time.ts';
import type { Cluster, Connector } from '../../model/types.ts';
import { asOf } from '../../state/freshness.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { rollupIcon, rollupTone } from '../../ui/marks.tsx';
import { w } from './words.ts';

type Share = keyof Cluster['tasks'];

const shares: [Share, IconName, 'nRunning' | 'nFailed' | 'nPaused' | 'nUnassigned' | 'nRestarting' | 'nUnknown'][] = [
	['running', 'task-running', 'nRunning'], ['failed', 'task-failed', 'nFailed'], ['paused', 'task-paused', 'nPaused'],
	['unassigned', 'task-unassigned', 'nUnassigned'], ['restarting', 'task-restarting', 'nRestarting'], ['unknown', 'no-data', 'nUnknown'],
];

function Workers({ cluster }: { cluster: Cluster }) {
	const up = cluster.workers.filter((worker) => worker.up === true).length, down = cluster.workers.some((worker) => worker.up === false);
	if (!cluster.workers.length)
		return <>–</>;
	if (cluster.workers.every((worker) => worker.up === null))
		return <span title={w('workersUnknown', { n: cluster.workers.length })}>{cluster.workers.length}</span>;
	return <span class={down ? 'c-crit' : ''}>{w('upOf', { up, n: cluster.workers.length })}</span>;
}

function Line({ cluster, unwell }: { cluster: Cluster; unwell: number }) {
	const down = cluster.workers.find((worker) => worker.up === false), quiet = instant(cluster.quiet_since);
	if (down)
		return <p><b class="c-crit">{w('workerDown', { worker: down.name })}</b></p>;
	if (cluster.rollup !== 'running' && cluster.rollup !== 'unknown')
		return <p>{w('failing', { n: unwell })}</p>;
	return <p class="dim">{cluster.rollup === 'unknown' ? w('unknown') : quiet === null ? w('quietNow') : w('quiet', { span: span(Math.max(0, asOf.value - quiet)) })}</p>;
}

function Card({ cluster, connectors }: { cluster: Cluster; connectors: Connector[] }) {
	const total = shares.reduce((sum, [share]) => sum + cluster.tasks[share], 0);
	return (
		<section class="card" aria-label={cluster.cluster}>
			<header><h2>{cluster.cluster}</h2><span class="dim grow">{cluster.version && w('kafka', { version: cluster.version })}</span><span class={`word ${cluster.rollup === 'running' ? '' : rollupTone[cluster.rollup]}`}><Icon name={rollupIcon[cluster.rollup]} class={rollupTone[cluster.rollup]} />{w(cluster.rollup)}</span></header>
			<div class="pad">
				<dl class="figures"><div><dt>{w('workers')}</dt><dd><Workers cluster={cluster} /></dd></div><div><dt>{w('connectors')}</dt><dd>{cluster.connectors}</dd></div><div><dt>{w('tasks')}</dt><dd>{total}</dd></div></dl>
				<div class="share" aria-hidden="true">{shares.filter(([share]) => cluster.tasks[share]).map(([share]) => <i key={share} class={`share-${share}`} style={{ flexGrow: String(cluster.tasks[share]) }} />)}</div>
				<p class="keys">{shares.filter(([share]) => cluster.tasks[share]).map(([share, icon, word]) => <span class="key" key={share}><Icon name={icon} />{w(word, { n: cluster.tasks[share] })}</span>)}</p>
				<Line cluster={cluster} unwell={connectors.filter((one) => one.cluster === cluster.cluster && one.rollup !== 'running').length} />
			</div>
		</section>
	);
}

/* A cluster is as well as the worst of its connectors is degraded; failed and unknown the daemon says. */
function withAlerts(cluster: Cluster, connectors: Connector[]): Cluster {
	const unwell = connectors.some((one) => one.cluster === cluster.cluster && one.rollup === 'degraded');
	return cluster.rollup === 'running' && unwell ? { ...cluster, rollup: 'degraded' } : cluster;
}

export function ClusterCards({ clusters, connectors }: { clusters: Cluster[]; connectors: Connector[] }) {
	const list = clusters.map((cluster) => withAlerts(cluster, connectors)).sort((a, b) => rank[a.rollup] - rank[b.rollup] || (a.cluster < b.cluster ? -1 : 1));
	return <div class="cards">{list.map((cluster) => <Card key={cluster.cluster} cluster={cluster} connectors={connectors} />)}</div>;
}

export function Warnings({ clusters }: { clusters: Cluster[] }) {
	return (
		<>
			{clusters.flatMap((cluster) => cluster.warnings.map((warning) => (
				<div class="banner c-warn" role="status" key={`${cluster.cluster} ${warning.text}`}>
					<Icon name="warning" class="c-warn" /><span class="grow"><b>{cluster.cluster}:</b> {warning.text}{warning.since && <span class="dim"> {w('since', { time: when(Date.parse(warning.since), asOf.value) })}</span>}</span>
					{warning.source && <span class="dim">{w('source', { name: warning.source })}</span>}
				</div>
			)))}
		</>
	);
}
