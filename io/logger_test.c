/* SPDX-License-Identifier: Apache-2.0 */
/* What was put is written, in its order and whole, also at the end and when a
 * mistake ends the program; and a disk that takes nothing stops nobody. */
#define _DEFAULT_SOURCE /* mkstemp, usleep */
#include "io/logger.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/check.h"

#define RECORDS 100
#define WRITTEN_MAX ((size_t)1024 * 1024)

/* A file that is not there yet. */
static char path[64];

static void begin(void)
{
	int fd;

	snprintf(path, sizeof(path), "/tmp/ilpd-logger-test-XXXXXX");
	fd = mkstemp(path);
	CHECK(fd >= 0);
	close(fd);
	unlink(path);
}

static struct logger *open_log(const char *file, bool json)
{
	const struct logger_options options = { .file = file,
						.json = json,
						.level = LOG_INFO };
	char error[256] = "";
	struct logger *logger = logger_create(&options, error, sizeof(error));

	if (!logger)
		fail_msg("%s", error);
	return logger;
}

/* All that is in the file; good until the next call. */
static const char *written(void)
{
	static char text[WRITTEN_MAX];
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

/* Puts them, and wakes nobody. */
static void put_some(struct logger *logger, int count)
{
	struct log_record r;

	for (int i = 0; i < count; i++) {
		CHECK(logger_begin(logger, &r, LOG_INFO, "test"));
		log_text(&r, "record %d", i);
		log_put(logger_log(logger), &r);
	}
}

/* One line for each, in their order, and nothing else. */
static void check_written(int count)
{
	const char *at = written();
	char text[32];

	for (int i = 0; i < count; i++) {
		snprintf(text, sizeof(text), " info test: record %d\n", i);
		CHECK_INT(strcspn(at, " "), strlen("2025-06-15T15:06:40.123Z"));
		at += strcspn(at, " ");
		if (strncmp(at, text, strlen(text)) != 0)
			fail_msg("record %d: %.80s", i, at);
		at += strlen(text);
	}
	CHECK_TEXT(ilp_text(at), "");
}

static void what_was_put_is_written_at_the_end(void)
{
	struct logger *logger;

	begin();
	logger = open_log(path, false);
	put_some(logger, RECORDS);
	logger_destroy(logger);
	check_written(RECORDS);
	unlink(path);
}

static void a_file_is_added_to(void)
{
	struct logger *logger;

	begin();
	for (int i = 0; i < 3; i++) {
		logger = open_log(path, true);
		logger_say(logger, LOG_WARN, "test", "%d", i);
		logger_destroy(logger);
	}
	CHECK(strstr(written(), "\"text\":\"0\"}\n{\"time\""));
	CHECK(strstr(written(), "\"text\":\"2\"}\n"));
	unlink(path);
}

/* Its thread is asleep by then, and nobody has woken it. */
static void last_words_are_written(void)
{
	struct logger *logger;
	pid_t child;
	int status;

	begin();
	fflush(NULL);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		logger = open_log(path, false);
		logger_write_last_words(logger);
		usleep(20000);
		put_some(logger, RECORDS);
		abort();
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	check_written(RECORDS);
	unlink(path);
}

static void a_disk_that_takes_nothing_stops_nobody(void)
{
	struct logger *logger = open_log("/dev/full", false);

	for (int i = 0; i < 10; i++) {
		put_some(logger, RECORDS);
		logger_look(logger);
	}
	logger_reopen(logger);
	logger_destroy(logger);
}

static void who_has_no_log_says_nothing(void)
{
	logger_say(NULL, LOG_ERROR, "test", "nobody hears this");
	logger_look(NULL);
	logger_reopen(NULL);
	logger_destroy(NULL);
	CHECK(!logger_log(NULL));
}

TESTS(TEST(what_was_put_is_written_at_the_end), TEST(a_file_is_added_to),
      TEST(last_words_are_written),
      TEST(a_disk_that_takes_nothing_stops_nobody),
      TEST(who_has_no_log_says_nothing))
