/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts come, change, stop and go while packets flow; peers log in, are
 * replaced and dialed; and at the end the shard drains. */
#include "node/shard.h"

#include "link/btp.h"
#include "link/memory.h"
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
	settings.asset.scale++;
	CHECK_INT(
		shard_account_change(t.shard, peer_account(t.alice), &settings),
		ACCOUNT_ASSET);
	settings = t.alice->settings;
	settings.id = ilp_text("bob");
	CHECK_INT(
		shard_account_change(t.shard, peer_account(t.alice), &settings),
		ACCOUNT_EXISTS);
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

static void removes_an_account_when_its_last_packet_is_over(void)
{
	struct trio t;
	struct connection *c;
	struct account_settings settings;
	struct question *to_it, *of_it;
	uint64_t number;

	begin(&t);
	fulfill(ask(t.alice, "test.bob"));
	to_it = ask(t.alice, "test.bob");
	of_it = ask(t.bob, "test.carol");
	c = t.bob->connection;
	number = t.bob->number;
	peer_remove(t.bob);
	scene_play(&t.s);
	CHECK(!c->session && strcmp(c->reason, "account was removed") == 0);
	CHECK_REFUSED(ask(t.alice, "test.bob"), "F02",
		      "no route found. source=alice destination=test.bob");
	fulfill(of_it);
	settings = t.bob->settings;
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_EXISTS);
	scene_wait(&t.s, 8999);
	CHECK_INT(to_it->answers, 0);
	CHECK(peer_account(t.bob));
	scene_wait(&t.s, 1);
	CHECK_REFUSED(to_it, "R00", "packet expired.");
	scene_wait(&t.s, 2000);
	CHECK(!peer_account(t.bob));
	/* It could not be told, and paid all the same. */
	CHECK(scene_late(&t.s, "XRP") == 100);
	/* The next one of this name is another one. */
	t.bob = peer_join(&t.s, "bob");
	scene_play(&t.s);
	CHECK(t.bob->number > number);
	fulfill(ask(t.alice, "test.bob"));
	CHECK(peer_account(t.bob)->book.balance == -100);
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
static void forgets_what_a_removed_account_was_given(void)
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

/* ---- dialing ---- */

static struct account_settings dialed_settings(void)
{
	struct account_settings settings = peer_settings("dave");

	settings.url = ilp_text("btp+ws://:secret@example:7768");
	return settings;
}

/* How long until dave is to be dialed, at most an hour. */
static int64_t wait_for_dial(struct trio *t, struct shard_dial *dial)
{
	int64_t since_us = t->s.now.monotonic_us;

	for (int i = 0; i < 3600 * 1000; i++) {
		if (shard_next_dial(t->shard, dial))
			return (t->s.now.monotonic_us - since_us) / 1000;
		scene_wait(&t->s, 1);
	}
	fail_msg("never dialed again");
	return 0;
}

static void dials_at_once_and_then_ever_more_seldom(void)
{
	struct account_settings settings = dialed_settings();
	struct shard_dial dial;
	struct trio t;
	int64_t longest_ms = 100;

	begin(&t);
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_OK);
	CHECK_INT(wait_for_dial(&t, &dial), 0);
	CHECK_BYTES(dial.url, settings.url);
	CHECK(!shard_next_dial(t.shard, &dial));
	for (int i = 0; i < 14; i++) {
		int64_t ms;

		CHECK(!shard_dialed(t.shard, &dial, NULL, NULL));
		ms = wait_for_dial(&t, &dial);
		CHECK(ms >= longest_ms / 2 && ms <= longest_ms + 1);
		longest_ms *= 2;
		if (longest_ms > 60000)
			longest_ms = 60000;
	}
	end(&t);
}

/* The far end of a connection that we made: it only says hello. */
static struct session *connect_dialed(struct trio *t, struct shard_dial *dial,
				      struct connection *c)
{
	uint8_t hello[9] = { 'H' };
	struct session *session;

	session =
		shard_dialed(t->shard, dial, link_memory_create(t->s.pool), c);
	if (session)
		shard_receive(t->shard, session, hello, sizeof(hello));
	return session;
}

