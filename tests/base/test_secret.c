#include "base/log.h"
#include "base/secret.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Test(secret, comes_from_the_first_line_of_a_safe_file)
{
	log_configure(LOG_LEVEL_ERROR, LOG_SINK_NONE);
	static const struct {
		const char *content;
		mode_t mode;
		const char *want, *error;
	} rows[] = {
		{"hush\n", 0600, "hush", NULL},         {"hush", 0644, "hush", NULL},
		{"hush\r\nmore\n", 0400, "hush", NULL}, {"", 0600, NULL, "empty"},
		{"\nhush", 0600, NULL, "empty"},        {"hush\n", 0620, NULL, "write"},
		{"hush\n", 0602, NULL, "write"},
	};
	char path[] = "/tmp/tocsin-secret-XXXXXX";
	int fd = mkstemp(path);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_assert_eq(ftruncate(fd, 0), 0);
		cr_assert_eq(pwrite(fd, rows[i].content, strlen(rows[i].content), 0), (ssize_t)strlen(rows[i].content));
		fchmod(fd, rows[i].mode);
		struct error err = {""};
		struct secret *secret = secret_from_file(path, &err);
		cr_assert_eq(secret != NULL, rows[i].want != NULL, "row %zu: %s", i, err.text);
		if (secret)
			cr_assert_str_eq(secret_text(secret), rows[i].want);
		else
			cr_assert(strstr(err.text, rows[i].error) && strstr(err.text, path));
		secret_free(secret);
	}
	unlink(path);
	close(fd);
	struct error err = {""};
	cr_assert_null(secret_from_file(path, &err));
	cr_assert_null(secret_from_file("/tmp", &err));
	cr_assert(strstr(err.text, "regular"));
}

Test(secret, equality)
{
	struct secret *secret = secret_new("abc");
	cr_assert(secret_equal(secret_text(secret), "abc", 3));
	cr_assert_not(secret_equal(secret_text(secret), "abd", 3));
	secret_free(secret);
	secret_free(NULL);
}
