/* language: which language the page speaks. Messages stand in catalogues (words.ts of each part), both languages side
 * by side, so that a missing one does not compile. */
import { computed } from '@preact/signals';
import { preferences } from '../state/preferences.ts';

export type Language = 'en' | 'de';
export const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' };

function ofBrowser(): Language {
	for (const tag of navigator.languages ?? []) {
		const short = tag.slice(0, 2);
		if (short in languages)
			return short as Language;
	}
	return 'en';
}

export const language = computed<Language>(() => {
	const chosen = preferences.value.language;
	return chosen === 'auto' ? ofBrowser() : chosen;
});
