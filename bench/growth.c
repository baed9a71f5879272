/* SPDX-License-Identifier: Apache-2.0 */
/* growth.c - what a packet costs the shard as accounts and routes grow.
 *
 * The shard runs alone, with memory links and no sockets, and only the time
 * inside of it is counted: a Prepare in, the Fulfill back, and all that
 * belongs to a round. In each round a few random accounts send, and a few
 * receive, by any of their routes; each packet has a destination and a
 * condition of its own. So a round is always as busy, and what grows is only
 * what there is to look up.
 *
 * At the end all of it on a ledger that lasts, in a file in the working
 * directory: how many packets a second there are by the clock, with every
 * Fulfill held until it is durable; and how long a node takes to start again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/dice.h"
#include "bench/measure.h"
#include "ilp/condition.h"
#include "io/scribe.h"
#include "ledger/memory.h"
#include "ledger/sqlite.h"
#include "link/memory.h"
#include "node/node.h"

#define ROUND_PACKETS 2048
#define PACKETS_PER_VISIT 16
#define VISITS (ROUND_PACKETS / PACKETS_PER_VISIT)
#define ROUNDS 150
#define PREIMAGES 4096
#define DATA_LEN 200
#define HEAD_LEN 9 /* of a memory link's frame */
#define FRAME_MAX 512
#define HELLO_LEN 9
#define LASTING_ROUNDS 500
#define WAITING_MAX (8 * ROUND_PACKETS)
#define FILE_NAME "growth.db"

struct bench {
	struct node *node;
	struct shard *shard;
	struct pool *pool;
	struct session **sessions; /* by the number of the account */
	uint32_t accounts;
	uint32_t routes;
	struct dice dice;
	int64_t begun_ns; /* when all accounts were there */
	uint64_t packets;
	uint64_t fulfilled;
	struct ilp_time now;
	uint8_t (*preimages)[32];
	uint8_t (*conditions)[32];
	uint8_t in[2 * WAITING_MAX * FRAME_MAX];
};

