/* SPDX-License-Identifier: Apache-2.0 */
/* A platter behaves as SQLite's own VFS does on real files; it loses only what
 * was not synced; and each of its faults is as it says. What becomes of SQLite
 * on it is in outage_test.c.
 */
#include <unistd.h>

#include "test/random.h"
#include "test/sim/platter.h"

#define DATABASE                                                               \
	(SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
#define WAL (SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
#define SECTOR 512

static struct platter *make(bool powersafe)
{
	const struct platter_options options = {
		.name = "platter",
		.seed = 1,
		.sector_size = SECTOR,
		.powersafe = powersafe,
	};
	struct platter *platter = platter_create(&options);

	assert_non_null(platter);
	return platter;
}

/* ---- calls as SQLite makes them ---- */

static int open_at(sqlite3_vfs *vfs, const char *name, int flags,
		   sqlite3_file **out)
{
	sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
	int result;

	assert_non_null(file);
	result = vfs->xOpen(vfs, name, file, flags, &flags);
	if (result == SQLITE_OK) {
		*out = file;
		return result;
	}
	assert_null(file->pMethods);
	free(file);
	return result;
}

static sqlite3_file *open_file(struct platter *p, const char *name, int flags)
{
	sqlite3_file *file = NULL;

	CHECK_INT(open_at(&p->vfs, name, flags, &file), SQLITE_OK);
	return file;
}

static void close_file(sqlite3_file *file)
{
	CHECK_INT(file->pMethods->xClose(file), SQLITE_OK);
	free(file);
}

static int sync_file(sqlite3_file *file)
{
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

static int resize(sqlite3_file *file, size_t size)
{
	return file->pMethods->xTruncate(file, (sqlite3_int64)size);
}

static int write_at(sqlite3_file *file, size_t at, const void *in, size_t len)
{
	return file->pMethods->xWrite(file, in, (int)len, (sqlite3_int64)at);
}

static int read_at(sqlite3_file *file, size_t at, void *out, size_t len)
{
	return file->pMethods->xRead(file, out, (int)len, (sqlite3_int64)at);
}

static int fill(sqlite3_file *file, size_t at, char letter, size_t len)
{
	uint8_t bytes[16 * SECTOR];

	memset(bytes, letter, len);
	return write_at(file, at, bytes, len);
}

static size_t size_of(sqlite3_file *file)
{
	sqlite3_int64 size = -1;

	CHECK_INT(file->pMethods->xFileSize(file, &size), SQLITE_OK);
	return (size_t)size;
}

static bool exists(struct platter *p, const char *name)
{
	int there;

	CHECK_INT(p->vfs.xAccess(&p->vfs, name, SQLITE_ACCESS_READWRITE,
				 &there),
		  SQLITE_OK);
	return there;
}

static int delete_file(struct platter *p, const char *name, bool sync)
{
	return p->vfs.xDelete(&p->vfs, name, sync);
}

/* The letter that all of these bytes are, or '?'. */
static char letter_at(sqlite3_file *file, size_t at, size_t len)
{
	uint8_t bytes[16 * SECTOR];
	size_t same = 1;

	if (read_at(file, at, bytes, len) != SQLITE_OK)
		return '?';
	while (same < len && bytes[same] == bytes[0])
		same++;
	return same == len ? (char)bytes[0] : '?';
}

/* ---- beside real files ---- */

#define NAMES 2
#define SLOTS 3
#define REACH 20000

struct side {
	sqlite3_vfs *vfs;
	const char *names[NAMES];
	sqlite3_file *files[SLOTS];
	/* What the last operation gave. */
	int result;
	sqlite3_int64 value;
	uint8_t bytes[REACH];
};

/* What is to be done on both sides. */
struct step {
	unsigned verb;
	unsigned slot;
	unsigned name;
	int flags;
	int lock;
	size_t at;
	size_t len;
	uint8_t bytes[5000];
};

static void step_on_names(struct side *s, const struct step *step)
{
	const char *name = s->names[step->name];
	int there = 0;

	if (step->verb == 0) {
		s->result = s->vfs->xDelete(s->vfs, name, step->flags & 1);
		return;
	}
	s->result = s->vfs->xAccess(s->vfs, name,
				    step->verb == 1 ? SQLITE_ACCESS_EXISTS :
						      SQLITE_ACCESS_READWRITE,
				    &there);
	s->value = there;
}

static void step_on_lock(struct side *s, const struct step *step)
{
	sqlite3_file *file = s->files[step->slot];
	int reserved = 0;

	if (step->verb == 3) {
		s->result = file->pMethods->xLock(file, step->lock);
	} else if (step->verb == 4) {
		s->result = file->pMethods->xUnlock(file, step->lock);
	} else {
		s->result = file->pMethods->xCheckReservedLock(file, &reserved);
		s->value = reserved;
	}
}

static void step_on_file(struct side *s, const struct step *step)
{
	sqlite3_file *file = s->files[step->slot];

	switch (step->verb) {
	case 6:
		close_file(file);
		s->files[step->slot] = NULL;
		break;
	case 7:
		s->result = resize(file, step->at);
		break;
	case 8:
		s->result = sync_file(file);
		break;
	case 9:
		s->value = (sqlite3_int64)size_of(file);
		break;
	case 10:
		s->result = read_at(file, step->at, s->bytes, step->len);
		break;
	default:
		s->result = write_at(file, step->at, step->bytes, step->len);
		break;
	}
}

static void take_step(struct side *s, const struct step *step)
{
	s->result = 0;
	s->value = 0;
	memset(s->bytes, 0xee, sizeof(s->bytes));
	if (step->verb < 3)
		step_on_names(s, step);
	else if (!s->files[step->slot])
		s->result = open_at(s->vfs, s->names[step->name], step->flags,
				    &s->files[step->slot]);
	else if (step->verb < 6)
		step_on_lock(s, step);
	else
		step_on_file(s, step);
}

/* Only the steps from lock to lock that SQLite takes. */
static int draw_lock(struct random_source *r, unsigned verb, int now)
{
	if (verb == 4)
		return now > SQLITE_LOCK_NONE && random_below(r, 2) ?
			       SQLITE_LOCK_SHARED :
			       SQLITE_LOCK_NONE;
	if (now == SQLITE_LOCK_NONE)
		return SQLITE_LOCK_SHARED;
	return now == SQLITE_LOCK_SHARED ? SQLITE_LOCK_RESERVED :
					   SQLITE_LOCK_EXCLUSIVE;
}

static void draw_step(struct random_source *r, const int locks[SLOTS],
		      struct step *out)
{
	out->verb = (unsigned)random_below(r, 15);
	out->slot = (unsigned)random_below(r, SLOTS);
	out->name = (unsigned)random_below(r, NAMES);
	out->flags = DATABASE;
	if (random_below(r, 4) == 0)
		out->flags &= ~SQLITE_OPEN_CREATE;
	out->lock = draw_lock(r, out->verb, locks[out->slot]);
	out->at = random_below(r, REACH);
	out->len = 1 + random_below(r, sizeof(out->bytes));
	random_bytes(r, out->bytes, out->len);
}

static void note_lock(const struct step *step, const struct side *s, int *lock)
{
	if (step->verb == 3 && s->result == SQLITE_OK && step->lock > *lock)
		*lock = step->lock;
	else if (step->verb == 4)
		*lock = step->lock;
	else if (step->verb == 6)
		*lock = SQLITE_LOCK_NONE;
}

static void walk(struct side *real, struct side *simulated)
{
	struct random_source r = random_start();
	int locks[SLOTS] = { 0 };
	struct step step;
	bool open;

	for (unsigned i = 0; i < 10000; i++) {
		draw_step(&r, locks, &step);
		open = real->files[step.slot];
		take_step(real, &step);
		take_step(simulated, &step);
		if (real->result != simulated->result ||
		    real->value != simulated->value ||
		    memcmp(real->bytes, simulated->bytes, REACH) != 0)
			fail_msg("step %u, verb %u: %d and %d", i, step.verb,
				 real->result, simulated->result);
		if (open)
			note_lock(&step, real, &locks[step.slot]);
	}
}

static void finish(struct side *s)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (s->files[i])
			close_file(s->files[i]);
	for (unsigned i = 0; i < NAMES; i++)
		s->vfs->xDelete(s->vfs, s->names[i], 0);
}

static const char *path_in(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return sqlite3_create_filename(path, "", "", 0, NULL);
}

static void it_behaves_as_real_files_do(void)
{
	static struct side real, simulated;
	struct platter *platter = make(false);
	char folder[] = "/tmp/platter-XXXXXX";

	assert_non_null(mkdtemp(folder));
	real.vfs = sqlite3_vfs_find(NULL);
	real.names[0] = path_in(folder, "a");
	real.names[1] = path_in(folder, "b");
	simulated = (struct side){ .vfs = &platter->vfs,
				   .names = { "a", "b" } };
	walk(&real, &simulated);
	finish(&real);
	finish(&simulated);
	sqlite3_free_filename((char *)(uintptr_t)real.names[0]);
	sqlite3_free_filename((char *)(uintptr_t)real.names[1]);
	CHECK_INT(rmdir(folder), 0);
	platter_destroy(platter);
}

/* ---- what a power failure leaves ---- */

#define LENGTH_MAX 8000

/* A file as it is, and what of it was written since the last sync. */
struct model {
	uint8_t bytes[LENGTH_MAX];
	bool touched[LENGTH_MAX];
	size_t size;
	size_t size_min;
	size_t size_max;
};

static void touch(struct model *m, size_t from, size_t to, bool powersafe)
{
	if (!powersafe) {
		from = from / SECTOR * SECTOR;
		to = (to + SECTOR - 1) / SECTOR * SECTOR;
	}
	for (; from < to && from < LENGTH_MAX; from++)
		m->touched[from] = true;
}

static void settle(struct model *m, sqlite3_file *file)
{
	memset(m, 0, sizeof(*m));
	m->size = size_of(file);
	m->size_min = m->size;
	m->size_max = m->size;
	read_at(file, 0, m->bytes, LENGTH_MAX);
}

static void write_some(struct model *m, sqlite3_file *file, struct dice *dice,
		       bool powersafe)
{
	size_t at = dice_below(dice, LENGTH_MAX);
	size_t len = dice_below(dice, LENGTH_MAX - at) / 4 + 1;
	uint8_t *bytes = m->bytes + at;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)dice_roll(dice);
	touch(m, at, at + len, powersafe);
	CHECK_INT(write_at(file, at, bytes, len), SQLITE_OK);
	if (at + len > m->size)
		m->size = at + len;
	if (m->size > m->size_max)
		m->size_max = m->size;
}

