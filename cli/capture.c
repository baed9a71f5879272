/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/capture.h"

#include "base/utf8.h"
#include "cli/spelling.h"
#include "ilp/packet.h"

/* Shorter words of a log are never a packet. */
#define WORD_MIN 12
/* A packet in base64 that is broken is told from a word by its length. */
#define BROKEN_MIN 24

/* Bytes that no text has? A Prepare begins with one. */
static bool is_binary(struct ilp_bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.at[i] < ' ' && in.at[i] != '\n' && in.at[i] != '\r' &&
		    in.at[i] != '\t')
			return true;
	return !ilp_utf8_valid(in);
}

struct capture capture(const struct kinds *kinds, struct ilp_bytes input)
{
	return (struct capture){ .kinds = kinds,
				 .left = input,
				 .binary = is_binary(input) };
}

void capture_drop(struct capture *c)
{
	buffer_drop(&c->bytes);
	hexdump_drop(&c->dump);
}

static struct ilp_bytes line_of(struct ilp_bytes text)
{
	const uint8_t *end = text.len ? memchr(text.at, '\n', text.len) : NULL;

	return (struct ilp_bytes){ text.at,
				   end ? (size_t)(end - text.at) : text.len };
}

static void skip_line(struct capture *c)
{
	size_t len = line_of(c->left).len;

	c->left = ilp_bytes_skip(c->left, len + (len < c->left.len));
	c->line++;
}

/* ---- raw bytes ---- */

/* Packets of ILP may follow one another, since each says how long it is. */
static bool next_raw(struct capture *c, struct capture_piece *out)
{
	size_t len = c->left.len;
	size_t told;

	if (len == 0)
		return false;
	if (kind_of(c->kinds, c->left) == KIND_PACKET &&
	    !ilp_packet_len(&told, c->left))
		len = told;
	*out = (struct capture_piece){ .bytes = { c->left.at, len } };
	c->left = ilp_bytes_skip(c->left, len);
	return true;
}

/* ---- lines ---- */

static bool is_known(const struct capture *c, size_t from)
{
	return kind_of(c->kinds, ilp_bytes_skip(buffer_bytes(&c->bytes),
						from)) != KIND_NONE;
}

/* Is all of the next line digits that go on with what we have, and no packet
 * by itself? Then they are added. */
static bool joins(struct capture *c)
{
	size_t before = c->bytes.len;

	if (!spelling_hex(&c->bytes, line_of(c->left)))
		return false;
	if (!is_known(c, before))
		return true;
	c->bytes.len = before;
	return false;
}

/* Digits go over several lines while the first bytes say that there is more to
 * come. */
static bool take_digits(struct capture *c, struct ilp_bytes line)
{
	if (!spelling_hex(&c->bytes, line))
		return false;
	skip_line(c);
	while (c->left.len && !is_known(c, 0) &&
	       c->bytes.len < kind_told_len(buffer_bytes(&c->bytes)) &&
	       joins(c))
		skip_line(c);
	return true;
}

static bool take_base64(struct capture *c, struct ilp_bytes line)
{
	struct ilp_bytes bytes;

	if (!spelling_base64(&c->bytes, line))
		return false;
	bytes = buffer_bytes(&c->bytes);
	if (is_known(c, 0) || (bytes.len >= BROKEN_MIN &&
			       kind_like(c->kinds, bytes) != KIND_NONE)) {
		skip_line(c);
		return true;
	}
	c->bytes.len = 0;
	return false;
}

static bool take_dump(struct capture *c)
{
	hexdump_reset(&c->dump);
	while (c->left.len && hexdump_take(&c->dump, line_of(c->left)))
		skip_line(c);
	return c->dump.open;
}

/* ---- words of a log ---- */

static bool is_of_word(uint8_t b)
{
	return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') ||
	       (b >= 'A' && b <= 'Z') || (b && strchr("+/_-", b));
}

/* <Buffer 0c 46>, as Node shows bytes. */
static struct ilp_bytes take_node_buffer(struct ilp_bytes *left)
{
	static const char begin[] = "<Buffer ";
	const uint8_t *end;
	struct ilp_bytes out = { left->at, 0 };

	if (left->len < sizeof(begin) ||
	    memcmp(left->at, begin, sizeof(begin) - 1) != 0)
		return out;
	end = memchr(left->at, '>', left->len);
	if (end)
		out.len = (size_t)(end - left->at) + 1;
	*left = ilp_bytes_skip(*left, out.len);
	return out;
}

static struct ilp_bytes take_word(struct ilp_bytes *left)
{
	struct ilp_bytes word = { NULL, 0 };

	while (left->len && word.len == 0) {
		word = take_node_buffer(left);
		if (word.len)
			return word;
		word = (struct ilp_bytes){ left->at, 0 };
		while (word.len < left->len && is_of_word(left->at[word.len]))
			word.len++;
		while (word.len && word.len < left->len &&
		       left->at[word.len] == '=')
			word.len++;
		*left = ilp_bytes_skip(*left, word.len ? word.len : 1);
	}
	return word;
}

static bool is_spelled(struct capture *c, struct ilp_bytes word)
{
	c->bytes.len = 0;
	if (spelling_hex(&c->bytes, word) && is_known(c, 0))
		return true;
	c->bytes.len = 0;
	return spelling_base64(&c->bytes, word) && is_known(c, 0);
}

/* Of a word such as packet=0c46 the second half may be one by itself. */
static bool next_of_log(struct capture *c)
{
	while (c->log.len) {
		struct ilp_bytes word = take_word(&c->log);
		const uint8_t *sign =
			word.len ? memchr(word.at, '=', word.len) : NULL;

		if (word.len >= WORD_MIN && is_spelled(c, word))
			return true;
		if (sign && sign + 1 < word.at + word.len)
			c->log = (struct ilp_bytes){
				sign + 1,
				(size_t)(c->log.at + c->log.len - (sign + 1))
			};
	}
	c->bytes.len = 0;
	return false;
}

/* ---- all of them ---- */

static bool give(struct capture_piece *out, struct ilp_bytes bytes, size_t line)
{
	*out = (struct capture_piece){ .bytes = bytes, .line = line };
	return true;
}

/* A line with a single word may be anything that is written as one. */
static bool is_text(struct ilp_bytes line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] == ' ' || line.at[i] == '\t')
			return line.at[0] == '{';
	return true;
}

static bool next_line(struct capture *c, struct capture_piece *out)
{
	struct ilp_bytes line = spelling_trim(line_of(c->left));
	size_t number = c->line + 1;

	c->bytes.len = 0;
	if (line.len && take_dump(c))
		return give(out, buffer_bytes(&c->dump.bytes), number);
	if (take_digits(c, line) || take_base64(c, line))
		return give(out, buffer_bytes(&c->bytes), number);
	skip_line(c);
	if (line.len && is_text(line)) {
		give(out, line, number);
		out->text = true;
		return true;
	}
	c->log = line;
	return false;
}

bool capture_next(struct capture *c, struct capture_piece *out)
{
	if (c->binary)
		return next_raw(c, out);
	for (;;) {
		if (next_of_log(c))
			return give(out, buffer_bytes(&c->bytes), c->line);
		if (c->left.len == 0)
			return false;
		if (next_line(c, out))
			return true;
	}
}
