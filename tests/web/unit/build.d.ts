// What tests/web/bundle.mjs makes: the English words of every part of the page, by the name that words() was given.
declare module 'catalogues' {
	export const english: Record<string, Record<string, string>>;
}
