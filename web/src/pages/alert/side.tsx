/* side: runbook, the failed task with its trace, labels, annotations, the rule. All of it is hostile text and shown as text;
 * a link is one only if it is http or https. */
import { restartCurl } from '../../model/restart.ts';
import { rootCause, shortClass } from '../../model/subject.ts';
import type { AlertDetail } from '../../model/types.ts';
import { href } from '../../router.ts';
import { copySaying } from '../../ui/clipboard.ts';
import { Icon } from '../../ui/icon.tsx';
import { w } from './words.ts';

function webLink(text: string | undefined): URL | null {
	try {
		const url = new URL(text ?? '');
		return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
	} catch {
		return null;
	}
}

function Runbook({ text }: { text: string | undefined }) {
	const url = webLink(text);
	if (!url)
		return null;
	return (
		<a class="card runbook later" href={url.href} target="_blank" rel="noreferrer noopener">
			<Icon name="external" /><span class="grow"><b>{w('runbook')}</b><br /><span class="dim">{url.host}{url.pathname}</span></span>
		</a>
	);
}

function FailedTask({ alert }: { alert: AlertDetail }) {
	const trace = alert.trace ?? alert.annotations.trace;
	if (!trace)
		return null;
	const lines = trace.split('\n'), first = shortClass(lines[0]!), cause = rootCause(trace);
	const split = (line: string) => { const at = line.indexOf(':'); return at < 0 ? [line, ''] : [line.slice(0, at + 1), line.slice(at + 1)]; };
	return (
		<section class="card">
			<header><h2 class="grow">{w('failedTask')} {alert.labels.task}</h2><span class="dim cut">{alert.worker}</span></header>
			<div class="pad stack">
				<pre class="trace"><b>{split(first)[0]}</b>{split(first)[1]}{cause !== first && <>{'\n'}<span class="dim">{w('rootCause')}</span> <b>{split(cause)[0]}</b>{split(cause)[1]}</>}</pre>
				{lines.length > 1 && <details><summary>{w('wholeTrace', { n: lines.length })}</summary><pre class="trace dim">{trace}</pre></details>}
				<p class="actions">
					<button type="button" class="button small" onClick={() => void copySaying(restartCurl(alert.worker, alert.labels.connector ?? ''), w('copiedRestart'))}><Icon name="copy" />{w('copyRestart')}</button>
					<button type="button" class="button small" onClick={() => void copySaying(trace, w('copiedTrace'))}>{w('copyTrace')}</button>
				</p>
			</div>
		</section>
	);
}

function Pairs({ title, pairs }: { title: string; pairs: [string, preact.ComponentChildren][] }) {
	const list = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
	return list.length ? (
		<section class="card later">
			<header><h2>{title}</h2></header>
			<dl class="pairs mono-values">{list.map(([name, value]) => <div key={name}><dt class="cut" title={name}>{name}</dt><dd>{value}</dd></div>)}</dl>
		</section>
	) : null;
}

export function Side({ alert }: { alert: AlertDetail }) {
	const { cluster, connector } = alert.labels;
	const annotations = Object.entries(alert.annotations).filter(([name]) => !['trace', 'runbook', 'runbook_url', 'worker'].includes(name));
	return (
		<>
			<Runbook text={alert.annotations.runbook ?? alert.annotations.runbook_url} />
			<FailedTask alert={alert} />
			{cluster && connector && <a class="card runbook later" href={href(`connectors/${encodeURIComponent(cluster)}/${encodeURIComponent(connector)}`)}><Icon name="plug" /><span class="grow"><b>{connector}</b><br /><span class="dim">{w('connector')}, {cluster}</span></span></a>}
			<Pairs title={w('labels')} pairs={Object.entries(alert.labels)} />
			<Pairs title={w('annotations')} pairs={annotations.map(([name, value]) => [name, webLink(value) ? <a href={webLink(value)!.href} target="_blank" rel="noreferrer noopener">{value}</a> : value])} />
			<Pairs title={w('rule')} pairs={[[w('kind'), alert.kind], [w('condition'), alert.condition], [w('source'), alert.rule_source && `${alert.rule_source.file}:${alert.rule_source.line}`]]} />
		</>
	);
}
