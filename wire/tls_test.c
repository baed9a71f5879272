/* SPDX-License-Identifier: Apache-2.0 */
/* Two machines that are joined, or one and a stranger: they understand each
 * other however their bytes are cut, they believe only whom they should, and
 * whatever goes wrong has its reason. */
#include "wire/tls.h"

#include <unistd.h>

#include "test/certificates.h"
#include "test/check.h"
#include "test/random.h"
#include "test/tls_stranger.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)
#define BLOCK ((size_t)64 * 1024)
#define WHOLE SIZE_MAX

/* Far from today, since it is this that counts. */
static const struct ilp_time now = { 0, INT64_C(2500000000000) };

static const struct ilp_bytes nothing;

static struct certificate authority, other_authority, false_authority;
static struct certificate server, expired, future, client;

static void make(struct certificate *out, const char *name, const char *others,
		 const struct certificate *issuer, int from_days,
		 int until_days)
{
	const struct certificate_wish wish = {
		.common_name = name,
		.alternatives = others,
		.issuer = issuer,
		.authority = !issuer,
		.from_ms = now.wall_ms + from_days * DAY_MS,
		.until_ms = now.wall_ms + until_days * DAY_MS,
	};

	certificate_make(out, &wish);
}

static void make_all(void)
{
	static const char names[] =
		"DNS:node.example,DNS:*.wild.example,IP:127.0.0.1,IP:::1";

	if (authority.pem[0])
		return;
	make(&authority, "Authority", NULL, NULL, -9, 9);
	make(&other_authority, "Another", NULL, NULL, -9, 9);
	make(&false_authority, "Authority", NULL, NULL, -9, 9);
	make(&server, "a server", names, &authority, -1, 1);
	make(&expired, "a server", names, &authority, -2, -1);
	make(&future, "a server", names, &authority, 1, 2);
	make(&client, "alice", NULL, &authority, -1, 1);
}

static struct tls_context *create_context(enum tls_role role,
					  const struct certificate *own,
					  const struct certificate *trusted,
					  bool required, struct ilp_time when)
{
	const struct tls_settings settings = {
		.role = role,
		.chain = own ? ilp_text(own->pem) : nothing,
		.key = own ? ilp_text(own->key_pem) : nothing,
		.anchors = trusted ? ilp_text(trusted->pem) : nothing,
		.peer_required = required,
	};
	char error[200] = "";
	struct tls_context *context =
		tls_context_create(&settings, when, error, sizeof(error));

	if (!context)
		fail_msg("no context: %s", error);
	return context;
}

/* Who talks to whom. What a test leaves out is as in most of them. */
struct setting {
	const struct certificate *server;
	struct ilp_time server_loaded;
	const struct certificate *client;        /* none */
	const struct certificate *server_trusts; /* nobody */
	bool client_required;
	const struct certificate *client_trusts;
	const char *host;
	const char *protocols; /* that the client offers */
	size_t block; /* of the pool, and how many */
	size_t blocks;
};

/* One end, and what it has heard. */
struct side {
	struct tls *tls;
	struct pool *pool;
	uint8_t heard[2048];
	size_t heard_len;
};

struct pair {
	struct side client;
	struct side server;
};

static void create_pair(struct pair *pair, struct setting s)
{
	size_t block = s.block ? s.block : BLOCK;
	size_t blocks = s.blocks ? s.blocks : 16;
	struct tls_context *theirs, *ours;

	make_all();
	*pair = (struct pair){ 0 };
	theirs =
		create_context(TLS_SERVER, s.server ? s.server : &server,
			       s.server_trusts, s.client_required,
			       s.server_loaded.wall_ms ? s.server_loaded : now);
	ours = create_context(TLS_CLIENT, s.client,
			      s.client_trusts ? s.client_trusts : &authority,
			      false, now);
	pair->server.pool = pool_create(block, blocks);
	pair->client.pool = pool_create(block, blocks);
	pair->server.tls =
		tls_create(theirs, NULL, NULL, now, pair->server.pool);
	pair->client.tls = tls_create(ours, s.host ? s.host : "node.example",
				      s.protocols, now, pair->client.pool);
	CHECK(pair->server.tls && pair->client.tls);
	/* They go on without. */
	tls_context_destroy(theirs);
	tls_context_destroy(ours);
}

static void destroy_pair(struct pair *pair)
{
	tls_destroy(pair->client.tls);
	tls_destroy(pair->server.tls);
	pool_destroy(pair->client.pool); /* asserts that all came back */
	pool_destroy(pair->server.pool);
}

/* Hands over a copy that ends where its memory ends, and is gone after. */
static void hear(struct side *side, struct ilp_bytes in)
{
	struct ilp_bytes copy = exact_copy(in);
	size_t len;

	tls_receive(side->tls, copy);
	do {
		CHECK(side->heard_len < sizeof(side->heard));
		len = tls_read(side->tls, side->heard + side->heard_len,
			       sizeof(side->heard) - side->heard_len);
		side->heard_len += len;
	} while (len);
	exact_free(copy);
}

/* All that one has to write, to the other, in pieces of so many bytes. */
static void carry(struct side *from, struct side *to, size_t most)
{
	while (tls_waiting(from->tls)) {
		struct ilp_bytes out = tls_output(from->tls);

		CHECK(out.len > 0 && out.len <= tls_waiting(from->tls));
		out.len = out.len < most ? out.len : most;
		hear(to, out);
		tls_written(from->tls, out.len);
	}
}

static void carry_all(struct pair *pair, size_t most)
{
	while (tls_waiting(pair->client.tls) || tls_waiting(pair->server.tls)) {
		carry(&pair->client, &pair->server, most);
		carry(&pair->server, &pair->client, most);
	}
}

