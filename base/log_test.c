/* SPDX-License-Identifier: Apache-2.0 */
/* Records come out whole and in their order whoever puts them in, none is lost
 * without being counted, and no bytes of a stranger break a line. */
#include "base/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/json.h"
#include "test/check.h"

#define WRITERS 4
#define EACH 20000
#define NODES 64

static void put(struct log *log, enum log_level level, uint64_t number)
{
	struct log_record r;

	log_begin(&r, level, "test", 0);
	log_text(&r, "record %" PRIu64, number);
	log_add_number(&r, "number", number);
	log_put(log, &r);
}

static struct log *begin(size_t count)
{
	struct log *log = log_create(count);

	assert_non_null(log);
	return log;
}

/* ---- the ring ---- */

static void records_come_out_in_their_order(void)
{
	struct log *log = begin(4);
	struct log_record r;
	char text[32];

	for (uint64_t i = 0; i < 100; i++) {
		put(log, LOG_INFO, 2 * i);
		put(log, LOG_INFO, 2 * i + 1);
		CHECK(!log_is_empty(log));
		for (uint64_t j = 0; j < 2; j++) {
			CHECK(log_take(log, &r));
			snprintf(text, sizeof(text), "record %" PRIu64, 2 * i + j);
			CHECK_INT(r.text_len, strlen(text));
			CHECK(memcmp(r.room, text, r.text_len) == 0);
		}
		CHECK(!log_take(log, &r));
		CHECK(log_is_empty(log));
	}
	CHECK_INT(log_dropped(log), 0);
	log_destroy(log);
}

static void what_does_not_fit_is_dropped_and_counted(void)
{
	struct log *log = begin(8);
	struct log_record r;

	for (uint64_t i = 0; i < 11; i++)
		put(log, LOG_INFO, i);
	CHECK_INT(log_dropped(log), 3);
	CHECK(log_take(log, &r));
	CHECK_INT(r.room[r.fields[0].at], '0');
	put(log, LOG_INFO, 11);
	CHECK_INT(log_dropped(log), 3);
	for (int i = 0; i < 8; i++)
		CHECK(log_take(log, &r));
	CHECK(memcmp(r.room + r.fields[0].at, "11", 2) == 0);
	CHECK(!log_take(log, &r));
	log_destroy(log);
}

static void what_is_not_wanted_is_not_taken(void)
{
	struct log *log = begin(8);
	struct log_record r;

	CHECK(!log_wants(NULL, LOG_ERROR));
	put(NULL, LOG_ERROR, 1);
	CHECK(log_wants(log, LOG_INFO) && !log_wants(log, LOG_DEBUG));
	put(log, LOG_DEBUG, 1);
	log_set_level(log, LOG_WARN);
	put(log, LOG_INFO, 2);
	put(log, LOG_WARN, 3);
	put(log, LOG_ERROR, 4);
	CHECK(log_take(log, &r) && r.level == LOG_WARN);
	CHECK(log_take(log, &r) && r.level == LOG_ERROR);
	CHECK(!log_take(log, &r));
	log_set_level(log, LOG_DEBUG);
	put(log, LOG_DEBUG, 5);
	CHECK(log_take(log, &r) && r.level == LOG_DEBUG);
	CHECK_INT(log_dropped(log), 0);
	log_destroy(log);
}

struct crowd {
	struct log *log;
	atomic_int number; /* of the next writer */
	atomic_int ended;
};

/* Its records are all of the same letters, so that one torn would be seen. */
static void *write_many(void *context)
{
	struct crowd *crowd = context;
	int writer = atomic_fetch_add(&crowd->number, 1);
	struct log_record r;

	for (uint64_t i = 0; i < EACH; i++) {
		int len = 1 + (int)(i * 7 % 500);

		log_begin(&r, LOG_INFO, "test", (int64_t)i);
		memset(r.room, 'a' + writer, (size_t)len);
		r.text_len = r.used = (uint16_t)len;
		log_add_number(&r, "writer", (uint64_t)writer);
		log_put(crowd->log, &r);
	}
	atomic_fetch_add(&crowd->ended, 1);
	return NULL;
}

/* Gives its writer. */
static int check_whole(const struct log_record *r)
{
	int writer = r->room[r->fields[0].at] - '0';

	CHECK(writer >= 0 && writer < WRITERS);
	CHECK_INT(r->text_len, 1 + r->wall_ms * 7 % 500);
	for (size_t i = 0; i < r->text_len; i++)
		CHECK_INT(r->room[i], 'a' + writer);
	return writer;
}

/* Each writer's come in its order, and all that are missing were counted. */
static void several_writers_lose_nothing_that_is_not_counted(void)
{
	struct crowd crowd = { .log = begin(64) };
	int64_t last[WRITERS] = { -1, -1, -1, -1 };
	pthread_t threads[WRITERS];
	struct log_record r;
	uint64_t taken = 0;

	for (int i = 0; i < WRITERS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, write_many, &crowd), 0);
	for (;;) {
		bool over = atomic_load(&crowd.ended) == WRITERS;

		if (log_take(crowd.log, &r)) {
			int writer = check_whole(&r);

			CHECK(r.wall_ms > last[writer]);
			last[writer] = r.wall_ms;
			taken++;
		} else if (over) {
			break;
		}
	}
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT(taken + log_dropped(crowd.log), WRITERS * EACH);
	CHECK(taken >= 64);
	log_destroy(crowd.log);
}

/* ---- lines ---- */

