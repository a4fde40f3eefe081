/* worker: the SharedWorker in which the one link of all tabs lives. */
import { Hub, world } from './hub.ts';
import type { ToLink } from './protocol.ts';

const hub = new Hub(world);

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = (event) => {
	const channel = event.ports[0]!;
	const port = { post: (message: unknown) => channel.postMessage(message) };
	channel.onmessage = (message: MessageEvent<ToLink>) => hub.receive(port, message.data);
};
