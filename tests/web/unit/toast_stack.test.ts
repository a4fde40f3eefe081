import assert from 'node:assert/strict';
import test from 'node:test';
import type { Toast } from '../../../web/src/model/types.ts';
import { ToastStack, visible, visibleMax, type Loudness } from '../../../web/src/state/toast_stack.ts';

const start = Date.parse('2026-01-01T03:00:00Z');

function toast(incident: string, severity: Toast['severity'] = 'critical', more: Partial<Toast> = {}): Toast {
	return { id: `${incident} ${more.type ?? 'firing'}`, incident, type: 'firing', severity, title: incident, body: '', alerts: [`alert of ${incident}`], url: '', at: new Date(start).toISOString(), ...more };
}

/* A stack at a time; every second an own one, so that no test runs into the limit of another. */
function at(now = start, loudness: Loudness = 'all') {
	const stack = new ToastStack();
	const add = (one: Toast, when = now) => stack.add({ ...one, at: one.at === new Date(start).toISOString() ? new Date(when).toISOString() : one.at }, when, loudness);
	const keys = () => stack.list.map((one) => `${one.key}:${one.kind}`);
	return { stack, add, keys };
}

test('toasts: how long each stays', () => {
	const { stack, add } = at();
	add(toast('critical'));
	add(toast('warning', 'warning'));
	stack.say('mine', 'mine', 'Acknowledged', null, start);
	stack.say('failed', 'failed', 'Not acknowledged', 'why', start);
	const left = Object.fromEntries(stack.list.map((one) => [one.key, one.left]));
	assert.deepEqual(left, { critical: null, warning: 12_000, mine: 8_000, failed: 12_000 });
	stack.pass(7_999);
	assert.ok(stack.list.some((one) => one.key === 'mine'));
	stack.pass(1);
	assert.ok(!stack.list.some((one) => one.key === 'mine'));
	stack.pass(4_000);
	assert.deepEqual(stack.list.map((one) => one.key), ['critical']);
	assert.equal(stack.pass(86_400_000), false, 'a whole day does not close what is critical');
	assert.equal(stack.list.length, 1);
});

test('toasts: info, and what is not wanted, goes to the feed only', () => {
	const { stack, add } = at();
	assert.equal(add(toast('i', 'info')), false);
	assert.equal(add(toast('n', 'none')), false);
	assert.equal(stack.list.length, 0);
	const critical = at(start, 'critical');
	assert.equal(critical.add(toast('w', 'warning')), false);
	assert.equal(critical.add(toast('c')), true);
	const off = at(start, 'off');
	assert.equal(off.add(toast('c')), false);
});

test('toasts: an end replaces its own, in its place, for 6 s', () => {
	const { stack, add, keys } = at();
	add(toast('a'));
	add(toast('b', 'warning'));
	assert.equal(add(toast('a', 'critical', { type: 'resolved' })), true);
	assert.deepEqual(keys(), ['a:ended', 'b:fired']);
	assert.equal(stack.list[0]!.left, 6_000);
	stack.pass(6_000);
	assert.deepEqual(keys(), ['b:fired']);
});

test('toasts: what is worse, or still so, takes the place of its own', () => {
	const { stack, add, keys } = at();
	add(toast('a', 'warning'));
	add(toast('b', 'warning'));
	stack.pass(11_000);
	add(toast('a', 'critical', { type: 'worse' }), start + 11_000);
	assert.deepEqual(keys(), ['a:fired', 'b:fired']);
	assert.equal(stack.list[0]!.left, null);
});

test("toasts: somebody's acknowledgement changes it in place, for 4 s, once all of it is taken", () => {
	const { stack, add, keys } = at();
	add(toast('a', 'critical', { alerts: ['1', '2'] }));
	const taken = new Set(['1']);
	stack.acknowledged('1', (id) => taken.has(id), 'Acknowledged by Ana');
	assert.deepEqual(keys(), ['a:fired']);
	taken.add('2');
	stack.acknowledged('2', (id) => taken.has(id), 'Acknowledged by Ana');
	assert.deepEqual(keys(), ['a:acknowledged']);
	assert.deepEqual([stack.list[0]!.left, stack.list[0]!.title], [4_000, 'Acknowledged by Ana']);
	stack.pass(4_000);
	assert.deepEqual(keys(), []);
});

test('toasts: what I took, in whatever tab, is up no more', () => {
	const { stack, add, keys } = at();
	add(toast('a', 'critical', { alerts: ['1', '2'] }));
	const taken = new Set(['1']);
	stack.acknowledged('1', (id) => taken.has(id), null);
	assert.deepEqual(keys(), ['a:fired']);
	taken.add('2');
	stack.acknowledged('2', (id) => taken.has(id), null);
	assert.deepEqual(keys(), []);
});

