#include "tests/store/fail_vfs.h"
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* The real file stands behind this in the same allocation. */
struct fail_file {
	sqlite3_file base;
	sqlite3_file *real;
	const char *name; /* SQLite's, as long as the file is open; NULL = a temporary file */
};

static sqlite3_vfs vfs, *real_vfs;
static const struct fail_disk *disk;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	unsigned calls, n;
	int code;
	bool for_good;
} plans[2]; /* under lock */

void fail_vfs_use_disk(const struct fail_disk *one)
{
	disk = one;
}

void fail_vfs_arm(enum fail_call call, unsigned n, int code, bool for_good)
{
	pthread_mutex_lock(&lock);
	plans[call].calls = 0;
	plans[call].n = n;
	plans[call].code = code;
	plans[call].for_good = for_good;
	pthread_mutex_unlock(&lock);
}

unsigned fail_vfs_calls(enum fail_call call)
{
	pthread_mutex_lock(&lock);
	unsigned calls = plans[call].calls;
	pthread_mutex_unlock(&lock);
	return calls;
}

static int planned(enum fail_call call)
{
	pthread_mutex_lock(&lock);
	unsigned now = ++plans[call].calls, n = plans[call].n;
	bool fails = n && (now == n || (now > n && plans[call].for_good));
	int code = fails ? plans[call].code : SQLITE_OK;
	pthread_mutex_unlock(&lock);
	return code;
}

static sqlite3_file *real(sqlite3_file *file)
{
	return ((struct fail_file *)file)->real;
}

static const char *name_of(sqlite3_file *file)
{
	return ((struct fail_file *)file)->name;
}

#define PASS(file, method, ...) real(file)->pMethods->method(real(file), ##__VA_ARGS__)

static int on_close(sqlite3_file *f)
{
	return PASS(f, xClose);
}
static int on_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return PASS(f, xRead, to, n, at);
}
static int on_file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return PASS(f, xFileSize, size);
}
static int on_lock(sqlite3_file *f, int level)
{
	return PASS(f, xLock, level);
}
static int on_unlock(sqlite3_file *f, int level)
{
	return PASS(f, xUnlock, level);
}
static int on_check_lock(sqlite3_file *f, int *out)
{
	return PASS(f, xCheckReservedLock, out);
}
static int on_control(sqlite3_file *f, int op, void *arg)
{
	return PASS(f, xFileControl, op, arg);
}
static int on_sector(sqlite3_file *f)
{
	return PASS(f, xSectorSize);
}
static int on_traits(sqlite3_file *f)
{
	return PASS(f, xDeviceCharacteristics);
}
static int on_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return PASS(f, xShmMap, page, size, extend, out);
}
static int on_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return PASS(f, xShmLock, at, n, flags);
}
static void on_shm_barrier(sqlite3_file *f)
{
	PASS(f, xShmBarrier);
}
static int on_shm_unmap(sqlite3_file *f, int remove)
{
	return PASS(f, xShmUnmap, remove);
}

static int on_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	int code = planned(FAIL_WRITE);
	if (!code && disk && name_of(f))
		code = disk->write(name_of(f), from, (size_t)n, (size_t)at);
	return code ? code : PASS(f, xWrite, from, n, at);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int code = disk && name_of(f) ? disk->truncate(name_of(f), (size_t)size) : SQLITE_OK;
	return code ? code : PASS(f, xTruncate, size);
}

static int on_sync(sqlite3_file *f, int flags)
{
	int code = planned(FAIL_SYNC);
	if (!code && disk && name_of(f))
		return disk->sync(name_of(f));
	return code ? code : PASS(f, xSync, flags);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_file_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_check_lock,
	.xFileControl = on_control,
	.xSectorSize = on_sector,
	.xDeviceCharacteristics = on_traits,
	.xShmMap = on_shm_map,
	.xShmLock = on_shm_lock,
	.xShmBarrier = on_shm_barrier,
	.xShmUnmap = on_shm_unmap,
};

static int on_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct fail_file *fail = (struct fail_file *)file;
	fail->real = (sqlite3_file *)(fail + 1);
	fail->name = name;
	int code = real_vfs->xOpen(real_vfs, name, fail->real, flags, out_flags);
	fail->base.pMethods = fail->real->pMethods ? &methods : NULL;
	return code;
}

static int on_delete(sqlite3_vfs *self, const char *name, int sync_directory)
{
	int code = disk ? disk->remove(name) : SQLITE_OK;
	return code ? code : real_vfs->xDelete(real_vfs, name, sync_directory);
}

void fail_vfs_install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.pNext = NULL;
	vfs.zName = "fail";
	vfs.szOsFile = (int)sizeof(struct fail_file) + real_vfs->szOsFile;
	vfs.xOpen = on_open;
	vfs.xDelete = on_delete;
	sqlite3_vfs_register(&vfs, 1);
}
