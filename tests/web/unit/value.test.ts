import assert from 'node:assert/strict';
import test from 'node:test';
import { clock, dayAndClock, exactSpan, instant, shortWhen, span, when, zoneName } from '../../../web/src/model/time.ts';
import { count, limit, quantity, sayNow } from '../../../web/src/model/value.ts';
import { spoken, timeZone } from '../../../web/src/i18n/spoken.ts';
import type { Unit } from '../../../web/src/model/types.ts';
import { alert } from './alerts.ts';

const minute = 60_000, hour = 60 * minute, day = 24 * hour;

test('value: numbers with their unit, thin', () => {
	const cases: [string, number | null, string][] = [
		['ratio', 0.0742, '7.4 %'], ['ratio', 1, '100 %'], ['ratio', 0, '0 %'], ['ratio', 0.003, '0.3 %'], ['ratio', 0.00042, '0.042 %'],
		['records', 38_100, '38.1 k'], ['records', 9_999, '9,999'], ['records', 0, '0'], ['records', 1_250_000, '1.3 M'], ['records', 999_960, '1 M'], ['number', -38_100, '-38.1 k'], ['number', 2.25, '2.3'], ['number', 12.5, '12.5'], ['number', 0.003, '0.003'], ['per_second', 0.04, '0.04/s'], ['seconds', 90, '1 m 30 s'], ['seconds', 750, '12 m'],
		['per_second', 1_200, '1,200/s'], ['bytes', 1_288_490_189, '1.2 GiB'], ['bytes', 512, '512 B'], ['seconds', 4_320, '1 h 12 m'],
		['state', 7, 'FAILED'], ['state', 99, 'OTHER'], ['none', 3, ''],
	];
	for (const [unit, value, text] of cases)
		assert.equal(quantity(unit, value), text, `${value} ${unit}`);
});

test('value: unknown is never a number', () => {
	for (const nothing of [null, undefined, NaN, Infinity])
		for (const unit of ['ratio', 'records', 'seconds', 'state', 'bytes'])
			assert.equal(quantity(unit, nothing), '–');
	assert.equal(count(null), '–');
});

test('value: the limit, and on which side of it', () => {
	const firing = alert({ unit: 'ratio', value: 0.074, raise: 0.05, clear: 0.02 });
	assert.equal(limit(firing), '> 5 %');
	assert.equal(limit({ ...firing, value: 0.03 }), '< 5 %');
	assert.equal(limit({ ...firing, state: 'recovering', value: 0.01 }), '< 2 %');
	assert.equal(limit({ ...firing, value: 0.05 }), '> 5 %', 'at the limit is on the bad side');
	assert.equal(limit({ ...firing, direction: '<', value: 0.05 }), '< 5 %');
	assert.equal(limit({ ...firing, direction: '<', value: 0.04 }), '< 5 %');
	for (const none of [{ value: null }, { raise: null }, { unit: 'state' }, { unit: 'none' }] as const)
		assert.equal(limit({ ...firing, ...none }), '');
});

test('value: a sentence takes the newest number in the place of its own, and in no other', () => {
	const told = alert({ unit: 'number', value: 7 }), now = { ...told, value: 9 };
	assert.equal(sayNow('orders-7 holds 7 records', told, now), 'orders-7 holds 9 records');
	assert.equal(sayNow('v2.7, 7,5 and 0.7 stay; 7.', told, now), 'v2.7, 7,5 and 0.7 stay; 9.');
	assert.equal(sayNow('7.25 in all', told, now), '7.25 in all');
	const many = (unit: Unit, value: number) => alert({ unit, value });
	for (const [unit, from, to, said, then] of [['records', 1_234, 2_500, '1.2 k records wait', '2,500 records wait'], ['number', 123.4, 99, 'depth 123.4.', 'depth 99.'], ['per_second', 0.04, 1.5, '0.04/s < 1/s', '1.5/s < 1/s'], ['bytes', 1_536, 512, '1.5 KiB free', '512 B free']] as const)
		assert.equal(sayNow(said, many(unit, from), many(unit, to)), then);
	spoken.value = { language: 'de', catalogues: null };
	assert.equal(sayNow('7.4\u00a0% of records fail', many('ratio', 0.074), many('ratio', 0.0912)), '9,1 % of records fail');
	spoken.value = { language: 'en', catalogues: null };
	assert.equal(sayNow('nothing of it', told, now), 'nothing of it');
	assert.equal(sayNow('7 again', told, { ...told, value: null }), '7 again');
	assert.equal(sayNow('7.4\u00a0% of records fail', alert({ unit: 'ratio', value: 0.074 }), alert({ unit: 'ratio', value: 0.09 })), '9 % of records fail');
	assert.equal(sayNow('– is unknown', alert({ value: null }), now), '– is unknown');
});

test('time: spans in at most two parts', () => {
	const cases: [number, string][] = [[0, '0 s'], [40, '40 ms'], [1_000, '1 s'], [48_999, '48 s'], [minute, '1 m'], [256_000, '4 m'], [hour, '1 h'], [hour + 12 * minute, '1 h 12 m'], [11 * hour + 12 * minute, '11 h'], [day, '1 d'], [3 * day + 4 * hour, '3 d 4 h'], [40 * day + hour, '40 d']];
	for (const [msec, text] of cases)
		assert.equal(span(msec), text);
	assert.deepEqual([exactSpan(256_000), exactSpan(4 * minute), exactSpan(59_000), exactSpan(hour + 30_000)], ['4 m 16 s', '4 m', '59 s', '1 h']);
});

test('time: clocks in the zone the viewer chose', () => {
	const at = Date.UTC(2026, 0, 2, 3, 4, 5);
	timeZone.value = 'UTC';
	assert.equal(clock(at), '03:04:05');
	assert.equal(zoneName(at), 'UTC');
	assert.equal(when(at, at + hour), '03:04:05');
	assert.equal(when(at, at + 2 * day), dayAndClock(at));
	assert.equal(dayAndClock(at), '2 Jan, 03:04');
	assert.deepEqual([shortWhen(at, at + hour), shortWhen(at, at + day)], ['03:04', '2 Jan, 03:04']);
	timeZone.value = undefined;
	const local = new Date(at);
	assert.equal(clock(at), [local.getHours(), local.getMinutes(), local.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':'));
	assert.equal(instant('2026-01-02T03:04:05.000Z'), at);
	assert.deepEqual([instant(null), instant(''), instant('soon')], [null, null, null]);
});
