import assert from 'node:assert/strict';
import test from 'node:test';
import type { Episode } from '../../../web/src/model/types.ts';
import { newestBefore } from '../../../web/src/pages/history/newest.ts';
import { ticksOf } from '../../../web/src/pages/history/range.ts';

const minute = 60_000, hour = 60 * minute, day = 24 * hour;

function page(ids: string, next: string | null) {
	return { items: [...ids].map((id) => ({ id }) as Episode), next };
}

function ids({ items, next }: ReturnType<typeof page>): string {
	return `${items.map(({ id }) => id).join('')} ${next}`;
}

test('history: as time goes on, what somebody had asked for beyond the first page stays', () => {
	assert.equal(ids(newestBefore(page('xab', '2'), page('abcdef', '4'))), 'xabcdef 4');
	assert.equal(ids(newestBefore(page('xab', '2'), page('abc', null))), 'xabc null');
	assert.equal(ids(newestBefore(page('xab', '2'), page('ab', '2'))), 'xab 2', 'nobody had asked for more');
	assert.equal(ids(newestBefore(page('xyz', '2'), page('abc', '3'))), 'xyz 2', 'so much is new that there would be a gap');
	assert.equal(ids(newestBefore(page('xab', null), page('abcdef', '4'))), 'xab null', 'there are no more');
	assert.equal(ids(newestBefore(page('', null), page('abc', '3'))), ' null');
});

test('history: the axis has round times of the viewer, also where the clocks change', () => {
	const change = Date.UTC(2026, 2, 29, 1), zone = (at: number) => (at < change ? hour : 2 * hour);
	const days = ticksOf(Date.UTC(2026, 2, 26, 12), Date.UTC(2026, 3, 1, 12), 8, zone);
	assert.deepEqual(days.map((at) => ((at + zone(at)) % day) / hour), [0, 0, 0, 0, 0, 0]);
	const hours = ticksOf(change - 3 * hour, change + 3 * hour, 8, zone);
	assert.deepEqual(hours.map((at) => (at + zone(at)) % hour), hours.map(() => 0));
	assert.deepEqual(ticksOf(0, 10 * minute, 5, () => 0), [0, 5 * minute]);
});
