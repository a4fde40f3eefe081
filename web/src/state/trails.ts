/* trails: the last points of alerts on the screen, asked for in one call, refreshed while they stay there. */
import { signal } from '@preact/signals';
import { get } from '../api/client.ts';
import type { List, Trail } from '../model/types.ts';

const idsMax = 100, pointsMax = 24, freshMsec = 15_000, keptMax = 500, gatherMsec = 150;

const kept = new Map<string, { trail: Trail | null; at: number }>();
export const trailsRevision = signal(0);
let wanted: string[] = [], timer = 0, asking = false;

export function trailOf(id: string): Trail | undefined {
	trailsRevision.value;
	return kept.get(id)?.trail ?? undefined;
}

/* The rows that are shown now; called as often as one likes. */
export function wantTrails(ids: string[]): void {
	wanted = ids;
	if (!timer)
		timer = window.setTimeout(ask, gatherMsec);
}

async function ask(): Promise<void> {
	timer = 0;
	const now = Date.now();
	const old = wanted.filter((id) => now - (kept.get(id)?.at ?? 0) > freshMsec).slice(0, idsMax);
	if (asking || !old.length || document.hidden)
		return;
	asking = true;
	try {
		const { items } = await get<List<Trail>>('api/v1/points', { alert: old.join(','), max: pointsMax });
		const found = new Map(items.map((trail) => [trail.alert!, trail]));
		for (const id of old) {
			kept.delete(id);
			kept.set(id, { trail: found.get(id) ?? null, at: now });
		}
		while (kept.size > keptMax)
			kept.delete(kept.keys().next().value!);
		trailsRevision.value++;
	} catch {
		/* a list without sparklines is still a list; the next change asks again */
	} finally {
		asking = false;
	}
}
