/* plot: what was open at once as stacked bars, and below a lane a rule or connector, on one axis with one cursor. A click sets the
 * time of the board. */
import { useRef, useState } from 'preact/hooks';
import { dayAndClock, iso, shortClock, shortDay, day } from '../../model/time.ts';
import type { HistoryCounts, Severity } from '../../model/types.ts';
import { href } from '../../router.ts';
import { preferences } from '../../state/preferences.ts';
import { tone } from '../../ui/marks.tsx';
import type { Lane } from './lanes.ts';
import { offsetIn, ticksOf } from './range.ts';
import { w } from './words.ts';

const severities = ['critical', 'warning', 'info'] as const;

interface Props {
	from: number;
	to: number;
	counts: HistoryCounts;
	lanes: Lane[];
	more: number;
	at: number | null;
	onAt: (at: number) => void;
	onLane: (key: string) => string; /* where a lane's name leads */
}

function nice(value: number): number {
	const steps = [2, 4, 8, 16, 20, 40, 80, 100, 200, 400, 800, 1000, 2000, 4000, 10_000];
	return steps.find((one) => one >= value) ?? value;
}

function Bars({ counts, top }: { counts: HistoryCounts; top: number }) {
	return (
		<div class="bars" aria-hidden="true">
			{counts.items.map(({ at, open }) => (
				<span key={at} title={`${dayAndClock(Date.parse(at))}: ${severities.map((one) => `${open[one]} ${w(one)}`).join(', ')}`}>
					{[...severities].reverse().filter((one) => open[one]).map((one) => <i key={one} class={tone[one]} style={{ height: `${(open[one] / top) * 100}%` }} />)}
				</span>
			))}
		</div>
	);
}

export function Plot({ from, to, counts, lanes, more, at, onAt, onLane }: Props) {
	const [hover, setHover] = useState<number | null>(null);
	const area = useRef<HTMLDivElement>(null);
	const percent = (time: number) => `${(((time - from) / (to - from)) * 100).toFixed(2)}%`;
	const timeOf = (event: PointerEvent | MouseEvent) => {
		const { left, width } = area.current!.getBoundingClientRect(), share = (event.clientX - left) / width;
		return share < 0 || share > 1 ? null : from + share * (to - from);
	};
	const most = Math.max(0, ...counts.items.map(({ open }) => open.critical + open.warning + open.info)), top = nice(Math.max(1, most));
	const utc = preferences.value.zone === 'utc', marks = ticksOf(from, to, 9, offsetIn(utc)), shown = hover ?? at;
	const word = (time: number) => (to - from > 2 * day ? shortDay(time) : shortClock(time));
	const click = (event: MouseEvent) => {
		const time = timeOf(event);
		if (time !== null && !(event.target as Element).closest('a'))
			onAt(time);
	};
	return (
		<div class="swim" onPointerMove={(event) => setHover(timeOf(event))} onPointerLeave={() => setHover(null)} onClick={click}>
			<span class="lane-name">{w('openAtOnce')}</span>
			<div class="stack-plot" ref={area} role="img" aria-label={w('countsSummary', { from: dayAndClock(from), to: dayAndClock(to), n: most })}>
				<span class="grid-line" style={{ top: '0' }}><b>{top}</b></span><span class="grid-line" style={{ top: '50%' }}><b>{top / 2}</b></span>
				<Bars counts={counts} top={top} />
				{shown !== null && shown >= from && shown <= to && <span class="cursor" style={{ left: percent(shown) }}><b>{shortClock(shown)}</b></span>}
			</div>
			<span />
			<span /><div class="axis" aria-hidden="true">{marks.map((time) => <time key={time} dateTime={iso(time)} style={{ left: percent(time) }}>{word(time)}</time>)}</div><span />
			{lanes.map((lane) => [
				<a class="lane-name cut" key={`${lane.key} name`} href={onLane(lane.key)} title={lane.key}>{lane.key}</a>,
				<div class="lane tall" key={lane.key} role="group" aria-label={w('laneSummary', { what: lane.key, n: lane.bars.length })}>
					{lane.bars.map((bar) => <a key={bar.id} tabIndex={-1} aria-hidden="true" href={href(`alerts/${encodeURIComponent(bar.id)}`)} class={`bar ${tone[bar.severity as Severity]} ${bar.open ? 'open' : ''}`} title={bar.title} style={{ left: `min(${percent(bar.from)}, 100% - 4px)`, width: percent(bar.to - bar.from + from) }} />)}
				</div>,
				<span class="num" key={`${lane.key} count`}>{lane.bars.length}</span>,
			])}
			{more > 0 && <span class="dim">{w('moreLanes', { n: more })}</span>}
		</div>
	);
}

export function PlotKeys() {
	return (
		<p class="keys plot-keys">
			{severities.map((one) => <span class="key" key={one}><i class={tone[one]} />{w(one)}</span>)}
			<span class="key"><i class="still" />{w('still')}</span>
		</p>
	);
}
