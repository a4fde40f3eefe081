/* table: a row an episode, the newest first, under the day it began. */
import { Fragment } from 'preact';
import { detailOf } from '../../model/subject.ts';
import { dayName, exactSpan, instant, iso, shortClock, zoneName } from '../../model/time.ts';
import type { Episode } from '../../model/types.ts';
import { href } from '../../router.ts';
import { Icon } from '../../ui/icon.tsx';
import { Face, nameOf, SeverityWord } from '../../ui/marks.tsx';
import { en, w } from './words.ts';

function Ended({ episode }: { episode: Episode }) {
	const key = `t_${episode.reason}`, ended = instant(episode.ended_at);
	if (episode.still_open || ended === null)
		return <span class="word"><Icon name="firing" />{w('openNow')}</span>;
	return <span class="word" title={iso(ended)}><Icon name="resolved" class="c-ok" />{w('cause')} <span class="dim">{key in en ? w(key as keyof typeof en) : episode.reason}</span></span>;
}

function Row({ episode }: { episode: Episode }) {
	const started = instant(episode.started_at)!;
	return (
		<tr>
			<td><time dateTime={iso(started)} title={iso(started)}>{shortClock(started)}</time></td>
			<td><SeverityWord severity={episode.max_severity} /></td>
			<td class="less">{episode.rule}</td>
			<td class="flex"><a href={href(`alerts/${encodeURIComponent(episode.id)}`)}>{nameOf(episode.labels)}</a> <span class="dim">{detailOf(episode)}</span></td>
			<td><Ended episode={episode} /></td>
			<td class="num" data-l={w('lasted')}>{exactSpan(episode.duration_msec)}</td>
			<td class="num least" data-l={w('timeToAck')}>{episode.time_to_ack_msec === null ? <span class="dim">–</span> : exactSpan(episode.time_to_ack_msec)}</td>
			<td data-l={w('ackBy')}>{episode.acknowledged_by ? <span class="who"><Face name={episode.acknowledged_by} /><span class="cut">{episode.acknowledged_by}</span></span> : <span class="dim">{w('nobody')}</span>}</td>
			<td class="num less" data-l={w('messages')}>{episode.messages}</td>
		</tr>
	);
}

export function EpisodeTable({ list }: { list: Episode[] }) {
	let before = '';
	return (
		<table class="table episodes">
			<thead><tr><th>{w('started')}</th><th>{w('severity')}</th><th class="less">{w('ruleHead')}</th><th>{w('what')}</th><th>{w('ended')}</th><th class="num">{w('lasted')}</th><th class="num least">{w('timeToAck')}</th><th>{w('ackBy')}</th><th class="num less">{w('messages')}</th></tr></thead>
			<tbody>
				{list.map((episode) => {
					const started = instant(episode.started_at)!, day = `${dayName(started)}, ${zoneName(started)}`, head = day !== before;
					before = day;
					return <Fragment key={episode.id}>{head && <tr class="group-row"><td colSpan={9}>{day}</td></tr>}<Row episode={episode} /></Fragment>;
				})}
			</tbody>
		</table>
	);
}
