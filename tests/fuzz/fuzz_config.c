#include "base/config.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct thing {
	char *name;
	msec_t wait;
	char **to;
	double share;
	struct config_pairs labels;
};

static const struct config_key keys[] = {
	{"name", CONFIG_TEXT, offsetof(struct thing, name), CONFIG_REQUIRED},
	{"wait", CONFIG_DURATION, offsetof(struct thing, wait)},
	{"to", CONFIG_TEXTS, offsetof(struct thing, to)},
	{"share", CONFIG_NUMBER, offsetof(struct thing, share)},
	{"labels", CONFIG_LABELS, offsetof(struct thing, labels)},
};
enum { KEYS = sizeof keys / sizeof *keys };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1);
	memcpy(text, data, size);
	struct config_report report = {0};
	struct thing thing = {0};
	/* @include would read the machine's files. */
	if (!strstr(text, "@include")) {
		struct config_tree *tree = config_tree_parse("fuzz.conf", text, &report);
		config_fill(config_tree_root(tree, 0), "thing", keys, KEYS, &thing, &report);
		free(config_report_text(&report));
		config_release(keys, KEYS, &thing);
		config_tree_free(tree);
	}
	config_report_release(&report);
	free(text);
	return 0;
}
