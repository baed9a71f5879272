/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One that is there already must not be opened: to close it again would give
 * up the locks that this process may have on it. */
int file_create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == EEXIST ? 0 : errno;
}

int file_move(const char *from, const char *to)
{
	return rename(from, to) ? errno : 0;
}

void file_remove(const char *path)
{
	unlink(path);
}

/* Makes a file, so that there is one to delete. */
static int touch(sqlite3_vfs *vfs, const char *path)
{
	sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_MAIN_JOURNAL;
	int rc = file ? vfs->xOpen(vfs, path, file, flags, NULL) : SQLITE_NOMEM;

	if (file && file->pMethods)
		file->pMethods->xClose(file);
	free(file);
	return rc;
}

int file_sync_folder(sqlite3_vfs *vfs, const char *path)
{
	char full[1024] = { 0 };
	int rc = vfs->xFullPathname(vfs, path, sizeof(full) - 8, full);

	if (rc != SQLITE_OK && rc != SQLITE_OK_SYMLINK)
		return rc;
	memcpy(full + strlen(full), "-sync", 5);
	rc = touch(vfs, full);
	return rc == SQLITE_OK ? vfs->xDelete(vfs, full, 1) : rc;
}
