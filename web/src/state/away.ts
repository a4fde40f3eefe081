/* away: what happened while no page of this browser was open: one digest in place of a burst of toasts. */
import { signal } from '@preact/signals';
import { ApiError, get } from '../api/client.ts';
import type { LogEvent } from '../model/types.ts';
import { minute } from '../model/time.ts';
import { alerts, loadAlerts } from './alerts.ts';
import { feed, feedEpoch, feedTake } from './feed.ts';

const pageSize = 1000, pagesMax = 5, worthSayingMsec = 5 * minute, againMsec = 3000;

export interface Digest {
	from: number;
	to: number;
	fired: number;
	recovered: number; /* ended and never acknowledged */
	open: string[]; /* ids that fired then and are open still */
}

export const digest = signal<Digest | null>(null);

interface Page {
	items: LogEvent[];
	next: number | string | null;
	epoch: string;
	newest_seq: number;
	reset: boolean;
}

function summarize(events: LogEvent[], from: number): Digest {
	const fired = new Set<string>(), ended = new Set<string>(), acked = new Set<string>();
	for (const { kind, episode, transition, alert } of events) {
		if (!episode)
			continue;
		if (kind === 'ack' || alert?.acknowledged)
			acked.add(episode);
		if (transition === 'opened')
			fired.add(episode);
		if (alert?.ended_at)
			ended.add(episode);
	}
	const recovered = [...ended].filter((id) => !acked.has(id)).length;
	return { from, to: Date.now(), fired: fired.size, recovered, open: [...fired].filter((id) => alerts.has(id)) };
}

let gap: { epoch: string; seenSeq: number; seenAt: number } | null = feed.peek(); /* from here on the feed lacks something; what comes meanwhile moves it on */
let started = false, again = 0;

/* The stream goes on behind what the feed has: it was too much at once. At the start follow() sees to it. */
export function feedFrom(epoch: string, seq: number): void {
	if (!started || epoch !== feed.value.epoch || seq <= feed.value.seenSeq)
		return feedEpoch(epoch, seq);
	gap ??= feed.peek();
	void catchUp();
}

/* What cannot be read now is asked for again; after nobody was signed in somebody else does. */
async function catchUp(): Promise<void> {
	started = true;
	clearTimeout(again);
	try {
		await fill();
		gap = null;
	} catch (problem) {
		if (!(problem instanceof ApiError && problem.status === 401))
			again = window.setTimeout(() => void catchUp(), againMsec);
	}
}

async function fill(): Promise<void> {
	if (!gap)
		return;
	const { epoch, seenSeq, seenAt } = gap;
	const events: LogEvent[] = [];
	let after: number | string | null = epoch ? seenSeq : 0, page: Page | null = null;
	for (let i = 0; i < pagesMax && after !== null; i++) {
		page = await get<Page>('api/v1/events', { after, limit: pageSize });
		if (!epoch || page.epoch !== epoch || page.reset)
			return feedEpoch(page.epoch, page.newest_seq);
		events.push(...page.items);
		after = page.next === null ? null : Math.max(Number(page.next), page.newest_seq - (pagesMax - 1) * pageSize); /* rather the newest than all */
	}
	feedTake(events, page?.newest_seq ?? 0);
	const said = summarize(events, seenAt);
	if (Date.now() - seenAt > worthSayingMsec && said.fired + said.recovered > 0)
		digest.value = said;
}

/* The open alerts, and what the feed lacks: when the page starts, and when somebody has signed in. */
export async function follow(): Promise<void> {
	await loadAlerts();
	await catchUp();
}
