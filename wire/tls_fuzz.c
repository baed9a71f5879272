/* SPDX-License-Identifier: Apache-2.0 */
/* First the input is what a peer says, to a server and to a client. It cannot
 * know their keys, so neither ever opens; the one or the other gives up for a
 * reason, the same one however the bytes are cut.
 *
 * Then it is a program for two machines that are joined. What the one hears is
 * what the other has said, in order, from the start, and all of it unless
 * somebody has changed a byte on the way; and then nothing after that byte. */
#include "wire/tls.h"

#include <stdio.h>

#include "test/certificates.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096
#define BLOCK ((size_t)4096)
#define BLOCKS 100

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ilp_time now = { 0, INT64_C(1900000000000) };

/* Made once, since that takes longer than a run. */
static struct tls_context *server_context, *client_context;
static struct pool *pool;

static struct tls_context *load(enum tls_role role, const char *chain,
				const char *key, const char *anchors)
{
	const struct tls_settings settings = {
		.role = role,
		.chain = ilp_text(chain),
		.key = ilp_text(key),
		.anchors = ilp_text(anchors),
	};
	char error[200];
	struct tls_context *context =
		tls_context_create(&settings, now, error, sizeof(error));

	require(context != NULL);
	return context;
}

static void load_all(void)
{
	static struct certificate own;
	const struct certificate_wish wish = {
		.common_name = "node",
		.alternatives = "DNS:node.example",
		.until_ms = 2 * now.wall_ms,
	};

	if (pool)
		return;
	certificate_make(&own, &wish);
	server_context = load(TLS_SERVER, own.pem, own.key_pem, "");
	client_context = load(TLS_CLIENT, "", "", own.pem);
	pool = pool_create(BLOCK, BLOCKS);
	require(pool != NULL);
}

static struct tls *create(enum tls_role role)
{
	struct tls *tls =
		role == TLS_SERVER ?
			tls_create(server_context, NULL, NULL, now, pool) :
			tls_create(client_context, "node.example", TLS_HTTP,
				   now, pool);

	require(tls != NULL);
	return tls;
}

static void check(const struct tls *tls)
{
	struct ilp_bytes out = tls_output(tls);

	require(tls_waiting(tls) <= TLS_MOST);
	require(out.len <= tls_waiting(tls));
	require((out.len > 0) == (tls_waiting(tls) > 0));
	require((tls_reason(tls)[0] != '\0') == (tls_state(tls) == TLS_FAILED));
}

#define WHOLE SIZE_MAX

struct end {
	enum tls_state state;
	char reason[200];
};

static struct end of_a_stranger(enum tls_role role, struct ilp_bytes in,
				size_t most)
{
	struct tls *tls = create(role);
	struct end end = { 0 };
	uint8_t room[64];

	while (in.len) {
		size_t len = in.len < most ? in.len : most;
		uint8_t *piece = malloc(len);

		require(piece != NULL);
		memcpy(piece, in.at, len);
		tls_receive(tls, (struct ilp_bytes){ piece, len });
		require(tls_read(tls, room, sizeof(room)) == 0);
		require(tls_write(tls, ilp_text("secret")) == 0);
		check(tls);
		free(piece);
		in = ilp_bytes_skip(in, len);
	}
	require(tls_state(tls) == TLS_HANDSHAKING ||
		tls_state(tls) == TLS_FAILED);
	require(tls_peer_name(tls)[0] == '\0');
	end.state = tls_state(tls);
	snprintf(end.reason, sizeof(end.reason), "%s", tls_reason(tls));
	tls_destroy(tls);
	return end;
}

static void a_stranger_comes_to_nothing(enum tls_role role, struct ilp_bytes in,
					size_t most)
{
	struct end whole = of_a_stranger(role, in, WHOLE);
	struct end pieces = of_a_stranger(role, in, most);

	require(whole.state == pieces.state);
	require(strcmp(whole.reason, pieces.reason) == 0);
}

