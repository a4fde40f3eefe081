/* words: makes the lookup of one part's catalogue. "{name}" is replaced by a parameter; "{n:alert|alerts}" chooses by the
 * number n (one | other); either may hold parameters. What is put in is text, never markup. */
import { catalogues } from './spoken.ts';

type Values = Record<string, string | number>;

export function fill(pattern: string, values: Values): string {
	const chosen = pattern.replace(/\{(\w+):((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}/g, (_, name: string, one: string, other: string) => (Number(values[name]) === 1 ? one : other));
	return chosen.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

export function words<Key extends string>(part: string, english: Record<Key, string>) {
	return (key: Key, values: Values = {}): string => fill(catalogues.value?.[part]?.[key] ?? english[key], values);
}
