/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pthread_setname_np, sem_clockwait */
#include "io/logger.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "io/now.h"

#define RECORDS_MAX 512
#define LINES_SIZE ((size_t)64 * 1024)
/* Whoever has put something and not looked is waited for no longer. */
#define SLEEP_US 1000000
#define FULL_POLL_MS 100
#define LAST_WORDS_TRIES 100
#define LAST_WORDS_PAUSE_NS 5000000

struct logger {
	struct log *log;
	char *file; /* NULL: stderr */
	bool json;
	int fd;
	pthread_t thread;
	sem_t more;
	sem_t over;
	atomic_bool asleep;
	atomic_bool busy; /* it may have taken what it has not written */
	atomic_bool ending;
	atomic_bool reopening;
	/* The thread's. */
	uint64_t told; /* how many were left out, as the log has said */
	uint64_t lost; /* that could not be written */
	bool torn;     /* the last line was written in part */
	size_t lines_len;
	size_t lines_count;
	uint8_t lines[LINES_SIZE];
};

/* ---- the thread: writing ---- */

/* Who shares stderr may have told it not to block. */
static bool wait_for_room(struct logger *l)
{
	struct pollfd poll_fd = { .fd = l->fd, .events = POLLOUT };

	return errno == EINTR ||
	       (errno == EAGAIN && poll(&poll_fd, 1, FULL_POLL_MS) >= 0);
}

static bool write_bytes(struct logger *l, const uint8_t *at, size_t len)
{
	while (len) {
		ssize_t written = write(l->fd, at, len);

		if (written < 0 && wait_for_room(l))
			continue;
		if (written < 0)
			return false;
		l->torn = true;
		at += written;
		len -= (size_t)written;
	}
	l->torn = false;
	return true;
}

/* What cannot be written is lost, and the log goes on with the next. */
static void write_lines(struct logger *l)
{
	bool good;

	if (!l->lines_len)
		return;
	good = !l->torn || write_bytes(l, (const uint8_t *)"\n", 1);
	good = good && write_bytes(l, l->lines, l->lines_len);
	if (!good)
		l->lost += l->lines_count;
	l->lines_len = 0;
	l->lines_count = 0;
}

static void add_line(struct logger *l, const struct log_record *r)
{
	uint8_t *at = l->lines + l->lines_len;

	l->lines_len += l->json ? log_line_json(r, at) : log_line_text(r, at);
	l->lines_count++;
	if (sizeof(l->lines) - l->lines_len < LOG_LINE_MAX)
		write_lines(l);
}

/* Behind those that were not left out. */
static void tell_left_out(struct logger *l)
{
	uint64_t left_out = log_dropped(l->log) + l->lost;
	uint64_t more = left_out - l->told;
	uint64_t lost = l->lost;
	struct log_record r;

	if (!more)
		return;
	log_begin(&r, LOG_WARN, "records-left-out", now_read().wall_ms);
	log_text(&r, "%" PRIu64 " record%s of the log %s left out, since it "
		     "could not be written fast enough",
		 more, more == 1 ? "" : "s", more == 1 ? "was" : "were");
	log_add_number(&r, "count", more);
	add_line(l, &r);
	write_lines(l);
	if (l->lost == lost)
		l->told = left_out;
	else
		l->lost = lost; /* it is told later */
}

static void write_all(struct logger *l)
{
	struct log_record r;

	while (log_take(l->log, &r))
		add_line(l, &r);
	write_lines(l);
	tell_left_out(l);
}

/* ---- the thread: from start to end ---- */

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* If it cannot be had the old one is better than none. */
static void open_again(struct logger *l)
{
	int fd = open_file(l->file);

	if (fd < 0) {
		logger_say(l, LOG_ERROR, "log-not-reopened",
			   "the log goes on in the file that it had: %s: %s",
			   l->file, strerror(errno));
		return;
	}
	close(l->fd);
	l->fd = fd;
	l->torn = false;
}

static void sleep_well(struct logger *l)
{
	struct timespec until;

	atomic_store(&l->busy, false);
	atomic_store(&l->asleep, true);
	now_after(&until, SLEEP_US);
	if (log_is_empty(l->log) && !atomic_load(&l->ending))
		sem_clockwait(&l->more, CLOCK_MONOTONIC, &until);
	atomic_store(&l->asleep, false);
	atomic_store(&l->busy, true);
}

