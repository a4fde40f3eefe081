/* history: the one timeline of an alert: transitions, messages with their results, people, and why each was sent. */
import { Fragment, type ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { channelOf } from '../../model/channel.ts';
import { heldBack } from '../../model/subject.ts';
import { dayName, exactSpan } from '../../model/time.ts';
import type { AlertDetail, Notification, Severity, Why } from '../../model/types.ts';
import { quantity } from '../../model/value.ts';
import { asOf } from '../../state/freshness.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { lower, tone } from '../../ui/marks.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Clock } from '../../ui/time.tsx';
import type { Entry, EntryKind, Untold } from './timeline.ts';
import { en, w } from './words.ts';

type Word = keyof typeof en;

function has(key: string): key is Word {
	return key in en;
}

const icons: Record<string, IconName> = { pending: 'pending', opened: 'firing', worse: 'critical', better: 'firing', recovering: 'recovering', relapsed: 'firing', no_data: 'no-data', data_back: 'firing', flapping: 'flapping', steady: 'resolved', resolved: 'resolved', dropped: 'resolved' };
const calm = new Set(['recovering', 'resolved', 'steady', 'dropped']);

function look(entry: Entry): [IconName, string] {
	const { event, severity } = entry;
	if (event.kind === 'comment')
		return ['note', 'c-acc'];
	if (event.kind !== 'transition')
		return ['person', 'c-acc'];
	if (event.transition === 'opened' && event.state === 'no_data')
		return ['no-data', ''];
	const name = event.transition === 'worse' ? (severity === 'critical' ? 'critical' : 'warning') : icons[event.transition!] ?? 'dot';
	return [name, calm.has(event.transition!) ? 'c-ok' : event.transition === 'no_data' ? '' : tone[severity]];
}

function Head({ entry, alert }: { entry: Entry; alert: AlertDetail }) {
	const { event, severity } = entry, who = event.by || w('somebody');
	if (event.kind === 'ack')
		return <b>{w('ackedBy', { who })}</b>;
	if (event.kind === 'unack')
		return <><b>{event.by ? w('unackedBy', { who }) : w('unacked')}</b> {has(`r_${event.reason}`) ? w(`r_${event.reason}` as Word) : ''}</>;
	if (event.kind === 'comment')
		return <b>{w('commentBy', { who })}</b>;
	const key = `t_${event.transition === 'opened' && event.state === 'no_data' ? 'no_data' : event.transition}`, value = typeof event.value === 'number' && alert.unit !== 'state' ? `${quantity(alert.unit, event.value)}: ` : '';
	const was = lower((event.was as Severity | undefined) ?? 'none');
	return <><b>{has(key) ? w(key, { severity: lower(severity), was }) : event.transition}</b> {value}{reasonWord(event.reason ?? '')}</>;
}

const channels: Record<string, IconName> = { email: 'mail', slack: 'hash', webhook: 'hook', toast: 'page' };
const sentTones: Record<Notification['state'], string> = { sent: 'c-ok', ambiguous: 'c-warn', retry: 'c-warn', dead: 'c-crit', pending: '', sending: '', cancelled: '' };

function sentWord(message: Notification): string {
	if (message.state === 'sent')
		return message.kind === 'toast' ? w('s_shown') : message.attempts > 1 ? w('s_sentTry', { n: message.attempts }) : w('s_sent');
	return w(`s_${message.state}`);
}

function Message({ message }: { message: Notification }) {
	const target = message.kind === 'toast' ? w('page') : channelOf(message);
	return (
		<li>
			<Icon name={channels[message.kind] ?? 'send'} />
			<span class="cut" title={message.integration}>{target}</span>
			<span class={`tag ${sentTones[message.state]}`}>{sentWord(message)}</span>
			<span class="cut dim" title={message.why}>{[message.result, message.attempts > 1 && message.state !== 'sent' ? w('tries', { n: message.attempts }) : '', message.why].filter(Boolean).join(' · ')}</span>
		</li>
	);
}

function reasonWord(reason: string): string {
	return has(`r_${reason}`) ? w(`r_${reason}` as Word) : reason;
}

function NotTold({ untold }: { untold: Untold }) {
	return (
		<li>
			<Icon name={untold.state === 'held' ? 'silenced' : 'send'} />
			<span class="cut" title={untold.integration}>{channelOf(untold)}</span>
			<span class="tag">{w(untold.state === 'held' ? 's_held' : 's_cancelled')}</span>
			<span class="cut dim" title={reasonWord(untold.reason)}>{reasonWord(untold.reason)}</span>
		</li>
	);
}

