/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts come, change, stop and go while packets flow; and at the end the
 * shard drains. */
#include "node/shard.h"

#include "test/scene.h"
#include "test/slow_ledger.h"

struct trio {
	struct scene s;
	struct shard *shard;
	struct peer *alice;
	struct peer *bob;
	struct peer *carol;
};

static void begin(struct trio *t)
{
	scene_begin(&t->s);
	t->shard = scene_shard(&t->s);
	t->alice = peer_join(&t->s, "alice");
	t->bob = peer_join(&t->s, "bob");
	t->carol = peer_join(&t->s, "carol");
	scene_play(&t->s);
}

static void end(struct trio *t)
{
	scene_end(&t->s);
}

static struct question *ask(struct peer *from, const char *to)
{
	struct question *q = peer_ask(from, to, 100);

	scene_play(from->scene);
	return q;
}

static void fulfill(struct question *q)
{
	peer_fulfill(q);
	scene_play(q->from->scene);
}

/* ---- accounts ---- */

static void set_token(struct trio *t, struct account_settings *settings,
		      const char *token)
{
	settings->has_token = true;
	ilp_sha256(t->s.crypto, settings->token_hash, ilp_text(token));
}

static void refuses_accounts_that_cannot_be(void)
{
	static const char *const bad_ids[] = { "", "a b", "a/b", "ä", "a\n" };
	struct trio t;
	struct account_settings settings;

	begin(&t);
	for (size_t i = 0; i < sizeof(bad_ids) / sizeof(*bad_ids); i++) {
		settings = peer_settings(bad_ids[i]);
		CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_ID);
	}
	settings = peer_settings("alice");
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_EXISTS);
	settings = peer_settings("dave");
	set_token(&t, &settings, "secret");
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_OK);
	settings.id = ilp_text("erin");
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_TOKEN);
	CHECK(!shard_account_find(t.shard, ilp_text("erin")));
	CHECK(shard_account_find(t.shard, ilp_text("dave")));
	end(&t);
}

static void changes_limits_while_packets_flow(void)
{
	struct trio t;
	struct account_settings settings;
	struct question *q;

	begin(&t);
	q = ask(t.alice, "test.bob");
	settings = t.alice->settings;
	settings.packet_max = ilp_amount(99);
	settings.balance.maximum = 0;
	peer_change(t.alice, &settings);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "F08",
		      "packet size too large. maxAmount=99 actualAmount=100");
	CHECK(t.alice->connection->session);
	fulfill(q);
	CHECK_FULFILLED(q);
	CHECK(peer_account(t.alice)->book.balance == 100);
	settings.packet_max = ILP_AMOUNT_MAX;
	peer_change(t.alice, &settings);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "T04",
		      "exceeded maximum balance.");
	/* What costs nothing passes even so. */
	q = peer_ask(t.alice, "test.bob", 0);
	scene_play(&t.s);
	CHECK_PASSED(q, t.bob);
	settings.asset.scale++;
	CHECK_INT(
		shard_account_change(t.shard, peer_account(t.alice), &settings),
		ACCOUNT_ASSET);
	settings = t.alice->settings;
	settings.id = ilp_text("bob");
	CHECK_INT(
		shard_account_change(t.shard, peer_account(t.alice), &settings),
		ACCOUNT_RENAMED);
	CHECK(peer_account(t.alice)->settings.balance.maximum == 0);
	end(&t);
}

/* Whoever is connected by a token that counts no more is not any longer. */
static void closes_the_connection_when_the_way_in_changes(void)
{
	struct trio t;
	struct account_settings settings;
	struct connection *c;
	struct question *q;

	begin(&t);
	q = ask(t.alice, "test.bob");
	settings = t.bob->settings;
	set_token(&t, &settings, "another");
	c = t.bob->connection;
	peer_change(t.bob, &settings);
	c->closed = true;
	t.bob->up = NULL;
	scene_play(&t.s);
	CHECK(!c->session && strcmp(c->reason, "account was changed") == 0);
	CHECK_PASSED(q, t.bob);
	peer_connect(t.bob);
	fulfill(q);
	CHECK_FULFILLED(q);
	end(&t);
}

