import { words } from '../../i18n/words.ts';

export const en = {
	range: 'Range', export: 'Export', csv: 'CSV', json: 'JSON', markdown: 'Copy as Markdown', exportFailed: 'The export did not work', truncated: 'The export stops at the daemon’s bound',
	nEpisodes: '{n:episode|episodes}', stillOpen: 'still open', medianLength: 'median length', medianAck: 'median time to acknowledge, critical', byThemselves: 'recovered before anybody acted',
	boardAt: 'Board as it was at {time}', boardWas: 'The board as it was at {time}.', boardCount: '{n} {n:alert was|alerts were} open then.', backToRange: 'Back to the history', boardHint: 'Choose a time in the chart below', openAtOnce: 'Open at once',
	brush: 'Part of the time that is shown', brushFrom: 'From', brushTo: 'To', by: 'Lanes by', rule: 'Rule', connector: 'Connector', cluster: 'Cluster', moreLanes: '{n} more', still: 'still open', critical: 'critical', warning: 'warning', info: 'info',
	countsSummary: 'Open at once from {from} to {to}: at most {n}', laneSummary: '{what}: {n} {n:episode|episodes}',
	started: 'Started', severity: 'Severity', ruleHead: 'Rule', what: 'What', ended: 'Ended', lasted: 'Lasted', timeToAck: 'Time to ack', ackBy: 'By', messages: 'Messages', nobody: 'nobody', openNow: 'Still open', more: 'Show more', drawnOnly: 'The newest {n} are drawn.',
	none: 'Nothing fired in this time.', noneMatch: 'Nothing in this time matches the filter.', t_cleared: 'recovered', t_gone: 'gone', t_expired: 'expired', t_no_data: 'no data', t_rule_gone: 'rule removed', cause: 'Resolved', all: 'all',
};

export const w = words('history', en);
