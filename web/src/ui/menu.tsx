/* menu: a button that opens a list of choices; arrows move, Escape closes and gives the focus back. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

function step(list: HTMLElement, from: Element | null, by: number): void {
	const items = [...list.querySelectorAll<HTMLElement>('button, a')];
	const at = items.indexOf(from as HTMLElement);
	items[(at + by + items.length) % items.length]?.focus();
}

export function Menu({ label, children, button, start, class: style = 'button' }: { label?: string; children: ComponentChildren; button: ComponentChildren; start?: boolean; class?: string }) {
	const [open, setOpen] = useState(false);
	const box = useRef<HTMLDivElement>(null), opener = useRef<HTMLButtonElement>(null);
	useLayoutEffect(() => { /* with the list: a key that comes next is the list's */
		if (!open)
			return;
		box.current!.querySelector<HTMLElement>('.menu-list button, .menu-list a')?.focus();
		const away = (event: Event) => { if (!box.current!.contains(event.target as Node)) setOpen(false); };
		document.addEventListener('pointerdown', away);
		document.addEventListener('focusin', away);
		return () => {
			document.removeEventListener('pointerdown', away);
			document.removeEventListener('focusin', away);
		};
	}, [open]);
	const close = () => { setOpen(false); opener.current?.focus(); };
	const key = (event: KeyboardEvent) => {
		const list = box.current!.querySelector<HTMLElement>('.menu-list')!;
		if (event.key === 'Escape')
			close();
		else if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
			step(list, document.activeElement, event.key === 'ArrowDown' ? 1 : -1);
		else if (event.key.length > 1)
			return;
		else
			return event.stopPropagation(); /* the keys of the page below are not meant */
		event.preventDefault();
		event.stopPropagation();
	};
	const chosen = (event: Event) => { if ((event.target as Element).closest('[data-keep]') === null) close(); };
	return (
		<div class="menu" ref={box}>
			<button type="button" ref={opener} class={style} aria-label={label} aria-haspopup="true" aria-expanded={open} onClick={() => setOpen(!open)}>{button}</button>
			{open && <div class={`menu-list ${start ? 'start' : ''}`} onKeyDown={key} onClick={chosen}>{children}</div>}
		</div>
	);
}

export function Choice({ on, children, onClick, keep }: { on?: boolean; children: ComponentChildren; onClick: () => void; keep?: boolean }) {
	return <button type="button" aria-pressed={on} data-keep={keep ? '' : undefined} onClick={onClick}>{children}{on && <span class="grow num" aria-hidden="true">✓</span>}</button>;
}
