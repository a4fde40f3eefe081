/* help: the keys, on "?". */
import { common } from '../i18n/common.ts';
import { prefer, preferences } from '../state/preferences.ts';
import { helpOpen } from '../state/view.ts';
import { Dialog } from './dialog.tsx';

const list = [
	['j k', 'keyMove'], ['x', 'keySelect'], ['a', 'keyAck'], ['c', 'keyComment'], ['Enter', 'keyOpen'], ['/', 'keyFilter'],
	['g a h r c d s', 'keyGo'], ['m', 'keyMute'], ['Alt+T', 'keyToasts'], ['?', 'keyHelp'], ['Esc', 'keyClose'],
] as const;

export function HelpDialog() {
	const { keys } = preferences.value;
	return (
		<Dialog title={common('keysHelp')} onClose={() => { helpOpen.value = false; }}>
			<dl class="pairs">
				{list.map(([key, word]) => <div key={key}><dt>{key.split(' ').map((one) => <><kbd key={one}>{one}</kbd> </>)}</dt><dd>{common(word)}</dd></div>)}
			</dl>
			<footer>
				<span class="grow dim">{common(keys ? 'keysOn' : 'keysOff')}</span>
				<button type="button" class="button" onClick={() => prefer({ keys: !keys })}>{common(keys ? 'turnOff' : 'turnOn')}</button>
			</footer>
		</Dialog>
	);
}