static void stops_an_account_and_lets_it_go_on(void)
{
	struct trio t;
	struct question *in, *out;

	begin(&t);
	in = ask(t.bob, "test.carol");
	out = ask(t.alice, "test.bob");
	shard_account_stop(t.shard, peer_account(t.bob), true);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "T01", "account is stopped.");
	CHECK_REFUSED(ask(t.bob, "test.carol"), "T01", "account is stopped.");
	CHECK_PASSED(ask(t.alice, "test.carol"), t.carol);
	peer_fulfill(in);
	fulfill(out);
	CHECK_FULFILLED(in);
	CHECK_FULFILLED(out);
	shard_account_stop(t.shard, peer_account(t.bob), false);
	CHECK_PASSED(ask(t.alice, "test.bob"), t.bob);
	CHECK_PASSED(ask(t.bob, "test.carol"), t.carol);
	end(&t);
}

static void stops_all_and_lets_them_go_on(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask(t.alice, "test.bob");
	shard_stop_all(t.shard, true);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "T03", "connector is stopped.");
	fulfill(q);
	CHECK_FULFILLED(q);
	shard_stop_all(t.shard, false);
	CHECK_PASSED(ask(t.alice, "test.bob"), t.bob);
	end(&t);
}

static void removes_an_account_when_its_last_packet_is_over(void)
{
	struct trio t;
	struct connection *c;
	struct account_settings settings;
	struct question *answered, *silent, *of_it;
	uint64_t number;

	begin(&t);
	answered = ask(t.alice, "test.bob");
	silent = ask(t.alice, "test.bob");
	of_it = ask(t.bob, "test.carol");
	c = t.bob->connection;
	number = t.bob->number;
	settings = t.bob->settings;
	peer_remove(t.bob);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "F02",
		      "no route found. source=alice destination=test.bob");
	CHECK_REFUSED(ask(t.bob, "test.carol"), "T01", "account is stopped.");
	peer_fulfill(answered);
	fulfill(of_it);
	CHECK_FULFILLED(answered);
	CHECK_FULFILLED(of_it);
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_EXISTS);
	scene_wait(&t.s, 8999);
	CHECK_INT(silent->answers, 0);
	CHECK(c->session && peer_account(t.bob));
	scene_wait(&t.s, 1000);
	CHECK_REFUSED(silent, "R00", "packet expired.");
	CHECK(!c->session && strcmp(c->reason, "account was removed") == 0);
	CHECK(!peer_account(t.bob));
	/* The next one of this name is another one. */
	t.bob = peer_join(&t.s, "bob");
	scene_play(&t.s);
	CHECK(t.bob->number > number);
	fulfill(ask(t.alice, "test.bob"));
	CHECK(peer_account(t.bob)->book.balance == -100);
	end(&t);
}

/* It goes all the same, and is charged for what it asked. */
static void removes_an_account_that_is_not_there(void)
{
	struct trio t;
	struct question *of_it;
	struct ledger_account account;

	begin(&t);
	of_it = ask(t.bob, "test.carol");
	peer_remove(t.bob);
	peer_disconnect(t.bob);
	fulfill(of_it);
	scene_wait(&t.s, 60000);
	CHECK(!peer_account(t.bob));
	CHECK(ledger_account(t.s.ledger, t.bob->number - 1, &account));
	CHECK(account.account == t.bob->number &&
	      account.totals.debits_posted == 100);
	end(&t);
}

static void closes_empty_accounts_in_the_ledger_only(void)
{
	struct trio t;
	struct ledger_account account;
	uint64_t alice, carol;

	begin(&t);
	fulfill(ask(t.alice, "test.bob"));
	alice = t.alice->number;
	carol = t.carol->number;
	peer_remove(t.alice);
	peer_remove(t.carol);
	scene_wait(&t.s, 1000);
	CHECK(!peer_account(t.alice) && !peer_account(t.carol));
	CHECK(ledger_account(t.s.ledger, alice - 1, &account));
	CHECK(account.account == alice);
	CHECK(!ledger_account(t.s.ledger, carol - 1, &account) ||
	      account.account != carol);
	end(&t);
}

/* An account that gets the place of another gets none of its preimages. */
static void gives_an_account_nothing_of_the_one_before(void)
{
	struct trio t;
	struct question *q, *again;
	struct ilp_prepare prepare;
	struct peer *mallory;

	begin(&t);
	q = ask(t.alice, "test.bob");
	fulfill(q);
	peer_remove(t.alice);
	scene_wait(&t.s, 200);
	mallory = peer_join(&t.s, "mallory");
	scene_play(&t.s);
	prepare = q->prepare;
	prepare.data.len = 0;
	again = peer_ask_with(mallory, &prepare);
	scene_play(&t.s);
	CHECK_PASSED(again, t.bob);
	/* Nor what is for the other one. */
	CHECK_REFUSED(ask(t.bob, "test.alice"), "F02",
		      "no route found. source=bob destination=test.alice");
	end(&t);
}