static void *run(void *context)
{
	struct logger *l = context;
	bool ending;

	pthread_setname_np(pthread_self(), "ilpd-log");
	do {
		ending = atomic_load(&l->ending);
		write_all(l);
		if (atomic_exchange(&l->reopening, false) && l->file)
			open_again(l);
		if (!ending)
			sleep_well(l);
	} while (!ending);
	atomic_store(&l->busy, false);
	sem_post(&l->over);
	return NULL;
}

/* ---- from beginning to end ---- */

/* Signals are for other threads. */
static bool start(struct logger *l)
{
	sigset_t all, before;
	bool good;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	good = pthread_create(&l->thread, NULL, run, l) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return good;
}

static void let_go(struct logger *l)
{
	if (l->file && l->fd >= 0)
		close(l->fd);
	sem_destroy(&l->more);
	sem_destroy(&l->over);
	log_destroy(l->log);
	free(l->file);
	free(l);
}

struct logger *logger_create(const struct logger_options *options, char *error,
			     size_t error_size)
{
	struct logger *l = calloc(1, sizeof(*l));

	snprintf(error, error_size, "no memory");
	if (!l)
		return NULL;
	sem_init(&l->more, 0, 0);
	sem_init(&l->over, 0, 0);
	l->log = log_create(RECORDS_MAX);
	l->file = options->file ? strdup(options->file) : NULL;
	l->json = options->json;
	l->fd = options->file ? open_file(options->file) : STDERR_FILENO;
	if (l->fd < 0)
		snprintf(error, error_size, "cannot write the log to %s: %s",
			 options->file, strerror(errno));
	if (!l->log || l->fd < 0 || (options->file && !l->file)) {
		let_go(l);
		return NULL;
	}
	log_set_level(l->log, options->level);
	if (start(l))
		return l;
	snprintf(error, error_size, "cannot start a thread for the log");
	let_go(l);
	return NULL;
}

/* ---- last words ---- */

/* A handler of signals is told nothing, so it has to find it. */
static struct logger *_Atomic last_words_of;

/* The thread still runs while this waits for it. */
static void wait_for_last_words(int number)
{
	const struct timespec pause = { .tv_nsec = LAST_WORDS_PAUSE_NS };
	struct logger *l = atomic_load(&last_words_of);

	(void)number; /* the system does with it what it always does */
	if (!l || pthread_equal(pthread_self(), l->thread))
		return;
	sem_post(&l->more);
	for (int i = 0; i < LAST_WORDS_TRIES; i++) {
		if (log_is_empty(l->log) && !atomic_load(&l->busy))
			return;
		nanosleep(&pause, NULL);
	}
}

/* Unless somebody else, such as a sanitizer, looks after the signal. */
void logger_write_last_words(struct logger *l)
{
	static const int numbers[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV };
	const struct sigaction action = { .sa_handler = wait_for_last_words,
					  .sa_flags = (int)SA_RESETHAND };
	struct sigaction before;

	atomic_store(&last_words_of, l);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		sigaction(numbers[i], NULL, &before);
		if (!(before.sa_flags & SA_SIGINFO) &&
		    before.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
	}
}

void logger_destroy(struct logger *l)
{
	struct timespec until;
	int waited;

	if (!l)
		return;
	atomic_store(&last_words_of, NULL);
	atomic_store(&l->ending, true);
	sem_post(&l->more);
	now_after(&until, LOGGER_END_US);
	do {
		waited = sem_clockwait(&l->over, CLOCK_MONOTONIC, &until);
	} while (waited && errno == EINTR);
	if (waited)
		return;
	pthread_join(l->thread, NULL);
	let_go(l);
}

/* ---- those who have something to say ---- */

struct log *logger_log(struct logger *l)
{
	return l ? l->log : NULL;
}

void logger_look(struct logger *l)
{
	if (l && !log_is_empty(l->log) && atomic_exchange(&l->asleep, false))
		sem_post(&l->more);
}

void logger_reopen(struct logger *l)
{
	if (!l)
		return;
	atomic_store(&l->reopening, true);
	sem_post(&l->more);
}

bool logger_begin(struct logger *l, struct log_record *r, enum log_level level,
		  const char *event)
{
	if (!log_wants(logger_log(l), level))
		return false;
	log_begin(r, level, event, now_read().wall_ms);
	return true;
}

void logger_put(struct logger *l, const struct log_record *r)
{
	log_put(l->log, r);
	logger_look(l);
}

void logger_say(struct logger *l, enum log_level level, const char *event,
		const char *format, ...)
{
	struct log_record r;
	char text[LOG_ROOM];
	va_list args;

	if (!logger_begin(l, &r, level, event))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_text(&r, "%s", text);
	logger_put(l, &r);
}
