/* What the daemon's API answers; api/openapi.yaml is the contract. Numbers that are not known are null. */

export type Severity = 'none' | 'info' | 'warning' | 'critical';
export type AlertState = 'pending' | 'firing' | 'recovering' | 'no_data' | 'resolved';
export type Unit = 'number' | 'ratio' | 'per_second' | 'records' | 'seconds' | 'bytes' | 'state' | 'none';
export type Role = 'none' | 'viewer' | 'responder' | 'admin';

export interface List<T> {
	items: T[];
	next: string | null;
}

export interface Acknowledgement {
	by: string;
	at: string;
	comment: string | null;
	until: string | null;
	sticky: boolean;
}

export interface Level {
	severity: Severity;
	raise: number | null;
	clear: number | null;
	for?: string;
	condition?: string;
}

export interface Place {
	file: string;
	line: number;
}

export interface Alert {
	id: string;
	version: number;
	rule: string;
	kind: string;
	rule_source: Place | null;
	topic: string;
	condition: string | null;
	unit: Unit;
	direction: '>' | '<';
	state: AlertState;
	severity: Severity;
	was: Severity;
	peak_severity: Severity;
	labels: Record<string, string>;
	annotations: Record<string, string>;
	fact: string | null;
	value: number | null;
	raise: number | null;
	clear: number | null;
	peak: number | null;
	last_known: number | null;
	last_known_at: string | null;
	reason: string;
	flapping: boolean;
	no_data: boolean;
	suppressed: string[];
	suppressed_by: string | null;
	levels?: Level[];
	pending_since: string | null;
	started_at: string;
	updated_at: string;
	ended_at: string | null;
	acknowledged: Acknowledgement | null;
}

/* One entry of the event log; further keys depend on kind. */
export interface LogEvent {
	seq: number;
	at: string;
	kind: string;
	episode: string | null;
	by: string | null;
	transition?: string;
	reason?: string;
	rule?: string;
	alert?: Alert;
	toast?: Toast;
	replay?: boolean;
	[key: string]: unknown;
}

export interface Toast {
	id: string;
	incident: string;
	type: 'firing' | 'worse' | 'still' | 'part_resolved' | 'resolved' | 'flapping' | 'no_data' | 'test' | string;
	severity: Severity;
	title: string;
	body: string;
	alerts: string[];
	url: string;
	at: string;
}

export interface Notification {
	id: string;
	state: 'pending' | 'sending' | 'sent' | 'retry' | 'ambiguous' | 'dead' | 'cancelled';
	type: string;
	reason: string;
	why: string;
	severity: Severity;
	receiver: string;
	integration: string;
	kind: string;
	recipient: string | null;
	incident: string;
	alerts: string[];
	attempts: number;
	result: string | null;
	dead_reason: string | null;
	created_at: string;
	next_at: string | null;
	started_at: string | null;
	finished_at: string | null;
}

export interface Why {
	rule: { text: string; file: string | null; line: number | null } | null;
	route: { text: string; file: string | null; line: number | null } | null;
	routes?: { text: string; file: string | null; line: number | null }[];
	group: { text: string } | null;
	held_back: { by: string; text: string }[];
}

export interface AlertDetail extends Alert {
	why: string | Why;
	trace?: string | null;
	worker?: string | null;
	timeline: LogEvent[];
	notifications: Notification[];
}

export interface Episode extends Alert {
	acknowledged_at: string | null;
	acknowledged_by: string | null;
	time_to_ack_msec: number | null;
	messages: number;
	max_severity: Severity;
	duration_msec: number;
	still_open: boolean;
}

export interface Counts {
	critical: number;
	warning: number;
	info: number;
}

export interface HistoryCounts {
	from: string;
	to: string;
	bucket_msec: number;
	truncated: boolean; /* too many to count them all */
	items: { at: string; opened: Counts; open: Counts }[];
	figures: {
		episodes: number;
		still_open: number;
		median_duration_msec: number | null;
		median_time_to_ack_critical_msec: number | null;
		recovered_unacknowledged: number;
	};
}

export interface Trail {
	alert?: string;
	cluster?: string;
	connector?: string;
	metric: string;
	unit: string;
	points: [number, number | null][];
}

export interface Rule {
	name: string;
	kind: string;
	health: 'ok' | 'no_data' | 'error';
	source: Place | null;
	match: string | null;
	condition: string | null;
	window: string | null;
	for: string | null;
	keep_firing_for: string | null;
	no_data: string | null;
	no_data_after: string | null;
	levels: Level[];
	unit: Unit;
	metric: string | null;
	labels: Record<string, string>;
	annotations: Record<string, string>;
	runbook: string | null;
	states: Record<'inactive' | 'pending' | 'firing' | 'recovering' | 'no_data', number>;
	instances: number;
	errors: number;
	last_error: string | null;
	last_evaluation_at: string | null;
	last_fired_at: string | null;
	fired_30d: number | null;
}

export interface Integration {
	id: string;
	kind: string;
	name: string | null;
	target: string;
	state: 'ok' | 'failing' | 'open' | 'idle';
	queued: number;
	oldest_queued_at: string | null;
	sent_24h: number;
	failed_24h: number;
	dead: number;
	latency_p50_msec: number | null;
	latency_p95_msec: number | null;
	last_sent_at: string | null;
	last_error: { at: string; text: string } | null;
	retry_at: string | null;
	strip: { sent: number; failed: number }[];
}

export interface Receiver {
	name: string;
	file: string | null;
	line: number | null;
	integrations: Integration[];
}

export type Rollup = 'running' | 'degraded' | 'failed' | 'paused' | 'unknown';

export interface Task {
	task: number;
	state: string | null;
	worker: string | null;
	trace: string | null;
	records_per_second: number | null;
	error_count: number | null;
}

export interface Connector {
	cluster: string;
	name: string;
	type: string | null;
	class: string | null;
	state: string | null;
	rollup: Rollup;
	worker: string | null;
	tasks: Task[];
	records_per_second: number | null;
	bytes_per_second: number | null;
	error_rate: number | null;
	errors_total: number | null;
	lag: number | null;
	lag_seconds: number | null;
	alerts: number;
	updated_at: string | null;
}

export interface Worker {
	name: string;
	up: boolean | null;
	cpu_percent: number | null;
	memory_used_bytes: number | null;
	memory_max_bytes: number | null;
	threads: number | null;
	gc_msec_per_second: number | null;
	since: string | null;
}

export interface Cluster {
	cluster: string;
	version: string | null;
	rollup: Rollup;
	workers: Worker[];
	connectors: number;
	tasks: Record<'running' | 'failed' | 'paused' | 'unassigned' | 'restarting' | 'unknown', number>;
	warnings: { text: string; since: string | null; source: string | null }[];
	quiet_since: string | null;
}

export interface Session {
	authenticated: boolean;
	name: string | null;
	role: Role;
	tokens: boolean;
	expires_at: string | null;
}

export interface Heartbeat {
	at: string;
	seq: number;
	last_evaluation_at: string | null;
	rules?: number;
	sources?: { total: number; up: number };
}
