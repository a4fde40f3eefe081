import { words } from '../../i18n/words.ts';

export const en = {
	what: 'What and where', severity: 'Severity', state: 'State', value: 'Value against limit', for: 'For', acknowledged: 'Acknowledged', select: 'Select {what}', selectAll: 'Select all',
	rows: 'Alerts', facets: 'Facets', cluster: 'Cluster', team: 'Team', connector: 'Connector', rule: 'Rule', byNobody: 'By nobody', byMe: 'By me', byOthers: 'By others', nMore: '{n} more', fewer: 'Fewer',
	noGroup: 'Nothing', otherLabel: 'Another label', fold: 'Fold {what}', unfold: 'Unfold {what}', noValue: 'without {name}',
	nSelected: '{n} selected', clearSelection: 'Clear selection', copyMarkdown: 'Copy', copiedN: '{n} {n:alert|alerts} copied as Markdown',
	nNew: '{n} new',
	allClear: 'All clear', clearSince: 'All clear since {time}', clearRest: '{rules} {rules:rule|rules} evaluated {span} ago. {sources}', allSources: '{n:The source answers|All {n} sources answer}.', someSources: '{up} of {n} sources answer.',
	noneOfThese: 'None of these is open any more.', noMatch: 'No alert matches {filter}.', openWithout: '{n} {n:is|are} open without this filter.', clearFilter: 'Clear the filter',
	unknown: 'Unknown', unknownSince: 'No data for {span}. At {time} {n:1 alert was|{n} alerts were} open.', unknownNone: 'No data for {span}. At {time} no alert was open.', unknownNever: 'The daemon has not answered yet.',
	away: 'While you were away,', awayRest: '{from} to {to}: {fired} fired, {recovered} recovered by themselves, {open} {open:is|are} still open', onlyThese: 'Show only these', allAgain: 'Show all',
	views: 'View', all: 'All', untaken: 'Nobody has it', mine: 'Mine', saveView: 'Save this view', viewName: 'Name of the view', viewHint: 'Kept in this browser, with the filter and the grouping of now.', deleteView: 'Delete {what}',
};

export const w = words('alerts', en);
