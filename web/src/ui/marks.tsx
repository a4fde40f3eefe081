/* marks: severities, states and people, each by shape and word. */
import { common, en } from '../i18n/common.ts';
import type { Acknowledgement, Alert, AlertState, Rollup, Severity } from '../model/types.ts';
import { instant, shortWhen } from '../model/time.ts';
import { heldBack, objectOf } from '../model/subject.ts';
import { asOf } from '../state/freshness.ts';
import type { IconName } from './icons.ts';
import { Icon } from './icon.tsx';

export const tone: Record<Severity, string> = { critical: 'c-crit', warning: 'c-warn', info: 'c-info', none: '' };

export const severityIcon: Record<Severity, IconName> = { critical: 'critical', warning: 'warning', info: 'info', none: 'ok' };

/* Its word within a sentence. */
export function lower(severity: Severity): string {
	return common(`low_${severity}`);
}

export function SeverityWord({ severity }: { severity: Severity }) {
	return <span class={`word ${tone[severity]}`}><Icon name={severityIcon[severity]} />{common(severity)}</span>;
}

export const stateIcon: Record<AlertState, IconName> = { pending: 'pending', firing: 'firing', recovering: 'recovering', no_data: 'no-data', resolved: 'resolved' };

export function stateTone(state: AlertState, severity: Severity): string {
	return state === 'recovering' || state === 'resolved' ? 'c-ok' : state === 'no_data' ? '' : tone[severity];
}

export function StateWord({ state, severity }: { state: AlertState; severity: Severity }) {
	return <span class="word"><Icon name={stateIcon[state]} class={stateTone(state, severity)} />{common(state)}</span>;
}

export const rollupIcon: Record<Rollup, IconName> = { running: 'resolved', degraded: 'warning', failed: 'critical', paused: 'paused', unknown: 'no-data' };
export const rollupTone: Record<Rollup, string> = { running: 'c-ok', degraded: 'c-warn', failed: 'c-crit', paused: '', unknown: '' };

/* An alert's object with its task. */
export function nameOf(labels: Record<string, string>): string {
	return labels.task ? `${objectOf(labels)} ${common('task', { n: labels.task })}` : objectOf(labels);
}

export function Face({ name }: { name: string }) {
	return <span class="face" aria-hidden="true">{[...name.trim()][0]?.toUpperCase() ?? '?'}</span>;
}

/* What holds it back from people, a tag each; a word that is not known is shown as it is. */
export function HeldTags({ alert }: { alert: Pick<Alert, 'suppressed'> }) {
	return <>{heldBack(alert).map((stage) => <span class="tag" key={stage}><Icon name="silenced" />{`h_${stage}` in en ? common(`h_${stage}` as keyof typeof en) : stage}</span>)}</>;
}

/* "to 04:00" or "until worse". */
export function ackTerm(acknowledged: Acknowledgement): string {
	const until = instant(acknowledged.until);
	if (until === null)
		return common(acknowledged.sticky ? 'untilResolved' : 'untilWorse');
	return common('to', { time: shortWhen(until, asOf.value) });
}

export function Who({ acknowledged }: { acknowledged: Acknowledgement }) {
	return (
		<span class="who" title={acknowledged.comment ?? undefined}>
			<Face name={acknowledged.by} /><span class="cut">{acknowledged.by}</span><span class="dim">{ackTerm(acknowledged)}</span>
		</span>
	);
}

/* Counts of severities: shape, number, word. Zeros are left out. */
export function SeverityCounts({ counts }: { counts: Partial<Record<Severity, number>> }) {
	const list: [Severity, 'nCritical' | 'nWarning' | 'nInfo'][] = [['critical', 'nCritical'], ['warning', 'nWarning'], ['info', 'nInfo']];
	return (
		<span class="counts">
			{list.filter(([severity]) => counts[severity]).map(([severity, word]) => (
				<span class="count" key={severity}><Icon name={severityIcon[severity]} class={tone[severity]} />{common(word, { n: counts[severity]! })}</span>
			))}
		</span>
	);
}
