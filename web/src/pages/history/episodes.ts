/* episodes: what is asked for, page by page. While only time goes on (the same view) the newest come to what is there; else it
 * is begun anew. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, signIns } from '../../api/client.ts';
import type { Episode, List } from '../../model/types.ts';
import { newestBefore } from './newest.ts';

const pageSize = 200;

export interface Episodes {
	list: Episode[];
	next: string | null;
	problem: ApiError | null;
	loaded: boolean;
	more: () => void;
	again: () => void;
}

interface Held extends List<Episode> {
	view: string | null; /* whose pages these are; null: nothing yet */
}

export function useEpisodes(query: Record<string, string | undefined>, view: string): Episodes {
	const [held, setHeld] = useState<Held>({ items: [], next: null, view: null });
	const [problem, setProblem] = useState<ApiError | null>(null), [stamp, setStamp] = useState(0);
	const running = useRef<AbortController | null>(null), key = JSON.stringify(query);
	const ask = async (cursor: string | undefined) => {
		running.current?.abort();
		const control = (running.current = new AbortController());
		try {
			const answer = await get<List<Episode>>('api/v1/history', { ...query, limit: pageSize, cursor }, control.signal);
			if (control.signal.aborted)
				return;
			setHeld((before) => ({ view, ...(before.view !== view ? answer : cursor ? { items: [...before.items, ...answer.items], next: answer.next } : newestBefore(answer, before)) }));
			setProblem(null);
		} catch (error) {
			if (!control.signal.aborted)
				setProblem(error instanceof ApiError ? error : new ApiError(0, 'page', String(error)));
		}
	};
	useEffect(() => { void ask(undefined); }, [key, view, stamp, signIns.value]);
	useEffect(() => () => running.current?.abort(), []);
	return { list: held.items, next: held.next, problem, loaded: held.view !== null, more: () => { if (held.next) void ask(held.next); }, again: () => setStamp(stamp + 1) };
}
