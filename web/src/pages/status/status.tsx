/* status: the daemon itself: sources, evaluation, store, configuration, streams, and how this page is connected. */
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { change, ApiError } from '../../api/client.ts';
import { common } from '../../i18n/common.ts';
import { link } from '../../link/client.ts';
import { exactSpan, span } from '../../model/time.ts';
import { count, quantity, unknown } from '../../model/value.ts';
import { may } from '../../state/session.ts';
import { say } from '../../state/toasts.ts';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLoaded } from '../../ui/loading.ts';
import { Problem } from '../../ui/problem.tsx';
import { Age, Clock } from '../../ui/time.tsx';
import { w } from './words.ts';

const refreshMsec = 5_000;

interface Target {
	instance: string;
	up: boolean | null;
	last_poll_at: string | null;
	duration_msec: number | null;
	error: string | null;
}

interface Status {
	version: string;
	started_at: string;
	uptime_msec: number;
	epoch: string;
	seq: number;
	healthy: boolean;
	settled: boolean;
	sources: { name: string; kind: string; targets: Target[] }[];
	evaluation: { rules: number; last_at: string | null; duration_msec: number | null };
	instances: number;
	series: number;
	series_dropped: number;
	evaluations: number;
	store: { path: string; size_bytes: number; free_bytes: number; events: number | null; oldest: string | null; commits: number; refusals: number; accepts: boolean; problem: string | null };
	config: { file: string | null; hash: string | null; generation: number; loaded_at: string | null; last_reload: { at: string | null; ok: boolean; text: string | null } | null };
	stream: { clients: number; dropped: number };
}

type Pair = [string, preact.ComponentChildren];