static void adds_many_accounts_and_takes_them_away(void)
{
	struct trio t;
	struct peer *peers[100];
	char name[20];

	begin(&t);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "peer-%d", i);
		peers[i] = peer_join(&t.s, name);
	}
	scene_play(&t.s);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "test.peer-%d", i);
		fulfill(ask(t.alice, name));
		CHECK(peer_account(peers[i])->book.balance == -100);
	}
	for (int i = 0; i < 100; i += 2)
		peer_remove(peers[i]);
	scene_wait(&t.s, 200);
	for (int i = 0; i < 100; i++) {
		struct question *q;

		snprintf(name, sizeof(name), "test.peer-%d", i);
		q = ask(t.alice, name);
		CHECK((q->state == QUESTION_PASSED) == (i % 2 == 1));
	}
	end(&t);
}

static void sets_no_route_that_cannot_be(void)
{
	struct trio t;
	char longest[2000];

	begin(&t);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "test.", 5);
	longest[1900] = '\0';
	CHECK(!shard_route_set(t.shard, ilp_text("test.node"),
			       peer_account(t.bob)));
	CHECK(!shard_route_remove(t.shard, ilp_text("test.node")));
	CHECK(!shard_route_set(t.shard, ilp_text(longest),
			       peer_account(t.bob)));
	CHECK(!shard_route_set(t.shard, ilp_text("test..b"),
			       peer_account(t.bob)));
	CHECK(!shard_route_remove(t.shard, ilp_text("test.nobody")));
	/* A child of ours is one behind our address. */
	CHECK(shard_route_set(t.shard, ilp_text("test.node.bob"),
			      peer_account(t.bob)));
	CHECK_PASSED(ask(t.alice, "test.node.bob.x"), t.bob);
	peer_remove(t.bob);
	CHECK(!shard_route_set(t.shard, ilp_text("test.b"),
			       peer_account(t.bob)));
	end(&t);
}

/* "No alternate route is tried": who is away is away, and no packet goes by a
 * route that the operator has not said. */
static void a_route_of_the_operators_stays_while_its_account_is_away(void)
{
	struct account_settings kid = peer_settings("kid");
	struct trio t;
	struct peer *peer;

	begin(&t);
	kid.relation = ACCOUNT_CHILD;
	peer = peer_join_with(&t.s, &kid);
	scene_play(&t.s);
	CHECK_PASSED(ask(t.alice, "test.node.kid.x"), peer);
	CHECK(shard_route_set(t.shard, ilp_text("test.node.kid"),
			      peer_account(t.bob)));
	CHECK_PASSED(ask(t.alice, "test.node.kid.x"), t.bob);
	peer_disconnect(t.bob);
	scene_play(&t.s);
	CHECK_REFUSED(ask(t.alice, "test.node.kid.x"), "T01",
		      "no connection to account. account=bob");
	shard_account_stop(t.shard, peer_account(t.bob), true);
	CHECK_REFUSED(ask(t.alice, "test.node.kid.x"), "T01",
		      "account is stopped.");
	peer_remove(t.bob);
	scene_play(&t.s);
	CHECK_PASSED(ask(t.alice, "test.node.kid.x"), peer);
	end(&t);
}

/* Packets do not wait until all of them are gone. */
static void no_packet_goes_to_who_is_on_his_way_out(void)
{
	char prefix[32];
	struct trio t;

	begin(&t);
	for (int i = 0; i < 1000; i++) {
		snprintf(prefix, sizeof(prefix), "test.r%d", i);
		CHECK(shard_route_set(t.shard, ilp_text(prefix),
				      peer_account(t.bob)));
	}
	CHECK_INT(shard_route_count(t.shard), 1004);
	CHECK_PASSED(ask(t.alice, "test.r999.x"), t.bob);
	shard_account_remove(t.shard, peer_account(t.bob));
	CHECK(shard_deadline_us(t.shard) <= t.s.now.monotonic_us);
	shard_tick(t.shard);
	CHECK(shard_route_count(t.shard) > 900);
	CHECK_REFUSED(ask(t.alice, "test.r999.x"), "F02",
		      "no route found. source=alice destination=test.r999.x");
	while (shard_deadline_us(t.shard) <= t.s.now.monotonic_us)
		shard_tick(t.shard);
	CHECK_INT(shard_route_count(t.shard), 3);
	end(&t);
}