static void cut_some(struct model *m, sqlite3_file *file, struct dice *dice)
{
	size_t size = dice_below(dice, m->size + 1);

	CHECK_INT(resize(file, size), SQLITE_OK);
	memset(m->bytes + size, 0, m->size - size);
	m->size = size;
	if (m->size < m->size_min)
		m->size_min = m->size;
}

static void judge(const struct model *m, sqlite3_file *file)
{
	uint8_t found[LENGTH_MAX];
	size_t size = size_of(file);

	CHECK(size >= m->size_min && size <= m->size_max);
	read_at(file, 0, found, LENGTH_MAX);
	for (size_t i = 0; i < m->size_min; i++)
		if (!m->touched[i] && found[i] != m->bytes[i])
			fail_msg("byte %zu was not written", i);
}

static void walk_and_fall(uint64_t seed, bool powersafe)
{
	struct platter *platter = make(powersafe);
	sqlite3_file *file = open_file(platter, "file", WAL);
	struct dice dice = { seed };
	struct model model;

	CHECK_INT(sync_file(file), SQLITE_OK);
	settle(&model, file);
	for (unsigned i = 0; i < 40; i++) {
		if (dice_below(&dice, 8) == 0)
			cut_some(&model, file, &dice);
		else
			write_some(&model, file, &dice, powersafe);
		if (dice_below(&dice, 4) == 0) {
			CHECK_INT(sync_file(file), SQLITE_OK);
			settle(&model, file);
		}
		if (dice_below(&dice, 8))
			continue;
		platter_fail_power(platter, &dice);
		close_file(file);
		file = open_file(platter, "file", WAL);
		judge(&model, file);
		settle(&model, file);
	}
	close_file(file);
	platter_destroy(platter);
}

