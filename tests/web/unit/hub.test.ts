import assert from 'node:assert/strict';
import test from 'node:test';
import { Hub } from '../../../web/src/link/hub.ts';
import type { ToTab } from '../../../web/src/link/protocol.ts';
import { alertEvent, heartbeat, settle, status, World } from './world.ts';

class Tab {
	heard: ToTab[] = [];
	lead = false;

	constructor(readonly hub: Hub) {}

	post(message: ToTab): void {
		this.heard.push(message);
		if (message.kind === 'lead')
			this.lead = message.lead;
	}

	hello(visible = true): this {
		this.hub.receive(this, { kind: 'hello', base: 'http://tocsin.test/', visible });
		return this;
	}

	show(visible: boolean): void {
		this.hub.receive(this, { kind: 'visible', visible });
	}

	bye(): void {
		this.hub.receive(this, { kind: 'bye' });
	}

	of(kind: ToTab['kind']): ToTab[] {
		return this.heard.filter((message) => message.kind === kind);
	}
}

function setup() {
	const world = new World(), hub = new Hub(world);
	return { world, hub, tab: (visible = true) => new Tab(hub).hello(visible) };
}

test('hub: many tabs hold one stream, and each hears all of it', async () => {
	const { world, tab } = setup();
	const tabs = Array.from({ length: 12 }, () => tab());
	await settle();
	world.last.say(heartbeat('a', 5, world.time) + alertEvent('a', 6));
	await settle();
	assert.equal(world.calls.length, 1);
	for (const one of tabs)
		assert.deepEqual(one.of('events').map((message) => message.kind === 'events' && message.events.map(({ event }) => event.seq)), [[6]]);
});

test('hub: a late tab is told at once how things stand and where events go on', async () => {
	const { world, tab } = setup();
	tab();
	await settle();
	world.last.say(heartbeat('a', 5, world.time) + alertEvent('a', 6));
	await settle();
	const late = tab();
	assert.deepEqual(late.of('from'), [{ kind: 'from', epoch: 'a', seq: 6 }]);
	const state = late.of('state')[0]!;
	assert.ok(state.kind === 'state' && state.state.phase === 'live');
	assert.equal(late.of('events').length, 0);
});

test('hub: the tab seen last leads, and there is always exactly one', () => {
	const { tab } = setup();
	const first = tab(), second = tab(), hidden = tab(false);
	const leads = () => [first, second, hidden].map((one) => one.lead);
	assert.deepEqual(leads(), [false, true, false]);
	first.show(false);
	first.show(true);
	assert.deepEqual(leads(), [true, false, false]);
	first.show(false);
	assert.deepEqual(leads(), [false, true, false], 'a hidden lead gives way to one that is seen');
	second.show(false);
	assert.deepEqual(leads(), [false, true, false], 'and stays where none is');
	first.show(true);
	hidden.show(true);
	hidden.bye();
	assert.deepEqual(leads(), [true, false, true], 'after it comes one that is seen');
});

test('hub: saying hello again is a sign of life, no second tab', async () => {
	const { world, tab } = setup();
	const one = tab();
	await settle();
	const said = one.heard.length;
	one.hello();
	one.hello();
	assert.equal(one.heard.length, said);
	assert.equal(world.calls.length, 1);
});

test('hub: the last tab takes the stream with it, and the next one opens it anew', async () => {
	const { world, tab } = setup();
	const one = tab(), two = tab();
	await settle();
	one.bye();
	assert.equal(world.calls[0]!.signal.aborted, false);
	two.bye();
	assert.equal(world.calls[0]!.signal.aborted, true);
	await settle();
	assert.equal(world.waiting, 0);
	tab();
	await settle();
	assert.equal(world.calls.length, 2);
});

test('hub: a tab that died without a word is forgotten after three minutes, and does not lead for ever', async () => {
	const { world, tab } = setup();
	const alive = tab(), dead = tab();
	assert.equal(dead.lead, true);
	await settle();
	for (let i = 0; i < 7; i++) {
		world.last.say(heartbeat('a', 5, world.time));
		await world.advance(30_000);
		alive.hello();
	}
	const heard = dead.heard.length;
	world.last.say(alertEvent('a', 6));
	await settle();
	assert.equal(dead.heard.length, heard);
	assert.equal(alive.of('events').length, 1);
	assert.equal(alive.lead, true);
});

test('hub: a tab that is seen, a retry and a new tab of a signed-out link try at once', async () => {
	const { world, tab } = setup();
	world.answer = () => status(503);
	const one = tab(), streams = () => world.calls.filter((call) => call.url.pathname.endsWith('/stream')).length;
	await settle();
	one.show(true);
	await settle();
	assert.equal(streams(), 2);
	one.hub.receive(one, { kind: 'retry' });
	await settle();
	assert.equal(streams(), 3);
	world.answer = () => status(401);
	one.hub.receive(one, { kind: 'retry' });
	await world.advance(60_000);
	assert.equal(streams(), 4);
	tab();
	await settle();
	assert.equal(streams(), 5);
});