static void is_a_line_for_people(void)
{
	uint8_t line[LOG_LINE_MAX];
	struct log_record r;
	size_t len;

	log_begin(&r, LOG_WARN, "link-down", 1749999999007);
	log_text(&r, "\"%s\" is gone: %d", "alice", 7);
	log_add(&r, "account", ilp_text("alice"));
	len = log_line_text(&r, line);
	CHECK_TEXT(((struct ilp_bytes){ line, len }),
		   "2025-06-15T15:06:39.007Z warn link-down: \"alice\" is gone: "
		   "7\n");
}

static void is_an_object_for_programs(void)
{
	uint8_t line[LOG_LINE_MAX];
	struct log_record r;
	size_t len;

	log_begin(&r, LOG_ERROR, "link-down", 0);
	log_text(&r, "gone");
	log_add(&r, "account", ilp_text("alice"));
	log_add_number(&r, "times", UINT64_MAX);
	log_add(&r, "nothing", ilp_text(""));
	len = log_line_json(&r, line);
	CHECK_TEXT(((struct ilp_bytes){ line, len }),
		   "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"error\","
		   "\"event\":\"link-down\",\"text\":\"gone\","
		   "\"account\":\"alice\",\"times\":18446744073709551615,"
		   "\"nothing\":\"\"}\n");
}

/* The line has one end, and nothing in it that a terminal acts upon. */
static void check_line(const uint8_t *line, size_t len)
{
	CHECK(len > 1 && len <= LOG_LINE_MAX);
	CHECK_INT(line[len - 1], '\n');
	for (size_t i = 0; i + 1 < len; i++) {
		CHECK(line[i] >= 0x20 && line[i] != 0x7f);
		CHECK(line[i] != 0xc2 || line[i + 1] >= 0xa0);
	}
}

static void check_json(const uint8_t *line, size_t len, const char *name,
		       const char *expected)
{
	struct ilp_json_node nodes[NODES];
	struct ilp_bytes value;
	uint8_t room[LOG_LINE_MAX];

	CHECK_INT(ilp_json_read(nodes, NODES,
				(struct ilp_bytes){ line, len - 1 })
			  .problem,
		  ILP_JSON_OK);
	if (!expected)
		return;
	CHECK(ilp_json_string(&value, ilp_json_get(nodes, name), room,
			      sizeof(room)));
	CHECK_TEXT(value, expected);
}

static void bytes_of_strangers_are_harmless(void)
{
	static const struct {
		const char *bytes;
		const char *shown;
	} rows[] = {
		{ "plain \\ \"text\" gr\xc3\xbc\xc3\x9f", NULL },
		{ "\x1b[2J", "\\x1b[2J" },
		{ "a\nb\r\tc", "a\\x0ab\\x0d\\x09c" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b" "31m", "\\xc2\\x9b31m" },
		{ "\xff\xc3(", "\\xff\\xc3(" },
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },
		{ "\xe2\x80\xae" "abc", "\\xe2\\x80\\xaeabc" },
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },
		{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" },
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
		{ "\xe2\x80\x94 \xf0\x9f\x98\x80", NULL },
	};
	uint8_t line[LOG_LINE_MAX];
	struct log_record r;
	size_t len;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *shown = rows[i].shown ? rows[i].shown : rows[i].bytes;

		log_begin(&r, LOG_INFO, "test", 0);
		log_text(&r, "%s", rows[i].bytes);
		log_add(&r, "bytes", ilp_text(rows[i].bytes));
		len = log_line_json(&r, line);
		check_line(line, len);
		check_json(line, len, "text", shown);
		check_json(line, len, "bytes", shown);
		len = log_line_text(&r, line);
		check_line(line, len);
		CHECK(len > strlen(shown) &&
		      memcmp(line + len - 1 - strlen(shown), shown,
			     strlen(shown)) == 0);
	}
}

/* Whatever bytes they are, and however many. */
static void the_longest_record_has_room_in_a_line(void)
{
	static char bytes[2 * LOG_ROOM];
	uint8_t line[LOG_LINE_MAX];
	struct log_record r;
	size_t len;

	for (int byte = 1; byte < 256; byte++) {
		memset(bytes, byte, sizeof(bytes) - 1);
		for (size_t text = 0; text <= LOG_ROOM + 1; text += LOG_ROOM / 4) {
			log_begin(&r, LOG_DEBUG, "test", INT64_C(253402300799999));
			log_text(&r, "%.*s", (int)text, bytes);
			for (int i = 0; i < LOG_FIELDS_MAX + 1; i++)
				log_add(&r, "a-name-of-a-field", ilp_text(bytes));
			CHECK(r.cut);
			len = log_line_json(&r, line);
			check_line(line, len);
			check_json(line, len, NULL, NULL);
			len = log_line_text(&r, line);
			check_line(line, len);
		}
	}
}

static void a_number_is_whole_or_not_there(void)
{
	static char bytes[LOG_ROOM];
	uint8_t line[LOG_LINE_MAX];
	struct log_record r;

	memset(bytes, 'x', sizeof(bytes) - 3);
	log_begin(&r, LOG_INFO, "test", 0);
	log_text(&r, "%s", bytes);
	log_add_number(&r, "number", 12345);
	CHECK(r.cut && r.field_count == 0);
	check_json(line, log_line_json(&r, line), NULL, NULL);
}

TESTS(TEST(records_come_out_in_their_order),
      TEST(what_does_not_fit_is_dropped_and_counted),
      TEST(what_is_not_wanted_is_not_taken),
      TEST(several_writers_lose_nothing_that_is_not_counted),
      TEST(is_a_line_for_people), TEST(is_an_object_for_programs),
      TEST(bytes_of_strangers_are_harmless),
      TEST(the_longest_record_has_room_in_a_line),
      TEST(a_number_is_whole_or_not_there))
