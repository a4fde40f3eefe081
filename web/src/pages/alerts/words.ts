import { words } from '../../i18n/words.ts';

export const w = words({
	en: {
		what: 'What and where', severity: 'Severity', state: 'State', value: 'Value against limit', for: 'For', acknowledged: 'Acknowledged', select: 'Select {what}', selectAll: 'Select all',
		rows: 'Alerts', facets: 'Facets', cluster: 'Cluster', team: 'Team', connector: 'Connector', rule: 'Rule', byNobody: 'By nobody', byMe: 'By me', byOthers: 'By others', nMore: '{n} more', fewer: 'Fewer',
		groupBy: 'Group by', noGroup: 'nothing', otherLabel: 'other label', fold: 'Fold {what}', unfold: 'Unfold {what}', noValue: 'without {name}',
		nSelected: '{n} selected', clearSelection: 'Clear selection', copyMarkdown: 'Copy', copiedN: '{n} {n:alert|alerts} copied as Markdown', copyFailed: 'The browser does not let this page copy',
		nNew: '{n} new', showThem: 'Show',
		allClear: 'All clear', clearSince: 'All clear since {time}', clearRest: '{rules} rules evaluated {span} ago. {sources}', allSources: '{n:The source answers|All {n} sources answer}.', someSources: '{up} of {n} sources answer.',
		noMatch: 'No alert matches {filter}.', openWithout: '{n} {n:is|are} open without this filter.', clearFilter: 'Clear the filter',
		unknown: 'Unknown', unknownSince: 'No data for {span}. At {time} {n:1 alert was|{n} alerts were} open.', unknownNever: 'The daemon has not answered yet.',
		away: 'While you were away,', awayRest: '{from} to {to}: {fired} fired, {recovered} recovered by themselves, {open} {open:is|are} still open', onlyThese: 'Show only these',
		views: 'View', all: 'All', untaken: 'Nobody has it', mine: 'Mine', saveView: 'Save this view', viewName: 'Name of the view', deleteView: 'Delete {what}',
		noLimit: 'no limit', lastKnown: 'last known',
	},
	de: {
		what: 'Was und wo', severity: 'Schwere', state: 'Zustand', value: 'Wert und Grenze', for: 'Seit', acknowledged: 'Übernommen', select: '{what} auswählen', selectAll: 'Alle auswählen',
		rows: 'Alarme', facets: 'Facetten', cluster: 'Cluster', team: 'Team', connector: 'Konnektor', rule: 'Regel', byNobody: 'Von niemandem', byMe: 'Von mir', byOthers: 'Von anderen', nMore: '{n} weitere', fewer: 'Weniger',
		groupBy: 'Gruppieren nach', noGroup: 'nichts', otherLabel: 'anderes Label', fold: '{what} zuklappen', unfold: '{what} aufklappen', noValue: 'ohne {name}',
		nSelected: '{n} ausgewählt', clearSelection: 'Auswahl aufheben', copyMarkdown: 'Kopieren', copiedN: '{n} {n:Alarm|Alarme} als Markdown kopiert', copyFailed: 'Der Browser lässt diese Seite nicht kopieren',
		nNew: '{n} neu', showThem: 'Zeigen',
		allClear: 'Alles ruhig', clearSince: 'Alles ruhig seit {time}', clearRest: '{rules} Regeln vor {span} ausgewertet. {sources}', allSources: '{n:Die Quelle antwortet|Alle {n} Quellen antworten}.', someSources: '{up} von {n} Quellen antworten.',
		noMatch: 'Kein Alarm passt zu {filter}.', openWithout: '{n} {n:ist|sind} ohne diesen Filter offen.', clearFilter: 'Filter leeren',
		unknown: 'Unbekannt', unknownSince: 'Seit {span} keine Daten. Um {time} {n:war 1 Alarm|waren {n} Alarme} offen.', unknownNever: 'Der Dienst hat noch nicht geantwortet.',
		away: 'Während Sie weg waren,', awayRest: '{from} bis {to}: {fired} ausgelöst, {recovered} von selbst erholt, {open} noch offen', onlyThese: 'Nur diese zeigen',
		views: 'Ansicht', all: 'Alle', untaken: 'Niemand hat es', mine: 'Meine', saveView: 'Ansicht merken', viewName: 'Name der Ansicht', deleteView: '{what} löschen',
		noLimit: 'keine Grenze', lastKnown: 'zuletzt bekannt',
	},
});