static void what_is_synced_is_found(void)
{
	struct random_source r = random_start();

	for (unsigned i = 0; i < 500; i++)
		walk_and_fall(random_u64(&r), i % 2);
}

/* A file of four synced sectors of 'a'. */
static sqlite3_file *open_synced(struct platter *p)
{
	sqlite3_file *file = open_file(p, "file", WAL);

	CHECK_INT(fill(file, 0, 'a', (size_t)4 * SECTOR), SQLITE_OK);
	CHECK_INT(sync_file(file), SQLITE_OK);
	return file;
}

/* The power fails, and the file is opened again. */
static sqlite3_file *fall(struct platter *p, sqlite3_file *file, uint64_t seed)
{
	struct dice dice = { seed };

	platter_fail_power(p, &dice);
	close_file(file);
	return open_file(p, "file", WAL);
}

static void end(struct platter *p, sqlite3_file *file)
{
	close_file(file);
	platter_destroy(p);
}

static void unsynced_writes_are_kept_lost_or_torn_in_any_order(void)
{
	static const char firsts[] = "abd?", seconds[] = "ac?";
	bool seen[4][3] = { { false } };

	for (uint64_t seed = 0; seed < 2000; seed++) {
		struct platter *p = make(true);
		sqlite3_file *file = open_synced(p);
		const char *first, *second;

		fill(file, 0, 'b', SECTOR);
		fill(file, SECTOR, 'c', SECTOR);
		fill(file, 0, 'd', SECTOR);
		file = fall(p, file, seed);
		first = strchr(firsts, letter_at(file, 0, SECTOR));
		second = strchr(seconds, letter_at(file, SECTOR, SECTOR));
		CHECK(first && second);
		seen[first - firsts][second - seconds] = true;
		CHECK(letter_at(file, (size_t)2 * SECTOR,
				(size_t)2 * SECTOR) == 'a');
		end(p, file);
	}
	for (unsigned i = 0; i < 4 * 3; i++)
		CHECK(seen[i / 3][i % 3]);
}

