#include "api/tokens.h"

#include "base/rng.h"
#include "base/secret.h"
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOKENS_FILE_MAX = 1 << 20 };

struct token {
	struct identity who;
	char hash[TOKEN_HASH_SIZE];
};

struct tokens {
	char *path;
	/* housekeeping thread only, after open */
	struct stat seen;
	/* under lock */
	pthread_mutex_t lock;
	GArray *list; /* of struct token */
};

static const char *const role_names[] = {"none", "viewer", "responder", "admin"};

const char *role_name(enum role role)
{
	return role_names[role];
}

bool role_parse(const char *text, enum role *out)
{
	for (enum role role = ROLE_VIEWER; role <= ROLE_ADMIN; role++) {
		if (strcmp(text, role_names[role]) == 0) {
			*out = role;
			return true;
		}
	}
	return false;
}

bool token_name_valid(const char *name)
{
	size_t length = strlen(name);
	if (length == 0 || length > TOKEN_NAME_MAX)
		return false;
	for (const char *c = name; *c; c++)
		if (!g_ascii_isalnum(*c) && !strchr("@._-+", *c))
			return false;
	return true;
}

void token_hash(const char *secret, char out[TOKEN_HASH_SIZE])
{
	char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, secret, -1);
	g_strlcpy(out, hex, TOKEN_HASH_SIZE);
	g_free(hex);
}

void token_make(char out[TOKEN_SIZE])
{
	uint8_t random[32];
	rng_secret(random, sizeof random);
	char *text = g_base64_encode(random, sizeof random);
	for (char *c = text; *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? '\0' : *c;
	g_snprintf(out, TOKEN_SIZE, "tcs_%s", text);
	memset(text, 0, strlen(text));
	g_free(text);
}

static bool hash_valid(const char *text)
{
	size_t length = strspn(text, "0123456789abcdef");
	return length == TOKEN_HASH_SIZE - 1 && text[length] == '\0';
}

static bool parse_line(char *line, struct token *out, struct error *err)
{
	char **words = g_strsplit_set(g_strstrip(line), " \t", -1);
	char *fields[4] = {NULL};
	size_t count = 0;
	for (char **word = words; *word && count < G_N_ELEMENTS(fields); word++)
		if (**word)
			fields[count++] = *word;
	bool ok = false;
	if (count != 3)
		error_set(err, "a line is: name role sha256");
	else if (!token_name_valid(fields[0]))
		error_set(err, "a name is 1 to %d letters, digits or @._-+", TOKEN_NAME_MAX);
	else if (!role_parse(fields[1], &out->who.role))
		error_set(err, "role '%.32s' is not one of viewer, responder, admin", fields[1]);
	else if (!hash_valid(fields[2]))
		error_set(err,
			  "the third word is not a SHA-256 in lower-case hex (make tokens with: tocsinctl token new)");
	else
		ok = true;
	if (ok) {
		g_strlcpy(out->who.name, fields[0], sizeof out->who.name);
		g_strlcpy(out->hash, fields[2], sizeof out->hash);
	}
	g_strfreev(words);
	return ok;
}

static GArray *parse_text(const char *path, char *text, struct error *err)
{
	GArray *list = g_array_new(FALSE, TRUE, sizeof(struct token));
	char **lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i]; i++) {
		struct token token = {0};
		char *line = g_strstrip(lines[i]);
		if (!*line || *line == '#')
			continue;
		if (!parse_line(line, &token, err)) {
			error_prefix(err, "%s:%zu: ", path, i + 1);
			g_array_free(list, TRUE);
			list = NULL;
			break;
		}
		g_array_append_val(list, token);
	}
	g_strfreev(lines);
	return list;
}

