import assert from 'node:assert/strict';
import test from 'node:test';
import { Link } from '../../../web/src/link/link.ts';
import type { LinkState, NamedEvent } from '../../../web/src/link/protocol.ts';
import { alertEvent, heartbeat, json, never, settle, status, World } from './world.ts';

function setup(world = new World()) {
	const heard = { states: [] as LinkState[], from: [] as string[], batches: [] as number[][] };
	const link = new Link('http://tocsin.test/x/y/', {
		state: (state) => { heard.states.push(state); },
		from: (epoch, seq) => { heard.from.push(`${epoch}:${seq}`); },
		events: (_, events: NamedEvent[]) => { heard.batches.push(events.map(({ event }) => event.seq)); },
	}, world);
	link.start();
	const phases = () => heard.states.map((state) => state.phase).filter((phase, i, all) => phase !== all[i - 1]);
	const seqs = () => heard.batches.flat();
	return { world, link, heard, phases, seqs };
}

async function live(epoch = 'a', seq = 0) {
	const all = setup();
	await settle();
	all.world.last.say(heartbeat(epoch, seq, all.world.time));
	await settle();
	assert.equal(all.link.state.phase, 'live');
	return all;
}

test('link: the stream lies under the base, and starts from now', async () => {
	const { world, heard, phases } = await live('a', 41);
	assert.equal(world.calls[0]!.url.href, 'http://tocsin.test/x/y/api/v1/stream');
	assert.deepEqual(heard.from, ['a:41']);
	assert.deepEqual(phases(), ['connecting', 'live']);
});

test('link: events of one piece come as one batch, each once, in order', async () => {
	const { world, heard, link } = await live('a', 10);
	world.last.say(alertEvent('a', 11) + alertEvent('a', 12) + alertEvent('a', 13, 'toast'));
	await settle();
	world.last.say(alertEvent('a', 12) + alertEvent('a', 14));
	await settle();
	assert.deepEqual(heard.batches, [[11, 12, 13], [14]]);
	assert.deepEqual(link.position, { epoch: 'a', seq: 14 });
});

