/* fail_vfs: SQLite's file system with faults on plan, as the default VFS of the test process. Any thread. */
#ifndef TESTS_STORE_FAIL_VFS_H
#define TESTS_STORE_FAIL_VFS_H

#include <stdbool.h>

enum fail_call { FAIL_WRITE, FAIL_SYNC };

/* Once, before the first database is opened. */
void fail_vfs_install(void);
/* The n-th call from now (1 = the next) ends with code; and all later ones if for_good. n = 0 disarms. */
void fail_vfs_arm(enum fail_call call, unsigned n, int code, bool for_good);
/* Calls since the last arming. */
unsigned fail_vfs_calls(enum fail_call call);

#endif
