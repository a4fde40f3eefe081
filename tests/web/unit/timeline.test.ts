import assert from 'node:assert/strict';
import test from 'node:test';
import type { AlertDetail, LogEvent, Notification } from '../../../web/src/model/types.ts';
import { bandsOf, entriesOf } from '../../../web/src/pages/alert/timeline.ts';
import { alert } from './alerts.ts';

const begin = Date.parse('2026-01-01T00:00:00.000Z');
const at = (seconds: number) => new Date(begin + seconds * 1000).toISOString();

function transition(seq: number, seconds: number, name: string, more: Partial<LogEvent> = {}): LogEvent {
	return { seq, at: at(seconds), kind: 'transition', episode: 'A', by: null, transition: name, reason: name, ...more };
}

function person(seq: number, seconds: number, kind: string): LogEvent {
	return { seq, at: at(seconds), kind, episode: 'A', by: 'Ana' };
}

function message(id: string, seconds: number): Notification {
	return { id, created_at: at(seconds) } as Notification;
}

function detail(timeline: LogEvent[], notifications: Notification[] = [], more: Partial<AlertDetail> = {}): AlertDetail {
	return { ...alert({ pending_since: at(-60), started_at: at(0) }), timeline, notifications, ...more } as AlertDetail;
}

const story = [
	transition(1, 0, 'opened', { severity: 'warning' }), transition(2, 30, 'worse', { severity: 'critical' }), person(3, 40, 'ack'), person(4, 50, 'comment'),
	transition(5, 60, 'recovering'), transition(6, 70, 'relapsed'), person(7, 80, 'unack'), transition(8, 90, 'resolved'),
	{ seq: 9, at: at(91), kind: 'toast', episode: null, by: null } as LogEvent,
];

test('timeline: newest first, with pending in front, and the time since the one before', () => {
	const entries = entriesOf(detail([...story].reverse()));
	assert.deepEqual(entries.map((entry) => entry.event.transition ?? entry.event.kind), ['resolved', 'unack', 'relapsed', 'recovering', 'comment', 'ack', 'worse', 'opened', 'pending']);
	const of = (name: string) => entries.find((entry) => (entry.event.transition ?? entry.event.kind) === name)!;
	assert.equal(of('worse').since, 30_000);
	assert.equal(of('resolved').since, 20_000);
	assert.equal(of('relapsed').severity, 'critical', 'a transition without a severity keeps the one before');
	assert.equal(of('pending').at, begin - 60_000);
});

test('timeline: a message hangs on what caused it', () => {
	const entries = entriesOf(detail(story, [message('late', 100), message('first', 1), message('worse', 30)]));
	const hung = Object.fromEntries(entries.filter((entry) => entry.messages.length).map((entry) => [entry.event.transition, entry.messages.map((one) => one.id)]));
	assert.deepEqual(hung, { opened: ['first'], worse: ['worse'], resolved: ['late'] });
	assert.deepEqual(entriesOf(detail([], [message('alone', 1)], { pending_since: null })), []);
});

test('timeline: a channel that was not told hangs on what it was not told of, with the reason', () => {
	const unsent = (seq: number, seconds: number, state: string, reason: string): LogEvent => ({ seq, at: at(seconds), kind: 'notification', episode: null, by: null, state, reason, integration: 'people/slack/team', receiver: 'people' });
	const entries = entriesOf(detail([transition(1, 0, 'opened'), unsent(2, 0, 'held', 'storm'), unsent(3, 1, 'sent', 'first'), transition(4, 9, 'resolved'), unsent(5, 9, 'not_sent', 'never_told')]));
	const short = entries.map(({ event, untold }) => [event.transition, ...untold.map((one) => `${one.integration} ${one.state}: ${one.reason}`)]);
	assert.deepEqual(short, [['resolved', 'people/slack/team not_sent: never_told'], ['opened', 'people/slack/team held: storm'], ['pending']]);
});

test('timeline: bands of state follow each other without a gap; who had it is a lane of its own', () => {
	const { states, acks } = bandsOf(entriesOf(detail(story)), begin + 200_000);
	const short = (bands: typeof states) => bands.map((band) => `${band.kind} ${(band.from - begin) / 1000}..${(band.to - begin) / 1000}`);
	assert.deepEqual(short(states), ['pending -60..0', 'firing 0..30', 'firing 30..60', 'recovering 60..70', 'firing 70..90']);
	assert.deepEqual(states.map((band) => band.severity).slice(1, 3), ['warning', 'critical']);
	assert.deepEqual(short(acks), ['acknowledged 40..80']);
});

test('timeline: what is open ends now, and unknown is drawn as unknown', () => {
	const { states, acks } = bandsOf(entriesOf(detail([transition(1, 0, 'opened', { state: 'no_data' }), transition(2, 10, 'data_back'), person(3, 20, 'ack')], [], { pending_since: at(0) })), begin + 50_000);
	assert.deepEqual(states.map((band) => [band.kind, band.to - begin]), [['no_data', 10_000], ['firing', 50_000]]);
	assert.deepEqual(acks.map((band) => band.to - begin), [50_000]);
});
