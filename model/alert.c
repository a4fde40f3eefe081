#include "model/alert.h"
#include <assert.h>
#include <glib.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

static const char *const states[] = {"inactive", "pending", "firing", "recovering", "no_data", "resolved"};

const char *alert_state_name(enum alert_state state)
{
	assert(state <= ALERT_RESOLVED);
	return states[state];
}

bool alert_state_parse(const char *text, enum alert_state *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		if (strcmp(text, states[i]) == 0) {
			*out = (enum alert_state)i;
			return true;
		}
	}
	return false;
}

struct alert *alert_new(void)
{
	struct alert *alert = g_new0(struct alert, 1);
	alert->references = 1;
	alert->value = alert->last_known = alert->raise = alert->clear = alert->peak = NAN;
	return alert;
}

struct alert *alert_copy(const struct alert *alert)
{
	struct alert *copy = g_new(struct alert, 1);
	memcpy(copy, alert, sizeof *copy);
	copy->references = 1;
	copy->version = alert->version + 1;
	copy->rule.name = g_strdup(alert->rule.name);
	copy->rule.kind = g_strdup(alert->rule.kind);
	copy->rule.place = g_strdup(alert->rule.place);
	copy->rule.topic = g_strdup(alert->rule.topic);
	copy->rule.condition = g_strdup(alert->rule.condition);
	copy->rule.unknown = g_strdup(alert->rule.unknown);
	copy->labels = labels_ref(alert->labels);
	copy->annotations = labels_ref(alert->annotations);
	copy->fact = g_strdup(alert->fact);
	copy->suppressed_by = g_strdup(alert->suppressed_by);
	copy->ack.by = g_strdup(alert->ack.by);
	copy->ack.comment = g_strdup(alert->ack.comment);
	return copy;
}

struct alert *alert_ref(struct alert *alert)
{
	if (alert)
		atomic_fetch_add_explicit(&alert->references, 1, memory_order_relaxed);
	return alert;
}

void alert_unref(struct alert *alert)
{
	if (!alert || atomic_fetch_sub_explicit(&alert->references, 1, memory_order_acq_rel) != 1)
		return;
	g_free(alert->rule.name);
	g_free(alert->rule.kind);
	g_free(alert->rule.place);
	g_free(alert->rule.topic);
	g_free(alert->rule.condition);
	g_free(alert->rule.unknown);
	labels_unref(alert->labels);
	labels_unref(alert->annotations);
	g_free(alert->fact);
	g_free(alert->suppressed_by);
	g_free(alert->ack.by);
	g_free(alert->ack.comment);
	g_free(alert);
}

static const char pending_key[] = "pending:";

void alert_pending_key(uint64_t fingerprint, char out[ULID_SIZE])
{
	g_snprintf(out, ULID_SIZE, "%s%016" G_GINT64_MODIFIER "x", pending_key, fingerprint);
}

bool alert_id_pending(const char *id)
{
	return g_str_has_prefix(id, pending_key);
}
