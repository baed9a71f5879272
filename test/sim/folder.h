/* SPDX-License-Identifier: Apache-2.0 */
/* folder.h - the one directory of a platter: the names of its files, as they
 * are now and as they were when the directory was last synced.
 *
 * A name that is given or taken since then may be found either way after a
 * power failure, each by itself. A file that was made and deleted between two
 * syncs leaves no trace.
 */
#ifndef SIM_FOLDER_H
#define SIM_FOLDER_H

#include "test/sim/track.h"

/* With the zero at its end. */
#define FOLDER_NAME_MAX 128

struct file {
	struct track track;
	unsigned users; /* names and handles; without any it is gone */
	struct file *next;
};

struct name {
	char text[FOLDER_NAME_MAX];
	struct file *now;    /* NULL: there is none */
	struct file *synced; /* likewise */
	struct name *next;
};

struct folder {
	size_t sector_size;
	struct file *files;
	struct name *names;
};

void folder_init(struct folder *folder, size_t sector_size);
void folder_finish(struct folder *folder);

/* NULL: there is no such file. */
struct file *folder_find(const struct folder *folder, const char *name);

/* A file of this name, which must be free; or of none, for NULL. It is held. */
struct file *folder_create(struct folder *folder, const char *name);

void folder_hold(struct file *file);
void folder_release(struct folder *folder, struct file *file);

/* Takes the name from its file; false: there is none. */
bool folder_delete(struct folder *folder, const char *name);

/* The bytes of all files, also of those without a name. */
size_t folder_size(const struct folder *folder);

/* The names are durable, what is in the files is not. */
void folder_sync(struct folder *folder);

void folder_fail_power(struct folder *folder, const struct outage *outage);

#endif