/* How often a write of ten bytes has changed others of its sector. */
static unsigned harm_beside(bool powersafe)
{
	unsigned harmed = 0;

	for (uint64_t seed = 0; seed < 500; seed++) {
		struct platter *p = make(powersafe);
		sqlite3_file *file = open_synced(p);

		fill(file, 100, 'b', 10);
		file = fall(p, file, seed);
		harmed += letter_at(file, 110, SECTOR - 110) != 'a';
		CHECK(letter_at(file, SECTOR, SECTOR) == 'a');
		end(p, file);
	}
	return harmed;
}

static void a_torn_sector_is_harmed_unless_that_is_promised(void)
{
	CHECK_INT(harm_beside(true), 0);
	CHECK(harm_beside(false) > 0);
}

/* Nothing is cut off in part; what is added may be. */
static void a_file_is_found_cut_or_whole_and_grown_in_part(void)
{
	unsigned cut = 0, whole = 0, part = 0;
	size_t size;

	for (uint64_t seed = 0; seed < 500; seed++) {
		struct platter *p = make(true);
		sqlite3_file *file = open_synced(p);

		CHECK_INT(resize(file, 100), SQLITE_OK);
		file = fall(p, file, seed);
		CHECK(letter_at(file, 0, size_of(file)) == 'a');
		whole += size_of(file) == (size_t)4 * SECTOR;
		cut += size_of(file) == 100;
		CHECK_INT(whole + cut, seed + 1);
		CHECK_INT(sync_file(file), SQLITE_OK);
		fill(file, size_of(file), 'b', SECTOR);
		file = fall(p, file, seed);
		size = size_of(file);
		part += size % SECTOR != 0 && size != 100 &&
			size != 100 + SECTOR;
		CHECK_INT(resize(file, size + 10), SQLITE_OK);
		CHECK(letter_at(file, size, 10) == 0);
		end(p, file);
	}
	CHECK(whole > 0 && cut > 0 && part > 0);
}

