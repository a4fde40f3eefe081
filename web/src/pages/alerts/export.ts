/* export: alerts as Markdown for a chat or a postmortem, and as CSV for a sheet. Pure. */
import { causeOf, labelOf, objectOf, placeOf } from '../../model/subject.ts';
import type { Alert } from '../../model/types.ts';
import { limit, quantity } from '../../model/value.ts';

export function plain(text: string): string {
	return text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
}

export function markdown(list: Alert[], address: (id: string) => string): string {
	return list.map((alert) => {
		const value = alert.unit === 'none' ? '' : ` ${quantity(alert.unit, alert.value)} ${limit(alert)}`.trimEnd();
		const taken = alert.acknowledged ? `acknowledged by ${plain(alert.acknowledged.by)}` : 'nobody has it';
		const task = alert.labels.task ? ` task ${alert.labels.task}` : '';
		return `- **${alert.severity}** [${plain(objectOf(alert.labels) + task)}](${address(alert.id)}) on ${plain(placeOf(alert.labels) || '–')}: ${plain(causeOf(alert))}${value}, ${alert.state} since ${alert.started_at}, ${taken}`;
	}).join('\n');
}

/* RFC 4180; what a sheet would take for a formula is led by an apostrophe. */
function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csv(list: Alert[]): string {
	const names = [...new Set(list.flatMap((alert) => Object.keys(alert.labels)))].sort();
	const head = ['id', 'severity', 'state', 'rule', ...names.map((name) => `label_${name}`), 'value', 'raise', 'clear', 'unit', 'started_at', 'acknowledged_by', 'fact'];
	const rows = list.map((alert) => [alert.id, alert.severity, alert.state, alert.rule, ...names.map((name) => labelOf(alert.labels, name)), alert.value ?? '', alert.raise ?? '', alert.clear ?? '', alert.unit, alert.started_at, alert.acknowledged?.by ?? '', alert.fact ?? '']);
	return [head, ...rows].map((row) => row.map((one) => (typeof one === 'number' ? String(one) : cell(one))).join(',')).join('\r\n') + '\r\n';
}
