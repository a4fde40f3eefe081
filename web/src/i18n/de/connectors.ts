import type { en } from '../../pages/connectors/words.ts';

export const connectors: Record<keyof typeof en, string> = {
	hint: 'Name, Klasse, Worker oder Zustand', abnormal: 'Auffälliges zuerst', byName: 'Nach Name', byLag: 'Nach Rückstand', sort: 'Ordnung',
	running: 'Läuft', degraded: 'Gestört', failed: 'Ausgefallen', paused: 'Angehalten', unknown: 'Unbekannt', stopped: 'Gestoppt', unassigned: 'Ohne Worker', restarting: 'Startet neu',
	workers: 'Worker', connectors: 'Konnektoren', tasks: 'Tasks', upOf: '{up} von {n}', workersUnknown: '{n}, Zustand unbekannt', kafka: 'Kafka Connect {version}',
	nRunning: '{n} {n:läuft|laufen}', nFailed: '{n} ausgefallen', nPaused: '{n} angehalten', nUnassigned: '{n} ohne Worker', nRestarting: '{n} {n:startet|starten} neu', nUnknown: '{n} unbekannt',
	quiet: 'Nichts Auffälliges seit {span}', quietNow: 'Nichts Auffälliges', failing: '{n} {n:Konnektor ist|Konnektoren sind} nicht in Ordnung', workerDown: '{worker} antwortet nicht',
	state: 'Zustand', connector: 'Konnektor', cluster: 'Cluster', rate: 'Sätze je Sekunde', errors: 'Fehler', lag: 'Rückstand, Sätze', alerts: 'Alarme', nTasks: 'Task {n}', since: 'seit {time}', moreTasks: '+{n}',
	trace: 'Trace', copyRestart: 'Neustart-curl kopieren', copied: 'Der Neustartbefehl ist kopiert', taskList: '{n:Task|Tasks} {list}', and: 'Ursache',
	shown: '{n} von {total} gezeigt. Die anderen {rest} laufen und haben keinen Alarm.', showAll: 'Alle zeigen', none: 'Kein Konnektor passt.', noneYet: 'Noch hat keine Quelle von einem Konnektor berichtet.',
	source: 'Quelle „{name}“', itsHistory: 'Sein Verlauf', type: 'Art', class: 'Klasse', worker: 'Worker', updated: 'gelesen', errorsTotal: 'Fehler insgesamt', bytes: 'Bytes je Sekunde',
	resources: 'Mittel seiner Worker', cpu: 'CPU', memory: 'Speicher', threads: 'Threads', gc: 'Speicherbereinigung', memoryOf: '{used} von {max}', gcRate: '{n} ms je Sekunde',
	m_records_per_second: 'Sätze je Sekunde', m_bytes_per_second: 'Bytes je Sekunde', m_error_rate: 'Fehlerrate', m_errors_per_second: 'Fehler je Sekunde', m_lag: 'Rückstand, Sätze', m_lag_seconds: 'Rückstand, Zeit', m_failed_tasks: 'Ausgefallene Tasks',
	trends: 'Verläufe', noPoints: 'Noch keine Punkte.', neverKnown: 'Aus seinen Quellen nicht bekannt.', worker_: 'Worker', missing: 'Diesen Konnektor gibt es in diesem Cluster nicht.', summary: '{name}: jetzt {value}, {n} Punkte',
};
