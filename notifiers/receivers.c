#include "notifiers/custom.h"
#include "notifiers/kinds.h"
#include "notifiers/message_time.h"
#include "notifiers/smtp_settings.h"
#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS_MAX = 16, RECEIVER_KEYS_MAX = KINDS_MAX + 3, KEYS_MAX = 64, INTEGRATIONS_MAX = 64 };

/* ---- one integration: the common keys and the kind's own fill one block of memory ---- */

#define COMMON(key_name, key_type, ...)                                                                                \
	{                                                                                                              \
		.name = #key_name, .type = key_type, .offset = offsetof(struct integration, key_name), __VA_ARGS__     \
	}

static const struct config_key common_keys[] = {
	COMMON(name, CONFIG_TEXT, .flags = CONFIG_NOT_EMPTY,
	       .doc = "Stable name; default a hash of the target. Queue and history hang on it."),
	COMMON(rate, CONFIG_NUMBER, .unit = "messages per second", .min = 0.0001, .max = 1e6,
	       .doc = "Longest steady rate."),
	COMMON(burst, CONFIG_INT, .unit = "messages", .min = 1, .max = 1e6, .doc = "Messages at once after a pause."),
	COMMON(concurrency, CONFIG_INT, .unit = "messages", .min = 1, .max = 1024, .doc = "Sends in flight."),
	COMMON(timeout, CONFIG_DURATION, .min = 100, .max = 600000, .doc = "Of one attempt."),
	COMMON(give_up_after, CONFIG_DURATION, .min = 1000, .max = 30.0 * 86400000,
	       .doc = "Then it is a dead letter, and the fallback receiver hears of it."),
	COMMON(fallback, CONFIG_TEXT, .flags = CONFIG_NOT_EMPTY, .doc = "Receiver that gets what cannot be delivered and still fires."),
	COMMON(send_resolved, CONFIG_BOOL, .fallback = "true", .doc = "Tell when it is over."),
};

static const char *default_of(const struct notifier_defaults *defaults, const char *key, const char *fallback)
{
	const struct {
		const char *name, *value;
	} table[] = {
		{"rate", defaults->rate},
		{"burst", defaults->burst},
		{"concurrency", defaults->concurrency},
		{"timeout", defaults->timeout},
		{"give_up_after", defaults->give_up_after},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (!strcmp(table[i].name, key))
			return table[i].value;
	return fallback;
}

static size_t data_offset(void)
{
	size_t align = _Alignof(max_align_t);
	return (sizeof(struct integration) + align - 1) / align * align;
}

static size_t keys_of(const struct notifier_kind *kind, struct config_key out[KEYS_MAX])
{
	size_t count = 0;
	assert(kind->key_count + G_N_ELEMENTS(common_keys) <= KEYS_MAX);
	for (size_t i = 0; i < G_N_ELEMENTS(common_keys); i++) {
		out[count] = common_keys[i];
		out[count].fallback = default_of(kind->defaults, common_keys[i].name, common_keys[i].fallback);
		count++;
	}
	for (size_t i = 0; i < kind->key_count; i++) {
		out[count] = kind->keys[i];
		out[count++].offset += data_offset();
	}
	return count;
}

static void integration_free(struct integration *integration)
{
	if (!integration)
		return;
	struct config_key keys[KEYS_MAX];
	size_t count = keys_of(integration->kind, keys);
	if (integration->kind->release)
		integration->kind->release(integration);
	g_free(integration->receiver);
	g_free(integration->file);
	config_release(keys, count, integration);
	g_free(integration);
}

static void set_stable_name(struct integration *integration)
{
	integration->named = integration->name != NULL;
	char *target = integration->kind->target(integration);
	char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, target, -1);
	char *name = g_strdup_printf("%s/%s/%.*s", integration->receiver, integration->kind->name,
				     integration->name ? 64 : 10, integration->name ? integration->name : hash);
	free(integration->name);
	integration->name = strdup(name); /* released with the keys, by free() */
	g_free(name);
	g_free(hash);
	g_free(target);
}

