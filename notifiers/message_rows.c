#include "notifiers/message_rows.h"
#include "model/words.h"
#include "notifiers/message_state.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct folded {
	const struct alert *worst; /* names the row */
	enum severity severity;
	bool resolved;
	unsigned count, order;
	GArray *tasks; /* long */
	msec_t started_at, ended_at;
	double value;
};

static void folded_free(void *data)
{
	struct folded *folded = data;
	g_array_free(folded->tasks, TRUE);
	g_free(folded);
}

static char *fold_key(const struct message *message, const struct notification_alert *entry, bool resolved)
{
	const struct alert *alert = entry->alert;
	return g_strdup_printf("%d\n%d\n%s\n%s\n%s", resolved, message->over ? 0 : (int)alert->severity,
			       alert_object(alert), alert_place(alert), alert->rule.name ? alert->rule.name : "");
}

static void fold_task(struct folded *folded, const struct alert *alert)
{
	const char *task = labels_get(alert->labels, "task");
	char *end;
	long number = task ? strtol(task, &end, 10) : -1;
	if (task && *task && !*end && number >= 0)
		g_array_append_val(folded->tasks, number);
}

static GPtrArray *fold(const struct message *message)
{
	const struct notification *n = message->notification;
	GPtrArray *rows = g_ptr_array_new_with_free_func(folded_free);
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct alert *alert = n->alerts[i].alert;
		bool resolved = n->alerts[i].resolved_now || alert->state == ALERT_RESOLVED;
		char *key = fold_key(message, &n->alerts[i], resolved);
		struct folded *folded = g_hash_table_lookup(seen, key);
		if (!folded) {
			folded = g_new0(struct folded, 1);
			*folded = (struct folded){.worst = alert,
						  .severity = alert->severity,
						  .resolved = resolved,
						  .order = i,
						  .started_at = alert->started_at,
						  .value = alert->value,
						  .tasks = g_array_new(FALSE, FALSE, sizeof(long))};
			g_hash_table_insert(seen, key, folded);
			g_ptr_array_add(rows, folded);
		} else {
			g_free(key);
		}
		folded->count++;
		folded->ended_at = MAX(folded->ended_at, alert->ended_at);
		folded->started_at = MIN(folded->started_at, alert->started_at);
		fold_task(folded, alert);
	}
	g_hash_table_destroy(seen);
	return rows;
}

static double task_total(const struct folded *folded)
{
	const char *total = folded->worst->annotations ? labels_get(folded->worst->annotations, "task_count") : NULL;
	long number = total ? strtol(total, NULL, 10) : 0;
	return number >= (long)folded->count ? (double)number : 0;
}

static double share(const struct folded *folded)
{
	double total = task_total(folded);
	return total > 0 ? folded->count / total : 0;
}