static void begins_anew_after_a_connection_that_was_good(void)
{
	struct account_settings settings = dialed_settings();
	struct connection far = { .deaf = true };
	struct shard_dial dial;
	struct session *session;
	struct trio t;

	begin(&t);
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_OK);
	wait_for_dial(&t, &dial);
	for (int i = 0; i < 8; i++) {
		CHECK(!shard_dialed(t.shard, &dial, NULL, NULL));
		wait_for_dial(&t, &dial);
	}
	/* One that ends at once is no better than none. */
	session = connect_dialed(&t, &dial, &far);
	CHECK(shard_account_find(t.shard, settings.id)->session == session);
	shard_detach(t.shard, session, "connection reset");
	CHECK(wait_for_dial(&t, &dial) >= 10000);
	session = connect_dialed(&t, &dial, &far);
	scene_freeze(&t.s, 10000);
	shard_begin(t.shard, t.s.now);
	shard_detach(t.shard, session, "connection reset");
	CHECK(wait_for_dial(&t, &dial) <= 101);
	end(&t);
}

static void drops_a_connection_that_nobody_wants_any_more(void)
{
	struct account_settings settings = dialed_settings();
	struct connection far = { .deaf = true };
	struct shard_dial dial;
	struct trio t;

	begin(&t);
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_OK);
	wait_for_dial(&t, &dial);
	shard_account_remove(t.shard, shard_account_find(t.shard, settings.id));
	CHECK(!connect_dialed(&t, &dial, &far));
	scene_wait(&t.s, 200);
	CHECK(!shard_account_find(t.shard, settings.id));
	/* Another account may have its place by now. */
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_OK);
	CHECK(!connect_dialed(&t, &dial, &far));
	CHECK_INT(wait_for_dial(&t, &dial), 0);
	end(&t);
}

static void dials_where_the_settings_say_now(void)
{
	struct account_settings settings = dialed_settings();
	struct connection far = { .deaf = true };
	struct shard_dial dial;
	struct account *dave;
	struct trio t;

	begin(&t);
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_OK);
	wait_for_dial(&t, &dial);
	dave = shard_account_find(t.shard, settings.id);
	settings.url = ilp_text("btp+ws://:secret@elsewhere:7768");
	CHECK_INT(shard_account_change(t.shard, dave, &settings), ACCOUNT_OK);
	/* It leads to where it was to lead before. */
	CHECK(!connect_dialed(&t, &dial, &far));
	CHECK(wait_for_dial(&t, &dial) <= 101);
	CHECK_BYTES(dial.url, settings.url);
	CHECK(!shard_dialed(t.shard, &dial, NULL, NULL));
	settings.url.len = 0;
	CHECK_INT(shard_account_change(t.shard, dave, &settings), ACCOUNT_OK);
	for (int i = 0; i < 200; i++) {
		scene_wait(&t.s, 10);
		CHECK(!shard_next_dial(t.shard, &dial));
	}
	end(&t);
}

/* ---- login, over BTP ---- */

/* Both ends of a connection: the node's session, and a client. */
struct login {
	struct trio t;
	struct peer *dave; /* only his account: he is not on the stage */
	struct pool *pool;
	struct link *client;
	struct session *session;
	bool up;
	bool down;
	char told[64];           /* why it is down */
	struct link_event event; /* the last packet that came, and */
	uint8_t packet[ILP_PACKET_MAX];
};

static void login_begin(struct login *l, const char *user)
{
	struct account_settings settings = peer_settings("dave");

	memset(l, 0, sizeof(*l));
	begin(&l->t);
	settings.user = ilp_text(user);
	set_token(&l->t, &settings, "secret");
	l->dave = peer_join_with(&l->t.s, &settings);
	peer_disconnect(l->dave);
	l->pool = pool_create(LINK_BTP_BLOCK, 100);
	assert_non_null(l->pool);
}

static void login_connect(struct login *l, const char *user, const char *token)
{
	const struct link_btp_options options = {
		.pool = l->pool,
		.crypto = l->t.s.crypto,
		.host = ilp_text("localhost"),
		.path = ilp_text("/"),
		.user = ilp_text(user),
		.token = ilp_text(token),
	};
	struct link *server = link_btp_accept(&options, l->t.s.now);

	link_destroy(l->client);
	l->client = link_btp_connect(&options, l->t.s.now);
	CHECK(server && l->client);
	l->session = shard_attach(l->t.shard, server, NULL, l);
	assert_non_null(l->session);
	l->up = false;
	l->down = false;
}

