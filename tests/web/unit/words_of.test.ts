import assert from 'node:assert/strict';
import test from 'node:test';
import { channelOf } from '../../../web/src/model/channel.ts';
import { detailOf, heaviestFirst, heldBack, nobodyHas, quieted } from '../../../web/src/model/subject.ts';
import { restartCurl } from '../../../web/src/model/restart.ts';
import type { Alert } from '../../../web/src/model/types.ts';
import { asNow } from '../../../web/src/model/value.ts';
import { csv } from '../../../web/src/pages/alerts/export.ts';
import { alert, taken } from './alerts.ts';

const trail = (unit: string, ...points: [number, number | null][]) => ({ metric: 'm', unit, points });
const told = Date.parse('2026-01-01T00:00:00.000Z');

test('value: the newest number is the trail’s, once it is newer than what was told', () => {
	const open = alert({ unit: 'ratio', value: 0.05 });
	assert.equal(asNow(open, trail('ratio', [told + 1, 0.06], [told + 2, 0.07])).value, 0.07);
	assert.equal(asNow(open, trail('ratio', [told + 1, null])).value, null, 'unknown is unknown');
	assert.equal(asNow({ ...open, peak: 0.05 }, trail('ratio', [told + 1, 0.09], [told + 2, 0.07])).peak, 0.09, 'a peak is never under what is shown');
	assert.equal(asNow({ ...open, peak: 0.05, direction: '<' }, trail('ratio', [told + 1, 0.09])).peak, 0.05);
	assert.equal(asNow(open, trail('ratio', [told, 0.9])), open, 'not newer');
	assert.equal(asNow(open, undefined), open);
	assert.equal(asNow(alert({ unit: 'state', value: 7 }), trail('state', [told + 1, 1])).value, 7, 'a state is not a number');
	const over = alert({ ended_at: '2026-01-01T00:00:00.000Z', value: 1 });
	assert.equal(asNow(over, trail('number', [told + 1, 2])), over);
});

test('subject: beside object and number the detail says only what is new', () => {
	assert.equal(detailOf(alert({ unit: 'ratio', topic: 'records fail', fact: '7 % of records fail' })), 'records fail');
	assert.equal(detailOf(alert({ unit: 'state', topic: 'task failed', fact: 'task 3 failed' })), '');
	assert.equal(detailOf(alert({ unit: 'state', annotations: { trace: 'a.b.Outer: x\nCaused by: a.Inner: deadlock' } })), 'Inner: deadlock');
	assert.equal(detailOf(alert({ unit: 'none', topic: 'data missing', fact: 'm is missing' })), 'm is missing');
	assert.equal(detailOf(alert({ annotations: { summary: 'own words\nmore' } })), 'own words');
});

test('subject: what recovers comes after what somebody has or holds back, and that after what nobody has', () => {
	const list = [alert({ id: 'r', state: 'recovering' }), alert({ id: 't', acknowledged: taken('Ana') }), alert({ id: 'h', suppressed: ['settling'] }), alert({ id: 'n' }), alert({ id: 'w', severity: 'warning' })];
	assert.deepEqual(list.sort(heaviestFirst).map(({ id }) => id), ['n', 't', 'h', 'r', 'w']);
});

test('subject: red is what fires, is critical, and that nobody has nor holds back', () => {
	assert.ok(nobodyHas(alert()));
	assert.ok(nobodyHas(alert({ state: 'no_data' })));
	for (const other of [{ severity: 'warning' }, { state: 'recovering' }, { acknowledged: taken('Ana') }, { suppressed: ['settling'] }, { suppressed: ['silenced'] }] as const)
		assert.ok(!nobodyHas(alert(other as Partial<Alert>)));
	assert.deepEqual(heldBack(alert({ suppressed: ['acknowledged', 'muted'] })), ['muted']);
	assert.deepEqual([['acknowledged'], ['settling'], ['settling', 'silenced']].map((suppressed) => quieted(alert({ suppressed }))), [false, false, true]);
});

test('export: a sheet takes numbers as numbers, and no text for a formula', () => {
	const [, line] = csv([alert({ value: -5, labels: { alertname: '=1+1' } })]).split('\r\n');
	assert.match(line!, /,-5,10,5,/);
	assert.match(line!, /,'=1\+1,/);
	const mixed = csv([alert({ labels: { constructor: 'x' } as Record<string, string> }), alert()]);
	assert.ok(!/native code/.test(mixed), mixed);
});

test('channel: whom it went to, else the channel’s name, else its receiver', () => {
	const message = { recipient: null, integration: 'oncall/webhook/pager', receiver: 'oncall' };
	assert.equal(channelOf(message), 'pager');
	assert.equal(channelOf({ ...message, integration: 'oncall/webhook/7429770435' }), 'oncall');
	assert.equal(channelOf({ ...message, recipient: 'a@example.com' }), 'a@example.com');
});

test('restart: a hostile name does not end the quotes', () => {
	assert.equal(restartCurl('w:8083', 'orders sink'), "curl -X POST 'http://w:8083/connectors/orders%20sink/restart?includeTasks=true&onlyFailed=true'");
	for (const [worker, name] of [['w', "a'!'b"], ["w'; true; '", 'a']] as const)
		assert.equal(restartCurl(worker, name).split("'").length, 3);
	assert.match(restartCurl(null, 'a'), /localhost:8083/);
});