static void all_that_was_written_outlives_a_killed_process(void)
{
	struct platter *p = make(false);
	sqlite3_file *file = open_synced(p);

	fill(file, 10, 'b', 1000);
	platter_abandon(p);
	close_file(file);
	file = open_file(p, "file", WAL);
	CHECK(letter_at(file, 10, 1000) == 'b');
	end(p, file);
}

/* ---- names ---- */

/* How often a file is found that was made, and perhaps synced, once the power
 * has failed. */
static unsigned found_made(int flags, bool sync, bool fault)
{
	unsigned found = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct platter *p = make(true);
		struct dice dice = { seed };
		sqlite3_file *file = open_file(p, "file", flags);

		p->faults.no_directory_sync = fault;
		if (sync)
			CHECK_INT(sync_file(file), SQLITE_OK);
		platter_fail_power(p, &dice);
		close_file(file);
		found += exists(p, "file");
		platter_destroy(p);
	}
	return found;
}

static void a_name_is_durable_once_a_journal_or_wal_was_synced(void)
{
	unsigned found = found_made(WAL, false, false);

	CHECK(found > 0 && found < 100);
	CHECK_INT(found_made(WAL, true, false), 100);
	found = found_made(DATABASE, true, false);
	CHECK(found > 0 && found < 100);
	found = found_made(WAL, true, true);
	CHECK(found > 0 && found < 100);
}

static unsigned found_deleted(bool sync)
{
	unsigned found = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct platter *p = make(true);
		struct dice dice = { seed };

		close_file(open_synced(p));
		CHECK_INT(delete_file(p, "file", sync), SQLITE_OK);
		CHECK(!exists(p, "file"));
		platter_fail_power(p, &dice);
		found += exists(p, "file");
		platter_destroy(p);
	}
	return found;
}

static void a_deletion_is_durable_once_the_directory_was_synced(void)
{
	unsigned found = found_deleted(false);

	CHECK(found > 0 && found < 100);
	CHECK_INT(found_deleted(true), 0);
}

/* Old and new have the same name; one of them is found, and not a mixture. */
static void a_file_made_anew_is_found_as_one_of_the_two(void)
{
	unsigned old = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct platter *p = make(true);
		sqlite3_file *file = open_synced(p);

		close_file(file);
		delete_file(p, "file", false);
		file = open_file(p, "file", DATABASE);
		fill(file, 0, 'b', (size_t)4 * SECTOR);
		CHECK_INT(sync_file(file), SQLITE_OK);
		file = fall(p, file, seed);
		old += letter_at(file, 0, (size_t)4 * SECTOR) == 'a';
		CHECK(letter_at(file, 0, (size_t)4 * SECTOR) != '?');
		end(p, file);
	}
	CHECK(old > 0 && old < 100);
}

static void a_temporary_file_has_no_name_and_leaves_nothing(void)
{
	struct platter *p = make(true);
	int flags = SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_READWRITE |
		    SQLITE_OPEN_CREATE | SQLITE_OPEN_DELETEONCLOSE;
	sqlite3_file *file = open_file(p, NULL, flags);

	CHECK_INT(fill(file, 0, 't', 100), SQLITE_OK);
	CHECK(letter_at(file, 0, 100) == 't');
	CHECK_INT(folder_size(&p->folder), 100);
	close_file(file);
	CHECK_INT(folder_size(&p->folder), 0);
	platter_destroy(p);
}

