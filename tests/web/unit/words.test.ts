import assert from 'node:assert/strict';
import test from 'node:test';
import { fill } from '../../../web/src/i18n/words.ts';
import { german } from '../../../web/src/i18n/de/index.ts';
import { english } from 'catalogues';

test('words: parameters and plurals', () => {
	assert.equal(fill('{n} {n:alert|alerts} of {what}', { n: 1, what: 'Ana' }), '1 alert of Ana');
	assert.equal(fill('{n} {n:alert|alerts}', { n: 0 }), '0 alerts');
	assert.equal(fill('{n:one|many} {missing}.', { n: 2 }), 'many .');
	assert.equal(fill('{a}', { a: '{b} <b>' }), '{b} <b>', 'what is put in is put in as it is');
	assert.equal(fill('{n:1 alert was|{n} alerts were} open', { n: 3 }), '3 alerts were open');
	assert.equal(fill('{n:1 alert was|{n} alerts were} open', { n: 1 }), '1 alert was open');
});

/* "{n:one|other}" counts as n. */
function placeholders(text: string): string[] {
	return [...new Set([...text.matchAll(/\{(\w+)[:}]/g)].map((found) => found[1]!))].sort();
}

/* A language may leave a plural's number out where its words agree anyhow ("critical", "kritisch"). */
test('words: every German text has the English one\'s parameters, and no others', () => {
	assert.ok(Object.keys(english).length > 2);
	assert.deepEqual(Object.keys(german).sort(), Object.keys(english).sort());
	for (const [part, texts] of Object.entries(english)) {
		assert.deepEqual(Object.keys(german[part]!).sort(), Object.keys(texts).sort(), part);
		for (const [key, text] of Object.entries(texts))
			assert.deepEqual(placeholders(german[part]![key]!), placeholders(text), `${part}.${key}`);
	}
});

test('words: no braces stay over in any text', () => {
	for (const catalogues of [english, german])
		for (const [part, texts] of Object.entries(catalogues))
			for (const [key, text] of Object.entries(texts)) {
				const filled = fill(text, Object.fromEntries(placeholders(text).map((name) => [name, 2])));
				assert.ok(!/[{}]/.test(filled), `${part}.${key}: ${filled}`);
			}
});
