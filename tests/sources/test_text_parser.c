#include "sources/text_parser.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <stdio.h>

struct setup {
	struct labels *base;
	struct slots *slots;
	struct text_parser *parser;
	struct text_counts counts;
	struct error err;
};

static struct setup setup_new(void)
{
	struct label own[] = {{"job", "test"}, {"instance", "host:1"}};
	struct setup setup = {.base = labels_new(own, 2), .slots = slots_new(1000)};
	setup.parser = text_parser_new(setup.base);
	return setup;
}

static void setup_release(struct setup *setup)
{
	text_parser_free(setup->parser);
	slots_free(setup->slots);
	labels_unref(setup->base);
}

static bool run(struct setup *setup, enum text_format format, const char *body)
{
	slots_begin(setup->slots);
	return text_parser_run(setup->parser, format, body, strlen(body), setup->slots, &setup->counts, &setup->err);
}

/* The poll ends: the engine took it. */
static void end(struct setup *setup)
{
	struct batch *batch = batch_new(0);
	slots_fill(setup->slots, batch, 0);
	slots_taken(setup->slots);
	batch_free(batch);
}

/* "name{label="value",…}" without job and instance -> slot. */
static uint32_t find(struct setup *setup, const char *text)
{
	for (uint32_t i = 0; i < slots_count(setup->slots); i++) {
		static const char *const own[] = {"job", "instance", "__name__"};
		struct labels *labels = slots_labels(setup->slots, i);
		struct labels *rest = labels_without(labels, own, 3);
		char *format = labels_format(rest);
		char *whole = g_strconcat(labels_get(labels, "__name__"), labels_count(rest) ? format : "", NULL);
		bool same = strcmp(whole, text) == 0;
		g_free(whole);
		free(format);
		labels_unref(rest);
		if (same)
			return i;
	}
	return SLOT_NONE;
}

static double value(struct setup *setup, const char *text)
{
	uint32_t slot = find(setup, text);
	cr_assert_neq(slot, SLOT_NONE, "no series %s", text);
	return slots_value(setup->slots, slot);
}

struct accepted {
	enum text_format format;
	const char *body, *series;
	double value;
};

#define P TEXT_PROMETHEUS
#define O TEXT_OPENMETRICS

