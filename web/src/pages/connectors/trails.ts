/* trails: the last points of all connectors of the clusters on the page, by cluster, name and metric. */
import { useEffect, useState } from 'preact/hooks';
import { get } from '../../api/client.ts';
import type { List, Trail } from '../../model/types.ts';

const refreshMsec = 15_000, pointsMax = 24;

export function useClusterTrails(clusters: string[]): Map<string, Trail> {
	const [trails, setTrails] = useState<Map<string, Trail>>(new Map());
	useEffect(() => {
		const control = new AbortController();
		const ask = async () => {
			if (document.hidden)
				return;
			const lists = await Promise.all(clusters.map((cluster) => get<List<Trail>>('api/v1/points', { cluster, max: pointsMax }, control.signal).catch(() => null)));
			if (!control.signal.aborted)
				setTrails(new Map(lists.flatMap((list) => list?.items ?? []).map((trail) => [`${trail.cluster}\n${trail.connector}\n${trail.metric}`, trail])));
		};
		void ask();
		const timer = setInterval(() => void ask(), refreshMsec);
		return () => {
			control.abort();
			clearInterval(timer);
		};
	}, [clusters.join('\n')]);
	return trails;
}
