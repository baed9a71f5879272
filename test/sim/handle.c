/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/handle.h"

#include <assert.h>
#include <string.h>

static struct handle *handle(sqlite3_file *base)
{
	return (struct handle *)base;
}

/* An operation on a file begins; false: it cannot. */
static bool begin(const struct handle *h)
{
	return h->file && platter_begin(h->platter);
}

static void unlist(struct handle *h)
{
	struct handle **at = &h->platter->handles;

	while (*at != h)
		at = &(*at)->next;
	*at = h->next;
}

static int close_file(sqlite3_file *base)
{
	struct handle *h = handle(base);

	unlist(h);
	if (h->file)
		folder_release(&h->platter->folder, h->file);
	else
		h->platter->dead--;
	return SQLITE_OK;
}

/* ---- bytes ---- */

static int read_file(sqlite3_file *base, void *out, int len, sqlite3_int64 at)
{
	struct handle *h = handle(base);
	size_t found;

	if (!begin(h))
		return SQLITE_IOERR;
	h->platter->counts.reads++;
	found = track_read(&h->file->track, (size_t)at, out, (size_t)len);
	return platter_end(h->platter, found < (size_t)len ?
					       SQLITE_IOERR_SHORT_READ :
					       SQLITE_OK);
}

/* Up to where the file can be written. */
static size_t end_of_room(const struct handle *h)
{
	size_t capacity = h->platter->faults.capacity;
	size_t used = folder_size(&h->platter->folder);

	if (capacity == 0)
		return SIZE_MAX;
	return h->file->track.size + (capacity > used ? capacity - used : 0);
}

static bool is_read_only(const struct handle *h)
{
	return h->read_only || h->platter->faults.read_only;
}

/* On a full disk there is room for the beginning. */
static int write_file(sqlite3_file *base, const void *in, int len,
		      sqlite3_int64 at)
{
	struct handle *h = handle(base);
	struct ilp_bytes bytes = { in, (size_t)len };
	size_t start = (size_t)at, end;

	if (!begin(h))
		return SQLITE_IOERR;
	if (is_read_only(h))
		return platter_end(h->platter, SQLITE_IOERR_WRITE);
	end = end_of_room(h);
	if (end < start + bytes.len)
		bytes.len = end > start ? end - start : 0;
	track_write(&h->file->track, start, bytes);
	h->platter->counts.writes++;
	h->platter->counts.written += bytes.len;
	return platter_end(h->platter, bytes.len < (size_t)len ? SQLITE_FULL :
								 SQLITE_OK);
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size)
{
	struct handle *h = handle(base);

	if (!begin(h))
		return SQLITE_IOERR;
	if (is_read_only(h))
		return platter_end(h->platter, SQLITE_IOERR_TRUNCATE);
	track_resize(&h->file->track, (size_t)size);
	return platter_end(h->platter, SQLITE_OK);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *out)
{
	struct handle *h = handle(base);

	if (!begin(h))
		return SQLITE_IOERR;
	*out = (sqlite3_int64)h->file->track.size;
	return platter_end(h->platter, SQLITE_OK);
}

/* ---- syncs ---- */

static bool sync_fails(struct handle *h)
{
	const struct platter_faults *faults = &h->platter->faults;

	if (faults->before_sync && faults->before_sync(faults->context))
		return true;
	return is_read_only(h) && !track_is_synced(&h->file->track);
}

/* If the power fails meanwhile, the dice say how much was written. */
static int sync_bytes(struct handle *h)
{
	int result;

	if (!begin(h))
		return SQLITE_IOERR;
	h->platter->counts.syncs++;
	result = platter_end(h->platter, SQLITE_OK);
	if (result != SQLITE_OK)
		return result;
	if (sync_fails(h)) {
		track_fail_sync(&h->file->track);
		return SQLITE_IOERR_FSYNC;
	}
	if (!h->platter->faults.lies)
		track_sync(&h->file->track);
	return SQLITE_OK;
}

