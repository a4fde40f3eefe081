/* sse: reads a text/event-stream piece by piece, as the HTML standard defines it (LF, CR and CRLF ends, BOM apart). */

export interface StreamEvent {
	id: string;
	name: string;
	data: string;
}

export class SseParser {
	private rest = '';
	private id = '';
	private name = '';
	private data: string[] = [];

	constructor(private readonly emit: (event: StreamEvent) => void) {}

	push(text: string): void {
		this.rest += text;
		const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
		this.rest = lines.pop()!;
		for (const line of lines)
			this.line(line);
	}

	private line(line: string): void {
		if (line === '')
			return this.dispatch();
		const colon = line.indexOf(':');
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
		if (field === 'id')
			this.id = value;
		else if (field === 'event')
			this.name = value;
		else if (field === 'data')
			this.data.push(value);
	}

	private dispatch(): void {
		if (this.data.length)
			this.emit({ id: this.id, name: this.name || 'message', data: this.data.join('\n') });
		this.name = '';
		this.data = [];
	}
}
