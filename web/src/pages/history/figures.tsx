/* figures: the range in five numbers. */
import { exactSpan } from '../../model/time.ts';
import type { HistoryCounts } from '../../model/types.ts';
import { w } from './words.ts';

export function Figures({ figures, truncated }: HistoryCounts) {
	const { episodes, still_open, median_duration_msec, median_time_to_ack_critical_msec, recovered_unacknowledged } = figures;
	const time = (msec: number | null) => (msec === null ? '–' : exactSpan(msec));
	return (
		<p class="stats grow">
			<span><b>{truncated ? `≥ ${episodes}` : episodes}</b> {w('nEpisodes', { n: episodes })}</span>
			<span><b>{still_open}</b> {w('stillOpen')}</span>
			<span><b>{time(median_duration_msec)}</b> {w('medianLength')}</span>
			<span><b>{time(median_time_to_ack_critical_msec)}</b> {w('medianAck')}</span>
			<span><b>{recovered_unacknowledged}</b> {w('byThemselves')}</span>
		</p>
	);
}
