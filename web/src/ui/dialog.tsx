/* dialog: the browser's own modal dialog, closed by Escape, its button, or a click beside it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { Icon } from './icon.tsx';

export function Dialog({ title, onClose, children, fixed }: { title: string; onClose: () => void; children: ComponentChildren; fixed?: boolean }) {
	const box = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		const before = document.activeElement as HTMLElement | null;
		box.current!.showModal();
		return () => before?.focus?.();
	}, []);
	const cancel = (event: Event) => {
		event.preventDefault();
		if (!fixed)
			onClose();
	};
	/* A second Escape closes it whatever the page says. */
	const closed = () => (fixed ? box.current?.showModal() : onClose());
	return (
		<dialog ref={box} aria-label={title} onCancel={cancel} onClose={closed} onClick={(event) => { if (event.target === box.current) cancel(event); }}>
			<div class="body">
				<header>
					<h2 class="grow">{title}</h2>
					{!fixed && <button type="button" class="button bare small" aria-label={common('close')} onClick={onClose}><Icon name="close" /></button>}
				</header>
				{children}
			</div>
		</dialog>
	);
}
