/* power: a disk that loses power: what was not synced is kept, dropped or torn, sector by sector. Stands behind fail_vfs: the
 * real files hold what the process sees, this remembers what the disk would. One database at a time; any thread. */
#ifndef TESTS_STORE_POWER_H
#define TESTS_STORE_POWER_H

#include <stdbool.h>
#include <stdint.h>

/* What becomes of what was not synced. */
enum power_loss {
	POWER_LOSES_ALL,
	POWER_KEEPS_ALL, /* as after kill -9 */
	POWER_TEARS, /* each sector by the seed: kept, dropped, or cut in the middle */
};

/* All files are taken as they lie on the disk (none at first); the n-th change from now (1 = the next) meets the cut, and all after
 * it fail. 0 = no cut. */
void power_on(unsigned n);
/* Changes (writes, truncations, syncs, removals) since power_on. */
unsigned power_changes(void);
bool power_is_cut(void);
/* After the cut, with every file closed: the files become what the disk kept. */
void power_restore(enum power_loss loss, uint32_t seed);
/* Forgets all files. */
void power_forget(void);

#endif
