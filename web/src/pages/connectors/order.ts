/* order: connectors as people look for them: what is not well first. Pure. */
import type { Alert, Connector, Rollup } from '../../model/types.ts';

export const rank: Record<Rollup, number> = { failed: 0, degraded: 1, unknown: 2, paused: 3, running: 4 };

/* A connector whose tasks all run but of which an alert fires is not well. */
export function rollupOf(one: Connector, open: Pick<Alert, 'state'>[]): Rollup {
	return one.rollup === 'running' && open.some((alert) => alert.state === 'firing' || alert.state === 'no_data') ? 'degraded' : one.rollup;
}

export type Order = 'abnormal' | 'name' | 'lag';

function byName(a: Connector, b: Connector): number {
	return a.name < b.name ? -1 : a.name > b.name ? 1 : a.cluster < b.cluster ? -1 : 1;
}

const orders: Record<Order, (a: Connector, b: Connector) => number> = {
	abnormal: (a, b) => rank[a.rollup] - rank[b.rollup] || b.alerts - a.alerts || byName(a, b),
	name: byName,
	lag: (a, b) => (b.lag ?? -1) - (a.lag ?? -1) || byName(a, b),
};

export function ordered(list: Connector[], order: Order, text: string): Connector[] {
	const needle = text.toLowerCase();
	const hit = (one: Connector) => [one.name, one.cluster, one.class, one.type, one.state, one.rollup, one.worker, ...one.tasks.map((task) => task.worker)].join('\n').toLowerCase().includes(needle);
	return list.filter(hit).sort(orders[order]);
}

export function isAbnormal(one: Connector): boolean {
	return one.rollup !== 'running' || one.alerts > 0;
}
