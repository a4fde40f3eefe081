/* rules: what is watched, how each rule is, and where it stands in the configuration; what is not well comes first. */
import { computed } from '@preact/signals';
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { rank } from '../../model/subject.ts';
import type { Level, List, Rule, Severity } from '../../model/types.ts';
import { quantity } from '../../model/value.ts';
import { go, href, query, setQuery } from '../../router.ts';
import { alerts, revision } from '../../state/alerts.ts';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLoaded } from '../../ui/loading.ts';
import { Problem } from '../../ui/problem.tsx';
import { SearchBox } from '../../ui/search_box.tsx';
import { tone } from '../../ui/marks.tsx';
import { Age } from '../../ui/time.tsx';
import { w } from './words.ts';

const refreshMsec = 5_000;
const order = { error: 0, no_data: 1, ok: 2 } as const;

function weight(rule: Rule): number {
	return order[rule.health] * 10 - Math.min(9, rule.states.firing + rule.states.no_data);
}

function Health({ rule }: { rule: Rule }) {
	const [icon, ink] = rule.health === 'error' ? ['critical', 'c-crit'] as const : rule.health === 'no_data' ? ['no-data', ''] as const : ['resolved', ''] as const;
	return <span class={`word ${ink}`} title={rule.last_error ?? undefined}><Icon name={icon} class={rule.health === 'ok' ? 'c-ok' : ink} />{w(rule.health)}</span>;
}

/* The heaviest that an open alert of each rule is. */
const heaviest = computed(() => {
	revision.value;
	const found = new Map<string, Severity>();
	for (const { rule, severity } of alerts.values())
		if (rank[severity] > rank[found.get(rule) ?? 'none'])
			found.set(rule, severity);
	return found;
});

function Now({ rule }: { rule: Rule }) {
	const { firing, pending, recovering, no_data } = rule.states;
	const parts = [
		firing && <span class="word" key="firing"><Icon name="firing" class={tone[heaviest.value.get(rule.name) ?? 'none']} />{w('nFiring', { n: firing })}</span>,
		pending && <span class="word" key="pending"><Icon name="pending" class="c-warn" />{w('nPending', { n: pending })}</span>,
		recovering && <span class="word" key="recovering"><Icon name="recovering" class="c-ok" />{w('nRecovering', { n: recovering })}</span>,
		no_data && <span class="word" key="no_data"><Icon name="no-data" />{w('nNoData', { n: no_data })}</span>,
	].filter(Boolean);
	return parts.length ? <span class="counts">{parts}</span> : <span class="dim">{w('quiet')}</span>;
}

function levelText(rule: Rule, level: Level): string {
	if (level.raise === null)
		return level.condition ?? '';
	return w('levels', {
		raise: w('raise', { value: quantity(rule.unit, level.raise) }),
		clear: level.clear === null ? '' : w('clear', { value: quantity(rule.unit, level.clear) }),
		for: level.for ? w('lFor', { span: level.for }) : '',
	});
}

function Detail({ rule }: { rule: Rule }) {
	const rows: [string, preact.ComponentChildren][] = [
		...rule.levels.map((level): [string, string] => [common(level.severity), levelText(rule, level)]),
		[w('match'), rule.match || w('everything')], [w('metric'), rule.metric], [w('window'), rule.window], [w('keep'), rule.keep_firing_for],
		[w('noData'), rule.no_data && `${rule.no_data}${rule.no_data_after ? `, ${w('after', { span: rule.no_data_after })}` : ''}`],
		[w('labels'), Object.entries(rule.labels).map(([name, value]) => `${name}=${value}`).join(' ')],
		...Object.entries(rule.annotations).filter(([name]) => name !== 'runbook'),
		[w('runbook'), rule.runbook], [w('lastError'), rule.last_error],
	];
	const filter = encodeURIComponent(`alertname="${rule.name}"`);
	return (
		<tr class="sub-row">
			<td colSpan={9}>
				<dl class="pairs mono-values">{rows.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
				<p class="actions pad"><a class="button small" href={href(`?q=${filter}`)}>{w('showAlerts')}</a><a class="button small" href={href(`history?q=${filter}`)}>{w('showHistory')}</a></p>
			</td>
		</tr>
	);
}

function Row({ rule, open, onOpen }: { rule: Rule; open: boolean; onOpen: () => void }) {
	return (
		<tr class={rule.health === 'error' ? 'bad' : ''}>
			<td><button type="button" class="button bare small" aria-expanded={open} aria-label={w(open ? 'close' : 'open', { what: rule.name })} onClick={onOpen}><Icon name={open ? 'down' : 'right'} /></button></td>
			<td data-l={w('health')}><Health rule={rule} /></td>
			<td class="flex"><b>{rule.name}</b> <span class="dim">{rule.condition}</span></td>
			<td data-l={w('now')}><Now rule={rule} /></td>
			<td class="num" data-l={w('instances')}>{rule.instances}</td>
			<td class="num" data-l={w('evaluated')}><Age since={rule.last_evaluation_at} ago /></td>
			<td class="num" data-l={w('lastFired')}>{rule.last_fired_at ? <Age since={rule.last_fired_at} ago /> : <span class="dim">{w('never')}</span>}</td>
			<td class="num" data-l={w('fired30d')}>{rule.fired_30d ?? '–'}</td>
			<td data-l={w('source')} class="mono dim">{rule.source ? `${rule.source.file}:${rule.source.line}` : ''}</td>
		</tr>
	);
}

export function RulesPage() {
	const { data, problem, again } = useLoaded<List<Rule>>('api/v1/rules', {}, refreshMsec);
	const [open, setOpen] = useState<string | null>(query.value.get('rule'));
	const needle = (query.value.get('q') ?? '').toLowerCase();
	const text = (rule: Rule) => [rule.name, rule.kind, rule.condition, rule.match, ...Object.values(rule.labels)].join('\n').toLowerCase();
	const list = (data?.items ?? []).filter((rule) => text(rule).includes(needle)).sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
	const errors = list.filter((rule) => rule.health === 'error').length;
	return (
		<>
			<div class="toolbar">
				<Heading name={common('rules')} />
				<SearchBox text={query.value.get('q') ?? ''} placeholder={w('filterHint')} onChange={(q) => setQuery({ q })} />
				{data && <p class="stats"><span><b>{data.items.length}</b> {w('count', { n: data.items.length }).replace(/^\d+\s/, '')}</span>{errors > 0 && <span class="word c-crit"><Icon name="critical" />{w('failing', { n: errors })}</span>}</p>}
			</div>
			<div class="page stack">
				<Problem problem={problem} again={again} />
				{data && (
					<section class="card scroll" aria-label={w('intro')}>
						{list.length ? (
							<table class="table">
								<thead><tr><th><span class="sr">{common('open')}</span></th><th>{w('health')}</th><th>{w('rule')}</th><th>{w('now')}</th><th class="num">{w('instances')}</th><th class="num">{w('evaluated')}</th><th class="num">{w('lastFired')}</th><th class="num">{w('fired30d')}</th><th>{w('source')}</th></tr></thead>
								<tbody>{list.map((rule) => (
									<Fragment key={rule.name}>
										<Row rule={rule} open={open === rule.name} onOpen={() => setOpen(open === rule.name ? null : rule.name)} />
										{open === rule.name && <Detail rule={rule} />}
									</Fragment>
								))}</tbody>
							</table>
						) : <div class="empty"><p>{w('none')}</p><button type="button" class="button" onClick={() => go('rules', true)}>{common('tryAgain')}</button></div>}
					</section>
				)}
			</div>
		</>
	);
}
