/* alerts: an alert of the API with the parts a test cares for. */
import type { Alert } from '../../../web/src/model/types.ts';

export function alert(more: Partial<Alert> = {}): Alert {
	return {
		id: 'A', version: 1, rule: 'Lag', kind: 'threshold', rule_source: null, topic: 'lags', condition: null, unit: 'number', direction: '>', state: 'firing', severity: 'critical', was: 'none', peak_severity: 'critical',
		labels: { alertname: 'Lag' }, annotations: {}, fact: null, value: 12, raise: 10, clear: 5, peak: 12, last_known: 12, last_known_at: null, reason: 'held', flapping: false, no_data: false, suppressed: [], suppressed_by: null,
		pending_since: null, started_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', ended_at: null, acknowledged: null, ...more,
	};
}

export function taken(by: string): Alert['acknowledged'] {
	return { by, at: '2026-01-01T00:00:00.000Z', comment: null, until: null, sticky: false };
}