function placeText(part: { file: string | null; line: number | null }): string {
	return part.file ? `${part.file}:${part.line}` : '';
}

/* What holds it back now, and the storm that held it back then: of that only the log knows. */
function heldText(why: Why, entries: Entry[]): string {
	const storm = entries.some(({ untold }) => untold.some(({ reason }) => reason === 'storm'));
	return [...why.held_back.map(({ text }) => text), ...(storm ? [w('r_storm')] : [])].join('; ') || w('heldNothing');
}

function WhyPaged({ why, held, told }: { why: Why; held: string; told: boolean }) {
	return (
		<details>
			<summary>{w(told ? 'why' : 'whyNot')}</summary>
			<ol class="why">
				{why.rule && <li><b>{w('whyRule')}</b><span>{why.rule.text} <span class="mono dim">{placeText(why.rule)}</span></span></li>}
				{(why.routes ?? (why.route ? [why.route] : [])).map((route) => <li key={route.text}><b>{w('whyRoute')}</b><span>{route.text} <span class="mono dim">{placeText(route)}</span></span></li>)}
				<li><b>{w('whyHeld')}</b><span>{held}</span></li>
				{why.group && <li><b>{w('whyGroup')}</b><span>{why.group.text}</span></li>}
			</ol>
		</details>
	);
}

function Happened({ entry, alert, why }: { entry: Entry; alert: AlertDetail; why: ComponentChildren }) {
	const [icon, ink] = look(entry), { event } = entry;
	const quiet = event.kind === 'transition' && event.transition === 'relapsed' && !tells(entry);
	return (
		<li class="happened">
			<Clock at={entry.at} exact />
			<Icon name={icon} class={ink} />
			<div>
				<p><Head entry={entry} alert={alert} /> {entry.since !== null && entry.since > 0 && <span class="dim">{w('after', { span: exactSpan(entry.since) })}</span>}</p>
				{typeof event.comment === 'string' && event.comment && <p class="quote">{event.comment}</p>}
				{quiet && <p class="dim">{w('quiet')}</p>}
				{tells(entry) && <ul class="messages">{entry.messages.map((message) => <Message key={message.id} message={message} />)}{entry.untold.map((untold, i) => <NotTold key={i} untold={untold} />)}</ul>}
				{why}
			</div>
		</li>
	);
}

/* Whether anybody was told of it, or was not for a reason. */
function tells(entry: Entry): boolean {
	return entry.messages.length + entry.untold.length > 0;
}

const foldAbove = 16, foldedTo = 12;

/* The clock times below are of this day. */
function Day({ entry, before }: { entry: Entry; before: Entry | undefined }) {
	const day = dayName(entry.at);
	return day === dayName(before?.at ?? asOf.value) ? null : <li class="day">{day}</li>;
}

export function History({ alert, entries }: { alert: AlertDetail; entries: Entry[] }) {
	const [show, setShow] = useState<EntryKind | 'all'>('all'), [all, setAll] = useState(false);
	const list = entries.filter((entry) => show === 'all' || (show === 'messages' ? tells(entry) : entry.kind === show));
	const shown = all || list.length <= foldAbove ? list : list.slice(0, foldedTo);
	const paged = entries.find((entry) => entry.messages.length > 0), explained = paged ?? entries.find(tells) ?? (heldBack(alert).length ? entries[0] : undefined);
	const why = typeof alert.why === 'object' && <WhyPaged why={alert.why} held={heldText(alert.why, entries)} told={paged !== undefined} />;
	return (
		<section class="card later">
			<header><h2 class="grow">{w('happened')}</h2><Segments label={w('happened')} value={show} onChange={setShow} choices={[['all', w('all')], ['state', w('states')], ['messages', w('messages')], ['people', w('people')]]} /></header>
			{list.length ? (
				<ol class="timeline">
					{shown.map((entry, i) => <Fragment key={entry.key}><Day entry={entry} before={shown[i - 1]} /><Happened entry={entry} alert={alert} why={entry === explained && why} /></Fragment>)}
				</ol>
			) : <p class="pad dim">{w('nothing')}</p>}
			{list.length > foldAbove && <p class="pad"><button type="button" class="button small" aria-expanded={all} onClick={() => setAll(!all)}>{all ? w('fewer') : w('earlier', { n: list.length - shown.length })}</button></p>}
		</section>
	);
}
