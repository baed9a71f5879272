/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/copy.h"

#include <errno.h>
#include <stdio.h>

#include "ledger/file.h"
#include "ledger/trouble.h"

/* What is written between two syncs of a copy. */
#define SYNC_PAGES 256

static void tell(const struct copy *copy, int rc,
		 struct ledger_sqlite_error *error)
{
	enum ledger_sqlite_status status = trouble_status(rc, errno);

	trouble_tell(error, status, "%s: %s", copy->path,
		     trouble_text(rc, errno));
}

static void remove_part(struct copy *copy)
{
	if (!copy->vfs)
		file_remove(copy->part);
}

void copy_abandon(struct copy *copy)
{
	if (!copy->to)
		return;
	sqlite3_backup_finish(copy->backup);
	sqlite3_close(copy->to);
	copy->backup = NULL;
	copy->to = NULL;
	remove_part(copy);
}

/* Under a VFS of its own it is written where it belongs, since no VFS can move
 * a file; it is empty until it is whole, then. */
static bool name_part(struct copy *copy, const char *path, const char *vfs)
{
	int len = snprintf(copy->path, sizeof(copy->path), "%s", path);

	copy->vfs = vfs;
	if (len < 0 || (size_t)len >= sizeof(copy->path) - 5)
		return false;
	snprintf(copy->part, sizeof(copy->part), "%.*s%s", len, copy->path,
		 vfs ? "" : ".part");
	return true;
}

/* Few pages are kept in memory, and nothing of it need be taken back: what is
 * half done is thrown away. */
static int open_part(struct copy *copy)
{
	int rc = sqlite3_open_v2(copy->part, &copy->to,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					 SQLITE_OPEN_NOMUTEX |
					 SQLITE_OPEN_EXRESCODE,
				 copy->vfs);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(copy->to,
				  "PRAGMA locking_mode = EXCLUSIVE;"
				  "PRAGMA synchronous = FULL;"
				  "PRAGMA cache_size = -1024;",
				  NULL, NULL, NULL);
	return rc;
}

/* A copy must not take the place of what it is a copy of. */
static bool is_itself(sqlite3 *from, const char *path, const char *name)
{
	char full[COPY_PATH_MAX] = "";
	sqlite3_vfs *vfs = sqlite3_vfs_find(name);

	vfs->xFullPathname(vfs, path, sizeof(full), full);
	return strcmp(full, sqlite3_db_filename(from, "main")) == 0;
}

bool copy_start(struct copy *copy, sqlite3 *from, const char *path,
		const char *vfs, struct ledger_sqlite_error *error)
{
	int rc;

	*copy = (struct copy){ .to = NULL };
	if (!name_part(copy, path, vfs)) {
		trouble_tell(error, LEDGER_SQLITE_CANNOT_OPEN,
			     "%s: the name is too long", path);
		return false;
	}
	if (is_itself(from, path, vfs)) {
		trouble_tell(error, LEDGER_SQLITE_IN_USE,
			     "%s: is what there is to copy", path);
		return false;
	}
	remove_part(copy);
	/* It is to be of what the disk has, not of what is remembered of it. */
	sqlite3_db_release_memory(from);
	if (!vfs)
		file_create(copy->part);
	rc = open_part(copy);
	if (rc == SQLITE_OK)
		copy->backup =
			sqlite3_backup_init(copy->to, "main", from, "main");
	if (copy->backup)
		return true;
	tell(copy, rc ? rc : sqlite3_extended_errcode(copy->to), error);
	copy_abandon(copy);
	return false;
}

/* Otherwise the last step would have all of it to sync. */
static int sync_part(struct copy *copy)
{
	sqlite3_file *file;
	int rc = sqlite3_file_control(copy->to, "main",
				      SQLITE_FCNTL_FILE_POINTER, &file);

	if (rc == SQLITE_OK && file && file->pMethods)
		rc = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
	return rc;
}

static enum copy_progress fail(struct copy *copy, int rc,
			       struct ledger_sqlite_error *error)
{
	tell(copy, rc, error);
	copy_abandon(copy);
	return COPY_FAILED;
}

/* It is whole; now it must be in its place. */
static enum copy_progress finish(struct copy *copy,
				 struct ledger_sqlite_error *error)
{
	int rc = sqlite3_backup_finish(copy->backup);
	int moved = 0;

	copy->backup = NULL;
	if (rc == SQLITE_OK)
		rc = sync_part(copy);
	if (rc != SQLITE_OK)
		return fail(copy, rc, error);
	sqlite3_close(copy->to);
	copy->to = NULL;
	if (!copy->vfs)
		moved = file_move(copy->part, copy->path);
	if (!moved)
		rc = file_sync_folder(sqlite3_vfs_find(copy->vfs), copy->path);
	if (!moved && rc == SQLITE_OK)
		return COPY_DONE;
	remove_part(copy);
	trouble_tell(error, LEDGER_SQLITE_FAILED, "%s: %s", copy->path,
		     moved ? strerror(moved) : sqlite3_errstr(rc));
	return COPY_FAILED;
}

enum copy_progress copy_step(struct copy *copy, int pages,
			     struct ledger_sqlite_error *error)
{
	int rc;

	errno = 0;
	rc = sqlite3_backup_step(copy->backup, pages);
	copy->all = (uint64_t)sqlite3_backup_pagecount(copy->backup);
	copy->done =
		copy->all - (uint64_t)sqlite3_backup_remaining(copy->backup);
	if (rc == SQLITE_DONE)
		return finish(copy, error);
	copy->unsynced += pages;
	if (rc == SQLITE_OK && copy->unsynced >= SYNC_PAGES) {
		copy->unsynced = 0;
		rc = sync_part(copy);
	}
	return rc == SQLITE_OK ? COPY_GOES_ON : fail(copy, rc, error);
}

bool copy_whole(sqlite3 *from, const char *path, const char *vfs,
		struct ledger_sqlite_error *error)
{
	struct copy copy;
	enum copy_progress progress = COPY_GOES_ON;

	if (!copy_start(&copy, from, path, vfs, error))
		return false;
	while (progress == COPY_GOES_ON)
		progress = copy_step(&copy, 1024, error);
	return progress == COPY_DONE;
}
