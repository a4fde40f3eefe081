import { words } from '../../i18n/words.ts';

export const en = {
	healthy: 'Healthy', notHealthy: 'Not healthy', settling: 'Settling: nothing is sent until every source was read once', version: 'version', started: 'started', uptime: 'up for', seq: 'event', epoch: 'log', daemon: 'Daemon',
	evaluation: 'Evaluation', rules: 'rules', instances: 'instances', series: 'series', dropped: 'series over the limit', evaluations: 'evaluations', last: 'last one', took: 'took',
	sources: 'Sources', target: 'Target', state: 'State', up: 'Answers', down: 'Does not answer', unknown: 'Not asked yet', lastPoll: 'Last poll', elapsed: 'Took', problem: 'Problem', noSources: 'No source is configured.',
	store: 'Store', size: 'size', free: 'free', path: 'file', oldest: 'oldest event', events: 'events', commits: 'commits', refusals: 'refused commits', accepts: 'takes writes', yes: 'yes', no: 'no', storeProblem: 'problem',
	config: 'Configuration', file: 'file', hash: 'hash', generation: 'generation', loaded: 'loaded', lastReload: 'last reload', reloadFailed: 'The last reload failed; the configuration before it is running.', reload: 'Reload', reloading: 'Reading…', reloaded: 'The configuration was read again', reloadRefused: 'The configuration has errors', report: 'Report',
	streams: 'Streams', clients: 'open', droppedClients: 'cut for being slow', page: 'This page', link: 'link', skew: 'clock against the daemon', shared: 'one stream for all tabs', own: 'a stream of its own', licences: 'Made with', licencesText: 'preact, @preact/signals and uPlot (MIT); the daemon’s libraries are listed in docs/dependencies.md.',
};

export const w = words('status', en);
