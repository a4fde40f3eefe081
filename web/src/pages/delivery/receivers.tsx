/* receivers: who is told by which channel, and how it goes; a test on a button. */
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { change } from '../../api/client.ts';
import { instant, span, when } from '../../model/time.ts';
import type { Integration, Receiver } from '../../model/types.ts';
import { count, quantity, unknown } from '../../model/value.ts';
import { failing } from '../../state/delivery.ts';
import { asOf } from '../../state/freshness.ts';
import { may } from '../../state/session.ts';
import { say, sayFailed } from '../../state/toasts.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { w } from './words.ts';

export const channelIcon: Record<string, IconName> = { email: 'mail', slack: 'hash', webhook: 'hook', toast: 'page' };

/* Its own name, where it has one. */
export function channelName(one: Integration): string {
	return one.name && one.name !== one.kind ? one.name : one.target;
}

function State({ one }: { one: Integration }) {
	if (one.state === 'open' || one.state === 'failing')
		return <span class="word c-crit"><Icon name="critical" />{w(one.state === 'open' ? 'open' : 'failing')}</span>;
	if (one.queued > 0 && one.retry_at)
		return <span class="word c-warn"><Icon name="retry" />{w('retrying')}</span>;
	return <span class="word"><Icon name={one.state === 'idle' ? 'pending' : 'resolved'} class={one.state === 'idle' ? '' : 'c-ok'} />{w(one.state === 'idle' ? 'idle' : 'working')}</span>;
}

function Strip({ strip }: { strip: Integration['strip'] }) {
	const bad = strip.filter((hour) => hour.failed).length;
	return (
		<span class="day-strip" role="img" aria-label={w('strip', { text: bad ? w('stripFailed', { n: bad }) : w('stripAll') })}>
			{strip.map((hour, i) => <i key={i} class={hour.failed ? (hour.sent ? 'some' : 'all') : hour.sent ? '' : 'none'} />)}
		</span>
	);
}

function Last({ one }: { one: Integration }) {
	const last = instant(one.last_sent_at), error = one.last_error;
	if (error && (failing(one) || one.queued > 0 || last === null || (instant(error.at) ?? 0) > last))
		return <span class={failing(one) ? 'c-crit' : 'c-warn'} title={error.at}>{error.text}</span>;
	return <span class="dim">{last === null ? w('neverSent') : w('noneLastSent', { time: when(last, asOf.value) })}</span>;
}

function Row({ one }: { one: Integration }) {
	const total = one.sent_24h + one.failed_24h, oldest = instant(one.oldest_queued_at);
	return (
		<tr class={failing(one) ? 'bad' : ''}>
			<td><State one={one} /></td>
			<td data-l={w('kind')}><span class="word"><Icon name={channelIcon[one.kind] ?? 'send'} class="dim" />{one.kind}</span></td>
			<td class="flex" title={one.id}>{channelName(one)}{channelName(one) !== one.target && <span class="dim"> {one.target}</span>}</td>
			<td class="day"><Strip strip={one.strip} /></td>
			<td class="num" data-l={w('arrived')} title={`${one.sent_24h}`}>{total ? quantity('ratio', one.sent_24h / total) : unknown}</td>
			<td class="num" data-l={w('p95')}>{one.latency_p95_msec === null ? unknown : span(one.latency_p95_msec)}</td>
			<td class="num" data-l={w('queue')} title={oldest === null ? undefined : w('oldest', { span: span(Math.max(0, asOf.value - oldest)) })}>{one.queued ? count(one.queued) : <span class="dim">0</span>}</td>
			<td><Last one={one} /></td>
		</tr>
	);
}

interface TestResult {
	items: { integration: string; kind: string; recipient: string | null; ok: boolean; text: string }[];
}

function TestButton({ name }: { name: string }) {
	const [busy, setBusy] = useState(false);
	const send = async () => {
		setBusy(true);
		try {
			const { items } = await change<TestResult>('POST', `api/v1/receivers/${encodeURIComponent(name)}/test`);
			const lines = items.map((one) => w('testOk', { what: one.recipient ?? one.kind, text: one.text })).join('; ');
			if (items.every((one) => one.ok))
				say(`test ${name}`, w('testDone', { name }), lines);
			else
				sayFailed(`test ${name}`, w('testFailed', { name }), new Error(lines));
		} catch (problem) {
			sayFailed(`test ${name}`, w('testFailed', { name }), problem);
		}
		setBusy(false);
	};
	return <button type="button" class="button quiet small" disabled={busy} onClick={() => void send()}>{w(busy ? 'testing' : 'test')}</button>;
}

export function Receivers({ list }: { list: Receiver[] }) {
	return (
		<section class="card scroll">
			<header>
				<h2 class="grow">{w('receivers')}</h2>
				<span class="keys">{([['', 'allSent'], ['some', 'someFailed'], ['all', 'allFailed'], ['none', 'noneSent']] as const).map(([style, word]) => <span class="key" key={word}><span class="day-strip"><i class={style} /></span>{w(word)}</span>)}</span>
			</header>
			{list.length ? (
				<table class="table">
					<thead><tr><th>{w('state')}</th><th>{w('kind')}</th><th>{w('target')}</th><th class="day">{w('day')}</th><th class="num">{w('arrived')}</th><th class="num">{w('p95')}</th><th class="num">{w('queue')}</th><th>{w('lastError')}</th></tr></thead>
					<tbody>
						{list.map((receiver) => (
							<Fragment key={receiver.name}>
								<tr class="group-row"><td colSpan={8}><span class="receiver-head"><span class="grow"><b>{receiver.name}</b> <span class="mono dim">{receiver.file && `${receiver.file}:${receiver.line}`}</span></span>{may('responder') && <TestButton name={receiver.name} />}</span></td></tr>
								{receiver.integrations.map((one) => <Row key={one.id} one={one} />)}
							</Fragment>
						))}
					</tbody>
				</table>
			) : <div class="empty"><p>{w('none')}</p></div>}
		</section>
	);
}