struct loader {
	const struct notifier_context *context;
	struct config_report *report;
	struct receivers *receivers;
	GPtrArray *list; /* struct receiver * */
};

static struct integration *integration_load(struct loader *loader, const char *receiver,
					    const struct notifier_kind *kind, const config_setting_t *setting)
{
	struct config_key keys[KEYS_MAX];
	size_t count = keys_of(kind, keys);
	struct integration *integration = g_malloc0(data_offset() + kind->data_size);
	integration->kind = kind;
	integration->data = (char *)integration + data_offset();
	integration->context = loader->context;
	integration->receiver = g_strdup(receiver);
	integration->file = g_strdup(config_short_file_of(setting));
	integration->line = config_line_of(setting);
	bool good = config_fill(setting, kind->name, keys, count, integration, loader->report);
	if (kind == &notifier_email)
		email_use_smtp(integration, loader->receivers->shared);
	if (good && kind->check)
		good = kind->check(integration, setting, loader->report);
	if (good && integration->name && strpbrk(integration->name, "/\r\n")) {
		config_problem(loader->report, CONFIG_ERROR, setting, "%s: a name has no '/'", kind->name);
		good = false;
	}
	if (!good) {
		integration_free(integration);
		return NULL;
	}
	set_stable_name(integration);
	return integration;
}

/* ---- receivers ---- */

struct receiver_settings {
	char *name, *timezone;
	int64_t digest_above;
	const config_setting_t *lists[KINDS_MAX];
};

static size_t receiver_keys(struct config_key out[RECEIVER_KEYS_MAX])
{
	size_t count = 0;
	out[count++] = (struct config_key){.name = "name",
					   .type = CONFIG_TEXT,
					   .offset = offsetof(struct receiver_settings, name),
					   .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
					   .doc = "Name that routes use."};
	out[count++] = (struct config_key){.name = "timezone",
					   .type = CONFIG_TEXT,
					   .offset = offsetof(struct receiver_settings, timezone),
					   .doc = "Zone of its readers, such as \"Europe/Berlin\"; default UTC."};
	out[count++] = (struct config_key){.name = "digest_above",
					   .type = CONFIG_INT,
					   .offset = offsetof(struct receiver_settings, digest_above),
					   .fallback = "20",
					   .unit = "incidents a minute",
					   .min = 0,
					   .max = 1000,
					   .doc = "Beyond these, email and slack get one digest of them; 0 = never."};
	for (size_t i = 0; notifier_kinds[i]; i++) {
		assert(i < KINDS_MAX);
		out[count++] = (struct config_key){.name = notifier_kinds[i]->name,
						   .type = CONFIG_LIST,
						   .offset = offsetof(struct receiver_settings, lists) +
							     i * sizeof(config_setting_t *),
						   .doc = "Channels of this kind."};
	}
	return count;
}

static void receiver_free(struct receiver *receiver)
{
	if (!receiver)
		return;
	for (uint32_t i = 0; i < receiver->integration_count; i++)
		integration_free(receiver->integrations[i]);
	g_free(receiver->integrations);
	g_free(receiver->name);
	g_free(receiver->timezone);
	g_free(receiver->file);
	g_free(receiver);
}

static void add_integration(struct loader *loader, struct receiver *receiver, struct integration *integration,
			    const config_setting_t *setting)
{
	for (uint32_t i = 0; i < receiver->integration_count; i++)
		if (!strcmp(receiver->integrations[i]->name, integration->name)) {
			config_problem(loader->report, CONFIG_ERROR, setting,
				       "receiver '%s' has the same %s twice (first at line %d); drop one or name both",
				       receiver->name, integration->kind->name, receiver->integrations[i]->line);
			integration_free(integration);
			return;
		}
	receiver->integrations = g_renew(struct integration *, receiver->integrations, receiver->integration_count + 1);
	receiver->integrations[receiver->integration_count++] = integration;
}