/* ---- the power, and who is left ---- */

static void check_dead(sqlite3_file *file)
{
	sqlite3_int64 size;
	int reserved;

	CHECK_INT(fill(file, 0, 'x', 10), SQLITE_IOERR);
	CHECK_INT(read_at(file, 0, &size, 1), SQLITE_IOERR);
	CHECK_INT(resize(file, 0), SQLITE_IOERR);
	CHECK_INT(sync_file(file), SQLITE_IOERR);
	CHECK_INT(file->pMethods->xFileSize(file, &size), SQLITE_IOERR);
	CHECK_INT(file->pMethods->xLock(file, SQLITE_LOCK_SHARED),
		  SQLITE_IOERR);
	CHECK_INT(file->pMethods->xUnlock(file, SQLITE_LOCK_NONE),
		  SQLITE_IOERR);
	CHECK_INT(file->pMethods->xCheckReservedLock(file, &reserved),
		  SQLITE_IOERR);
}

static void check_closed_to(struct platter *p)
{
	sqlite3_file *file = NULL;
	int there;

	CHECK_INT(open_at(&p->vfs, "other", DATABASE, &file), SQLITE_IOERR);
	CHECK_INT(delete_file(p, "file", true), SQLITE_IOERR);
	CHECK_INT(p->vfs.xAccess(&p->vfs, "file", 0, &there), SQLITE_IOERR);
}

static void dead_handles_do_nothing_and_are_closed_before_others_open(void)
{
	struct platter *p = make(true);
	struct dice dice = { 1 };
	sqlite3_file *one = open_synced(p), *two = open_file(p, "file", WAL);

	platter_fail_power(p, &dice);
	check_dead(one);
	close_file(one);
	CHECK(platter_is_off(p));
	check_dead(two);
	check_closed_to(p);
	close_file(two);
	CHECK(!platter_is_off(p));
	one = open_file(p, "file", WAL);
	CHECK(letter_at(one, 0, (size_t)4 * SECTOR) == 'a');
	end(p, one);
}

static void the_power_fails_at_the_operation_that_was_asked_for(void)
{
	struct platter *p = make(true);
	sqlite3_file *file = open_synced(p);

	platter_fail_power_at(p, 3);
	CHECK_INT(fill(file, 0, 'b', 10), SQLITE_OK);
	CHECK_INT(size_of(file), 4 * SECTOR);
	CHECK_INT(fill(file, 10, 'c', 10), SQLITE_IOERR);
	CHECK(platter_is_off(p));
	check_dead(file);
	check_closed_to(p);
	platter_abandon(p);
	close_file(file);
	file = open_file(p, "file", WAL);
	CHECK(letter_at(file, 10, 10) == 'c');
	end(p, file);
}

/* ---- faults ---- */

static void a_full_disk_takes_what_there_is_room_for(void)
{
	struct platter *p = make(true);
	sqlite3_file *file = open_synced(p);
	sqlite3_file *other = open_file(p, "other", DATABASE);

	p->faults.capacity = (size_t)5 * SECTOR;
	CHECK_INT(fill(file, 0, 'b', (size_t)4 * SECTOR), SQLITE_OK);
	CHECK_INT(fill(other, 0, 'c', (size_t)2 * SECTOR), SQLITE_FULL);
	CHECK_INT(size_of(other), SECTOR);
	CHECK_INT(fill(other, SECTOR, 'c', SECTOR), SQLITE_FULL);
	CHECK_INT(resize(file, 0), SQLITE_OK);
	CHECK_INT(fill(other, SECTOR, 'c', SECTOR), SQLITE_OK);
	CHECK(letter_at(other, 0, (size_t)2 * SECTOR) == 'c');
	close_file(other);
	end(p, file);
}

