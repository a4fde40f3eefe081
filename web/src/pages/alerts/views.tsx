/* views: filter and grouping under a name: three that are always there, and a person's own, kept in this browser. */
import { common } from '../../i18n/common.ts';
import { stored } from '../../state/stored.ts';
import { Icon } from '../../ui/icon.tsx';
import { Choice, Menu } from '../../ui/menu.tsx';
import { w } from './words.ts';

export interface View {
	q: string;
	group: string;
}

const own = stored<{ views: Record<string, View> }>('tocsin.views', { views: {} });

function builtIn(): [string, View][] {
	return [[w('all'), { q: '', group: '' }], [w('untaken'), { q: 'acknowledged=nobody', group: '' }], [w('mine'), { q: 'acknowledged=me', group: '' }]];
}

function save(view: View): void {
	const name = prompt(w('viewName'))?.trim();
	if (name)
		own.value = { views: { ...own.value.views, [name]: view } };
}

function forget(name: string): void {
	own.value = { views: Object.fromEntries(Object.entries(own.value.views).filter(([key]) => key !== name)) };
}

export function ViewMenu({ view, onChange }: { view: View; onChange: (view: View) => void }) {
	const mine = Object.entries(own.value.views), same = ([, one]: [string, View]) => one.q === view.q && one.group === view.group;
	const current = [...mine, ...builtIn()].find(same)?.[0];
	return (
		<Menu class="button hide-phone" button={<><span class="dim">{w('views')}</span> {current ?? '–'} <Icon name="down" /></>}>
			{[...builtIn(), ...mine].map((one) => <Choice key={one[0]} on={same(one)} onClick={() => onChange(one[1])}>{one[0]}</Choice>)}
			<hr />
			{!current && <Choice onClick={() => save(view)}>{w('saveView')}</Choice>}
			{mine.map(([name]) => <Choice key={name} onClick={() => forget(name)}><Icon name="close" />{w('deleteView', { what: name })}</Choice>)}
			{current && !mine.length && <p class="label">{common('view')}: {current}</p>}
		</Menu>
	);
}
