/* The first byte chooses the context, the rest is a template, run over a fixed alert. */
#include "base/json.h"
#include "model/template.h"
#include <glib.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *sample(void)
{
	return json_pack("{s:{s:s,s:s},s:f,s:n,s:[s,s],s:[{s:{s:s}},{s:{s:s}}],s:s,s:b}", "labels", "connector",
			 "a<b>&\"c\"", "cluster", "prod", "value", 0.0741, "peak", "list", "x", "y", "alerts", "labels",
			 "connector", "one", "labels", "connector", "two", "unit", "ratio", "flapping", 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	if (!ready)
		json_setup(); /* as in the programs: memory of jansson is not memory of malloc */
	ready = true;
	if (size == 0)
		return 0;
	char *text = g_strndup((const char *)data + 1, size - 1), *out = NULL;
	struct error err = {0};
	struct template *template =
		template_compile("fuzz", text, (enum template_context)(data[0] % (TEMPLATE_HEADER + 1)), NULL, &err);
	if (template) {
		json_t *alert = sample();
		bool ok = template_run(template, alert, 10000, &out, &err);
		g_assert(ok == (out != NULL) && (ok || err.text[0]));
		json_decref(alert);
	} else {
		g_assert(err.text[0]);
	}
	g_free(out);
	template_free(template);
	g_free(text);
	return 0;
}