static void a_disk_that_is_read_only_is_only_read(void)
{
	struct platter *p = make(true);
	sqlite3_file *file = open_synced(p), *other = NULL;
	int flags = DATABASE;

	p->faults.read_only = true;
	CHECK_INT(sync_file(file), SQLITE_OK);
	CHECK_INT(fill(file, 0, 'b', 1), SQLITE_IOERR_WRITE);
	CHECK_INT(resize(file, 0), SQLITE_IOERR_TRUNCATE);
	CHECK_INT(delete_file(p, "file", false), SQLITE_IOERR_DELETE);
	CHECK_INT(open_at(&p->vfs, "other", DATABASE, &other), SQLITE_CANTOPEN);
	close_file(file);
	file = calloc(1, (size_t)p->vfs.szOsFile);
	CHECK_INT(p->vfs.xOpen(&p->vfs, "file", file, flags, &flags),
		  SQLITE_OK);
	CHECK(flags & SQLITE_OPEN_READONLY);
	CHECK(!(flags & SQLITE_OPEN_READWRITE));
	CHECK(letter_at(file, 0, (size_t)4 * SECTOR) == 'a');
	end(p, file);
}

static bool fail_once(void *context)
{
	unsigned *left = context;

	return *left && (*left)--;
}

/* How often the bytes are lost that a failed sync was for, though the next one
 * succeeds; they may be written again before that. */
static unsigned lost_after_failed_sync(bool again)
{
	unsigned lost = 0, left;

	for (uint64_t seed = 0; seed < 200; seed++) {
		struct platter *p = make(false);
		sqlite3_file *file = open_synced(p);

		left = 1;
		p->faults.before_sync = fail_once;
		p->faults.context = &left;
		fill(file, 0, 'b', SECTOR);
		CHECK_INT(sync_file(file), SQLITE_IOERR_FSYNC);
		if (again)
			fill(file, 0, 'b', SECTOR);
		CHECK_INT(sync_file(file), SQLITE_OK);
		file = fall(p, file, seed);
		lost += letter_at(file, 0, SECTOR) != 'b';
		end(p, file);
	}
	return lost;
}

static void what_a_failed_sync_was_for_is_in_doubt_until_written_anew(void)
{
	CHECK(lost_after_failed_sync(false) > 0);
	CHECK_INT(lost_after_failed_sync(true), 0);
}

static void a_disk_that_lies_loses_what_was_synced(void)
{
	unsigned lost = 0, gone = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct platter *p = make(true);
		sqlite3_file *file = open_synced(p), *other;

		p->faults.lies = true;
		fill(file, 0, 'b', SECTOR);
		CHECK_INT(sync_file(file), SQLITE_OK);
		other = open_file(p, "other", WAL);
		CHECK_INT(sync_file(other), SQLITE_OK);
		close_file(other);
		file = fall(p, file, seed);
		lost += letter_at(file, 0, SECTOR) != 'b';
		gone += !exists(p, "other");
		end(p, file);
	}
	CHECK(lost > 0 && gone > 0);
}

static unsigned bits_changed(sqlite3_file *file)
{
	uint8_t found[4 * SECTOR];
	unsigned bits = 0;

	CHECK_INT(read_at(file, 0, found, sizeof(found)), SQLITE_OK);
	for (size_t i = 0; i < 8 * sizeof(found); i++)
		bits += ((found[i / 8] ^ 'a') >> i % 8) & 1;
	return bits;
}

static void a_bit_or_a_sector_goes_bad_at_rest(void)
{
	struct platter *p = make(true);
	sqlite3_file *file = open_synced(p);
	struct dice dice = { 1 };

	CHECK(!platter_flip_bit(p, "none", &dice));
	CHECK(!platter_spoil_sector(p, "none", &dice));
	CHECK(platter_flip_bit(p, "file", &dice));
	CHECK_INT(bits_changed(file), 1);
	CHECK(platter_spoil_sector(p, "file", &dice));
	CHECK(bits_changed(file) > SECTOR);
	CHECK(bits_changed(file) < 8 * SECTOR);
	end(p, file);
}