static void take_events(struct login *l)
{
	struct link_event event;

	while (link_next(l->client, &event)) {
		l->up |= event.type == LINK_UP;
		l->down |= event.type == LINK_DOWN;
		if (event.type == LINK_DOWN)
			snprintf(l->told, sizeof(l->told), "%s", event.reason);
		if (event.type != LINK_PREPARE && event.type != LINK_ANSWER)
			continue;
		l->event = event;
		memcpy(l->packet, event.packet.at, event.packet.len);
		l->event.packet.at = l->packet;
	}
}

/* Moves bytes one way; false when there are none. */
static bool from_client(struct login *l)
{
	struct ilp_bytes out = link_output(l->client);
	uint8_t bytes[4096];

	if (out.len == 0 || !l->session)
		return false;
	if (out.len > sizeof(bytes))
		out.len = sizeof(bytes);
	memcpy(bytes, out.at, out.len);
	link_written(l->client, out.len);
	shard_receive(l->t.shard, l->session, bytes, out.len);
	return true;
}

static bool to_client(struct login *l)
{
	struct ilp_bytes out = link_output(l->session->link);
	uint8_t bytes[4096];

	if (out.len == 0)
		return false;
	if (out.len > sizeof(bytes))
		out.len = sizeof(bytes);
	memcpy(bytes, out.at, out.len);
	link_written(l->session->link, out.len);
	link_receive(l->client, l->t.s.now, bytes, out.len);
	take_events(l);
	return true;
}

/* Rounds, until nothing is said any more. */
static void talk(struct login *l)
{
	for (int round = 0; round < 10; round++) {
		struct session *session;

		shard_begin(l->t.shard, l->t.s.now);
		while (from_client(l))
			;
		shard_tick(l->t.shard);
		node_commit(l->t.s.node, l->t.s.now);
		while ((session = shard_next_output(l->t.shard)))
			if (session != l->session)
				connection_hear(session->driver);
		while (l->session && to_client(l))
			;
		if (l->session && l->session->ended) {
			shard_detach(l->t.shard, l->session, "closed");
			l->session = NULL;
		}
	}
}

static void login_end(struct login *l)
{
	if (l->session)
		shard_detach(l->t.shard, l->session, "closed");
	link_destroy(l->client);
	end(&l->t);
	pool_destroy(l->pool);
}

static void logs_a_peer_in_by_its_token(void)
{
	struct login l;
	struct account *dave;
	struct question *q;

	login_begin(&l, "");
	login_connect(&l, "anybody", "secret");
	talk(&l);
	dave = shard_account_find(l.t.shard, ilp_text("dave"));
	CHECK(l.up && dave->session == l.session);
	q = peer_ask(l.t.alice, "test.dave", 70);
	connection_deliver(l.t.alice->connection);
	talk(&l);
	CHECK_INT(l.event.type, LINK_PREPARE);
	CHECK_INT(link_answer(l.client, l.event.request,
			      peer_fulfill_packet(q, ilp_text("yes"))),
		  LINK_OK);
	l.dave->charged -= 70;
	q->state = QUESTION_FULFILLED;
	q->reply = exact_copy(peer_fulfill_packet(q, ilp_text("yes")));
	talk(&l);
	CHECK_FULFILLED(q);
	CHECK(dave->book.balance == -70);
	login_end(&l);
}

static void check_turned_away(const char *user, const char *token)
{
	struct login l;

	login_begin(&l, "dave");
	login_connect(&l, user, token);
	talk(&l);
	CHECK(!l.up && l.down && !l.session);
	CHECK(!shard_account_find(l.t.shard, ilp_text("dave"))->session);
	login_end(&l);
}

static void turns_away_who_has_no_token_or_another_name(void)
{
	struct login l;

	check_turned_away("dave", "secreT");
	check_turned_away("dave", "");
	check_turned_away("erin", "secret");
	login_begin(&l, "dave");
	login_connect(&l, "dave", "secret");
	talk(&l);
	CHECK(l.up);
	login_end(&l);
}

