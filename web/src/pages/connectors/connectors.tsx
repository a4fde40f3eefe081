/* connectors: clusters as cards, connectors as a table, what is not well first. */
import { useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import type { Cluster, Connector, List } from '../../model/types.ts';
import { query, setQuery } from '../../router.ts';
import { Heading } from '../../ui/heading.tsx';
import { useLoaded } from '../../ui/loading.ts';
import { Problem } from '../../ui/problem.tsx';
import { SearchBox } from '../../ui/search_box.tsx';
import { Segments } from '../../ui/segments.tsx';
import { adopt } from '../../ui/sheet.ts';
import { ClusterCards, Warnings } from './cards.tsx';
import sheet from './connectors.css?sheet';
import { alertsOf } from './open.ts';
import { isAbnormal, ordered, rollupOf, type Order } from './order.ts';
import { ConnectorTable } from './table.tsx';
import { useClusterTrails } from './trails.ts';
import { w } from './words.ts';

adopt(sheet);

const refreshMsec = 5_000, foldAbove = 30;

export function ConnectorsPage() {
	const clusters = useLoaded<List<Cluster>>('api/v1/clusters', {}, refreshMsec);
	const connectors = useLoaded<List<Connector>>('api/v1/connectors', {}, refreshMsec);
	const [all, setAll] = useState(false);
	const text = query.value.get('q') ?? '', order = (query.value.get('sort') ?? 'abnormal') as Order;
	const trails = useClusterTrails((clusters.data?.items ?? []).map((cluster) => cluster.cluster));
	const total = (connectors.data?.items ?? []).map((one) => ({ ...one, rollup: rollupOf(one, alertsOf(one)) })), list = ordered(total, order, text);
	const folded = !all && !text && order === 'abnormal' && list.length > foldAbove && list.some(isAbnormal);
	const shown = folded ? list.filter(isAbnormal) : list;
	return (
		<>
			<div class="toolbar">
				<Heading name={common('connectors')} />
				<SearchBox text={text} placeholder={w('hint')} onChange={(q) => setQuery({ q })} />
				<Segments label={w('sort')} value={order} choices={[['abnormal', w('abnormal')], ['name', w('byName')], ['lag', w('byLag')]]} onChange={(sort) => setQuery({ sort: sort === 'abnormal' ? null : sort })} />
			</div>
			<div class="page stack">
				<Problem problem={connectors.problem ?? clusters.problem} again={() => { connectors.again(); clusters.again(); }} />
				<Warnings clusters={clusters.data?.items ?? []} />
				<ClusterCards clusters={clusters.data?.items ?? []} connectors={total} />
				{connectors.data && (
					<section class="card scroll" aria-label={common('connectors')}>
						{shown.length ? <ConnectorTable list={shown} trails={trails} /> : <div class="empty"><p>{total.length ? w('none') : w('noneYet')}</p></div>}
						{folded && <p class="pad dim">{w('shown', { n: shown.length, total: list.length, rest: list.length - shown.length })} <button type="button" class="button quiet small" onClick={() => setAll(true)}>{w('showAll')}</button></p>}
					</section>
				)}
			</div>
		</>
	);
}