static void say(struct side *side, const char *text)
{
	CHECK_INT(tls_write(side->tls, ilp_text(text)), strlen(text));
}

static void check_heard(struct side *side, const char *text)
{
	CHECK_TEXT(((struct ilp_bytes){ side->heard, side->heard_len }), text);
	side->heard_len = 0;
}

static void check_open(const struct pair *pair)
{
	CHECK_TEXT(ilp_text(tls_reason(pair->client.tls)), "");
	CHECK_TEXT(ilp_text(tls_reason(pair->server.tls)), "");
	CHECK_INT(tls_state(pair->client.tls), TLS_OPEN);
	CHECK_INT(tls_state(pair->server.tls), TLS_OPEN);
}

static void check_failed(const struct side *side, const char *reason)
{
	CHECK_TEXT(ilp_text(tls_reason(side->tls)), reason);
	CHECK_INT(tls_state(side->tls), TLS_FAILED);
	CHECK_INT(tls_write(side->tls, ilp_text("x")), 0);
	CHECK_INT(tls_read(side->tls, (uint8_t[1]){ 0 }, 1), 0);
}

static void open_pair(struct pair *pair)
{
	create_pair(pair, (struct setting){ 0 });
	carry_all(pair, WHOLE);
	check_open(pair);
}

static void joined_machines_hear_each_other(void)
{
	struct pair pair;

	open_pair(&pair);
	say(&pair.client, "ping");
	say(&pair.server, "pong");
	carry_all(&pair, WHOLE);
	check_heard(&pair.server, "ping");
	check_heard(&pair.client, "pong");
	destroy_pair(&pair);
}

static void what_is_said_cannot_be_read_on_the_way(void)
{
	struct pair pair;
	struct ilp_bytes out;

	open_pair(&pair);
	say(&pair.client, "a secret");
	out = tls_output(pair.client.tls);
	for (size_t i = 0; i + 8 <= out.len; i++)
		CHECK(memcmp(out.at + i, "a secret", 8) != 0);
	destroy_pair(&pair);
}

static void does_not_see_how_the_bytes_are_cut(void)
{
	static const size_t pieces[] = { 1, 2, 3, 5, 7, 64, 1000 };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct pair pair;

		create_pair(&pair,
			    (struct setting){ .server_trusts = &authority,
					      .client = &client,
					      .client_required = true });
		carry_all(&pair, pieces[i]);
		check_open(&pair);
		say(&pair.client, "ping");
		say(&pair.server, "pong");
		say(&pair.server, "pong");
		carry_all(&pair, pieces[i]);
		check_heard(&pair.server, "ping");
		check_heard(&pair.client, "pongpong");
		destroy_pair(&pair);
	}
}

/* The handshake and its first words, with one cut at every place. */
static size_t carry_cut(struct side *from, struct side *to, size_t at)
{
	while (tls_waiting(from->tls)) {
		struct ilp_bytes out = tls_output(from->tls);

		if (at > 0 && at < out.len)
			out.len = at;
		hear(to, out);
		tls_written(from->tls, out.len);
		at -= at < out.len ? at : out.len;
	}
	return at;
}

static void a_handshake_may_be_cut_anywhere(void)
{
	size_t left;
	size_t at = 1;

	do {
		struct pair pair;

		create_pair(&pair, (struct setting){ 0 });
		left = carry_cut(&pair.client, &pair.server, at);
		left = carry_cut(&pair.server, &pair.client, left);
		say(&pair.client, "ping");
		left = carry_cut(&pair.client, &pair.server, left);
		check_heard(&pair.server, "ping");
		check_open(&pair);
		destroy_pair(&pair);
		at += 17; /* all places would take seconds */
	} while (left == 0);
	CHECK(at > 1000);
}

static void words_that_come_with_the_handshake_are_heard(void)
{
	struct pair pair;
	uint8_t both[4096];
	size_t len = 0;

	create_pair(&pair, (struct setting){ 0 });
	carry(&pair.client, &pair.server, WHOLE);
	carry(&pair.server, &pair.client, WHOLE);
	say(&pair.client, "ping");
	while (tls_waiting(pair.client.tls)) {
		struct ilp_bytes out = tls_output(pair.client.tls);

		memcpy(both + len, out.at, out.len);
		len += out.len;
		tls_written(pair.client.tls, out.len);
	}
	CHECK_INT(tls_state(pair.server.tls), TLS_HANDSHAKING);
	hear(&pair.server, (struct ilp_bytes){ both, len });
	check_heard(&pair.server, "ping");
	destroy_pair(&pair);
}

static void takes_nothing_before_it_is_open(void)
{
	struct pair pair;

	create_pair(&pair, (struct setting){ 0 });
	CHECK_INT(tls_state(pair.client.tls), TLS_HANDSHAKING);
	CHECK_INT(tls_write(pair.client.tls, ilp_text("ping")), 0);
	CHECK_INT(tls_write(pair.server.tls, ilp_text("pong")), 0);
	carry_all(&pair, WHOLE);
	check_heard(&pair.server, "");
	check_heard(&pair.client, "");
	destroy_pair(&pair);
}

static void believes(const char *host)
{
	struct pair pair;

	create_pair(&pair, (struct setting){ .host = host });
	carry_all(&pair, WHOLE);
	check_open(&pair);
	destroy_pair(&pair);
}

static void believes_the_host_that_it_wants(void)
{
	believes("node.example");
	believes("NODE.example");
	believes("any.wild.example");
	believes("127.0.0.1");
	believes("::1");
}

