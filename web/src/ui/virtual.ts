/* virtual: which lines of a long list are near the window. All lines have one height; the page scrolls, not the list. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

const overscan = 10;

export interface Range {
	from: number;
	to: number;
}

function rangeOf(element: HTMLElement, count: number, height: number): Range {
	const top = -element.getBoundingClientRect().top;
	const from = Math.max(0, Math.floor(top / height) - overscan);
	return { from: Math.min(from, count), to: Math.min(count, Math.ceil((top + innerHeight) / height) + overscan) };
}

export function useVirtual(list: RefObject<HTMLElement | null>, count: number, height: number): Range {
	const [range, setRange] = useState<Range>({ from: 0, to: Math.min(count, 40) });
	const update = () => {
		const next = list.current && rangeOf(list.current, count, height);
		if (next && (next.from !== range.from || next.to !== range.to))
			setRange(next);
	};
	useLayoutEffect(update, [count, height]);
	useEffect(() => {
		addEventListener('scroll', update, { passive: true });
		addEventListener('resize', update);
		return () => {
			removeEventListener('scroll', update);
			removeEventListener('resize', update);
		};
	});
	return { from: Math.min(range.from, count), to: Math.min(range.to, count) };
}

/* Brings a line into view, below the bar on top and above what lies at the bottom: a bar there, toasts. */
export function reveal(list: HTMLElement, index: number, height: number): void {
	const top = list.getBoundingClientRect().top + index * height, toasts = document.querySelector('.toasts')?.getBoundingClientRect();
	const room = Math.min(innerHeight - 120, toasts?.height ? toasts.top : innerHeight);
	if (top < 60)
		scrollBy(0, top - 60);
	else if (top + height > room)
		scrollBy(0, top + height - room);
}
