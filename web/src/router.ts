/* router: which page, and its view state in the URL. Paths are relative to <base href>. */
import { computed, signal } from '@preact/signals';

const base = new URL(document.baseURI).pathname;

interface Location {
	path: string[]; /* decoded, without the prefix: ["alerts", "01H…"] */
	query: URLSearchParams;
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

function read(): Location {
	const path = location.pathname.startsWith(base) ? location.pathname.slice(base.length) : location.pathname;
	return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(location.search) };
}

const current = signal(read());
export const path = computed(() => current.value.path);
export const query = computed(() => current.value.query);

/* The page's name: the first part of the path; "alerts" at the root. */
export const page = computed(() => path.value[0] ?? 'alerts');

export function href(to: string): string {
	return new URL(to.replace(/^\//, ''), document.baseURI).href;
}

export function go(to: string, replace = false): void {
	history[replace ? 'replaceState' : 'pushState'](null, '', href(to));
	current.value = read();
	if (!replace)
		scrollTo(0, 0);
}

/* Sets some of the view state; "" or null takes a key out. No new entry in the browser's history, unless one can want to go back. */
export function setQuery(change: Record<string, string | null>, push = false): void {
	const next = new URLSearchParams(query.value);
	for (const [key, value] of Object.entries(change))
		value ? next.set(key, value) : next.delete(key);
	const text = next.toString();
	history[push ? 'pushState' : 'replaceState'](null, '', location.pathname + (text ? `?${text}` : ''));
	current.value = read();
}

function ownLink(event: MouseEvent): HTMLAnchorElement | null {
	if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
		return null;
	const link = (event.target as Element).closest('a');
	const own = link && link.origin === location.origin && link.pathname.startsWith(base) && !link.target && !link.hasAttribute('download');
	return own && !link.pathname.startsWith(`${base}api/`) && !(link.hash && link.pathname === location.pathname) ? link : null;
}

export function startRouter(): void {
	addEventListener('popstate', () => { current.value = read(); });
	document.addEventListener('click', (event) => {
		const link = ownLink(event);
		if (!link)
			return;
		event.preventDefault();
		go(link.pathname.slice(base.length) + link.search);
	});
}