static void does_not_believe(struct setting setting, const char *reason,
			     const char *told)
{
	struct pair pair;
	char text[200];

	create_pair(&pair, setting);
	carry_all(&pair, WHOLE);
	snprintf(text, sizeof(text), "the peer's certificate is refused: %s",
		 reason);
	check_failed(&pair.client, text);
	snprintf(text, sizeof(text), "the peer refuses us: %s", told);
	check_failed(&pair.server, text);
	CHECK_INT(pair.server.heard_len, 0);
	destroy_pair(&pair);
}

static void does_not_believe_another_host(void)
{
	static const char *const names[] = {
		"evil.example", "example",  "a.b.wild.example",
		"wild.example", "a server", "node.example."
	};

	for (size_t i = 0; i < 5; i++)
		does_not_believe((struct setting){ .host = names[i] },
				 "hostname mismatch",
				 "bad certificate (alert 42)");
	does_not_believe((struct setting){ .host = "127.0.0.2" },
			 "IP address mismatch", "bad certificate (alert 42)");
}

static void a_common_name_is_not_the_name_of_a_host(void)
{
	struct certificate old;

	make_all();
	make(&old, "node.example", NULL, &authority, -1, 1);
	does_not_believe((struct setting){ .server = &old },
			 "hostname mismatch", "bad certificate (alert 42)");
}

static void does_not_believe_an_unknown_authority(void)
{
	make_all();
	does_not_believe((struct setting){ .client_trusts = &other_authority },
			 "unable to get local issuer certificate",
			 "unknown CA (alert 48)");
	/* nor one that only calls itself like one it knows */
	does_not_believe((struct setting){ .client_trusts = &false_authority },
			 "certificate signature failure",
			 "decrypt error (alert 51)");
}

static void does_not_believe_what_is_not_valid_now(void)
{
	make_all();
	does_not_believe(
		(struct setting){
			.server = &expired,
			.server_loaded = { 0, now.wall_ms - DAY_MS - 1000 } },
		"certificate has expired", "certificate expired (alert 45)");
	does_not_believe(
		(struct setting){
			.server = &future,
			.server_loaded = { 0, now.wall_ms + DAY_MS + 1000 } },
		"certificate is not yet valid", "bad certificate (alert 42)");
}

static void believes_a_certificate_that_it_was_given(void)
{
	struct pair pair;

	make_all();
	create_pair(&pair, (struct setting){ .client_trusts = &server });
	carry_all(&pair, WHOLE);
	check_open(&pair);
	destroy_pair(&pair);
}

static void knows_who_a_client_is(void)
{
	struct pair pair;

	make_all();
	create_pair(&pair, (struct setting){ .server_trusts = &authority,
					     .client_required = true,
					     .client = &client });
	CHECK_TEXT(ilp_text(tls_peer_name(pair.server.tls)), "");
	carry_all(&pair, WHOLE);
	check_open(&pair);
	CHECK_TEXT(ilp_text(tls_peer_name(pair.server.tls)), "alice");
	CHECK_TEXT(ilp_text(tls_peer_name(pair.client.tls)), "a server");
	destroy_pair(&pair);
}

static void a_client_may_have_to_show_a_certificate(void)
{
	struct pair pair;

	make_all();
	create_pair(&pair, (struct setting){ .server_trusts = &authority,
					     .client_required = true });
	carry_all(&pair, WHOLE);
	check_failed(&pair.server, "the peer has shown no certificate");
	check_failed(&pair.client, "the peer wants a certificate of ours");
	destroy_pair(&pair);
}

static void a_client_need_not_show_one_otherwise(void)
{
	struct pair pair;

	make_all();
	create_pair(&pair, (struct setting){ .server_trusts = &authority });
	carry_all(&pair, WHOLE);
	check_open(&pair);
	CHECK_TEXT(ilp_text(tls_peer_name(pair.server.tls)), "");
	destroy_pair(&pair);
}

static void a_client_is_not_asked_when_nobody_is_trusted(void)
{
	struct pair pair;

	make_all();
	create_pair(&pair, (struct setting){ .client = &client });
	carry_all(&pair, WHOLE);
	check_open(&pair);
	CHECK_TEXT(ilp_text(tls_peer_name(pair.server.tls)), "");
	destroy_pair(&pair);
}

static void a_bad_certificate_is_refused_even_if_none_is_needed(void)
{
	struct pair pair;

	make_all();
	create_pair(&pair, (struct setting){ .server_trusts = &other_authority,
					     .client = &client });
	carry_all(&pair, WHOLE);
	check_failed(&pair.server,
		     "the peer's certificate is refused: "
		     "self-signed certificate in certificate chain");
	CHECK_TEXT(ilp_text(tls_peer_name(pair.server.tls)), "");
	destroy_pair(&pair);
}

static void check_name(const char *common_name, const char *others,
		       const char *expected)
{
	struct certificate named;
	struct pair pair;

	make_all();
	make(&named, common_name, others, &authority, -1, 1);
	create_pair(&pair, (struct setting){ .server_trusts = &authority,
					     .client = &named });
	carry_all(&pair, WHOLE);
	check_open(&pair);
	CHECK_TEXT(ilp_text(tls_peer_name(pair.server.tls)), expected);
	destroy_pair(&pair);
}

static void a_name_is_clean_text_or_none(void)
{
	check_name("Bank of Z\xc3\xbcrich", NULL, "Bank of Z\xc3\xbcrich");
	check_name(NULL, "IP:10.0.0.1,DNS:a.example,DNS:b.example",
		   "a.example");
	check_name(NULL, "URI:https://a.example/", "https://a.example/");
	check_name(NULL, "email:a@a.example", "a@a.example");
	check_name(NULL, "IP:10.0.0.1", "");
	check_name(NULL, NULL, "");
	check_name("a\nb", "DNS:a.example", "");
	check_name("a\x7f", NULL, "");
	check_name("a\xc2\x9b", NULL, "");
}

