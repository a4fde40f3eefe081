/* link: the one connection of this browser to the daemon: the event stream, its watchdog, its retries with jitter, and
 * asking in turns where a proxy holds streams back. Knows nothing of alerts; hands events on in order, each once. */
import type { Heartbeat, LogEvent } from '../model/types.ts';
import type { LinkState, NamedEvent, Phase } from './protocol.ts';
import { SseParser, type StreamEvent } from './sse.ts';

const firstByteMsec = 10_000, watchdogMsec = 40_000, pollMsec = 10_000, settledMsec = 60_000;
const backoffMaxMsec = 30_000, failuresBeforePolling = 3, streamAgainMsec = 60_000, pageMost = 1000;

export interface LinkWorld {
	fetch: typeof fetch;
	now: () => number;
	random: () => number;
	setTimeout: (run: () => void, msec: number) => unknown;
	clearTimeout: (timer: never) => void;
}

export interface LinkListener {
	state(state: LinkState): void;
	from(epoch: string, seq: number): void;
	events(epoch: string, events: NamedEvent[]): void;
}

const streamNames: Record<string, NamedEvent['name']> = {
	transition: 'alert', alert: 'alert', ack: 'alert', unack: 'alert', comment: 'alert', toast: 'toast',
};

export class Link {
	state: LinkState = { phase: 'connecting', liveAt: null, retryAt: null, skew: 0, heartbeat: null };
	position: { epoch: string; seq: number } | null = null;
	private failures = 0;
	private leastWait = 0; /* the daemon said goodbye and when to come back, each page at another time */
	private silent = 0; /* streams in a row that never said a word, though nothing refused them */
	private behind = false; /* the last page of the log was full */
	private overdue = false; /* it was the watchdog that ended the last one */
	private connectedAt = 0;
	private pollingSince = 0;
	private timer: unknown = null;
	private watchdog: unknown = null;
	private running: AbortController | null = null;
	private batch: NamedEvent[] = []; /* of the chunk that is being read */

	constructor(private readonly base: string, private readonly listener: LinkListener, private readonly world: LinkWorld) {}

	start(): void {
		this.connect();
	}

	stop(): void {
		this.cancel();
		this.running?.abort();
		this.running = null;
	}

	/* At once: the network is back, the tab is seen again, somebody signed in or pressed the button. */
	retry(): void {
		if (this.state.phase === 'live')
			return;
		this.failures = 0;
		this.stop();
		this.connect();
	}

	private set(change: Partial<LinkState>): void {
		this.state = { ...this.state, ...change };
		this.listener.state(this.state);
	}

	private cancel(): void {
		this.world.clearTimeout(this.timer as never);
		this.world.clearTimeout(this.watchdog as never);
	}

	private later(msec: number, run: () => void): void {
		this.world.clearTimeout(this.timer as never);
		this.timer = this.world.setTimeout(run, msec);
	}

	private guard(msec: number): void {
		this.world.clearTimeout(this.watchdog as never);
		this.watchdog = this.world.setTimeout(() => {
			this.overdue = true;
			this.running?.abort();
		}, msec);
	}

	private async connect(): Promise<void> {
		const control = new AbortController();
		this.running = control;
		if (this.state.phase !== 'polling')
			this.set({ phase: 'connecting', retryAt: null });
		let heard = false;
		this.overdue = false;
		try {
			await this.stream(control, () => { heard = true; });
		} catch {
			/* what went wrong does not matter: the next try tells */
		}
		control.abort(); /* what was not read to its end */
		if (this.running !== control)
			return; /* stopped, or overtaken by a retry */
		this.running = null;
		this.silent = heard ? 0 : this.silent + Number(this.overdue);
		if (this.state.phase !== 'signed_out')
			this.lost();
	}

