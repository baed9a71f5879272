/* SPDX-License-Identifier: Apache-2.0 */
/* codec_peer - what libilp reads and writes, one line at a time, for codec.js,
 * vectors.js and jwt.js to compare with what others do.
 *
 *	decode varuint 020102		ok 258 0
 *	encode varuint 258		ok 020102
 *	decode varuint 00		error INTEGER variable integer is …
 *
 * A line on stdin is a command and its arguments with one space between each;
 * the last argument goes to the end of the line. Bytes are hexadecimal, and
 * what has many fields is JSON. Replies come in the order of the requests, so
 * that many may be under way. A request that makes no sense is a mistake of
 * the script and ends the program.
 *
 * Here is what becomes of a line, from its arguments to the reply, and the
 * table of commands; what they do is in peer_*.c, by the nouns of libilp.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "test/interop/peer.h"

#define MEBIBYTE (1024 * 1024)
#define LINE_SIZE (4 * MEBIBYTE)
#define ARENA_SIZE (8 * MEBIBYTE)
#define ANSWER_SIZE (4 * MEBIBYTE)
#define NODES_MAX 131072
#define ARGS_MAX 5

static char line[LINE_SIZE];
static uint8_t arena[ARENA_SIZE]; /* what one request needs; then emptied */
static size_t arena_used;
static uint8_t answer[ANSWER_SIZE];
static struct ilp_json_node nodes[NODES_MAX];

struct ilp_crypto *crypto;
struct ilp_stream_keys *keys;

static const char *const error_names[ILP_ERR_COUNT] = {
	[ILP_OK] = "OK",
	[ILP_ERR_SHORT] = "SHORT",
	[ILP_ERR_LENGTH] = "LENGTH",
	[ILP_ERR_INTEGER] = "INTEGER",
	[ILP_ERR_TRAILING] = "TRAILING",
	[ILP_ERR_TYPE] = "TYPE",
	[ILP_ERR_VERSION] = "VERSION",
	[ILP_ERR_TIMESTAMP] = "TIMESTAMP",
	[ILP_ERR_ADDRESS] = "ADDRESS",
	[ILP_ERR_TEXT] = "TEXT",
	[ILP_ERR_TOO_LONG] = "TOO_LONG",
	[ILP_ERR_TOO_MANY] = "TOO_MANY",
	[ILP_ERR_DUPLICATE] = "DUPLICATE",
	[ILP_ERR_FORMAT] = "FORMAT",
	[ILP_ERR_MISSING] = "MISSING",
	[ILP_ERR_ROOM] = "ROOM",
	[ILP_ERR_OVERFLOW] = "OVERFLOW",
	[ILP_ERR_PRECISION] = "PRECISION",
	[ILP_ERR_DECRYPT] = "DECRYPT",
	[ILP_ERR_CONDITION] = "CONDITION",
	[ILP_ERR_SIGNATURE] = "SIGNATURE",
	[ILP_ERR_EXPIRED] = "EXPIRED",
	[ILP_ERR_ALGORITHM] = "ALGORITHM",
	[ILP_ERR_WEAK] = "WEAK",
};

/* Arguments */

_Noreturn void give_up(const char *why, struct ilp_bytes what)
{
	int shown = what.len < 200 ? (int)what.len : 200;

	fprintf(stderr, "codec_peer: %s: %.*s\n", why, shown,
		what.len ? (const char *)what.at : "");
	exit(1);
}

uint8_t *take(size_t len)
{
	uint8_t *room = arena + arena_used;

	if (len > sizeof(arena) - arena_used)
		give_up("the request needs too much memory", ilp_text(""));
	arena_used += len;
	return room;
}

static uint8_t digit(char c, struct ilp_bytes text)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	if (!found)
		give_up("not hexadecimal", text);
	return (uint8_t)(found - digits);
}

struct ilp_bytes from_hex(struct ilp_bytes text)
{
	uint8_t *out = take(text.len / 2);

	if (text.len % 2)
		give_up("half a byte", text);
	for (size_t i = 0; i < text.len / 2; i++)
		out[i] = (uint8_t)(digit((char)text.at[2 * i], text) << 4 |
				   digit((char)text.at[2 * i + 1], text));
	return (struct ilp_bytes){ out, text.len / 2 };
}

const uint8_t *fixed(struct ilp_bytes text, size_t len)
{
	struct ilp_bytes out = from_hex(text);

	if (out.len != len)
		give_up("another length was expected", text);
	return out.at;
}

const struct ilp_json_node *from_json(struct ilp_bytes text)
{
	struct ilp_json_error error = ilp_json_read(nodes, NODES_MAX, text);

	if (error.problem)
		give_up(ilp_json_problem_text(error.problem), text);
	return nodes;
}

