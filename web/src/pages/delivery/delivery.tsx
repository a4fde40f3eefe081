/* delivery: who is told, and whether it arrived: figures, what does not take messages, receivers, dead letters, the latest. */
import { useEffect } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { channelOf } from '../../model/channel.ts';
import { instant, span } from '../../model/time.ts';
import type { Episode, Integration, List, Notification, Receiver } from '../../model/types.ts';
import { count } from '../../model/value.ts';
import { href } from '../../router.ts';
import { alerts, ended } from '../../state/alerts.ts';
import { asOf } from '../../state/freshness.ts';
import { deliveryFailing, failing } from '../../state/delivery.ts';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLoaded } from '../../ui/loading.ts';
import { nameOf } from '../../ui/marks.tsx';
import { Problem } from '../../ui/problem.tsx';
import { adopt } from '../../ui/sheet.ts';
import { Clock } from '../../ui/time.tsx';
import { AlertsOf, DeadLetters, MessageWord } from './dead.tsx';
import sheet from './delivery.css?sheet';
import { channelName, Receivers } from './receivers.tsx';
import { w } from './words.ts';

adopt(sheet);

const refreshMsec = 5_000, namesMsec = 30_000, latestMax = 20;

function Failing({ one, alone }: { one: Integration; alone: boolean }) {
	const next = instant(one.retry_at);
	return (
		<div class="banner c-crit" role="alert">
			<Icon name="critical" class="c-crit" />
			<span class="grow">
				<b class="c-crit">{w('failingBanner', { kind: one.kind, target: channelName(one) })}.</b> {w('failingRest', { queued: one.queued, dead: one.dead })}{' '}
				<span aria-live="off">{next !== null && next > asOf.value && w('nextTry', { span: span(next - asOf.value) })}</span> {alone && w('othersFine')}
			</span>
		</div>
	);
}

function Figures({ list }: { list: Integration[] }) {
	const sum = (of: (one: Integration) => number) => list.reduce((total, one) => total + of(one), 0), dead = sum((one) => one.dead);
	return (
		<p class="stats">
			<span><b>{count(sum((one) => one.sent_24h))}</b> {w('sent')}</span><span><b>{count(sum((one) => one.queued))}</b> {w('waiting')}</span>
			{dead > 0 && <span class="word c-crit"><Icon name="critical" />{w('nDead', { n: dead })}</span>}
		</p>
	);
}

const tones: Record<Notification['state'], string> = { sent: 'c-ok', ambiguous: 'c-warn', retry: 'c-warn', dead: 'c-crit', pending: '', sending: '', cancelled: '' };

/* What the alerts of messages are about; of those that are long over the id must do. */
function useNames(): Map<string, string> {
	const { data } = useLoaded<List<Episode>>('api/v1/history', { limit: 200 }, namesMsec);
	const named = [...(data?.items ?? []), ...ended.values(), ...alerts.values()];
	return new Map(named.map((alert) => [alert.id, nameOf(alert.labels)]));
}

function Latest({ list, names }: { list: Notification[]; names: Map<string, string> }) {
	return (
		<section class="card scroll">
			<header><h2>{w('recent')}</h2></header>
			<table class="table">
				<thead><tr><th>{w('when')}</th><th>{w('message')}</th><th>{w('alert')}</th><th>{w('integration')}</th><th>{w('state')}</th><th class="num">{w('tries')}</th><th>{w('result')}</th></tr></thead>
				<tbody>
					{list.map((message) => (
						<tr key={message.id}>
							<td><Clock at={message.created_at} /></td><td><MessageWord message={message} /></td><td class="flex"><AlertsOf message={message} names={names} /></td>
							<td>{message.kind} <span class="dim">{channelOf(message)}</span></td>
							<td><span class={`tag ${tones[message.state]}`}>{w(`s_${message.state}`)}</span></td><td class="num" data-l={w('tries')}>{message.attempts}</td>
							<td class="dim">{message.result ?? message.why}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

/* receiver: only this one's, where a message's link leads. */
export function DeliveryPage({ receiver }: { receiver?: string }) {
	const receivers = useLoaded<List<Receiver>>('api/v1/receivers', {}, refreshMsec);
	const dead = useLoaded<List<Notification>>('api/v1/notifications', { state: 'dead', limit: 100 }, refreshMsec);
	const latest = useLoaded<List<Notification>>('api/v1/notifications', { limit: latestMax }, refreshMsec);
	const names = useNames();
	const integrations = (receivers.data?.items ?? []).flatMap((receiver) => receiver.integrations), bad = integrations.filter(failing);
	useEffect(() => { if (receivers.data) deliveryFailing.value = bad.length; }, [bad.length, receivers.data === null]);
	return (
		<>
			<div class="toolbar"><Heading name={common('delivery')} /><span class="dim grow hide-phone">{w('intro')}</span>{receivers.data && <Figures list={integrations} />}</div>
			<div class="page stack">
				<Problem problem={receivers.problem ?? dead.problem} again={() => { receivers.again(); dead.again(); }} />
				{bad.map((one) => <Failing key={one.id} one={one} alone={bad.length === 1 && integrations.length > 1} />)}
				{receivers.data && <Receivers list={receivers.data.items.filter((one) => !receiver || one.name === receiver)} />}
				{receiver && <p><a href={href('delivery')}>{w('allReceivers')}</a></p>}
				{dead.data && <DeadLetters list={dead.data.items} integrations={integrations} names={names} again={() => { dead.again(); receivers.again(); }} />}
				{latest.data && latest.data.items.length > 0 && <Latest list={latest.data.items} names={names} />}
			</div>
		</>
	);
}
