/* toasts: the stack at the lower right. Two regions that are there from the start: assertive for what is critical, polite
 * for the rest; the focus is never taken. Timers stand still while it is hovered, has the focus, or is not seen. */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import type { Alert, Severity } from '../model/types.ts';
import { causeOf, objectOf, placeOf } from '../model/subject.ts';
import { exactSpan, instant } from '../model/time.ts';
import { href } from '../router.ts';
import { alerts, ended, revision } from '../state/alerts.ts';
import { may } from '../state/session.ts';
import { visible, visibleMax, type Shown } from '../state/toast_stack.ts';
import { closeAllToasts, closeToast, paused, toasts } from '../state/toasts.ts';
import { feedOpen } from '../state/view.ts';
import { ack } from './ack.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { severityIcon, tone } from './marks.tsx';
import { phone } from './media.ts';
import { Age } from './time.tsx';

interface Words {
	head: string;
	bold: string;
	line: preact.ComponentChildren;
	detail: string;
}

/* The daemon's own words, in the page's language where the alert is known. */
function wordsOf(one: Shown): Words {
	if (one.title !== null && one.kind !== 'acknowledged')
		return { head: one.title, bold: '', line: null, detail: one.body ?? '' };
	if (one.kind === 'summary')
		return { head: common('burst', { n: one.count }), bold: '', line: null, detail: common('burstBody') };
	const alert = alerts.get(one.alerts[0] ?? '') ?? ended.get(one.alerts[0] ?? '');
	const many = one.alerts.length > 1 ? ` ${common('times', { n: one.alerts.length })}` : '';
	const head = one.kind === 'acknowledged' ? one.title! : one.kind === 'ended' ? endedHead(alert) : `${common(one.severity)}: ${alert?.rule ?? one.toast!.title}${many}`;
	if (!alert)
		return { head, bold: '', line: null, detail: one.toast!.body };
	const task = alert.labels.task ? common('task', { n: alert.labels.task }) : '';
	const place = placeOf(alert.labels);
	return {
		head, bold: objectOf(alert.labels),
		line: <> {task} {place && common('on', { place })}{one.kind !== 'ended' && <span aria-live="off">, <Age since={alert.started_at} ago /></span>}</>,
		detail: one.kind === 'ended' ? '' : causeOf(alert),
	};
}

function endedHead(alert: Alert | undefined): string {
	const from = instant(alert?.started_at), to = instant(alert?.ended_at);
	return from === null || to === null ? common('resolved') : common('resolvedAfter', { span: exactSpan(to - from), what: alert!.rule });
}

function iconOf(one: Shown): IconName {
	return one.kind === 'ended' || one.kind === 'mine' ? 'ok' : one.kind === 'acknowledged' ? 'person' : one.kind === 'failed' ? 'warning' : severityIcon[one.severity];
}

function toneOf(one: Shown): string {
	return one.kind === 'ended' || one.kind === 'mine' ? 'c-ok' : one.kind === 'acknowledged' ? 'c-acc' : one.kind === 'failed' ? 'c-warn' : tone[one.severity];
}

function Actions({ one }: { one: Shown }) {
	if (one.action)
		return <div class="actions"><button type="button" class="button" onClick={() => { closeToast(one.key); one.action!.run(); }}>{one.action.label}</button></div>;
	if (one.kind !== 'fired')
		return null;
	const open = one.alerts.filter((id) => alerts.has(id));
	return (
		<div class="actions">
			{may('responder') && open.length > 0 && <button type="button" class="button primary" onClick={() => void ack(open, { for: '1h' })}>{common('ack')}</button>}
			{one.alerts[0] && <a class="button" href={href(one.alerts.length > 1 ? '' : `alerts/${encodeURIComponent(one.alerts[0])}`)}>{common('open')}</a>}
		</div>
	);
}

function ToastCard({ one }: { one: Shown }) {
	const { head, bold, line, detail } = wordsOf(one);
	const heavy = one.kind === 'fired' && one.severity === 'critical';
	return (
		<article class={`toast ${toneOf(one)} ${heavy ? 'heavy' : ''}`}>
			<Icon name={iconOf(one)} class={toneOf(one)} />
			<div>
				<h2>{head}</h2>
				{(bold || line) && <p><b>{bold}</b>{line}</p>}
				{detail && <p>{detail}</p>}
			</div>
			<button type="button" class="button bare small close" aria-label={common('close')} onClick={() => closeToast(one.key)}><Icon name="close" /></button>
			<Actions one={one} />
		</article>
	);
}

