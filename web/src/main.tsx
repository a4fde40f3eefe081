/* main: starts the page: link, state, frame. */
import { render } from 'preact';
import './style/index.css';
import { App } from './app.tsx';
import { common } from './i18n/common.ts';
import { startLanguage } from './i18n/language.ts';
import { startLink } from './link/client.ts';
import { startRouter } from './router.ts';
import { alertsEvents, alertsFrom } from './state/alerts.ts';
import { feedFrom, follow } from './state/away.ts';
import { startBadge } from './state/badge.ts';
import { startDelivery } from './state/delivery.ts';
import { startArrivals } from './state/arrival.ts';
import { loadSession, mustSignIn } from './state/session.ts';
import { startToasts, toastsEvents } from './state/toasts.ts';
import { startKeys } from './ui/keys.ts';

async function start(): Promise<void> {
	const session = loadSession().catch(() => {}); /* not reachable: the link tells, and tries again */
	startRouter();
	startKeys();
	startBadge();
	startToasts((who) => common('ackedBy', { who }));
	await startLanguage();
	render(<App />, document.getElementById('app')!);
	await session;
	startArrivals();
	if (!mustSignIn.value)
		await follow();
	startDelivery();
}

startLink({
	from(epoch, seq) {
		alertsFrom(epoch, seq);
		feedFrom(epoch, seq);
	},
	events(epoch, events) {
		alertsEvents(epoch, events);
		toastsEvents(events);
	},
});
void start();
