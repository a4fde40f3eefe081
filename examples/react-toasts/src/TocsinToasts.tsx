'use client';
/* TocsinToasts: the toasts at the lower right. Both live regions are there from the start, the focus is never taken, and timers
 * stand still while it is hovered, has the focus, or is not seen. All of the daemon's words are text. */
import { useEffect, useRef } from 'react';
import { visible, type Shown } from './toasts';
import { useTocsinToasts, type TocsinFeed, type TocsinToastsOptions } from './useTocsinToasts';

export interface TocsinToastsProps extends TocsinToastsOptions {
	max?: number; /* how many are up at once; 3 */
}

const marks = { critical: '▲', warning: '◆', info: '●', none: '●' } as const;

function headOf({ kind, severity, title }: Shown): string {
	if (kind === 'failed')
		return title;
	const word = kind === 'ended' ? 'Resolved' : kind === 'acknowledged' ? 'Acknowledged' : severity[0]!.toUpperCase() + severity.slice(1);
	return title.toLowerCase().startsWith(word.toLowerCase()) ? title : `${word}: ${title}`;
}

/* Only pages: the words come from outside. */
function linkOf(url: string): string | undefined {
	return /^https?:\/\//i.test(url) ? url : undefined;
}

function Card({ one, feed }: { one: Shown; feed: TocsinFeed }) {
	const link = linkOf(one.url);
	const mark = one.kind === 'ended' || one.kind === 'acknowledged' ? '✓' : marks[one.severity];
	return (
		<article className="tocsin-toast" data-kind={one.kind} data-severity={one.severity}>
			<span className="tocsin-mark" aria-hidden="true">{mark}</span>
			<div className="tocsin-text">
				<strong dir="auto">{headOf(one)}</strong>
				{one.body && <p dir="auto">{one.body}</p>}
				{one.kind === 'fired' && (
					<div className="tocsin-actions">
						{feed.mayAck && one.alerts.length > 0 && <button type="button" onClick={() => void feed.ack(one)}>Ack</button>}
						{link && <a href={link} target="_blank" rel="noreferrer">Open</a>}
					</div>
				)}
			</div>
			<button type="button" className="tocsin-close" aria-label="Close" onClick={() => feed.close(one.key)}>×</button>
		</article>
	);
}

const urgent = (one: Shown) => one.kind === 'failed' || (one.kind === 'fired' && one.severity === 'critical');

export function TocsinToasts({ max = 3, ...options }: TocsinToastsProps) {
	const feed = useTocsinToasts(options);
	const { up, more } = visible(feed.toasts, max);
	const box = useRef<HTMLElement>(null), hovered = useRef(false);
	const look = () => feed.pause(hovered.current || box.current!.matches(':focus-within'));
	const hover = (over: boolean) => () => { hovered.current = over; look(); };
	useEffect(look); /* a toast that goes takes the focus with it, and says nothing of it */
	const cards = (list: Shown[]) => list.map((one) => <Card key={one.key} one={one} feed={feed} />);
	return (
		<section className="tocsin-toasts" aria-label="Alerts" data-status={feed.status} ref={box} onPointerEnter={hover(true)} onPointerLeave={hover(false)} onFocus={look} onBlur={look}>
			<div role="alert" aria-live="assertive" aria-atomic="false">{cards(up.filter(urgent))}</div>
			<div role="status" aria-live="polite" aria-atomic="false">{cards(up.filter((one) => !urgent(one)))}</div>
			{up.length > 1 && (
				<div className="tocsin-toast tocsin-more">
					<span className="tocsin-text">{more > 0 ? `+${more} more` : `${up.length} toasts`}</span>
					<button type="button" onClick={() => feed.close(null)}>Close all</button>
				</div>
			)}
		</section>
	);
}
