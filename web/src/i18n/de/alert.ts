import type { en } from '../../pages/alert/words.ts';

export const alert: Record<keyof typeof en, string> = {
	cluster: 'Cluster', since: 'Seit', lasted: 'Dauer', peak: 'Spitze', worker: 'Worker', severityFor: '{severity} seit', position: '{n} von {total} in diesem Filter',
	extend: 'Verlängern…', ackNow: 'Übernehmen…',
	overRaise: '{delta} über der Grenze', underRaise: '{delta} unter der Grenze', overClear: '{delta} über der Entwarnung', underClear: '{delta} unter der Entwarnung', lastKnown: 'zuletzt {value} um {time}',
	raise: 'Grenze {value}', clear: 'Entwarnung {value}', chart: 'Wert', chartSummary: '{name}: jetzt {value}, {limit}. {n} Punkte seit {time}.', noLimit: 'keine Grenze', noPoints: 'Von diesem Alarm sind keine Punkte mehr da.', asTable: 'Als Tabelle', asChart: 'Als Kurve', time: 'Zeit', value: 'Wert',
	state: 'Zustand', ack: 'Übern.', stateLane: 'Zustand im Lauf der Zeit', ackLane: 'Übernommen im Lauf der Zeit', pending: 'wartet', firingS: 'aktiv, {severity}', recovering: 'erholt sich', acknowledged: 'übernommen', noData: 'keine Daten',
	happened: 'Was geschah', all: 'Alles', states: 'Zustand', messages: 'Meldungen', people: 'Menschen', nothing: 'Nichts dieser Art geschah.', earlier: '{n} frühere zeigen', fewer: 'Nur die letzten',
	t_pending: 'Wartet.', t_opened: 'Aktiv, {severity}.', t_worse: 'Schlimmer: {was} zu {severity}.', t_better: 'Besser: {was} zu {severity}.', t_recovering: 'Erholt sich.', t_relapsed: 'Wieder aktiv.', t_no_data: 'Keine Daten.', t_data_back: 'Daten sind zurück.', t_flapping: 'Flattert.', t_steady: 'Wieder ruhig.', t_resolved: 'Behoben.', t_dropped: 'Vorbei.',
	r_raised: 'eine Grenze wurde überschritten', r_held: 'hielt so lange über der Grenze an', r_worse: 'eine höhere Stufe wurde erreicht', r_better: 'eine niedrigere Stufe hielt an', r_clearing: 'alle Stufen sind frei; es wird noch gewartet', r_relapsed: 'doch nicht frei, also dieselbe Episode', r_cleared: 'lange genug frei', r_not_held: 'es hielt nicht an', r_gone: 'das Objekt gibt es nicht mehr', r_expired: 'die Reihe blieb zu lange weg', r_no_data: 'zu lange keine Daten', r_data_back: 'es kommen wieder Zahlen', r_flapping: 'es kommt und geht: als eines geführt', r_steady: 'flattert nicht mehr', r_rule_gone: 'die Regel wurde entfernt', r_ack_expired: 'die Zeit war um', r_ack_worse: 'es wurde schlimmer', r_resolved: 'der Alarm ist behoben', r_by_hand: '',
	after: 'nach {span}', ackedBy: 'Übernommen von {who}', unacked: 'Übernahme zu Ende', unackedBy: 'Abgegeben von {who}', commentBy: 'Kommentar von {who}', somebody: 'jemand',
	quiet: 'Keine Meldung: es ist dieselbe Episode, sie wurde schon gemeldet.',
	s_sent: 'Gesendet', s_sentTry: 'Gesendet, Versuch {n}', s_shown: 'Gezeigt', s_pending: 'Wartet', s_sending: 'Geht hinaus', s_retry: 'Neuer Versuch', s_ambiguous: 'Vielleicht gesendet', s_dead: 'Unzustellbar', s_cancelled: 'Nicht gesendet', page: 'Seite', tries: '{n} Versuche',
	why: 'Warum wurde ich gerufen?', whyRule: 'Regel', whyRoute: 'Weg', whyHeld: 'Zurückgehalten', whyGroup: 'Gruppe', heldNothing: 'durch nichts: weder unterdrückt noch stumm noch übernommen',
	runbook: 'Anleitung', failedTask: 'Fehlgeschlagener Task', rootCause: 'Ursache', wholeTrace: 'Ganzer Trace, {n} {n:Zeile|Zeilen}', copyRestart: 'Neustart-curl kopieren', copyTrace: 'Trace kopieren', copiedRestart: 'Der Neustartbefehl ist kopiert', copiedTrace: 'Der Trace ist kopiert',
	labels: 'Labels', annotations: 'Anmerkungen', rule: 'Regel', source: 'Quelle', condition: 'Bedingung', kind: 'Art', connector: 'Konnektor',
	missing: 'Diesen Alarm gibt es nicht. Vielleicht ist er aus dem Verlauf gefallen.', asLast: 'Einiges war nicht neu zu lesen: {why}',
};
