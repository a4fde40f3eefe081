/* client: calls of the daemon's API from the page. Paths are relative to <base href>, so a sub-path prefix holds. */
import { signal } from '@preact/signals';

/* Counts up when the daemon answers that nobody is signed in (any more). */
export const signedOut = signal(0);

/* How often somebody signed in. What was asked before, and is answered 401 only now, says nothing of this session; what was refused
 * is asked again. */
export const signIns = signal(0);

export function signedInAnew(): void {
	signIns.value++;
}

export class ApiError extends Error {
	constructor(
		readonly status: number, /* 0: no answer at all */
		readonly code: string,
		message: string,
		readonly field: string | null = null,
	) {
		super(message);
	}
}

export function apiUrl(path: string, query: Record<string, string | number | undefined> = {}): string {
	const url = new URL(path, document.baseURI);
	for (const [key, value] of Object.entries(query))
		if (value !== undefined && value !== '')
			url.searchParams.set(key, String(value));
	return url.href;
}

async function errorOf(response: Response): Promise<ApiError> {
	try {
		const { error } = await response.json();
		return new ApiError(response.status, error.code, error.message, error.field ?? null);
	} catch {
		return new ApiError(response.status, 'http', `${response.status} ${response.statusText}`);
	}
}

export async function send(path: string, init: RequestInit = {}, query = {}): Promise<Response> {
	const asked = signIns.peek();
	let response: Response;
	try {
		response = await fetch(apiUrl(path, query), { credentials: 'same-origin', cache: 'no-store', ...init });
	} catch (cause) {
		throw new ApiError(0, 'unreachable', cause instanceof Error ? cause.message : String(cause));
	}
	if (response.ok)
		return response;
	if (response.status === 401 && asked === signIns.peek())
		signedOut.value++;
	throw await errorOf(response);
}

export async function get<T>(path: string, query = {}, signal?: AbortSignal): Promise<T> {
	return (await send(path, { signal: signal ?? null }, query)).json();
}

export async function change<T>(method: 'POST' | 'DELETE', path: string, body: unknown = {}): Promise<T> {
	const headers = { 'Content-Type': 'application/json' };
	return (await send(path, { method, headers, body: JSON.stringify(body) })).json();
}
