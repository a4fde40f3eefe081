/* row: one alert in 36 px: severity, state, what and where, value beside its limit, age, who has it. */
import { common } from '../../i18n/common.ts';
import { detailOf, heldBack, nobodyHas, objectOf, placeOf } from '../../model/subject.ts';
import type { Alert } from '../../model/types.ts';
import { asNow, limit, quantity, sayNow, unknown } from '../../model/value.ts';
import { href } from '../../router.ts';
import { trailOf } from '../../state/trails.ts';
import { Icon } from '../../ui/icon.tsx';
import { HeldTags, nameOf, SeverityWord, StateWord, tone, Who } from '../../ui/marks.tsx';
import { Spark } from '../../ui/spark.tsx';
import { Age } from '../../ui/time.tsx';
import type { Group } from './board.ts';
import { w } from './words.ts';

function Value({ alert: told }: { alert: Alert }) {
	const trail = trailOf(told.id), alert = asNow(told, trail);
	const known = alert.value !== null;
	const exact = known && alert.unit !== 'state' ? String(alert.value) : undefined;
	return (
		<>
			<Spark trail={trail} limit={alert.raise} lower={alert.direction === '<'} tone={tone[alert.severity]} />
			<span title={exact}>
				{known ? <b>{quantity(alert.unit, alert.value)}</b> : <span class="dim">{trail ? unknown : common('noData')}</span>} <span class="dim">{limit(alert)}</span>
			</span>
		</>
	);
}

function What({ alert, group }: { alert: Alert; group: Group }) {
	const shared = group.shared.some(([name]) => name === 'cluster'), place = placeOf(alert.labels), object = objectOf(alert.labels);
	const detail = sayNow(detailOf(alert), alert, asNow(alert, trailOf(alert.id)));
	return (
		<>
			{alert.state === 'pending' ? <b>{object}</b> : <a href={href(`alerts/${encodeURIComponent(alert.id)}`)} tabIndex={-1}>{object}</a>}
			{alert.labels.task && <b>{common('task', { n: alert.labels.task })}</b>}
			{!shared && place && place !== object && <span>{place}</span>}
			{alert.flapping && <span class="tag"><Icon name="flapping" />{common('flapping')}</span>}
			<HeldTags alert={alert} />
			{detail && <span class="dim" title={detail}>{detail}</span>}
		</>
	);
}

export function Row({ alert, group, index, selected, focused, onSelect, onFocus }: { alert: Alert; group: Group; index: number; selected: boolean; focused: boolean; onSelect: (range: boolean) => void; onFocus: () => void }) {
	const bad = nobodyHas(alert), over = alert.ended_at !== null;
	const name = nameOf(alert.labels);
	return (
		<div role="row" id={`row-${alert.id}`} aria-rowindex={index + 1} aria-selected={selected} tabIndex={focused ? 0 : -1} class={`row ${bad && !over ? 'bad' : ''} ${selected ? 'selected' : ''} ${over ? 'over' : ''} ${heldBack(alert).length ? 'held' : ''}`} onFocus={onFocus}>
			<span role="gridcell" class="pick">{alert.state !== 'pending' && <input type="checkbox" class="check" tabIndex={-1} checked={selected} aria-label={w('select', { what: name })} onClick={(event) => onSelect(event.shiftKey)} />}</span>
			<span role="gridcell" class="r-severity"><SeverityWord severity={alert.severity} /></span>
			<span role="gridcell" class="r-state"><StateWord state={alert.state} severity={alert.severity} /></span>
			<span role="gridcell" class="r-what cut"><What alert={alert} group={group} /></span>
			<span role="gridcell" class="r-value"><Value alert={alert} /></span>
			<span role="gridcell" class="r-age"><Age since={alert.started_at} /></span>
			<span role="gridcell" class="r-ack">{alert.acknowledged ? <Who acknowledged={alert.acknowledged} /> : bad && !over ? <b class="c-crit">{common('nobody')}</b> : null}</span>
		</div>
	);
}
