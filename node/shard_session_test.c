/* SPDX-License-Identifier: Apache-2.0 */
/* Peers are dialed, ever more seldom the longer it does not work; and those
 * that come by themselves log in, over BTP, and replace their older selves. */
#include "node/shard.h"

#include "link/btp.h"
#include "link/memory.h"
#include "test/scene.h"

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

static void set_token(struct trio *t, struct account_settings *settings,
		      const char *token)
{
	settings->has_token = true;
	ilp_sha256(t->s.crypto, settings->token_hash, ilp_text(token));
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

static void dials_nobody_who_has_come_by_himself(void)
{
	struct account_settings settings = dialed_settings();
	struct connection far = { .deaf = true };
	uint8_t hello[9] = { 'H' };
	struct shard_dial dial;
	struct trio t;

	begin(&t);
	CHECK_INT(shard_account_add(t.shard, &settings), ACCOUNT_OK);
	wait_for_dial(&t, &dial);
	CHECK(!shard_dialed(t.shard, &dial, NULL, NULL));
	far.session =
		shard_attach(t.shard, link_memory_create(t.s.pool),
			     shard_account_find(t.shard, settings.id), &far);
	shard_receive(t.shard, far.session, hello, sizeof(hello));
	for (int i = 0; i < 200; i++) {
		scene_wait(&t.s, 10);
		CHECK(!shard_next_dial(t.shard, &dial));
	}
	shard_detach(t.shard, far.session, "connection reset");
	wait_for_dial(&t, &dial);
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

/* A question that is in flight to dave, who never answers. */
static void ask_dave(struct login *l)
{
	struct question *q = peer_ask(l->t.alice, "test.dave", 1);

	connection_deliver(l->t.alice->connection);
	talk(l);
	CHECK_INT(l->event.type, LINK_PREPARE);
	q->state = QUESTION_PASSED;
	q->to = l->dave;
	q->out = q->prepare;
	q->out_deadline_us = q->deadline_us - 1000 * CONNECTOR_WINDOW_MS;
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
	l.t.alice->charged += 70;
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
	ask_dave(&l);
	shard_account_remove(l.t.shard, dave);
	talk(&l);
	CHECK(!l.down);
	shard_detach(l.t.shard, l.session, "connection reset");
	CHECK(peer_account(l.dave)); /* for what is in flight */
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

TESTS(TEST(dials_at_once_and_then_ever_more_seldom),
      TEST(begins_anew_after_a_connection_that_was_good),
      TEST(drops_a_connection_that_nobody_wants_any_more),
      TEST(dials_where_the_settings_say_now),
      TEST(dials_nobody_who_has_come_by_himself),
      TEST(logs_a_peer_in_by_its_token),
      TEST(turns_away_who_has_no_token_or_another_name),
      TEST(turns_away_who_was_removed_or_has_a_new_token),
      TEST(replaces_a_login_by_a_newer_one), TEST(gives_up_who_does_not_log_in))
