import type { en } from '../../pages/alerts/words.ts';

export const alerts: Record<keyof typeof en, string> = {
	what: 'Was und wo', severity: 'Schwere', state: 'Zustand', value: 'Wert und Grenze', for: 'Seit', acknowledged: 'Übernommen', select: '{what} auswählen', selectAll: 'Alle auswählen',
	rows: 'Alarme', facets: 'Facetten', cluster: 'Cluster', team: 'Team', connector: 'Konnektor', rule: 'Regel', byNobody: 'Von niemandem', byMe: 'Von mir', byOthers: 'Von anderen', nMore: '{n} weitere', fewer: 'Weniger',
	noGroup: 'Nichts', otherLabel: 'Anderes Label', fold: '{what} zuklappen', unfold: '{what} aufklappen', noValue: 'ohne {name}',
	nSelected: '{n} ausgewählt', clearSelection: 'Auswahl aufheben', copyMarkdown: 'Kopieren', copiedN: '{n} {n:Alarm|Alarme} als Markdown kopiert',
	nNew: '{n} neu',
	allClear: 'Alles ruhig', clearSince: 'Alles ruhig seit {time}', clearRest: '{rules} {rules:Regel|Regeln} vor {span} ausgewertet. {sources}', allSources: '{n:Die Quelle antwortet|Alle {n} Quellen antworten}.', someSources: '{up} von {n} Quellen antworten.',
	noneOfThese: 'Davon ist keiner mehr offen.', noMatch: 'Kein Alarm passt zu {filter}.', openWithout: '{n} {n:ist|sind} ohne diesen Filter offen.', clearFilter: 'Filter leeren',
	unknown: 'Unbekannt', unknownSince: 'Seit {span} keine Daten. Um {time} {n:war 1 Alarm|waren {n} Alarme} offen.', unknownNone: 'Seit {span} keine Daten. Um {time} war kein Alarm offen.', unknownNever: 'Der Dienst hat noch nicht geantwortet.',
	away: 'Während Sie weg waren,', awayRest: '{from} bis {to}: {fired} ausgelöst, {recovered} von selbst erholt, {open} noch offen', onlyThese: 'Nur diese zeigen', allAgain: 'Alle zeigen',
	views: 'Ansicht', all: 'Alle', untaken: 'Niemand hat es', mine: 'Meine', saveView: 'Ansicht merken', viewName: 'Name der Ansicht', viewHint: 'Bleibt in diesem Browser, mit Filter und Gruppen von jetzt.', deleteView: '{what} löschen',
};
