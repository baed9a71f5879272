/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/platter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "test/sim/handle.h"

/* Days from the beginning of Julian days to 1970, in milliseconds. */
#define JULIAN_EPOCH_MS INT64_C(210866760000000)

static struct platter *platter(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

/* ---- operations and power ---- */

/* Nothing is opened in a new life while the old one is not closed. */
bool platter_is_off(const struct platter *p)
{
	return p->off || p->dead;
}

bool platter_begin(struct platter *p)
{
	if (platter_is_off(p))
		return false;
	p->counts.operations++;
	return true;
}

int platter_end(struct platter *p, int result)
{
	if (p->countdown && --p->countdown == 0)
		p->off = true;
	return p->off ? SQLITE_IOERR : result;
}

int platter_sync_directory(struct platter *p)
{
	int result;

	if (p->faults.no_directory_sync)
		return SQLITE_OK;
	if (!platter_begin(p))
		return SQLITE_IOERR;
	p->counts.directory_syncs++;
	result = platter_end(p, SQLITE_OK);
	if (result == SQLITE_OK && !p->faults.lies)
		folder_sync(&p->folder);
	return result;
}

void platter_fail_power_at(struct platter *p, uint64_t operation)
{
	p->countdown = operation;
}

void platter_abandon(struct platter *p)
{
	handle_kill_all(p);
	p->off = false;
	p->countdown = 0;
}

/* Now and then all of the unsynced is found, or nothing. */
void platter_fail_power(struct platter *p, struct dice *dice)
{
	static const unsigned manners[] = { 0, 1, 4, 4, 7, 8 };
	size_t count = sizeof(manners) / sizeof(manners[0]);
	const struct outage outage = {
		.dice = dice,
		.kept_of_8 = manners[dice_below(dice, count)],
		.powersafe = p->options.powersafe,
	};

	platter_abandon(p);
	folder_fail_power(&p->folder, &outage);
}

/* ---- what SQLite asks of a VFS ---- */

/* Finds the file, or makes it. */
static int take_file(struct platter *p, const char *name, int flags,
		     struct file **out)
{
	struct file *file = name ? folder_find(&p->folder, name) : NULL;

	if (file && (flags & SQLITE_OPEN_EXCLUSIVE))
		return SQLITE_CANTOPEN;
	if (!file && (p->faults.read_only || !(flags & SQLITE_OPEN_CREATE)))
		return SQLITE_CANTOPEN;
	if (file)
		folder_hold(file);
	else
		file = folder_create(&p->folder, name);
	if (name && (flags & SQLITE_OPEN_DELETEONCLOSE))
		folder_delete(&p->folder, name);
	*out = file;
	return SQLITE_OK;
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *base,
		     int flags, int *flags_out)
{
	struct platter *p = platter(vfs);
	struct file *file = NULL;
	int result;

	base->pMethods = NULL; /* nothing to close */
	if (!platter_begin(p))
		return SQLITE_IOERR;
	result = platter_end(p, take_file(p, name, flags, &file));
	if (result != SQLITE_OK) {
		if (file)
			folder_release(&p->folder, file);
		return result;
	}
	if (p->faults.read_only)
		flags = (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY;
	handle_open((struct handle *)base, p, file, flags);
	if (flags_out)
		*flags_out = flags;
	return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
	struct platter *p = platter(vfs);
	int result = SQLITE_OK;

	if (!platter_begin(p))
		return SQLITE_IOERR;
	if (!folder_find(&p->folder, name))
		result = SQLITE_IOERR_DELETE_NOENT;
	else if (p->faults.read_only)
		result = SQLITE_IOERR_DELETE;
	else
		folder_delete(&p->folder, name);
	result = platter_end(p, result);
	if (result != SQLITE_OK || !sync_directory)
		return result;
	return platter_sync_directory(p);
}

/* SQLite's VFS for Unix, too, takes an empty file for none. */
static int access_file(sqlite3_vfs *vfs, const char *name, int what, int *out)
{
	struct platter *p = platter(vfs);
	const struct file *file;

	if (!platter_begin(p))
		return SQLITE_IOERR;
	file = folder_find(&p->folder, name);
	if (what == SQLITE_ACCESS_EXISTS)
		*out = file && file->track.size > 0;
	else
		*out = file && !p->faults.read_only;
	return platter_end(p, SQLITE_OK);
}

/* A platter has one folder. */
static int full_pathname(sqlite3_vfs *vfs, const char *name, int room,
			 char *out)
{
	size_t len = strlen(name);

	(void)vfs;
	if (len >= (size_t)room)
		return SQLITE_CANTOPEN;
	memcpy(out, name, len + 1);
	return SQLITE_OK;
}

static int randomness(sqlite3_vfs *vfs, int len, char *out)
{
	for (int i = 0; i < len; i++)
		out[i] = (char)dice_roll(&platter(vfs)->dice);
	return len;
}

static int sleep_none(sqlite3_vfs *vfs, int us)
{
	(void)vfs;
	return us;
}

static int current_time(sqlite3_vfs *vfs, sqlite3_int64 *out_ms)
{
	*out_ms = JULIAN_EPOCH_MS + platter(vfs)->wall_ms;
	return SQLITE_OK;
}

/* Version 2 asks for the time as an integer. */
static const sqlite3_vfs template = {
	.iVersion = 2,
	.szOsFile = sizeof(struct handle),
	.mxPathname = FOLDER_NAME_MAX - 1,
	.xOpen = open_file,
	.xDelete = delete_file,
	.xAccess = access_file,
	.xFullPathname = full_pathname,
	.xRandomness = randomness,
	.xSleep = sleep_none,
	.xCurrentTimeInt64 = current_time,
};

/* ---- its life ---- */

struct platter *platter_create(const struct platter_options *options)
{
	size_t len = strlen(options->name) + 1;
	struct platter *p = calloc(1, sizeof(*p) + len);

	if (!p)
		return NULL;
	memcpy(p + 1, options->name, len);
	p->options = *options;
	p->options.name = (const char *)(p + 1);
	p->dice.state = options->seed;
	folder_init(&p->folder, options->sector_size);
	p->vfs = template;
	p->vfs.zName = p->options.name;
	p->vfs.pAppData = p;
	if (sqlite3_vfs_register(&p->vfs, 0) == SQLITE_OK)
		return p;
	free(p);
	return NULL;
}

void platter_destroy(struct platter *p)
{
	if (!p)
		return;
	assert(!p->handles);
	sqlite3_vfs_unregister(&p->vfs);
	folder_finish(&p->folder);
	free(p);
}

/* SQLite asks the default VFS, once it needs more. */
void platter_seed_sqlite(struct platter *p)
{
	sqlite3_vfs *other = sqlite3_vfs_find(NULL);
	char byte;

	sqlite3_vfs_register(&p->vfs, 1);
	sqlite3_randomness(0, NULL);
	sqlite3_randomness(1, &byte);
	sqlite3_vfs_register(other, 1);
}

/* ---- what befalls a file at rest ---- */

static struct track *track_to_harm(struct platter *p, const char *name)
{
	struct file *file = folder_find(&p->folder, name);

	return file && file->track.size ? &file->track : NULL;
}

bool platter_flip_bit(struct platter *p, const char *name, struct dice *dice)
{
	struct track *t = track_to_harm(p, name);
	size_t bit;

	if (!t)
		return false;
	bit = dice_below(dice, 8 * t->size);
	t->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	return true;
}

bool platter_spoil_sector(struct platter *p, const char *name,
			  struct dice *dice)
{
	struct track *t = track_to_harm(p, name);
	size_t at, end;

	if (!t)
		return false;
	at = dice_below(dice, t->size) / t->sector_size * t->sector_size;
	end = at + t->sector_size;
	for (; at < end && at < t->size; at++)
		t->bytes[at] = (uint8_t)dice_roll(dice);
	return true;
}

static struct ilp_bytes track_bytes(const struct track *t)
{
	return (struct ilp_bytes){ t->bytes, t->size };
}

uint64_t platter_digest(const struct platter *p)
{
	const struct hash_seed seed = hash_seed(ilp_text("all that it holds"));
	uint64_t hash = 0;

	for (const struct name *name = p->folder.names; name;
	     name = name->next) {
		if (!name->now)
			continue;
		hash = hash_more(&seed, hash, ilp_text(name->text));
		hash = hash_more(&seed, hash, track_bytes(&name->now->track));
	}
	return hash;
}