static void turns_away_who_was_removed_or_has_a_new_token(void)
{
	struct login l;
	struct account *dave;
	struct account_settings settings;

	login_begin(&l, "");
	dave = shard_account_find(l.t.shard, ilp_text("dave"));
	settings = dave->settings;
	set_token(&l.t, &settings, "new");
	CHECK_INT(shard_account_change(l.t.shard, dave, &settings), ACCOUNT_OK);
	login_connect(&l, "", "secret");
	talk(&l);
	CHECK(!l.up && l.down);
	login_connect(&l, "", "new");
	talk(&l);
	CHECK(l.up && !l.down);
	shard_account_remove(l.t.shard, dave);
	talk(&l);
	CHECK(l.down && !l.session);
	login_connect(&l, "", "new");
	talk(&l);
	CHECK(!l.up && l.down);
	login_end(&l);
}

static void replaces_a_login_by_a_newer_one(void)
{
	struct login l;
	struct session *old;
	struct link *client;

	login_begin(&l, "");
	login_connect(&l, "", "secret");
	talk(&l);
	old = l.session;
	client = l.client;
	l.client = NULL;
	login_connect(&l, "", "secret");
	CHECK(!old->ended);
	/* Only who has logged in replaces anybody. */
	while (l.session && !l.up && !old->ended) {
		shard_begin(l.t.shard, l.t.s.now);
		from_client(&l);
		while (to_client(&l))
			;
	}
	CHECK(shard_account_find(l.t.shard, ilp_text("dave"))->session ==
	      l.session);
	CHECK_INT(
		link_prepare(old->link, 1, (struct ilp_bytes){ NULL, 0 }, NULL),
		LINK_CLOSED);
	shard_detach(l.t.shard, old, "closed");
	link_destroy(client);
	talk(&l);
	CHECK(l.up && !l.down);
	login_end(&l);
}

static void gives_up_who_does_not_log_in(void)
{
	struct login l;

	login_begin(&l, "");
	login_connect(&l, "", "secret");
	shard_begin(l.t.shard, l.t.s.now);
	while (!l.session->ended) {
		int64_t next_us = shard_deadline_us(l.t.shard);
		struct session *session;

		CHECK(next_us <= l.t.s.now.monotonic_us + LINK_BTP_LOGIN_US);
		scene_freeze(&l.t.s, 100);
		shard_begin(l.t.shard, l.t.s.now);
		shard_tick(l.t.shard);
		while ((session = shard_next_output(l.t.shard)))
			if (session != l.session)
				connection_hear(session->driver);
	}
	CHECK(l.t.s.now.monotonic_us <= 77000000 + LINK_BTP_LOGIN_US + 100000);
	login_end(&l);
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

/* Ending an idle shard loses nothing: not the leg of a Fulfill, either, whose
 * peer is gone, and which is neither charged nor written off yet. */
static void is_not_idle_while_money_is_on_hold(void)
{
	struct trio t;
	struct question *q;

	begin(&t);
	q = ask(t.alice, "test.bob");
	shard_drain(t.shard);
	peer_disconnect(t.alice);
	fulfill(q);
	CHECK(peer_account(t.alice)->book.held_debits == 0 ||
	      !shard_is_idle(t.shard));
	scene_wait(&t.s, 10000);
	CHECK(shard_is_idle(t.shard));
	CHECK(scene_late(&t.s, "XRP") == 100);
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

TESTS(TEST(refuses_accounts_that_cannot_be),
      TEST(changes_limits_while_packets_flow),
      TEST(closes_the_connection_when_the_way_in_changes),
      TEST(stops_an_account_and_lets_it_go_on),
      TEST(removes_an_account_when_its_last_packet_is_over),
      TEST(closes_empty_accounts_in_the_ledger_only),
      TEST(forgets_what_a_removed_account_was_given),
      TEST(adds_many_accounts_and_takes_them_away),
      TEST(sets_no_route_that_cannot_be),
      TEST(dials_at_once_and_then_ever_more_seldom),
      TEST(begins_anew_after_a_connection_that_was_good),
      TEST(drops_a_connection_that_nobody_wants_any_more),
      TEST(dials_where_the_settings_say_now), TEST(logs_a_peer_in_by_its_token),
      TEST(turns_away_who_has_no_token_or_another_name),
      TEST(turns_away_who_was_removed_or_has_a_new_token),
      TEST(replaces_a_login_by_a_newer_one), TEST(gives_up_who_does_not_log_in),
      TEST(drains_before_it_ends),
      TEST(is_not_idle_while_a_fulfill_waits_for_the_ledger),
      TEST(is_not_idle_while_money_is_on_hold),
      TEST(ends_with_packets_in_flight))
