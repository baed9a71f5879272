/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - what happens, for operators and their programs: records, and a ring
 * by which they get from whoever has something to say to whoever writes it.
 *
 * A record has a level, the name of an event, which stays the same in all
 * versions, a line of text for people, and fields for programs. To put one into
 * the ring takes no lock, no memory and no system call, and any thread may; when
 * the ring is full the record is dropped and counted, since packets do not wait
 * for those who read logs. One thread takes them out (io/logger.h).
 *
 * Bytes in a record may be a stranger's: what is not plain text is shown as
 * \xNN, and there is only so much room. There is never a secret in one.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/bytes.h"

enum log_level {
	LOG_ERROR, /* something does not work that has to */
	LOG_WARN,  /* somebody should look */
	LOG_INFO,  /* what operators want to find later */
	LOG_DEBUG,
};

#define LOG_LEVELS 4

/* By their levels, up to a NULL. */
extern const char *const log_level_names[LOG_LEVELS + 1];

/* ---- a record ---- */

#define LOG_FIELDS_MAX 8
#define LOG_ROOM 1024

struct log_field {
	const char *name; /* a literal */
	uint16_t at;      /* where its value lies in the room */
	uint16_t len;
	bool number; /* it is written in digits, and is one in JSON */
};

struct log_record {
	enum log_level level;
	const char *event; /* a literal, such as "link-down" */
	int64_t wall_ms;
	uint16_t text_len; /* the text lies first in the room */
	uint16_t used;
	uint16_t field_count;
	bool cut; /* there was not room for all of it */
	struct log_field fields[LOG_FIELDS_MAX];
	char room[LOG_ROOM];
};

/* Without text and fields. */
void log_begin(struct log_record *r, enum log_level level, const char *event,
	       int64_t wall_ms);

/* Its text, once, and before its fields. */
__attribute__((format(printf, 2, 3))) void
log_text(struct log_record *r, const char *format, ...);

/* What there is no room for is cut off, and one field too many left out. */
void log_add(struct log_record *r, const char *name, struct ilp_bytes value);
void log_add_number(struct log_record *r, const char *name, uint64_t number);

/* ---- as a line ---- */

/* Of either kind, its end included: what has no room is dropped before. */
#define LOG_LINE_MAX 8192

/* "2026-01-02T03:04:05.678Z info link-up: \"alice\" has connected" */
size_t log_line_text(const struct log_record *r, uint8_t out[LOG_LINE_MAX]);

/* {"time":"…","level":"info","event":"link-up","text":"…","account":"alice"} */
size_t log_line_json(const struct log_record *r, uint8_t out[LOG_LINE_MAX]);

/* ---- the ring ---- */

struct log;

/* For so many records, a power of two. NULL when there is no memory. Records
 * are taken from LOG_INFO on. */
struct log *log_create(size_t count);
void log_destroy(struct log *log);

/* From any thread; what is less urgent is not wanted. */
void log_set_level(struct log *log, enum log_level level);
enum log_level log_level(const struct log *log);

/* Whoever has a record to make asks first. NULL: there is no log. */
bool log_wants(const struct log *log, enum log_level level);

/* From any thread. The record is copied, or dropped. */
void log_put(struct log *log, const struct log_record *r);

/* By one thread at a time, in the order in which they were put. False when
 * there is none for now. */
bool log_take(struct log *log, struct log_record *out);

/* Is there nothing to be taken? */
bool log_is_empty(const struct log *log);

/* How many were dropped since it was made. */
uint64_t log_dropped(const struct log *log);

#endif
