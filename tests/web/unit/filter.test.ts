import assert from 'node:assert/strict';
import test from 'node:test';
import { sift } from '../../../web/src/model/filter.ts';
import { parse } from '../../../web/src/model/matcher.ts';
import { alert, taken } from './alerts.ts';

const all = [
	alert({ id: '1', severity: 'critical', labels: { alertname: 'Lag', cluster: 'eu' } }),
	alert({ id: '2', severity: 'critical', labels: { alertname: 'Lag', cluster: 'us' }, acknowledged: taken('Ana') }),
	alert({ id: '3', severity: 'warning', labels: { alertname: 'TaskFailed', cluster: 'eu' }, acknowledged: taken('Ben'), annotations: { trace: 'org.postgresql.util.PSQLException: deadlock detected' } }),
	alert({ id: '4', severity: 'warning', state: 'recovering', labels: { alertname: 'Lag', cluster: 'eu', severity: 'none of your business' } }),
];
const names = ['severity', 'state', 'acknowledged', 'cluster'];
const ids = (text: string, me: string | null = 'Ana') => sift(all, parse(text), names, me).shown.map((one) => one.id).join('');

test('filter: labels, words, and what is no label', () => {
	assert.equal(ids(''), '1234');
	assert.equal(ids('cluster=eu rule=Lag'), '14');
	assert.equal(ids('severity=critical'), '12');
	assert.equal(ids('severity=warning'), '34', 'a label of that name comes second');
	assert.equal(ids('state=recovering'), '4');
	assert.equal(ids('acknowledged=nobody'), '14');
	assert.equal(ids('acknowledged=me'), '2');
	assert.equal(ids('acknowledged=others'), '3');
	assert.equal(ids('acknowledged=others', null), '23');
	assert.equal(ids('DEADLOCK'), '3');
	assert.equal(ids('dead lock'), '3');
	assert.equal(ids('dead end'), '');
});

test('filter: a facet counts as if its own matchers were not there', () => {
	const { facets } = sift(all, parse('severity=critical cluster=eu'), names, 'Ana');
	assert.deepEqual(Object.fromEntries(facets.get('severity')!), { critical: 1, warning: 2 });
	assert.deepEqual(Object.fromEntries(facets.get('cluster')!), { eu: 1, us: 1 });
	assert.deepEqual(facets.get('state')!.get('firing'), 1);
	assert.deepEqual(facets.get('state')!.get('recovering') ?? 0, 0);
});

/* The same counts by the plainest means: for each facet, count what passes all matchers but the facet's. */
test('filter: counts agree with counting by hand, for every pair of matchers', () => {
	const parts = ['severity=critical', 'severity!=critical', 'severity=info', 'cluster=eu', 'cluster!=eu', 'acknowledged=me', 'state=firing', 'deadlock', 'rule=Lag'];
	for (const one of parts)
		for (const other of parts) {
			const list = parse(`${one} ${other}`), { facets } = sift(all, list, names, 'Ana');
			for (const name of names) {
				const rest = list.filter((matcher) => matcher.name !== name), counts = new Map<string, number>();
				for (const single of sift(all, rest, [], 'Ana').shown) {
					const value = sift([single], [], [name], 'Ana').facets.get(name)!.keys().next().value;
					if (value)
						counts.set(value, (counts.get(value) ?? 0) + 1);
				}
				const found = [...facets.get(name)!].filter(([, n]) => n > 0).sort();
				assert.deepEqual(found, [...counts].sort(), `${one} ${other}: ${name}`);
			}
		}
});