static void load_list(struct loader *loader, struct receiver *receiver, const struct notifier_kind *kind,
		      const config_setting_t *list)
{
	int count = list ? config_setting_length(list) : 0;
	for (int i = 0; i < count; i++) {
		const config_setting_t *setting = config_setting_get_elem(list, (unsigned)i);
		if (receiver->integration_count >= INTEGRATIONS_MAX) {
			config_problem(loader->report, CONFIG_ERROR, setting, "receiver '%s' has more than %d channels",
				       receiver->name, INTEGRATIONS_MAX);
			return;
		}
		struct integration *integration = integration_load(loader, receiver->name, kind, setting);
		if (integration)
			add_integration(loader, receiver, integration, setting);
	}
}

static bool name_taken(struct loader *loader, const char *name, const config_setting_t *setting)
{
	for (guint i = 0; i < loader->list->len; i++) {
		const struct receiver *other = g_ptr_array_index(loader->list, i);
		if (!strcmp(other->name, name)) {
			config_problem(loader->report, CONFIG_ERROR, setting,
				       "receiver '%s' stands twice; first at %s:%d", name, other->file, other->line);
			return true;
		}
	}
	return false;
}

static void receiver_load(struct loader *loader, const config_setting_t *setting)
{
	struct config_key keys[RECEIVER_KEYS_MAX];
	size_t count = receiver_keys(keys);
	struct receiver_settings settings = {0};
	config_fill(setting, "receiver", keys, count, &settings, loader->report);
	const char *name = settings.name ? settings.name : "";
	if (name[strcspn(name, "/\r\n")])
		config_problem(loader->report, CONFIG_ERROR, setting, "receiver: a name has no '/'");
	if (!message_time_zone_known(settings.timezone))
		config_problem(loader->report, CONFIG_ERROR, setting,
			       "receiver '%s': unknown timezone '%s'; write it as \"Europe/Berlin\"", name, settings.timezone);
	if (!*name || !name_taken(loader, name, setting)) {
		struct receiver *receiver = g_new0(struct receiver, 1);
		receiver->name = g_strdup(name);
		receiver->timezone = g_strdup(settings.timezone ? settings.timezone : "");
		receiver->digest_above = settings.digest_above;
		receiver->file = g_strdup(config_short_file_of(setting));
		receiver->line = config_line_of(setting);
		for (size_t i = 0; notifier_kinds[i]; i++)
			load_list(loader, receiver, notifier_kinds[i], settings.lists[i]);
		g_ptr_array_add(loader->list, receiver);
	}
	config_release(keys, count, &settings);
}

/* ---- the whole ---- */

static const config_setting_t *member(const struct config_tree *tree, size_t file, const char *name)
{
	const config_setting_t *root = config_tree_root(tree, file);
	return root ? config_setting_get_member((config_setting_t *)root, name) : NULL;
}

static void load_smtp(struct loader *loader, const struct config_tree *tree)
{
	const config_setting_t *first = NULL;
	for (size_t i = 0; i < config_tree_files(tree); i++) {
		const config_setting_t *setting = member(tree, i, "smtp");
		if (setting && first)
			config_problem(loader->report, CONFIG_ERROR, setting, "smtp may stand once; first at %s:%d",
				       config_file_of(first), config_line_of(first));
		else if (setting)
			loader->receivers->shared = smtp_settings_load(first = setting, loader->report);
	}
}

static void load_lists(struct loader *loader, const struct config_tree *tree)
{
	for (size_t i = 0; i < config_tree_files(tree); i++) {
		const config_setting_t *list = member(tree, i, "receivers");
		if (list && !config_setting_is_list(list)) {
			config_problem(loader->report, CONFIG_ERROR, list, "receivers is a list: ( { name = …; }, … )");
			continue;
		}
		for (int k = 0; list && k < config_setting_length(list); k++) {
			const config_setting_t *setting = config_setting_get_elem(list, (unsigned)k);
			if (config_setting_is_group(setting))
				receiver_load(loader, setting);
			else
				config_problem(loader->report, CONFIG_ERROR, setting,
					       "a receiver is a group: { name = …; }");
		}
	}
}

