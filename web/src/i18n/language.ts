/* language: which language the page speaks. English stands beside the code that says it; others are fetched when wanted. */
import { computed, effect, signal } from '@preact/signals';
import { preferences } from '../state/preferences.ts';

export type Language = 'en' | 'de';
export const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' };

export type Catalogues = Record<string, Record<string, string>>;

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

/* What is spoken now, and its catalogues (null: English). They change together. */
const spoken = signal<{ language: Language; catalogues: Catalogues | null }>({ language: 'en', catalogues: null });
export const language = computed(() => spoken.value.language);
export const catalogues = computed(() => spoken.value.catalogues);

async function speak(next: Language): Promise<void> {
	const found = loaders[next] ? await loaders[next]!() : null;
	if (wanted.peek() === next)
		spoken.value = { language: next, catalogues: found };
}

/* Resolves when the first language is there; a catalogue that cannot be fetched leaves English. */
export function startLanguage(): Promise<void> {
	const first = speak(wanted.peek()).catch(() => {});
	effect(() => { void speak(wanted.value).catch(() => {}); });
	return first;
}
