/* commits: what the tests of faults share: a folder for a store, and numbered commits that are there whole or not at all. */
#ifndef TESTS_STORE_COMMITS_H
#define TESTS_STORE_COMMITS_H

#include "store/store.h"

char *store_folder_new(void);
void store_folder_empty(const char *directory);
void store_folder_remove(char *directory); /* and frees the name */

/* Statements that take back what the steps of the schema after the first did. */
extern const char store_to_version_1[];

/* An event and a told row of the same number: together or not at all. */
struct effects *numbered(uint64_t number);
bool has_number(const struct recovered *recovered, uint64_t number);
/* Waits for the answer. */
enum store_outcome commit_effects(struct store *store, const struct effects *effects, struct error *err);
enum store_outcome commit_number(struct store *store, uint64_t number, struct error *err);

#endif
