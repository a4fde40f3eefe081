import assert from 'node:assert/strict';
import test from 'node:test';
import { SseParser, type StreamEvent } from '../../../web/src/link/sse.ts';

function read(pieces: string[]): StreamEvent[] {
	const events: StreamEvent[] = [];
	const parser = new SseParser((event) => events.push(event));
	for (const piece of pieces)
		parser.push(piece);
	return events;
}

const said = [
	': hello', 'retry: 3000', '', 'id: a:1', 'event: alert', 'data: {"ä":', 'data:  1}', '', 'data:no blank', 'unknown: x', 'data', '', 'event: heartbeat', '', 'id: a:2', 'data: last: one', '', ': end', '',
];
const expected: StreamEvent[] = [
	{ id: 'a:1', name: 'alert', data: '{"ä":\n 1}' },
	{ id: 'a:1', name: 'message', data: 'no blank\n' },
	{ id: 'a:2', name: 'message', data: 'last: one' },
];

for (const [name, end] of [['LF', '\n'], ['CRLF', '\r\n'], ['CR', '\r']] as const) {
	test(`sse: cut at every place, lines ended by ${name}`, () => {
		const text = said.join(end);
		assert.deepEqual(read([text]), expected);
		assert.deepEqual(read([...text]), expected);
		for (let cut = 1; cut < text.length; cut++)
			assert.deepEqual(read([text.slice(0, cut), text.slice(cut)]), expected, `cut at ${cut}`);
	});
}

test('sse: nothing is told of an event that has not ended', () => {
	assert.deepEqual(read(['id: a:1\ndata: x\n']), []);
	assert.deepEqual(read(['id: a:1\ndata: x\n', '\n']).length, 1);
});