test('toasts: what is silenced and over, or was closed, goes away', () => {
	const { stack, add, keys } = at();
	for (const name of ['a', 'b', 'c'])
		add(toast(name));
	stack.ended((id) => id !== 'alert of a');
	assert.deepEqual(keys(), ['b:fired', 'c:fired']);
	stack.close('b');
	assert.deepEqual(keys(), ['c:fired']);
	stack.say('mine', 'mine', 'x', null, start);
	stack.closeAll();
	assert.deepEqual(keys(), []);
});

test('toasts: nothing that is older than a minute when it comes', () => {
	const { stack } = at();
	assert.equal(stack.add(toast('a'), start + 60_000, 'all'), true);
	assert.equal(stack.add(toast('b'), start + 60_001, 'all'), false);
	assert.equal(stack.add(toast('c', 'critical', { type: 'resolved' }), start + 90_000, 'all'), false);
	assert.equal(stack.list.length, 1);
});

test('toasts: an end of what is up is told, however old it is', () => {
	const { stack, add, keys } = at();
	add(toast('a'));
	stack.add(toast('a', 'critical', { type: 'resolved' }), start + 3_600_000, 'all');
	assert.deepEqual(keys(), ['a:ended']);
});

test('toasts: four in 10 s, beyond that one summary that counts and takes the heaviest colour', () => {
	const { stack, add, keys } = at();
	for (let i = 0; i < 700; i++)
		add(toast(`t${i}`, i === 650 ? 'critical' : 'warning'));
	assert.deepEqual(keys(), ['t0:fired', 't1:fired', 't2:fired', 't3:fired', 'summary:summary']);
	const summary = stack.list[4]!;
	assert.deepEqual([summary.count, summary.severity, summary.left], [696, 'critical', null]);
	for (let i = 0; i < 5; i++)
		add(toast(`c${i}`), start + 20_000 + i * 10);
	assert.ok(visible(stack.list, visibleMax).up.some((one) => one.kind === 'summary'), 'the summary is up itself, it is no part of the rest');
});

test('toasts: what ends beyond four in 10 s is no alert more in the summary', () => {
	const { add, keys } = at();
	for (let i = 0; i < 6; i++)
		add(toast(`t${i}`, 'critical', { type: 'resolved' }));
	assert.deepEqual(keys(), ['t0:ended', 't1:ended', 't2:ended', 't3:ended']);
});

test('toasts: a summary of warnings closes itself, and its bucket fills again at 4 in 10 s', () => {
	const { stack, add } = at();
	for (let i = 0; i < 6; i++)
		add(toast(`t${i}`, 'warning'));
	assert.equal(stack.list.find((one) => one.kind === 'summary')!.left, 12_000);
	stack.pass(12_000);
	assert.equal(stack.list.length, 0);
	assert.equal(add(toast('early', 'warning'), start + 2_499), false);
	assert.equal(add(toast('later', 'warning'), start + 5_000), true);
	for (let i = 0; i < 4; i++)
		assert.equal(add(toast(`full${i}`, 'warning'), start + 60_000), true);
	assert.equal(add(toast('over', 'warning'), start + 60_000), false, 'never more than four at once');
});

test('toasts: a clock that goes back does not fill the bucket', () => {
	const { add } = at();
	for (let i = 0; i < 4; i++)
		add(toast(`t${i}`, 'warning'));
	assert.equal(add(toast('back', 'warning'), start - 3_600_000), false);
});

test('toasts: my own words replace their own', () => {
	const { stack, keys } = at();
	let ran = 0;
	stack.say('ack 1', 'mine', '1 alert acknowledged', null, start, { label: 'Undo', run: () => { ran++; } });
	stack.say('ack 1', 'mine', 'No longer acknowledged', null, start);
	assert.deepEqual(keys(), ['ack 1:mine']);
	assert.equal(stack.list[0]!.action, null);
	assert.equal(ran, 0);
});

test('toasts: three are up: what I did first, then what is critical, then the newest; the rest is a number', () => {
	const { stack, add } = at();
	add(toast('critical'), start);
	add(toast('old', 'warning'), start + 1);
	add(toast('new', 'warning'), start + 2);
	stack.say('mine', 'mine', 'done', null, start + 3);
	const { up, more } = visible(stack.list, visibleMax);
	assert.deepEqual(up.map((one) => one.key), ['critical', 'new', 'mine']);
	assert.deepEqual(more.map((one) => one.key), ['old']);
	assert.deepEqual(visible(stack.list, 1).up.map((one) => one.key), ['mine']);
});

test('toasts: part of what somebody closed is over: no news, and no new toast', () => {
	const { stack, add, keys } = at();
	add(toast('a'));
	stack.close('a');
	assert.equal(add(toast('a', 'critical', { type: 'part_resolved' }), start + 5_000), false);
	assert.deepEqual(keys(), []);
});
