/* away: one line for what happened while nobody looked; the list can be cut down to what of it is open still. */
import { shortClock, shortWhen } from '../../model/time.ts';
import { digest } from '../../state/away.ts';
import { common } from '../../i18n/common.ts';
import { Icon } from '../../ui/icon.tsx';
import { w } from './words.ts';

export function Away({ only, onOnly }: { only: boolean; onOnly: (ids: string[] | null) => void }) {
	const said = digest.value;
	if (!said)
		return null;
	return (
		<div class="away">
			<Icon name="clock" />
			<span class="cut grow"><b>{w('away')}</b> {w('awayRest', { from: shortWhen(said.from, said.to), to: shortClock(said.to), fired: said.fired, recovered: said.recovered, open: said.open.length })}</span>
			{said.open.length > 0 && <button type="button" class="button quiet small" aria-pressed={only} onClick={() => onOnly(only ? null : said.open)}>{w(only ? 'allAgain' : 'onlyThese')}</button>}
			<button type="button" class="button bare small" aria-label={common('close')} onClick={() => { digest.value = null; onOnly(null); }}><Icon name="close" /></button>
		</div>
	);
}
