/* heading: a page's first heading: names the browser's tab, and has the focus after a change of page. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { title } from '../state/badge.ts';

let first = true;

export function Heading({ name, children, class: style }: { name: string; children?: ComponentChildren; class?: string }) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		title.value = name;
		const element = document.activeElement;
		if (!first && (!element || element === document.body || element.closest('.tabs, .bottom')))
			heading.current?.focus({ preventScroll: true });
		first = false;
	}, [name]);
	return <h1 ref={heading} tabIndex={-1} class={style}>{children ?? name}</h1>;
}
