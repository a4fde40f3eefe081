import { words } from '../../i18n/words.ts';

export const en = {
	intro: 'Who is told, and whether it arrived. Last 24 h.', sent: 'sent', waiting: 'waiting', nDead: '{n} dead {n:letter|letters}', failingBanner: '{kind} {target} is not taking messages', failingRest: '{queued} {queued:waits|wait}, {dead} {dead:is a dead letter|are dead letters}.', nextTry: 'Next try in {span}.', othersFine: 'The other channels are not affected.',
	receivers: 'Receivers', allSent: 'all sent', someFailed: 'some failed', allFailed: 'all failed', noneSent: 'nothing', state: 'State', kind: 'Kind', target: 'Target', day: '24 h', arrived: 'Arrived', p95: 'p95', queue: 'Queue', lastError: 'Last error', strip: '24 hours, oldest first: {text}', stripAll: 'all sent', stripFailed: '{n} {n:hour|hours} with failures',
	working: 'Working', failing: 'Failing', retrying: 'Retrying', idle: 'Idle', open: 'Held off', noneLastSent: 'none, last sent {time}', neverSent: 'nothing sent yet', oldest: 'oldest {span}',
	test: 'Send test', testing: 'Sending…', testOk: '{what}: {text}', testDone: 'Test of {name}', testFailed: 'The test of {name} did not go out',
	dead: 'Dead letters', deadHint: 'given up; a retry keeps its idempotency key', deadNone: 'Every message arrived.', nSelected: '{n} selected', retry: 'Retry', retryN: 'Retry {n}', retryAll: 'Retry all {n}', stillFailing: '{what} is still failing: a retry now will most likely fail again', gaveUp: 'Gave up', message: 'Message', alert: 'Alert', integration: 'Channel', tries: 'Tries', select: 'Select the message to {what}', selectAll: 'Select all', retried: '{n} {n:message is|messages are} on the way again', retryFailed: 'Could not be tried again', nAlerts: '{n} {n:alert|alerts}',
	none: 'There is no such receiver.', allReceivers: 'All receivers', recent: 'Latest messages', when: 'When', result: 'Result', s_sent: 'Sent', s_pending: 'Waiting', s_sending: 'Sending', s_retry: 'Trying again', s_ambiguous: 'Perhaps sent', s_dead: 'Dead letter', s_cancelled: 'Not sent',
};

export const w = words('delivery', en);