static void check_fallback(struct loader *loader, const struct receiver *receiver,
			   const struct integration *integration)
{
	if (!integration->fallback)
		return;
	const char **names = g_new0(const char *, loader->list->len + 1);
	bool found = false;
	for (guint i = 0; i < loader->list->len; i++) {
		names[i] = ((struct receiver *)g_ptr_array_index(loader->list, i))->name;
		found |= !strcmp(names[i], integration->fallback);
	}
	const char *nearest = found ? NULL : config_nearest(integration->fallback, names);
	if (!found)
		config_problem(loader->report, CONFIG_ERROR, NULL, "%s:%d: fallback receiver '%s' does not exist%s%s%s",
			       integration->file, integration->line, integration->fallback,
			       nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	else if (!strcmp(integration->fallback, receiver->name))
		config_problem(loader->report, CONFIG_ERROR, NULL, "%s:%d: receiver '%s' is its own fallback",
			       integration->file, integration->line, receiver->name);
	g_free(names);
}

static void check_fallbacks(struct loader *loader)
{
	for (guint i = 0; i < loader->list->len; i++) {
		const struct receiver *receiver = g_ptr_array_index(loader->list, i);
		for (uint32_t k = 0; k < receiver->integration_count; k++)
			check_fallback(loader, receiver, receiver->integrations[k]);
	}
}

struct receivers *receivers_load(const struct config_tree *tree, const struct notifier_context *context,
				 struct config_report *report)
{
	struct receivers *receivers = g_new0(struct receivers, 1);
	receivers->references = 1;
	struct loader loader = {context, report, receivers, g_ptr_array_new()};
	load_smtp(&loader, tree);
	load_lists(&loader, tree);
	check_fallbacks(&loader);
	receivers->count = loader.list->len;
	receivers->receivers = (struct receiver **)g_ptr_array_free(loader.list, FALSE);
	return receivers;
}

struct receivers *receivers_ref(struct receivers *receivers)
{
	atomic_fetch_add_explicit(&receivers->references, 1, memory_order_relaxed);
	return receivers;
}

void receivers_unref(struct receivers *receivers)
{
	if (!receivers || atomic_fetch_sub_explicit(&receivers->references, 1, memory_order_acq_rel) != 1)
		return;
	for (uint32_t i = 0; i < receivers->count; i++)
		receiver_free(receivers->receivers[i]);
	g_free(receivers->receivers);
	smtp_settings_free(receivers->shared);
	g_free(receivers);
}

struct receiver *receivers_find(const struct receivers *receivers, const char *name)
{
	for (uint32_t i = 0; i < receivers->count; i++)
		if (!strcmp(receivers->receivers[i]->name, name))
			return receivers->receivers[i];
	return NULL;
}

struct integration *receivers_integration(const struct receivers *receivers, const char *stable_name)
{
	for (uint32_t i = 0; i < receivers->count; i++) {
		const struct receiver *receiver = receivers->receivers[i];
		for (uint32_t k = 0; k < receiver->integration_count; k++)
			if (!strcmp(receiver->integrations[k]->name, stable_name))
				return receiver->integrations[k];
	}
	return NULL;
}

char *integration_shown(const struct integration *integration)
{
	return integration->kind->shown ? integration->kind->shown(integration) : NULL;
}

static void append_keys(GString *out, const char *title, const char *name, const struct config_key *keys, size_t count)
{
	char *rows = config_reference(keys, count);
	g_string_append_printf(out, "## %s%s\n\n%s\n", title, name, rows);
	free(rows);
}

char *receivers_reference(void)
{
	GString *out = g_string_new(NULL);
	struct config_key of_receiver[RECEIVER_KEYS_MAX], of_channel[KEYS_MAX];
	append_keys(out, "Receivers", "", of_receiver, receiver_keys(of_receiver));
	for (size_t i = 0; notifier_kinds[i]; i++)
		append_keys(out, "Channel ", notifier_kinds[i]->name, of_channel, keys_of(notifier_kinds[i], of_channel));
	char *templates = custom_reference();
	g_string_append(out, templates);
	g_free(templates);
	append_keys(out, "Mail server: ", "smtp", smtp_keys, smtp_key_count);
	return g_string_free(out, FALSE);
}
