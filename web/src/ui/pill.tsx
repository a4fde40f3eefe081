/* pill and banner: how far what is shown can be believed. */
import { link, retryNow } from '../link/client.ts';
import { common } from '../i18n/common.ts';
import { span, when } from '../model/time.ts';
import { href, page } from '../router.ts';
import { loadError } from '../state/alerts.ts';
import { deliveryFailing } from '../state/delivery.ts';
import { freshness, now, silentFor, type Freshness } from '../state/freshness.ts';
import { may } from '../state/session.ts';
import type { IconName } from './icons.ts';
import { Icon } from './icon.tsx';

const looks: Record<Freshness, [icon: IconName, tone: string, pill: string]> = {
	starting: ['pending', '', ''],
	live: ['dot', 'c-ok beat', ''],
	polling: ['dot', 'c-ok', ''],
	catching_up: ['half', '', ''],
	stale: ['half', '', 'c-warn'],
	offline: ['pending', '', 'c-crit'],
};

export function Pill() {
	if (link.value.phase === 'signed_out')
		return <span class="pill"><Icon name="pending" />{common('signedOut')}</span>;
	const fresh = freshness.value;
	const [icon, tone, pill] = looks[fresh];
	const text = fresh === 'stale' ? common('stale', { span: span(Math.floor((silentFor.value ?? 0) / 1000) * 1000) }) : common(fresh);
	return (
		<>
			<span class={`pill ${pill}`} title={fresh === 'polling' ? common('pollingHint') : undefined}><Icon name={icon} class={tone} />{text}</span>
			{!may('responder') && may('viewer') && <span class="pill hide-phone">{common('readOnly')}</span>}
			<span class="sr" role="status">{fresh === 'starting' ? '' : common(fresh === 'stale' ? 'offline' : fresh)}</span>
		</>
	);
}

/* On its own page it is told channel by channel. */
function Undelivered() {
	const n = deliveryFailing.value;
	if (!n || page.value === 'delivery')
		return null;
	return (
		<div class="banner whole c-crit" role="alert">
			<Icon name="critical" class="c-crit" /><b class="grow">{common('channelsFailing', { n })}</b><a class="button small" href={href('delivery')}>{common('delivery')}</a>
		</div>
	);
}

export function Banner() {
	const { liveAt, retryAt, phase, skew } = link.value;
	const fresh = freshness.value;
	if (loadError.value && loadError.value.status !== 401 && fresh !== 'stale' && fresh !== 'offline')
		return <div class="banner whole c-crit" role="alert"><Icon name="critical" class="c-crit" /><span class="grow">{common('loadFailed', { why: loadError.value.message })}</span></div>;
	if ((fresh !== 'stale' && fresh !== 'offline') || phase === 'signed_out')
		return <Undelivered />;
	const wait = retryAt === null ? null : Math.max(0, retryAt - now.value);
	return (
		<div class={`banner whole ${fresh === 'stale' ? 'c-warn' : 'c-crit'}`}>
			<Icon name={fresh === 'stale' ? 'warning' : 'critical'} class={fresh === 'stale' ? 'c-warn' : 'c-crit'} />
			<span class="grow">
				{liveAt !== null && <b>{common('staleBanner', { time: when(liveAt + skew, now.value + skew) })} </b>}
				{common('staleRest')} <span class="dim">{wait === null ? common('connectingNow') : common('retryIn', { span: span(Math.ceil(wait / 1000) * 1000) })}</span>
			</span>
			<button type="button" class="button small" onClick={retryNow}>{common('retryNow')}</button>
		</div>
	);
}
