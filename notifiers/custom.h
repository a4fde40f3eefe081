/* custom: a user's own summary and body of one integration, compiled at load. A failure at run time never loses a
 * page: the caller then sends the built-in text (notifiers/fallback.h), which names the fault. */
#ifndef NOTIFIERS_CUSTOM_H
#define NOTIFIERS_CUSTOM_H

#include "base/config.h"
#include "model/template.h"
#include "notifiers/message.h"

struct custom {
	char *summary_text, *body_text; /* from the configuration */
	struct template *summary, *body;
};

/* Entries for a kind's table of keys; custom_member is a struct custom in its data. */
#define CUSTOM_KEYS(data, custom_member)                                                                               \
	{.name = "summary_template",                                                                                   \
	 .type = CONFIG_TEXT,                                                                                          \
	 .offset = offsetof(data, custom_member.summary_text),                                                         \
	 .doc = "Own text for the first line; names such as {{connector}}, {{fact}} and {{limit}}."},                  \
	{                                                                                                              \
		.name = "body_template", .type = CONFIG_TEXT, .offset = offsetof(data, custom_member.body_text),       \
		.doc = "Own text in place of the facts; links, reasons and the incident stay."                         \
	}

/* Reports errors with line:col at the setting. */
bool custom_compile(struct custom *custom, const char *name, enum template_context summary, enum template_context body,
		    const config_setting_t *setting, struct config_report *report);
void custom_release(struct custom *custom); /* the templates; the texts belong to the table */
/* Sets the message's custom texts, NULL where they are blank; false with the place of the fault. */
bool custom_run(const struct custom *custom, struct message *message, struct error *err);
/* Markdown of what templates may use. g_free. */
char *custom_reference(void);
/* What templates see; also the base of a webhook's own body. Caller decrefs. */
json_t *message_data(const struct message *message);

#endif
