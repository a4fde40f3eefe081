/* fail_vfs: SQLite's file system with faults on plan, as the default VFS of the test process. Any thread. */
#ifndef TESTS_STORE_FAIL_VFS_H
#define TESTS_STORE_FAIL_VFS_H

#include <stdbool.h>
#include <stddef.h>

enum fail_call { FAIL_WRITE, FAIL_SYNC };

/* Once, before the first database is opened. */
void fail_vfs_install(void);
/* The n-th call from now (1 = the next) ends with code; and all later ones if for_good. n = 0 disarms. */
void fail_vfs_arm(enum fail_call call, unsigned n, int code, bool for_good);
/* Calls since the last arming. */
unsigned fail_vfs_calls(enum fail_call call);

/* Who hears of every change to a file before it is made; an answer other than SQLITE_OK is SQLite's, and nothing is changed. */
struct fail_disk {
	int (*write)(const char *name, const void *from, size_t size, size_t at);
	int (*truncate)(const char *name, size_t size);
	int (*sync)(const char *name); /* in place of the real one */
	int (*remove)(const char *name); /* and the folder is synced */
};
void fail_vfs_use_disk(const struct fail_disk *disk);

#endif