/* A server that has heard this, and nothing else. */
static void check_refused(struct ilp_bytes in, const char *reason)
{
	struct pair pair;

	create_pair(&pair, (struct setting){ 0 });
	hear(&pair.server, in);
	check_failed(&pair.server, reason);
	hear(&pair.server, in); /* falls on deaf ears */
	hear(&pair.server, in);
	check_failed(&pair.server, reason);
	destroy_pair(&pair);
}

static void says_what_is_not_tls(void)
{
	check_refused(ilp_text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
		      "the peer speaks HTTP without TLS");
	check_refused(ilp_text("POST /ilp HTTP/1.1\r\n\r\n"),
		      "the peer speaks HTTP without TLS");
	check_refused(ilp_text("CONNECT a:1 HTTP/1.1\r\n\r\n"),
		      "the peer takes us for an HTTP proxy");
	check_refused(ilp_text("Good morning to you"),
		      "what the peer says is not TLS");
	/* records that lie about their length, or of no known type */
	check_refused(hex("160301ffff0100fffc"), "TLS: packet length too long");
	check_refused(hex("1703010010"
			  "00000000000000000000000000000000"),
		      "TLS: unexpected message");
}

static void a_client_says_what_is_not_tls(void)
{
	struct pair pair;

	create_pair(&pair, (struct setting){ 0 });
	hear(&pair.client, ilp_text("HTTP/1.1 400 Bad Request\r\n\r\n"));
	check_failed(&pair.client, "what the peer says is not TLS");
	destroy_pair(&pair);
}

static void noise_never_opens_it(void)
{
	struct random_source random = random_start();
	struct pair pair;

	for (int i = 0; i < 200; i++) {
		uint8_t noise[600];
		size_t len = 1 + random_below(&random, sizeof(noise) - 5);

		/* half of them with a good head of a record */
		random_bytes(&random, noise, len);
		if (i % 2 && len > 5) {
			memcpy(noise, "\x16\x03\x01", 3);
			ilp_store_u16(noise + 3, (uint16_t)(len - 5));
		}
		create_pair(&pair, (struct setting){ 0 });
		hear(&pair.server, (struct ilp_bytes){ noise, len });
		hear(&pair.client, (struct ilp_bytes){ noise, len });
		CHECK(tls_state(pair.server.tls) != TLS_OPEN);
		CHECK(tls_state(pair.client.tls) != TLS_OPEN);
		destroy_pair(&pair);
	}
}

static void a_record_that_was_changed_is_refused(void)
{
	struct pair pair;
	uint8_t record[100];
	struct ilp_bytes out;

	open_pair(&pair);
	say(&pair.client, "one");
	carry(&pair.client, &pair.server, WHOLE);
	say(&pair.client, "two");
	out = tls_output(pair.client.tls);
	CHECK(out.len <= sizeof(record));
	memcpy(record, out.at, out.len);
	record[out.len - 1] ^= 1;
	hear(&pair.server, (struct ilp_bytes){ record, out.len });
	check_failed(&pair.server, "a record was changed on its way");
	check_heard(&pair.server, "one");
	destroy_pair(&pair);
}

static void what_came_before_a_failure_is_heard(void)
{
	struct pair pair;
	uint8_t records[200];
	struct ilp_bytes out;

	open_pair(&pair);
	say(&pair.client, "one");
	out = tls_output(pair.client.tls);
	memcpy(records, out.at, out.len);
	memset(records + out.len, 'x', 20);
	hear(&pair.server, (struct ilp_bytes){ records, out.len + 20 });
	check_failed(&pair.server, "what the peer says is not TLS");
	check_heard(&pair.server, "one");
	destroy_pair(&pair);
}

static void an_end_is_told_from_a_cut(void)
{
	struct pair pair;

	open_pair(&pair);
	say(&pair.client, "last words");
	tls_close(pair.client.tls);
	tls_close(pair.client.tls); /* once is enough */
	CHECK_INT(tls_write(pair.client.tls, ilp_text("more")), 0);
	CHECK_INT(tls_state(pair.server.tls), TLS_OPEN);
	carry(&pair.client, &pair.server, WHOLE);
	CHECK_INT(tls_state(pair.server.tls), TLS_CLOSED);
	CHECK_TEXT(ilp_text(tls_reason(pair.server.tls)), "");
	check_heard(&pair.server, "last words");
	hear(&pair.server, ilp_text("what follows an end"));
	hear(&pair.server, ilp_text("and more of it"));
	CHECK_INT(tls_state(pair.server.tls), TLS_CLOSED);
	destroy_pair(&pair);
}

static void an_end_is_that_of_one_direction(void)
{
	struct pair pair;

	open_pair(&pair);
	tls_close(pair.client.tls);
	carry(&pair.client, &pair.server, WHOLE);
	say(&pair.server, "an answer");
	tls_close(pair.server.tls);
	CHECK_INT(tls_write(pair.server.tls, ilp_text("more")), 0);
	carry(&pair.server, &pair.client, WHOLE);
	check_heard(&pair.client, "an answer");
	CHECK_INT(tls_state(pair.client.tls), TLS_CLOSED);
	destroy_pair(&pair);
}

static void a_handshake_can_be_given_up(void)
{
	struct pair pair;

	create_pair(&pair, (struct setting){ 0 });
	tls_close(pair.server.tls);
	CHECK_INT(tls_state(pair.server.tls), TLS_CLOSED);
	carry(&pair.client, &pair.server, WHOLE);
	CHECK_INT(tls_state(pair.server.tls), TLS_CLOSED);
	CHECK_INT(tls_waiting(pair.server.tls), 0);
	CHECK_INT(tls_write(pair.server.tls, ilp_text("x")), 0);
	destroy_pair(&pair);
}

