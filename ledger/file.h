/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - what SQLite does not do for us with files: make one that only its
 * owner may read, move one into place, and have a folder remember that.
 *
 * SQLite reaches files through its VFS, and so the simulator's disk is one. It
 * can sync a folder, but neither move a file nor make it private: that is done
 * behind its back, for the system's own files.
 */
#ifndef LEDGER_FILE_H
#define LEDGER_FILE_H

#include <sqlite3.h>

/* An empty file, unless there is one of that name. 0, or an errno. */
int file_create(const char *path);

/* Replaces what `to` is by what `from` is. 0, or an errno. */
int file_move(const char *from, const char *to);

void file_remove(const char *path);

/* The folder of that file has its names for good. SQLite's codes. */
int file_sync_folder(sqlite3_vfs *vfs, const char *path);

#endif
