/* settings: what one person sets in this browser; on a phone also the way to the pages the bar has no room for. */
import { common } from '../i18n/common.ts';
import { languages } from '../i18n/language.ts';
import type { Language } from '../i18n/spoken.ts';
import { href } from '../router.ts';
import { prefer, preferences, type Preferences } from '../state/preferences.ts';
import { askForDesktop, sound } from '../state/ring.ts';
import { session, signOut } from '../state/session.ts';
import { sayFailed } from '../state/toasts.ts';
import { settingsOpen } from '../state/view.ts';
import { Dialog } from './dialog.tsx';
import { Segments } from './segments.tsx';

function Row<Key extends 'theme' | 'language' | 'zone' | 'toasts' | 'sound'>({ name, label, choices, then }: { name: Key; label: string; choices: readonly (readonly [Preferences[Key], string])[]; then?: (value: Preferences[Key]) => void }) {
	const change = (value: Preferences[Key]) => {
		prefer({ [name]: value } as Partial<Preferences>);
		then?.(value);
	};
	return <div class="field"><span>{label}</span><div><Segments label={label} value={preferences.value[name]} choices={choices} onChange={change} /></div></div>;
}

function Desktop() {
	const { desktop } = preferences.value;
	const hint = !isSecureContext ? common('desktopHttps') : 'Notification' in globalThis && Notification.permission === 'denied' ? common('desktopDenied') : null;
	const change = async (value: 'on' | 'off') => prefer({ desktop: value === 'on' && (await askForDesktop()) });
	return (
		<div class="field">
			<span>{common('desktop')}</span>
			<div><Segments label={common('desktop')} value={desktop ? 'on' : 'off'} choices={[['off', common('off')], ['on', common('on_')]]} onChange={change} /></div>
			{hint && <span class="dim">{hint}</span>}
		</div>
	);
}

export function SettingsDialog() {
	const close = () => { settingsOpen.value = false; };
	const loud = [['off', common('off')], ['critical', common('onlyCritical')], ['all', common('all')]] as const;
	return (
		<Dialog title={common('settings')} onClose={close}>
			<p class="choices only-narrow" onClick={close}>{(['rules', 'status', 'wall'] as const).map((name) => <a class="button small" key={name} href={href(name)}>{common(name)}</a>)}</p>
			{!session.value?.tokens && (
				<label class="field">
					<span>{common('yourName')}</span>
					<input class="input" maxLength={100} value={preferences.value.name} onChange={(event) => prefer({ name: event.currentTarget.value.trim() })} />
					<span class="dim">{common('yourNameHint')}</span>
				</label>
			)}
			<Row name="theme" label={common('theme')} choices={[['auto', common('auto')], ['light', common('light')], ['dark', common('dark')], ['contrast', common('contrast')]]} />
			<Row name="language" label={common('language')} choices={[['auto', common('auto')], ...Object.entries(languages) as [Language, string][]]} />
			<Row name="zone" label={common('zone')} choices={[['local', common('local')], ['utc', common('utc')]]} />
			<Row name="toasts" label={common('toasts')} choices={[...loud].reverse()} />
			<Row name="sound" label={common('sound')} choices={loud} then={(value) => { if (value !== 'off') sound('warning'); }} />
			<Desktop />
			{session.value?.tokens && session.value.name && <footer><button type="button" class="button" onClick={() => void signOut().then(close, (problem) => sayFailed('session', common('failed'), problem))}>{common('signOut')}</button></footer>}
		</Dialog>
	);
}
