/* views: filter and grouping under a name: three that are always there, and a person's own, kept in this browser. */
import { useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { stored } from '../../state/stored.ts';
import { Dialog } from '../../ui/dialog.tsx';
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

function SaveDialog({ view, onClose }: { view: View; onClose: () => void }) {
	const [name, setName] = useState('');
	const submit = (event: Event) => {
		event.preventDefault();
		own.value = { views: { ...own.value.views, [name.trim()]: view } };
		onClose();
	};
	return (
		<Dialog title={w('saveView')} onClose={onClose}>
			<form class="stack" onSubmit={submit}>
				<label class="field"><span>{w('viewName')}</span><input class="input" required pattern=".*\S.*" maxLength={60} autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} /><span class="dim">{w('viewHint')}</span></label>
				<footer><button type="button" class="button" onClick={onClose}>{common('cancel')}</button><button type="submit" class="button primary">{common('save')}</button></footer>
			</form>
		</Dialog>
	);
}

function forget(name: string): void {
	own.value = { views: Object.fromEntries(Object.entries(own.value.views).filter(([key]) => key !== name)) };
}

export function ViewMenu({ view, onChange }: { view: View; onChange: (view: View) => void }) {
	const [naming, setNaming] = useState(false);
	const mine = Object.entries(own.value.views), same = ([, one]: [string, View]) => one.q === view.q && one.group === view.group;
	const current = [...mine, ...builtIn()].find(same)?.[0];
	return (
		<>
			<Menu class="button hide-phone" button={<><span class="dim">{w('views')}</span> {current ?? '–'} <Icon name="down" /></>}>
				{[...builtIn(), ...mine].map((one) => <Choice key={one[0]} on={same(one)} onClick={() => onChange(one[1])}>{one[0]}</Choice>)}
				<hr />
				{!current && <Choice onClick={() => setNaming(true)}>{w('saveView')}</Choice>}
				{mine.map(([name]) => <Choice key={name} onClick={() => forget(name)}><Icon name="close" />{w('deleteView', { what: name })}</Choice>)}
				{current && !mine.length && <p class="label">{common('view')}: {current}</p>}
			</Menu>
			{naming && <SaveDialog view={view} onClose={() => setNaming(false)} />}
		</>
	);
}