Test(text_parser, takes_what_the_formats_allow)
{
	static const struct accepted cases[] = {
		{P, "a 1\n", "a", 1},
		{P, "a 1 1700000000000\n", "a", 1},
		{P, "a 1 -5\n", "a", 1},
		{P, "\n\n  \t a\t{ x = \"1\" , y=\"2\" , } \t -3.5e2 \t 17 \t\n\n", "a{x=\"1\",y=\"2\"}", -350},
		{P, "# just a remark\n#\n# TYPE\t a  counter  \n# HELP a\n# HELP b some \\\\ \\n text\na 1\n", "a", 1},
		{P, "a 1\r\nb{x=\"y\"} 2\r\n", "b{x=\"y\"}", 2},
		{P, "a{x=\"q\\\"b\\\\s\\nn\\w\"} 1\n", "a{x=\"q\\\"b\\\\s\\nn\\\\w\"}", 1},
		{P, "a{x=\"}{,= #\"} 1\n", "a{x=\"}{,= #\"}", 1},
		{P, "a{x=\"\xC3\xA4\"} 1\n", "a{x=\"\xC3\xA4\"}", 1},
		{P, "{\"my.metric\",\"label.x\"=\"v\"} 1\n", "my.metric{label.x=\"v\"}", 1},
		{P, "{\"my.metric\"} 1\n", "my.metric", 1},
		{P, "a{} 1\n", "a", 1},
		{P, "a{x=\"\"} 1\n", "a", 1},
		{P, "a +1\nb 0x1p4\n", "b", 16},
		{P, "a 1\n# EOF", "a", 1},
		{P, "a 1\n# EOF\n", "a", 1},
		{P, "a:b_C9 1\n", "a:b_C9", 1},
		{P, "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 3\nh_sum 2\nh_count 3\n", "h_bucket{le=\"+Inf\"}", 3},
		{P, "a{job=\"x\",instance=\"y\"} 1\n", "a{exported_instance=\"y\",exported_job=\"x\"}", 1},
		{P, "a{job=\"x\",exported_job=\"y\"} 1\n", "a{exported_exported_job=\"x\",exported_job=\"y\"}", 1},
		{O, "a 1\n# EOF\n", "a", 1},
		{O, "a 1\n# EOF", "a", 1},
		{O,
		 "# TYPE a counter\n# UNIT a \n# HELP a h \\\"q\\\"\na_total 1 1700000000.25\na_created 1.5e9\n# EOF\n",
		 "a_total", 1},
		{O, "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds{x=\"y\"} inf\nb 2\n# EOF\n", "b", 2},
		{O,
		 "# TYPE h histogram\nh_bucket{le=\"1.0\"} 1 # {trace_id=\"a b\"} 0.5 1.5\nh_bucket{le=\"+Inf\"} 2\n"
		 "h_count 2\nh_sum 2.5\nh_created 1\n# EOF\n",
		 "h_bucket{le=\"+Inf\"}", 2},
		{O, "# TYPE c counter\nc_total 5 # {} 1\n# EOF\n", "c_total", 5},
		{O, "# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_count 2\ns_sum 3\n# EOF\n", "s_sum", 3},
		{O, "# TYPE g gaugehistogram\ng_bucket{le=\"+Inf\"} 1\ng_gcount 1\ng_gsum 4\n# EOF\n", "g_gsum", 4},
		{O, "# TYPE st stateset\nst{st=\"on\"} 1\nst{st=\"off\"} 0\n# EOF\n", "st{st=\"on\"}", 1},
		{O, "# TYPE u unknown\nu 7\n# EOF\n", "u", 7},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup = setup_new();
		for (int pass = 0; pass < 3; pass++) {
			cr_assert(run(&setup, cases[i].format, cases[i].body), "case %zu, pass %d: %s", i, pass,
				  setup.err.text);
			cr_assert_eq(value(&setup, cases[i].series), cases[i].value, "case %zu, pass %d", i, pass);
			cr_assert_eq(setup.counts.added == 0, pass > 0, "case %zu: parsed once", i);
			end(&setup);
		}
		setup_release(&setup);
	}
}