	private async stream(control: AbortController, onHeard: () => void): Promise<void> {
		const url = new URL('api/v1/stream', this.base);
		if (this.position)
			url.searchParams.set('last_event_id', `${this.position.epoch}:${this.position.seq}`);
		this.guard(firstByteMsec);
		const response = await this.world.fetch(url.href, { signal: control.signal, credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'text/event-stream' } });
		if (response.status === 401)
			return this.set({ phase: 'signed_out', retryAt: null });
		if (!response.ok || !response.body)
			throw new Error(String(response.status));
		const parser = new SseParser((event) => {
			onHeard();
			this.receive(event, control);
		});
		const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
		this.connectedAt = this.world.now();
		for (;;) {
			const { done, value } = await reader.read();
			if (done || this.running !== control)
				return;
			this.guard(watchdogMsec);
			parser.push(value);
			this.flush();
		}
	}

	private flush(): void {
		const events = this.batch;
		this.batch = [];
		if (events.length)
			this.take(this.position!.epoch, events);
	}

	private receive(event: StreamEvent, control: AbortController): void {
		const data = JSON.parse(event.data);
		const [epoch, seq] = [event.id.slice(0, event.id.lastIndexOf(':')), Number(event.id.slice(event.id.lastIndexOf(':') + 1))];
		if (event.name === 'auth') {
			this.set({ phase: 'signed_out', retryAt: null });
			return control.abort();
		}
		if (event.name === 'bye') {
			this.leastWait = Number(data.retry_ms) || 0;
			return control.abort();
		}
		if (event.name === 'reset' || !this.position || this.position.epoch !== epoch) {
			this.flush();
			this.moveTo(epoch, typeof data.seq === 'number' ? data.seq : seq);
		}
		if (event.name === 'heartbeat')
			this.beat(data as Heartbeat);
		else if (event.name === 'alert' || event.name === 'toast')
			this.batch.push({ name: event.name, event: data as LogEvent });
		this.alive('live', event.name === 'heartbeat');
	}

	/* From here on events are whole; what was before is for a snapshot to tell. */
	private moveTo(epoch: string, seq: number): void {
		this.position = { epoch, seq };
		this.listener.from(epoch, seq);
	}

	private take(epoch: string, events: NamedEvent[]): void {
		const fresh = events.filter(({ event }) => event.seq > this.position!.seq);
		if (!fresh.length)
			return;
		this.position = { epoch, seq: fresh[fresh.length - 1]!.event.seq };
		this.listener.events(epoch, fresh);
	}

	private beat(heartbeat: Heartbeat): void {
		const skew = Date.parse(heartbeat.at) - this.world.now();
		this.state = { ...this.state, heartbeat, skew: Number.isNaN(skew) ? this.state.skew : skew };
	}

	private alive(phase: Phase, tell: boolean): void {
		const now = this.world.now();
		if (now - this.connectedAt > settledMsec)
			this.failures = 0;
		if (tell || phase !== this.state.phase)
			this.set({ phase, liveAt: now, retryAt: null });
		else
			this.state = { ...this.state, liveAt: now };
	}

	private lost(): void {
		if (this.silent >= failuresBeforePolling) {
			this.pollingSince = this.world.now();
			void this.poll();
			return;
		}
		this.failures++;
		const wait = Math.max(250, this.leastWait, this.world.random() * Math.min(backoffMaxMsec, 1000 * 2 ** (this.failures - 1)));
		this.leastWait = 0;
		this.set({ phase: 'down', retryAt: this.world.now() + wait });
		this.later(wait, () => this.connect());
	}

	private async poll(): Promise<void> {
		const control = new AbortController();
		this.running = control;
		this.guard(firstByteMsec);
		const answered = await this.ask(control).catch(() => false);
		if (this.running !== control)
			return;
		if (!answered && (this.state.phase as Phase) !== 'signed_out')
			this.set({ phase: 'down', retryAt: this.world.now() + pollMsec });
		if ((this.state.phase as Phase) === 'signed_out')
			return;
		const again = this.world.now() - this.pollingSince > streamAgainMsec;
		this.later(answered && this.behind ? 0 : pollMsec, again ? () => { this.silent = failuresBeforePolling - 1; void this.connect(); } : () => void this.poll());
	}

	/* One page of the event log. */
	private async ask(control: AbortController): Promise<boolean> {
		const url = new URL('api/v1/events', this.base);
		url.searchParams.set('after', String(this.position?.seq ?? 0));
		url.searchParams.set('limit', this.position ? String(pageMost) : '1');
		const response = await this.world.fetch(url.href, { signal: control.signal, credentials: 'same-origin', cache: 'no-store' });
		if (response.status === 401)
			this.set({ phase: 'signed_out', retryAt: null });
		if (!response.ok)
			return false;
		const page = await response.json();
		this.behind = page.items.length === pageMost;
		if (!this.position || page.reset || page.epoch !== this.position.epoch)
			this.moveTo(page.epoch, page.newest_seq);
		else
			this.takePage(page.epoch, page.items);
		this.alive('polling', true);
		return true;
	}

	private takePage(epoch: string, items: LogEvent[]): void {
		const named = items.flatMap((event) => {
			const name = streamNames[event.kind];
			return name ? [{ name, event }] : [];
		});
		this.take(epoch, named);
		const last = items[items.length - 1];
		if (last)
			this.position = { epoch, seq: Math.max(last.seq, this.position!.seq) };
	}
}