/* ---- all of it ---- */

static void reads_writes_and_syncs_are_counted(void)
{
	struct platter *p = make(true);
	sqlite3_file *file = open_synced(p);

	letter_at(file, 0, 10);
	fill(file, 0, 'b', 10);
	CHECK_INT(p->counts.operations, 6);
	CHECK_INT(p->counts.reads, 1);
	CHECK_INT(p->counts.writes, 2);
	CHECK_INT(p->counts.written, 4 * SECTOR + 10);
	CHECK_INT(p->counts.syncs, 1);
	CHECK_INT(p->counts.directory_syncs, 1);
	end(p, file);
}

static void the_time_is_what_it_is_told(void)
{
	struct platter *p = make(true);
	sqlite3_int64 ms;

	p->wall_ms = INT64_C(946728000000); /* 2000-01-01 12:00 */
	CHECK_INT(p->vfs.xCurrentTimeInt64(&p->vfs, &ms), SQLITE_OK);
	CHECK_INT(ms, INT64_C(2451545) * 86400000);
	platter_destroy(p);
}

static void the_same_dice_leave_the_same_bytes(void)
{
	for (uint64_t seed = 0; seed < 50; seed++) {
		uint64_t digests[2];

		for (unsigned i = 0; i < 2; i++) {
			struct platter *p = make(false);
			sqlite3_file *file = open_synced(p);

			fill(file, 300, 'b', (size_t)9 * SECTOR);
			file = fall(p, file, seed);
			digests[i] = platter_digest(p);
			end(p, file);
		}
		CHECK(digests[0] == digests[1]);
	}
}

static void many_come_and_go_and_know_nothing_of_each_other(void)
{
	struct platter *platters[50];
	char name[20];

	for (unsigned i = 0; i < 5000; i++) {
		struct platter_options options = { name, i, SECTOR, true };
		struct platter **p = &platters[i % 50];

		snprintf(name, sizeof(name), "sim-%u", i);
		if (i >= 50)
			platter_destroy(*p);
		*p = platter_create(&options);
		assert_non_null(*p);
		CHECK(sqlite3_vfs_find(name) == &(*p)->vfs);
		CHECK(!exists(*p, "file"));
		close_file(open_synced(*p));
	}
	for (unsigned i = 0; i < 50; i++)
		platter_destroy(platters[i]);
	CHECK(!sqlite3_vfs_find("sim-4999"));
	platter_destroy(NULL);
}

TESTS(TEST(it_behaves_as_real_files_do), TEST(what_is_synced_is_found),
      TEST(unsynced_writes_are_kept_lost_or_torn_in_any_order),
      TEST(a_torn_sector_is_harmed_unless_that_is_promised),
      TEST(a_file_is_found_cut_or_whole_and_grown_in_part),
      TEST(all_that_was_written_outlives_a_killed_process),
      TEST(a_name_is_durable_once_a_journal_or_wal_was_synced),
      TEST(a_deletion_is_durable_once_the_directory_was_synced),
      TEST(a_file_made_anew_is_found_as_one_of_the_two),
      TEST(a_temporary_file_has_no_name_and_leaves_nothing),
      TEST(dead_handles_do_nothing_and_are_closed_before_others_open),
      TEST(the_power_fails_at_the_operation_that_was_asked_for),
      TEST(a_full_disk_takes_what_there_is_room_for),
      TEST(a_disk_that_is_read_only_is_only_read),
      TEST(what_a_failed_sync_was_for_is_in_doubt_until_written_anew),
      TEST(a_disk_that_lies_loses_what_was_synced),
      TEST(a_bit_or_a_sector_goes_bad_at_rest),
      TEST(reads_writes_and_syncs_are_counted),
      TEST(the_time_is_what_it_is_told),
      TEST(the_same_dice_leave_the_same_bytes),
      TEST(many_come_and_go_and_know_nothing_of_each_other))
