/* SPDX-License-Identifier: Apache-2.0 */
/* A shard has what its configuration says, and what it refuses is told. */
#include "node/config_apply.h"

#include "test/check.h"

static struct config *parse(const char *text)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct config_error error;
	struct config *config;

	assert_non_null(crypto);
	config = config_parse(ilp_text(text), (struct config_settings){ 0 },
			      crypto, &error);
	ilp_crypto_destroy(crypto);
	if (!config)
		fail_msg("%s", error.text);
	return config;
}

static struct shard *make_shard(const struct config *config)
{
	struct ilp_time now = { .monotonic_us = 1, .wall_ms = 1 };
	struct shard *shard = shard_create(&config->connector, now);

	assert_non_null(shard);
	return shard;
}

#define PEER(id, code, scale, rest)                                            \
	"{\"id\":\"" id "\",\"relation\":\"peer\",\"assetCode\":\"" code       \
	"\",\"assetScale\":" scale rest "}"

#define ALICE PEER("alice", "USD", "2", ",\"routes\":[\"g.alice\"]")
#define BOB PEER("bob", "EUR", "3", ",\"incomingToken\":\"t\",\"maximum\":7")
#define CAROL PEER("carol", "XRP", "6", "")

/* clang-format off */
static const char text[] =
	"{\"address\":\"g.us\",\"maxPacketsInFlight\":16,"
	"\"accounts\":[" ALICE "," BOB "," CAROL "],"
	"\"routes\":[{\"prefix\":\"\",\"account\":\"bob\"}],"
	"\"rates\":{\"USD\":\"1\",\"EUR\":\"1.25\"},\"spread\":\"0.1\","
	"\"spreads\":[{\"from\":\"EUR\",\"to\":\"USD\",\"spread\":\"0.2\"}]}";
/* clang-format on */

static void a_shard_gets_its_accounts(void)
{
	struct config *config = parse(text);
	struct shard *shard = make_shard(config);
	struct config_error error;
	const struct account *bob;

	CHECK(config_apply(config, shard, &error));
	assert_non_null(shard_account_find(shard, ilp_text("alice")));
	assert_non_null(shard_account_find(shard, ilp_text("carol")));
	bob = shard_account_find(shard, ilp_text("bob"));
	assert_non_null(bob);
	config_destroy(config);
	/* The shard has copies. */
	CHECK_TEXT(bob->settings.id, "bob");
	assert_string_equal(bob->settings.asset.code, "EUR");
	CHECK(bob->settings.has_token && bob->settings.balance.maximum == 7);
	shard_destroy(shard);
}

static void a_shard_gets_its_routes(void)
{
	struct config *config = parse(text);
	struct shard *shard = make_shard(config);
	struct config_error error;

	CHECK(config_apply(config, shard, &error));
	/* Routes go with their account. */
	shard_account_remove(shard,
			     shard_account_find(shard, ilp_text("alice")));
	CHECK(!shard_route_remove(shard, ilp_text("g.alice")));
	CHECK(shard_route_remove(shard, ilp_text("")));
	config_destroy(config);
	shard_destroy(shard);
}

static void check_rate(struct shard *shard, uint16_t from, uint16_t to,
		       unsigned numerator, unsigned denominator)
{
	const struct ilp_rate *rate =
		exchange_rate(shard_exchange(shard), from, to, 0);

	if (!denominator) {
		assert_null(rate);
		return;
	}
	assert_non_null(rate);
	CHECK_INT(rate->numerator, numerator);
	CHECK_INT(rate->denominator, denominator);
}

/* Assets are numbered in the order of the accounts. */
static void a_shard_gets_its_prices_and_spreads(void)
{
	struct config *config = parse(text);
	struct shard *shard = make_shard(config);
	struct config_error error;

	CHECK(config_apply(config, shard, &error));
	/* 1 cent is 10 milli-euros ÷ 1.25, and a tenth less; a milli-euro
	 * is a tenth of 1.25 cents, and a fifth less. */
	check_rate(shard, 0, 1, 36, 5);
	check_rate(shard, 1, 0, 1, 10);
	check_rate(shard, 0, 2, 0, 0);
	config_destroy(config);
	shard_destroy(shard);

	config = parse("{\"address\":\"g.us\",\"rates\":\"one-to-one\","
		       "\"accounts\":[" PEER("a", "USD", "2", "") "," PEER(
			       "b", "EUR", "3", "") "]}");
	shard = make_shard(config);
	CHECK(config_apply(config, shard, &error));
	check_rate(shard, 0, 1, 10, 1);
	config_destroy(config);
	shard_destroy(shard);
}

/* As a shard that is not new would. */
static void tells_what_the_shard_refuses(void)
{
	static const struct {
		const char *first;
		const char *second;
		const char *error;
	} rows[] = {
		{ PEER("a", "A", "0", ""), PEER("a", "A", "0", ""),
		  "account \"a\": there is an account with this id" },
		{ PEER("a", "A", "0", ",\"incomingToken\":\"t\""),
		  PEER("b", "A", "0", ",\"incomingToken\":\"t\""),
		  "account \"b\": another account has this token" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *accounts[] = { rows[i].first, rows[i].second };
		struct config_error error;
		struct config *config[2];
		struct shard *shard;

		for (size_t j = 0; j < 2; j++) {
			char whole[512];

			snprintf(whole, sizeof(whole),
				 "{\"address\":\"g.us\",\"accounts\":[%s]}",
				 accounts[j]);
			config[j] = parse(whole);
		}
		shard = make_shard(config[0]);
		CHECK(config_apply(config[0], shard, &error));
		CHECK(!config_apply(config[1], shard, &error));
		assert_string_equal(error.text, rows[i].error);
		config_destroy(config[0]);
		config_destroy(config[1]);
		shard_destroy(shard);
	}
}

TESTS(TEST(a_shard_gets_its_accounts), TEST(a_shard_gets_its_routes),
      TEST(a_shard_gets_its_prices_and_spreads),
      TEST(tells_what_the_shard_refuses))
