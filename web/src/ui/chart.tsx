/* chart: one value over time on a canvas (uPlot), its limits as lines, what is beyond the raise line in colour. Unknown is a gap.
 * Fetched when first wanted. The canvas cannot read the theme's colours, so a probe element tells them. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clock, minute, shortClock } from '../model/time.ts';
import { quantity } from '../model/value.ts';
import { language } from '../i18n/spoken.ts';
import { preferences } from '../state/preferences.ts';
import sheet from './chart.css?sheet';
import { adopt } from './sheet.ts';

adopt(sheet);

export interface LimitLine {
	value: number;
	label: string;
	tone: 'crit' | 'warn' | 'info' | 'ok';
	dash: boolean;
}

export interface ChartProps {
	points: [number, number | null][];
	unit: string;
	limits?: LimitLine[];
	beyond?: { value: number; lower: boolean; tone: 'crit' | 'warn' | 'info' } | null;
	from: number;
	to: number;
	height?: number;
	label: string;
	sync?: string; /* charts of one name share their cursor */
}

/* px right of the plot for the names of the limits; what lies below a chart keeps it too (--label-room). */
const labelRoom = 96;

function colours(element: HTMLElement): (name: string) => string {
	const probe = document.createElement('i');
	element.append(probe);
	const read = (name: string) => {
		probe.style.color = `var(--${name})`;
		return getComputedStyle(probe).color;
	};
	return read;
}

function drawLimits(plot: uPlot, limits: LimitLine[], read: (name: string) => string): void {
	const { ctx, bbox } = plot, ratio = devicePixelRatio;
	ctx.save();
	for (const { value, label, tone, dash } of limits) {
		const y = Math.round(plot.valToPos(value, 'y', true));
		if (y < bbox.top || y > bbox.top + bbox.height)
			continue;
		ctx.strokeStyle = read(`${tone}-fill`);
		ctx.fillStyle = read(tone);
		ctx.lineWidth = ratio;
		ctx.setLineDash(dash ? [6 * ratio, 3 * ratio] : []);
		ctx.beginPath();
		ctx.moveTo(bbox.left, y);
		ctx.lineTo(bbox.left + bbox.width, y);
		ctx.stroke();
		ctx.textAlign = 'left';
		ctx.textBaseline = 'middle';
		ctx.font = `${12 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
		ctx.fillText(label, bbox.left + bbox.width + 8 * ratio, y);
	}
	ctx.restore();
}

/* The line and the area that lie beyond the raise line, over the plain one. */
function drawBeyond(plot: uPlot, beyond: NonNullable<ChartProps['beyond']>, read: (name: string) => string): void {
	const { ctx, bbox } = plot, y = plot.valToPos(beyond.value, 'y', true);
	const [top, height] = beyond.lower ? [y, bbox.top + bbox.height - y] : [bbox.top, y - bbox.top];
	if (height <= 0)
		return;
	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, top, bbox.width, height);
	ctx.clip();
	const [xs, ys] = plot.data as [number[], (number | null)[]];
	const fill = read(`${beyond.tone}-fill`), path = new Path2D(), area = new Path2D();
	let start: number | null = null, lastX = 0;
	const close = () => { if (start !== null) { area.lineTo(lastX, y); area.lineTo(start, y); area.closePath(); start = null; } };
	xs.forEach((at, i) => {
		const value = ys[i];
		if (value === null || value === undefined)
			return close();
		const px = plot.valToPos(at, 'x', true), py = plot.valToPos(value, 'y', true);
		start === null ? (path.moveTo(px, py), area.moveTo(px, y), area.lineTo(px, py), start = px) : (path.lineTo(px, py), area.lineTo(px, py));
		lastX = px;
	});
	close();
	ctx.fillStyle = ctx.strokeStyle = fill;
	ctx.globalAlpha = 0.14;
	ctx.fill(area);
	ctx.globalAlpha = 1;
	ctx.lineWidth = 1.75 * devicePixelRatio;
	ctx.stroke(path);
	ctx.restore();
}

function options(props: ChartProps, width: number, read: (name: string) => string): uPlot.Options {
	const font = `12px ${getComputedStyle(document.body).fontFamily}`, limits = props.limits ?? [];
	const axis = { stroke: read('text-3'), font, grid: { stroke: read('line'), width: 1 }, ticks: { show: false } };
	return {
		width, height: props.height ?? 190, legend: { show: false }, padding: [8, limits.length ? labelRoom : 8, 0, 0],
		cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false }, ...(props.sync ? { sync: { key: props.sync } } : {}) },
		scales: {
			x: { time: true, min: props.from / 1000, max: props.to / 1000, range: () => [props.from / 1000, props.to / 1000] },
			y: { range: (_, low, high) => { const top = Math.max(high ?? 0, ...limits.map(({ value }) => value)); return [Math.min(0, low ?? 0), (top || 1) * 1.08]; } },
		},
		axes: [
			{ ...axis, grid: { show: false }, space: 80, size: 28, values: (_, splits) => splits.map((at) => (props.to - props.from < 10 * minute ? clock(at * 1000) : shortClock(at * 1000))) },
			{ ...axis, size: 64, values: (_, splits) => splits.map((value) => quantity(props.unit, value)) },
		],
		series: [{}, { stroke: read('text'), width: 1.5, spanGaps: false, points: { show: false } }],
		hooks: {
			draw: [(plot) => {
				if (props.beyond)
					drawBeyond(plot, props.beyond, read);
				drawLimits(plot, limits, read);
			}],
		},
	};
}

export function Chart(props: ChartProps) {
	const box = useRef<HTMLDivElement>(null), tip = useRef<HTMLDivElement>(null);
	const { points, unit } = props;
	useEffect(() => {
		const element = box.current!, read = colours(element);
		const data: uPlot.AlignedData = [points.map(([at]) => at / 1000), points.map(([, value]) => value)];
		const plot = new uPlot(options(props, element.clientWidth, read), data, element);
		const show = () => {
			const { idx, left } = plot.cursor, at = idx === null || idx === undefined ? undefined : points[idx];
			tip.current!.hidden = !at || (left ?? -1) < 0;
			if (at)
				tip.current!.textContent = `${clock(at[0])}  ${quantity(unit, at[1])}`;
		};
		(plot.hooks.setCursor ??= []).push(show);
		const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: props.height ?? 190 }));
		resize.observe(element);
		return () => {
			resize.disconnect();
			plot.destroy();
			element.replaceChildren();
		};
	}, [points, props.from, props.to, preferences.value.theme, preferences.value.zone, language.value, JSON.stringify(props.limits)]);
	return (
		<div class="chart">
			<div ref={box} role="img" aria-label={props.label} />
			<div class="chart-tip" ref={tip} hidden />
		</div>
	);
}