uint64_t u64_arg(struct ilp_bytes text)
{
	uint64_t value;

	if (!ilp_json_u64(&value, from_json(text)))
		give_up("not an unsigned integer", text);
	return value;
}

int64_t i64_arg(struct ilp_bytes text)
{
	int64_t value;

	if (!ilp_json_i64(&value, from_json(text)))
		give_up("not an integer", text);
	return value;
}

struct ilp_bytes string(const struct ilp_json_node *node)
{
	size_t room = node ? node->text.len : 0;
	struct ilp_bytes out;

	if (!ilp_json_string(&out, node, take(room), room))
		give_up("no string", node ? node->text : ilp_text("missing"));
	return out;
}

struct ilp_bytes text_of(const struct ilp_json_node *object, const char *key)
{
	return string(ilp_json_get(object, key));
}

struct ilp_bytes hex_of(const struct ilp_json_node *object, const char *key)
{
	return from_hex(text_of(object, key));
}

void fixed_of(const struct ilp_json_node *object, const char *key, uint8_t *out,
	      size_t len)
{
	memcpy(out, fixed(text_of(object, key), len), len);
}

uint64_t u64_of(const struct ilp_json_node *object, const char *key)
{
	uint64_t value;

	if (!ilp_json_u64_string(&value, ilp_json_get(object, key)))
		give_up("no integer in a string", ilp_text(key));
	return value;
}

uint32_t u32_of(const struct ilp_json_node *object, const char *key,
		uint32_t max)
{
	uint64_t value;

	if (!ilp_json_u64(&value, ilp_json_get(object, key)) || value > max)
		give_up("no small integer", ilp_text(key));
	return (uint32_t)value;
}

int64_t moment_of(const struct ilp_json_node *object, const char *key)
{
	int64_t value;

	if (!ilp_json_i64(&value, ilp_json_get(object, key)))
		give_up("no moment in milliseconds", ilp_text(key));
	return value;
}

bool is(struct ilp_bytes text, const char *word)
{
	return ilp_bytes_equal(text, ilp_text(word));
}

/* Answers */

void put(struct ilp_writer *out, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	ilp_write_fixed(out, ilp_text(text));
}

void put_hex(struct ilp_writer *out, struct ilp_bytes bytes)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *room = ilp_write_room(out, 2 * bytes.len);

	for (size_t i = 0; room && i < bytes.len; i++) {
		room[2 * i] = (uint8_t)digits[bytes.at[i] >> 4];
		room[2 * i + 1] = (uint8_t)digits[bytes.at[i] & 15];
	}
}

enum form {
	TEXT,
	HEX, /* what the function writes goes out as hexadecimal */
};

static const struct command {
	const char *name;
	size_t args;
	enum form form;
	peer_command *run;
} commands[] = {
	{ "decode uint", 2, TEXT, decode_uint },
	{ "decode int", 2, TEXT, decode_int },
	{ "decode length", 1, TEXT, decode_length },
	{ "encode length", 1, HEX, encode_length },
	{ "decode varuint", 1, TEXT, decode_varuint },
	{ "encode varuint", 1, HEX, encode_varuint },
	{ "decode saturated", 1, TEXT, decode_saturated },
	{ "decode varint", 1, TEXT, decode_varint },
	{ "encode varint", 1, HEX, encode_varint },
	{ "decode octets", 1, TEXT, decode_octets },
	{ "encode octets", 1, HEX, encode_octets },
	{ "decode timestamp", 1, TEXT, decode_timestamp },
	{ "encode timestamp", 1, HEX, encode_timestamp },
	{ "decode generalized-time", 1, TEXT, decode_generalized_time },
	{ "encode generalized-time", 1, HEX, encode_generalized_time },

	{ "decode packet", 1, TEXT, decode_packet },
	{ "decode prepare", 1, TEXT, decode_prepare },
	{ "encode prepare", 1, HEX, encode_prepare },
	{ "edit prepare", 3, HEX, edit_prepare },
	{ "decode fulfill", 1, TEXT, decode_fulfill },
	{ "encode fulfill", 1, HEX, encode_fulfill },
	{ "decode reject", 1, TEXT, decode_reject },
	{ "encode reject", 1, HEX, encode_reject },
	{ "decode too-large", 1, TEXT, decode_too_large },
	{ "encode too-large", 2, HEX, encode_too_large },
	{ "decode btp", 1, TEXT, decode_btp },
	{ "encode btp", 1, HEX, encode_btp },
	{ "decode ildcp", 1, TEXT, decode_ildcp },
	{ "encode ildcp", 1, HEX, encode_ildcp },
	{ "decode echo", 1, TEXT, decode_echo },
	{ "encode echo", 1, HEX, encode_echo },
	{ "decode ccp-control", 1, TEXT, decode_control },
	{ "encode ccp-control", 1, HEX, encode_control },
	{ "decode ccp-update", 1, TEXT, decode_update },
	{ "encode ccp-update", 1, HEX, encode_update },
	{ "check request", 3, TEXT, check_request },
	{ "encode request", 3, HEX, encode_request },
	{ "check response", 1, TEXT, check_response },
	{ "encode response", 1, HEX, encode_response },

	{ "decode stream", 1, TEXT, decode_stream },
	{ "encode stream", 1, HEX, encode_stream },
	{ "stream seal", 3, HEX, stream_seal },
	{ "stream open", 2, HEX, stream_open },
	{ "stream fulfillment", 2, HEX, stream_fulfillment },
	{ "condition of", 1, HEX, condition },
	{ "condition check", 2, TEXT, condition_check },
	{ "decode receipt", 1, TEXT, decode_receipt },
	{ "encode receipt", 2, HEX, encode_receipt },
	{ "verify receipt", 2, TEXT, verify_receipt },
	{ "token issue", 4, TEXT, token_issue },
	{ "token open", 3, TEXT, token_open },
	{ "token secret", 3, HEX, token_secret },

	{ "check address", 1, TEXT, check_address },
	{ "has prefix", 2, TEXT, has_prefix },
	{ "pointer url", 1, TEXT, pointer_url },
	{ "sha256 of", 1, HEX, sha256 },
	{ "hmac of", 2, HEX, hmac },
	{ "cipher open", 2, HEX, cipher_open },
	{ "known values", 0, TEXT, known_values },
	{ "jwt verify", 5, TEXT, jwt_verify },
	{ "jwt sign", 3, TEXT, jwt_sign },
	{ "jwt subject", 1, TEXT, jwt_subject },
};

