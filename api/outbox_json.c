#include "api/outbox_json.h"

#include "base/json.h"
#include <string.h>

json_t *outbox_to_json(const struct outbox_row *row)
{
	json_t *out = json_object();
	json_t *episodes = row->episodes ? json_parse(row->episodes, strlen(row->episodes), 0, NULL) : NULL;
	json_object_set_new(out, "id", json_string(row->id));
	json_object_set_new(out, "state", json_string(outbox_state_name(row->state)));
	json_object_set_new(out, "type", json_text_value(row->type));
	json_object_set_new(out, "reason", json_string(reason_name(row->reason)));
	json_object_set_new(out, "why", json_string(reason_sentence(row->reason)));
	json_object_set_new(out, "severity", json_string(severity_name(row->severity)));
	json_object_set_new(out, "receiver", json_text_value(row->receiver));
	json_object_set_new(out, "integration", json_text_value(row->integration));
	json_object_set_new(out, "kind", json_text_value(row->kind));
	json_object_set_new(out, "recipient",
			    json_text_value(row->recipient && *row->recipient ? row->recipient : NULL));
	json_object_set_new(out, "incident", json_text_value(row->incident[0] ? row->incident : NULL));
	json_object_set_new(out, "alerts", json_is_array(episodes) ? json_incref(episodes) : json_array());
	json_object_set_new(out, "key", json_string(row->key));
	json_object_set_new(out, "attempts", json_integer(row->attempts));
	json_object_set_new(out, "result", json_text_value(row->result));
	json_object_set_new(out, "dead_reason",
			    row->state == OUTBOX_DEAD || row->state == OUTBOX_CANCELLED
				    ? json_string(reason_name(row->dead_reason))
				    : json_null());
	json_object_set_new(out, "created_at", json_time_value(row->created_at));
	json_object_set_new(out, "next_at", json_time_value(row->next_at));
	json_object_set_new(out, "started_at", json_time_value(row->started_at));
	json_object_set_new(out, "finished_at", json_time_value(row->finished_at));
	json_decref(episodes);
	return out;
}