static void a_bad_name_of_a_host_is_a_failure(void)
{
	static char long_name[400];
	struct pair pair;

	create_pair(&pair, (struct setting){ .host = "" });
	check_failed(&pair.client, "not the name of a host: ");
	CHECK_INT(tls_waiting(pair.client.tls), 0);
	destroy_pair(&pair);
	memset(long_name, 'a', sizeof(long_name) - 1);
	create_pair(&pair, (struct setting){ .host = long_name });
	CHECK_INT(tls_state(pair.client.tls), TLS_FAILED);
	destroy_pair(&pair);
}

static void a_new_context_leaves_old_connections_alone(void)
{
	struct tls_context *old, *new;
	struct pair first, second;
	struct certificate renewed;

	make_all();
	make(&renewed, "renewed", "DNS:node.example", &authority, -1, 1);
	open_pair(&first);
	create_pair(&second, (struct setting){ .server = &renewed });
	old = create_context(TLS_SERVER, &server, NULL, false, now);
	new = create_context(TLS_SERVER, &renewed, NULL, false, now);
	tls_context_destroy(old);
	carry_all(&second, WHOLE);
	CHECK_TEXT(ilp_text(tls_peer_name(second.client.tls)), "renewed");
	CHECK_TEXT(ilp_text(tls_peer_name(first.client.tls)), "a server");
	say(&first.client, "still here");
	carry_all(&first, WHOLE);
	check_heard(&first.server, "still here");
	tls_context_destroy(new);
	destroy_pair(&first);
	destroy_pair(&second);
}

static void an_idle_connection_holds_no_blocks(void)
{
	struct pair pair;

	open_pair(&pair);
	say(&pair.client, "ping");
	CHECK_INT(pool_taken(pair.client.pool), 1);
	carry_all(&pair, WHOLE);
	CHECK_INT(pool_taken(pair.client.pool), 0);
	CHECK_INT(pool_taken(pair.server.pool), 0);
	destroy_pair(&pair);
}

/* A long text of which each byte depends on its place. */
static uint8_t byte_at(size_t at)
{
	return (uint8_t)(at * 2654435761u >> 13);
}

static uint8_t *long_text(size_t len)
{
	uint8_t *text = malloc(len);

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = byte_at(i);
	return text;
}

/* Reads all that there is, behind what was read; true when it is right. */
static size_t hear_text(struct side *side, struct ilp_bytes in, size_t at,
			size_t room_len)
{
	static uint8_t room[200000];
	struct ilp_bytes copy = exact_copy(in);
	size_t len;

	tls_receive(side->tls, copy);
	while ((len = tls_read(side->tls, room, room_len))) {
		for (size_t i = 0; i < len; i++)
			if (room[i] != byte_at(at + i))
				fail_msg("byte %zu is another", at + i);
		at += len;
	}
	exact_free(copy);
	return at;
}

/* Says a long text in batches, and carries some of what waits each time. */
static void pass_long_text(size_t block, size_t blocks, size_t batch,
			   size_t piece, size_t room_len)
{
	const size_t len = 2000000;
	uint8_t *text = long_text(len);
	struct pair pair;
	size_t said = 0, heard = 0;

	create_pair(&pair,
		    (struct setting){ .block = block, .blocks = blocks });
	carry_all(&pair, WHOLE);
	check_open(&pair);
	while (heard < len) {
		struct ilp_bytes rest = { text + said, len - said };
		struct ilp_bytes out;

		rest.len = rest.len < batch ? rest.len : batch;
		said += tls_write(pair.server.tls, rest);
		CHECK(tls_waiting(pair.server.tls) <= TLS_HIGH);
		out = tls_output(pair.server.tls);
		CHECK(out.len > 0);
		out.len = out.len < piece ? out.len : piece;
		heard = hear_text(&pair.client, out, heard, room_len);
		tls_written(pair.server.tls, out.len);
	}
	check_open(&pair);
	CHECK_INT(said, len);
	CHECK_INT(tls_waiting(pair.server.tls), 0);
	destroy_pair(&pair);
	free(text);
}

static void many_bytes_pass_in_order(void)
{
	/* 4000 and so on: pieces that have nothing to do with records */
	pass_long_text(BLOCK, 16, 131072, WHOLE, 131072);
	pass_long_text(BLOCK, 16, 131072, 4000, 20000);
	pass_long_text(BLOCK, 1, 131072, 30000, 16384);
	pass_long_text(2048, 3, 100000, 1500, 700);
	pass_long_text(BLOCK, 2, 16385, 65536, 1000);
	pass_long_text(BLOCK, 16, 300, WHOLE, 200000);
}

static void takes_no_more_than_may_wait(void)
{
	const size_t len = 400000;
	uint8_t *text = long_text(len);
	struct pair pair;
	size_t said;

	open_pair(&pair);
	said = tls_write(pair.client.tls, (struct ilp_bytes){ text, len });
	CHECK(said > TLS_HIGH * 9 / 10 && said < TLS_HIGH);
	CHECK(tls_waiting(pair.client.tls) <= TLS_HIGH);
	CHECK(tls_waiting(pair.client.tls) > said);
	CHECK_INT(tls_write(pair.client.tls, (struct ilp_bytes){ text, len }),
		  0);
	CHECK_INT(tls_state(pair.client.tls), TLS_OPEN);
	/* nor crumbs, when there is room for them */
	tls_written(pair.client.tls, 500);
	CHECK_INT(tls_write(pair.client.tls, (struct ilp_bytes){ text, len }),
		  0);
	tls_written(pair.client.tls, 5000);
	CHECK(tls_write(pair.client.tls, (struct ilp_bytes){ text, len }) >
	      5000);
	destroy_pair(&pair);
	open_pair(&pair);
	CHECK_INT(
		tls_write(pair.client.tls, (struct ilp_bytes){ text, 131072 }),
		131072);
	destroy_pair(&pair);
	free(text);
}