static char *read_file(const char *path, struct stat *status, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, status) != 0) {
		error_set(err, "%s: %s", path, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	char *text = NULL;
	if (!S_ISREG(status->st_mode) || status->st_size > TOKENS_FILE_MAX)
		error_set(err, "%s: not a plain file of at most 1 MiB", path);
	else if (status->st_mode & S_IWOTH)
		error_set(err, "%s: everybody may write to it: chmod o-w", path);
	else
		text = g_malloc0((size_t)status->st_size + 1);
	if (text && read(fd, text, (size_t)status->st_size) < 0) {
		error_set(err, "%s: %s", path, g_strerror(errno));
		g_clear_pointer(&text, g_free);
	}
	close(fd);
	return text;
}

static GArray *load(const char *path, struct stat *status, struct error *err)
{
	char *text = read_file(path, status, err);
	GArray *list = text ? parse_text(path, text, err) : NULL;
	g_free(text);
	return list;
}

struct tokens *tokens_open(const char *path, struct error *err)
{
	struct stat status;
	GArray *list = load(path, &status, err);
	if (!list)
		return NULL;
	struct tokens *tokens = g_new0(struct tokens, 1);
	tokens->path = g_strdup(path);
	tokens->seen = status;
	tokens->list = list;
	pthread_mutex_init(&tokens->lock, NULL);
	return tokens;
}

void tokens_free(struct tokens *tokens)
{
	if (!tokens)
		return;
	pthread_mutex_destroy(&tokens->lock);
	g_array_free(tokens->list, TRUE);
	g_free(tokens->path);
	g_free(tokens);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec && a->st_mode == b->st_mode;
}

bool tokens_refresh(struct tokens *tokens, struct error *err)
{
	struct stat status = {0};
	if (stat(tokens->path, &status) == 0 && same_file(&status, &tokens->seen))
		return true;
	if (status.st_ino == 0 && tokens->seen.st_ino == 0)
		return true; /* still away: said already */
	tokens->seen = status;
	GArray *list = load(tokens->path, &status, err);
	if (!list)
		return false;
	pthread_mutex_lock(&tokens->lock);
	GArray *old = tokens->list;
	tokens->list = list;
	pthread_mutex_unlock(&tokens->lock);
	g_array_free(old, TRUE);
	return true;
}

bool tokens_find_hash(struct tokens *tokens, const char hash[TOKEN_HASH_SIZE], struct identity *out)
{
	bool found = false;
	pthread_mutex_lock(&tokens->lock);
	for (guint i = 0; i < tokens->list->len; i++) { /* all of them: the time tells nothing */
		const struct token *token = &g_array_index(tokens->list, struct token, i);
		if (secret_equal(token->hash, hash, TOKEN_HASH_SIZE - 1)) {
			*out = token->who;
			found = true;
		}
	}
	pthread_mutex_unlock(&tokens->lock);
	return found;
}

bool tokens_find(struct tokens *tokens, const char *secret, struct identity *out)
{
	char hash[TOKEN_HASH_SIZE];
	token_hash(secret, hash);
	return tokens_find_hash(tokens, hash, out);
}

static bool name_is_free(const char *path, const char *name, struct error *err)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return errno == ENOENT || error_set(err, "%s: %s", path, g_strerror(errno));
	GArray *list = load(path, &status, err);
	if (!list)
		return false;
	bool is_free = true;
	for (guint i = 0; i < list->len; i++)
		is_free = is_free && strcmp(g_array_index(list, struct token, i).who.name, name) != 0;
	g_array_free(list, TRUE);
	return is_free || error_set(err, "%s already has a token named '%s'", path, name);
}

/* An editor may have left the last line open. */
static bool ends_in_a_line(int fd)
{
	char last;
	off_t size = lseek(fd, 0, SEEK_END);
	return size <= 0 || pread(fd, &last, 1, size - 1) != 1 || last == '\n';
}

bool token_append(const char *path, const char *name, enum role role, const char *secret, struct error *err)
{
	if (!token_name_valid(name))
		return error_set(err, "a name is 1 to %d letters, digits or @._-+", TOKEN_NAME_MAX);
	if (!name_is_free(path, name, err))
		return false;
	char hash[TOKEN_HASH_SIZE];
	token_hash(secret, hash);
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		return error_set(err, "%s: %s", path, g_strerror(errno));
	char *line = g_strdup_printf("%s%s %s %s\n", ends_in_a_line(fd) ? "" : "\n", name, role_name(role), hash);
	ssize_t length = (ssize_t)strlen(line);
	bool ok = write(fd, line, (size_t)length) == length && fsync(fd) == 0;
	if (!ok)
		error_set(err, "%s: %s", path, g_strerror(errno));
	g_free(line);
	close(fd);
	return ok;
}
