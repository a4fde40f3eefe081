/* history: what fired in a time: figures, counts, lanes on one axis, and the episodes; or the board as it was at a moment. */
import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { chosen } from '../../model/facet.ts';
import { sift, valueOf } from '../../model/filter.ts';
import { forApi, print, type Matcher } from '../../model/matcher.ts';
import { dayAndClock, iso, shortClock } from '../../model/time.ts';
import type { Episode, HistoryCounts } from '../../model/types.ts';
import { href, query, setQuery } from '../../router.ts';
import { alerts } from '../../state/alerts.ts';
import { asOf } from '../../state/freshness.ts';
import { myName } from '../../state/session.ts';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { nameOf } from '../../ui/marks.tsx';
import { useLoaded } from '../../ui/loading.ts';
import { Problem } from '../../ui/problem.tsx';
import { parseQuietly, QueryBox } from '../../ui/query_box.tsx';
import { Segments } from '../../ui/segments.tsx';
import { adopt } from '../../ui/sheet.ts';
import { Brush } from './brush.tsx';
import { useEpisodes } from './episodes.ts';
import { ExportMenu } from './export.tsx';
import { Figures } from './figures.tsx';
import sheet from './history.css?sheet';
import { lanesOf } from './lanes.ts';
import { Plot, PlotKeys } from './plot.tsx';
import { rangeEnd, rangeOf, usual, type Usual } from './range.ts';
import { EpisodeTable } from './table.tsx';
import { w } from './words.ts';

adopt(sheet);

const end = computed(() => rangeEnd(asOf.value));

/* What the daemon can filter by itself; the rest the page does. */
function filterOf(list: Matcher[]): Record<string, string | undefined> {
	const own = (name: string) => list.filter((one) => one.name === name).length === 1 ? chosen(list, name).join(',') || undefined : undefined;
	return { match: forApi(list.filter((one) => !['severity', 'state', 'acknowledged'].includes(one.name))) || undefined, severity: own('severity'), state: own('state') };
}

const completionNames = ['severity', 'state', 'rule', 'cluster', 'connector', 'task', 'team'];

export function HistoryPage() {
	const text = query.value.get('q') ?? '', by = query.value.get('by') ?? 'alertname', moment = Date.parse(query.value.get('at') ?? '');
	const at = Number.isNaN(moment) ? null : moment, board = query.value.get('board') === '1' && at !== null;
	const range = rangeOf(query.value, end.value), { from, to } = range;
	const list = useMemo(() => parseQuietly(text), [text]), filter = filterOf(list);
	const stretch = { from: iso(from), to: iso(to) };
	const counts = useLoaded<HistoryCounts>('api/v1/history/counts', { ...stretch, buckets: 48, ...filter });
	const overview = useLoaded<HistoryCounts>('api/v1/history/counts', { from: iso(range.around.from), to: iso(range.around.to), buckets: 56, ...filter });
	const asked = board ? { at: iso(at), ...filter } : { ...stretch, ...filter };
	const episodes = useEpisodes(asked, JSON.stringify(board || !range.name ? asked : { ...filter, range: range.name }));
	const shown = useMemo(() => sift(episodes.list, list, [], myName.value).shown as Episode[], [episodes.list, list]);
	const { lanes, more } = lanesOf(shown, by, from, to, (episode) => `${nameOf(episode.labels)}: ${episode.fact ?? episode.rule}`);
	const values = (name: string) => [...new Set([...episodes.list, ...alerts.values()].map((one) => valueOf(one, name === 'rule' ? 'alertname' : name, null)))].filter(Boolean).sort();
	const draw = (a: number, b: number) => setQuery({ from: iso(a), to: iso(b), range: range.name ?? query.value.get('range'), board: null });
	const laneFilter = (key: string) => `history?${new URLSearchParams({ ...Object.fromEntries(query.value), q: [...list.filter((one) => one.name !== by).map(print), `${by}="${(key === '–' ? '' : key).replace(/["\\]/g, '\\$&')}"`].join(' ') })}`;
	return (
		<>
			<div class="toolbar">
				<Heading name={common('history')} />
				<QueryBox text={text} onChange={(q) => setQuery({ q })} completion={{ names: () => completionNames, values }} />
				<Segments label={w('range')} value={(range.name ?? '') as Usual} choices={(Object.keys(usual) as Usual[]).map((name) => [name, name.replace(/(\d+)(\w)/, '$1 $2')] as const)} onChange={(name) => setQuery({ range: name, from: null, to: null, board: null })} />
				<ExportMenu query={asked} />
			</div>
			<div class="page stack">
				<Problem problem={episodes.problem ?? counts.problem} again={() => { episodes.again(); counts.again(); }} />
				<section class="card pad" aria-label={w('openAtOnce')}>
					<div class="history-head">
						{counts.data && <Figures {...counts.data} />}
						<button type="button" class="button small" disabled={at === null} title={at === null ? w('boardHint') : undefined} onClick={() => setQuery({ board: '1' }, true)}><Icon name="clock" />{at === null ? w('boardHint') : w('boardAt', { time: shortClock(at) })}</button>
					</div>
					<Brush range={range} counts={overview.data} onChange={draw} />
					{counts.data && <Plot from={from} to={to} counts={counts.data} lanes={lanes} more={more} at={at} onAt={(time) => setQuery({ at: iso(time), board: null })} onLane={(key) => href(laneFilter(key))} />}
					<div class="history-foot"><PlotKeys /><Segments label={w('by')} value={by} choices={[['alertname', w('rule')], ['connector', w('connector')], ['cluster', w('cluster')]]} onChange={(label) => setQuery({ by: label === 'alertname' ? null : label })} /></div>
				</section>
				{board && (
					<div class="banner c-info" role="status">
						<Icon name="clock" /><span class="grow"><b>{w('boardWas', { time: dayAndClock(at) })}</b> {episodes.loaded && w('boardCount', { n: shown.length })}</span>
						<button type="button" class="button small" onClick={() => setQuery({ board: null })}>{w('backToRange')}</button>
					</div>
				)}
				<section class="card scroll" aria-label={common('history')}>
					{shown.length ? <EpisodeTable list={shown} /> : episodes.loaded ? <div class="empty"><p>{text ? w('noneMatch') : w('none')}</p></div> : <p class="sr" role="status">{common('loading')}</p>}
					{episodes.next && <p class="pad"><button type="button" class="button" onClick={episodes.more}>{w('more')}</button> <span class="dim">{w('drawnOnly', { n: episodes.list.length })}</span></p>}
				</section>
			</div>
		</>
	);
}
