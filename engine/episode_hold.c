#include "engine/episode_hold.h"
#include "base/json.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/group.h"
#include <string.h>

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

static void mark_released(struct episode *episode, bool released)
{
	for (guint i = 0; i < episode->members->len; i++)
		((struct member *)episode->members->pdata[i])->released = released;
}

static void set_mask(struct dispatcher *dispatcher, struct episode *episode, uint32_t mask, const GString *by)
{
	uint32_t before = episode->alert->suppressed;
	struct alert *alert = episode_edit(episode);
	alert->suppressed = mask;
	g_free(alert->suppressed_by);
	alert->suppressed_by = by->len ? g_strdup(by->str) : NULL;
	episode_set_alert(dispatcher, episode, alert);
	dispatch_log_alert(dispatcher, alert);
	if (before && !mask && !episode_over(episode)) {
		mark_released(episode, (before & ~(uint32_t)(SUPPRESSED_SETTLING | SUPPRESSED_ACKNOWLEDGED)) != 0);
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

static void mark_ack_ended(struct dispatcher *dispatcher, struct episode *episode)
{
	for (guint i = 0; i < episode->members->len; i++) {
		struct member *member = episode->members->pdata[i];
		member->ack_ended = true;
		member_changed(dispatcher, member);
	}
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
				 json_text_value(episode->ack_ended_by), "alert", alert_to_brief(alert));
	dispatch_log(dispatcher, EVENT_UNACK, episode->id, by, data);
	mark_ack_ended(dispatcher, episode);
	group_touch_all(dispatcher, episode, true);
}