function More({ up, more }: { up: number; more: Shown[] }) {
	if (up + more.length < 2)
		return null;
	const count = (severity: Severity) => more.filter((one) => one.kind === 'fired' && one.severity === severity).length;
	const critical = count('critical'), warning = count('warning');
	const what = [critical && common('nCritical', { n: critical }), warning && common('nWarning', { n: warning })].filter(Boolean).join(', ');
	return (
		<div class="toast line">
			<span class="grow"><b>{more.length ? common('nMore', { n: more.length }) : common('nToasts', { n: up })}</b> <span class="dim">{what}</span></span>
			{more.length > 0 && <button type="button" class="button quiet small" onClick={() => { feedOpen.value = true; }}>{common('viewFeed')}</button>}
			<button type="button" class="button quiet small" onClick={closeAllToasts}>{common('closeAll')}</button>
		</div>
	);
}

const edge = 32; /* px around them */

const assertive = (one: Shown) => one.kind === 'failed' || (one.severity === 'critical' && (one.kind === 'fired' || one.kind === 'summary'));

let before: HTMLElement | null = null; /* where the focus was when the keyboard came to the toasts, until the pointer is used or it leaves */
const forget = () => { before = null; };

export function focusToasts(): void {
	const first = document.querySelector<HTMLElement>('.toasts .actions :is(button, a)') ?? document.querySelector<HTMLElement>('.toasts button'), from = document.activeElement as HTMLElement;
	if (first && !before)
		before = from;
	addEventListener('pointerdown', forget, { once: true });
	first?.focus();
}

function leave(): void {
	const to = before;
	before = null;
	if (to)
		(to.isConnected && to !== document.body ? to : document.getElementById('main'))?.focus();
}

/* Time stands still while the pointer or the focus is in it. A toast that goes takes the focus with it: the keyboard then goes on
 * with the next one, or back to where it was. */
function useAttention(shown: number) {
	const box = useRef<HTMLElement>(null), inside = useRef(false), hovered = useRef(false);
	const hold = (reason: typeof inside, value: boolean) => {
		reason.current = value;
		paused.value = inside.current || hovered.current;
	};
	useEffect(() => {
		if (box.current!.contains(document.activeElement))
			return;
		if (inside.current)
			hold(inside, false);
		if (before && document.activeElement === document.body)
			shown ? focusToasts() : leave();
	});
	const into = () => hold(inside, true);
	const out = (event: FocusEvent) => {
		hold(inside, false);
		if (event.relatedTarget && !box.current!.contains(event.relatedTarget as Node))
			forget();
	};
	return { ref: box, onFocusIn: into, onFocusOut: out, onPointerEnter: () => hold(hovered, true), onPointerLeave: () => hold(hovered, false) };
}

/* The page keeps room for the toasts at its end, and takes it back only from what is not in sight: nothing moves under the pointer. */
function useRoom(box: RefObject<HTMLElement | null>): void {
	useEffect(() => {
		const root = document.documentElement;
		let room = 0;
		const fit = () => {
			const { offsetHeight } = box.current!, wanted = offsetHeight && offsetHeight + edge;
			if (wanted === room)
				return;
			const below = Math.max(0, root.scrollHeight - innerHeight - scrollY);
			room = Math.max(wanted, room - below);
			root.style.setProperty('--toast-room', `${room}px`);
		};
		const watch = new ResizeObserver(fit);
		watch.observe(box.current!);
		addEventListener('scroll', fit, { passive: true });
		return () => {
			watch.disconnect();
			removeEventListener('scroll', fit);
			root.style.removeProperty('--toast-room');
		};
	}, []);
}

export function Toasts() {
	revision.value; /* words and buttons are those of the alerts as they are now */
	const { up, more } = visible(toasts.value, phone.value ? 1 : visibleMax), attention = useAttention(up.length);
	useRoom(attention.ref);
	return (
		<section class="toasts" aria-label={common('notifications')} {...attention} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); leave(); } }}>
			<div class="region" role="alert" aria-live="assertive" aria-atomic="false">{up.filter(assertive).map((one) => <ToastCard key={one.key} one={one} />)}</div>
			<div class="region" role="status" aria-live="polite" aria-atomic="false">{up.filter((one) => !assertive(one)).map((one) => <ToastCard key={one.key} one={one} />)}</div>
			<More up={up.length} more={more} />
		</section>
	);
}
