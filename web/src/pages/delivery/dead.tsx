/* dead: messages that were given up, to be tried again one by one, some, or all. */
import { useState } from 'preact/hooks';
import { change } from '../../api/client.ts';
import { channelOf } from '../../model/channel.ts';
import type { Integration, Notification } from '../../model/types.ts';
import { href } from '../../router.ts';
import { failing } from '../../state/delivery.ts';
import { by, may } from '../../state/session.ts';
import { say, sayFailed } from '../../state/toasts.ts';
import { Icon } from '../../ui/icon.tsx';
import { Clock } from '../../ui/time.tsx';
import { channelName } from './receivers.tsx';
import { w } from './words.ts';

async function retry(list: Notification[]): Promise<void> {
	let done = 0;
	for (const one of list) {
		try {
			await change('POST', `api/v1/notifications/${encodeURIComponent(one.id)}/retry`, by());
			done++;
		} catch (problem) {
			sayFailed('retry', w('retryFailed'), problem);
			break;
		}
	}
	if (done)
		say('retry done', w('retried', { n: done }));
}

export function MessageWord({ message }: { message: Notification }) {
	const ended = message.type === 'resolved';
	return <span class="word"><Icon name={ended ? 'resolved' : 'firing'} class={ended ? 'c-ok' : message.severity === 'critical' ? 'c-crit' : 'c-warn'} />{message.type.toUpperCase().replace('_', ' ')}</span>;
}

export function AlertsOf({ message, names }: { message: Notification; names: Map<string, string> }) {
	const first = message.alerts[0];
	if (!first)
		return <span class="dim">–</span>;
	return <><a href={href(`alerts/${encodeURIComponent(first)}`)}>{names.get(first) ?? first}</a>{message.alerts.length > 1 && <span class="dim"> {w('nAlerts', { n: message.alerts.length })}</span>}</>;
}

export function DeadLetters({ list, integrations, names, again }: { list: Notification[]; integrations: Integration[]; names: Map<string, string>; again: () => void }) {
	const [ids, setIds] = useState<Set<string>>(new Set());
	const picked = list.filter((one) => ids.has(one.id));
	const bad = integrations.filter((one) => failing(one) && (picked.length ? picked : list).some((message) => message.integration === one.id));
	const toggle = (id: string) => setIds(new Set(ids.has(id) ? [...ids].filter((one) => one !== id) : [...ids, id]));
	const run = (which: Notification[]) => void retry(which).then(() => { setIds(new Set()); again(); });
	if (!list.length)
		return <section class="card"><header><h2 class="grow">{w('dead')}</h2></header><p class="pad dim">{w('deadNone')}</p></section>;
	return (
		<section class="card scroll">
			<header><h2>{w('dead')}</h2><span class="dim grow">{w('deadHint')}</span>{may('responder') && !picked.length && <button type="button" class="button small" onClick={() => run(list)}>{w('retryAll', { n: list.length })}</button>}</header>
			{picked.length > 0 && (
				<div class="bulk">
					<b>{w('nSelected', { n: picked.length })}</b><button type="button" class="button primary" onClick={() => run(picked)}>{w('retryN', { n: picked.length })}</button>
					<button type="button" class="button quiet" onClick={() => run(list)}>{w('retryAll', { n: list.length })}</button><span class="grow" />
					{bad[0] && <span class="dim">{w('stillFailing', { what: channelName(bad[0]) })}</span>}
				</div>
			)}
			<table class="table">
				<thead><tr><th><span class="sr">{w('selectAll')}</span></th><th>{w('gaveUp')}</th><th>{w('message')}</th><th>{w('alert')}</th><th>{w('integration')}</th><th class="num">{w('tries')}</th><th>{w('lastError')}</th><th /></tr></thead>
				<tbody>
					{list.map((message) => (
						<tr key={message.id}>
							<td>{may('responder') && <input type="checkbox" class="check" checked={ids.has(message.id)} aria-label={w('select', { what: message.integration })} onChange={() => toggle(message.id)} />}</td>
							<td><Clock at={message.finished_at ?? message.created_at} /></td>
							<td><MessageWord message={message} /></td>
							<td class="flex"><AlertsOf message={message} names={names} /></td>
							<td>{message.kind} <span class="dim">{channelOf(message)}</span></td>
							<td class="num" data-l={w('tries')}>{message.attempts}</td>
							<td class="c-crit">{message.result ?? message.dead_reason}</td>
							<td class="num">{may('responder') && <button type="button" class="button small" onClick={() => run([message])}><Icon name="retry" />{w('retry')}</button>}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
