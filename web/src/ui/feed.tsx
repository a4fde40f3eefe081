/* feed: every toast there was, newest first, over the page's right edge; opening it marks nothing, closing it reads all. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { href } from '../router.ts';
import { feed, feedRead, unread, type FeedEntry } from '../state/feed.ts';
import { feedOpen } from '../state/view.ts';
import { Icon } from './icon.tsx';
import { severityIcon, tone } from './marks.tsx';
import { Clock } from './time.tsx';

function Entry({ entry, fresh }: { entry: FeedEntry; fresh: boolean }) {
	const ended = entry.type === 'resolved';
	return (
		<li class={fresh ? 'unread' : ''}>
			<Icon name={ended ? 'ok' : severityIcon[entry.severity]} class={ended ? 'c-ok' : tone[entry.severity]} />
			{entry.alert ? <a href={href(`alerts/${encodeURIComponent(entry.alert)}`)}>{entry.title}</a> : <b>{entry.title}</b>}
			<Clock at={entry.at} class="dim" />
			<p>{entry.body}{entry.count > 1 && ` ${common('times', { n: entry.count })}`}</p>
		</li>
	);
}

export function Feed() {
	return feedOpen.value ? <OpenFeed /> : null;
}

function OpenFeed() {
	const heading = useRef<HTMLHeadingElement>(null);
	/* At once, not after the next frame: who closes it that quickly has read it all the same. */
	useLayoutEffect(() => {
		const before = document.activeElement as HTMLElement | null;
		heading.current?.focus();
		return () => {
			feedRead();
			if (!document.activeElement || document.activeElement === document.body)
				before?.focus();
		};
	}, []);
	const close = () => { feedOpen.value = false; };
	const { entries, readSeq } = feed.value;
	return (
		<aside class="feed" aria-label={common('feed')} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); close(); } }}>
			<header>
				<h2 class="grow" tabIndex={-1} ref={heading}>{common('feed')}</h2>
				{unread.value > 0 && <button type="button" class="button quiet small" onClick={feedRead}>{common('markRead')}</button>}
				<button type="button" class="button bare small" aria-label={common('close')} onClick={close}><Icon name="close" /></button>
			</header>
			{entries.length ? <ol>{entries.map((entry) => <Entry key={entry.seq} entry={entry} fresh={entry.seq > readSeq} />)}</ol> : <p class="pad dim">{common('feedEmpty')}</p>}
		</aside>
	);
}
