/* What the page's modules touch of a browser when they are loaded; comes before them. English, no storage. */
const none = () => {};
const environment: Record<string, unknown> = {
	window: { addEventListener: none, removeEventListener: none, setTimeout, clearTimeout },
	navigator: { languages: ['en-GB'] },
	document: { baseURI: 'http://tocsin.test/', hidden: false, addEventListener: none, querySelector: () => null, documentElement: {} },
	location: new URL('http://tocsin.test/'),
};
for (const [name, value] of Object.entries(environment))
	Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
