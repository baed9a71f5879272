/* SPDX-License-Identifier: Apache-2.0 */
/* logger.h - the thread that writes the log, to stderr or to a file.
 *
 *     log_put ──► ring ──►┌────────┐──► write
 *     logger_look   ─────►│ thread │
 *     logger_reopen ─────►└────────┘
 *
 * Whoever reads the log slowly, or not at all, keeps that thread waiting and
 * nobody else: the ring fills up, what no longer fits is counted, and the log
 * says how many those were. Neither does the end of the process wait for it
 * for longer than LOGGER_END_US.
 */
#ifndef IO_LOGGER_H
#define IO_LOGGER_H

#include "base/log.h"

/* How long the end waits for what is not written yet. */
#define LOGGER_END_US 2000000

struct logger;

struct logger_options {
	const char *file; /* path; NULL: stderr */
	bool json;
	enum log_level level;
};

/* Opens the file and starts the thread. On failure NULL, and `error` says
 * why. */
struct logger *logger_create(const struct logger_options *options, char *error,
			     size_t error_size);

/* Writes what there is, ends the thread, and closes. If that hangs it is left
 * where it is, for the process to end with. NULL is fine. */
void logger_destroy(struct logger *logger);

/* Where records are put. NULL: none, for a logger that is NULL. */
struct log *logger_log(struct logger *logger);

/* Has records written that were put since the last time: quick when there are
 * none. From any thread; NULL is fine. */
void logger_look(struct logger *logger);

/* Opens the file anew, since somebody has moved it away. */
void logger_reopen(struct logger *logger);

/* A record without fields, of now; NULL is fine. */
__attribute__((format(printf, 4, 5))) void
logger_say(struct logger *logger, enum log_level level, const char *event,
	   const char *format, ...);

/* Makes it a record that it begins, if it is wanted. */
bool logger_begin(struct logger *logger, struct log_record *r,
		  enum log_level level, const char *event);
void logger_put(struct logger *logger, const struct log_record *r);

/* When a mistake of this program ends it, what it had to say before is written
 * first, as far as that can be. */
void logger_write_last_words(struct logger *logger);

#endif
