/* alert: one alert, open or closed: what it is, its course, what happened, and why one was told. */
import { useEffect, useMemo } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { sift } from '../../model/filter.ts';
import type { AlertDetail, List, Trail } from '../../model/types.ts';
import { asNow } from '../../model/value.ts';
import { go, href, query, setQuery } from '../../router.ts';
import { alerts, revision } from '../../state/alerts.ts';
import { may, myName } from '../../state/session.ts';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useKeys } from '../../ui/keys.ts';
import { useLoaded } from '../../ui/loading.ts';
import { parseQuietly } from '../../ui/query_box.tsx';
import { board } from '../alerts/board.ts';
import { adopt } from '../../ui/sheet.ts';
import sheet from './alert.css?sheet';
import { askAck, Hero } from './hero.tsx';
import { History } from './history.tsx';
import { Side } from './side.tsx';
import { entriesOf } from './timeline.ts';
import { Trend } from './trend.tsx';
import { w } from './words.ts';

adopt(sheet);

const refreshMsec = 30_000, pointsMsec = 10_000;

/* Its neighbours in the list that it was opened from: same filter, same grouping. */
function useNeighbours(id: string) {
	const text = query.value.get('q') ?? '', group = query.value.get('group') ?? '';
	const ids = useMemo(() => {
		const { shown } = sift(alerts.values(), parseQuietly(text), [], myName.value);
		return board(shown, group === '-' ? '' : group || 'alertname', new Set()).flatMap((line) => (line.kind === 'row' ? [line.id] : []));
	}, [text, group, revision.value]);
	const at = ids.indexOf(id);
	const to = (other: string | undefined) => { if (other) go(`alerts/${encodeURIComponent(other)}${location.search}`); };
	return { at, total: ids.length, previous: () => to(ids[at - 1]), next: () => to(ids[at < 0 ? 0 : at + 1]) };
}

/* The daemon's detail, asked for anew when the list has a newer version of the alert. */
function useDetail(id: string) {
	const loaded = useLoaded<AlertDetail>(`api/v1/alerts/${encodeURIComponent(id)}`, {}, refreshMsec);
	const live = (revision.value, alerts.get(id)), version = live?.version;
	useEffect(() => {
		if (loaded.data && (version === undefined ? !loaded.data.ended_at : version > loaded.data.version))
			loaded.again();
	}, [version]);
	const data = loaded.data && live && live.version > loaded.data.version ? { ...loaded.data, ...live } : loaded.data;
	return { ...loaded, data };
}

/* "Acknowledge" in a message leads here with ?ack: links never act, so the form is opened, once. */
function useAskedToAck(alert: AlertDetail | null): void {
	const asked = query.value.has('ack'), ready = alert !== null && may('responder');
	useEffect(() => {
		if (!asked || !ready)
			return;
		setQuery({ ack: null });
		askAck(alert!, 'ack');
	}, [asked, ready]);
}

export function AlertPage({ id }: { id: string }) {
	const { data: alert, problem, again } = useDetail(id);
	const { at, total, previous, next } = useNeighbours(id);
	const points = useLoaded<List<Trail>>('api/v1/points', { alert: id }, alert?.ended_at ? 0 : pointsMsec), trail = points.data?.items[0];
	const entries = useMemo(() => (alert ? entriesOf(alert) : []), [alert]);
	useKeys({ j: next, k: previous, Escape: () => go(`${location.search}`), ...(alert ? { a: () => askAck(alert, 'ack'), c: () => askAck(alert, 'comment') } : {}) });
	useAskedToAck(alert);
	const back = href(location.search);
	return (
		<>
			<div class="toolbar crumbs">
				<a href={back}>{common('alerts')}</a><span class="dim" aria-hidden="true">/</span><span class="cut">{alert?.rule ?? id}</span><span class="grow" />
				{at >= 0 && <span class="dim hide-phone">{w('position', { n: at + 1, total })}</span>}
				<button type="button" class="button small" disabled={at <= 0} onClick={previous}><Icon name="up" />{common('previous')} <kbd>k</kbd></button>
				<button type="button" class="button small" disabled={at < 0 || at + 1 >= total} onClick={next}><Icon name="down" />{common('next')} <kbd>j</kbd></button>
			</div>
			<div class="page stack">
				{problem && alert && <div class="banner c-warn" role="alert"><Icon name="warning" class="c-warn" /><span class="grow">{w('asLast', { why: problem.message })}</span></div>}
				{alert ? (
					<>
						<Hero alert={asNow(alert, trail)} told={alert} entries={entries} />
						<div class="split alert-columns">
							<div class="stack"><Trend alert={asNow(alert, trail)} entries={entries} trail={trail} known={points.data !== null} /><History alert={alert} entries={entries} /></div>
							<div class="stack"><Side alert={alert} /></div>
						</div>
					</>
				) : problem ? (
					<div class="empty"><Heading name={common('failed')} /><p>{problem.status === 404 ? w('missing') : problem.message}</p><button type="button" class="button" onClick={again}>{common('tryAgain')}</button></div>
				) : <p class="sr" role="status">{common('loading')}</p>}
			</div>
		</>
	);
}