/* Open before resolved, severity, share of the object that is broken, number, age, then as given. */
static int compare_open(const void *pa, const void *pb)
{
	const struct folded *a = *(const struct folded *const *)pa, *b = *(const struct folded *const *)pb;
	if (a->resolved != b->resolved)
		return a->resolved - b->resolved;
	if (a->severity != b->severity)
		return (int)b->severity - (int)a->severity;
	if (share(a) != share(b))
		return share(a) < share(b) ? 1 : -1;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	if (a->started_at != b->started_at)
		return a->started_at < b->started_at ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static int compare_lasted(const void *pa, const void *pb)
{
	const struct folded *a = *(const struct folded *const *)pa, *b = *(const struct folded *const *)pb;
	msec_t lasted_a = a->ended_at - a->started_at, lasted_b = b->ended_at - b->started_at;
	if (lasted_a != lasted_b)
		return lasted_a < lasted_b ? 1 : -1;
	return a->order < b->order ? -1 : 1;
}

static int compare_long(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;
	return (x > y) - (x < y);
}

/* "task 0", "tasks 3, 5", "tasks 0 to 3", "12 tasks" */
static const char *tasks_text(struct message *message, const struct folded *folded)
{
	guint count = folded->tasks->len;
	if (!count)
		return "";
	long *tasks = (long *)(void *)folded->tasks->data;
	qsort(tasks, count, sizeof *tasks, compare_long);
	if (count == 1)
		return message_printf(message, "task %ld", tasks[0]);
	if (count > 2 && tasks[count - 1] - tasks[0] == (long)count - 1)
		return message_printf(message, "tasks %ld to %ld", tasks[0], tasks[count - 1]);
	if (count > 6)
		return message_printf(message, "%u tasks", count);
	GString *out = g_string_new("tasks");
	for (guint i = 0; i < count; i++)
		g_string_append_printf(out, "%s%ld", i ? ", " : " ", tasks[i]);
	char *copy = arena_strdup(message->arena, out->str);
	g_string_free(out, TRUE);
	return copy;
}

static const char *outcome(struct message *message, const struct folded *folded)
{
	const struct alert *alert = folded->worst;
	if (message->over)
		return message_duration(message, folded->ended_at - folded->started_at);
	const char *verb = message_task_verb(alert);
	double total = task_total(folded);
	if (verb && total > 0)
		return message_printf(message, "%u of %.0f %s", folded->count, total,
				      clean_text(message->arena, verb, 40));
	if (verb)
		return message_printf(message, "%u %s", folded->count, clean_text(message->arena, verb, 40));
	if (isfinite(folded->value) && folded->count == 1 && !message->many_rules && alert->rule.unit != UNIT_NONE)
		return message_number(message, alert->rule.unit, folded->value);
	return folded->count == 1 ? clean_text(message->arena, alert->fact, 60)
				  : message_printf(message, "%u alerts", folded->count);
}

static const char *object(struct message *message, const struct folded *folded)
{
	const char *name = clean_name(message->arena, alert_object(folded->worst), MESSAGE_NAME_MAX);
	const char *place = clean_name(message->arena, alert_place(folded->worst), MESSAGE_NAME_MAX);
	return message->many_places && *place ? message_printf(message, "%s on %s", name, place) : name;
}

static void fill_row(struct message *message, const struct folded *folded, struct message_row *row)
{
	row->tone = folded->resolved || message->over ? TONE_RESOLVED : tone_of(folded->severity);
	row->shape = tone_shape(row->tone);
	row->word = message_severity_title(folded->severity);
	row->object = object(message, folded);
	row->detail = tasks_text(message, folded);
	row->outcome = outcome(message, folded);
	row->ended_at = message->over ? folded->ended_at : 0;
}

static void add_resolved_sentence(struct message *message, const GPtrArray *rows, unsigned open_rows,
				  unsigned names_max);

static const char *heading(struct message *message, bool mixed, unsigned rows)
{
	static const char *const numbers[] = {"none", "one", "two", "three", "four", "five"};
	const char *kind = message->over ? "Longest" : "Worst";
	if (message->notification->type == NOTIFICATION_PART_RESOLVED)
		return message_task_verb(message_first(message)->alert) && !message->many_rules
			       ? message_printf(message, "Still %s",
						clean_text(message->arena,
							   message_task_verb(message_first(message)->alert), 40))
			       : "Still firing";
	const char *all =
		mixed || message->over
			? ""
			: message_printf(message, ", all %s", severity_name(message_first(message)->alert->severity));
	if (rows <= message->rows_shown)
		return message_printf(message, "%s%s", message->over ? "Each" : "All of them", all);
	if (message->many_rules)
		return message_printf(message, "%s %s%s", kind, numbers[message->rows_shown], all);
	return message_printf(message, "%s %s of %u %s%s", kind, numbers[message->rows_shown], rows, message->noun,
			      all);
}

/* "5 more, all warning: invoices 2, returns 2, and 31 more"; part resolved: "Resolved: …". */
void message_rest(struct message *message, unsigned names_max)
{
	message->rest = NULL;
	if (!message->row_count)
		return;
	GPtrArray *rows = fold(message);
	g_ptr_array_sort(rows, message->over ? compare_lasted : compare_open);
	unsigned open_rows = message->row_count;
	const struct notification *n = message->notification;
	unsigned hidden = 0, alerts = n->truncated - (message->over ? 0 : MIN(n->rest.resolved, n->truncated));
	for (unsigned i = message->rows_shown; i < open_rows; i++) {
		hidden++;
		alerts += ((struct folded *)g_ptr_array_index(rows, i))->count;
	}
	GString *out = g_string_new(NULL);
	if (alerts) {
		bool same = hidden > 0;
		for (unsigned i = message->rows_shown + 1; i < open_rows; i++)
			same &= ((struct folded *)g_ptr_array_index(rows, i))->severity ==
				((struct folded *)g_ptr_array_index(rows, message->rows_shown))->severity;
		const struct folded *first = hidden ? g_ptr_array_index(rows, message->rows_shown) : NULL;
		g_string_append_printf(out, "%u more%s", alerts,
				       first && message_task_verb(first->worst) && !message->many_rules ? " tasks" : "");
		if (same && !message->over && !n->truncated)
			g_string_append_printf(
				out, ", all %s",
				severity_name(
					((struct folded *)g_ptr_array_index(rows, message->rows_shown))->severity));
		for (unsigned i = 0; i < hidden && i < names_max; i++) {
			const struct folded *folded = g_ptr_array_index(rows, message->rows_shown + i);
			const char *name = clean_name(message->arena, alert_object(folded->worst), 40);
			if (out->len + strlen(name) > 260) {
				names_max = i;
				break;
			}
			g_string_append_printf(out, "%s%s %u", i ? ", " : ": ", name, folded->count);
		}
		if (hidden > names_max)
			g_string_append_printf(out, " and %u more", hidden - names_max);
	}
	if (out->len)
		message->rest = arena_strdup(message->arena, out->str);
	g_string_free(out, TRUE);
	if (n->type == NOTIFICATION_PART_RESOLVED)
		add_resolved_sentence(message, rows, open_rows, names_max);
	g_ptr_array_free(rows, TRUE);
}

static void add_resolved_sentence(struct message *message, const GPtrArray *rows, unsigned open_rows,
				  unsigned names_max)
{
	GString *out = g_string_new(NULL);
	unsigned left = rows->len - open_rows;
	for (unsigned i = 0; i < left; i++) {
		const struct folded *folded = g_ptr_array_index(rows, open_rows + i);
		const char *name = clean_name(message->arena, alert_object(folded->worst), 40);
		if (i && (i >= names_max || out->len + strlen(name) > 260)) {
			g_string_append_printf(out, " and %u more", left - i);
			break;
		}
		g_string_append_printf(out, "%s%s %u", i ? ", " : "Resolved: ", name, folded->count);
	}
	if (message->notification->rest.resolved)
		g_string_append_printf(out, "%s%u more alerts", out->len ? ", " : "Resolved: ",
				       message->notification->rest.resolved);
	if (out->len)
		message->rest = message->rest ? message_printf(message, "%s. %s", message->rest, out->str)
					      : arena_strdup(message->arena, out->str);
	g_string_free(out, TRUE);
}

void message_add_rows(struct message *message)
{
	if (!message->group || !message_first(message))
		return;
	GPtrArray *rows = fold(message);
	g_ptr_array_sort(rows, message->over ? compare_lasted : compare_open);
	message->rows = arena_alloc(message->arena, (rows->len ? rows->len : 1) * sizeof *message->rows);
	bool mixed = false;
	for (guint i = 0; i < rows->len; i++) {
		const struct folded *folded = g_ptr_array_index(rows, i);
		if (folded->resolved && !message->over)
			break;
		mixed |= message->row_count < MESSAGE_ROWS &&
			 folded->severity != ((struct folded *)g_ptr_array_index(rows, 0))->severity;
		fill_row(message, folded, &message->rows[message->row_count++]);
	}
	message->row_words = !message->over && (mixed || message->notification->type == NOTIFICATION_PART_RESOLVED);
	if (message->row_count)
		message->rows_heading =
			heading(message, mixed, message->row_count + message->notification->rest.objects);
	g_ptr_array_free(rows, TRUE);
	message_rest(message, 20);
}
