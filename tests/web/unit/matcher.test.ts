import assert from 'node:assert/strict';
import test from 'node:test';
import { chosen, escapeRegex, toggle } from '../../../web/src/model/facet.ts';
import { forApi, MatcherError, parse, print, type Matcher } from '../../../web/src/model/matcher.ts';
import { valueOf } from '../../../web/src/model/filter.ts';
import cases from '../matcher_cases.json';
import { alert } from './alerts.ts';

function holds(list: Matcher[], labels: Record<string, string>): boolean {
	const one = alert({ labels });
	return list.every((matcher) => matcher.test(valueOf(one, matcher.name, null)));
}

test('matcher: the same answers as the daemon', () => {
	for (const [text, answer] of cases.match as [string, boolean][])
		assert.equal(holds(parse(text), cases.labels), answer, text);
});

test('matcher: what the daemon refuses is refused, with its column', () => {
	for (const text of cases.refuse)
		assert.throws(() => parse(text), (error: Error) => error instanceof MatcherError && error.column >= 1 && error.message !== '', text);
});

test('matcher: what is printed is read back the same', () => {
	for (const [text] of cases.match as [string, boolean][]) {
		const list = parse(text), again = parse(list.map(print).join(' '));
		assert.deepEqual(again.map(({ name, op, value }) => [name, op, value]), list.map(({ name, op, value }) => [name, op, value]), text);
	}
});

test('matcher: beyond the daemon: blanks part matchers, and a bare word is looked for everywhere', () => {
	const list = parse('severity=critical  cluster=~"a b"  deadlock, timeout');
	assert.deepEqual(list.map(({ name, value }) => [name, value]), [['severity', 'critical'], ['cluster', 'a b'], ['', 'deadlock'], ['', 'timeout']]);
	assert.ok(list[2]!.test('A DeadLock was found'));
	assert.equal(parse('<init>')[0]!.value, '<init>');
});

test('matcher: the API gets its own form, without bare words', () => {
	assert.equal(forApi(parse('cluster=prod-eu word path="a\\\\b" connector!~"x\\"y"')), 'cluster="prod-eu",path="a\\\\b",connector!~"x\\"y"');
});

test('facet: choices become one matcher and are read back, whatever the values hold', () => {
	const values = ['plain', 'a|b', 'dots.and*stars', 'back\\slash', 'quote"d', "it's", '(x) [y] {z} $ ^', 'ü ö'];
	let list: Matcher[] = parse('cluster=eu word');
	for (const value of values)
		list = toggle(list, 'connector', value);
	assert.deepEqual(chosen(list, 'connector'), values);
	const again = parse(list.map(print).join(' '));
	assert.deepEqual(chosen(again, 'connector'), values);
	for (const value of values)
		assert.ok(holds(again.filter((one) => one.name === 'connector'), { connector: value }), value);
	assert.ok(!holds(again.filter((one) => one.name === 'connector'), { connector: 'plainX' }));
	for (const value of values)
		list = toggle(list, 'connector', value);
	assert.deepEqual(list.map(print), ['cluster=eu', 'word']);
});

test('facet: a matcher somebody wrote by hand stays as it is', () => {
	const list = toggle(parse("connector=~'orders-.*' connector!=canary"), 'connector', 'x');
	assert.deepEqual(list.map(print), ['connector=~orders-.*', 'connector!=canary', 'connector=x']);
	assert.equal(escapeRegex('a.b'), 'a\\.b');
});
