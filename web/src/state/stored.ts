/* stored: a signal that survives a reload in this browser, shared by its tabs. A browser that keeps nothing
 * (storage forbidden) still works; the value then lives as long as the page. */
import { effect, signal, type Signal } from '@preact/signals';

function read<T extends object>(key: string, initial: T): T {
	try {
		const text = localStorage.getItem(key);
		const value: unknown = text ? JSON.parse(text) : null;
		return value && typeof value === 'object' ? { ...initial, ...value } : initial;
	} catch {
		return initial;
	}
}

export function stored<T extends object>(key: string, initial: T): Signal<T> {
	const value = signal(read(key, initial));
	let written = JSON.stringify(value.value);
	effect(() => {
		const text = JSON.stringify(value.value);
		if (text === written)
			return;
		written = text;
		try {
			localStorage.setItem(key, text);
		} catch {
			/* full or forbidden: kept for this page only */
		}
	});
	window.addEventListener('storage', (event) => {
		if (event.key !== key || event.newValue === null)
			return;
		written = event.newValue;
		value.value = read(key, initial);
	});
	return value;
}