/* Takes all blocks of a pool but so many. */
static size_t take_blocks(struct pool *pool, void **blocks, size_t left)
{
	size_t count = 0;

	while ((blocks[count] = pool_take(pool)))
		count++;
	while (left--)
		pool_give(pool, blocks[--count]);
	return count;
}

static void give_blocks(struct pool *pool, void **blocks, size_t count)
{
	while (count--)
		pool_give(pool, blocks[count]);
}

static void takes_nothing_while_the_pool_has_nothing(void)
{
	void *blocks[17];
	struct pair pair;
	size_t count;

	open_pair(&pair);
	count = take_blocks(pair.client.pool, blocks, 0);
	CHECK_INT(tls_write(pair.client.tls, ilp_text("ping")), 0);
	CHECK_INT(tls_state(pair.client.tls), TLS_OPEN);
	give_blocks(pair.client.pool, blocks, count);
	say(&pair.client, "ping");
	carry_all(&pair, WHOLE);
	check_heard(&pair.server, "ping");
	destroy_pair(&pair);
}

static void a_handshake_needs_the_pool(void)
{
	void *blocks[17];
	struct pair pair;
	size_t count;

	create_pair(&pair, (struct setting){ 0 });
	count = take_blocks(pair.server.pool, blocks, 0);
	carry(&pair.client, &pair.server, WHOLE);
	check_failed(&pair.server, "no room for what TLS has to say");
	give_blocks(pair.server.pool, blocks, count);
	destroy_pair(&pair);
}

static void carry_stranger(struct tls_stranger *stranger, struct side *side)
{
	struct ilp_bytes in;

	while ((in = tls_stranger_output(stranger)).len ||
	       tls_waiting(side->tls)) {
		if (in.len)
			hear(side, in);
		while (tls_waiting(side->tls)) {
			struct ilp_bytes out = tls_output(side->tls);

			tls_stranger_receive(stranger, out);
			tls_written(side->tls, out.len);
		}
	}
}

static void check_stranger_refused(struct tls_stranger_wish wish,
				   const char *reason)
{
	struct tls_stranger *stranger = tls_stranger_create(&wish);
	struct pair pair;

	create_pair(&pair, (struct setting){ 0 });
	carry_stranger(stranger, &pair.server);
	check_failed(&pair.server, reason);
	CHECK(!tls_stranger_is_open(stranger));
	tls_stranger_destroy(stranger);
	destroy_pair(&pair);
}

static void what_is_too_old_is_refused(void)
{
	const struct tls_stranger_wish version = { .version =
							   STRANGER_TLS_1_1 };
	/* a cipher whose text can be changed before it is found out */
	const struct tls_stranger_wish cipher = {
		.version = STRANGER_TLS_1_2,
		.ciphers = "ECDHE-ECDSA-AES128-SHA256"
	};

	check_stranger_refused(version,
			       "the peer knows no TLS that is as late as 1.2");
	check_stranger_refused(cipher, "the peer knows no cipher that we do");
}

static void meet(struct pair *pair, struct tls_stranger **stranger,
		 enum tls_stranger_version version, bool short_records)
{
	const struct tls_stranger_wish wish = {
		.version = version,
		.short_records = short_records,
	};

	make_all();
	create_pair(pair, (struct setting){ .server_trusts = &authority });
	*stranger = tls_stranger_create(&wish);
	carry_stranger(*stranger, &pair->server);
	CHECK_INT(tls_state(pair->server.tls), TLS_OPEN);
	CHECK(tls_stranger_is_open(*stranger));
}

static void clients_are_told_who_is_trusted(void)
{
	struct tls_stranger *stranger;
	struct pair pair;

	meet(&pair, &stranger, STRANGER_TLS_1_3, false);
	CHECK_INT(tls_stranger_authorities(stranger), 1);
	tls_stranger_destroy(stranger);
	destroy_pair(&pair);
}

/* A ticket, with which a client takes its session up again, is what a server
 * says last in a handshake. */
static void check_tickets(const struct certificate *trusted, bool expected)
{
	struct pair pair;

	create_pair(&pair, (struct setting){ .server_trusts = trusted });
	carry(&pair.client, &pair.server, WHOLE);
	carry(&pair.server, &pair.client, WHOLE);
	carry(&pair.client, &pair.server, WHOLE);
	check_open(&pair);
	CHECK((tls_waiting(pair.server.tls) > 0) == expected);
	destroy_pair(&pair);
}

static void who_shows_a_certificate_shows_it_each_time(void)
{
	make_all();
	check_tickets(NULL, true);
	check_tickets(&authority, false);
}

static void both_versions_are_spoken(void)
{
	static const enum tls_stranger_version versions[] = {
		STRANGER_TLS_1_2, STRANGER_TLS_1_3
	};

	for (size_t i = 0; i < 2; i++) {
		struct tls_stranger *stranger;
		uint8_t room[10];
		struct pair pair;

		meet(&pair, &stranger, versions[i], false);
		tls_stranger_write(stranger, ilp_text("ping"));
		say(&pair.server, "pong");
		carry_stranger(stranger, &pair.server);
		check_heard(&pair.server, "ping");
		CHECK_INT(tls_stranger_read(stranger, room, 10), 4);
		tls_stranger_destroy(stranger);
		destroy_pair(&pair);
	}
}

