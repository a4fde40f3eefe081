/* episodes: the range's episodes page by page, the first ones anew when the range moves on. */
import { useEffect, useState } from 'preact/hooks';
import { ApiError, get } from '../../api/client.ts';
import type { Episode, List } from '../../model/types.ts';

const pageSize = 200;

export interface Episodes {
	list: Episode[];
	next: string | null;
	problem: ApiError | null;
	loaded: boolean;
	more: () => void;
	again: () => void;
}

export function useEpisodes(query: Record<string, string | undefined>): Episodes {
	const [state, setState] = useState<{ list: Episode[]; next: string | null; loaded: boolean }>({ list: [], next: null, loaded: false });
	const [problem, setProblem] = useState<ApiError | null>(null), [stamp, setStamp] = useState(0);
	const key = JSON.stringify(query);
	const ask = async (cursor: string | undefined, control: AbortController) => {
		try {
			const answer = await get<List<Episode>>('api/v1/history', { ...query, limit: pageSize, cursor }, control.signal);
			setState((before) => ({ list: cursor ? [...before.list, ...answer.items] : answer.items, next: answer.next, loaded: true }));
			setProblem(null);
		} catch (error) {
			if (!control.signal.aborted)
				setProblem(error instanceof ApiError ? error : new ApiError(0, 'page', String(error)));
		}
	};
	useEffect(() => {
		const control = new AbortController();
		void ask(undefined, control);
		return () => control.abort();
	}, [key, stamp]);
	return { ...state, problem, more: () => { if (state.next) void ask(state.next, new AbortController()); }, again: () => setStamp(stamp + 1) };
}
