import type { en } from '../../pages/status/words.ts';

export const status: Record<keyof typeof en, string> = {
	healthy: 'Gesund', notHealthy: 'Nicht gesund', settling: 'Sammelt sich: gesendet wird erst, wenn jede Quelle einmal gelesen ist', version: 'Version', started: 'gestartet', uptime: 'läuft seit', seq: 'Ereignis', epoch: 'Protokoll', daemon: 'Dienst',
	evaluation: 'Auswertung', rules: 'Regeln', instances: 'Instanzen', series: 'Reihen', dropped: 'Reihen über der Grenze', evaluations: 'Auswertungen', last: 'letzte', took: 'dauerte',
	sources: 'Quellen', target: 'Ziel', state: 'Zustand', up: 'Antwortet', down: 'Antwortet nicht', unknown: 'Noch nicht gefragt', lastPoll: 'Letzte Abfrage', elapsed: 'Dauer', problem: 'Problem', noSources: 'Keine Quelle ist eingerichtet.',
	store: 'Speicher', size: 'Größe', free: 'frei', path: 'Datei', oldest: 'ältestes Ereignis', events: 'Ereignisse', commits: 'Commits', refusals: 'verweigerte Commits', accepts: 'nimmt Schreiben an', yes: 'ja', no: 'nein', storeProblem: 'Problem',
	config: 'Konfiguration', file: 'Datei', hash: 'Hash', generation: 'Fassung', loaded: 'gelesen', lastReload: 'letztes Neulesen', reloadFailed: 'Das letzte Neulesen schlug fehl; die Konfiguration davor läuft weiter.', reload: 'Neu lesen', reloading: 'Liest…', reloaded: 'Die Konfiguration ist neu gelesen', reloadRefused: 'Die Konfiguration hat Fehler', report: 'Bericht',
	streams: 'Ströme', clients: 'offen', droppedClients: 'als zu langsam getrennt', page: 'Diese Seite', link: 'Verbindung', skew: 'Uhr gegen den Dienst', shared: 'ein Strom für alle Tabs', own: 'ein eigener Strom', licences: 'Gebaut mit', licencesText: 'preact, @preact/signals und uPlot (MIT); die Bibliotheken des Dienstes stehen in docs/dependencies.md.',
};
