/* The parts without a browser: the policy in played time, the parser, the stream against a scripted fetch, a server's render. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { TocsinToasts } from '../src/index';
import { parser, Stream, type Status } from '../src/stream';
import { reduce, visible, type Action, type Shown, type Toast } from '../src/toasts';

const realFetch = globalThis.fetch;
const noon = Date.parse('2026-05-28T12:00:00.000Z');

function toast(change: Partial<Toast> = {}): Action & { type: 'toast' } {
	return { type: 'toast', now: noon, toast: { id: 't1', incident: 'i1', type: 'firing', severity: 'critical', title: 'TaskFailed', body: 'orders', alerts: ['a'], url: '', at: '2026-05-28T12:00:00.000Z', ...change } };
}

function alert(id: string, kind: string, change: object = {}): Action {
	return { type: 'alert', event: { kind, alert: { id, ended_at: null, suppressed: [], acknowledged: null, ...change } } };
}

const play = (...actions: Action[]) => actions.reduce<Shown[]>(reduce, []);
const pass = (msec: number): Action => ({ type: 'pass', msec });
const kinds = (list: Shown[]) => list.map((one) => one.kind);

test('a critical toast stays, a warning goes after 12 s, info makes none', () => {
	const list = play(toast(), toast({ incident: 'i2', severity: 'warning' }), toast({ incident: 'i3', severity: 'info' }));
	assert.deepEqual(list.map((one) => one.left), [null, 12_000]);
	assert.equal(reduce(list, pass(11_999)).length, 2);
	assert.deepEqual(reduce(list, pass(12_000)).map((one) => one.key), ['i1']);
});

test('the end replaces its own toast and goes after 6 s', () => {
	const list = play(toast(), toast({ incident: 'i2' }), toast({ type: 'resolved' }));
	assert.deepEqual(kinds(list), ['ended', 'fired']);
	assert.deepEqual(reduce(list, pass(6_000)).map((one) => one.key), ['i2']);
});

test('part of what somebody closed is over: no new toast', () => {
	assert.deepEqual(play(toast(), { type: 'close', key: 'i1' }, toast({ type: 'part_resolved' })), []);
	assert.deepEqual(kinds(play(toast(), toast({ type: 'part_resolved' }))), ['fired']);
});

test('old news makes no toast, but a critical one that was missed does, until its end is heard', () => {
	const at = new Date(noon - 61_000).toISOString();
	assert.equal(play(toast({ severity: 'warning', at })).length, 0);
	assert.equal(play(toast({ at })).length, 1);
	assert.equal(play(toast({ at }), toast({ type: 'resolved', at })).length, 0);
	assert.equal(play(toast({ severity: 'warning', at: new Date(noon - 60_000).toISOString() })).length, 1);
});

test('an acknowledgement of all its alerts changes the toast in place', () => {
	const by = { acknowledged: { by: 'ada' } };
	const half = play(toast({ alerts: ['a', 'b'] }), alert('a', 'ack', by));
	assert.deepEqual([kinds(half), half[0]!.alerts], [['fired'], ['b']]);
	const whole = reduce(half, alert('b', 'ack', by));
	assert.deepEqual([kinds(whole), whole[0]!.body, whole[0]!.left], [['acknowledged'], 'Acknowledged by ada', 4_000]);
	assert.deepEqual(kinds(reduce(whole, toast({ type: 'worse' }))), ['fired']);
});

test('silenced, or gone while nobody listened: the toast goes; other alerts touch nothing', () => {
	const list = play(toast());
	assert.equal(reduce(list, alert('a', 'transition', { suppressed: ['silenced'] })).length, 0);
	assert.equal(reduce(list, alert('b', 'transition', { suppressed: ['silenced'] })), list);
	assert.equal(reduce(list, alert('a', 'transition', { suppressed: ['settling'] })), list, 'the daemon started anew and has not read everything');
	assert.equal(reduce(list, alert('a', 'comment')), list);
	assert.equal(reduce(list, { type: 'open', ids: ['a'] }).length, 1);
	assert.equal(reduce(list, { type: 'open', ids: ['b'] }).length, 0);
});

test('three are up, the critical and the newest first in line; the list has a bound', () => {
	let list = play(...['1', '2', '3', '4'].map((incident) => toast({ incident, severity: 'warning' })), toast({ incident: '0' }));
	list = reduce(list, toast({ incident: '5', severity: 'warning' }));
	const { up, more } = visible(list, 3);
	assert.deepEqual([up.map((one) => one.key), more], [['4', '0', '5'], 3]);
	for (let i = 0; i < 200; i++)
		list = reduce(list, toast({ incident: `many ${i}` }));
	assert.equal(list.length, 100);
	assert.equal(reduce(list, { type: 'close', key: null }).length, 0);
});

test('the parser takes every line end, in any pieces', () => {
	const text = 'retry: 3000\n\nid: e:1\nevent: toast\ndata: {"a":1}\n\n: word\r\nid: e:2\r\ndata: x\r\ndata:y\r\n\r\nid: e:3\r\rdata: never';
	for (let size = 1; size < text.length; size++) {
		const seen: string[][] = [];
		const feed = parser((...event) => seen.push(event));
		for (let at = 0; at < text.length; at += size)
			feed(text.slice(at, at + size));
		assert.deepEqual(seen, [['e:1', 'toast', '{"a":1}'], ['e:2', 'message', 'x\ny']], `pieces of ${size}`);
	}
});

/* A fetch that answers with one script after another; what is over keeps silent until it is aborted. */
function script(t: { after(run: () => void): void }, answers: { status?: number; frames?: string; ends?: boolean }[]) {
	const asked: { url: string; headers: Record<string, string> }[] = [];
	t.after(() => { globalThis.fetch = realFetch; });
	globalThis.fetch = async (url, init) => {
		const { status = 200, frames = '', ends = false } = answers[Math.min(asked.length, answers.length - 1)]!;
		asked.push({ url: String(url), headers: init!.headers as Record<string, string> });
		return new Response(new ReadableStream({
			start(control) {
				control.enqueue(new TextEncoder().encode(frames));
				if (ends)
					control.close();
				init!.signal!.addEventListener('abort', () => { try { control.error(new Error('aborted')); } catch { /* closed */ } });
			},
		}), { status });
	};
	return asked;
}

