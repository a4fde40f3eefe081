/* freshness: how far what is shown can be believed. Ticks once a second. */
import { computed, signal } from '@preact/signals';
import { link } from '../link/client.ts';
import { whole } from './alerts.ts';
import { second, minute } from '../model/time.ts';

const patienceMsec = 3 * second, staleMsec = 45 * second, offlineMsec = 5 * minute;

/* The viewer's clock, once a second, for ages. */
export const now = signal(Date.now());
setInterval(() => { now.value = Date.now(); }, second);

export type Freshness = 'starting' | 'live' | 'polling' | 'catching_up' | 'stale' | 'offline';

export const silentFor = computed(() => (link.value.liveAt === null ? null : Math.max(0, now.value - link.value.liveAt)));

export const freshness = computed<Freshness>(() => {
	const { phase, liveAt } = link.value;
	const silent = silentFor.value;
	if (liveAt === null || silent === null)
		return phase === 'connecting' ? 'starting' : 'offline';
	if ((phase === 'live' || phase === 'polling') && silent < staleMsec)
		return whole.value ? phase : 'catching_up';
	if (silent > offlineMsec)
		return 'offline';
	return silent < patienceMsec ? 'catching_up' : 'stale';
});

/* Only then may "all clear" be said. */
export const believable = computed(() => freshness.value === 'live' || freshness.value === 'polling');

/* What ages are counted from: the daemon's clock now; where data is old, the time it was good. */
export const asOf = computed(() => (believable.value || link.value.liveAt === null ? now.value : link.value.liveAt) + link.value.skew);
