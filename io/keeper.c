/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pthread_setname_np, renameat2 */
#include "io/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digits.h"
#include "ilp/crypto.h"
#include "io/backup.h"
#include "io/data.h"
#include "io/file.h"

/* Packets go first where there are not enough processors. */
#define NICENESS 10
#define READ_SIZE ((size_t)256 * 1024)

enum keeper_state {
	KEEPER_IDLE,
	KEEPER_WANTED,
	KEEPER_AT_WORK,
	KEEPER_DONE,
};

struct keeper {
	struct keeper_options options;
	char data[DATA_PATH_SIZE];
	char folder[DATA_PATH_SIZE];
	pthread_t thread;
	bool running;

	/* The thread's. */
	char unfinished[TASK_PATH_SIZE]; /* where the copy lies until it has
					    its name */
	struct backup backup;

	/* Of all, under the lock; while it is at work the task is the thread's.
	 */
	pthread_mutex_t lock;
	pthread_cond_t news;
	enum keeper_state state;
	bool ending;
	struct errand *errand;
	struct task task;
};

/* ---- what goes wrong ---- */

__attribute__((format(printf, 3, 4))) static bool
fail(struct task *task, enum task_result result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(task->reason, sizeof(task->reason), format, args);
	va_end(args);
	task->result = result;
	return false;
}

static bool fail_at(struct task *task, const char *path)
{
	if (errno == EEXIST)
		return fail(task, TASK_EXISTS, "%s", path);
	return fail(task, TASK_FAILED, "%s: %s", path, strerror(errno));
}

/* ---- places ---- */

static const char *last_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Everything lies in one folder, whatever its path leads through. */
static bool find_places(struct keeper *k, struct task *task)
{
	char *folder = realpath(k->folder, NULL);

	if (!folder)
		return fail_at(task, k->folder);
	snprintf(k->unfinished, sizeof(k->unfinished), "%s/%s.unfinished",
		 folder, last_of(k->data));
	snprintf(task->file, sizeof(task->file), "%s/%s", folder, task->name);
	free(folder);
	return true;
}

static bool is_free(struct task *task, const char *path)
{
	struct stat about;

	if (lstat(path, &about) != 0 && errno == ENOENT)
		return true;
	errno = EEXIST;
	return fail_at(task, path);
}

/* A new name is there for good when the folder knows of it. */
static bool sync_folder(const char *path)
{
	char folder[TASK_PATH_SIZE];
	bool good;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	folder[last_of(path) - path] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = fsync(fd) == 0;
	close(fd);
	return good;
}

/* Where the file system cannot see to it that nothing is replaced, we have
 * looked just before. */
static bool move(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	return (errno == EINVAL || errno == ENOSYS) && rename(from, to) == 0;
}

/* ---- the copy ---- */

/* Waits for the ledger's thread. */
static bool is_copied(struct keeper *k)
{
	bool over;

	pthread_mutex_lock(&k->lock);
	while (!(over = backup_is_over(&k->backup)) && !k->ending)
		pthread_cond_wait(&k->news, &k->lock);
	pthread_mutex_unlock(&k->lock);
	return over;
}

static bool make_copy(struct keeper *k, struct task *task)
{
	const char *why = k->backup.error.text;

	if (!backup_start(&k->backup, k->options.scribe, k->unfinished))
		return fail(task, TASK_BUSY, "another copy is being made");
	if (!is_copied(k))
		return fail(task, TASK_FAILED, "the node ends");
	if (k->backup.good)
		return true;
	return fail(task, TASK_FAILED, "%s",
		    why[0] ? why : "the ledger has failed");
}

static void note_difference(void *context, const char *text)
{
	struct task_summary *summary = context;

	if (summary->differences < TASK_LINES_MAX)
		snprintf(summary->lines[summary->differences], TASK_LINE_SIZE,
			 "%s", text);
	summary->differences++;
}

static bool check_copy(struct keeper *k, struct task *task)
{
	struct task_summary *out = &task->summary;
	struct ledger_sqlite_summary s;
	struct ledger_sqlite_error error;

	if (!ledger_sqlite_check(k->unfinished, NULL, note_difference, out, &s,
				 &error))
		return fail(task, TASK_FAILED, "%s", error.text);
	out->sequence = s.batches;
	out->accounts = s.accounts;
	out->closed = s.closed;
	out->records = s.records;
	out->deltas = s.deltas;
	return true;
}

/* ---- its size and hash ---- */

static bool add_all(struct ilp_sha256 *sum, int fd, uint8_t *room,
		    uint64_t *size)
{
	ssize_t got;

	while ((got = read(fd, room, READ_SIZE)) > 0) {
		ilp_sha256_add(sum,
			       (struct ilp_bytes){ room, (size_t)got });
		*size += (uint64_t)got;
	}
	return got == 0;
}

static bool measure(struct keeper *k, struct task *task)
{
	int fd = open(k->unfinished, O_RDONLY | O_CLOEXEC);
	uint8_t *room = malloc(READ_SIZE);
	struct ilp_sha256 *sum = ilp_sha256_create();
	uint8_t hash[ILP_HASH_LEN] = { 0 };
	bool good = fd >= 0 && room && sum &&
		    add_all(sum, fd, room, &task->size);

	if (!good)
		fail_at(task, k->unfinished);
	if (sum)
		ilp_sha256_end(sum, hash);
	if (fd >= 0)
		close(fd);
	free(room);
	for (size_t i = 0; i < sizeof(hash); i++)
		ilp_hex((uint8_t *)task->sha256 + 2 * i, hash[i]);
	return good;
}

/* ---- the key beside it ---- */

