#include "base/config.h"
#include <glib.h>
#include <stdarg.h>
#include <string.h>

enum { PROBLEMS_MAX = 500 };

static bool same_file(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Behind all problems of this file up to this line; a new file goes to the end. */
static size_t place_of(const struct config_report *report, const char *file, int line)
{
	size_t place = report->count, any = report->count;
	for (size_t i = report->count; i-- > 0;) {
		if (!same_file(report->problems[i].file, file))
			continue;
		if (report->problems[i].line <= line)
			return i + 1;
		any = i;
	}
	return any < place ? any : place;
}

static void insert(struct config_report *report, struct config_problem problem)
{
	if (report->count == report->capacity) {
		report->capacity = report->capacity ? report->capacity * 2 : 8;
		report->problems = g_renew(struct config_problem, report->problems, report->capacity);
	}
	size_t place = place_of(report, problem.file, problem.line);
	memmove(report->problems + place + 1, report->problems + place,
		(report->count - place) * sizeof *report->problems);
	report->problems[place] = problem;
	report->count++;
}

__attribute__((format(printf, 5, 0))) static void add(struct config_report *report, enum config_severity severity,
						      const char *file, int line, const char *format, va_list args)
{
	report->errors += severity == CONFIG_ERROR;
	if (report->count >= PROBLEMS_MAX)
		return;
	insert(report, (struct config_problem){.severity = severity,
					       .file = g_strdup(file),
					       .line = line,
					       .text = g_strdup_vprintf(format, args)});
}

void config_problem(struct config_report *report, enum config_severity severity, const config_setting_t *at,
		    const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(report, severity, at ? config_file_of(at) : NULL, at ? config_line_of(at) : 0, format, args);
	va_end(args);
}

void config_problem_at(struct config_report *report, enum config_severity severity, const char *file, int line,
		       const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(report, severity, file, line, format, args);
	va_end(args);
}

bool config_refused_at(const struct config_report *report, const config_setting_t *at)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct config_problem *problem = &report->problems[i];
		if (problem->severity == CONFIG_ERROR && problem->line == config_line_of(at) &&
		    same_file(problem->file, config_file_of(at)))
			return true;
	}
	return false;
}

void config_report_release(struct config_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		g_free(report->problems[i].file);
		g_free(report->problems[i].text);
	}
	g_free(report->problems);
	*report = (struct config_report){0};
}

char *config_report_text(const struct config_report *report)
{
	GString *out = g_string_new("");
	for (size_t i = 0; i < report->count; i++) {
		const struct config_problem *problem = &report->problems[i];
		if (problem->file && *problem->file)
			g_string_append_printf(out, "%s:", problem->file);
		if (problem->line > 0)
			g_string_append_printf(out, "%d:", problem->line);
		g_string_append_printf(out, "%s%s: %s\n", out->len && out->str[out->len - 1] == ':' ? " " : "",
				       problem->severity == CONFIG_ERROR ? "error" : "warning", problem->text);
	}
	return g_string_free(out, FALSE);
}
