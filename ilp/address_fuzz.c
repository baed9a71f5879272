/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses are valid, and are prefixes of one another, exactly when a reading
 * byte by byte of RFC 15's grammar says so; the segments put together again
 * are the address. A line break parts the two texts of the input; each is
 * taken as it is, and once more in characters of which most are allowed. */
#include "ilp/address.h"

#include "test/fuzz.h"

#define INPUT_MAX 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool plain_character(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '~' || c == '-';
}

static bool plain_scheme(struct ilp_bytes name)
{
	static const char *const schemes[] = { "g",     "private", "example",
					       "peer",  "self",    "test",
					       "test1", "test2",   "test3",
					       "local" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (ilp_bytes_equal(name, ilp_text(schemes[i])))
			return true;
	return false;
}

/* How many segments there are; 0 when something is not allowed. */
static size_t plain_segments(struct ilp_bytes text)
{
	size_t count = 1;
	size_t len = 0; /* of the segment */

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '.') {
			if (len == 0)
				return 0;
			count++;
			len = 0;
		} else if (plain_character(text.at[i])) {
			len++;
		} else {
			return 0;
		}
	}
	return len ? count : 0;
}

/* A text always has a first segment; it may be empty. */
static struct ilp_bytes first_segment(struct ilp_bytes text)
{
	size_t len = 0;

	while (len < text.len && text.at[len] != '.')
		len++;
	return (struct ilp_bytes){ text.at, len };
}

static bool plain_prefix(struct ilp_bytes address, struct ilp_bytes prefix)
{
	if (prefix.len == 0)
		return true; /* of every address */
	for (;;) {
		struct ilp_bytes a = first_segment(address);
		struct ilp_bytes p = first_segment(prefix);

		if (!ilp_bytes_equal(a, p))
			return false;
		if (p.len == prefix.len)
			return true;
		if (a.len == address.len)
			return false;
		address = ilp_bytes_skip(address, a.len + 1);
		prefix = ilp_bytes_skip(prefix, p.len + 1);
	}
}

static void segments_are_the_address(struct ilp_bytes address, size_t count)
{
	struct ilp_bytes rest = address;
	struct ilp_bytes segment;
	size_t len = 0;

	for (; ilp_address_next_segment(&rest, &segment); count--) {
		require(segment.at == address.at + len && segment.len);
		len += segment.len + 1;
	}
	require(count == 0 && len == address.len + 1);
}

static void is_read(struct ilp_bytes text, bool valid)
{
	static uint8_t buffer[INPUT_MAX + 3];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	ilp_write_var(&w, text);
	struct ilp_reader r = ilp_reader(ilp_written(&w));
	struct ilp_bytes found = ilp_read_address(&r);
	require(valid == !r.error);
	require(!valid || ilp_bytes_equal(found, text));
}

static void is_judged(struct ilp_bytes text)
{
	size_t count = plain_segments(text);
	bool scheme = plain_scheme(first_segment(text));
	bool prefix = count >= 1 && scheme && text.len <= ILP_ADDRESS_MAX;

	require(ilp_prefix_valid(text) == prefix);
	require(ilp_address_valid(text) == (prefix && count >= 2));
	require((ilp_address_scheme(text) != ILP_SCHEME_NONE) == scheme);
	is_read(text, prefix && count >= 2);
	if (count)
		segments_are_the_address(text, count);
}

static void are_judged(struct ilp_bytes address, struct ilp_bytes prefix)
{
	is_judged(address);
	is_judged(prefix);
	require(ilp_address_has_prefix(address, prefix) ==
		plain_prefix(address, prefix));
	require(ilp_address_has_prefix(address, address));
	if (ilp_bytes_equal(first_segment(address), prefix))
		require(ilp_address_has_prefix(address, prefix));
}

/* The same text with its bytes made to be mostly of addresses. */
static struct ilp_bytes tamed(uint8_t *buffer, struct ilp_bytes text)
{
	static const char allowed[] = "g.testpeer.private.AZ09_~-/example.1234";

	buffer[0] = 'g';
	buffer[1] = '.';
	for (size_t i = 0; i < text.len; i++)
		buffer[2 + i] =
			(uint8_t)allowed[text.at[i] % (sizeof(allowed) - 1)];
	return (struct ilp_bytes){ buffer, 2 + text.len };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[INPUT_MAX + 2], second[INPUT_MAX + 2];
	struct ilp_bytes address = { data, 0 };
	struct ilp_bytes prefix;

	if (size > INPUT_MAX)
		return 0;
	while (address.len < size && data[address.len] != '\n')
		address.len++;
	prefix = ilp_bytes_skip((struct ilp_bytes){ data, size },
				address.len + (address.len < size));
	are_judged(address, prefix);
	are_judged(prefix, address);
	is_judged((struct ilp_bytes){ data, size });

	address = tamed(first, address);
	prefix = tamed(second, prefix);
	are_judged(address, prefix);
	for (size_t len = 0; len < 40 && len <= address.len; len++)
		are_judged(address, (struct ilp_bytes){ address.at, len });
	return 0;
}
