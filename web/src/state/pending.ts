/* pending: what holds, but not yet for its time. Nobody was told, so the stream says nothing of it: it is asked for every so often
 * while the list is looked at, and never is among the open alerts. */
import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get } from '../api/client.ts';
import type { Alert, List } from '../model/types.ts';
import { alerts, revision } from './alerts.ts';

const refreshMsec = 10_000, most = 200;

const asked = signal<Alert[]>([]);
let before: Alert[] = []; /* as asked for the time before: a row that keeps its place may still show one */

/* Its id never is an alert's. */
export function isPending(id: string): boolean {
	return id.startsWith('pending:');
}

export function pendingOf(id: string): Alert | undefined {
	return asked.value.find((alert) => alert.id === id) ?? before.find((alert) => alert.id === id);
}

function sameLabels(a: Alert, b: Alert): boolean {
	const names = Object.keys(a.labels);
	return names.length === Object.keys(b.labels).length && names.every((name) => a.labels[name] === b.labels[name]);
}

/* Without those that opened since they were asked for. */
export const pending = computed<ReadonlyMap<string, Alert>>(() => {
	const list = new Map(asked.value.map((alert) => [alert.id, alert]));
	if (!list.size)
		return list;
	revision.value;
	const since = new Set(asked.value.map((alert) => alert.pending_since));
	for (const open of alerts.values())
		if (since.has(open.pending_since))
			for (const alert of asked.value)
				if (alert.rule === open.rule && sameLabels(alert, open))
					list.delete(alert.id);
	return list;
});

async function ask(): Promise<void> {
	if (document.hidden)
		return;
	const { items } = await get<List<Alert>>('api/v1/alerts', { state: 'pending', limit: most });
	if (items.length || asked.value.length) {
		const now = new Set(items.map(({ id }) => id));
		before = [...asked.value.filter(({ id }) => !now.has(id)), ...before.filter(({ id }) => !now.has(id))].slice(0, most);
		asked.value = items;
	}
}

/* While the component is there. */
export function usePending(): ReadonlyMap<string, Alert> {
	useEffect(() => {
		const again = () => void ask().catch(() => { asked.value = []; }); /* what is not known is not shown */
		again();
		const timer = setInterval(again, refreshMsec);
		return () => {
			clearInterval(timer);
			asked.value = [];
		};
	}, []);
	return pending.value;
}
