/* config_value: one value of a configuration, read as the type of its key says. For config_fill.c alone. */
#ifndef BASE_CONFIG_VALUE_H
#define BASE_CONFIG_VALUE_H

#include "base/config.h"

/* False with a report at the value if it is refused; into is untouched then. */
bool config_value_read(const struct config_key *key, const config_setting_t *at, void *into, struct config_report *report);
/* The index of a word among the key's choices; false if it is none of them. */
bool config_value_choice(const struct config_key *key, const char *text, int *out);
void config_pairs_release(struct config_pairs *pairs);

#endif
