/* hero: what it is, who has it, what can be done, and the value on its scale. */
import { common } from '../../i18n/common.ts';
import { causeOf, objectOf, placeOf } from '../../model/subject.ts';
import { exactSpan, instant, span, when } from '../../model/time.ts';
import type { AlertDetail } from '../../model/types.ts';
import { limit, quantity, sayNow } from '../../model/value.ts';
import { asOf } from '../../state/freshness.ts';
import { may } from '../../state/session.ts';
import { ackDialog } from '../../state/view.ts';
import { giveUp } from '../../ui/ack.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Face, HeldTags, SeverityWord, StateWord, stateTone, ackTerm } from '../../ui/marks.tsx';
import { Clock } from '../../ui/time.tsx';
import { LevelScale } from './scale.tsx';
import type { Entry } from './timeline.ts';
import { w, type en } from './words.ts';

/* now: the alert with its newest number; only the sentence knows of it, whatever digits a name has. */
export function headline(alert: AlertDetail, now = alert): string {
	const { task } = alert.labels, said = sayNow(alert.annotations.summary ?? alert.fact ?? alert.topic, alert, now);
	return `${objectOf(alert.labels)}${task && !said.includes(`task ${task}`) ? ` ${common('task', { n: task })}` : ''}: ${said}`;
}

function Marks({ alert }: { alert: AlertDetail }) {
	return (
		<p class="marks">
			<SeverityWord severity={alert.severity} /><StateWord state={alert.state} severity={alert.severity} />
			{alert.flapping && <span class="tag"><Icon name="flapping" />{common('flapping')}</span>}
			{alert.no_data && alert.state !== 'no_data' && <span class="tag">{common('noData')}</span>}
			{!alert.ended_at && <HeldTags alert={alert} />}
			{alert.acknowledged && <span class="who"><Face name={alert.acknowledged.by} />{w('ackedBy', { who: alert.acknowledged.by })} <span class="dim">{ackTerm(alert.acknowledged)}</span></span>}
			{alert.ended_at && <span class="dim">{w(`r_${alert.reason}` as keyof typeof en)}</span>}
		</p>
	);
}

function Facts({ alert, entries }: { alert: AlertDetail; entries: Entry[] }) {
	const started = instant(alert.started_at)!, ended = instant(alert.ended_at), cluster = placeOf(alert.labels);
	const level = entries.find((entry) => entry.event.kind === 'transition' && ['opened', 'worse', 'better'].includes(entry.event.transition!));
	return (
		<p class="facts">
			{cluster && <span><span class="dim">{w('cluster')}</span> {cluster}</span>}
			<span><span class="dim">{w('since')}</span> <Clock at={started} />{ended === null && `, ${span(Math.max(0, asOf.value - started))}`}</span>
			{ended !== null && <span><span class="dim">{w('lasted')}</span> {exactSpan(ended - started)}</span>}
			{ended === null && level && level.at !== started && <span><span class="dim">{w('severityFor', { severity: common(alert.severity) })}</span> {span(Math.max(0, asOf.value - level.at))}</span>}
			{alert.peak !== null && alert.unit !== 'state' && alert.unit !== 'none' && <span><span class="dim">{w('peak')}</span> {quantity(alert.unit, alert.peak)}</span>}
			{alert.worker && <span><span class="dim">{w('worker')}</span> {alert.worker}</span>}
		</p>
	);
}

export function askAck(alert: AlertDetail, kind: 'ack' | 'comment'): void {
	if (may('responder') && !(kind === 'ack' && alert.ended_at))
		ackDialog.value = { kind, ids: [alert.id], title: headline(alert) };
}

function Actions({ alert }: { alert: AlertDetail }) {
	if (!may('responder'))
		return null;
	return (
		<div class="actions">
			{!alert.ended_at && <button type="button" class="button primary" onClick={() => askAck(alert, 'ack')}>{w(alert.acknowledged ? 'extend' : 'ackNow')} <kbd>a</kbd></button>}
			{!alert.ended_at && alert.acknowledged && <button type="button" class="button" onClick={() => void giveUp([alert.id])}>{common('giveUp')}</button>}
			<button type="button" class="button" onClick={() => askAck(alert, 'comment')}>{common('comment')} <kbd>c</kbd></button>
		</div>
	);
}

function distance(alert: AlertDetail): string {
	const recovering = alert.state === 'recovering' || alert.state === 'resolved', bound = recovering ? alert.clear : alert.raise;
	if (bound === null || alert.value === null)
		return '';
	const delta = quantity(alert.unit, Math.abs(alert.value - bound)), over = alert.value >= bound;
	return w(recovering ? (over ? 'overClear' : 'underClear') : over ? 'overRaise' : 'underRaise', { delta });
}

function LevelNow({ alert }: { alert: AlertDetail }) {
	if (alert.unit === 'none')
		return null;
	const known = instant(alert.last_known_at);
	return (
		<div class="level">
			<p>
				<span class={`big-number ${alert.value === null ? 'dim' : stateTone(alert.state, alert.severity)}`}>{alert.value === null ? common('noData') : quantity(alert.unit, alert.value)}</span>{' '}
				<span class="dim">{alert.value === null && known !== null ? w('lastKnown', { value: quantity(alert.unit, alert.last_known), time: when(known, asOf.value) }) : distance(alert) || limit(alert)}</span>
			</p>
			<LevelScale alert={alert} />
		</div>
	);
}

/* told = as the daemon last told it: the words of its sentence; alert = with its newest number. */
export function Hero({ alert, told, entries }: { alert: AlertDetail; told: AlertDetail; entries: Entry[] }) {
	return (
		<section class="card hero" aria-label={causeOf(alert)}>
			<div><Marks alert={alert} /><Heading name={headline(told, alert)} /><Facts alert={alert} entries={entries} /></div>
			<Actions alert={alert} />
			<LevelNow alert={alert} />
		</section>
	);
}
