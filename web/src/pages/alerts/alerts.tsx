/* alerts: the page on-call people keep open. Filter and grouping are in the URL. */
import { useMemo, useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { toggle } from '../../model/facet.ts';
import { sift, valueOf } from '../../model/filter.ts';
import { print, type Matcher } from '../../model/matcher.ts';
import { query, setQuery } from '../../router.ts';
import { alerts, loaded, revision } from '../../state/alerts.ts';
import { usePending } from '../../state/pending.ts';
import { myName } from '../../state/session.ts';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Choice, Menu } from '../../ui/menu.tsx';
import { parseQuietly, QueryBox, type Completion } from '../../ui/query_box.tsx';
import { Away } from './away.tsx';
import { board } from './board.ts';
import { BulkBar } from './bulk.tsx';
import { Empty } from './empty.tsx';
import { facetNames, FacetColumn } from './facets.tsx';
import { AlertList } from './list.tsx';
import { ViewMenu } from './views.tsx';
import { w } from './words.ts';

function textOf(list: Matcher[]): string {
	return list.map(print).join(' ');
}

function labelNames(): string[] {
	const names = new Set<string>();
	for (const alert of alerts.values())
		for (const name in alert.labels)
			names.add(name);
	return [...names].sort();
}

const completion: Completion = {
	names: () => ['severity', 'state', 'acknowledged', 'rule', ...labelNames().filter((name) => name !== 'alertname')],
	values: (name) => [...new Set([...alerts.values()].map((alert) => valueOf(alert, name === 'rule' ? 'alertname' : name, myName.value)))].filter(Boolean).sort(),
};

function usualGroups(): [label: string, word: string][] {
	return [['alertname', w('rule')], ['cluster', w('cluster')], ['connector', w('connector')], ['team', w('team')], ['-', w('noGroup')]];
}

function GroupChoices({ by, onChange }: { by: string; onChange: (by: string) => void }) {
	const usual = usualGroups(), others = labelNames().filter((name) => !usual.some(([label]) => label === name));
	return (
		<>
			{usual.map(([label, name]) => <Choice key={label} on={label === (by || '-')} onClick={() => onChange(label)}>{name}</Choice>)}
			{others.length > 0 && <p class="label">{w('otherLabel')}</p>}
			{others.map((name) => <Choice key={name} on={name === by} onClick={() => onChange(name)}>{name}</Choice>)}
		</>
	);
}

function GroupMenu({ by, onChange }: { by: string; onChange: (by: string) => void }) {
	const usual = usualGroups();
	const word = usual.find(([label]) => label === (by || '-'))?.[1] ?? by;
	return (
		<Menu class="button hide-phone" button={<><span class="dim">{common('group')}</span> {word} <Icon name="down" /></>}>
			<GroupChoices by={by} onChange={onChange} />
		</Menu>
	);
}

function Heads({ all, some, onAll }: { all: boolean; some: boolean; onAll: () => void }) {
	return (
		<div class="heads" role="row" aria-rowindex={1}>
			<span role="columnheader"><input type="checkbox" class="check" aria-label={w('selectAll')} checked={all} ref={(box) => { if (box) box.indeterminate = some && !all; }} onClick={onAll} /></span>
			<span role="columnheader">{w('severity')}</span><span role="columnheader">{w('state')}</span><span role="columnheader">{w('what')}</span>
			<span role="columnheader">{w('value')}</span><span role="columnheader" class="num">{w('for')}</span><span role="columnheader">{w('acknowledged')}</span>
		</div>
	);
}

export function AlertsPage() {
	const text = query.value.get('q') ?? '', chosenGroup = query.value.get('group') ?? '';
	const by = chosenGroup === '-' ? '' : chosenGroup || 'alertname';
	const [ids, setIds] = useState<Set<string>>(new Set()), [folded, setFolded] = useState<Set<string>>(new Set()), [drawer, setDrawer] = useState(false);
	const list = useMemo(() => parseQuietly(text), [text]);
	const [only, setOnly] = useState<string[] | null>(null);
	const stamp = revision.value, me = myName.value, waiting = usePending();
	const { shown, facets } = useMemo(() => {
		const all = only ? only.flatMap((id) => alerts.get(id) ?? []) : [...alerts.values(), ...waiting.values()];
		return sift(all, list, facetNames, me);
	}, [stamp, list, me, only, waiting]);
	const lines = useMemo(() => board(shown, by, folded), [shown, by, folded]);
	const fold = (key: string) => setFolded(new Set(folded.has(key) ? [...folded].filter((one) => one !== key) : [...folded, key]));
	const picked = [...ids].filter((id) => alerts.has(id));
	const open = shown.filter((alert) => alert.state !== 'pending');
	const selectAll = () => setIds(picked.length === open.length ? new Set() : new Set(open.map((alert) => alert.id)));
	const setText = (q: string) => setQuery({ q });
	return (
		<>
			<div class="toolbar">
				<Heading name={common('alerts')} />
				<QueryBox text={text} onChange={setText} completion={completion} />
				<button type="button" class="button only-narrow" aria-expanded={drawer} onClick={() => setDrawer(!drawer)}><Icon name="filter" />{common('filters')}</button>
				<ViewMenu view={{ q: text, group: chosenGroup }} onChange={(view) => setQuery({ q: view.q, group: view.group })} />
				<GroupMenu by={by} onChange={(group) => setQuery({ group: group === 'alertname' ? '' : group })} />
			</div>
			<div class="page board">
				<FacetColumn facets={facets} list={list} open={drawer} onToggle={(name, value) => setText(textOf(toggle(list, name, value)))} />
				<div class="card">
					<Away only={only !== null} onOnly={setOnly} />
					{picked.length > 0 && <BulkBar ids={picked} onClear={() => setIds(new Set())} />}
					{loaded.value && shown.length > 0 ? (
						<div role="grid" aria-label={w('rows')} aria-rowcount={lines.length + 1} aria-multiselectable="true">
							<div role="rowgroup"><Heads all={picked.length > 0 && picked.length === open.length} some={picked.length > 0} onAll={selectAll} /></div>
							<AlertList lines={lines} by={by} shape={`${text}\n${by}\n${only?.length}\n${[...folded].join('\n')}`} folded={folded} onFold={fold} selection={{ ids, set: setIds }} />
						</div>
					) : <Empty filter={text} part={only !== null} onClear={() => { setText(''); setOnly(null); }} />}
				</div>
			</div>
		</>
	);
}
