/* query_box: the filter as chips: one a matcher, the same grammar as the API and the command line, with completion. What is
 * wrong is said below the box, and the last good filter stays in force. The filter's text is the caller's (the URL). */
import { useMemo, useRef, useState } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { MatcherError, parse, print, type Matcher } from '../model/matcher.ts';
import { Icon } from './icon.tsx';
import { useKeys } from './keys.ts';

export interface Completion {
	names: () => string[];
	values: (name: string) => string[];
}

/* A filter text that somebody pasted or bookmarked; what does not parse filters nothing, and the box says so. */
export function parseQuietly(text: string): Matcher[] {
	try {
		return parse(text);
	} catch {
		return [];
	}
}

function problemOf(text: string): string | null {
	try {
		parse(text);
		return null;
	} catch (wrong) {
		return wrong instanceof MatcherError ? wrong.message : String(wrong);
	}
}

function Chip({ one, onRemove }: { one: Matcher; onRemove: () => void }) {
	const text = print(one);
	return (
		<span class="chip">
			<span class="cut" title={text}>{one.name ? <>{one.name}<b>{one.op}</b>{one.value}</> : <>“{one.value}”</>}</span>
			<button type="button" aria-label={common('remove', { what: text })} onClick={onRemove}><Icon name="close" /></button>
		</span>
	);
}

const listMax = 8;

function suggest(text: string, completion: Completion): string[] {
	const found = /^([A-Za-z_@][\w.@]*)\s*(=~|!~|!=|=)\s*["']?(.*)$/.exec(text);
	if (!found)
		return completion.names().filter((name) => name.startsWith(text) && name !== text).map((name) => `${name}=`).slice(0, listMax);
	const [, name, op, begun] = found as unknown as [string, string, string, string];
	const needle = begun.toLowerCase();
	return completion.values(name).filter((value) => value !== begun && value.toLowerCase().includes(needle)).slice(0, listMax)
		.map((value) => print({ name, op: op as Matcher['op'], value, test: () => false }));
}

export function QueryBox({ text, onChange, completion, placeholder }: { text: string; onChange: (text: string) => void; completion: Completion; placeholder?: string }) {
	const [draft, setDraft] = useState(''), [typed, setProblem] = useState<string | null>(null), [at, setAt] = useState(-1), [open, setOpen] = useState(false);
	const input = useRef<HTMLInputElement>(null);
	const list = useMemo(() => parseQuietly(text), [text]), given = useMemo(() => problemOf(text), [text]), problem = typed ?? given;
	const choices = open ? suggest(draft, completion) : [];
	useKeys({ '/': () => input.current?.focus() });
	const put = (matchers: Matcher[]) => onChange(matchers.map(print).join(' '));
	const add = (piece: string) => {
		const wrong = problemOf(piece);
		setProblem(wrong);
		setAt(-1);
		if (wrong)
			return;
		put([...list, ...parse(piece)]);
		setDraft('');
		setOpen(false);
	};
	const choose = (choice: string) => {
		if (/[=~]$/.test(choice))
			setDraft(choice);
		else
			add(choice);
		setAt(-1);
		input.current?.focus();
	};
	const key = (event: KeyboardEvent) => {
		if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
			setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + choices.length + 1) % (choices.length + 1));
		else if (event.key === 'Enter' && choices[at])
			choose(choices[at]!);
		else if (event.key === 'Enter' && draft.trim())
			add(draft);
		else if (event.key === 'Backspace' && !draft && list.length)
			put(list.slice(0, -1));
		else if (event.key === 'Escape')
			open ? setOpen(false) : input.current?.blur();
		else
			return;
		event.preventDefault();
		event.stopPropagation();
	};
	return (
		<div class={`query ${problem ? 'bad-input' : ''}`} onFocusOut={(event) => { if (!event.currentTarget.contains(event.relatedTarget as Node)) setOpen(false); }}>
			<Icon name="search" />
			{list.map((one, i) => <Chip key={`${i} ${print(one)}`} one={one} onRemove={() => put(list.filter((_, j) => j !== i))} />)}
			<input ref={input} value={draft} placeholder={list.length ? '' : placeholder ?? common('filterHint')} aria-label={common('filter')} role="combobox" aria-expanded={choices.length > 0} aria-controls="query-choices" aria-autocomplete="list"
				aria-activedescendant={choices[at] ? `query-choice-${at}` : undefined} aria-invalid={problem ? 'true' : undefined} aria-describedby={problem ? 'query-problem' : undefined} autocomplete="off" spellcheck={false}
				onInput={(event) => { setDraft(event.currentTarget.value); setProblem(null); setOpen(true); setAt(-1); }} onFocus={() => setOpen(true)} onKeyDown={key} />
			<kbd>/</kbd>
			<div id="query-choices" role="listbox" aria-label={common('filter')} class={choices.length ? 'menu-list start' : 'sr'}>
				{choices.map((choice, i) => <button type="button" key={choice} id={`query-choice-${i}`} role="option" aria-selected={i === at} tabIndex={-1} class={i === at ? 'at mono' : 'mono'} onPointerDown={(event) => event.preventDefault()} onClick={() => choose(choice)}>{choice}</button>)}
			</div>
			{problem && <span class="query-problem" id="query-problem" role="alert">{problem}</span>}
		</div>
	);
}