/* They have more overhead, for which there must be room. */
static void records_are_as_short_as_the_peer_wants(void)
{
	const size_t len = 100000;
	uint8_t *text = long_text(len);
	uint8_t *room = malloc(len);
	struct tls_stranger *stranger;
	struct pair pair;

	meet(&pair, &stranger, STRANGER_TLS_1_2, true);
	CHECK_INT(tls_write(pair.server.tls, (struct ilp_bytes){ text, len }),
		  len);
	CHECK(tls_waiting(pair.server.tls) > len + len / 512 * 20);
	carry_stranger(stranger, &pair.server);
	CHECK_INT(tls_stranger_read(stranger, room, len), len);
	CHECK(memcmp(room, text, len) == 0);
	tls_stranger_destroy(stranger);
	destroy_pair(&pair);
	free(room);
	free(text);
}

static void keys_may_change(void)
{
	struct tls_stranger *stranger;
	uint8_t room[10];
	struct pair pair;

	meet(&pair, &stranger, STRANGER_TLS_1_3, false);
	for (int i = 0; i < 5; i++) {
		tls_stranger_change_keys(stranger);
		tls_stranger_write(stranger, ilp_text("ping"));
		carry_stranger(stranger, &pair.server);
		check_heard(&pair.server, "ping");
		say(&pair.server, "pong");
		carry_stranger(stranger, &pair.server);
		CHECK_INT(tls_stranger_read(stranger, room, 10), 4);
	}
	CHECK_INT(tls_state(pair.server.tls), TLS_OPEN);
	tls_stranger_destroy(stranger);
	destroy_pair(&pair);
}

static void nobody_begins_anew(void)
{
	struct tls_stranger *stranger;
	struct pair pair;

	meet(&pair, &stranger, STRANGER_TLS_1_2, false);
	tls_stranger_renegotiate(stranger);
	hear(&pair.server, tls_stranger_output(stranger));
	/* no more than the word no */
	CHECK(tls_waiting(pair.server.tls) > 0);
	CHECK(tls_waiting(pair.server.tls) < 50);
	say(&pair.server, "pong");
	tls_stranger_destroy(stranger);
	destroy_pair(&pair);
}

/* It wants us to change our key, again and again, and each time we say so. */
static void a_peer_that_changes_keys_without_end_is_given_up(void)
{
	struct tls_stranger *stranger;
	struct pair pair;

	meet(&pair, &stranger, STRANGER_TLS_1_3, false);
	for (int i = 0; i < 32; i++) {
		tls_stranger_change_keys(stranger);
		hear(&pair.server, tls_stranger_output(stranger));
		CHECK_INT(tls_state(pair.server.tls), TLS_OPEN);
	}
	tls_stranger_change_keys(stranger);
	hear(&pair.server, tls_stranger_output(stranger));
	check_failed(&pair.server, "the peer changes keys without end");
	tls_stranger_destroy(stranger);
	destroy_pair(&pair);
}

/* What a context says about settings that are no good. */
static void check_settings(struct tls_settings settings, const char *expected)
{
	char error[200] = "";

	CHECK(!tls_context_create(&settings, now, error, sizeof(error)));
	CHECK_TEXT(ilp_text(error), expected);
}

static void certificate_of_a_listener_must_be_good(void)
{
	struct tls_settings s = { .role = TLS_SERVER };

	make_all();
	s.key = ilp_text(server.key_pem);
	check_settings(s, "certificate: there is none");
	s.chain = ilp_text("nothing of the kind");
	check_settings(s, "certificate: there is none");
	s.chain = ilp_text(server.pem);
	s.chain.len -= 40;
	check_settings(s, "certificate: bad end line");
	s.chain = ilp_text("-----BEGIN CERTIFICATE-----\nAAAA\n"
			   "-----END CERTIFICATE-----\n");
	check_settings(s, "certificate: wrong tag");
	s.chain = ilp_text(expired.pem);
	s.key = ilp_text(expired.key_pem);
	check_settings(s, "certificate has expired");
	s.chain = ilp_text(future.pem);
	s.key = ilp_text(future.key_pem);
	check_settings(s, "certificate is not valid yet");
}

static void key_of_a_certificate_must_be_strong(void)
{
	const struct certificate_wish wish = {
		.common_name = "weak",
		.weak = true,
		.until_ms = 2 * now.wall_ms,
	};
	struct tls_settings s = { .role = TLS_SERVER };
	struct certificate weak;

	certificate_make(&weak, &wish);
	s.chain = ilp_text(weak.pem);
	s.key = ilp_text(weak.key_pem);
	check_settings(s, "certificate cannot be used: ee key too small");
}

static void key_of_a_listener_must_be_good(void)
{
	struct tls_settings s = { .role = TLS_SERVER };

	make_all();
	s.chain = ilp_text(server.pem);
	check_settings(s, "private key: there is none that we know");
	s.key = ilp_text(client.key_pem);
	check_settings(s, "private key does not match the certificate");
	s.key = ilp_text(certificate_locked_key(&server, "a passphrase"));
	check_settings(s, "private key needs a passphrase");
	s.key = ilp_text(server.pem);
	check_settings(s, "private key: there is none that we know");
	s.key = ilp_text("-----BEGIN PRIVATE KEY-----\nAAAA\n"
			 "-----END PRIVATE KEY-----\n");
	check_settings(s, "private key: there is none that we know");
}

static void trust_must_be_good(void)
{
	struct tls_settings s = { .role = TLS_SERVER };

	make_all();
	s.chain = ilp_text(server.pem);
	s.key = ilp_text(server.key_pem);
	s.peer_required = true;
	check_settings(s, "peers need certificates, but nobody is trusted to "
			  "vouch for them");
	s.anchors = ilp_text("nobody");
	check_settings(s, "trusted certificate: there is none");
	s.role = TLS_CLIENT;
	check_settings(s, "trusted certificate: there is none");
}

