/* list: the grid of lines: only what is near the window is in the document. While the pointer is over it, the focus is in it or
 * it is scrolled, lines keep their places: what is new waits behind a button, what ended stays, dimmed. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import type { Alert } from '../../model/types.ts';
import { go } from '../../router.ts';
import { alerts, ended } from '../../state/alerts.ts';
import { isPending, pendingOf } from '../../state/pending.ts';
import { may } from '../../state/session.ts';
import { wantTrails } from '../../state/trails.ts';
import { ackDialog } from '../../state/view.ts';
import { Icon } from '../../ui/icon.tsx';
import { useKeys } from '../../ui/keys.ts';
import { nameOf, SeverityCounts } from '../../ui/marks.tsx';
import { phone } from '../../ui/media.ts';
import { reveal, useVirtual } from '../../ui/virtual.ts';
import type { Group, Line } from './board.ts';
import { Row } from './row.tsx';
import { w } from './words.ts';

export interface Selection {
	ids: Set<string>;
	set: (ids: Set<string>) => void;
}

function known(id: string): Alert | undefined {
	return alerts.get(id) ?? ended.get(id) ?? (isPending(id) ? pendingOf(id) : undefined);
}

function GroupHead({ group, by, folded, index, onFold }: { group: Group; by: string; folded: boolean; index: number; onFold: () => void }) {
	const name = group.key || w('noValue', { name: by });
	return (
		<div class="group" role="row" aria-rowindex={index + 1}>
			<span role="gridcell"><button type="button" class="button bare small" aria-expanded={!folded} aria-label={w(folded ? 'unfold' : 'fold', { what: name })} onClick={onFold}><Icon name={folded ? 'right' : 'down'} /></button></span>
			<span role="gridcell" class="group-name">
				<b>{name}</b><SeverityCounts counts={group.counts} />
				<span class="mono dim cut">{group.shared.filter(([label]) => label !== by).map(([label, value]) => `${label}=${value}`).join(' ')}</span>
			</span>
		</div>
	);
}

/* Lines in the places they had, with what is new counted. */
function useSteady(lines: Line[], held: boolean): { lines: Line[]; fresh: number; release: () => void } {
	const [kept, setKept] = useState<Line[] | null>(null);
	const shown = useRef(lines);
	useEffect(() => { setKept(held ? shown.current : null); }, [held]);
	const steady = held ? kept ?? shown.current : lines;
	shown.current = steady;
	const have = useMemo(() => new Set(steady.map((line) => line.key)), [steady]);
	const fresh = held ? lines.filter((line) => line.kind === 'row' && !have.has(line.key)).length : 0;
	return { lines: steady, fresh, release: () => { shown.current = lines; setKept(lines); } };
}

function useHeld(): [boolean, object] {
	const [over, setOver] = useState(false), [inside, setInside] = useState(false), [scrolled, setScrolled] = useState(scrollY > 0);
	useEffect(() => {
		const update = () => setScrolled(scrollY > 0);
		addEventListener('scroll', update, { passive: true });
		return () => removeEventListener('scroll', update);
	}, []);
	const handlers = {
		onPointerEnter: () => setOver(true), onPointerLeave: () => setOver(false),
		onFocusIn: () => setInside(true), onFocusOut: () => setInside(false),
	};
	return [over || inside || scrolled, handlers];
}

/* shape = what the viewer chose (filter, group, folds): a change of it shows the new order at once. */
export function AlertList({ lines: live, by, shape, folded, onFold, selection }: { lines: Line[]; by: string; shape: string; folded: Set<string>; onFold: (key: string) => void; selection: Selection }) {
	const [held, handlers] = useHeld();
	const { lines, fresh, release } = useSteady(live, held);
	const [at, setAt] = useState<string | null>(null);
	const grid = useRef<HTMLDivElement | null>(null), last = useRef<number | null>(null), wanted = useRef(shape);
	if (wanted.current !== shape) {
		wanted.current = shape;
		queueMicrotask(release);
	}
	const height = phone.value ? 60 : 36;
	const range = useVirtual(grid, lines.length, height);
	const window = lines.slice(range.from, range.to);
	wantTrails(window.flatMap((line) => (line.kind === 'row' ? [line.id] : [])));
	useEffect(() => () => wantTrails([]), []);

	const rows = () => lines.map((line, i) => [line, i] as const).filter(([line]) => line.kind === 'row');
	const focus = (index: number) => {
		const line = lines[index];
		if (line?.kind !== 'row')
			return;
		setAt(line.id);
		reveal(grid.current!, index, height);
		requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`row-${line.id}`)?.focus({ preventScroll: true })));
	};
	const move = (by: number) => {
		const list = rows(), here = list.findIndex(([line]) => line.kind === 'row' && line.id === at);
		const next = list[here < 0 ? 0 : Math.max(0, Math.min(list.length - 1, here + by))];
		if (next)
			focus(next[1]);
	};
	const select = (index: number, range: boolean) => {
		const ids = new Set(selection.ids), line = lines[index]!;
		const [from, to] = range && last.current !== null ? [Math.min(last.current, index), Math.max(last.current, index)] : [index, index];
		const on = line.kind === 'row' && !ids.has(line.id);
		if (line.kind === 'row' && isPending(line.id))
			return;
		for (const one of lines.slice(from, to + 1))
			if (one.kind === 'row' && !isPending(one.id))
				on ? ids.add(one.id) : ids.delete(one.id);
		last.current = index;
		selection.set(ids);
	};
	const current = () => rows().find(([line]) => line.kind === 'row' && line.id === at);
	const command = (kind: 'ack' | 'comment') => {
		const ids = kind === 'ack' && selection.ids.size ? [...selection.ids].filter((id) => alerts.has(id)) : at && !isPending(at) ? [at] : [];
		const alert = ids[0] && known(ids[0]);
		if (alert && may('responder'))
			ackDialog.value = { kind, ids, title: ids.length > 1 ? common('acknowledgeN', { n: ids.length }) : `${nameOf(alert.labels)}: ${alert.rule}` };
	};
	useKeys({
		j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1), Home: () => move(-lines.length), End: () => move(lines.length),
		x: () => { const found = current(); if (found) select(found[1], false); },
		a: () => command('ack'), c: () => command('comment'),
		Enter: (event) => { if ((event.target as Element).closest('a, button')) (event.target as HTMLElement).click(); else if (at && !isPending(at)) go(`alerts/${encodeURIComponent(at)}`); },
	});
	return (
		<div {...handlers}>
			{fresh > 0 && <div class="fresh"><button type="button" class="button small" onClick={release}>{w('nNew', { n: fresh })}</button></div>}
			<div class="lines" role="rowgroup" ref={grid} style={{ height: `${lines.length * height}px` }}>
				<div class="window" style={{ transform: `translateY(${range.from * height}px)` }}>
					{window.map((line, i) => {
						const index = range.from + i;
						if (line.kind === 'group')
							return <GroupHead key={line.key} group={line.group} by={by} folded={folded.has(line.group.key)} index={index} onFold={() => onFold(line.group.key)} />;
						const alert = known(line.id);
						return alert && <Row key={line.key} alert={alert} group={line.group} index={index} selected={selection.ids.has(line.id)} focused={at === line.id || (at === null && index === (by ? 1 : 0))} onSelect={(range) => select(index, range)} onFocus={() => setAt(line.id)} />;
					})}
				</div>
			</div>
		</div>
	);
}
