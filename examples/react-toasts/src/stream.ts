/* stream: one connection to the daemon's event stream, by fetch, because EventSource sends no Authorization header. Comes back
 * by itself with growing pauses, goes on after the last event it saw, and gives up a connection that says nothing. */

export type Status = 'connecting' | 'live' | 'waiting' | 'signed_out' | 'stopped';

export interface StreamEvents {
	status(status: Status): void;
	event(name: string, data: Record<string, unknown>, now: number): void; /* now: the daemon's clock */
	reset(): void; /* events were missed */
}

const watchdogMsec = 40_000, backoffMsec = 1_000, leastMsec = 250, backoffMaxMsec = 30_000, settledMsec = 60_000;

export class Stream {
	private status: Status = 'stopped';
	private lastId = '';
	private skew = 0;
	private failures = 0;
	private pause: number | null = null; /* what the daemon's bye asked for */
	private control: AbortController | null = null;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private watchdog: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly url: string, private readonly token: string | undefined, private readonly to: StreamEvents) {}

	/* Now, whatever pause there was. Does nothing while connected. */
	start(): void {
		if (!this.control)
			void this.run();
	}

	stop(): void {
		clearTimeout(this.timer);
		clearTimeout(this.watchdog);
		this.control?.abort();
		this.control = null;
		this.set('stopped');
	}

	private set(status: Status): void {
		if (this.status !== status)
			this.to.status(status);
		this.status = status;
	}

	private async run(): Promise<void> {
		clearTimeout(this.timer);
		const control = (this.control = new AbortController());
		const begun = Date.now();
		this.set('connecting');
		const refused = await this.read(control).catch(() => false);
		clearTimeout(this.watchdog);
		control.abort();
		if (this.control !== control)
			return;
		this.control = null;
		this.set(refused ? 'signed_out' : 'waiting');
		if (!refused)
			this.comeBack(Date.now() - begun > settledMsec);
	}

	/* Full jitter: somewhere below 1, 2, 4 … 30 s, so that all the browsers do not come back at once. */
	private comeBack(settled: boolean): void {
		this.failures = settled ? 1 : this.failures + 1;
		const most = Math.min(backoffMaxMsec, backoffMsec * 2 ** (this.failures - 1));
		this.timer = setTimeout(() => this.start(), this.pause ?? Math.max(leastMsec, Math.random() * most));
		this.pause = null;
	}

	private guard(control: AbortController): void {
		clearTimeout(this.watchdog);
		this.watchdog = setTimeout(() => control.abort(), watchdogMsec);
	}

	/* True when the daemon wants another token. */
	private async read(control: AbortController): Promise<boolean> {
		const headers: Record<string, string> = { Accept: 'text/event-stream' };
		if (this.token)
			headers.Authorization = `Bearer ${this.token}`;
		this.guard(control);
		const after = this.lastId ? `&last_event_id=${encodeURIComponent(this.lastId)}` : '';
		const answer = await fetch(`${this.url}/api/v1/stream?topics=alerts,toasts${after}`, { headers, signal: control.signal, credentials: 'omit', cache: 'no-store' });
		if (!answer.ok || !answer.body)
			return answer.status === 401;
		let over = false, refused = false;
		const feed = parser((id, name, data) => {
			refused ||= name === 'auth';
			over ||= refused || name === 'bye';
			if (this.control === control)
				this.take(id, name, JSON.parse(data));
		});
		const reader = answer.body.getReader(), decoder = new TextDecoder();
		while (!over) {
			const { done, value } = await reader.read();
			if (done || this.control !== control)
				break;
			this.guard(control);
			feed(decoder.decode(value, { stream: true }));
		}
		return refused;
	}

	private take(id: string, name: string, data: Record<string, unknown>): void {
		if (name === 'bye')
			this.pause = Number(data.retry_ms) || null;
		if (name === 'heartbeat') {
			this.skew = Date.parse(String(data.at)) - Date.now();
			this.set('live');
		}
		if (name === 'reset')
			this.to.reset();
		if (id)
			this.lastId = id;
		if (name === 'alert' || name === 'toast')
			this.to.event(name, data, Date.now() + this.skew);
	}
}

/* Reads text/event-stream piece by piece, as the HTML standard defines it. */
export function parser(emit: (id: string, name: string, data: string) => void): (text: string) => void {
	let rest = '', id = '', name = '', data: string[] = [];
	const take = (line: string) => {
		const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
		if (field === 'id')
			id = value ?? '';
		else if (field === 'event')
			name = value ?? '';
		else if (field === 'data')
			data.push(value ?? '');
	};
	return (text) => {
		const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
		rest = lines.pop()!;
		for (const line of lines) {
			if (line) {
				take(line);
				continue;
			}
			if (data.length)
				emit(id, name || 'message', data.join('\n'));
			name = '';
			data = [];
		}
	};
}
