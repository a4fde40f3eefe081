/* newest: the first page of a list anew, before the older ones that somebody had asked for. Pure. */
import type { Episode, List } from '../../model/types.ts';

export function newestBefore(first: List<Episode>, before: List<Episode>): List<Episode> {
	const last = first.items.at(-1), at = last ? before.items.findIndex(({ id }) => id === last.id) : -1;
	return first.next === null || at < 0 || at === before.items.length - 1 ? first : { items: [...first.items, ...before.items.slice(at + 1)], next: before.next };
}
