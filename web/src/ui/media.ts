/* media: whether a media query holds, kept up to date. */
import { signal, type ReadonlySignal } from '@preact/signals';

function watch(query: string): ReadonlySignal<boolean> {
	const list = matchMedia(query), value = signal(list.matches);
	list.addEventListener('change', () => { value.value = list.matches; });
	return value;
}

export const phone = watch('(max-width: 720px)');
export const dark = watch('(prefers-color-scheme: dark)');
export const strong = watch('(prefers-contrast: more)');