static int sync_file(sqlite3_file *base, int flags)
{
	struct handle *h = handle(base);
	int result = sync_bytes(h);

	(void)flags; /* for us there is one kind */
	if (result != SQLITE_OK || !h->syncs_directory)
		return result;
	h->syncs_directory = false;
	return platter_sync_directory(h->platter);
}

/* ---- locks, among the handles of one file ---- */

/* The highest lock that another one has. */
static int lock_beside(const struct handle *h)
{
	int highest = SQLITE_LOCK_NONE;

	for (const struct handle *other = h->platter->handles; other;
	     other = other->next)
		if (other != h && other->file == h->file &&
		    other->lock > highest)
			highest = other->lock;
	return highest;
}

/* A writer that waits for readers to end lets no new ones in. */
static int lock_file(sqlite3_file *base, int level)
{
	struct handle *h = handle(base);
	int beside;

	if (!h->file || platter_is_off(h->platter))
		return SQLITE_IOERR;
	if (h->lock >= level)
		return SQLITE_OK;
	beside = lock_beside(h);
	if (beside >= SQLITE_LOCK_PENDING ||
	    (level > SQLITE_LOCK_SHARED && beside >= SQLITE_LOCK_RESERVED))
		return SQLITE_BUSY;
	if (level == SQLITE_LOCK_EXCLUSIVE && beside >= SQLITE_LOCK_SHARED) {
		h->lock = SQLITE_LOCK_PENDING;
		return SQLITE_BUSY;
	}
	h->lock = level;
	return SQLITE_OK;
}

static int unlock_file(sqlite3_file *base, int level)
{
	struct handle *h = handle(base);

	if (!h->file || platter_is_off(h->platter))
		return SQLITE_IOERR;
	if (h->lock > level)
		h->lock = level;
	return SQLITE_OK;
}

static int check_reserved_lock(sqlite3_file *base, int *out)
{
	struct handle *h = handle(base);

	if (!h->file || platter_is_off(h->platter))
		return SQLITE_IOERR;
	*out = h->lock >= SQLITE_LOCK_RESERVED ||
	       lock_beside(h) >= SQLITE_LOCK_RESERVED;
	return SQLITE_OK;
}

/* ---- what it is ---- */

static int control(sqlite3_file *base, int operation, void *argument)
{
	(void)base;
	(void)operation;
	(void)argument;
	return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base)
{
	return (int)handle(base)->platter->options.sector_size;
}

static int characteristics(sqlite3_file *base)
{
	return handle(base)->platter->options.powersafe ?
		       SQLITE_IOCAP_POWERSAFE_OVERWRITE :
		       0;
}

/* Version 1: without shared memory. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = close_file,
	.xRead = read_file,
	.xWrite = write_file,
	.xTruncate = truncate_file,
	.xSync = sync_file,
	.xFileSize = file_size,
	.xLock = lock_file,
	.xUnlock = unlock_file,
	.xCheckReservedLock = check_reserved_lock,
	.xFileControl = control,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics,
};

/* SQLite's VFS for Unix syncs the directory for these, and for no database. */
#define SYNCS_DIRECTORY                                                        \
	(SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL)

void handle_open(struct handle *h, struct platter *platter, struct file *file,
		 int flags)
{
	*h = (struct handle){
		.base.pMethods = &methods,
		.platter = platter,
		.file = file,
		.syncs_directory = (flags & SQLITE_OPEN_CREATE) &&
				   (flags & SYNCS_DIRECTORY),
		.read_only = flags & SQLITE_OPEN_READONLY,
		.next = platter->handles,
	};
	platter->handles = h;
}

void handle_kill_all(struct platter *platter)
{
	for (struct handle *h = platter->handles; h; h = h->next) {
		if (!h->file)
			continue;
		folder_release(&platter->folder, h->file);
		h->file = NULL;
		platter->dead++;
	}
}
