/* top_bar: where one is, what is open, how live it is, the feed, the time, oneself. On a phone the pages are below. */
import { common } from '../i18n/common.ts';
import { languages } from '../i18n/language.ts';
import type { Language } from '../i18n/spoken.ts';
import { clock, iso, zoneName } from '../model/time.ts';
import { href, page } from '../router.ts';
import { openCounts } from '../state/alerts.ts';
import { unread } from '../state/feed.ts';
import { believable, now } from '../state/freshness.ts';
import { link } from '../link/client.ts';
import { prefer, preferences } from '../state/preferences.ts';
import { myName, session, signOut } from '../state/session.ts';
import { say } from '../state/toasts.ts';
import { deliveryFailing } from '../state/delivery.ts';
import { feedOpen, helpOpen, settingsOpen } from '../state/view.ts';
import type { IconName } from './icons.ts';
import { Icon } from './icon.tsx';
import { Face, severityIcon, tone } from './marks.tsx';
import { Choice, Menu } from './menu.tsx';
import { Pill } from './pill.tsx';

type Name = 'alerts' | 'history' | 'rules' | 'connectors' | 'delivery' | 'status';
const pages: [Name, IconName][] = [['alerts', 'bell'], ['history', 'clock'], ['rules', 'branch'], ['connectors', 'plug'], ['delivery', 'send'], ['status', 'cog']];

function target(name: Name): string {
	return href(name === 'alerts' ? '' : name);
}

function Tab({ name }: { name: Name }) {
	const failing = name === 'delivery' && deliveryFailing.value > 0;
	return (
		<a href={target(name)} aria-current={page.value === name ? 'page' : undefined}>
			{common(name)}{failing && <Icon name="warning" class="c-warn" title={String(deliveryFailing.value)} />}
		</a>
	);
}

function Counters() {
	if (!believable.value)
		return null;
	const counts = openCounts.value;
	return (
		<span class="counts">
			{(['critical', 'warning'] as const).filter((severity) => counts[severity]).map((severity) => (
				<a class={`count ${severity === 'critical' ? 'c-crit' : ''}`} key={severity} href={href(`?q=${encodeURIComponent(`severity=${severity}`)}`)}>
					<Icon name={severityIcon[severity]} class={tone[severity]} />
					<span class="sr">{common(severity)} </span>{counts[severity]}<span aria-hidden="true"> {severity === 'critical' ? common('low_critical') : common('warningsOf', { n: counts.warning })}</span>
				</a>
			))}
		</span>
	);
}

function ClockNow() {
	const at = now.value + link.value.skew;
	return (
		<button type="button" class="clock" title={iso(at)} onClick={() => prefer({ zone: preferences.value.zone === 'utc' ? 'local' : 'utc' })}>
			<time dateTime={iso(at)}>{clock(at)} {zoneName(at)}</time>
		</button>
	);
}

function Me() {
	const { theme, language } = preferences.value, name = myName.value ?? '';
	return (
		<Menu class="button bare small me" label={name ? common('me', { name }) : common('guest')} button={name ? <Face name={name} /> : <Icon name="person" />}>
			{session.value?.tokens && name && <p class="label">{common('signedInAs', { name, role: common(`rank_${session.value.role}`) })}</p>}
			<p class="label">{common('theme')}</p>
			{(['auto', 'light', 'dark', 'contrast'] as const).map((one) => <Choice key={one} on={theme === one} keep onClick={() => prefer({ theme: one })}>{common(one)}</Choice>)}
			<p class="label">{common('language')}</p>
			{(Object.keys(languages) as Language[]).map((one) => <Choice key={one} on={language === one} keep onClick={() => prefer({ language: one })}>{languages[one]}</Choice>)}
			<hr />
			<Choice onClick={() => { settingsOpen.value = true; }}>{common('settings')}</Choice>
			<Choice onClick={() => { helpOpen.value = true; }}>{common('keysHelp')}</Choice>
			<a href={href('wall')}>{common('wall')}</a>
			{session.value?.tokens && name && <Choice onClick={() => void signOut().catch((problem) => say('session', String(problem)))}>{common('signOut')}</Choice>}
		</Menu>
	);
}

function Bell() {
	const count = unread.value;
	return (
		<button type="button" class="button bare" aria-expanded={feedOpen.value} aria-label={count ? common('feedUnread', { n: count }) : common('feed')} onClick={() => { feedOpen.value = !feedOpen.value; }}>
			<Icon name="bell" />{count > 0 && <span class="badge" aria-hidden="true">{count > 99 ? '99+' : count}</span>}
		</button>
	);
}

export function TopBar() {
	return (
		<header class="top">
			<a class="brand" href={href('')}><Icon name="mark" />Tocsin</a>
			<nav class="tabs" aria-label={common('pages')}>{pages.map(([name]) => <Tab key={name} name={name} />)}</nav>
			<div class="top-end"><Counters /><Pill /><Bell /><ClockNow /><Me /></div>
		</header>
	);
}

export function BottomBar() {
	const first = pages.filter(([name]) => name !== 'rules' && name !== 'status');
	return (
		<nav class="bottom" aria-label={common('pages')}>
			{first.map(([name, icon]) => <a key={name} href={target(name)} aria-current={page.value === name ? 'page' : undefined}><Icon name={icon} />{common(name)}</a>)}
			<button type="button" onClick={() => { settingsOpen.value = true; }}><Icon name="more" />{common('more')}</button>
		</nav>
	);
}
