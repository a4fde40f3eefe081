/* smtp_settings: the one `smtp` group: the relay that takes all mail. Immutable after load; owned by the receivers. */
#ifndef NOTIFIERS_SMTP_SETTINGS_H
#define NOTIFIERS_SMTP_SETTINGS_H

#include "base/config.h"
#include "base/secret.h"

enum smtp_tls { SMTP_TLS_STARTTLS, SMTP_TLS_NONE, SMTP_TLS_SMTPS };

struct smtp_settings {
	char *host;
	int64_t port;
	int tls; /* enum smtp_tls */
	char *user;
	struct secret *password, *password_file;
	char *from, *helo, *ca_file;
};

extern const struct config_key smtp_keys[];
extern const size_t smtp_key_count;

/* Reads and checks the group; NULL if it brought errors. */
struct smtp_settings *smtp_settings_load(const config_setting_t *setting, struct config_report *report);
void smtp_settings_free(struct smtp_settings *settings);
#endif
