'use client';
/* useTocsinToasts: the toast feed of one daemon as React state. Nothing happens before the component is mounted, so it renders on
 * a server too. */
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { Stream, type Status } from './stream';
import { reduce, type AlertEvent, type Shown, type Toast } from './toasts';

export interface TocsinToastsOptions {
	url: string; /* where the daemon is: "https://tocsin.example.com" */
	token?: string | undefined; /* a bearer token, where the daemon has tokens */
	onToast?: ((toast: Toast) => void) | undefined; /* every toast as it comes: for a sound, or a toast library of your own */
	keepHidden?: boolean | undefined; /* stay connected in hidden tabs */
}

export interface TocsinFeed {
	toasts: Shown[];
	status: Status;
	mayAck: boolean;
	ack(toast: Shown): Promise<void>;
	close(key: string | null): void; /* null = all */
	pause(paused: boolean): void;
}

const tickMsec = 250;

async function call(url: string, token: string | undefined, path: string, body?: unknown): Promise<any> {
	const headers: Record<string, string> = body ? { 'Content-Type': 'application/json' } : {};
	if (token)
		headers.Authorization = `Bearer ${token}`;
	const answer = await fetch(`${url}/api/v1/${path}`, { method: body ? 'POST' : 'GET', headers, body: body ? JSON.stringify(body) : null, credentials: 'omit' });
	const json = await answer.json().catch(() => null);
	if (!answer.ok)
		throw new Error(json?.error?.message ?? `HTTP ${answer.status}`);
	return json;
}

export function useTocsinToasts({ url, token, onToast, keepHidden = false }: TocsinToastsOptions): TocsinFeed {
	const [toasts, dispatch] = useReducer(reduce, []);
	const [status, setStatus] = useState<Status>('connecting');
	const [mayAck, setMayAck] = useState(false);
	const paused = useRef(false);
	const told = useRef(onToast);
	const base = url.replace(/\/+$/, '');
	useEffect(() => { told.current = onToast; });

	useEffect(() => {
		let over = false;
		const ask = (path: string, then: (answer: any) => void) => void call(base, token, path).then((answer) => { if (!over) then(answer); }, () => {});
		const stream = new Stream(base, token, {
			status: (next) => {
				setStatus(next);
				if (next === 'live')
					ask('session', (session) => setMayAck(['responder', 'admin'].includes(session.role)));
			},
			reset: () => ask('alerts?limit=1000', ({ items, next }) => {
				if (next === null)
					dispatch({ type: 'open', ids: items.filter((alert: { acknowledged: object | null }) => !alert.acknowledged).map((alert: { id: string }) => alert.id) });
			}),
			event: (name, data, now) => {
				if (name === 'alert')
					return dispatch({ type: 'alert', event: data as unknown as AlertEvent });
				dispatch({ type: 'toast', toast: data.toast as Toast, now });
				told.current?.(data.toast as Toast);
			},
		});
		const seen = () => (document.hidden && !keepHidden ? stream.stop() : stream.start());
		seen();
		document.addEventListener('visibilitychange', seen);
		window.addEventListener('online', seen);
		return () => {
			over = true;
			document.removeEventListener('visibilitychange', seen);
			window.removeEventListener('online', seen);
			stream.stop();
			dispatch({ type: 'close', key: null });
		};
	}, [base, token, keepHidden]);

	useEffect(() => {
		const timer = setInterval(() => {
			if (!paused.current && !document.hidden)
				dispatch({ type: 'pass', msec: tickMsec });
		}, tickMsec);
		return () => clearInterval(timer);
	}, []);

	const ack = useCallback(async (toast: Shown) => {
		try {
			const { items } = await call(base, token, 'alerts/ack', { ids: toast.alerts, for: '1h' });
			const failed = items.find((item: { ok: boolean }) => !item.ok);
			if (failed)
				throw new Error(failed.error.message);
		} catch (problem) {
			dispatch({ type: 'failed', key: toast.key, reason: problem instanceof Error ? problem.message : String(problem) });
		}
	}, [base, token]);
	const close = useCallback((key: string | null) => dispatch({ type: 'close', key }), []);
	const pause = useCallback((value: boolean) => { paused.current = value; }, []);
	return { toasts, status, mayAck, ack, close, pause };
}
