#include "tests/store/power.h"
#include "tests/store/fail_vfs.h"
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

enum { SECTOR = 512 };

enum change_kind { CHANGE_WRITE, CHANGE_TRUNCATE };

struct change {
	enum change_kind kind;
	size_t at; /* or the new size */
	GByteArray *bytes;
};

struct file {
	GByteArray *synced;
	GPtrArray *changes; /* since the last sync, in order */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *files; /* path -> struct file; under lock */
static unsigned changes, cut_at;
static bool cut;

static void change_free(void *data)
{
	struct change *change = data;
	g_byte_array_unref(change->bytes);
	g_free(change);
}

static void file_free(void *data)
{
	struct file *file = data;
	g_byte_array_unref(file->synced);
	g_ptr_array_unref(file->changes);
	g_free(file);
}

static struct file *file_of(const char *name)
{
	struct file *file = g_hash_table_lookup(files, name);
	if (!file) {
		file = g_new(struct file, 1);
		*file = (struct file){g_byte_array_new(), g_ptr_array_new_with_free_func(change_free)};
		g_hash_table_insert(files, g_strdup(name), file);
	}
	return file;
}

static void resize(GByteArray *bytes, size_t size)
{
	size_t had = bytes->len;
	g_byte_array_set_size(bytes, (guint)size);
	if (size > had)
		memset(bytes->data + had, 0, size - had);
}

static void put(GByteArray *into, const uint8_t *from, size_t size, size_t at)
{
	if (into->len < at + size)
		resize(into, at + size);
	if (size > 0)
		memcpy(into->data + at, from, size);
}

/* How much of a sector's part arrives. */
static size_t arrives(enum power_loss loss, GRand *random, size_t size)
{
	if (loss != POWER_TEARS)
		return loss == POWER_KEEPS_ALL ? size : 0;
	switch (g_rand_int_range(random, 0, 5)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return (size_t)g_rand_int_range(random, 0, (gint32)size + 1);
	default:
		return size;
	}
}

static void apply(GByteArray *into, const struct change *change, enum power_loss loss, GRand *random)
{
	if (change->kind == CHANGE_TRUNCATE) {
		if (arrives(loss, random, 1))
			resize(into, change->at);
		return;
	}
	for (size_t done = 0, part; done < change->bytes->len; done += part) {
		size_t at = change->at + done;
		part = MIN(SECTOR - at % SECTOR, change->bytes->len - done);
		size_t kept = arrives(loss, random, part);
		if (kept > 0)
			put(into, change->bytes->data + done, kept, at);
	}
}

static void settle(struct file *file, enum power_loss loss, GRand *random)
{
	for (guint i = 0; i < file->changes->len; i++)
		apply(file->synced, file->changes->pdata[i], loss, random);
	g_ptr_array_set_size(file->changes, 0);
}

/* Under lock: counts a change; false once the power is gone. */
static bool alive(void)
{
	if (cut)
		return false;
	cut = ++changes == cut_at;
	return true;
}

static int answer(void)
{
	int code = cut ? SQLITE_IOERR : SQLITE_OK;
	pthread_mutex_unlock(&lock);
	return code;
}

static int remember(const char *name, enum change_kind kind, const void *from, size_t size, size_t at)
{
	pthread_mutex_lock(&lock);
	if (alive()) {
		struct change *change = g_new(struct change, 1);
		*change = (struct change){kind, at, g_byte_array_new()};
		g_byte_array_append(change->bytes, from, (guint)size);
		g_ptr_array_add(file_of(name)->changes, change);
	}
	return answer();
}

static int on_write(const char *name, const void *from, size_t size, size_t at)
{
	return remember(name, CHANGE_WRITE, from, size, at);
}

static int on_truncate(const char *name, size_t size)
{
	return remember(name, CHANGE_TRUNCATE, "", 0, size);
}

/* A sync that meets the cut has promised nothing. */
static int on_sync(const char *name)
{
	pthread_mutex_lock(&lock);
	if (alive() && !cut)
		settle(file_of(name), POWER_KEEPS_ALL, NULL);
	return answer();
}

static int on_remove(const char *name)
{
	pthread_mutex_lock(&lock);
	if (alive() && !cut)
		g_hash_table_remove(files, name);
	return answer();
}

void power_on(unsigned n)
{
	static const struct fail_disk disk = {on_write, on_truncate, on_sync, on_remove};
	pthread_mutex_lock(&lock);
	if (!files)
		files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
	changes = 0;
	cut_at = n;
	cut = false;
	pthread_mutex_unlock(&lock);
	fail_vfs_use_disk(&disk);
}

unsigned power_changes(void)
{
	pthread_mutex_lock(&lock);
	unsigned count = changes;
	pthread_mutex_unlock(&lock);
	return count;
}

bool power_is_cut(void)
{
	pthread_mutex_lock(&lock);
	bool gone = cut;
	pthread_mutex_unlock(&lock);
	return gone;
}

void power_restore(enum power_loss loss, uint32_t seed)
{
	GRand *random = g_rand_new_with_seed(seed);
	GList *names = g_list_sort(g_hash_table_get_keys(files), (GCompareFunc)strcmp);
	for (GList *one = names; one; one = one->next) {
		struct file *file = file_of(one->data);
		settle(file, loss, random);
		g_unlink(one->data); /* else a longer file would keep its tail */
		g_file_set_contents_full(one->data, (const char *)file->synced->data, file->synced->len,
					 G_FILE_SET_CONTENTS_NONE, 0640, NULL);
	}
	g_list_free(names);
	g_rand_free(random);
}

void power_forget(void)
{
	fail_vfs_use_disk(NULL);
	if (files)
		g_hash_table_remove_all(files);
}