static const struct command *find_command(struct ilp_bytes request)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t len = strlen(commands[i].name);

		if (request.len >= len &&
		    memcmp(request.at, commands[i].name, len) == 0 &&
		    (request.len == len || request.at[len] == ' '))
			return &commands[i];
	}
	give_up("no such command", request);
}

/* Cuts what follows the command's name at its spaces. */
static void split(struct ilp_bytes arg[ARGS_MAX], size_t count,
		  struct ilp_bytes rest)
{
	for (size_t i = 0; i < count; i++) {
		if (rest.len == 0)
			give_up("too few arguments", ilp_text(line));
		rest = ilp_bytes_skip(rest, 1);
		arg[i] = rest;
		if (i + 1 == count)
			return;
		const uint8_t *space =
			rest.len ? memchr(rest.at, ' ', rest.len) : NULL;
		if (space)
			arg[i].len = (size_t)(space - rest.at);
		rest = ilp_bytes_skip(rest, arg[i].len);
	}
}

static void reply(const struct command *command, enum ilp_error error,
		  struct ilp_bytes result)
{
	if (error) {
		printf("error %s %s\n", error_names[error],
		       ilp_error_text(error));
		return;
	}
	fputs("ok ", stdout);
	if (command->form == HEX) {
		size_t room = 2 * result.len;
		struct ilp_writer hex = ilp_writer(take(room), room);

		put_hex(&hex, result);
		result = ilp_written(&hex);
	}
	fwrite(result.at, 1, result.len, stdout);
	putchar('\n');
}

static void serve(struct ilp_bytes request)
{
	const struct command *command = find_command(request);
	struct ilp_bytes arg[ARGS_MAX];
	struct ilp_writer out = ilp_writer(answer, sizeof(answer));

	arena_used = 0;
	split(arg, command->args,
	      ilp_bytes_skip(request, strlen(command->name)));
	enum ilp_error error = command->run(arg, &out);
	reply(command, error, ilp_written(&out));
	fflush(stdout);
}

int main(void)
{
	crypto = ilp_crypto_create();
	keys = crypto ? ilp_stream_keys_create(crypto, ilp_text("any")) : NULL;
	if (!keys)
		give_up("cannot set up the cryptography", ilp_text(""));

	while (fgets(line, sizeof(line), stdin)) {
		size_t len = strlen(line);

		if (len == 0 || line[len - 1] != '\n')
			give_up("the line is too long", ilp_text(line));
		line[len - 1] = '\0';
		serve((struct ilp_bytes){ (const uint8_t *)line, len - 1 });
	}
	ilp_stream_keys_destroy(keys);
	ilp_crypto_destroy(crypto);
	return ferror(stdin) || ferror(stdout) ? 1 : 0;
}
