/* sheet: the style of a part of the page that is fetched later comes with its code. */
export function adopt(text: string): void {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(text);
	document.adoptedStyleSheets.push(sheet);
}
