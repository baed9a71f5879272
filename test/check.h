/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - how a test of ours reads; cmocka does the work.
 *
 * A test file is functions that state a claim in their name, and at its end
 * TESTS(...) with all of them. doc/conformance.md names them.
 */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

#define CHECK(condition) assert_true(condition)
#define CHECK_INT(actual, expected)                                            \
	assert_int_equal((intmax_t)(actual), (intmax_t)(expected))

/* Two slices have the same bytes; shows both when they do not. */
#define CHECK_BYTES(actual, expected)                                          \
	check_bytes(actual, expected, __FILE__, __LINE__)
#define CHECK_TEXT(actual, expected) CHECK_BYTES(actual, ilp_text(expected))

static inline void check_bytes(struct ilp_bytes actual,
			       struct ilp_bytes expected, const char *file,
			       int line)
{
	if (ilp_bytes_equal(actual, expected))
		return;
	const struct {
		const char *name;
		struct ilp_bytes bytes;
	} both[] = { { "expected", expected }, { "actual", actual } };
	for (int i = 0; i < 2; i++) {
		fprintf(stderr, "%-8s %4zu bytes: ", both[i].name,
			both[i].bytes.len);
		for (size_t j = 0; j < both[i].bytes.len; j++)
			fprintf(stderr, "%02x", both[i].bytes.at[j]);
		fprintf(stderr, "\n");
	}
	_fail(file, line);
}

/* Up to 4096 bytes from hexadecimal text; good until the next call but
 * seven. */
static inline struct ilp_bytes hex(const char *text)
{
	static uint8_t buffers[8][4096];
	static unsigned next;
	uint8_t *out = buffers[next++ % 8];
	size_t len = strlen(text) / 2;

	assert_true(len <= sizeof(buffers[0]) && strlen(text) % 2 == 0);
	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
		out[i] = (uint8_t)byte;
	}
	return (struct ilp_bytes){ out, len };
}

/* A copy that ends where its memory ends, so that a sanitizer sees who reads
 * a byte too far. */
static inline struct ilp_bytes exact_copy(struct ilp_bytes in)
{
	uint8_t *memory = malloc(in.len ? in.len : 1);

	assert_non_null(memory);
	if (in.len == 0)
		return (struct ilp_bytes){ memory + 1, 0 };
	memcpy(memory, in.at, in.len);
	return (struct ilp_bytes){ memory, in.len };
}

static inline void exact_free(struct ilp_bytes copy)
{
	free((uint8_t *)(uintptr_t)copy.at - (copy.len == 0));
}

/* Reads the whole of `in` and gives an enum ilp_error; 0 is success. */
typedef unsigned check_reader(struct ilp_bytes in);

/* What `read` says about an exact copy of `in`. */
static inline unsigned check_read(check_reader *read, struct ilp_bytes in)
{
	struct ilp_bytes copy = exact_copy(in);
	unsigned error = read(copy);

	exact_free(copy);
	return error;
}

/* `read` refuses everything that is left of `whole` when its end is cut off,
 * with this error, or with any when it is 0. */
static inline void check_cuts(check_reader *read, struct ilp_bytes whole,
			      unsigned expected)
{
	for (size_t len = 0; len < whole.len; len++) {
		unsigned error =
			check_read(read, (struct ilp_bytes){ whole.at, len });

		if (error == 0 || (expected && error != expected))
			fail_msg("cut to %zu bytes: error %u", len, error);
	}
}

/* Writes into a buffer and gives an enum ilp_error. */
typedef unsigned check_writer(uint8_t *buffer, size_t capacity);

/* `write` makes exactly these bytes when it has room for them; with less it
 * gives the error and leaves alone what lies behind the buffer. */
static inline void check_rooms(check_writer *write, struct ilp_bytes expected,
			       unsigned error)
{
	uint8_t *memory = malloc(expected.len + 16);

	assert_non_null(memory);
	for (size_t capacity = 0; capacity <= expected.len; capacity++) {
		memset(memory, 0xee, expected.len + 16);
		if (write(memory, capacity) !=
		    (capacity < expected.len ? error : 0u))
			fail_msg("capacity %zu of %zu", capacity, expected.len);
		for (size_t i = capacity; i < expected.len + 16; i++)
			assert_int_equal(memory[i], 0xee);
	}
	check_bytes((struct ilp_bytes){ memory, expected.len }, expected,
		    __FILE__, __LINE__);
	free(memory);
}

typedef void test_function(void);

struct check_test {
	const char *name;
	test_function *run;
};

static inline void check_run(void **state)
{
	const struct check_test *test = *state;

	test->run();
}

static inline int check_all(const struct check_test *tests, size_t count)
{
	struct CMUnitTest units[64] = { 0 };

	if (count > sizeof(units) / sizeof(units[0]))
		return 1;
	for (size_t i = 0; i < count; i++) {
		struct check_test *test =
			(struct check_test *)(uintptr_t)&tests[i];

		units[i] = (struct CMUnitTest){ .name = test->name,
						.test_func = check_run,
						.initial_state = test };
	}
	return _cmocka_run_group_tests("tests", units, count, NULL, NULL);
}

#define TEST(function)                                                         \
	{                                                                      \
#function, function                                            \
	}
#define TESTS(...)                                                             \
	int main(void)                                                         \
	{                                                                      \
		static const struct check_test tests[] = { __VA_ARGS__ };      \
                                                                               \
		return check_all(tests, sizeof(tests) / sizeof(*tests));       \
	}

#endif