struct side {
	struct tls *tls;
	uint64_t said;
	uint64_t heard;
	bool deceived; /* it was given a byte that the other has not written */
	bool closed;   /* by us */
};

/* What a side says: each byte depends on its place. */
static uint8_t byte_at(uint64_t place)
{
	return (uint8_t)(place * 167 + (place >> 8));
}

static void hear(struct side *side, struct ilp_bytes in, size_t most)
{
	uint8_t room[5000];
	size_t len;

	tls_receive(side->tls, in);
	while ((len = tls_read(side->tls, room, most)))
		for (size_t i = 0; i < len; i++)
			require(room[i] == byte_at(side->heard++));
	check(side->tls);
}

static void say(struct side *side, size_t len)
{
	static uint8_t text[40000];
	bool open = tls_state(side->tls) == TLS_OPEN ||
		    tls_state(side->tls) == TLS_CLOSED;
	size_t taken;

	for (size_t i = 0; i < len; i++)
		text[i] = byte_at(side->said + i);
	taken = tls_write(side->tls, (struct ilp_bytes){ text, len });
	require(taken <= len);
	require(taken == 0 || (open && !side->closed));
	side->said += taken;
	check(side->tls);
}

/* Up to `len` bytes of what the one has to write, to the other; the last of
 * them may be changed. */
static void carry(struct side *from, struct side *to, size_t len, bool change)
{
	struct ilp_bytes out = tls_output(from->tls);
	uint8_t *copy;

	if (len < out.len)
		out.len = len;
	if (out.len == 0)
		return;
	copy = malloc(out.len);
	require(copy != NULL);
	memcpy(copy, out.at, out.len);
	if (change)
		copy[out.len - 1] ^= 0x40;
	to->deceived |= change;
	hear(to, (struct ilp_bytes){ copy, out.len }, 1 + len % 5000);
	tls_written(from->tls, out.len);
	free(copy);
}

static void carry_all(struct side sides[2])
{
	while (tls_waiting(sides[0].tls) || tls_waiting(sides[1].tls))
		for (int i = 0; i < 2; i++)
			carry(&sides[i], &sides[!i], WHOLE, false);
}

/* A byte says which side does what, and the next how much of it. */
static void run(struct side sides[2], struct ilp_reader *r)
{
	while (ilp_reader_left(r)) {
		uint8_t op = take_u8(r);
		size_t len = take_u8(r);
		struct side *from = &sides[op & 1];
		struct side *to = &sides[!(op & 1)];

		if (op & 2) {
			carry(from, to, len << (op >> 4), op == 0x0f);
		} else if (op == 0xf8 || op == 0xf9) {
			tls_close(from->tls);
			from->closed = true;
		} else {
			say(from, len << (op >> 5));
		}
	}
}

static void joined_machines_agree(struct ilp_bytes in, bool at_once)
{
	struct side sides[2] = { { .tls = create(TLS_SERVER) },
				 { .tls = create(TLS_CLIENT) } };
	struct ilp_reader r = ilp_reader(in);
	bool failed = false;

	if (!at_once)
		carry_all(sides);
	run(sides, &r);
	carry_all(sides);
	for (int i = 0; i < 2; i++) {
		failed |= tls_state(sides[i].tls) == TLS_FAILED;
		require(sides[i].heard <= sides[!i].said);
	}
	require(!failed || sides[0].deceived || sides[1].deceived);
	for (int i = 0; i < 2 && !failed && !sides[0].closed; i++)
		if (!sides[1].closed)
			require(sides[i].heard == sides[!i].said);
	for (int i = 0; i < 2; i++)
		tls_destroy(sides[i].tls);
	require(pool_taken(pool) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });

	if (size > INPUT_MAX)
		return 0;
	load_all();
	uint8_t first = take_u8(&r);
	struct ilp_bytes in = take_rest(&r);
	a_stranger_comes_to_nothing(TLS_SERVER, in, 1 + first % 64);
	a_stranger_comes_to_nothing(TLS_CLIENT, in, 1 + first % 64);
	joined_machines_agree(in, first & 128);
	return 0;
}
