import { words } from '../../i18n/words.ts';

export const en = {
	hint: 'Name, class, worker or state', abnormal: 'Abnormal first', byName: 'By name', byLag: 'By lag', sort: 'Order',
	running: 'Running', degraded: 'Degraded', failed: 'Failed', paused: 'Paused', unknown: 'Unknown', stopped: 'Stopped', unassigned: 'Unassigned', restarting: 'Restarting',
	workers: 'Workers', connectors: 'Connectors', tasks: 'Tasks', upOf: '{up} of {n}', workersUnknown: '{n}, unknown whether up', kafka: 'Kafka Connect {version}',
	nRunning: '{n} running', nFailed: '{n} failed', nPaused: '{n} paused', nUnassigned: '{n} unassigned', nRestarting: '{n} restarting', nUnknown: '{n} unknown',
	quiet: 'Nothing abnormal for {span}', quietNow: 'Nothing abnormal', failing: '{n} {n:connector is|connectors are} not well', workerDown: '{worker} does not answer',
	state: 'State', connector: 'Connector', cluster: 'Cluster', rate: 'Records a second', errors: 'Errors', lag: 'Lag, records', alerts: 'Alerts', nTasks: 'Task {n}', since: 'since {time}', moreTasks: '+{n}',
	trace: 'Trace', copyRestart: 'Copy restart curl', copied: 'The restart command is copied', taskList: '{n:Task|Tasks} {list}', and: 'Root cause',
	shown: '{n} of {total} shown. The other {rest} are running and have no alert.', showAll: 'Show all', none: 'No connector matches.', noneYet: 'No source has told of a connector yet.',
	source: 'Source “{name}”', itsHistory: 'Its history', type: 'type', class: 'class', worker: 'worker', updated: 'updated', errorsTotal: 'errors in all', bytes: 'bytes a second',
	resources: 'Resources of its workers', cpu: 'CPU', memory: 'Memory', threads: 'Threads', gc: 'Garbage collection', memoryOf: '{used} of {max}', gcRate: '{n} ms a second',
	m_records_per_second: 'Records a second', m_bytes_per_second: 'Bytes a second', m_error_rate: 'Error rate', m_errors_per_second: 'Errors a second', m_lag: 'Lag, records', m_lag_seconds: 'Lag, time', m_failed_tasks: 'Failed tasks',
	trends: 'Trends', noPoints: 'No points yet.', neverKnown: 'Not known from its sources.', worker_: 'Worker', missing: 'There is no such connector in this cluster.', summary: '{name}: {value} now, {n} points',
};

export const w = words('connectors', en);