static bool write_all(int fd, const uint8_t *at, size_t len)
{
	while (len) {
		ssize_t written = write(fd, at, len);

		if (written < 0)
			return false;
		at += written;
		len -= (size_t)written;
	}
	return fsync(fd) == 0;
}

static bool write_key(struct task *task, const char *path, const uint8_t *at,
		      size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0)
		return fail_at(task, path);
	good = write_all(fd, at, len) || fail_at(task, path);
	if (close(fd) != 0 && good)
		good = fail_at(task, path);
	if (!good)
		unlink(path);
	return good;
}

static bool copy_key(struct keeper *k, struct task *task, const char *to)
{
	char from[DATA_PATH_SIZE + 8];
	uint8_t *content;
	size_t len;
	bool good;

	snprintf(from, sizeof(from), "%s.key", k->data);
	content = file_read(from, &len, task->reason, sizeof(task->reason));
	if (!content) {
		task->result = TASK_FAILED;
		return false;
	}
	good = write_key(task, to, content, len);
	file_free(content, len);
	return good;
}

/* ---- the tasks ---- */

static bool check(struct keeper *k, struct task *task)
{
	return make_copy(k, task) && check_copy(k, task);
}

/* The key first: a copy that is there has all that was asked for. */
static bool place(struct keeper *k, struct task *task)
{
	char key[TASK_PATH_SIZE + 8];

	snprintf(key, sizeof(key), "%s.key", task->file);
	if (task->with_key && !copy_key(k, task, key))
		return false;
	if (move(k->unfinished, task->file) && sync_folder(task->file))
		return true;
	fail_at(task, task->file);
	if (task->with_key)
		unlink(key);
	return false;
}

static bool back_up(struct keeper *k, struct task *task)
{
	if (!is_free(task, task->file) || !check(k, task))
		return false;
	if (task->summary.differences)
		return fail(task, TASK_DAMAGED, "%s", task->summary.lines[0]);
	return measure(k, task) && place(k, task);
}

static void perform(struct keeper *k)
{
	struct task *task = &k->task;

	if (find_places(k, task) &&
	    (task->kind == TASK_CHECK ? check(k, task) : back_up(k, task)))
		task->result = TASK_DONE;
	unlink(k->unfinished);
}

/* ---- the thread ---- */

/* Is there something to be done? */
static bool is_wanted(struct keeper *k)
{
	bool wanted;

	pthread_mutex_lock(&k->lock);
	while (k->state != KEEPER_WANTED && !k->ending)
		pthread_cond_wait(&k->news, &k->lock);
	wanted = !k->ending;
	if (wanted)
		k->state = KEEPER_AT_WORK;
	pthread_mutex_unlock(&k->lock);
	return wanted;
}

static void *run(void *context)
{
	struct keeper *k = context;

	pthread_setname_np(pthread_self(), "ilpd-keeper");
	setpriority(PRIO_PROCESS, 0, NICENESS); /* of this thread, on Linux */
	while (is_wanted(k)) {
		perform(k);
		pthread_mutex_lock(&k->lock);
		k->state = KEEPER_DONE;
		pthread_mutex_unlock(&k->lock);
		k->options.woken(k->options.context);
	}
	return NULL;
}

/* Signals are for other threads. */
bool keeper_start(struct keeper *k)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	k->running = pthread_create(&k->thread, NULL, run, k) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return k->running;
}

/* ---- those around it ---- */

bool keeper_take(struct keeper *k, struct errand *errand,
		 const struct task *task)
{
	bool taken;

	pthread_mutex_lock(&k->lock);
	taken = k->state == KEEPER_IDLE;
	if (taken) {
		k->errand = errand;
		k->task = *task;
		k->state = KEEPER_WANTED;
		pthread_cond_signal(&k->news);
	}
	pthread_mutex_unlock(&k->lock);
	return taken;
}

void keeper_news(struct keeper *k)
{
	pthread_mutex_lock(&k->lock);
	pthread_cond_signal(&k->news);
	pthread_mutex_unlock(&k->lock);
}

struct errand *keeper_next_done(struct keeper *k, struct task *out)
{
	struct errand *errand = NULL;

	pthread_mutex_lock(&k->lock);
	if (k->state == KEEPER_DONE) {
		errand = k->errand;
		*out = k->task;
		k->state = KEEPER_IDLE;
	}
	pthread_mutex_unlock(&k->lock);
	return errand;
}

void keeper_end(struct keeper *k)
{
	pthread_mutex_lock(&k->lock);
	k->ending = true;
	pthread_cond_signal(&k->news);
	pthread_mutex_unlock(&k->lock);
	if (k->running)
		pthread_join(k->thread, NULL);
	k->running = false;
}

/* ---- from beginning to end ---- */

static void name_folder(struct keeper *k)
{
	size_t len = (size_t)(last_of(k->data) - k->data);

	if (k->options.folder)
		snprintf(k->folder, sizeof(k->folder), "%s",
			 k->options.folder);
	else
		snprintf(k->folder, sizeof(k->folder), "%.*s", (int)len,
			 k->data);
	if (!k->folder[0])
		strcpy(k->folder, ".");
}

struct keeper *keeper_create(const struct keeper_options *options)
{
	struct keeper *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->options = *options;
	snprintf(k->data, sizeof(k->data), "%s", options->data_file);
	name_folder(k);
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->news, NULL);
	return k;
}

void keeper_destroy(struct keeper *k)
{
	if (!k)
		return;
	keeper_end(k);
	pthread_cond_destroy(&k->news);
	pthread_mutex_destroy(&k->lock);
	free(k);
}
