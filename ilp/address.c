/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/address.h"

#define DOT 1
#define BAD 2

/* What each byte is in an address; zero for those of a segment. */
static const uint8_t kind[256] = {
	/* clang-format off */
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 1, 2, /* - . */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, /* 0-9 */
	2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* A-Z */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 0, /* _ */
	2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* a-z */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 0, 2, /* ~ */
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	/* clang-format on */
};

static const struct {
	const char *name;
	enum ilp_scheme scheme;
} schemes[] = {
	{ "g", ILP_SCHEME_G },
	{ "private", ILP_SCHEME_PRIVATE },
	{ "example", ILP_SCHEME_EXAMPLE },
	{ "peer", ILP_SCHEME_PEER },
	{ "self", ILP_SCHEME_SELF },
	{ "test", ILP_SCHEME_TEST },
	{ "test1", ILP_SCHEME_TEST },
	{ "test2", ILP_SCHEME_TEST },
	{ "test3", ILP_SCHEME_TEST },
	{ "local", ILP_SCHEME_LOCAL },
};

static size_t scheme_len(struct ilp_bytes address)
{
	size_t len = 0;

	while (len < address.len && address.at[len] != '.')
		len++;
	return len;
}

enum ilp_scheme ilp_address_scheme(struct ilp_bytes address)
{
	/* Nearly all of them, in the two networks that there are. */
	if (address.len && address.at[0] == 'g' &&
	    (address.len == 1 || address.at[1] == '.'))
		return ILP_SCHEME_G;
	if (address.len > 4 && memcmp(address.at, "test.", 5) == 0)
		return ILP_SCHEME_TEST;

	struct ilp_bytes name = { address.at, scheme_len(address) };
	for (size_t i = 1; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (ilp_bytes_equal(name, ilp_text(schemes[i].name)))
			return schemes[i].scheme;
	return ILP_SCHEME_NONE;
}

/* Only characters of addresses, and no dot behind a dot or at the start. */
static bool short_text_valid(struct ilp_bytes text)
{
	uint8_t before = DOT;
	uint8_t found = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t here = kind[text.at[i]];

		found |= (here & BAD) | (here & before);
		before = here;
	}
	return !found;
}

/* Sixteen bytes side by side; the compiler knows what the machine has for
 * them. Addresses are checked twice for each packet, and one byte at a time
 * that was half of the work. */
typedef uint8_t vector __attribute__((vector_size(16)));

static vector load(const uint8_t *at)
{
	vector v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static bool any(vector v)
{
	uint64_t halves[2];

	memcpy(halves, &v, sizeof(v));
	return halves[0] | halves[1];
}

/* The same for the bytes at `at` and the one in front of each: not zero in
 * the place of each that is wrong. */
static vector wrong_in(const uint8_t *at)
{
	vector here = load(at);
	vector letter = (vector)((here | 0x20) - 'a' < 26);
	vector digit = (vector)(here - '0' < 10);
	vector mark = (vector)((here == '-') | (here == '_') | (here == '~'));
	vector dot = (vector)(here == '.');
	vector two_dots = dot & (vector)(load(at - 1) == '.');

	return ~(letter | digit | mark | dot) | two_dots;
}

static bool long_text_valid(struct ilp_bytes text)
{
	size_t last = text.len - sizeof(vector);
	vector wrong = wrong_in(text.at + last); /* may overlap the others */

	for (size_t i = 1; i < last; i += sizeof(vector))
		wrong |= wrong_in(text.at + i);
	return !any(wrong) && kind[text.at[0]] == 0;
}

/* Only characters of addresses, and no empty segment. */
static bool segments_valid(struct ilp_bytes text)
{
	if (text.len == 0 || text.at[text.len - 1] == '.')
		return false;
	return text.len > sizeof(vector) ? long_text_valid(text) :
					   short_text_valid(text);
}

bool ilp_prefix_valid(struct ilp_bytes prefix)
{
	return prefix.len <= ILP_ADDRESS_MAX && segments_valid(prefix) &&
	       ilp_address_scheme(prefix) != ILP_SCHEME_NONE;
}

bool ilp_address_valid(struct ilp_bytes address)
{
	return ilp_prefix_valid(address) && scheme_len(address) < address.len;
}

bool ilp_address_has_prefix(struct ilp_bytes address, struct ilp_bytes prefix)
{
	struct ilp_bytes head = { address.at, prefix.len };

	if (prefix.len > address.len || !ilp_bytes_equal(head, prefix))
		return false;
	return prefix.len == 0 || prefix.len == address.len ||
	       address.at[prefix.len] == '.';
}

bool ilp_address_next_segment(struct ilp_bytes *rest, struct ilp_bytes *segment)
{
	if (rest->len == 0)
		return false;
	*segment = (struct ilp_bytes){ rest->at, scheme_len(*rest) };
	*rest = ilp_bytes_skip(*rest,
			       segment->len + (segment->len < rest->len));
	return true;
}

struct ilp_bytes ilp_read_address(struct ilp_reader *r)
{
	struct ilp_bytes address = ilp_read_var_max(r, ILP_ADDRESS_MAX);

	if (!r->error && !ilp_address_valid(address))
		ilp_reader_fail(r, ILP_ERR_ADDRESS);
	return address;
}
