import { icons, type IconName, type Shape } from './icons.ts';

/* An icon beside a word; decoration only, the word says it. `title` gives it a name where it stands alone. */
export function Icon({ name, class: style = '', title }: { name: IconName; class?: string; title?: string }) {
	return (
		<svg class={`icon ${style}`} viewBox="0 0 16 16" aria-hidden={title ? undefined : 'true'} role={title ? 'img' : undefined} aria-label={title}>
			{(icons[name] as readonly Shape[]).map(([path, kind]) => <path class={kind} d={path} fill-rule="evenodd" />)}
		</svg>
	);
}
