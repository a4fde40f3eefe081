#include "notifiers/smtp_settings.h"
#include "notifiers/mail_address.h"
#include <glib.h>
#include <string.h>

static const char *const tls_choices[] = {"starttls", "none", "smtps", NULL};

#define KEY(key_name, key_type, ...)                                                                                   \
	{                                                                                                              \
		.name = #key_name, .type = key_type, .offset = offsetof(struct smtp_settings, key_name), __VA_ARGS__   \
	}

const struct config_key smtp_keys[] = {
	KEY(host, CONFIG_TEXT, .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY, .doc = "Name of the mail relay."),
	KEY(port, CONFIG_INT, .fallback = "587", .min = 1, .max = 65535, .doc = "Its port."),
	KEY(tls, CONFIG_CHOICE, .fallback = "starttls", .choices = tls_choices, .doc = "\"starttls\" or \"none\"."),
	KEY(user, CONFIG_TEXT, .doc = "User to sign in as; without it nobody signs in."),
	KEY(password, CONFIG_SECRET, .doc = "Password; better in password_file."),
	KEY(password_file, CONFIG_SECRET_FILE, .doc = "File that holds the password."),
	KEY(from, CONFIG_TEXT, .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	    .doc = "Sender: \"Tocsin <tocsin@example.com>\"."),
	KEY(helo, CONFIG_TEXT, .doc = "Name to greet with; default the machine's."),
	KEY(ca_file, CONFIG_FILE, .doc = "Certificates to trust instead of the system's."),
};
const size_t smtp_key_count = G_N_ELEMENTS(smtp_keys);

static bool check(const struct smtp_settings *smtp, const config_setting_t *setting, struct config_report *report)
{
	size_t errors = report->errors;
	if (smtp->tls == SMTP_TLS_SMTPS)
		config_problem(
			report, CONFIG_ERROR, setting,
			"smtp: tls = \"smtps\" (port 465) cannot be done; use \"starttls\", usually on port 587");
	if (smtp->password && smtp->password_file)
		config_problem(report, CONFIG_ERROR, setting, "smtp: either 'password_file' or 'password', not both");
	if (!smtp->user && (smtp->password || smtp->password_file))
		config_problem(report, CONFIG_ERROR, setting, "smtp: a password needs 'user'");
	if (smtp->user && !smtp->password && !smtp->password_file)
		config_problem(report, CONFIG_ERROR, setting, "smtp: 'user' needs 'password_file'");
	if (smtp->user && smtp->tls == SMTP_TLS_NONE)
		config_problem(report, CONFIG_WARNING, setting,
			       "smtp: the password goes out unencrypted with tls = \"none\"");
	if (strpbrk(smtp->host, ":[]\r\n\t ") || (smtp->helo && !mail_domain_valid(smtp->helo)))
		config_problem(report, CONFIG_ERROR, setting,
			       "smtp: 'host' and 'helo' are names such as mail.example.com, without port or blanks");
	char *address = mailbox_address(smtp->from);
	if (!address || strpbrk(smtp->from, "\r\n"))
		config_problem(report, CONFIG_ERROR, setting,
			       "smtp: '%s' is no sender; write \"Name <user@example.com>\"", smtp->from);
	g_free(address);
	return report->errors == errors;
}

struct smtp_settings *smtp_settings_load(const config_setting_t *setting, struct config_report *report)
{
	struct smtp_settings *smtp = g_new0(struct smtp_settings, 1);
	if (config_fill(setting, "smtp", smtp_keys, smtp_key_count, smtp, report) && check(smtp, setting, report))
		return smtp;
	smtp_settings_free(smtp);
	return NULL;
}

void smtp_settings_free(struct smtp_settings *settings)
{
	if (!settings)
		return;
	config_release(smtp_keys, smtp_key_count, settings);
	g_free(settings);
}
