#include "engine/scenario_run.h"
#include "base/duration.h"
#include <string.h>

const char *run_word(const struct scenario_run *run, unsigned i)
{
	return i < run->statement->count ? run->statement->words[i] : "";
}

const char *run_after(const struct scenario_run *run, const char *keyword)
{
	for (unsigned i = 1; i + 1 < run->statement->count; i++)
		if (strcmp(run->statement->words[i], keyword) == 0)
			return run->statement->words[i + 1];
	return NULL;
}

bool run_has(const struct scenario_run *run, const char *keyword)
{
	for (unsigned i = 1; i < run->statement->count; i++)
		if (strcmp(run->statement->words[i], keyword) == 0)
			return true;
	return false;
}

bool run_number(const char *text, double *out, struct error *err)
{
	char *end;
	*out = g_ascii_strtod(text, &end);
	return (text[0] && !*end) || error_set(err, "'%s' is no number", text);
}

bool run_count(const char *text, uint32_t *out, struct error *err)
{
	double number;
	if (!run_number(text, &number, err))
		return false;
	if (number < 0 || number > 1e6 || number != (double)(uint32_t)number)
		return error_set(err, "'%s' is no count", text);
	*out = (uint32_t)number;
	return true;
}

bool run_duration(const struct scenario_run *run, const char *keyword, msec_t *out, struct error *err)
{
	const char *text = run_after(run, keyword);
	return !text || duration_parse(text, out, err);
}
