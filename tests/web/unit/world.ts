/* world: virtual time and a scripted daemon for the link. Nothing waits: advance() moves the clock from timer to timer. */
import type { LinkWorld } from '../../../web/src/link/link.ts';

export interface Call {
	url: URL;
	at: number;
	signal: AbortSignal;
}

/* Lets what is due at this instant run to its end: promises and stream pieces, no time. */
export async function settle(): Promise<void> {
	for (let i = 0; i < 12; i++)
		await new Promise((done) => setImmediate(done));
}

export class Stream {
	private control!: ReadableStreamDefaultController<Uint8Array>;
	private over = false;
	readonly response: Response;

	constructor(signal: AbortSignal) {
		const body = new ReadableStream<Uint8Array>({ start: (control) => { this.control = control; } });
		this.response = new Response(body, { status: 200, headers: { 'Content-Type': 'text/event-stream' } });
		signal.addEventListener('abort', () => this.end(new Error('aborted')));
	}

	say(text: string): void {
		this.control.enqueue(new TextEncoder().encode(text));
	}

	end(error?: Error): void {
		if (this.over)
			return;
		this.over = true;
		error ? this.control.error(error) : this.control.close();
	}
}

export class World implements LinkWorld {
	time = 1_700_000_000_000;
	chance = 1; /* what random() says */
	calls: Call[] = [];
	streams: Stream[] = [];
	answer: (call: Call, world: World) => Response | Promise<Response> = (call, world) => world.stream(call);
	private timers: { at: number; id: number; run: () => void }[] = [];
	private ids = 0;

	now = () => this.time;
	random = () => this.chance;
	setTimeout = (run: () => void, msec: number) => {
		this.timers.push({ at: this.time + msec, id: ++this.ids, run });
		return this.ids;
	};
	clearTimeout = (id: unknown) => {
		this.timers = this.timers.filter((timer) => timer.id !== id);
	};
	fetch = (async (input: string, init: RequestInit) => {
		const call = { url: new URL(input), at: this.time, signal: init.signal! };
		this.calls.push(call);
		const aborted = new Promise<never>((_, fail) => call.signal.addEventListener('abort', () => fail(new Error('aborted'))));
		return Promise.race([this.answer(call, this), aborted]);
	}) as unknown as typeof fetch;

	stream(call: Call): Response {
		const stream = new Stream(call.signal);
		this.streams.push(stream);
		return stream.response;
	}

	get last(): Stream {
		return this.streams[this.streams.length - 1]!;
	}

	get waiting(): number {
		return this.timers.length;
	}

	async advance(msec: number): Promise<void> {
		const end = this.time + msec;
		await settle();
		for (;;) {
			const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
			if (!next)
				break;
			this.time = Math.max(this.time, next.at);
			this.clearTimeout(next.id);
			next.run();
			await settle();
		}
		this.time = end;
	}
}

export function never(): Promise<Response> {
	return new Promise(() => {});
}

export function status(code: number): Response {
	return new Response('', { status: code });
}

export function json(value: unknown): Response {
	return new Response(JSON.stringify(value), { status: 200 });
}

export function heartbeat(epoch: string, seq: number, at: number): string {
	return `id: ${epoch}:${seq}\nevent: heartbeat\ndata: ${JSON.stringify({ at: new Date(at).toISOString(), seq, last_evaluation_at: null })}\n\n`;
}

export function alertEvent(epoch: string, seq: number, name = 'alert'): string {
	return `id: ${epoch}:${seq}\nevent: ${name}\ndata: ${JSON.stringify({ seq, at: '2026-01-01T00:00:00.000Z', kind: 'transition', episode: 'e', by: null })}\n\n`;
}
