import assert from 'node:assert/strict';
import test from 'node:test';
import { board } from '../../../web/src/pages/alerts/board.ts';
import { csv, markdown } from '../../../web/src/pages/alerts/export.ts';
import { alert, taken } from './alerts.ts';

const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
const all = [
	alert({ id: 'w', severity: 'warning', labels: { alertname: 'Lag', cluster: 'eu' }, started_at: at(9) }),
	alert({ id: 'c-taken', labels: { alertname: 'Lag', cluster: 'eu' }, acknowledged: taken('Ana'), started_at: at(8) }),
	alert({ id: 'c-old', labels: { alertname: 'Lag', cluster: 'eu', team: 'a' }, started_at: at(1) }),
	alert({ id: 'c-new', labels: { alertname: 'Lag', cluster: 'eu', team: 'a' }, started_at: at(2) }),
	alert({ id: 'other', severity: 'warning', labels: { alertname: 'TaskFailed', cluster: 'us' }, started_at: at(3) }),
];
const keys = (by: string, folded: string[] = []) => board(all, by, new Set(folded)).map((line) => line.key);

test('board: heaviest first, then who nobody has, then the newest; groups by their heaviest', () => {
	assert.deepEqual(keys('alertname'), ['group Lag', 'c-new', 'c-old', 'c-taken', 'w', 'group TaskFailed', 'other']);
	assert.deepEqual(keys(''), ['c-new', 'c-old', 'c-taken', 'w', 'other']);
	assert.deepEqual(keys('alertname', ['Lag']), ['group Lag', 'group TaskFailed', 'other']);
	assert.deepEqual(keys('team'), ['group a', 'c-new', 'c-old', 'group ', 'c-taken', 'w', 'other']);
	assert.deepEqual(keys('constructor'), ['group ', 'c-new', 'c-old', 'c-taken', 'w', 'other'], 'a label nobody has');
	assert.deepEqual(board([], 'alertname', new Set()), []);
});

test('board: a head counts its alerts and says what labels they share', () => {
	const head = board(all, 'alertname', new Set())[0]!;
	assert.deepEqual(head.group.counts, { none: 0, info: 0, warning: 1, critical: 3 });
	assert.deepEqual([head.group.size, head.group.shared], [4, [['cluster', 'eu']]]);
	assert.deepEqual(board(all.slice(4), 'alertname', new Set())[0]!.group.shared, [], 'one alone shares nothing');
});

test('board: the input keeps its order', () => {
	const before = all.map((one) => one.id);
	board(all, 'alertname', new Set());
	assert.deepEqual(all.map((one) => one.id), before);
});

test('export: Markdown that no label can break out of', () => {
	const text = markdown([alert({ id: 'X', labels: { alertname: 'Lag', connector: '](http://evil) <b>`', task: '2' }, annotations: { summary: 'one\ntwo *bold*' } })], (id) => `http://t/alerts/${id}`);
	assert.equal(text, '- **critical** [\\]\\(http://evil\\) \\<b\\>\\` task 2](http://t/alerts/X) on –: one, firing since 2026-01-01T00:00:00.000Z, nobody has it'.replace('one,', 'one 12 > 10,').replace('\\(', '(').replace('\\)', ')'));
	assert.equal(text.split('\n').length, 1);
});

test('export: CSV as in RFC 4180, and nothing a sheet would run', () => {
	const text = csv([alert({ id: 'A', labels: { alertname: 'Lag', connector: '=HYPERLINK("x")' }, fact: 'says "hi",\nbye' }), alert({ id: 'B', labels: { alertname: 'Lag', team: '-1' }, value: null, acknowledged: taken('Ana') })]);
	const [head, first, ...rest] = text.split('\r\n');
	assert.equal(head, 'id,severity,state,rule,label_alertname,label_connector,label_team,value,raise,clear,unit,started_at,acknowledged_by,fact');
	assert.equal(first, `A,critical,firing,Lag,Lag,"'=HYPERLINK(""x"")",,12,10,5,number,2026-01-01T00:00:00.000Z,,"says ""hi"",\nbye"`);
	assert.deepEqual(rest, [`B,critical,firing,Lag,Lag,,'-1,,10,5,number,2026-01-01T00:00:00.000Z,Ana,`, '']);
});

test('export: every sign that makes a sheet run a cell is led by an apostrophe', () => {
	for (const sign of ['=', '+', '-', '@', '\t', '\r']) {
		const cell = csv([alert({ labels: { alertname: 'Lag', x: `${sign}1` } })]).split('\r\n').slice(1).join('\r\n').split(',')[5]!;
		assert.match(cell, /^"?'/, JSON.stringify(sign));
	}
});
