/* app: the frame around the page that the URL names. */
import { useEffect } from 'preact/hooks';
import { common } from './i18n/common.ts';
import { language } from './i18n/spoken.ts';
import { shortClock } from './model/time.ts';
import { AlertsPage } from './pages/alerts/alerts.tsx';
import { go, href, page, path } from './router.ts';
import { preferences } from './state/preferences.ts';
import { mute, mutedUntil } from './state/ring.ts';
import { say } from './state/toasts.ts';
import { feedOpen, helpOpen, settingsOpen, wantsSignIn } from './state/view.ts';
import { AckDialog } from './ui/ack.tsx';
import { Feed } from './ui/feed.tsx';
import { Heading } from './ui/heading.tsx';
import { useKeys } from './ui/keys.ts';
import { lazy } from './ui/lazy.tsx';
import { Banner } from './ui/pill.tsx';
import { focusToasts, Toasts } from './ui/toasts.tsx';
import { BottomBar, TopBar } from './ui/top_bar.tsx';

const house = () => import('./pages/house.ts');
const incidents = () => import('./pages/incidents.ts');
const HelpDialog = lazy(() => house().then((part) => part.HelpDialog));
const SettingsDialog = lazy(() => house().then((part) => part.SettingsDialog));
const SignIn = lazy(() => house().then((part) => part.SignIn));
const AlertPage = lazy(() => incidents().then((part) => part.AlertPage));
const HistoryPage = lazy(() => incidents().then((part) => part.HistoryPage));
const RulesPage = lazy(() => house().then((part) => part.RulesPage));
const ConnectorsPage = lazy(() => incidents().then((part) => part.ConnectorsPage));
const ConnectorPage = lazy(() => incidents().then((part) => part.ConnectorPage));
const DeliveryPage = lazy(() => house().then((part) => part.DeliveryPage));
const StatusPage = lazy(() => house().then((part) => part.StatusPage));
const WallPage = lazy(() => house().then((part) => part.WallPage));

function NotFound() {
	return <div class="empty"><Heading name={common('notFound')} /><a class="button" href={href('')}>{common('back')}</a></div>;
}

function Page() {
	const [name, first, second, more] = path.value;
	switch (name) {
		case undefined: return <AlertsPage />;
		case 'alerts': return first && !second ? <AlertPage key={first} id={first} /> : first ? <NotFound /> : <AlertsPage />;
		case 'history': return first ? <NotFound /> : <HistoryPage />;
		case 'rules': return first ? <NotFound /> : <RulesPage />;
		case 'connectors': return first && second && !more ? <ConnectorPage key={`${first} ${second}`} cluster={first} name={second} /> : first ? <NotFound /> : <ConnectorsPage />;
		case 'delivery': return first ? <NotFound /> : <DeliveryPage />;
		case 'receivers': return first && !second ? <DeliveryPage receiver={first} /> : <NotFound />; /* links in messages */
		case 'status': return first ? <NotFound /> : <StatusPage />;
		default: return <NotFound />;
	}
}

function useRootAttributes(): void {
	const { theme } = preferences.value;
	useEffect(() => {
		const root = document.documentElement;
		root.lang = language.value;
		if (theme === 'auto')
			delete root.dataset.theme;
		else
			root.dataset.theme = theme;
	}, [theme, language.value]);
}

function toggleSound(): void {
	mute();
	say('mute', mutedUntil.value > Date.now() ? common('muted', { time: shortClock(mutedUntil.value) }) : common('unmuted'));
}

export function App() {
	useRootAttributes();
	useKeys({
		'g a': () => go(''), 'g h': () => go('history'), 'g r': () => go('rules'), 'g c': () => go('connectors'), 'g d': () => go('delivery'), 'g s': () => go('status'),
		'?': () => { helpOpen.value = true; }, m: toggleSound, 'Alt+t': focusToasts, Escape: () => { feedOpen.value = false; },
	}, true);
	if (page.value === 'wall')
		return <><WallPage />{wantsSignIn.value && <SignIn />}</>;
	return (
		<>
			<a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')!.focus(); }}>{common('skip')}</a>
			<TopBar />
			<Banner />
			<main id="main" tabIndex={-1}><Page /></main>
			<BottomBar />
			<Feed />
			<Toasts />
			<AckDialog />
			{settingsOpen.value && <SettingsDialog />}
			{helpOpen.value && <HelpDialog />}
			{wantsSignIn.value && <SignIn />}
		</>
	);
}