/* What the system trusts is in a file, and this is how to name another. */
static void let_system_trust(const struct certificate *trusted)
{
	char path[] = "/tmp/tls_test_XXXXXX";
	int file = mkstemp(path);
	size_t len = strlen(trusted->pem);
	struct tls_context *context;
	struct pair pair;

	CHECK(file >= 0 && write(file, trusted->pem, len) == (ssize_t)len);
	close(file);
	setenv("SSL_CERT_FILE", path, 1);
	context = create_context(TLS_CLIENT, NULL, NULL, false, now);
	unsetenv("SSL_CERT_FILE");
	unlink(path);
	create_pair(&pair, (struct setting){ 0 });
	tls_destroy(pair.client.tls);
	pair.client.tls =
		tls_create(context, "node.example", NULL, now,
			   pair.client.pool);
	tls_context_destroy(context);
	carry_all(&pair, WHOLE);
	if (trusted == &authority)
		check_open(&pair);
	else
		check_failed(&pair.client,
			     "the peer's certificate is refused: "
			     "unable to get local issuer certificate");
	destroy_pair(&pair);
}

static void a_client_trusts_whom_the_system_trusts(void)
{
	make_all();
	let_system_trust(&authority);
	let_system_trust(&other_authority);
}

/* Leaf, intermediate, root: the peer knows only the root. */
static void a_chain_leads_to_who_is_trusted(void)
{
	struct certificate_wish wish = { .common_name = "Intermediate",
					 .authority = true,
					 .from_ms = now.wall_ms - DAY_MS,
					 .until_ms = now.wall_ms + DAY_MS };
	struct certificate intermediate, leaf;
	struct pair pair;

	make_all();
	wish.issuer = &authority;
	certificate_make(&intermediate, &wish);
	make(&leaf, "leaf", "DNS:node.example", &intermediate, -1, 1);
	does_not_believe((struct setting){ .server = &leaf },
			 "unable to get local issuer certificate",
			 "unknown CA (alert 48)");
	strncat(leaf.pem, intermediate.pem,
		sizeof(leaf.pem) - strlen(leaf.pem) - 1);
	create_pair(&pair, (struct setting){ .server = &leaf });
	carry_all(&pair, WHOLE);
	check_open(&pair);
	destroy_pair(&pair);
}

static void the_better_protocol_that_is_offered_is_agreed_on(void)
{
	static const struct {
		const char *offer, *agreed;
	} rows[] = {
		{ NULL, "" },
		{ TLS_HTTP, "h2" },
		{ TLS_HTTP_1 TLS_HTTP_2, "h2" },
		{ TLS_HTTP_1, "http/1.1" },
		{ "\6spdy/3" TLS_HTTP_1, "http/1.1" },
		{ "\6spdy/3", "" }, /* which is no reason to refuse it */
	};
	struct pair pair;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		create_pair(&pair,
			    (struct setting){ .protocols = rows[i].offer });
		carry_all(&pair, WHOLE);
		check_open(&pair);
		CHECK_TEXT(tls_protocol(pair.client.tls), rows[i].agreed);
		CHECK_TEXT(tls_protocol(pair.server.tls), rows[i].agreed);
		destroy_pair(&pair);
	}
}

TESTS(TEST(joined_machines_hear_each_other),
      TEST(what_is_said_cannot_be_read_on_the_way),
      TEST(does_not_see_how_the_bytes_are_cut),
      TEST(a_handshake_may_be_cut_anywhere),
      TEST(words_that_come_with_the_handshake_are_heard),
      TEST(takes_nothing_before_it_is_open),
      TEST(believes_the_host_that_it_wants),
      TEST(does_not_believe_another_host),
      TEST(a_common_name_is_not_the_name_of_a_host),
      TEST(does_not_believe_an_unknown_authority),
      TEST(does_not_believe_what_is_not_valid_now),
      TEST(believes_a_certificate_that_it_was_given),
      TEST(knows_who_a_client_is),
      TEST(a_client_may_have_to_show_a_certificate),
      TEST(a_client_need_not_show_one_otherwise),
      TEST(a_client_is_not_asked_when_nobody_is_trusted),
      TEST(a_bad_certificate_is_refused_even_if_none_is_needed),
      TEST(a_name_is_clean_text_or_none), TEST(says_what_is_not_tls),
      TEST(a_client_says_what_is_not_tls), TEST(noise_never_opens_it),
      TEST(a_record_that_was_changed_is_refused),
      TEST(what_came_before_a_failure_is_heard),
      TEST(an_end_is_told_from_a_cut), TEST(an_end_is_that_of_one_direction),
      TEST(a_handshake_can_be_given_up),
      TEST(a_bad_name_of_a_host_is_a_failure),
      TEST(a_new_context_leaves_old_connections_alone),
      TEST(an_idle_connection_holds_no_blocks), TEST(many_bytes_pass_in_order),
      TEST(takes_no_more_than_may_wait),
      TEST(takes_nothing_while_the_pool_has_nothing),
      TEST(a_handshake_needs_the_pool), TEST(what_is_too_old_is_refused),
      TEST(clients_are_told_who_is_trusted),
      TEST(who_shows_a_certificate_shows_it_each_time),
      TEST(both_versions_are_spoken),
      TEST(records_are_as_short_as_the_peer_wants), TEST(keys_may_change),
      TEST(nobody_begins_anew),
      TEST(a_peer_that_changes_keys_without_end_is_given_up),
      TEST(certificate_of_a_listener_must_be_good),
      TEST(key_of_a_certificate_must_be_strong),
      TEST(key_of_a_listener_must_be_good), TEST(trust_must_be_good),
      TEST(a_client_trusts_whom_the_system_trusts),
      TEST(a_chain_leads_to_who_is_trusted),
      TEST(the_better_protocol_that_is_offered_is_agreed_on))