/* ---- the end ---- */

static void drains_before_it_ends(void)
{
	struct trio t;
	struct question *a, *b;

	begin(&t);
	a = ask(t.alice, "test.bob");
	b = ask(t.alice, "test.bob");
	CHECK(!shard_is_idle(t.shard));
	shard_drain(t.shard);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "T03",
		      "connector is shutting down.");
	CHECK(!shard_is_idle(t.shard));
	fulfill(a);
	CHECK_FULFILLED(a);
	CHECK(!shard_is_idle(t.shard));
	peer_reject(b, "F00");
	scene_play(&t.s);
	CHECK(shard_is_idle(t.shard));
	end(&t);
}

static void is_not_idle_while_a_fulfill_waits_for_the_ledger(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask(t.alice, "test.bob");
	shard_drain(t.shard);
	slow_ledger_stall(t.s.ledger, true);
	fulfill(q);
	CHECK_INT(shard_in_flight(t.shard), 0);
	CHECK(!shard_is_idle(t.shard));
	slow_ledger_stall(t.s.ledger, false);
	scene_play(&t.s);
	CHECK(shard_is_idle(t.shard));
	end(&t);
}

/* Ending an idle shard loses nothing, even of a peer that is gone. */
static void is_not_idle_while_money_is_on_hold(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask(t.alice, "test.bob");
	shard_drain(t.shard);
	peer_disconnect(t.alice);
	CHECK(!shard_is_idle(t.shard));
	fulfill(q);
	CHECK(peer_account(t.alice)->book.held_debits == 0 ||
	      !shard_is_idle(t.shard));
	scene_wait(&t.s, 10000);
	CHECK(shard_is_idle(t.shard));
	CHECK(peer_account(t.alice)->book.balance == 100);
	end(&t);
}

static void ends_with_packets_in_flight(void)
{
	struct trio t;
	struct question *q[3];

	begin(&t);
	for (int i = 0; i < 3; i++)
		q[i] = ask(t.alice, "test.bob");
	slow_ledger_stall(t.s.ledger, true);
	fulfill(q[0]);
	peer_disconnect(t.alice);
	fulfill(q[1]);
	scene_take_down(&t.s);
}

/* Who has used up a limit does not get it anew with other settings, and a
 * change that is refused changes no limit either. */
static void a_change_fills_no_bucket(void)
{
	struct trio t;
	struct account_settings settings, refused;

	begin(&t);
	settings = t.alice->settings;
	settings.packets = (struct limit_settings){ 2, 60000000, 2 };
	peer_change(t.alice, &settings);
	for (int i = 0; i < 2; i++) {
		struct question *q = ask(t.alice, "test.bob");

		CHECK_PASSED(q, t.bob);
		fulfill(q);
	}
	refused = settings;
	refused.id = ilp_text("bob");
	refused.packets = (struct limit_settings){ 1000, 1000000, 1000 };
	CHECK_INT(
		shard_account_change(t.shard, peer_account(t.alice), &refused),
		ACCOUNT_RENAMED);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "T05",
		      "too many requests, throttling.");
	settings.packets = (struct limit_settings){ 2, 120000000, 2 };
	peer_change(t.alice, &settings);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "T05",
		      "too many requests, throttling.");
	end(&t);
}

TESTS(TEST(a_change_fills_no_bucket), TEST(refuses_accounts_that_cannot_be),
      TEST(changes_limits_while_packets_flow),
      TEST(closes_the_connection_when_the_way_in_changes),
      TEST(stops_an_account_and_lets_it_go_on),
      TEST(stops_all_and_lets_them_go_on),
      TEST(removes_an_account_when_its_last_packet_is_over),
      TEST(removes_an_account_that_is_not_there),
      TEST(closes_empty_accounts_in_the_ledger_only),
      TEST(gives_an_account_nothing_of_the_one_before),
      TEST(adds_many_accounts_and_takes_them_away),
      TEST(sets_no_route_that_cannot_be),
      TEST(a_route_of_the_operators_stays_while_its_account_is_away),
      TEST(no_packet_goes_to_who_is_on_his_way_out), TEST(drains_before_it_ends),
      TEST(is_not_idle_while_a_fulfill_waits_for_the_ledger),
      TEST(is_not_idle_while_money_is_on_hold),
      TEST(ends_with_packets_in_flight))
