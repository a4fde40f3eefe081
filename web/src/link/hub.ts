/* hub: the tabs of one link. The tab seen last is the one that rings (sound, desktop notification); while one is seen, a hidden one
 * does not. */
import { Link, type LinkWorld } from './link.ts';
import type { ToLink, ToTab } from './protocol.ts';

const goneMsec = 180_000; /* a tab that has not been heard of for so long is gone */

export const world: LinkWorld = {
	fetch: (input, init) => fetch(input, init),
	now: Date.now,
	random: Math.random,
	setTimeout: (run, msec) => setTimeout(run, msec),
	clearTimeout: (timer) => clearTimeout(timer),
};

export interface Port {
	post(message: ToTab): void;
}

interface Tab {
	visible: boolean;
	aliveAt: number;
}

export class Hub {
	private readonly tabs = new Map<Port, Tab>();
	private link: Link | null = null;
	private lead: Port | null = null;

	constructor(private readonly world: LinkWorld) {}

	receive(port: Port, message: ToLink): void {
		if (message.kind === 'hello')
			this.hello(port, message.base, message.visible);
		else
			this.told(port, message);
		this.sweep();
	}

	private told(port: Port, message: Exclude<ToLink, { kind: 'hello' }>): void {
		const tab = this.tabs.get(port);
		if (!tab)
			return;
		tab.aliveAt = this.world.now();
		if (message.kind === 'visible')
			this.seen(port, tab, message.visible);
		else if (message.kind === 'retry')
			this.link?.retry();
		else
			this.forget(port);
	}

	/* Said again and again: it is also how a tab shows that it lives. */
	private hello(port: Port, base: string, visible: boolean): void {
		const known = this.tabs.has(port);
		this.tabs.set(port, { visible, aliveAt: this.world.now() });
		if (known)
			return;
		this.elect(visible ? port : this.lead ?? port);
		this.link ??= this.open(base);
		port.post({ kind: 'state', state: this.link.state });
		if (this.link.position)
			port.post({ kind: 'from', ...this.link.position });
		if (this.link.state.phase === 'signed_out')
			this.link.retry();
	}

	private open(base: string): Link {
		const all = (message: ToTab) => this.tabs.forEach((_, port) => port.post(message));
		const link = new Link(base, {
			state: (state) => all({ kind: 'state', state }),
			from: (epoch, seq) => all({ kind: 'from', epoch, seq }),
			events: (epoch, events) => all({ kind: 'events', epoch, events }),
		}, this.world);
		link.start();
		return link;
	}

	private seen(port: Port, tab: Tab, visible: boolean): void {
		tab.visible = visible;
		const next = visible ? port : this.lead === port && this.oneSeen();
		if (next)
			this.elect(next);
		if (visible)
			this.link?.retry();
	}

	private oneSeen(): Port | undefined {
		return [...this.tabs].find(([, tab]) => tab.visible)?.[0];
	}

	private elect(port: Port): void {
		if (this.lead === port)
			return;
		this.lead?.post({ kind: 'lead', lead: false });
		this.lead = port;
		port.post({ kind: 'lead', lead: true });
	}

	private forget(port: Port): void {
		this.tabs.delete(port);
		if (this.lead === port)
			this.lead = null;
		const next = this.oneSeen() ?? this.tabs.keys().next().value;
		if (!this.lead && next)
			this.elect(next);
		if (this.tabs.size)
			return;
		this.link?.stop();
		this.link = null;
	}

	private sweep(): void {
		const limit = this.world.now() - goneMsec;
		for (const [port, tab] of this.tabs)
			if (tab.aliveAt < limit)
				this.forget(port);
	}
}
