/* app_reload: a new configuration, read on a chore thread, used between two steps: all of it or nothing. */
#include "base/failpoint.h"
#include "base/json.h"
#include "base/log.h"
#include "engine/app_state.h"
#include <string.h>

struct reading {
	struct app *app;
	struct app_message *message; /* becomes MESSAGE_SETTINGS */
};

static struct settings *load(struct app *app, struct config_report *report)
{
	struct settings *settings =
		settings_load(app->config_path, app->config_text, &app->notifier_context, report);
	if (settings) {
		app_override(app, settings);
		settings_note_unused(settings, app->first_settings, report);
	}
	return settings;
}

static void reading_run(void *job)
{
	struct reading *reading = job;
	struct app *app = reading->app;
	struct app_message *message = reading->message;
	struct config_report report = {0};
	message->kind = MESSAGE_SETTINGS;
	if (FAILPOINT("app.reload"))
		config_problem(&report, CONFIG_ERROR, NULL, "failpoint app.reload");
	else
		message->settings = load(app, &report);
	message->text = config_report_text(&report);
	config_report_release(&report);
	g_free(reading);
	if (mailbox_post(app->inbox, message))
		return;
	if (message->reload_done)
		message->reload_done(message->ctx, false, "the daemon is busy or stopping");
	app_message_free(message);
}

static void reading_cancel(void *job)
{
	struct reading *reading = job;
	app_message_free(reading->message);
	g_free(reading);
}

void app_read_settings(struct app *app, struct app_message *message)
{
	struct reading *reading = g_new0(struct reading, 1);
	reading->app = app;
	reading->message = message;
	if (executor_submit(app->chores, reading_run, reading_cancel, reading))
		return;
	if (message->reload_done)
		message->reload_done(message->ctx, false, "too many reloads at once");
	reading_cancel(reading);
}

static void retire_run(void *job)
{
	struct settings *settings = job;
	source_set_stop(settings->sources);
	settings_unref(settings);
}

/* The settings of the start are kept to the end: listen, tokens and limits are read from them. */
static void retire(struct app *app, struct settings *settings)
{
	if (settings == app->first_settings)
		source_set_stop(settings->sources);
	else if (!executor_submit(app->chores, retire_run, retire_run, settings))
		retire_run(settings);
}

static void note_reload(struct app *app, bool ok, const char *text, msec_t at)
{
	g_free(app->reload_text);
	app->reload_text = g_strdup(text);
	app->reload_ok = ok;
	app->reload_at = at;
	g_free(app->reload_error);
	app->reload_error = ok ? NULL : g_strdup(text);
	log_event(ok ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "config", ok ? "configuration read" : "configuration refused; the old one runs on",
		  "report", text ? text : "", NULL);
	app_note(app, EVENT_RELOAD, json_pack("{s:b, s:o}", "ok", ok, "report", json_text_value(text)));
}

/* The new sources start first, so that a failure leaves everything as it was: what they hand in waits in the mailbox
 * until this step is over. Takes settings over. */
static bool take_over(struct app *app, struct settings *settings, struct now now, struct error *err)
{
	struct settings *old = app->settings;
	if (!app_start_sources(app, settings, app->config_generation + 1, err)) {
		settings_unref(settings);
		return false;
	}
	app->settings = settings;
	app->config_generation++;
	app->config_loaded_at = now.wall;
	evaluator_set_rules(app->evaluator, settings->rulebook);
	app_use_targets(app);
	dispatcher_configure(app->dispatcher, settings->route, settings->receivers);
	retire(app, old);
	return true;
}

void app_use_settings(struct app *app, struct app_message *message, struct now now)
{
	struct settings *settings = g_steal_pointer(&message->settings);
	struct error err = {""};
	bool ok = settings && take_over(app, settings, now, &err);
	const char *text = err.text[0] ? err.text : message->text;
	note_reload(app, ok, text, now.wall);
	if (message->reload_done)
		message->reload_done(message->ctx, ok, text);
}

void app_keep_settings(struct app *app, struct app_message *message)
{
	if (g_queue_get_length(&app->settings_waiting) < APP_SETTINGS_WAITING) {
		g_queue_push_tail(&app->settings_waiting, message);
		return;
	}
	log_event(LOG_LEVEL_WARNING, "config", "too many reloads at once; this one is not used", NULL);
	if (message->reload_done)
		message->reload_done(message->ctx, false, "too many reloads at once");
	app_message_free(message);
}
