/* client: this tab's end of the link. Where the browser has no SharedWorker the link lives in the tab itself and is
 * let go while the tab is hidden, so that hidden tabs do not use up the browser's connections to the host. */
import { signal } from '@preact/signals';
import { workerUrl } from './worker_url.ts';
import type { LinkState, NamedEvent, ToLink, ToTab } from './protocol.ts';

const aliveMsec = 30_000;

export const link = signal<LinkState>({ phase: 'connecting', liveAt: null, retryAt: null, skew: 0, heartbeat: null });
export const lead = signal(false);

export interface LinkUser {
	from(epoch: string, seq: number): void;
	events(epoch: string, events: NamedEvent[]): void;
}

let post: (message: ToLink) => void = () => {};

export function retryNow(): void {
	post({ kind: 'retry' });
}

/* The daemon's clock, as well as it is known; ages are counted with it. */
export function daemonNow(): number {
	return Date.now() + link.peek().skew;
}

function take(message: ToTab, user: LinkUser): void {
	if (message.kind === 'state')
		link.value = message.state;
	else if (message.kind === 'lead')
		lead.value = message.lead;
	else if (message.kind === 'from')
		user.from(message.epoch, message.seq);
	else
		user.events(message.epoch, message.events);
}

function shared(user: LinkUser): (message: ToLink) => void {
	const worker = new SharedWorker(workerUrl(), { name: 'tocsin' });
	worker.port.onmessage = (event: MessageEvent<ToTab>) => take(event.data, user);
	return (message) => worker.port.postMessage(message);
}

/* Messages wait until the hub is fetched. */
function local(user: LinkUser): (message: ToLink) => void {
	const port = { post: (message: ToTab) => take(message, user) };
	const hub = import('./hub.ts').then(({ Hub, world }) => new Hub(world));
	const hand = (message: ToLink) => void hub.then((one) => one.receive(port, message));
	return (message) => {
		if (message.kind === 'visible')
			hand(message.visible ? { kind: 'hello', base: document.baseURI, visible: true } : { kind: 'bye' });
		else if (message.kind !== 'hello' || message.visible)
			hand(message);
	};
}

export function startLink(user: LinkUser): void {
	post = typeof SharedWorker === 'function' ? shared(user) : local(user);
	const visible = () => document.visibilityState === 'visible';
	const hello = () => post({ kind: 'hello', base: document.baseURI, visible: visible() });
	hello();
	document.addEventListener('visibilitychange', () => {
		if (visible())
			hello(); /* the hub may have given up a tab that was frozen */
		post({ kind: 'visible', visible: visible() });
	});
	addEventListener('online', retryNow);
	addEventListener('pagehide', () => post({ kind: 'bye' }));
	window.addEventListener('pageshow', (event) => { if (event.persisted) hello(); });
	setInterval(hello, aliveMsec);
}
