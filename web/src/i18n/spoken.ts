/* spoken: the language and the time zone that texts are made in. Set by language.ts; the pure parts read it here. */
import { computed, signal } from '@preact/signals';

export type Language = 'en' | 'de';
export type Catalogues = Record<string, Record<string, string>>;

/* Language and its catalogues (null: English) change together. */
export const spoken = signal<{ language: Language; catalogues: Catalogues | null }>({ language: 'en', catalogues: null });
export const language = computed(() => spoken.value.language);
export const catalogues = computed(() => spoken.value.catalogues);

/* undefined: the browser's own zone */
export const timeZone = signal<'UTC' | undefined>(undefined);
