/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/folder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void folder_init(struct folder *f, size_t sector_size)
{
	*f = (struct folder){ .sector_size = sector_size };
}

/* ---- files ---- */

void folder_hold(struct file *file)
{
	file->users++;
}

void folder_release(struct folder *f, struct file *file)
{
	struct file **at = &f->files;

	if (--file->users)
		return;
	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	track_finish(&file->track);
	free(file);
}

static struct file *make_file(struct folder *f)
{
	struct file *file = calloc(1, sizeof(*file));

	assert(file);
	track_init(&file->track, f->sector_size);
	file->users = 1;
	file->next = f->files;
	f->files = file;
	return file;
}

size_t folder_size(const struct folder *f)
{
	size_t size = 0;

	for (const struct file *file = f->files; file; file = file->next)
		size += file->track.size;
	return size;
}

/* ---- names ---- */

static struct name *find(const struct folder *f, const char *text)
{
	struct name *name = f->names;

	while (name && strcmp(name->text, text) != 0)
		name = name->next;
	return name;
}

static struct name *find_or_add(struct folder *f, const char *text)
{
	struct name *name = find(f, text);

	if (name)
		return name;
	assert(strlen(text) < sizeof(name->text));
	name = calloc(1, sizeof(*name));
	assert(name);
	strcpy(name->text, text);
	name->next = f->names;
	f->names = name;
	return name;
}

/* `*place`, which is one of a name's two, is to be this file. */
static void put(struct folder *f, struct file **place, struct file *file)
{
	struct file *before = *place;

	*place = file;
	if (file)
		folder_hold(file);
	if (before)
		folder_release(f, before);
}

static void sweep(struct folder *f)
{
	struct name **at = &f->names;

	while (*at) {
		struct name *name = *at;

		if (name->now || name->synced) {
			at = &name->next;
			continue;
		}
		*at = name->next;
		free(name);
	}
}

void folder_finish(struct folder *f)
{
	for (struct name *name = f->names; name; name = name->next) {
		put(f, &name->now, NULL);
		put(f, &name->synced, NULL);
	}
	sweep(f);
	assert(!f->files);
}

struct file *folder_find(const struct folder *f, const char *text)
{
	struct name *name = find(f, text);

	return name ? name->now : NULL;
}

struct file *folder_create(struct folder *f, const char *text)
{
	struct file *file = make_file(f);
	struct name *name = text ? find_or_add(f, text) : NULL;

	assert(!name || !name->now);
	if (name)
		put(f, &name->now, file);
	return file;
}

bool folder_delete(struct folder *f, const char *text)
{
	struct name *name = find(f, text);

	if (!name || !name->now)
		return false;
	put(f, &name->now, NULL);
	sweep(f);
	return true;
}

void folder_sync(struct folder *f)
{
	for (struct name *name = f->names; name; name = name->next)
		put(f, &name->synced, name->now);
	sweep(f);
}

/* A directory is a file as well: as much of it is kept as of the others. */
void folder_fail_power(struct folder *f, const struct outage *outage)
{
	for (struct name *name = f->names; name; name = name->next) {
		if (name->now == name->synced)
			continue;
		if (dice_below(outage->dice, 8) < outage->kept_of_8)
			put(f, &name->synced, name->now);
		else
			put(f, &name->now, name->synced);
	}
	sweep(f);
	for (const struct name *name = f->names; name; name = name->next)
		track_fail_power(&name->now->track, outage);
}
