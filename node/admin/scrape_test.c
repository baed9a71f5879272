/* SPDX-License-Identifier: Apache-2.0 */
/* What is scraped is what the node has; all accounts are counted, however many
 * there are, a few at a time. */
#include "node/admin/scrape.h"

#include "ledger/memory.h"
#include "test/check.h"

#define MANY 2000

static const struct ilp_time start_time = { 1000000, 1700000000000 };

static struct node *make(void)
{
	const struct connector_options options = {
		.address = ilp_text("test.node"),
		.window_ms = CONNECTOR_WINDOW_MS,
		.hold_max_ms = CONNECTOR_HOLD_MAX_MS,
		.in_flight_max = 16,
		.seed = { 1 },
	};
	struct node *node = node_create(shard_create(&options, start_time),
					ledger_memory_create());

	CHECK(node != NULL);
	return node;
}

static void add(struct node *node, const char *id, const char *code)
{
	struct account_settings settings = account_defaults();

	settings.id = ilp_text(id);
	settings.asset.scale = 2;
	snprintf(settings.asset.code, sizeof(settings.asset.code), "%s", code);
	CHECK_INT(shard_account_add(node_shard(node), &settings), ACCOUNT_OK);
}

static struct account *find(struct node *node, const char *id)
{
	return shard_account_find(node_shard(node), ilp_text(id));
}

/* Gives how many steps it took. */
static size_t scrape(struct scrape *s, struct node *node)
{
	size_t steps = 1;

	memset(s, 0, sizeof(*s));
	s->now = start_time;
	while (!scrape_step(s, node))
		steps++;
	return steps;
}

static struct scrape *room(void)
{
	struct scrape *s = malloc(sizeof(*s));

	CHECK(s != NULL);
	return s;
}

static void an_account_is_copied_and_counted(void)
{
	struct scrape *s = room();
	struct node *node = make();
	struct account *alice;

	add(node, "alice", "USD");
	add(node, "bob", "EUR");
	alice = find(node, "alice");
	alice->book.balance = -30;
	alice->counters.in_value = 40;
	alice->counters.out_rejected = 5;
	find(node, "bob")->book.balance = 7;
	shard_account_stop(node_shard(node), alice, true);
	scrape(s, node);
	CHECK_INT(s->account_count, 2);
	CHECK(strcmp(s->accounts[0].id, "alice") == 0);
	CHECK(strcmp(s->accounts[0].asset.code, "USD") == 0);
	CHECK(s->accounts[0].balance.current == -30);
	CHECK(s->accounts[0].value_in == 40);
	CHECK_INT(s->accounts[0].counted.out_rejected, 5);
	CHECK_INT(s->accounts[0].stopped, 1);
	CHECK_INT(s->totals.accounts, 2);
	CHECK_INT(s->totals.stopped, 1);
	CHECK_INT(s->totals.connected, 0);
	CHECK_INT(s->ready, 1);
	node_destroy(node);
	free(s);
}

