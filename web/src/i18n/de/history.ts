import type { en } from '../../pages/history/words.ts';

export const history: Record<keyof typeof en, string> = {
	range: 'Zeitraum', export: 'Export', csv: 'CSV', json: 'JSON', markdown: 'Als Markdown kopieren', exportFailed: 'Der Export ging nicht', truncated: 'Der Export endet an der Grenze des Dienstes',
	nEpisodes: '{n:Episode|Episoden}', stillOpen: 'noch offen', medianLength: 'mittlere Dauer', medianAck: 'mittlere Zeit bis zur Übernahme, kritisch', byThemselves: 'erholt, bevor jemand handelte',
	boardAt: 'Stand um {time}', boardWas: 'Der Stand um {time}.', boardCount: '{n} {n:Alarm war|Alarme waren} damals offen.', backToRange: 'Zurück zum Verlauf', boardHint: 'Unten im Bild eine Zeit wählen', openAtOnce: 'Zugleich offen',
	brush: 'Gezeigter Teil der Zeit', brushFrom: 'Von', brushTo: 'Bis', by: 'Bahnen nach', rule: 'Regel', connector: 'Konnektor', cluster: 'Cluster', moreLanes: '{n} weitere', still: 'noch offen', critical: 'kritisch', warning: 'Warnung', info: 'Hinweis',
	countsSummary: 'Zugleich offen von {from} bis {to}: höchstens {n}', laneSummary: '{what}: {n} {n:Episode|Episoden}',
	started: 'Beginn', severity: 'Schwere', ruleHead: 'Regel', what: 'Was', ended: 'Ende', lasted: 'Dauer', timeToAck: 'Bis Übernahme', ackBy: 'Von', messages: 'Meldungen', nobody: 'niemand', openNow: 'Noch offen', more: 'Mehr zeigen', drawnOnly: 'Die neuesten {n} sind gezeichnet.',
	none: 'In dieser Zeit wurde nichts ausgelöst.', noneMatch: 'In dieser Zeit passt nichts zum Filter.', t_cleared: 'erholt', t_gone: 'weg', t_expired: 'abgelaufen', t_no_data: 'keine Daten', t_rule_gone: 'Regel entfernt', cause: 'Behoben', all: 'alle',
};
