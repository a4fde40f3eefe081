#include "api/alert_filter.h"

#include <string.h>

static bool state_bit(const char *word, uint32_t *bit)
{
	enum alert_state state;
	if (!alert_state_parse(word, &state))
		return false;
	*bit = 1U << state;
	return true;
}

static bool severity_bit(const char *word, uint32_t *bit)
{
	enum severity severity;
	if (!severity_parse(word, &severity))
		return false;
	*bit = 1U << severity;
	return true;
}

/* A comma-separated list of words as bits. */
static bool take_words(struct request *request, const char *name, bool (*parse)(const char *, uint32_t *),
		       uint32_t *out)
{
	const char *text = request_param(request, name);
	*out = 0;
	if (!text)
		return true;
	char **words = g_strsplit(text, ",", -1);
	bool ok = true;
	for (char **word = words; *word && ok; word++) {
		uint32_t bit = 0;
		ok = parse(g_strstrip(*word), &bit);
		*out |= bit;
		if (!ok)
			request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", name, "'%.64s' is not a %s", *word,
				     name);
	}
	g_strfreev(words);
	return ok;
}

static bool take_acknowledged(struct request *request, int *out)
{
	const char *text = request_param(request, "acknowledged");
	*out = !text ? -1 : strcmp(text, "true") == 0 ? 1 : strcmp(text, "false") == 0 ? 0 : -2;
	if (*out != -2)
		return true;
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "acknowledged", "true or false");
	return false;
}

bool alert_filter_init(struct alert_filter *filter, struct request *request)
{
	struct error err;
	const char *match = request_param(request, "match");
	memset(filter, 0, sizeof *filter);
	if (!take_words(request, "state", state_bit, &filter->states) ||
	    !take_words(request, "severity", severity_bit, &filter->severities) ||
	    !take_acknowledged(request, &filter->acknowledged))
		return false;
	if (!match)
		return true;
	filter->match = matchers_parse(match, &err);
	if (!filter->match)
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "match", "%s", err.text);
	return filter->match != NULL;
}

void alert_filter_release(struct alert_filter *filter)
{
	matchers_free(filter->match);
	filter->match = NULL;
}

bool alert_filter_accepts(const struct alert_filter *filter, const struct alert *alert)
{
	if (filter->states && !(filter->states & 1U << alert->state))
		return false;
	if (filter->severities && !(filter->severities & 1U << alert->severity))
		return false;
	if (filter->acknowledged >= 0 && filter->acknowledged != (alert->ack.by != NULL))
		return false;
	return !filter->match || matchers_match(filter->match, alert->labels) == MATCH_YES;
}

json_t *alert_list_json(struct alert *const *alerts, size_t count)
{
	json_t *items = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(items, alert_to_brief(alerts[i]));
	return items;
}
