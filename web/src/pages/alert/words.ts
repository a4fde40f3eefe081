import { words } from '../../i18n/words.ts';

export const en = {
	cluster: 'Cluster', since: 'Since', lasted: 'Lasted', peak: 'Peak', worker: 'Worker', severityFor: '{severity} for', position: '{n} of {total} in this filter',
	extend: 'Extend ack…', ackNow: 'Acknowledge…',
	overRaise: '{delta} over raise', underRaise: '{delta} under raise', overClear: '{delta} over clear', underClear: '{delta} under clear', lastKnown: 'last known {value} at {time}',
	raise: 'raise {value}', clear: 'clear {value}', chart: 'Value', chartSummary: '{name}: {value} now, {limit}. {n} points since {time}.', noLimit: 'no limit', noPoints: 'No points are kept of this alert any more.', asTable: 'As a table', asChart: 'As a chart', time: 'Time', value: 'Value',
	state: 'State', ack: 'Ack', stateLane: 'State over time', ackLane: 'Acknowledged over time', pending: 'pending', firingS: 'firing, {severity}', recovering: 'recovering', acknowledged: 'acknowledged', noData: 'no data',
	happened: 'What happened', all: 'All', states: 'State', messages: 'Messages', people: 'People', nothing: 'Nothing of this kind happened.', earlier: 'Show {n} earlier', fewer: 'Only the latest',
	t_pending: 'Pending.', t_opened: 'Firing, {severity}.', t_worse: 'Worse: {was} to {severity}.', t_better: 'Better: {was} to {severity}.', t_recovering: 'Recovering.', t_relapsed: 'Firing again.', t_no_data: 'No data.', t_data_back: 'Data is back.', t_flapping: 'Flapping.', t_steady: 'Steady again.', t_resolved: 'Resolved.', t_dropped: 'Over.',
	r_raised: 'a raise limit was passed', r_held: 'held over the limit for its time', r_worse: 'a higher level was reached', r_better: 'a lower level held for its time', r_clearing: 'all levels are clear; waiting to be sure', r_relapsed: 'not clear after all, so it is the same episode', r_cleared: 'clear for its time', r_not_held: 'it did not last', r_gone: 'the object no longer exists', r_expired: 'the series stayed away too long', r_no_data: 'no data for too long', r_data_back: 'numbers come again', r_flapping: 'it comes and goes: kept as one', r_steady: 'no longer flapping', r_rule_gone: 'the rule was removed', r_ack_expired: 'its time was over', r_ack_worse: 'it got worse', r_resolved: 'the alert resolved', r_by_hand: '',
	r_storm: 'too many incidents in a minute: told as one', r_inhibited: 'another alert explains it', r_silenced: 'a silence covers it', r_muted: 'it is muted at this time', r_acknowledged: 'somebody has it', r_settling: 'not every source was read since the start', r_never_told: 'never told that it fired', r_resolved_unwanted: 'wants no ends', r_receiver_removed: 'the receiver was removed', r_predecessor_dead: 'the message it follows was never delivered',
	after: 'after {span}', ackedBy: 'Acknowledged by {who}', unacked: 'Acknowledgement ended', unackedBy: 'Given up by {who}', commentBy: 'Comment by {who}', somebody: 'somebody',
	quiet: 'No message: it is the same episode, and you were told of it before.',
	s_sent: 'Sent', s_sentTry: 'Sent, try {n}', s_shown: 'Shown', s_pending: 'Waiting', s_sending: 'Sending', s_retry: 'Trying again', s_ambiguous: 'Perhaps sent', s_dead: 'Dead letter', s_cancelled: 'Not sent', s_held: 'Held back', page: 'Page', tries: '{n} tries',
	why: 'Why was I paged?', whyNot: 'Why was nobody paged?', whyRule: 'Rule', whyRoute: 'Route', whyHeld: 'Held back by', whyGroup: 'Group', heldNothing: 'nothing: it is not inhibited, silenced, muted or acknowledged',
	runbook: 'Runbook', failedTask: 'Failed task', rootCause: 'Root cause', wholeTrace: 'Whole trace, {n} {n:line|lines}', copyRestart: 'Copy restart curl', copyTrace: 'Copy trace', copiedRestart: 'The restart command is copied', copiedTrace: 'The trace is copied',
	labels: 'Labels', annotations: 'Annotations', rule: 'Rule', source: 'source', condition: 'condition', kind: 'kind', connector: 'Connector',
	missing: 'There is no such alert. It may have been pruned from the history.', asLast: 'Some of this could not be read anew: {why}',
};

export const w = words('alert', en);
