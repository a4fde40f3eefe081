import { words } from '../../i18n/words.ts';

export const en = {
	title: 'Tocsin wall', nobodyHas: '{n} critical', nobodyRest: 'nobody has acknowledged', allTaken: 'Every critical alert has somebody', noneWaits: '{n} critical, {n:it recovers or is|all taken, recovering or} held back', onlyWarnings: '{n} {n:warning|warnings}, nothing critical', critical: 'critical', warning: 'warning', acknowledged: 'acknowledged',
	nobody: 'Nobody', oldest: 'oldest: {what}', ofN: '{n} of {total}', allClear: 'All clear', clearSince: 'since {time}, {span}', unknown: 'Unknown', noDataSince: 'no data since {time}', noDataYet: 'the daemon has not answered yet', leave: 'Leave the wall',
};

export const w = words('wall', en);
