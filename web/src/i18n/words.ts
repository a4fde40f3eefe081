/* words: makes the lookup of one part's catalogue. "{name}" is replaced by a parameter; "{n:alert|alerts}" chooses by the
 * number n (one | other). What is put in is text, never markup. */
import { catalogues } from './language.ts';

type Values = Record<string, string | number>;

export function fill(pattern: string, values: Values): string {
	return pattern.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, other?: string) => {
		const value = values[name];
		if (one === undefined)
			return value === undefined ? '' : String(value);
		return Number(value) === 1 ? one : other ?? '';
	});
}

export function words<Key extends string>(part: string, english: Record<Key, string>) {
	return (key: Key, values: Values = {}): string => fill(catalogues.value?.[part]?.[key] ?? english[key], values);
}
