/* SPDX-License-Identifier: Apache-2.0 */
#include "test/fault_vfs.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

struct fault_plan fault_plan;
struct fault_counts fault_counts;

/* The system's file lies behind ours. */
struct fault_file {
	sqlite3_file file;
	sqlite3_file *inner;
	const char *name;
};

static sqlite3_file *inner(sqlite3_file *file)
{
	return ((struct fault_file *)file)->inner;
}

static sqlite3_vfs *system_vfs(void)
{
	return sqlite3_vfs_find("unix");
}

/* The code of a call that is to fail, or OK. */
static int fault(enum fault_call call)
{
	fault_counts.calls[call]++;
	if (fault_plan.at[call].times == 0)
		return SQLITE_OK;
	if (fault_plan.at[call].after > 0) {
		fault_plan.at[call].after--;
		return SQLITE_OK;
	}
	if (fault_plan.at[call].times > 0)
		fault_plan.at[call].times--;
	errno = fault_plan.at[call].error;
	return fault_plan.at[call].code;
}

static int close_file(sqlite3_file *file)
{
	return inner(file)->pMethods->xClose(inner(file));
}

static int read_file(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	int rc = fault(FAULT_READ);

	return rc ? rc :
		    inner(file)->pMethods->xRead(inner(file), out, len, at);
}

static int write_file(sqlite3_file *file, const void *in, int len,
		      sqlite3_int64 at)
{
	int rc = fault(FAULT_WRITE);

	if (rc)
		return rc;
	if (fault_plan.room) {
		if (fault_plan.room <= len)
			return SQLITE_FULL;
		fault_plan.room -= len;
	}
	fault_counts.bytes += (uint64_t)len;
	return inner(file)->pMethods->xWrite(inner(file), in, len, at);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = fault(FAULT_TRUNCATE);

	return rc ? rc : inner(file)->pMethods->xTruncate(inner(file), size);
}

/* Not opened once more: to close it would give up the locks on it. */
static void keep_synced(sqlite3_file *file)
{
	const struct fault_file *f = (struct fault_file *)file;
	static uint8_t buffer[65536];
	char name[512];
	sqlite3_int64 left, at = 0;
	FILE *out;

	snprintf(name, sizeof(name), "%s" FAULT_SYNCED, f->name);
	out = fopen(name, "wb");
	assert(out && f->inner->pMethods->xFileSize(f->inner, &left) == 0);
	while (left > 0) {
		int len = left < (int)sizeof(buffer) ? (int)left :
						       (int)sizeof(buffer);

		f->inner->pMethods->xRead(f->inner, buffer, len, at);
		fwrite(buffer, 1, (size_t)len, out);
		at += len;
		left -= len;
	}
	fclose(out);
}

static int sync_file(sqlite3_file *file, int flags)
{
	int rc = fault(FAULT_SYNC);
	const struct timespec pause = { 0, 1000L * fault_plan.sync_us };

	if (rc)
		return rc;
	if (fault_plan.sync_us)
		nanosleep(&pause, NULL);
	if (fault_plan.keep_synced)
		keep_synced(file);
	return inner(file)->pMethods->xSync(inner(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
	return inner(file)->pMethods->xFileSize(inner(file), out);
}

static int lock(sqlite3_file *file, int level)
{
	return inner(file)->pMethods->xLock(inner(file), level);
}

static int unlock(sqlite3_file *file, int level)
{
	return inner(file)->pMethods->xUnlock(inner(file), level);
}

static int check_lock(sqlite3_file *file, int *out)
{
	return inner(file)->pMethods->xCheckReservedLock(inner(file), out);
}

static int control(sqlite3_file *file, int op, void *argument)
{
	return inner(file)->pMethods->xFileControl(inner(file), op, argument);
}

static int sector_size(sqlite3_file *file)
{
	return inner(file)->pMethods->xSectorSize(inner(file));
}

static int characteristics(sqlite3_file *file)
{
	return inner(file)->pMethods->xDeviceCharacteristics(inner(file));
}

/* Version 1: no shared memory and no mapping, as in the simulator. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = close_file,
	.xRead = read_file,
	.xWrite = write_file,
	.xTruncate = truncate_file,
	.xSync = sync_file,
	.xFileSize = file_size,
	.xLock = lock,
	.xUnlock = unlock,
	.xCheckReservedLock = check_lock,
	.xFileControl = control,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
		     int flags, int *out_flags)
{
	struct fault_file *f = (struct fault_file *)file;
	int rc = fault(FAULT_OPEN);

	(void)vfs;
	file->pMethods = NULL;
	f->name = name;
	if (rc)
		return rc;
	f->inner = (sqlite3_file *)(f + 1);
	rc = system_vfs()->xOpen(system_vfs(), name, f->inner, flags,
				 out_flags);
	if (f->inner->pMethods)
		file->pMethods = &methods;
	return rc;
}

/* The rest is the system's, which is handed its own self. */
static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	int rc = sync_folder ? fault(FAULT_SYNC) : SQLITE_OK;

	(void)vfs;
	if (rc)
		return SQLITE_IOERR_DIR_FSYNC;
	return system_vfs()->xDelete(system_vfs(), name, sync_folder);
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs;
	return system_vfs()->xAccess(system_vfs(), name, flags, out);
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	(void)vfs;
	return system_vfs()->xFullPathname(system_vfs(), name, size, out);
}

void fault_vfs_reset(void)
{
	static sqlite3_vfs vfs;

	fault_plan = (struct fault_plan){ .sync_us = 0 };
	fault_counts = (struct fault_counts){ .bytes = 0 };
	if (vfs.zName)
		return;
	sqlite3_initialize();
	vfs = *system_vfs();
	vfs.pNext = NULL;
	vfs.zName = FAULT_VFS;
	vfs.szOsFile += (int)sizeof(struct fault_file);
	vfs.xOpen = open_file;
	vfs.xDelete = delete_file;
	vfs.xAccess = access_file;
	vfs.xFullPathname = full_name;
	assert(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}
