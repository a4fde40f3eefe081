/* delivery: whether what is told arrives at all, asked for every so often: nobody looks at that page before it is too late. */
import { signal } from '@preact/signals';
import { get } from '../api/client.ts';
import type { Integration, List, Receiver } from '../model/types.ts';
import { believable } from './freshness.ts';
import { may } from './session.ts';

const everyMsec = 30_000;

/* Integrations that do not take messages, as far as this page has seen. */
export const deliveryFailing = signal(0);

export function failing(one: Integration): boolean {
	return one.state === 'failing' || one.state === 'open';
}

async function ask(): Promise<void> {
	if (document.hidden || !may('viewer') || !believable.value)
		return;
	const { items } = await get<List<Receiver>>('api/v1/receivers');
	deliveryFailing.value = items.flatMap((receiver) => receiver.integrations).filter(failing).length;
}

export function startDelivery(): void {
	const again = () => void ask().catch(() => {}); /* then what was known stands */
	again();
	setInterval(again, everyMsec);
}