static int64_t read_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t now_ns(void)
{
	return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

static void die(const char *what)
{
	fprintf(stderr, "growth: %s\n", what);
	exit(1);
}

static size_t rss_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long total, resident = 0;

	if (!file || fscanf(file, "%lu %lu", &total, &resident) != 2)
		die("cannot read /proc/self/statm");
	fclose(file);
	return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- the network ---- */

static void add_account(struct bench *b, uint32_t number)
{
	struct account_settings settings = account_defaults();
	char id[32];

	snprintf(id, sizeof(id), "a%u", number);
	settings.id = ilp_text(id);
	settings.asset = (struct ledger_asset){ "USD", 6 };
	settings.balance.maximum = UNITS_MAX;
	if (shard_account_add(b->shard, &settings))
		die("cannot add an account");
}

/* Routes go to the accounts in turn, and there are as many prefixes as it
 * takes. */
static void add_routes(struct bench *b)
{
	struct account *account = NULL;
	char prefix[64];

	for (uint32_t i = 0; i < b->routes; i++) {
		account = shard_account_next(b->shard, account);
		if (!account)
			account = shard_account_next(b->shard, NULL);
		snprintf(prefix, sizeof(prefix), "test.p%u.x%u", i % 1000, i);
		if (!shard_route_set(b->shard, ilp_text(prefix), account))
			die("cannot set a route");
	}
}

static void take_output(struct session *session)
{
	struct ilp_bytes out;

	while ((out = link_output(session->link)).len)
		link_written(session->link, out.len);
}

static void connect_all(struct bench *b)
{
	struct account *account = NULL;
	struct session *session;
	uint8_t hello[HELLO_LEN] = { 'H' };

	b->sessions = calloc(b->accounts, sizeof(struct session *));
	for (uint32_t i = 0; i < b->accounts; i++) {
		account = shard_account_next(b->shard, account);
		b->sessions[i] = shard_attach(
			b->shard, link_memory_create(b->pool), account, NULL);
		shard_receive(b->shard, b->sessions[i], hello, HELLO_LEN);
		hello[0] = 'H';
		while ((session = shard_next_output(b->shard)))
			take_output(session);
	}
}

static void begin(struct bench *b, struct ledger *ledger, uint32_t accounts,
		  uint32_t routes, size_t *account_bytes)
{
	struct connector_options options = {
		.address = ilp_text("test.bench"),
		.window_ms = CONNECTOR_WINDOW_MS,
		.hold_max_ms = CONNECTOR_HOLD_MAX_MS,
		.reflect = true,
		.in_flight_max = INFLIGHT_MAX,
		.seed = { 1, 2, 3 },
	};
	char error[200];
	size_t before;

	b->accounts = accounts;
	b->routes = routes;
	b->packets = b->fulfilled = 0;
	b->dice.state = 1;
	b->now = (struct ilp_time){ 1000000, 1700000000000 };
	b->pool = pool_create(LINK_MEMORY_BLOCK, SIZE_MAX);
	b->shard = shard_create(&options, b->now);
	b->node = node_create(b->shard, ledger);
	if (!node_restore(b->node, error, sizeof(error)))
		die(error);
	exchange_set_one_to_one(shard_exchange(b->shard));
	shard_begin(b->shard, b->now);
	before = rss_bytes();
	for (uint32_t i = 0; i < accounts; i++)
		add_account(b, i);
	node_commit(b->node, b->now);
	*account_bytes = (rss_bytes() - before) / accounts;
	b->begun_ns = read_ns(CLOCK_MONOTONIC);
	add_routes(b);
	connect_all(b);
}

static void end(struct bench *b)
{
	node_destroy(b->node);
	pool_destroy(b->pool);
	free(b->sessions);
}

/* ---- frames ---- */

static size_t put_head(uint8_t *at, uint8_t kind, uint32_t request, size_t len)
{
	at[0] = kind;
	ilp_store_u32(at + 1, request);
	ilp_store_u32(at + 5, (uint32_t)len);
	return HEAD_LEN + len;
}

/* A random route to that account. */
static uint32_t pick_route(struct bench *b, uint32_t account)
{
	uint32_t its_routes = b->routes / b->accounts;

	return account +
	       b->accounts * (uint32_t)dice_below(&b->dice, its_routes);
}

static size_t put_prepare(struct bench *b, uint8_t *at, uint32_t to)
{
	uint32_t route = pick_route(b, to);
	static const uint8_t data[DATA_LEN];
	char destination[96];
	struct ilp_writer w = ilp_writer(at + HEAD_LEN, FRAME_MAX - HEAD_LEN);
	struct ilp_prepare prepare = {
		.amount = ilp_amount(1000),
		.expires_at_ms = b->now.wall_ms + 30000,
		.data = ILP_BYTES(data),
	};

	snprintf(destination, sizeof(destination), "test.p%u.x%u.%08llx",
		 route % 1000, route, (unsigned long long)b->packets);
	prepare.destination = ilp_text(destination);
	memcpy(prepare.condition, b->conditions[b->packets % PREIMAGES], 32);
	if (ilp_prepare_encode(&w, &prepare))
		die("cannot encode");
	b->packets++;
	return put_head(at, 'P', (uint32_t)b->packets, ilp_written(&w).len);
}

static size_t put_fulfill(struct bench *b, uint8_t *at, uint32_t request,
			  uint64_t packet)
{
	struct ilp_writer w = ilp_writer(at + HEAD_LEN, FRAME_MAX - HEAD_LEN);
	struct ilp_fulfill fulfill = { .data = { NULL, 0 } };

	memcpy(fulfill.fulfillment, b->preimages[packet % PREIMAGES], 32);
	ilp_fulfill_encode(&w, &fulfill);
	return put_head(at, 'A', request, ilp_written(&w).len);
}

/* The number of a packet, which ends its destination. */
static uint64_t packet_number(struct ilp_bytes packet)
{
	struct ilp_prepare prepare;
	char text[9];

	if (ilp_prepare_decode(&prepare, packet))
		die("the shard sent what is no Prepare");
	memcpy(text, prepare.destination.at + prepare.destination.len - 8, 8);
	text[8] = '\0';
	return strtoull(text, NULL, 16);
}

/* ---- rounds ---- */

/* What is to be handed to sessions, and the time it took inside. */
struct visits {
	struct {
		struct session *session;
		size_t start, len;
	} at[2 * WAITING_MAX];
	size_t count;
	size_t used; /* of the bench's input */
};

static struct visits visits;

static void add_visit(struct session *session, size_t len)
{
	visits.at[visits.count].session = session;
	visits.at[visits.count].start = visits.used;
	visits.at[visits.count++].len = len;
	visits.used += len;
}

static void make_prepares(struct bench *b)
{
	uint32_t to[VISITS];

	for (int i = 0; i < VISITS; i++)
		to[i] = (uint32_t)dice_below(&b->dice, b->accounts);
	for (int i = 0; i < VISITS; i++) {
		size_t from = dice_below(&b->dice, b->accounts);
		size_t len = 0;

		for (int k = 0; k < PACKETS_PER_VISIT; k++)
			len += put_prepare(b, b->in + visits.used + len,
					   to[dice_below(&b->dice, VISITS)]);
		add_visit(b->sessions[from], len);
	}
}

/* What the session has to say; Prepares are answered in the next half. */
static void read_output(struct bench *b, struct session *session)
{
	size_t len = 0;
	struct ilp_bytes out;

	while ((out = link_output(session->link)).len) {
		for (size_t at = 0; at < out.len;) {
			struct ilp_bytes frame = { out.at + at, out.len - at };
			size_t packet_len = ilp_load_u32(frame.at + 5);

			at += HEAD_LEN + packet_len;
			if (frame.at[0] == 'A') {
				if (frame.at[HEAD_LEN] != ILP_FULFILL)
					die("a packet was rejected");
				b->fulfilled++;
				continue;
			}
			len += put_fulfill(
				b, b->in + visits.used + len,
				ilp_load_u32(frame.at + 1),
				packet_number((struct ilp_bytes){
					frame.at + HEAD_LEN, packet_len }));
		}
		link_written(session->link, out.len);
	}
	if (len)
		add_visit(session, len);
}

/* Half a round trip; what it costs, in nanoseconds. */
static int64_t run_visits(struct bench *b)
{
	int64_t start = now_ns();

	b->now.monotonic_us += 1000;
	b->now.wall_ms++;
	shard_begin(b->shard, b->now);
	for (size_t i = 0; i < visits.count; i++)
		shard_receive(b->shard, visits.at[i].session,
			      b->in + visits.at[i].start, visits.at[i].len);
	shard_tick(b->shard);
	node_commit(b->node, b->now);
	return now_ns() - start;
}

static void read_outputs(struct bench *b)
{
	struct session *session;

	visits.count = visits.used = 0;
	while ((session = shard_next_output(b->shard)))
		read_output(b, session);
}

static int64_t run_round(struct bench *b)
{
	int64_t ns;

	visits.count = visits.used = 0;
	make_prepares(b);
	ns = run_visits(b);
	read_outputs(b);
	ns += run_visits(b);
	read_outputs(b);
	return ns;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The nanoseconds of a packet in the middle round, when all is warm. */
static double measure(struct bench *b)
{
	static int64_t rounds[ROUNDS];

	for (int i = 0; i < ROUNDS / 3; i++)
		run_round(b);
	for (int i = 0; i < ROUNDS; i++)
		rounds[i] = run_round(b);
	qsort(rounds, ROUNDS, sizeof(rounds[0]), compare);
	if (b->fulfilled != b->packets)
		die("not every packet was fulfilled");
	return (double)rounds[ROUNDS / 2] / ROUND_PACKETS;
}

static double run_case(struct bench *b, uint32_t accounts, uint32_t routes,
		       bool json, double first)
{
	size_t account_bytes;
	char name[64];
	double ns;

	begin(b, ledger_memory_create(), accounts, routes, &account_bytes);
	ns = measure(b);
	end(b);
	snprintf(name, sizeof(name), "%u accounts, %u routes", accounts,
		 routes);
	report(json, "growth", name, ns, first > 0 ? "the first" : NULL, first);
	return ns;
}

/* Comes first, when no memory is left over from anything else. */
static void run_memory(struct bench *b, uint32_t accounts, bool json)
{
	size_t account_bytes;
	char name[64];

	begin(b, ledger_memory_create(), accounts, 1, &account_bytes);
	end(b);
	snprintf(name, sizeof(name), "%u accounts, each", accounts);
	report_unit(json, "growth", name, "bytes", (double)account_bytes);
}

/* ---- on a ledger that lasts ---- */

static void do_nothing(void *context)
{
	(void)context;
}

static struct ledger *open_file(void)
{
	const struct ledger_sqlite_options options = { .path = FILE_NAME };
	struct ledger_sqlite_error error;
	struct ledger *ledger = ledger_sqlite_open(&options, &error);

	if (!ledger)
		die(error.text);
	return scribe_create(ledger, do_nothing, NULL);
}

/* Hands over what is there to be handed over, and takes what comes of that and
 * of what the ledger has got on with meanwhile. */
static void go_on(struct bench *b)
{
	run_visits(b);
	read_outputs(b);
}

/* No time passes for the packets, since this may be done very often. */
static void wait_for_ledger(struct bench *b)
{
	const struct timespec moment = { 0, 20000 };
	struct ilp_time now = b->now;

	if (visits.count == 0)
		nanosleep(&moment, NULL);
	go_on(b);
	b->now = now;
}

/* Packets a second by the clock. */
static double measure_lasting(struct bench *b)
{
	int64_t start = read_ns(CLOCK_MONOTONIC);
	uint64_t before = b->packets;

	visits.count = visits.used = 0;
	for (int i = 0; i < LASTING_ROUNDS; i++) {
		make_prepares(b);
		go_on(b);
		while (b->packets - b->fulfilled > WAITING_MAX)
			wait_for_ledger(b);
	}
	while (b->packets != b->fulfilled)
		wait_for_ledger(b);
	return (double)(b->packets - before) * 1e9 /
	       (double)(read_ns(CLOCK_MONOTONIC) - start);
}

static void remove_file(void)
{
	remove(FILE_NAME);
	remove(FILE_NAME "-wal");
}

static void run_lasting(struct bench *b, uint32_t accounts, bool json)
{
	size_t account_bytes;
	char name[64];
	int64_t start;

	remove_file();
	begin(b, open_file(), accounts, accounts, &account_bytes);
	measure_lasting(b);
	snprintf(name, sizeof(name), "%u accounts, strict", accounts);
	report_unit(json, "growth", name, "packets/s", measure_lasting(b));
	end(b);
	start = read_ns(CLOCK_MONOTONIC);
	begin(b, open_file(), accounts, 1, &account_bytes);
	snprintf(name, sizeof(name), "%u accounts, start", accounts);
	report_unit(json, "growth", name, "ms",
		    (double)(b->begun_ns - start) / 1e6);
	end(b);
	remove_file();
}

static void make_preimages(struct bench *b)
{
	struct ilp_crypto *crypto = ilp_crypto_create();

	b->preimages = calloc(PREIMAGES, 32);
	b->conditions = calloc(PREIMAGES, 32);
	for (size_t i = 0; i < PREIMAGES; i++) {
		for (size_t k = 0; k < 32; k++)
			b->preimages[i][k] = (uint8_t)dice_roll(&b->dice);
		ilp_condition(crypto, b->conditions[i], b->preimages[i]);
	}
	ilp_crypto_destroy(crypto);
}

int main(int argc, char **argv)
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	struct bench *b = calloc(1, sizeof(*b));
	double first;

	make_preimages(b);
	run_memory(b, 100000, json);
	first = run_case(b, 10, 10, json, 0);
	run_case(b, 1000, 1000, json, first);
	run_case(b, 10, 1000000, json, first);
	run_case(b, 100000, 100000, json, first);
	run_case(b, 100000, 1000000, json, first);
	run_lasting(b, 1000, json);
	run_lasting(b, 100000, json);
	free(b->preimages);
	free(b->conditions);
	free(b);
	return 0;
}
