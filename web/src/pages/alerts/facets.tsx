/* facets: choices with counts on the left; on narrower screens in a drawer. */
import { useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { chosen } from '../../model/facet.ts';
import type { Facets } from '../../model/filter.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { AlertState, Severity } from '../../model/types.ts';
import { unknown } from '../../model/value.ts';
import { loaded } from '../../state/alerts.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { severityIcon, stateIcon, tone } from '../../ui/marks.tsx';
import { w } from './words.ts';

const shownMax = 6;

interface Item {
	value: string;
	word: string;
	icon?: IconName;
	tone?: string;
}

const fixed: Record<string, () => Item[]> = {
	severity: () => (['critical', 'warning', 'info'] as Severity[]).map((value) => ({ value, word: common(value as 'critical'), icon: severityIcon[value], tone: tone[value] })),
	state: () => (['firing', 'pending', 'recovering', 'no_data'] as AlertState[]).map((value) => ({ value, word: common(value), icon: stateIcon[value] })),
	acknowledged: () => [{ value: 'nobody', word: w('byNobody') }, { value: 'me', word: w('byMe') }, { value: 'others', word: w('byOthers') }],
};

const titles = { severity: 'severity', state: 'state', acknowledged: 'acknowledged', alertname: 'rule', cluster: 'cluster', team: 'team', connector: 'connector' } as const;

export const facetNames = Object.keys(titles);

function itemsOf(name: string, counts: Map<string, number>, picked: string[]): Item[] {
	if (fixed[name])
		return fixed[name]!();
	const values = new Set([...picked, ...counts.keys()]);
	return [...values].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1)).map((value) => ({ value, word: value }));
}

function Facet({ name, counts, list, onToggle }: { name: keyof typeof titles; counts: Map<string, number>; list: Matcher[]; onToggle: (name: string, value: string) => void }) {
	const [all, setAll] = useState(false);
	const picked = chosen(list, name), items = itemsOf(name, counts, picked);
	if (!items.length)
		return null;
	const shown = all ? items : items.slice(0, shownMax);
	return (
		<fieldset class="facet">
			<legend>{w(titles[name])}</legend>
			{shown.map(({ value, word, icon, tone: ink }) => {
				const count = counts.get(value) ?? 0;
				return (
					<label key={value} class={count ? '' : 'dim'}>
						<input type="checkbox" class="check" checked={picked.includes(value)} onChange={() => onToggle(name, value)} />
						{icon && <Icon name={icon} class={ink ?? ''} />}<span class="cut grow" title={word}>{word}</span><span class="dim">{loaded.value ? count : unknown}</span>
					</label>
				);
			})}
			{items.length > shownMax && <button type="button" class="button quiet small" onClick={() => setAll(!all)}>{all ? w('fewer') : w('nMore', { n: items.length - shownMax })}</button>}
		</fieldset>
	);
}

export function FacetColumn({ facets, list, onToggle, open }: { facets: Facets; list: Matcher[]; onToggle: (name: string, value: string) => void; open: boolean }) {
	return (
		<aside class={`facets ${open ? 'open' : ''}`} aria-label={w('facets')}>
			{(facetNames as (keyof typeof titles)[]).map((name) => <Facet key={name} name={name} counts={facets.get(name) ?? new Map()} list={list} onToggle={onToggle} />)}
		</aside>
	);
}
