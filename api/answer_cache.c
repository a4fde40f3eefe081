#include "api/answer_cache.h"

#include "api/context.h"
#include "base/json.h"

struct cached {
	msec_t until; /* mono */
	char *text;
};

static void cached_free(void *item)
{
	struct cached *cached = item;
	g_free(cached->text);
	g_free(cached);
}

GHashTable *answer_cache_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, cached_free);
}

bool answer_from_cache(struct request *request, const char *key)
{
	struct api *api = request->api;
	pthread_mutex_lock(&api->lock);
	const struct cached *cached = g_hash_table_lookup(api->answers, key);
	char *text = cached && request->now.mono < cached->until ? g_strdup(cached->text) : NULL;
	pthread_mutex_unlock(&api->lock);
	if (text)
		request_answer_json(request, MHD_HTTP_OK, text);
	return text != NULL;
}

void answer_and_keep(struct request *request, const char *key, msec_t lasts, json_t *body)
{
	struct api *api = request->api;
	char *text = json_text(body);
	struct cached *cached = g_new0(struct cached, 1);
	*cached = (struct cached){request->now.mono + lasts, g_strdup(text)};
	pthread_mutex_lock(&api->lock);
	g_hash_table_replace(api->answers, g_strdup(key), cached);
	pthread_mutex_unlock(&api->lock);
	request_answer_json(request, MHD_HTTP_OK, g_strdup(text));
	free(text);
	json_decref(body);
}
