/* spark: a value's last points in 60 x 20: from 0, the limit dotted, only what is beyond it in colour. A state is a
 * strip: thin = fine, a block = not. Decoration: the number stands beside it. */
import type { Trail } from '../model/types.ts';
import { common } from '../i18n/common.ts';

const width = 60, height = 20, pad = 2;

/* A ratio's scale reaches 1 % at least: noise far below that is a flat line. */
const ratioTop = 0.01;

interface Props {
	trail: Trail | undefined;
	limit?: number | null;
	lower?: boolean; /* lower is worse */
	tone: string;
}

type Points = [number, number | null][];

function scaler(points: Points, limit: number | null, floor = 0) {
	const first = points[0]![0], last = points[points.length - 1]![0];
	const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
	const top = Math.max(...values, limit ?? 0, floor) || 1, bottom = Math.min(0, ...values);
	return {
		x: (at: number) => (last > first ? ((at - first) / (last - first)) * width : width),
		y: (value: number) => height - pad - ((value - bottom) / (top - bottom)) * (height - 2 * pad),
	};
}

function pathOf(points: Points, scale: ReturnType<typeof scaler>, keep: (value: number) => boolean): string {
	let path = '', pen = false;
	points.forEach(([at, value], i) => {
		const before = points[i - 1]?.[1] ?? null;
		const draw = value !== null && (keep(value) || (before !== null && keep(before)));
		if (draw && value !== null)
			path += `${pen ? 'L' : 'M'}${scale.x(at).toFixed(1)} ${scale.y(value).toFixed(1)}`;
		pen = draw;
	});
	return path;
}

function Strip({ points, tone }: { points: Points; tone: string }) {
	const scale = scaler(points, 1), blocks: [left: number, right: number][] = [];
	points.forEach(([at, value], i) => {
		if (!value)
			return;
		const left = i ? scale.x(points[i - 1]![0]) : 0, last = blocks[blocks.length - 1];
		last && points[i - 1]?.[1] ? (last[1] = scale.x(at)) : blocks.push([left, scale.x(at)]);
	});
	return (
		<svg class="spark" width={width} height={height} aria-hidden="true">
			<rect class="steady" x="0" y="9" width={width} height="2" />
			{blocks.map(([left, right]) => <rect key={left} class={`block ${tone}`} x={Math.min(left, width - 2)} y="3" width={Math.max(2, right - left)} height="14" rx="1" />)}
		</svg>
	);
}

export function Spark({ trail, limit = null, lower = false, tone }: Props) {
	const points = trail?.points ?? [];
	if (!points.length)
		return <svg class="spark" width={width} height={height} aria-hidden="true" />;
	if (points.every(([, value]) => value === null))
		return <span class="no-data">{common('noData')}</span>;
	if (trail!.unit === 'state')
		return <Strip points={points} tone={tone} />;
	const scale = scaler(points, limit, trail!.unit === 'ratio' ? ratioTop : 0);
	const beyond = (value: number) => limit !== null && (lower ? value < limit : value > limit);
	const [endAt, end] = points.filter(([, value]) => value !== null).pop() as [number, number];
	return (
		<svg class="spark" width={width} height={height} aria-hidden="true">
			{limit !== null && <path class="limit" d={`M0 ${scale.y(limit).toFixed(1)}H${width}`} />}
			<path class="value" d={pathOf(points, scale, () => true)} />
			<path class={`beyond ${tone}`} d={pathOf(points, scale, beyond)} />
			<circle class={`end ${beyond(end) ? tone : ''}`} cx={scale.x(endAt)} cy={scale.y(end)} r="2" />
		</svg>
	);
}
