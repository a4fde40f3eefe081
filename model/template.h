/* template: small safe texts with names, filters, conditions and lists, compiled at load, run into a bounded
 * buffer. Every interpolated value is escaped for the context of its field. No I/O, no recursion, no user code.
 *   {{connector}}  {{value|percent}}  {{summary|truncate:200|default:"-"}}
 *   {{#if acknowledged}}…{{else}}…{{/if}}   {{#if severity == "critical"}}   {{#unless …}}   {{! a remark }}
 *   {{#each alerts}}{{connector}}{{#unless @last}}, {{/unless}}{{/each}}: inside, the item's names come first; @index
 *   counts from 1, {{.}} is an item that is a plain text. Filters: the table in template_filter.c.
 * Source: own grammar; names as in Alertmanager's and Handlebars' practice. */
#ifndef MODEL_TEMPLATE_H
#define MODEL_TEMPLATE_H

#include "base/error.h"
#include <jansson.h>
#include <stddef.h>

/* The filter `human` formats a number in the unit that the data names as "unit". */
enum template_context { TEMPLATE_PLAIN, TEMPLATE_HTML, TEMPLATE_SLACK, TEMPLATE_JSON, TEMPLATE_URL, TEMPLATE_HEADER };

struct template;

/* names: NULL-terminated names that may be used outside {{#each}} (NULL = any); labels and annotations are reached as
 * {{connector}} or {{labels.connector}}. An unknown name, filter or an unclosed block is refused with line:col. */
struct template *template_compile(const char *name, const char *text, enum template_context context,
				  const char *const *names, struct error *err);
void template_free(struct template *template);
/* data is an object. Fails (with place) when a filter meets a value it cannot take or limit bytes are passed;
 * then *out is untouched. An absent name is "" unless default: is given. Caller frees. Any thread. */
bool template_run(const struct template *template, const json_t *data, size_t limit, char **out, struct error *err);
const char *template_text(const struct template *template);
/* The filters as Markdown rows; caller frees with g_free. */
char *template_filter_reference(void);

#endif
