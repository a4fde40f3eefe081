/* facet: a facet's choices as a matcher of the filter: name=a or name=~a|b; and back. */
import { matcher, type Matcher } from './matcher.ts';

const special = /[\\^$.*+?()[\]{}|]/g;

export function escapeRegex(text: string): string {
	return text.replace(special, '\\$&');
}

/* The values a matcher stands for, if it is one that a facet wrote. */
function valuesOf(one: Matcher): string[] | null {
	if (one.op === '=')
		return [one.value];
	if (one.op !== '=~')
		return null;
	const parts = one.value.split(/(?<!\\)\|/);
	const plain = parts.map((part) => part.replace(/\\([\\^$.*+?()[\]{}|])/g, '$1'));
	return parts.every((part, i) => part === escapeRegex(plain[i]!)) ? plain : null;
}

export function chosen(list: Matcher[], name: string): string[] {
	return list.flatMap((one) => (one.name === name ? valuesOf(one) ?? [] : []));
}

/* The filter with one choice of a facet turned over; other matchers stay where they are. */
export function toggle(list: Matcher[], name: string, value: string): Matcher[] {
	const have = chosen(list, name);
	const next = have.includes(value) ? have.filter((one) => one !== value) : [...have, value];
	const rest = list.filter((one) => one.name !== name || valuesOf(one) === null);
	if (!next.length)
		return rest;
	return [...rest, next.length === 1 ? matcher(name, '=', next[0]!) : matcher(name, '=~', next.map(escapeRegex).join('|'))];
}
