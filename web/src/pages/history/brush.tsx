/* brush: a longer time as bars, with the part that is shown below drawn over it: pulled by its ends, moved as a whole, or set with
 * the arrow keys on either end. The range changes when the pointer is let go. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { day, dayAndClock, iso, shortClock, shortDay } from '../../model/time.ts';
import type { HistoryCounts } from '../../model/types.ts';
import { preferences } from '../../state/preferences.ts';
import { offsetIn, ticksOf, type Range } from './range.ts';
import { w } from './words.ts';

type Part = 'from' | 'to' | 'all' | 'new';

interface Drag {
	part: Part;
	start: number;
	from: number;
	to: number;
}

const leastShare = 1 / 200;

export function Brush({ range, counts, onChange }: { range: Range; counts: HistoryCounts | null; onChange: (from: number, to: number) => void }) {
	const { around } = range, whole = around.to - around.from;
	const box = useRef<HTMLDivElement>(null), drag = useRef<Drag | null>(null);
	const [drawn, setDrawn] = useState<{ from: number; to: number } | null>(null);
	useEffect(() => { if (!drag.current) setDrawn(null); }, [range.from, range.to]);
	const { from, to } = drawn ?? range;
	const share = (at: number) => Math.max(0, Math.min(1, (at - around.from) / whole));
	const percent = (value: number) => `${(value * 100).toFixed(2)}%`;
	const timeAt = (event: PointerEvent) => {
		const { left, width } = box.current!.getBoundingClientRect();
		return around.from + Math.max(0, Math.min(1, (event.clientX - left) / width)) * whole;
	};
	const fit = (a: number, b: number) => {
		const least = whole * leastShare, low = Math.max(around.from, Math.min(a, b)), high = Math.min(around.to, Math.max(a, b));
		return { from: Math.min(low, around.to - least), to: Math.max(high, low + least) };
	};
	const down = (event: PointerEvent) => {
		const part = (event.target as HTMLElement).dataset.part as Part | undefined, at = timeAt(event);
		drag.current = { part: part ?? 'new', start: at, from, to };
		box.current!.setPointerCapture(event.pointerId);
	};
	const move = (event: PointerEvent) => {
		const now = drag.current;
		if (!now)
			return;
		const at = timeAt(event), by = at - now.start, length = now.to - now.from;
		if (now.part === 'all') {
			const start = Math.max(around.from, Math.min(around.to - length, now.from + by));
			setDrawn({ from: start, to: start + length });
		} else
			setDrawn(now.part === 'from' ? fit(at, now.to) : now.part === 'to' ? fit(now.from, at) : fit(now.start, at));
	};
	const up = () => {
		if (drag.current && drawn && (drawn.from !== range.from || drawn.to !== range.to))
			onChange(drawn.from, drawn.to);
		drag.current = null;
	};
	const key = (part: 'from' | 'to') => (event: KeyboardEvent) => {
		const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
		if (!by)
			return;
		event.preventDefault();
		event.stopPropagation();
		const step = (whole / 100) * by, next = part === 'from' ? fit(from + step, to) : fit(from, to + step);
		onChange(next.from, next.to);
	};
	const most = Math.max(1, ...(counts?.items ?? []).map(({ opened }) => opened.critical + opened.warning + opened.info));
	const utc = preferences.value.zone === 'utc', marks = ticksOf(around.from, around.to, 8, offsetIn(utc));
	const handle = (part: 'from' | 'to') => (
		<i class={`handle ${part}`} data-part={part} role="slider" tabIndex={0} aria-label={w(part === 'from' ? 'brushFrom' : 'brushTo')} aria-valuemin={around.from} aria-valuemax={around.to} aria-valuenow={Math.round(part === 'from' ? from : to)} aria-valuetext={dayAndClock(part === 'from' ? from : to)} onKeyDown={key(part)} />
	);
	return (
		<div class="overview">
			<div class="brush" ref={box} role="group" aria-label={w('brush')} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up}>
				<div class="brush-bars" aria-hidden="true">
					{counts?.items.map(({ at, opened }) => {
						const n = opened.critical + opened.warning + opened.info, time = Date.parse(at), inside = time + counts.bucket_msec > from && time < to;
						return <i key={at} class={inside ? 'inside' : ''} style={{ height: `${(n / most) * 100}%` }} title={`${dayAndClock(time)}: ${n}`} />;
					})}
				</div>
				<div class="selection" data-part="all" style={{ left: percent(share(from)), width: percent(share(to) - share(from)) }}>{handle('from')}{handle('to')}</div>
			</div>
			<div class="axis" aria-hidden="true">{marks.map((at) => <time key={at} dateTime={iso(at)} style={{ left: percent(share(at)) }}>{whole > 2 * day ? shortDay(at) : shortClock(at)}</time>)}</div>
		</div>
	);
}
