/* open: the open alerts of each connector, and which of them judges one of its numbers. */
import { computed } from '@preact/signals';
import { objectOf, rank } from '../../model/subject.ts';
import type { Alert, Connector } from '../../model/types.ts';
import { alerts, revision } from '../../state/alerts.ts';

const byConnector = computed(() => {
	revision.value;
	const found = new Map<string, Alert[]>();
	for (const alert of alerts.values()) {
		const key = `${alert.labels.cluster}\n${objectOf(alert.labels)}`, list = found.get(key);
		list ? list.push(alert) : found.set(key, [alert]);
	}
	return found;
});

export function alertsOf(connector: Connector): Alert[] {
	return byConnector.value.get(`${connector.cluster}\n${connector.name}`) ?? [];
}

/* The kinds that judge a number of the connector. */
export const judges = { rate: ['throughput_drop', 'stall'], errors: ['error_rate'], lag: ['lag'] };

/* The heaviest open alert on a number; its limit only where that is in the number's own unit. */
export function judgeOf(list: Alert[], kinds: string[]): { alert: Alert; limit: number | null } | null {
	const alert = list.filter((one) => kinds.includes(one.kind) && one.unit !== 'seconds').sort((a, b) => rank[b.severity] - rank[a.severity])[0];
	return alert ? { alert, limit: alert.unit === 'ratio' && alert.kind !== 'error_rate' ? null : alert.raise } : null;
}
