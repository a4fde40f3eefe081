/* chart: one value over time on a canvas (uPlot), its limits as lines, what is beyond the raise line in colour. Unknown is a gap.
 * Fetched when first wanted. The canvas cannot read the theme's colours, so a probe element tells them. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clock, minute, shortClock } from '../model/time.ts';
import { quantity } from '../model/value.ts';
import { language } from '../i18n/spoken.ts';
import { preferences } from '../state/preferences.ts';
import sheet from './chart.css?sheet';
import { dark, strong } from './media.ts';
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
const usualHeight = 190;

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
	const lines = limits.map((limit) => ({ ...limit, y: Math.round(plot.valToPos(limit.value, 'y', true)) }));
	let room = Infinity; /* from the lowest up, no name lies over another one */
	ctx.save();
	for (const { label, tone, dash, y } of lines.sort((a, b) => b.y - a.y)) {
		if (y < bbox.top || y > bbox.top + bbox.height)
			continue;
		const at = Math.min(y, room);
		room = at - 13 * ratio;
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
		ctx.fillText(label, bbox.left + bbox.width + 8 * ratio, at);
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

/* latest: as it is when it is drawn; what the plot is made anew for is in the caller's list. */
function options(latest: () => ChartProps, width: number, read: (name: string) => string): uPlot.Options {
	const { limits = [], unit, sync, height } = latest();
	const font = `12px ${getComputedStyle(document.body).fontFamily}`;
	const axis = { stroke: read('text-3'), font, grid: { stroke: read('line'), width: 1 }, ticks: { show: false } };
	const range = (): [number, number] => [latest().from / 1000, latest().to / 1000];
	const word = (at: number) => (latest().to - latest().from < 10 * minute ? clock : shortClock)(at * 1000);
	return {
		width, height: height ?? usualHeight, legend: { show: false }, padding: [8, limits.length ? labelRoom : 8, 0, 0],
		cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false }, ...(sync ? { sync: { key: sync } } : {}) },
		scales: {
			x: { time: true, range },
			y: { range: (_, low, high) => { const top = Math.max(high ?? 0, ...limits.map(({ value }) => value)); return [Math.min(0, low ?? 0), (top || 1) * 1.08]; } },
		},
		axes: [
			{ ...axis, grid: { show: false }, space: 80, size: 28, values: (_, splits) => splits.map(word) },
			{ ...axis, size: 64, values: (_, splits) => splits.map((value) => quantity(unit, value)) },
		],
		series: [{}, { stroke: read('text'), width: 1.5, spanGaps: false, points: { show: false } }],
		hooks: {
			draw: [(plot) => {
				const { beyond } = latest();
				if (beyond)
					drawBeyond(plot, beyond, read);
				drawLimits(plot, limits, read);
			}],
		},
	};
}

function dataOf(points: ChartProps['points']): uPlot.AlignedData {
	return [points.map(([at]) => at / 1000), points.map(([, value]) => value)];
}

/* New points come into the plot that is there, so that the cursor stays where it is. */
export function Chart(props: ChartProps) {
	const box = useRef<HTMLDivElement>(null), tip = useRef<HTMLDivElement>(null), plot = useRef<uPlot | null>(null), latest = useRef(props);
	const { points, from, to, unit, height = usualHeight } = props;
	latest.current = props;
	useEffect(() => {
		const element = box.current!, one = new uPlot(options(() => latest.current, element.clientWidth, colours(element)), dataOf(latest.current.points), element);
		const show = () => {
			const { idx, left } = one.cursor, at = idx === null || idx === undefined ? undefined : latest.current.points[idx];
			tip.current!.hidden = !at || (left ?? -1) < 0;
			if (at)
				tip.current!.textContent = `${clock(at[0])}  ${quantity(unit, at[1])}`;
		};
		(one.hooks.setCursor ??= []).push(show);
		const resize = new ResizeObserver(() => one.setSize({ width: element.clientWidth, height }));
		resize.observe(element);
		plot.current = one;
		return () => {
			resize.disconnect();
			one.destroy();
			plot.current = null;
			element.replaceChildren();
		};
	}, [unit, height, props.sync, preferences.value.theme, dark.value, strong.value, preferences.value.zone, language.value, JSON.stringify(props.limits)]);
	useEffect(() => plot.current?.setData(dataOf(points)), [points, from, to]);
	return (
		<div class="chart">
			<div ref={box} role="img" aria-label={props.label} />
			<div class="chart-tip" ref={tip} hidden />
		</div>
	);
}
