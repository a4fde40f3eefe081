/* scale: the value's place between its limits: a track from 0, the raise zone red, the zone between clear and raise grey. */
import type { Alert, Level } from '../../model/types.ts';
import { quantity } from '../../model/value.ts';
import { tone } from '../../ui/marks.tsx';
import { w } from './words.ts';

function nice(value: number): number {
	const step = 10 ** Math.floor(Math.log10(value));
	return [1, 2, 2.5, 5, 10].map((times) => times * step).find((one) => one >= value) ?? value;
}

function levelNow(alert: Alert): Level {
	return alert.levels?.find((level) => level.severity === alert.severity) ?? { severity: alert.severity, raise: alert.raise, clear: alert.clear };
}

/* Words under a place of the track, kept within its ends. */
function Below({ at, room, text }: { at: number; room: number; text: string }) {
	const side = at < room ? 'first' : at > 100 - room ? 'last' : '';
	return <span class={`below ${side}`} style={side ? {} : { left: `${at}%` }}>{text}</span>;
}

export function LevelScale({ alert }: { alert: Alert }) {
	const { raise, clear } = levelNow(alert);
	if (raise === null || alert.unit === 'state' || alert.unit === 'none')
		return null;
	const value = alert.value ?? alert.last_known;
	const top = nice(Math.max(raise, clear ?? 0, value ?? 0) * 1.05 || 1);
	const place = (number: number) => Math.max(0, Math.min(100, (number / top) * 100)), at = (number: number) => `${place(number)}%`;
	const [from, to] = alert.direction === '<' ? [0, raise] : [raise, top];
	const [low, high] = clear === null ? [raise, raise] : [Math.min(raise, clear), Math.max(raise, clear)];
	const raiseText = w('raise', { value: quantity(alert.unit, raise) }), clearText = clear === null ? '' : w('clear', { value: quantity(alert.unit, clear) });
	const close = clear !== null && Math.abs(raise - clear) / top < 0.28, both = clear !== null && clear < raise ? `${clearText}, ${raiseText}` : [raiseText, clearText].filter(Boolean).join(', ');
	return (
		<div class="scale" role="img" aria-label={`${quantity(alert.unit, value)}, ${both}`}>
			<i class={`zone ${tone[alert.severity]}`} style={{ left: at(from), width: at(to - from) }} />
			<i class="between" style={{ left: at(low), width: at(high - low) }} />
			{value !== null && <i class={`marker ${tone[alert.severity]} ${alert.value === null ? 'old' : ''}`} style={{ left: at(value) }} />}
			{close || clear === null ? <Below at={place((low + high) / 2)} room={clear === null ? 15 : 28} text={both} /> : <><Below at={place(clear)} room={15} text={clearText} /><Below at={place(raise)} room={15} text={raiseText} /></>}
		</div>
	);
}
