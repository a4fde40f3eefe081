/* loading: one answer of the API for a component: asked again when its address changes, every so often, on demand, and when somebody signed in. While
 * it is asked again the old answer stays; a failure is told beside it. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, signIns } from '../api/client.ts';

export interface Loaded<T> {
	data: T | null;
	problem: ApiError | null;
	again: () => void;
}

export function useLoaded<T>(path: string | null, query: Record<string, string | number | undefined> = {}, everyMsec = 0): Loaded<T> {
	const [data, setData] = useState<T | null>(null), [problem, setProblem] = useState<ApiError | null>(null);
	const address = path === null ? null : `${path} ${JSON.stringify(query)}`;
	const running = useRef<AbortController | null>(null);
	const ask = useCallback(() => {
		running.current?.abort();
		if (path === null)
			return;
		const control = (running.current = new AbortController());
		get<T>(path, query, control.signal).then((answer) => {
			if (control.signal.aborted)
				return;
			setData(answer);
			setProblem(null);
		}, (error) => {
			if (!control.signal.aborted)
				setProblem(error instanceof ApiError ? error : new ApiError(0, 'page', String(error)));
		});
	}, [address]);
	useEffect(() => {
		ask();
		const timer = everyMsec ? setInterval(() => { if (!document.hidden) ask(); }, everyMsec) : 0;
		return () => {
			clearInterval(timer);
			running.current?.abort();
		};
	}, [ask, everyMsec, signIns.value]);
	return { data, problem, again: ask };
}
