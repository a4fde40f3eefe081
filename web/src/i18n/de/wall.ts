import type { en } from '../../pages/wall/words.ts';

export const wall: Record<keyof typeof en, string> = {
	title: 'Tocsin-Wand', nobodyHas: '{n} kritisch', nobodyRest: 'von niemandem übernommen', allTaken: 'Alles Kritische ist übernommen', noneWaits: '{n} kritisch, {n:erholt sich oder ist|alle übernommen, in Erholung oder} zurückgehalten', onlyWarnings: '{n} {n:Warnung|Warnungen}, nichts Kritisches', critical: 'kritisch', warning: 'Warnungen', acknowledged: 'übernommen',
	nobody: 'Niemand', oldest: 'älteste: {what}', ofN: '{n} von {total}', allClear: 'Alles ruhig', clearSince: 'seit {time}, {span}', unknown: 'Unbekannt', noDataSince: 'keine Daten seit {time}', noDataYet: 'der Dienst hat noch nicht geantwortet', leave: 'Wand verlassen',
};