static void debts_are_added_up_for_each_asset_either_way(void)
{
	struct scrape *s = room();
	struct node *node = make();
	static const struct {
		const char *id;
		const char *code;
		signed_units balance;
	} rows[] = {
		{ "a", "USD", 100 }, { "b", "EUR", 7 },   { "c", "USD", -30 },
		{ "d", "USD", 5 },   { "e", "EUR", -200 }, { "f", "USD", -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		add(node, rows[i].id, rows[i].code);
		find(node, rows[i].id)->book.balance = rows[i].balance;
	}
	scrape(s, node);
	CHECK_INT(s->asset_count, 2);
	CHECK(strcmp(s->assets[0].asset.code, "USD") == 0);
	CHECK(s->assets[0].owed_to_us == 105);
	CHECK(s->assets[0].owed_by_us == 31);
	CHECK(s->assets[1].owed_to_us == 7);
	CHECK(s->assets[1].owed_by_us == 200);
	node_destroy(node);
	free(s);
}

static void a_sum_without_bounds_stays_one(void)
{
	struct scrape *s = room();
	struct node *node = make();

	add(node, "a", "USD");
	add(node, "b", "USD");
	find(node, "a")->book.balance = UNITS_MAX;
	find(node, "b")->book.balance = UNITS_MAX;
	scrape(s, node);
	CHECK(s->assets[0].owed_to_us == UNITS_MAX);
	find(node, "a")->book.balance = UNITS_MIN;
	find(node, "b")->book.balance = -1;
	scrape(s, node);
	CHECK(s->assets[0].owed_by_us == UNITS_MAX);
	node_destroy(node);
	free(s);
}

static void many_accounts_are_counted_a_few_at_a_time(void)
{
	struct scrape *s = room();
	struct node *node = make();
	char id[16];

	for (int i = 0; i < MANY; i++) {
		snprintf(id, sizeof(id), "a%d", i);
		add(node, id, "USD");
		find(node, id)->book.balance = 1;
	}
	CHECK(scrape(s, node) >= MANY / 64);
	CHECK_INT(s->totals.accounts, MANY);
	CHECK_INT(s->account_count, SCRAPE_ACCOUNTS_MAX);
	CHECK_INT(s->accounts_left_out, MANY - SCRAPE_ACCOUNTS_MAX);
	CHECK(s->assets[0].owed_to_us == MANY);
	node_destroy(node);
	free(s);
}

/* Those that are left out are found by their id. */
static void any_one_account_can_be_asked_for(void)
{
	struct scrape *s = room();
	struct node *node = make();
	char id[16];

	for (int i = 0; i <= SCRAPE_ACCOUNTS_MAX; i++) {
		snprintf(id, sizeof(id), "a%d", i);
		add(node, id, "USD");
	}
	memset(s, 0, sizeof(*s));
	CHECK(scrape_one(s, node, ilp_text(id)));
	CHECK_INT(s->account_count, 1);
	CHECK(strcmp(s->accounts[0].id, id) == 0);
	CHECK(!scrape_one(s, node, ilp_text("nobody")));
	node_destroy(node);
	free(s);
}

static void assets_beyond_the_bound_are_left_out_and_counted(void)
{
	struct scrape *s = room();
	struct node *node = make();
	char code[16];

	for (int i = 0; i < SCRAPE_ASSETS_MAX + 3; i++) {
		snprintf(code, sizeof(code), "A%d", i);
		add(node, code, code);
	}
	scrape(s, node);
	CHECK_INT(s->asset_count, SCRAPE_ASSETS_MAX);
	CHECK_INT(s->assets_left_out, 3);
	CHECK_INT(s->totals.accounts, SCRAPE_ASSETS_MAX + 3);
	node_destroy(node);
	free(s);
}

/* Each pair, both ways. */
static void rates_are_counted_by_what_is_known_of_them(void)
{
	struct scrape *s = room();
	struct node *node = make();
	struct exchange *exchange = shard_exchange(node_shard(node));
	const struct ilp_rate one = ILP_RATE_ONE;

	add(node, "a", "USD");
	add(node, "b", "EUR");
	add(node, "c", "XRP");
	CHECK(exchange_set_price(exchange, "USD", one));
	CHECK(exchange_set_price_until(exchange, "EUR", one,
				       start_time.monotonic_us + 1));
	scrape(s, node);
	CHECK_INT(s->rates.current, 2);
	CHECK_INT(s->rates.old, 0);
	CHECK_INT(s->rates.none, 4);
	CHECK(exchange_set_price_until(exchange, "EUR", one,
				       start_time.monotonic_us));
	scrape(s, node);
	CHECK_INT(s->rates.current, 0);
	CHECK_INT(s->rates.old, 2);
	node_destroy(node);
	free(s);
}

static void a_node_that_is_being_stopped_is_not_ready(void)
{
	struct scrape *s = room();
	struct node *node = make();

	shard_drain(node_shard(node));
	scrape(s, node);
	CHECK_INT(s->draining, 1);
	CHECK_INT(s->ready, 0);
	node_destroy(node);
	free(s);
}

TESTS(TEST(an_account_is_copied_and_counted),
      TEST(debts_are_added_up_for_each_asset_either_way),
      TEST(a_sum_without_bounds_stays_one),
      TEST(many_accounts_are_counted_a_few_at_a_time),
      TEST(any_one_account_can_be_asked_for),
      TEST(assets_beyond_the_bound_are_left_out_and_counted),
      TEST(rates_are_counted_by_what_is_known_of_them),
      TEST(a_node_that_is_being_stopped_is_not_ready))