Test(text_parser, refuses_what_they_do_not_and_says_where)
{
	static const struct {
		enum text_format format;
		const char *body, *error;
	} cases[] = {
		{P, "a 1", "line 1, column 4: the last line has no end"},
		{P, "a 1\nb\n", "line 2, column 2: expected a space and a value"},
		{P, "a one\n", "line 1, column 3: expected a number"},
		{P, "a 1 2 3\n", "line 1, column 7: expected the end of the line"},
		{P, "a 1 2.5\n", "line 1, column 5: a timestamp is a whole number"},
		{P, "a 1 1e30\n", "line 1, column 5: the timestamp is out of range"},
		{P, "a 1 NaN\n", "line 1, column 5: the timestamp is out of range"},
		{P, "a{x=\"1\" 1\n", "line 1, column 1: the braces are not closed"},
		{P, "a{x=\"1} 1\n", "line 1, column 1: the braces are not closed"},
		{P, "a{x=1} 1\n", "line 1, column 5: expected a value in quotes"},
		{P, "a{1x=\"1\"} 1\n", "line 1, column 3: a name is missing"},
		{P, "a{x=\"1\",x=\"2\"} 1\n", "the label \"x\" stands twice"},
		{P, "a{x=\"1\",,} 1\n", "a name is missing"},
		{P, "a{x=\"1\"y=\"2\"} 1\n", "line 1, column 8: expected , or }"},
		{P, "1a 1\n", "line 1, column 1: a name is missing or begins"},
		{P, "a-b 1\n", "line 1, column 2: a wrong character in a name"},
		{P, "a{x=\"\xFF\"} 1\n", "not UTF-8"},
		{P, "{x=\"y\"} 1\n", "the series has no name"},
		{P, "a{\"b\"} 1\n", "two names"},
		{P, "a{__name__=\"b\"} 1\n", "__name__"},
		{P, "# TYPE a nonsense\n", "line 1, column 1: unknown type \"nonsense\""},
		{P, "# TYPE a stateset\n", "unknown type"},
		{P, "# TYPE a\n", "says no type"},
		{P, "# TYPE a gauge\n# TYPE a gauge\n", "line 2, column 1: a second TYPE"},
		{P, "a 1\n# TYPE a gauge\n", "comes after its samples"},
		{P, "a 1 # {x=\"y\"} 1\n", "expected the end of the line"},
		{P, "a 1_0\n", "expected a number"},
		{O, "a 1\n", "# EOF is missing"},
		{O, "", "# EOF is missing"},
		{O, "# EOF\na 1\n", "line 2, column 1: something stands behind # EOF"},
		{O, "a 1\n# EOF\n\n", "something stands behind"},
		{O, "a 1\n\n# EOF\n", "line 2, column 1: an empty line"},
		{O, "a  1\n# EOF\n", "expected a number"},
		{O, "a\t1\n# EOF\n", "expected a space"},
		{O, " a 1\n# EOF\n", "expected a name"},
		{O, "a 1 \n# EOF\n", "line 1, column 5: expected an exemplar or the end"},
		{O, "a 1\r\n# EOF\n", "expected the end of the line"},
		{O, "a{x=\"1\",} 1\n# EOF\n", "a comma before }"},
		{O, "a{ x=\"1\"} 1\n# EOF\n", "a name is missing"},
		{O, "a {x=\"1\"} 1\n# EOF\n", "expected a number"},
		{O, "# remark\n# EOF\n", "line 1, column 1: only TYPE, HELP, UNIT and EOF"},
		{O, "#TYPE a gauge\n# EOF\n", "only TYPE"},
		{O, "# TYPE a counter\na 1\n# EOF\n", "is no name for a sample of a counter"},
		{O, "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\na{x=\"2\"} 1\n# EOF\n",
		 "line 5, column 1: the family of \"a\""},
		{O, "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# HELP a x\n# EOF\n",
		 "line 5, column 1: the family \"a\""},
		{O, "# TYPE a gauge\na 1\n# HELP a x\n# EOF\n", "comes after its samples"},
		{O, "# TYPE a untyped\n# EOF\n", "unknown type"},
		{O, "# TYPE a gauge\n# UNIT a seconds\n# EOF\n", "does not end in its unit"},
		{O, "# TYPE h histogram\nh_bucket 1\n# EOF\n", "needs the label \"le\""},
		{O, "# TYPE s stateset\ns{x=\"1\"} 1\n# EOF\n", "needs the label \"s\""},
		{O, "# TYPE a gauge\na 1 # {x=\"y\"} 1\n# EOF\n", "an exemplar on something"},
		{O, "# TYPE a counter\na_total 1 # {x=\"y\"}\n# EOF\n", "expected a space behind the exemplar"},
		{O, "# TYPE a counter\na_total 1 # x 1\n# EOF\n", "expected { of the exemplar"},
		{O,
		 "# TYPE a counter\na_total 1 # "
		 "{x=\"0123456789012345678901234567890123456789012345678901234567890123456"
		 "7890123456789012345678901234567890123456789012345678901234567\"} 1\n# EOF\n",
		 "more than 128 characters"},
		{O, "a 0x1p4\n# EOF\n", "expected a number"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup = setup_new();
		for (int pass = 0; pass < 2; pass++) {
			cr_assert_not(run(&setup, cases[i].format, cases[i].body), "case %zu: %s", i, cases[i].body);
			cr_assert(strstr(setup.err.text, cases[i].error), "case %zu, pass %d: \"%s\", expected \"%s\"",
				  i, pass, setup.err.text, cases[i].error);
		}
		setup_release(&setup);
	}
}

Test(text_parser, a_nul_is_no_end)
{
	static const struct {
		const char *body;
		size_t length;
		bool good;
	} cases[] = {
		{"# TYPE a counter\0x\n", 19, false},
		{"a\0b 1\n", 6, false},
		{"a 1\0\n", 5, false},
		{"a 1\n\0", 5, false},
		{"a{x=\"y\0z\"} 1\n", 13, true}, /* legal there */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup = setup_new();
		slots_begin(setup.slots);
		cr_assert_eq(text_parser_run(setup.parser, P, cases[i].body, cases[i].length, setup.slots,
					     &setup.counts, &setup.err),
			     cases[i].good, "case %zu", i);
		if (cases[i].good)
			cr_assert_eq(value(&setup, "a{x=\"y\xEF\xBF\xBDz\"}"), 1);
		setup_release(&setup);
	}
}

Test(text_parser, types_of_series)
{
	static const struct {
		enum text_format format;
		const char *body, *series;
		enum metric_type type;
	} cases[] = {
		{P, "# TYPE a counter\na 1\n", "a", METRIC_COUNTER},
		{P, "a 1\n", "a", METRIC_GAUGE},
		{P, "a_total 1\n", "a_total", METRIC_COUNTER},
		{P, "# TYPE a_total gauge\na_total 1\n", "a_total", METRIC_GAUGE},
		{P, "# TYPE h histogram\nh_bucket{le=\"1\"} 1\n", "h_bucket{le=\"1\"}", METRIC_COUNTER},
		{P, "# TYPE s summary\ns{quantile=\"1\"} 1\n", "s{quantile=\"1\"}", METRIC_GAUGE},
		{O, "# TYPE a counter\na_total 1\n# EOF\n", "a_total", METRIC_COUNTER},
		{O, "# TYPE a gauge\na 1\n# EOF\n", "a", METRIC_GAUGE},
		{O, "# TYPE s summary\ns_count 1\n# EOF\n", "s_count", METRIC_COUNTER},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup = setup_new();
		cr_assert(run(&setup, cases[i].format, cases[i].body));
		uint32_t slot = find(&setup, cases[i].series);
		struct batch *batch = batch_new(0);
		slots_fill(setup.slots, batch, 0);
		cr_assert_lt(slot, batch->added_count);
		cr_assert_eq(batch->added[slot].type, cases[i].type, "case %zu", i);
		batch_free(batch);
		setup_release(&setup);
	}
}

Test(text_parser, leaves_out_what_is_no_measurement)
{
	struct setup setup = setup_new();
	cr_assert(run(&setup, O,
		      "# TYPE a counter\na_total 1\na_created 5\n# TYPE t info\nt_info{v=\"1\"} 1\n"
		      "# TYPE target info\ntarget_info{x=\"y\"} 1\n# EOF\n"));
	cr_assert_eq(slots_live(setup.slots), 1);
	cr_assert_eq(setup.counts.samples, 4);
	setup_release(&setup);
}

Test(text_parser, times)
{
	static const struct {
		enum text_format format;
		const char *body;
	} cases[] = {{P, "a 1 1700000000123\nb 2\n"}, {O, "a 1 1700000000.123\nb 2\n# EOF\n"}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup = setup_new();
		for (int pass = 0; pass < 2; pass++) {
			cr_assert(run(&setup, cases[i].format, cases[i].body));
			struct batch *batch = batch_new(0);
			batch->at.wall = 99;
			slots_fill(setup.slots, batch, 0);
			slots_taken(setup.slots);
			cr_assert_eq(batch->times[0], 1700000000123);
			cr_assert_eq(batch->times[1], 99);
			batch_free(batch);
		}
		setup_release(&setup);
	}
}

Test(text_parser, nan_and_infinity_are_unknown)
{
	struct setup setup = setup_new();
	cr_assert(run(&setup, P, "a NaN\nb +Inf\nc 0\n"));
	cr_assert(value_is_unknown(value(&setup, "a")));
	cr_assert(value_is_unknown(value(&setup, "b")));
	cr_assert_eq(value(&setup, "c"), 0);
	setup_release(&setup);
}

Test(text_parser, follows_series_that_come_go_and_move)
{
	struct setup setup = setup_new();
	static const struct {
		const char *body;
		double a, b, ab; /* -1 = unknown */
		uint32_t added;
	} passes[] = {
		{"a 1\na{x=\"b\"} 2\n", 1, -1, 2, 2},
		{"a 3\na{x=\"b\"} 4\n", 3, -1, 4, 0},
		{"a{x=\"b\"} 5\na 6\n", 6, -1, 5, 0},
		{"b 7\na{x=\"b\"} 8\n", -1, 7, 8, 1},
		{"a 9\nb 10\na{x=\"b\"} 11\n", 9, 10, 11, 0},
		{"a 12\n", 12, -1, -1, 0},
		{"a {x=\"b\"} 13\n", -1, -1, 13, 1},
		{"a{x=\"b\"} 14\nb 15\na 16\n", 16, 15, 14, 0},
		{"a  17\nb\t18\n", 17, 18, -1, 0},
		{"", -1, -1, -1, 0},
		{"a 20\nb 21\na{x=\"b\"} 22\n", 20, 21, 22, 0},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(passes); i++) {
		cr_assert(run(&setup, P, passes[i].body), "pass %zu: %s", i, setup.err.text);
		cr_assert_eq(setup.counts.added, passes[i].added, "pass %zu: %u", i, setup.counts.added);
		const double expected[] = {passes[i].a, passes[i].b, passes[i].ab};
		static const char *const names[] = {"a", "b", "a{x=\"b\"}"};
		for (int n = 0; n < 3; n++) {
			uint32_t slot = find(&setup, names[n]);
			double got = slot == SLOT_NONE ? VALUE_UNKNOWN : slots_value(setup.slots, slot);
			cr_assert(expected[n] < 0 ? value_is_unknown(got) : got == expected[n], "pass %zu, %s: %g", i,
				  names[n], got);
		}
		end(&setup);
	}
	setup_release(&setup);
}

Test(text_parser, of_duplicates_the_last_counts)
{
	struct setup setup = setup_new();
	for (int pass = 0; pass < 3; pass++) {
		cr_assert(run(&setup, P, "a 1\nb 5\na 2\n"));
		cr_assert_eq(value(&setup, "a"), 2);
		cr_assert_eq(setup.counts.duplicates, 1);
		end(&setup);
	}
	setup_release(&setup);
}

Test(text_parser, the_bound_drops_and_counts)
{
	struct setup setup = setup_new();
	GString *body = g_string_new(NULL);
	for (int i = 0; i < 1200; i++)
		g_string_append_printf(body, "m{i=\"%d\"} %d\n", i, i);
	for (int pass = 0; pass < 2; pass++) {
		cr_assert(run(&setup, P, body->str));
		cr_assert_eq(setup.counts.dropped, 200, "pass %d: %u", pass, setup.counts.dropped);
		cr_assert_eq(slots_live(setup.slots), 1000);
		struct batch *batch = batch_new(0);
		slots_fill(setup.slots, batch, 0);
		slots_taken(setup.slots);
		cr_assert_eq(batch->dropped, 200);
		cr_assert_eq(batch->values[999], 999);
		batch_free(batch);
	}
	g_string_free(body, TRUE);
	setup_release(&setup);
}

Test(text_parser, format_by_content_type)
{
	static const struct {
		const char *type;
		enum text_format format;
	} cases[] = {
		{"application/openmetrics-text; version=1.0.0; charset=utf-8", O},
		{"Application/OpenMetrics-Text", O},
		{"text/plain; version=0.0.4", P},
		{"text/html", P},
		{"", P},
		{"application/openmetrics-texture", P},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		cr_assert_eq(text_format_of(cases[i].type), cases[i].format, "%s", cases[i].type);
}