function Pairs({ title, pairs, children }: { title: string; pairs: Pair[]; children?: preact.ComponentChildren }) {
	return (
		<section class="card">
			<header><h2 class="grow">{title}</h2>{children}</header>
			<dl class="pairs">{pairs.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
		</section>
	);
}

function Sources({ sources }: { sources: Status['sources'] }) {
	return (
		<section class="card scroll">
			<header><h2>{w('sources')}</h2></header>
			{sources.length ? (
				<table class="table">
					<thead><tr><th>{w('state')}</th><th>{w('target')}</th><th class="num">{w('lastPoll')}</th><th class="num">{w('elapsed')}</th><th>{w('problem')}</th></tr></thead>
					<tbody>
						{sources.map((source) => (
							<Fragment key={source.name}>
								<tr class="group-row"><td colSpan={5}><b>{source.name}</b> <span class="dim">{source.kind}</span></td></tr>
								{source.targets.map((target) => {
									const down = target.up === false && target.last_poll_at !== null;
									return (
										<tr key={target.instance} class={down ? 'bad' : ''}>
											<td><span class={`word ${down ? 'c-crit' : ''}`}><Icon name={down ? 'critical' : target.up ? 'resolved' : 'no-data'} class={down ? 'c-crit' : target.up ? 'c-ok' : ''} />{w(down ? 'down' : target.up ? 'up' : 'unknown')}</span></td>
											<td class="flex">{target.instance}</td>
											<td class="num" data-l={w('lastPoll')}><Age since={target.last_poll_at} ago /></td>
											<td class="num" data-l={w('elapsed')}>{target.duration_msec === null ? unknown : span(target.duration_msec)}</td>
											<td class={down ? 'c-crit' : 'dim'}>{target.error}</td>
										</tr>
									);
								})}
							</Fragment>
						))}
					</tbody>
				</table>
			) : <p class="pad dim">{w('noSources')}</p>}
		</section>
	);
}

function ReloadButton({ again }: { again: () => void }) {
	const [busy, setBusy] = useState(false), [report, setReport] = useState<string | null>(null);
	const reload = async () => {
		setBusy(true);
		setReport(null);
		try {
			await change('POST', '-/reload');
			say('reload', w('reloaded'));
		} catch (problem) {
			setReport(problem instanceof ApiError ? problem.message : String(problem));
		}
		setBusy(false);
		again();
	};
	return (
		<>
			<button type="button" class="button small" disabled={busy} onClick={() => void reload()}>{w(busy ? 'reloading' : 'reload')}</button>
			{report && <div class="banner c-crit" role="alert"><Icon name="critical" class="c-crit" /><span class="grow"><b>{w('reloadRefused')}.</b> <span class="mono report">{report}</span></span></div>}
		</>
	);
}

function Config({ config, again }: { config: Status['config']; again: () => void }) {
	const last = config.last_reload;
	return (
		<Pairs title={w('config')} pairs={[
			[w('file'), <span class="mono">{config.file}</span>], [w('hash'), config.hash && <span class="mono">{config.hash.slice(0, 16)}</span>], [w('generation'), config.generation], [w('loaded'), <Clock at={config.loaded_at} />],
			[w('lastReload'), last?.at && <>{last.ok ? <span class="word"><Icon name="resolved" class="c-ok" /><Clock at={last.at} /></span> : <span class="word c-crit"><Icon name="critical" /><Clock at={last.at} /></span>}</>],
			[w('report'), last && !last.ok && <><p>{w('reloadFailed')}</p><pre class="report">{last.text}</pre></>],
		]}>{may('admin') && <ReloadButton again={again} />}</Pairs>
	);
}

export function StatusPage() {
	const { data, problem, again } = useLoaded<Status>('api/v1/status', {}, refreshMsec);
	const { phase, skew } = link.value;
	return (
		<>
			<div class="toolbar">
				<Heading name={common('status')} />
				{data && <span class={`word ${data.healthy ? '' : 'c-crit'}`}><Icon name={data.healthy ? 'resolved' : 'critical'} class={data.healthy ? 'c-ok' : 'c-crit'} />{w(data.healthy ? 'healthy' : 'notHealthy')}</span>}
				{data && !data.settled && <span class="tag c-info">{w('settling')}</span>}
			</div>
			<div class="page stack">
				<Problem problem={problem} again={again} />
				{data && (
					<>
						<Sources sources={data.sources} />
						<div class="cards">
							<Pairs title={w('daemon')} pairs={[[w('version'), data.version], [w('started'), <Clock at={data.started_at} />], [w('uptime'), exactSpan(data.uptime_msec)], [w('seq'), count(data.seq)], [w('epoch'), <span class="mono">{data.epoch}</span>]]} />
							<Pairs title={w('evaluation')} pairs={[[w('rules'), data.evaluation.rules], [w('instances'), count(data.instances)], [w('series'), count(data.series)], [w('dropped'), data.series_dropped ? <b class="c-warn">{count(data.series_dropped)}</b> : '0'], [w('evaluations'), count(data.evaluations)], [w('last'), <Age since={data.evaluation.last_at} ago />], [w('took'), data.evaluation.duration_msec === null ? null : span(data.evaluation.duration_msec)]]} />
							<Pairs title={w('store')} pairs={[[w('accepts'), data.store.accepts ? w('yes') : <b class="c-crit">{w('no')}</b>], [w('storeProblem'), data.store.problem && <b class="c-crit">{data.store.problem}</b>], [w('path'), <span class="mono">{data.store.path}</span>], [w('size'), quantity('bytes', data.store.size_bytes)], [w('free'), quantity('bytes', data.store.free_bytes)], [w('events'), count(data.store.events)], [w('oldest'), <Clock at={data.store.oldest} />], [w('commits'), count(data.store.commits)], [w('refusals'), count(data.store.refusals)]]} />
							<Config config={data.config} again={again} />
							<Pairs title={w('streams')} pairs={[[w('clients'), count(data.stream.clients)], [w('droppedClients'), count(data.stream.dropped)]]} />
							<Pairs title={w('page')} pairs={[[w('link'), `${common(phase === 'live' ? 'live' : phase === 'polling' ? 'polling' : 'offline')}, ${w('SharedWorker' in globalThis ? 'shared' : 'own')}`], [w('skew'), `${skew < 0 ? '−' : '+'}${span(Math.abs(skew))}`], [w('licences'), w('licencesText')]]} />
						</div>
					</>
				)}
			</div>
		</>
	);
}