test('link: the waits grow from 1 s to 30 s while streams break off', async () => {
	const world = new World();
	world.answer = (call) => {
		const response = world.stream(call);
		world.last.say(heartbeat('a', 0, world.time));
		world.last.end();
		return response;
	};
	const { link } = setup(world);
	const waits: number[] = [];
	for (let i = 0; i < 8; i++) {
		await settle();
		assert.equal(link.state.phase, 'down');
		waits.push(link.state.retryAt! - world.time);
		await world.advance(waits[i]!);
	}
	assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('link: jitter spreads a wait between its least and the whole of it', async () => {
	for (const [chance, wait] of [[0, 250], [0.5, 500], [1, 1000]] as const) {
		const { world, link } = await live();
		world.chance = chance;
		world.last.end();
		await settle();
		assert.equal(link.state.retryAt! - world.time, wait);
	}
});

test('link: a minute of life forgets earlier failures', async () => {
	const { world, link } = await live();
	const failed = () => link.state.retryAt! - world.time;
	world.last.end();
	await settle();
	assert.equal(failed(), 1000);
	await world.advance(1000);
	world.last.say(heartbeat('a', 0, world.time));
	await settle();
	world.last.end();
	await settle();
	assert.equal(failed(), 2000);
	await world.advance(2000);
	for (let i = 0; i < 5; i++) {
		world.last.say(heartbeat('a', 0, world.time));
		await world.advance(15_000);
	}
	world.last.say(heartbeat('a', 0, world.time));
	await settle();
	world.last.end();
	await settle();
	assert.equal(failed(), 1000);
});

test('link: 40 s without a byte end a stream, and not a moment before', async () => {
	const { world, link } = await live('a', 5);
	await world.advance(39_999);
	assert.equal(link.state.phase, 'live');
	await world.advance(1);
	assert.equal(link.state.phase, 'down');
});

test('link: any byte feeds the watchdog', async () => {
	const { world, link } = await live();
	for (let i = 0; i < 4; i++) {
		await world.advance(30_000);
		world.last.say(': still here\n');
		await settle();
	}
	assert.equal(link.state.phase, 'live');
});

test('link: it goes on from the last event, and what is replayed is not doubled', async () => {
	const { world, seqs } = await live('a', 20);
	world.last.say(alertEvent('a', 21) + alertEvent('a', 22));
	await settle();
	world.last.end(new Error('cut'));
	await settle();
	await world.advance(1000);
	assert.equal(world.calls[1]!.url.searchParams.get('last_event_id'), 'a:22');
	world.last.say(alertEvent('a', 21) + alertEvent('a', 22) + alertEvent('a', 23) + heartbeat('a', 23, world.time));
	await settle();
	assert.deepEqual(seqs(), [21, 22, 23]);
});

test('link: 503 for a while, then the stream again', async () => {
	const { world, link, phases, seqs } = await live('a', 3);
	const good = world.answer;
	world.answer = () => status(503);
	world.last.end();
	await world.advance(1000);
	assert.equal(link.state.phase, 'down');
	world.answer = good;
	await world.advance(2000);
	world.last.say(alertEvent('a', 4) + heartbeat('a', 4, world.time));
	await settle();
	assert.deepEqual(phases(), ['connecting', 'live', 'down', 'connecting', 'down', 'connecting', 'live']);
	assert.deepEqual(seqs(), [4]);
});

test('link: a daemon that is away is no proxy that holds back: streams are tried, with longer waits', async () => {
	const world = new World();
	world.answer = () => status(503);
	const { link } = setup(world);
	await world.advance(60_000);
	assert.equal(link.state.phase, 'down');
	assert.ok(world.calls.length >= 6);
	assert.ok(world.calls.every((call) => call.url.pathname.endsWith('/stream')));
	world.answer = (call) => world.stream(call);
	await world.advance(2_000);
	world.last.say(heartbeat('a', 0, world.time));
	await settle();
	assert.equal(link.state.phase, 'live');
});

test('link: no answer at all is given up after 10 s', async () => {
	const world = new World();
	world.answer = never;
	const { link } = setup(world);
	await world.advance(9_999);
	assert.equal(link.state.phase, 'connecting');
	await world.advance(1);
	assert.equal(link.state.phase, 'down');
});

test('link: streams that never say a word are polled around, and tried again after a minute', async () => {
	const world = new World();
	let newest = 7;
	const page = (after: number) => json({ epoch: 'a', newest_seq: newest, reset: false, next: null, items: Array.from({ length: Math.max(0, newest - after) }, (_, i) => ({ seq: after + i + 1, at: '', kind: 'ack', episode: 'e', by: 'ana' })) });
	world.answer = (call) => (call.url.pathname.endsWith('/events') ? page(Number(call.url.searchParams.get('after'))) : world.stream(call));
	const { link, heard, seqs } = setup(world);
	await world.advance(40_000);
	assert.equal(link.state.phase, 'polling');
	assert.equal(world.streams.length, 3);
	assert.deepEqual(heard.from, ['a:7']);
	newest = 9;
	await world.advance(10_000);
	assert.deepEqual(seqs(), [8, 9]);
	await world.advance(70_000);
	assert.equal(link.state.phase, 'polling', 'still silent: polls on without a pause of trust');
	assert.ok(world.streams.length > 3);
	for (let i = 0; i < 8 && !world.calls[world.calls.length - 1]!.url.pathname.endsWith('/stream'); i++)
		await world.advance(10_000);
	world.last.say(alertEvent('a', 10) + heartbeat('a', 10, world.time));
	await settle();
	assert.equal(link.state.phase, 'live');
	assert.deepEqual(seqs(), [8, 9, 10]);
	const asked = world.calls.length;
	await world.advance(30_000);
	assert.equal(world.calls.length, asked, 'once live, nothing is asked any more');
});

test('link: while polling, a full page of the log is followed by the next at once', async () => {
	const world = new World();
	let newest = 7;
	const page = (after: number) => json({ epoch: 'a', newest_seq: newest, reset: false, next: null, items: Array.from({ length: Math.min(1000, newest - after) }, (_, i) => ({ seq: after + i + 1, at: '', kind: 'ack', episode: 'e', by: 'ana' })) });
	world.answer = (call) => (call.url.pathname.endsWith('/events') ? page(Number(call.url.searchParams.get('after'))) : world.stream(call));
	const { seqs } = setup(world);
	await world.advance(40_000);
	newest = 2_507;
	await world.advance(10_000);
	assert.equal(seqs().length, 2_500);
	const asked = world.calls.length;
	await world.advance(20_000);
	assert.equal(world.calls.length, asked + 2, 'then in turns again');
});

test('link: while polling, an answer that fails says so, and the next one is asked for', async () => {
	const world = new World();
	let broken = false;
	world.answer = (call) => (call.url.pathname.endsWith('/events') ? (broken ? status(502) : json({ epoch: 'a', newest_seq: 1, reset: false, next: null, items: [] })) : world.stream(call));
	const { link } = setup(world);
	await world.advance(40_000);
	assert.equal(link.state.phase, 'polling');
	broken = true;
	await world.advance(10_000);
	assert.equal(link.state.phase, 'down');
	broken = false;
	await world.advance(10_000);
	assert.equal(link.state.phase, 'polling');
});

test('link: a new epoch or a reset is a new beginning', async () => {
	const { world, heard, seqs } = await live('a', 100);
	world.last.say(`id: a:500\nevent: reset\ndata: {"seq":500}\n\n${alertEvent('a', 501)}`);
	await settle();
	assert.deepEqual(heard.from, ['a:100', 'a:500']);
	world.last.end();
	await world.advance(1000);
	world.last.say(heartbeat('b', 2, world.time) + alertEvent('b', 3));
	await settle();
	assert.deepEqual(heard.from, ['a:100', 'a:500', 'b:2']);
	assert.deepEqual(seqs(), [501, 3]);
});

test('link: a new epoch is noticed while polling, too', async () => {
	const world = new World();
	let epoch = 'a';
	world.answer = (call) => (call.url.pathname.endsWith('/events') ? json({ epoch, newest_seq: 4, reset: false, next: null, items: [] }) : world.stream(call));
	const { heard } = setup(world);
	await world.advance(40_000);
	epoch = 'b';
	await world.advance(10_000);
	assert.deepEqual(heard.from, ['a:4', 'b:4']);
});

test('link: bye ends the stream, and it comes back by itself, when it was told to', async () => {
	const { world, link } = await live();
	world.last.say('event: bye\ndata: {"retry_ms":1500}\n\n');
	await settle();
	assert.equal(link.state.phase, 'down');
	await world.advance(1490);
	assert.equal(world.streams.length, 1);
	await world.advance(10);
	assert.equal(world.streams.length, 2);
});

test('link: 401 and auth mean signed out: nothing is tried until somebody signs in', async () => {
	const world = new World();
	world.answer = () => status(401);
	const { link } = setup(world);
	await world.advance(600_000);
	assert.equal(link.state.phase, 'signed_out');
	assert.equal(world.calls.length, 1);
	world.answer = (call) => world.stream(call);
	link.retry();
	await settle();
	world.last.say(heartbeat('a', 1, world.time));
	await settle();
	assert.equal(link.state.phase, 'live');
	world.last.say('event: auth\ndata: {}\n\n');
	await world.advance(600_000);
	assert.equal(link.state.phase, 'signed_out');
	assert.equal(world.calls.length, 2);
});

test('link: a retry comes at once where it is down, and changes nothing where it is live', async () => {
	const { world, link } = await live();
	link.retry();
	await settle();
	assert.equal(world.calls.length, 1);
	world.last.end();
	await settle();
	link.retry();
	await settle();
	assert.equal(world.calls.length, 2);
	world.last.say(heartbeat('a', 0, world.time));
	await world.advance(5_000);
	assert.equal(world.calls.length, 2, 'the wait that was overtaken does not fire');
});

test('link: what is not JSON ends the stream, not the page', async () => {
	const { world, link } = await live();
	world.last.say('event: alert\ndata: <html>\n\n');
	await settle();
	assert.equal(link.state.phase, 'down');
	await world.advance(1000);
	world.last.say(heartbeat('a', 0, world.time));
	await settle();
	assert.equal(link.state.phase, 'live');
	assert.equal(world.calls[0]!.signal.aborted, true, 'nobody reads on: the connection is let go');
});

test('link: the heartbeat tells how far the clocks are apart', async () => {
	const { world, link } = setup();
	await settle();
	world.last.say(heartbeat('a', 0, world.time + 300_000));
	await settle();
	assert.equal(link.state.skew, 300_000);
	world.last.say('id: a:0\nevent: heartbeat\ndata: {"at":"not a time","seq":0}\n\n');
	await settle();
	assert.equal(link.state.skew, 300_000, 'a time that is none changes nothing');
});

test('link: stopped is stopped', async () => {
	const { world, link, heard } = await live();
	link.stop();
	await settle();
	const said = heard.states.length;
	await world.advance(120_000);
	assert.equal(heard.states.length, said);
	assert.equal(world.calls.length, 1);
	assert.ok(world.calls[0]!.signal.aborted);
	assert.equal(world.waiting, 0);
});
