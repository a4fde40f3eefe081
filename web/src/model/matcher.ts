/* matcher: the filter grammar of the API, the command line and the page: name op "value" with = != =~ !~, regular
 * expressions anchored, an absent label is "", `rule` stands for `alertname`. A bare word searches everywhere. */

export type Op = '=' | '!=' | '=~' | '!~';

export interface Matcher {
	name: string; /* "" = a bare word */
	op: Op;
	value: string;
	test: (value: string) => boolean;
}

export class MatcherError extends Error {
	constructor(readonly column: number, message: string) {
		super(message);
	}
}

/* As the daemon's: compiled bare first, so that a stray ")" cannot close the group of the anchors; "." ends at a line's end. */
function expression(value: string): RegExp {
	const [whole, flags] = /^\(\?([ims]+)\)/.exec(value) ?? ['', ''];
	const bare = value.slice(whole.length), anchored = `^(?:${bare})$`;
	const compile = (more: string) => (new RegExp(bare, flags + more), new RegExp(anchored, flags + more));
	try {
		return compile('u');
	} catch {
		return compile(''); /* takes escapes that need none, such as "\-" */
	}
}

function tester(op: Op, value: string, column: number): (text: string) => boolean {
	if (op === '=')
		return (text) => text === value;
	if (op === '!=')
		return (text) => text !== value;
	try {
		const form = expression(value);
		return op === '=~' ? (text) => form.test(text) : (text) => !form.test(text);
	} catch (problem) {
		throw new MatcherError(column, (problem as Error).message.replace(/^Invalid regular expression: /, ''));
	}
}

export function matcher(name: string, op: Op, value: string, column = 1): Matcher {
	return { name: name === 'rule' ? 'alertname' : name, op, value, test: tester(op, value, column) };
}

export function word(text: string): Matcher {
	const needle = text.toLowerCase();
	return { name: '', op: '=~', value: text, test: (value) => value.toLowerCase().includes(needle) };
}

const name = /[^\s=!~,{}'"]+/.source, quoted = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/.source;
const form = new RegExp(`^(${name})\\s*(=~|!~|!=|=)\\s*(.*)$`, 's');
const piece = new RegExp(`${name}\\s*(?:=~|!~|!=|=)\\s*(?:${quoted}|[^\\s,]*)|[^\\s,]+`, 'gs');
const whole = new RegExp(`^(?:${quoted})$`, 's');

function unquote(text: string, column: number): string {
	const quote = text[0];
	if (quote !== '"' && quote !== "'")
		return text;
	if (!whole.test(text))
		throw new MatcherError(column, 'this quote is never closed');
	return text.slice(1, -1).replace(/\\(["'\\])/g, (both, escaped: string) => (escaped === quote || escaped === '\\' ? escaped : both));
}

function parseOne(text: string, column = 1): Matcher {
	const found = form.exec(text);
	if (!found) {
		if (/^[=!~]/.test(text))
			throw new MatcherError(column, 'a label name comes first');
		return word(text);
	}
	const [, label, op, value] = found as unknown as [string, string, Op, string];
	const at = column + text.length - value.length;
	if (!value)
		throw new MatcherError(at, `a value comes after ${op}; quote it, as in connector='orders'`);
	if (op === '=' && value.startsWith('='))
		throw new MatcherError(at - 1, "'==' is not an operator; write '='");
	return matcher(label, op, unquote(value, at), at);
}

/* Splits at commas and blanks outside of quotes; blanks around an operator do not split, and {} around all of it may be. */
export function parse(text: string): Matcher[] {
	const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text, before = text.indexOf(inner);
	return [...inner.matchAll(piece)].map((found) => parseOne(found[0], before + found.index + 1));
}

export function print(one: Matcher): string {
	if (!one.name)
		return one.value;
	const bare = /^[\w.:@/|*+-]+$/.test(one.value);
	return `${one.name}${one.op}${bare ? one.value : `"${one.value.replace(/["\\]/g, '\\$&')}"`}`;
}

/* Of the whole filter only what the API understands (no bare words), in its own form. */
export function forApi(list: Matcher[]): string {
	return list.filter((one) => one.name && !one.name.startsWith('@'))
		.map((one) => `${one.name}${one.op}"${one.value.replace(/["\\]/g, '\\$&')}"`)
		.join(',');
}
