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

const ops: Op[] = ['=~', '!~', '!=', '='];

function tester(op: Op, value: string, column: number): (text: string) => boolean {
	if (op === '=')
		return (text) => text === value;
	if (op === '!=')
		return (text) => text !== value;
	let expression: RegExp;
	try {
		expression = new RegExp(`^(?:${value})$`, 'su');
	} catch (problem) {
		throw new MatcherError(column, (problem as Error).message.replace(/^Invalid regular expression: /, ''));
	}
	return op === '=~' ? (text) => expression.test(text) : (text) => !expression.test(text);
}

export function matcher(name: string, op: Op, value: string, column = 1): Matcher {
	return { name: name === 'rule' ? 'alertname' : name, op, value, test: tester(op, value, column) };
}

export function word(text: string): Matcher {
	const needle = text.toLowerCase();
	return { name: '', op: '=~', value: text, test: (value) => value.toLowerCase().includes(needle) };
}

function unquote(text: string, column: number): string {
	const quote = text[0];
	if (quote !== '"' && quote !== "'")
		return text;
	if (text.length < 2 || !text.endsWith(quote))
		throw new MatcherError(column, 'this quote is never closed');
	return text.slice(1, -1).replace(/\\(["'\\])/g, (whole, escaped: string) => (escaped === quote || escaped === '\\' ? escaped : whole));
}

/* Splits at commas and blanks outside of quotes; blanks around an operator do not split. */
function* pieces(text: string): Generator<[string, number]> {
	const form = /\s*([A-Za-z_@][\w.@]*)\s*(=~|!~|!=|=)\s*("(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[^\s,]*)|[^\s,]+/g;
	for (const found of text.matchAll(form))
		yield [found[0].trim(), found.index + 1];
}

export function parseOne(piece: string, column = 1): Matcher {
	const found = /^([A-Za-z_@][\w.@]*)\s*(=~|!~|!=|=)\s*(.*)$/s.exec(piece);
	if (!found)
		return word(piece);
	const op = ops.find((one) => one === found[2])!;
	return matcher(found[1]!, op, unquote(found[3]!, column), column);
}

export function parse(text: string): Matcher[] {
	return [...pieces(text)].map(([piece, column]) => parseOne(piece, column));
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
