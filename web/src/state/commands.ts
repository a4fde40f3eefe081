/* commands: what a person does to alerts. Each answers with the alert as it is then. */
import { change } from '../api/client.ts';
import type { Alert } from '../model/types.ts';
import { takeAlert } from './alerts.ts';
import { by } from './session.ts';

export interface AckTerms {
	comment?: string;
	for?: string; /* "1h" */
	until?: string; /* RFC 3339 */
	sticky?: boolean; /* also when it gets worse */
}

export interface Outcome {
	id: string;
	ok: boolean;
	error?: { code: string; message: string };
}

function clean(terms: AckTerms): AckTerms {
	return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined && value !== ''));
}

const bulkMax = 1000;

export async function acknowledge(ids: string[], terms: AckTerms): Promise<Outcome[]> {
	if (ids.length === 1) {
		takeAlert(await change<Alert>('POST', `api/v1/alerts/${encodeURIComponent(ids[0]!)}/ack`, { ...clean(terms), ...by() }));
		return [{ id: ids[0]!, ok: true }];
	}
	const outcomes: Outcome[] = [];
	for (let at = 0; at < ids.length; at += bulkMax) {
		const body = { ids: ids.slice(at, at + bulkMax), ...clean(terms), ...by() };
		outcomes.push(...(await change<{ items: Outcome[] }>('POST', 'api/v1/alerts/ack', body)).items);
	}
	return outcomes;
}

export async function unacknowledge(ids: string[]): Promise<Outcome[]> {
	if (ids.length === 1) {
		takeAlert(await change<Alert>('DELETE', `api/v1/alerts/${encodeURIComponent(ids[0]!)}/ack`, by()));
		return [{ id: ids[0]!, ok: true }];
	}
	const outcomes: Outcome[] = [];
	for (let at = 0; at < ids.length; at += bulkMax)
		outcomes.push(...(await change<{ items: Outcome[] }>('DELETE', 'api/v1/alerts/ack', { ids: ids.slice(at, at + bulkMax), ...by() })).items);
	return outcomes;
}

export async function comment(id: string, text: string): Promise<void> {
	takeAlert(await change<Alert>('POST', `api/v1/alerts/${encodeURIComponent(id)}/comments`, { comment: text, ...by() }));
}
