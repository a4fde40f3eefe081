import type { en } from '../../pages/rules/words.ts';

export const rules: Record<keyof typeof en, string> = {
	intro: 'Was beobachtet wird und ob es läuft.', health: 'Befinden', rule: 'Regel', now: 'Jetzt', instances: 'Instanzen', evaluated: 'Ausgewertet', lastFired: 'Zuletzt aktiv', fired30d: 'In 30 Tagen', source: 'Quelle',
	ok: 'Läuft', error: 'Fehler', no_data: 'Keine Daten', quiet: 'ruhig', never: 'nie', nPending: '{n} {n:wartet|warten}', nFiring: '{n} aktiv', nRecovering: '{n} {n:erholt|erholen} sich', nNoData: '{n} ohne Daten', filterHint: 'Name, Art oder Label',
	open: 'Zeigen, was {what} sagt', close: '{what} zuklappen', match: 'trifft', metric: 'Metrik', window: 'Fenster', keep: 'bleibt aktiv für', noData: 'ohne Daten', after: 'nach {span}', levels: '{raise}{clear}{for}', raise: 'Grenze {value}', clear: ', Entwarnung {value}', lFor: ', für {span}', labels: 'Labels', runbook: 'Anleitung', lastError: 'letzter Fehler', everything: 'alles', showAlerts: 'Ihre Alarme', showHistory: 'Ihr Verlauf',
	none: 'Keine Regel passt.', count: '{n} {n:Regel|Regeln}', failing: '{n} {n:hat|haben} einen Fehler',
};