const settle = () => new Promise<void>((done) => setImmediate(done));

async function played(t: { after(run: () => void): void }, answers: Parameters<typeof script>[1]) {
	mock.timers.reset();
	mock.timers.enable({ apis: ['setTimeout'] });
	t.after(() => mock.timers.reset());
	const asked = script(t, answers), statuses: Status[] = [], events: string[] = [];
	const stream = new Stream('http://tocsin', 'secret', { status: (one) => statuses.push(one), event: (name) => events.push(name), reset: () => events.push('reset') });
	stream.start();
	const run = async (msec: number) => {
		for (let i = 0; i < 5; i++)
			await settle();
		mock.timers.tick(msec);
		for (let i = 0; i < 5; i++)
			await settle();
	};
	await run(0);
	return { stream, asked, statuses, events, run };
}

const beat = 'id: e:7\nevent: heartbeat\ndata: {"at":"2026-05-28T12:00:00.000Z","seq":7}\n\n';

test('the stream shows its token and goes on after the last event', async (t) => {
	const { stream, asked, statuses, events, run } = await played(t, [{ frames: `${beat}id: e:8\nevent: toast\ndata: {"toast":{}}\n\n`, ends: true }, { frames: beat }]);
	assert.deepEqual(events, ['toast']);
	assert.deepEqual(statuses, ['connecting', 'live', 'waiting']);
	await run(1_000);
	assert.equal(asked.length, 2);
	assert.equal(asked[1]!.headers.Authorization, 'Bearer secret');
	assert.match(asked[1]!.url, /&last_event_id=e%3A8$/);
	stream.stop();
});

test('the pauses grow to 30 s, and bye says its own', async (t) => {
	t.mock.method(Math, 'random', () => 0.999);
	const { stream, asked, run } = await played(t, [{ status: 503 }]);
	for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
		const before = asked.length;
		await run(seconds * 990);
		assert.equal(asked.length, before, `not before ${seconds} s`);
		await run(seconds * 10);
		assert.equal(asked.length, before + 1, `after ${seconds} s`);
	}
	stream.stop();
	const polite = await played(t, [{ frames: 'event: bye\ndata: {"retry_ms":4000}\n\n' }]);
	await polite.run(3_999);
	assert.equal(polite.asked.length, 1);
	await polite.run(1);
	assert.equal(polite.asked.length, 2);
	polite.stream.stop();
});

test('silence for 40 s ends a connection; a token that is not good ends all tries', async (t) => {
	const silent = await played(t, [{ frames: beat }]);
	await silent.run(39_999);
	assert.equal(silent.statuses.at(-1), 'live');
	await silent.run(1);
	assert.equal(silent.statuses.at(-1), 'waiting');
	silent.stream.stop();
	for (const answer of [{ status: 401 }, { frames: 'event: auth\ndata: {"reason":"session_ended"}\n\n' }]) {
		const refused = await played(t, [answer]);
		await refused.run(120_000);
		assert.deepEqual([refused.statuses.at(-1), refused.asked.length], ['signed_out', 1]);
		refused.stream.stop();
	}
});

test('a reset is told, and the place it names is kept', async (t) => {
	const { stream, asked, events, run } = await played(t, [{ frames: 'id: f:1\nevent: reset\ndata: {"seq":1}\n\n', ends: true }]);
	assert.deepEqual(events, ['reset']);
	await run(1_000);
	assert.match(asked[1]!.url, /last_event_id=f%3A1$/);
	stream.stop();
});

test('a server renders both regions, empty, and asks nothing', (t) => {
	const asked = script(t, [{}]);
	const html = renderToString(createElement(TocsinToasts, { url: 'http://tocsin' }));
	assert.match(html, /<div role="alert" aria-live="assertive"[^>]*><\/div><div role="status" aria-live="polite"[^>]*><\/div>/);
	assert.equal(asked.length, 0);
});
