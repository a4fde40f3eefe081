/* words: makes the lookup of one catalogue. "{name}" is replaced by a parameter; "{n:alert|alerts}" chooses by the
 * number n (one | other). What is put in is text, never markup. */
import { language, type Language } from './language.ts';

type Values = Record<string, string | number>;

export function fill(pattern: string, values: Values): string {
	return pattern.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, other?: string) => {
		const value = values[name];
		if (one === undefined)
			return value === undefined ? '' : String(value);
		return Number(value) === 1 ? one : other ?? '';
	});
}

export function words<Key extends string>(catalogue: Record<Language, Record<Key, string>>) {
	return (key: Key, values: Values = {}): string => fill(catalogue[language.value][key], values);
}
