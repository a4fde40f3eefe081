#include "engine/episode.h"
#include "base/json.h"
#include "engine/dispatch_log.h"
#include "engine/group.h"
#include <math.h>
#include <string.h>

static void told_free(void *pointer)
{
	struct told_entry *told = pointer;
	g_free(told->integration);
	g_free(told);
}

struct episode *episode_new(struct dispatcher *dispatcher, const char *id)
{
	struct episode *episode = g_new0(struct episode, 1);
	episode->wake.kind = WAKE_SUPPRESSION;
	g_strlcpy(episode->id, id, ULID_SIZE);
	episode->members = g_ptr_array_new();
	episode->told = g_ptr_array_new_with_free_func(told_free);
	g_hash_table_insert(dispatcher->episodes, episode->id, episode);
	return episode;
}

void episode_free(struct episode *episode)
{
	if (!episode)
		return;
	if (episode->alert)
		alert_unref(episode->alert);
	g_ptr_array_free(episode->members, TRUE);
	g_ptr_array_free(episode->told, TRUE);
	g_free(episode->ack_ended_by);
	g_free(episode);
}

struct episode *episode_find(const struct dispatcher *dispatcher, const char *id)
{
	return g_hash_table_lookup(dispatcher->episodes, id);
}

bool episode_over(const struct episode *episode)
{
	return !episode->alert || episode->alert->state == ALERT_RESOLVED;
}

void episode_touch(struct dispatcher *dispatcher, struct episode *episode)
{
	if (episode->touched)
		return;
	episode->touched = true;
	g_ptr_array_add(dispatcher->touched, episode);
}

void episode_changed(struct dispatcher *dispatcher, struct episode *episode)
{
	episode->changed = true;
	episode_touch(dispatcher, episode);
}

void episode_set_alert(struct dispatcher *dispatcher, struct episode *episode, struct alert *alert)
{
	if (episode->alert)
		alert_unref(episode->alert);
	episode->alert = alert;
	episode_changed(dispatcher, episode);
}

struct alert *episode_edit(const struct episode *episode)
{
	struct alert *alert = alert_copy(episode->alert);
	alert->version = episode->alert->version + 1;
	return alert;
}

static uint32_t ask_stages(struct dispatcher *dispatcher, const struct alert *alert, GString *by, msec_t *until)
{
	uint32_t mask = 0;
	*until = 0;
	for (size_t i = 0; i < dispatcher->stage_count; i++) {
		const struct suppression_stage *stage = &dispatcher->stages[i];
		char id[ULID_SIZE] = "";
		msec_t end = 0;
		bool holds = stage->suppressor->holds(stage->state, alert, dispatcher->now.wall, id, &end);
		if (end && (!*until || end < *until))
			*until = end;
		if (!holds)
			continue;
		mask |= stage->suppressor->bit;
		if (id[0])
			g_string_append_printf(by, "%s%s", by->len ? "," : "", id);
	}
	return mask;
}

static void set_mask(struct dispatcher *dispatcher, struct episode *episode, uint32_t mask, const GString *by)
{
	uint32_t before = episode->alert->suppressed;
	struct alert *alert = episode_edit(episode);
	alert->suppressed = mask;
	g_free(alert->suppressed_by);
	alert->suppressed_by = by->len ? g_strdup(by->str) : NULL;
	episode_set_alert(dispatcher, episode, alert);
	json_t *data = json_pack("{s:o}", "alert", alert_to_json(alert));
	dispatch_log(dispatcher, EVENT_ALERT, episode->id, NULL, data);
	if (before && !mask && !episode_over(episode)) {
		episode->released = (before & ~(uint32_t)(SUPPRESSED_SETTLING | SUPPRESSED_ACKNOWLEDGED)) != 0;
		group_touch_all(dispatcher, episode, false);
	}
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

void episode_suppress(struct dispatcher *dispatcher, struct episode *episode)
{
	if (!episode->alert)
		return;
	const struct ack *ack = &episode->alert->ack;
	if (!episode_over(episode) && ack->by && ack->until && dispatcher->now.wall >= ack->until)
		episode_end_ack(dispatcher, episode, REASON_ACK_EXPIRED, NULL);
	GString *by = g_string_new(NULL);
	msec_t until = 0;
	uint32_t mask = episode_over(episode) ? 0 : ask_stages(dispatcher, episode->alert, by, &until);
	if (mask != episode->alert->suppressed || !same_text(by->str, episode->alert->suppressed_by))
		set_mask(dispatcher, episode, mask, by);
	g_string_free(by, TRUE);
	if (!episode_over(episode) && until > dispatcher->now.wall)
		timers_set(dispatcher->timers, &episode->wake.timer,
			   dispatcher->now.mono + (until - dispatcher->now.wall));
	else
		timers_cancel(dispatcher->timers, &episode->wake.timer);
}

bool episode_held(const struct episode *episode)
{
	return episode->alert && episode->alert->suppressed != 0;
}

enum reason episode_held_reason(const struct episode *episode)
{
	uint32_t mask = episode->alert->suppressed;
	if (mask & SUPPRESSED_INHIBITED)
		return REASON_INHIBITED;
	if (mask & SUPPRESSED_SILENCED)
		return REASON_SILENCED;
	if (mask & SUPPRESSED_MUTED)
		return REASON_MUTED;
	return mask & SUPPRESSED_ACKNOWLEDGED ? REASON_ACKNOWLEDGED : REASON_SETTLING;
}

void episode_end_ack(struct dispatcher *dispatcher, struct episode *episode, enum reason reason, const char *by)
{
	struct alert *alert = episode_edit(episode);
	g_free(episode->ack_ended_by);
	episode->ack_ended_by = g_strdup(alert->ack.by);
	episode->ack_ended_at = dispatcher->now.wall;
	g_free(alert->ack.by);
	g_free(alert->ack.comment);
	alert->ack = (struct ack){0};
	alert->updated_at = dispatcher->now.wall;
	episode_set_alert(dispatcher, episode, alert);
	json_t *data = json_pack("{s:s,s:o,s:o}", "reason", reason_name(reason), "had_it",
				 json_text_value(episode->ack_ended_by), "alert", alert_to_json(alert));
	dispatch_log(dispatcher, EVENT_UNACK, episode->id, by, data);
	group_touch_all(dispatcher, episode, true);
}

struct told_entry *told_find(const struct episode *episode, const char *integration)
{
	for (guint i = 0; i < episode->told->len; i++) {
		struct told_entry *told = episode->told->pdata[i];
		if (strcmp(told->integration, integration) == 0)
			return told;
	}
	return NULL;
}

struct told_entry *told_get(struct episode *episode, const char *integration)
{
	struct told_entry *told = told_find(episode, integration);
	if (told)
		return told;
	told = g_new0(struct told_entry, 1);
	told->integration = g_strdup(integration);
	told->value = told->said_value = NAN;
	g_ptr_array_add(episode->told, told);
	return told;
}

void told_changed(struct dispatcher *dispatcher, struct episode *episode, struct told_entry *told)
{
	told->changed = true;
	episode_touch(dispatcher, episode);
}

void told_revert(struct told_entry *told)
{
	static const enum said after[] = {
		[TOLD_UNSENT] = SAID_NOTHING,
		[TOLD_MAYBE] = SAID_FIRING,
		[TOLD_FIRING] = SAID_FIRING,
		[TOLD_RESOLVED] = SAID_RESOLVED,
	};
	told->said = after[told->told];
	told->said_severity = told->severity;
	told->said_value = told->value;
	told->said_at = told->at;
}
