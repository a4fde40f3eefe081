/* search_box: a plain word to look for, on "/". */
import { useRef } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { Icon } from './icon.tsx';
import { useKeys } from './keys.ts';

export function SearchBox({ text, placeholder, onChange }: { text: string; placeholder: string; onChange: (text: string) => void }) {
	const input = useRef<HTMLInputElement>(null);
	useKeys({ '/': () => input.current?.focus() });
	return (
		<div class="query">
			<Icon name="search" />
			<input ref={input} value={text} placeholder={placeholder} aria-label={common('filter')} autocomplete="off" spellcheck={false} onInput={(event) => onChange(event.currentTarget.value)}
				onKeyDown={(event) => { if (event.key === 'Escape') { onChange(''); event.currentTarget.blur(); event.stopPropagation(); } }} />
			<kbd>/</kbd>
		</div>
	);
}
