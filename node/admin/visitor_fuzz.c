/* SPDX-License-Identifier: Apache-2.0 */
/* The input is what a client sends, with a whole node behind the visitor:
 * accounts, routes, alerts, a ledger. However it is cut, the same output comes
 * of it: answers in the order of the requests, one for each, each whole, and
 * its body JSON. At the end the connection goes, with calls on their way. */
#define _GNU_SOURCE /* memmem */
#include "base/json.h"
#include "ledger/memory.h"
#include "node/admin/catalog.h"
#include "node/admin/visitor.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096
#define OUTPUT_MAX ((size_t)8 * 1024 * 1024)
#define NODES_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ilp_time now = { 1000000, INT64_C(1750000000123) };

/* A node with somebody who looks at it. */
struct stage {
	struct node *node;
	struct errands errands;
	struct api *api;
	struct pool *pool;
	struct visitor *visitor;
	size_t answers; /* given to the visitor */
	uint8_t *output; /* NULL: nobody listens */
	size_t len;
};

static void add_account(struct shard *shard, const char *id, const char *url)
{
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(id);
	settings.url = ilp_text(url);
	settings.asset = (struct ledger_asset){ "USD", 2 };
	require(shard_account_add(shard, &settings) == ACCOUNT_OK);
	require(shard_route_set(shard, ilp_text("test.x"),
				shard_account_find(shard, settings.id)));
}

static struct node *make_node(void)
{
	const struct connector_options options = {
		.address = ilp_text("test.node"),
		.window_ms = CONNECTOR_WINDOW_MS,
		.hold_max_ms = CONNECTOR_HOLD_MAX_MS,
		.in_flight_max = 1,
	};
	const struct alert_account about = { 1, ilp_text("a") };
	struct shard *shard = shard_create(&options, now);

	require(shard);
	shard_begin(shard, now);
	add_account(shard, "a", "");
	add_account(shard, "b", "btp+ws://:SECRET@h/p?SECRET");
	alerts_raise(shard_alerts(shard), now, about, "x", ilp_text("test.y"));
	return node_create(shard, ledger_memory_create());
}

static void begin(struct stage *s, uint8_t *output)
{
	const struct api_facts facts = {
		.version = "1",
		.address = ilp_text("test.node"),
		.durability = "strict",
		.ledger = "memory",
		.started_ms = now.wall_ms,
		.started_us = now.monotonic_us,
	};
	static const uint8_t seed[32] = { 1 };

	*s = (struct stage){ .node = make_node(), .output = output };
	s->api = api_create(&facts, catalog_create(NULL, seed), seed);
	s->pool = pool_create(VISITOR_BLOCK, 16);
	require(s->node && s->api && s->pool);
	s->visitor = visitor_create(
		&(struct visitor_options){
			.api = s->api, .pool = s->pool, .scope = API_ADMIN },
		now);
	require(s->visitor);
}

/* ---- playing ---- */

static void give_answers(struct stage *s)
{
	struct api_answer answer;

	while (api_next_answer(s->api, &answer)) {
		require(answer.asker == s->visitor);
		require(answer.status >= 200 && answer.status < 600);
		s->answers++;
		visitor_answer(s->visitor, now, &answer);
	}
}

/* A round of the node's. */
static void play_round(struct stage *s)
{
	struct errand *errand;

	shard_begin(node_shard(s->node), now);
	while ((errand = api_next_errand(s->api)))
		errands_add(&s->errands, errand);
	errands_run(&s->errands, s->node);
	shard_tick(node_shard(s->node));
	node_commit(s->node, now);
	errands_settle(&s->errands, s->node);
	while ((errand = errands_next_done(&s->errands)))
		api_returned(s->api, errand);
}

static void play(struct stage *s)
{
	play_round(s);
	give_answers(s);
}

/* Whether somebody is told to go on depends on whether he has: that is left
 * out of what was heard since. */
static void leave_out_continue(struct stage *s, size_t since)
{
	static const char text[] = "HTTP/1.1 100 OK\r\n\r\n";
	const size_t len = sizeof(text) - 1;
	uint8_t *at;

	while (s->len > since &&
	       (at = memmem(s->output + since, s->len - since, text, len))) {
		memmove(at, at + len, (size_t)(s->output + s->len - at) - len);
		s->len -= len;
	}
}

/* Nobody is told what comes after the visitor is gone. */
static void end(struct stage *s)
{
	struct api_answer answer;

	visitor_destroy(s->visitor);
	require(pool_taken(s->pool) == 0);
	while (api_open(s->api)) {
		while (api_next_answer(s->api, &answer))
			require(!answer.asker);
		play_round(s);
	}
	api_destroy(s->api);
	pool_destroy(s->pool);
	node_destroy(s->node);
}

