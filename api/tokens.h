/* tokens: who may come in: a file of `name role sha256hex` lines. A token is random, shown once when it is made, and
 * stored only as its SHA-256. The file is read again when it changes; a broken one leaves the old list in force.
 * Any thread (a short lock; the file is read without it). */
#ifndef API_TOKENS_H
#define API_TOKENS_H

#include "base/error.h"
#include <stddef.h>

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_RESPONDER, ROLE_ADMIN };
const char *role_name(enum role role); /* "none" "viewer" "responder" "admin" */
bool role_parse(const char *text, enum role *out); /* not "none" */

enum { TOKEN_NAME_MAX = 64, TOKEN_SIZE = 48, TOKEN_HASH_SIZE = 65 };

struct identity {
	char name[TOKEN_NAME_MAX + 1];
	enum role role;
};

struct tokens;

/* err names file and line. */
struct tokens *tokens_open(const char *path, struct error *err);
void tokens_free(struct tokens *tokens);
/* Reads the file again if it changed since. False with err if it is broken now; said once per change. */
bool tokens_refresh(struct tokens *tokens, struct error *err);
bool tokens_find(struct tokens *tokens, const char *secret, struct identity *out);
/* Is there still a token with this hash? For sessions; out gets its present role. */
bool tokens_find_hash(struct tokens *tokens, const char hash[TOKEN_HASH_SIZE], struct identity *out);

/* Letters, digits and @ . _ - + : what a name may hold. */
bool token_name_valid(const char *name);
void token_make(char out[TOKEN_SIZE]); /* "tcs_" and 256 random bits */
void token_hash(const char *secret, char out[TOKEN_HASH_SIZE]); /* SHA-256, lower-case hex */
/* Appends the hashed line (file made with mode 0640 if absent); refuses a name that is already there. */
bool token_append(const char *path, const char *name, enum role role, const char *secret, struct error *err);

#endif
