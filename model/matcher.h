/* matcher: name op "value" tests on labels, all of which must hold; ops = != =~ !~, regular expressions
 * anchored (GRegex with (*LIMIT_MATCH=1000)). An absent label is "". `rule` is an alias of `alertname`.
 * Immutable after parsing; a match remembers regex answers per value, so one owner thread, or give each its own. */
#ifndef MODEL_MATCHER_H
#define MODEL_MATCHER_H

#include "base/error.h"
#include "model/labels.h"

struct matchers;

/* "cluster=~'prod-.*', connector!='canary'": quoted by ' or ", or a bare word; separated by commas; {} around
 * is allowed. "" matches everything. err says the column. */
struct matchers *matchers_parse(const char *text, struct error *err);
void matchers_free(struct matchers *matchers);
enum match_answer { MATCH_NO, MATCH_YES, MATCH_LIMIT }; /* LIMIT: a regex gave up; counts as unknown */
enum match_answer matchers_match(struct matchers *matchers, const struct labels *labels);
/* Matcher i alone, asked about a value. */
enum match_answer matchers_ask(const struct matchers *matchers, size_t i, const char *value);
bool matchers_empty(const struct matchers *matchers);
const char *matchers_text(const struct matchers *matchers); /* as written */
size_t matchers_count(const struct matchers *matchers);
/* Two tests that no value of their label passes both: one asks for a value that the other refuses. */
bool matchers_contradict(struct matchers *matchers, size_t *exact, size_t *other);
/* The name of matcher i; the value if op is =, else NULL. */
const char *matchers_name(const struct matchers *matchers, size_t i);
const char *matchers_exact(const struct matchers *matchers, size_t i);

#endif
