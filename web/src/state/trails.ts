/* trails: the last points of alerts on the screen, asked for in one call, refreshed while they stay there. */
import { signal } from '@preact/signals';
import { get } from '../api/client.ts';
import type { List, Trail } from '../model/types.ts';

const idsMax = 100, pointsMax = 24, freshMsec = 15_000, keptMax = 500, gatherMsec = 150;

const kept = new Map<string, { trail: Trail | null; at: number }>();
export const trailsRevision = signal(0);
let wanted: string[] = [], timer = 0, soon = false, asking = false;

export function trailOf(id: string): Trail | undefined {
	trailsRevision.value;
	return kept.get(id)?.trail ?? undefined;
}

/* The rows that are shown now, none when they go; called as often as one likes. */
export function wantTrails(ids: string[]): void {
	wanted = ids;
	if (soon || !ids.length)
		return;
	soon = true;
	plan(gatherMsec);
}

function plan(msec: number): void {
	clearTimeout(timer);
	timer = window.setTimeout(() => void ask(), msec);
}

function old(): string[] {
	const limit = Date.now() - freshMsec;
	return wanted.filter((id) => (kept.get(id)?.at ?? 0) <= limit);
}

async function ask(): Promise<void> {
	soon = false;
	const ids = old().slice(0, idsMax);
	if (asking)
		return;
	asking = true;
	try {
		if (ids.length && !document.hidden)
			keep(ids, (await get<List<Trail>>('api/v1/points', { alert: ids.join(','), max: pointsMax })).items);
		if (wanted.length)
			plan(document.hidden || !old().length ? freshMsec : gatherMsec);
	} catch {
		plan(freshMsec); /* a list without sparklines is still a list */
	} finally {
		asking = false;
	}
}

function keep(ids: string[], items: Trail[]): void {
	const found = new Map(items.map((trail) => [trail.alert!, trail]));
	for (const id of ids) {
		kept.delete(id);
		kept.set(id, { trail: found.get(id) ?? null, at: Date.now() });
	}
	while (kept.size > keptMax)
		kept.delete(kept.keys().next().value!);
	trailsRevision.value++;
}
