import { words } from '../../i18n/words.ts';

export const en = {
	intro: 'What is watched, and whether it works.', health: 'Health', rule: 'Rule', now: 'Now', instances: 'Instances', evaluated: 'Evaluated', lastFired: 'Last fired', fired30d: 'In 30 days', source: 'Source',
	ok: 'Working', error: 'Error', no_data: 'No data', quiet: 'quiet', never: 'never', nPending: '{n} pending', nFiring: '{n} firing', nRecovering: '{n} recovering', nNoData: '{n} without data', filterHint: 'Name, kind or label',
	open: 'Show what {what} says', close: 'Fold {what}', match: 'match', metric: 'metric', window: 'window', keep: 'keep firing for', noData: 'no data', after: 'after {span}', levels: '{raise}{clear}{for}', raise: 'raise {value}', clear: ', clear {value}', lFor: ', for {span}', labels: 'labels', runbook: 'runbook', lastError: 'last error', everything: 'everything', showAlerts: 'Its alerts', showHistory: 'Its history',
	none: 'No rule matches.', count: '{n} {n:rule|rules}', failing: '{n} {n:has|have} an error',
};

export const w = words('rules', en);
