#include "base/error.h"
#include <criterion/criterion.h>
#include <string.h>

Test(error, set_returns_false_and_writes_the_text)
{
	struct error err;
	cr_assert_not(error_set(&err, "line %d", 7));
	cr_assert_str_eq(err.text, "line 7");
	cr_assert_not(error_set(NULL, "nobody listens"));
}

Test(error, prefix_puts_its_text_in_front)
{
	struct error err;
	error_set(&err, "no such file");
	error_prefix(&err, "%s", "tocsin.conf");
	cr_assert_str_eq(err.text, "tocsin.conf: no such file");
}

Test(error, long_texts_are_cut_not_overrun)
{
	struct error err;
	char long_text[2 * ERROR_TEXT_MAX];
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	error_set(&err, "%s", long_text);
	cr_assert_eq(strlen(err.text), ERROR_TEXT_MAX - 1);
	error_prefix(&err, "%s", long_text);
	cr_assert_eq(strlen(err.text), ERROR_TEXT_MAX - 1);
}
