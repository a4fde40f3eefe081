#include "base/secret.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_MAX = 16384 };

struct secret {
	size_t size;
	char text[];
};

static struct secret *make(const char *text, size_t length)
{
	struct secret *secret = g_malloc(sizeof *secret + length + 1);
	secret->size = length + 1;
	memcpy(secret->text, text, length);
	secret->text[length] = '\0';
	return secret;
}

struct secret *secret_new(const char *text)
{
	return make(text, strlen(text));
}

static bool check_file(int fd, const char *path, struct error *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return error_set(err, "%s: %s", path, g_strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(err, "%s: not a regular file", path);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return error_set(err, "%s: others may write it; chmod go-w", path);
	if (st.st_mode & S_IROTH)
		log_event(LOG_LEVEL_WARNING, "base", "everybody may read this secret", "file", path, NULL);
	return true;
}

static bool read_file(int fd, const char *path, char *out, size_t *out_length, struct error *err)
{
	size_t length = 0;
	ssize_t n;
	while ((n = read(fd, out + length, SECRET_MAX - length)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, "%s: %s", path, g_strerror(errno));
		length += (size_t)n;
		if (length == SECRET_MAX)
			return error_set(err, "%s: longer than %d bytes", path, SECRET_MAX - 1);
	}
	*out_length = length;
	return true;
}

static struct secret *first_line(const char *text, size_t length, const char *path, struct error *err)
{
	const char *end = memchr(text, '\n', length);
	size_t line = end ? (size_t)(end - text) : length;
	if (line && text[line - 1] == '\r')
		line--;
	if (!line)
		error_set(err, "%s: the first line is empty", path);
	else if (memchr(text, '\0', line))
		error_set(err, "%s: a NUL byte", path);
	else
		return make(text, line);
	return NULL;
}

struct secret *secret_from_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		error_set(err, "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	char text[SECRET_MAX];
	size_t length = 0;
	struct secret *secret = NULL;
	if (check_file(fd, path, err) && read_file(fd, path, text, &length, err))
		secret = first_line(text, length, path, err);
	explicit_bzero(text, sizeof text);
	close(fd);
	return secret;
}

void secret_free(struct secret *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret->text, secret->size);
	g_free(secret);
}

const char *secret_text(const struct secret *secret)
{
	return secret->text;
}

bool secret_equal(const void *a, const void *b, size_t length)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char difference = 0;
	for (size_t i = 0; i < length; i++)
		difference |= x[i] ^ y[i];
	return difference == 0;
}