static void hear(struct stage *s)
{
	struct ilp_bytes out;

	while ((out = visitor_output(s->visitor)).len) {
		require(s->len + out.len <= OUTPUT_MAX);
		memcpy(s->output + s->len, out.at, out.len);
		s->len += out.len;
		visitor_written(s->visitor, out.len);
	}
}

static void finish(struct stage *s)
{
	const size_t since = s->len;

	give_answers(s);
	while (api_open(s->api))
		play(s);
	hear(s);
	leave_out_continue(s, since);
}

/* The piece is gone when it is read. All is answered in between, so that it
 * does not depend on the cuts how many requests there are at once. */
static void receive(struct stage *s, struct ilp_bytes in)
{
	uint8_t *piece = malloc(in.len);

	require(piece);
	memcpy(piece, in.at, in.len);
	visitor_receive(s->visitor, now, piece, in.len);
	free(piece);
}

static void receive_cut(struct stage *s, struct ilp_bytes in, size_t most)
{
	for (size_t i = 1; in.len; i = i * 5 + 1) {
		size_t len = 1 + i % most;

		if (len > in.len)
			len = in.len;
		receive(s, (struct ilp_bytes){ in.at, len });
		in = ilp_bytes_skip(in, len);
		finish(s);
	}
}

/* ---- what was heard ---- */

static struct ilp_bytes take_line(struct ilp_bytes *rest)
{
	struct ilp_bytes line = { rest->at, 0 };

	while (line.len + 1 < rest->len &&
	       !(line.at[line.len] == '\r' && line.at[line.len + 1] == '\n'))
		line.len++;
	require(line.len + 1 < rest->len);
	*rest = ilp_bytes_skip(*rest, line.len + 2);
	return line;
}

static bool begins(struct ilp_bytes line, const char *text)
{
	return line.len >= strlen(text) &&
	       memcmp(line.at, text, strlen(text)) == 0;
}

static size_t read_number(struct ilp_bytes digits)
{
	size_t number = 0;

	for (size_t i = 0; i < digits.len; i++) {
		require(digits.at[i] >= '0' && digits.at[i] <= '9');
		number = number * 10 + (digits.at[i] - '0');
	}
	return number;
}

static void check_body(struct ilp_bytes body)
{
	static struct ilp_json_node nodes[NODES_MAX];

	require(ilp_json_read(nodes, NODES_MAX, body).problem == ILP_JSON_OK);
	require(nodes[0].type == ILP_JSON_OBJECT);
	for (size_t i = 0; i + 6 <= body.len; i++)
		require(memcmp(body.at + i, "SECRET", 6) != 0);
}

/* The body of an answer to HEAD is not there; it is one if what follows is
 * another answer. */
static void take_body(struct ilp_bytes *rest, size_t len)
{
	if (len == 0 || rest->len == 0 || rest->at[0] != '{')
		return;
	require(rest->len >= len);
	check_body((struct ilp_bytes){ rest->at, len });
	*rest = ilp_bytes_skip(*rest, len);
}

/* How many answers there are; those that were not ours to give have no type.
 */
static size_t check_output(struct ilp_bytes rest)
{
	size_t count = 0;

	while (rest.len) {
		struct ilp_bytes line = take_line(&rest);
		size_t len = 0;
		bool typed = false;
		bool good = begins(line, "HTTP/1.1 200 ");
		bool done = begins(line, "HTTP/1.1 204 ");

		require(begins(line, "HTTP/1.1 "));
		while ((line = take_line(&rest)).len) {
			if (begins(line, "content-length: "))
				len = read_number(ilp_bytes_skip(line, 16));
			typed |= begins(line, "content-type: ");
		}
		require(typed == (len > 0) && (len > 0 || !good));
		take_body(&rest, len);
		count += typed || done;
	}
	return count;
}

static void run(struct stage *s, struct ilp_bytes in, size_t most,
		uint8_t *output)
{
	begin(s, output);
	receive_cut(s, in, most);
	require(visitor_is_over(s->visitor) ||
		check_output((struct ilp_bytes){ s->output, s->len }) ==
			s->answers);
	require(check_output((struct ilp_bytes){ s->output, s->len }) <=
		s->answers);
}

/* It may be over at any of its bytes. */
static void check_early_end(struct ilp_bytes in)
{
	struct stage s;

	begin(&s, NULL);
	receive(&s, in);
	play(&s);
	visitor_tick(s.visitor, (struct ilp_time){ now.monotonic_us +
							   VISITOR_IDLE_US,
						   now.wall_ms });
	end(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t outputs[2][OUTPUT_MAX];
	const struct ilp_bytes in = { data, size };
	struct stage one, two;

	if (size > INPUT_MAX)
		return 0;
	run(&one, in, 7, outputs[0]);
	run(&two, in, 64, outputs[1]);
	require(one.len == two.len && one.answers == two.answers);
	require(one.len == 0 || memcmp(one.output, two.output, one.len) == 0);
	end(&one);
	end(&two);
	check_early_end(in);
	return 0;
}
