/* language: which language the page speaks, and in which zone it tells the time, as a person or the browser wants it. English stands
 * beside the code that says it; others are fetched when wanted. */
import { computed, effect } from '@preact/signals';
import { preferences } from '../state/preferences.ts';
import { spoken, timeZone, type Catalogues, type Language } from './spoken.ts';

export const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' };

const loaders: Partial<Record<Language, () => Promise<Catalogues>>> = {
	de: () => import('./de/index.ts').then((part) => part.german),
};

function ofBrowser(): Language {
	for (const tag of navigator.languages ?? []) {
		const short = tag.slice(0, 2);
		if (short in languages)
			return short as Language;
	}
	return 'en';
}

const wanted = computed<Language>(() => (preferences.value.language === 'auto' ? ofBrowser() : preferences.value.language));

async function speak(next: Language): Promise<void> {
	const found = loaders[next] ? await loaders[next]!() : null;
	if (wanted.peek() === next)
		spoken.value = { language: next, catalogues: found };
}

/* Resolves when the first language is there; a catalogue that cannot be fetched leaves English. */
export function startLanguage(): Promise<void> {
	effect(() => { timeZone.value = preferences.value.zone === 'utc' ? 'UTC' : undefined; });
	const first = speak(wanted.peek()).catch(() => {});
	effect(() => { void speak(wanted.value).catch(() => {}); });
	return first;
}
