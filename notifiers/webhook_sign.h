/* webhook_sign: signatures of the Standard Webhooks specification (github.com/standard-webhooks): "v1," and the
 * base64 of HMAC-SHA256 over "id.timestamp.body". Pure. */
#ifndef NOTIFIERS_WEBHOOK_SIGN_H
#define NOTIFIERS_WEBHOOK_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* secret: "whsec_" and base64 as the specification has it, else its bytes as they are. Caller g_free's. */
char *webhook_signature(const char *secret, const char *id, int64_t timestamp, const char *body, size_t length);

/* Any text; after "whsec_" base64, as the standard writes keys. */
bool webhook_secret_valid(const char *secret);

#endif
