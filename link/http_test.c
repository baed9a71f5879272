/* SPDX-License-Identifier: Apache-2.0 */
/* A line of ILP over HTTP carries Prepares one way and their answers back, in
 * either version; and says by status codes what it does not take. */
#define _GNU_SOURCE /* strcasestr */
#include "link/http.h"

#include <stdio.h>
#include <stdlib.h>

#include "ilp/crypto.h"
#include "ilp/packet.h"
#include "test/check.h"

static struct ilp_time now = { 1000000, 1700000000000 };

/* ---- packets ---- */

static struct ilp_bytes a_prepare(void)
{
	static uint8_t room[256];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	const struct ilp_prepare prepare = {
		.amount = ilp_amount(1),
		.expires_at_ms = now.wall_ms + 30000,
		.destination = ilp_text("test.a"),
		.data = ilp_text("hello"),
	};

	CHECK_INT(ilp_prepare_encode(&w, &prepare), ILP_OK);
	return ilp_written(&w);
}

static struct ilp_bytes a_fulfill(void)
{
	static uint8_t room[256];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	const struct ilp_fulfill fulfill = { .data = ilp_text("thanks") };

	CHECK_INT(ilp_fulfill_encode(&w, &fulfill), ILP_OK);
	return ilp_written(&w);
}

/* ---- two ends ---- */

struct pair {
	struct pool *pool;
	struct link *client;
	struct link *server;
	const char *token; /* that the server knows */
	int logins;
	int prepares;
	uint32_t request; /* of the last Prepare */
	struct ilp_bytes packet;
	int answers;
	int refused;
	bool temporary;
	int taken;
	int replies; /* that came to the server */
	int replied; /* that came to their end at the client */
	char callback[80], id[80]; /* of the last Prepare, or reply */
	char reason[80];
	bool client_up;
	bool client_down;
	bool server_down;
	uint8_t heard[ILP_PACKET_MAX];
};

static void begin(struct pair *p, enum link_http_version version)
{
	const struct link_http_options server = {
		.pool = pool_create(LINK_HTTP_BLOCK, 64),
		.version = version,
	};
	struct link_http_options client = server;

	client.authority = ilp_text("node.example");
	client.path = ilp_text("/ilp?x=y");
	client.token = ilp_text("secret");
	*p = (struct pair){ .pool = server.pool, .token = "secret" };
	p->client = link_http_connect(&client, now);
	p->server = link_http_accept(&server, now);
	CHECK(p->client && p->server);
}

static void end(struct pair *p)
{
	link_destroy(p->client);
	link_destroy(p->server);
	pool_destroy(p->pool);
}

static void keep(struct pair *p, const struct link_event *e)
{
	memcpy(p->heard, e->packet.at, e->packet.len);
	p->packet = (struct ilp_bytes){ p->heard, e->packet.len };
	snprintf(p->callback, sizeof(p->callback), "%.*s",
		 (int)e->callback.len, (const char *)e->callback.at);
	snprintf(p->id, sizeof(p->id), "%.*s", (int)e->id.len,
		 (const char *)e->id.at);
}

static void take_event(struct pair *p, struct link *link,
		       const struct link_event *e)
{
	bool client = link == p->client;

	switch (e->type) {
	case LINK_LOGIN:
		p->logins++;
		if (ilp_bytes_equal(e->token, ilp_text(p->token)))
			link_admit(link);
		else
			link_deny(link, "unknown");
		break;
	case LINK_UP:
		CHECK(client);
		p->client_up = true;
		break;
	case LINK_PREPARE:
		p->prepares++;
		p->request = e->request;
		keep(p, e);
		break;
	case LINK_ANSWER:
		p->answers++;
		p->request = e->request;
		keep(p, e);
		break;
	case LINK_TAKEN:
		p->taken++;
		p->request = e->request;
		break;
	case LINK_REPLY:
		p->replies++;
		p->request = e->request;
		keep(p, e);
		break;
	case LINK_REPLIED:
		p->replied++;
		p->request = e->request;
		p->temporary = e->temporary;
		snprintf(p->reason, sizeof(p->reason), "%s",
			 e->reason ? e->reason : "");
		break;
	case LINK_REFUSED:
		p->refused++;
		p->request = e->request;
		p->temporary = e->temporary;
		snprintf(p->reason, sizeof(p->reason), "%s", e->reason);
		break;
	case LINK_BECAME:
		fail_msg("became another link");
		break;
	case LINK_DOWN:
		*(client ? &p->client_down : &p->server_down) = true;
		snprintf(p->reason, sizeof(p->reason), "%s", e->reason);
	}
}

static void take_events(struct pair *p, struct link *link)
{
	struct link_event event;

	while (link_next(link, &event))
		take_event(p, link, &event);
}

/* Everything that one has to say, in pieces of so many bytes. */
static bool carry(struct pair *p, struct link *from, struct link *to,
		  size_t piece)
{
	static uint8_t in[LINK_HTTP_BLOCK];
	struct ilp_bytes out = link_output(from);
	size_t len = out.len < piece ? out.len : piece;

	if (len == 0)
		return false;
	memcpy(in, out.at, len);
	link_written(from, len);
	link_receive(to, now, in, len);
	take_events(p, to);
	return true;
}

static void play(struct pair *p, size_t piece)
{
	bool more;

	take_events(p, p->client);
	take_events(p, p->server);
	do {
		more = carry(p, p->client, p->server, piece);
		more |= carry(p, p->server, p->client, piece);
	} while (more);
}

static const enum link_http_version versions[] = { LINK_HTTP_1, LINK_HTTP_2 };

static void carries_a_prepare_and_its_answer(void)
{
	static const size_t pieces[] = { SIZE_MAX, 1000, 7, 1 };

	for (size_t i = 0; i < 8; i++) {
		struct ilp_bytes prepare = a_prepare();
		struct ilp_bytes fulfill = a_fulfill();
		struct pair p;
		uint8_t *copy;

		begin(&p, versions[i % 2]);
		take_events(&p, p.client);
		CHECK(p.client_up && link_room(p.client) > 0);
		CHECK_INT(link_prepare(p.client, 77, prepare, &copy), LINK_OK);
		copy[prepare.len - 1] ^= 1; /* as who forwards it may */
		play(&p, pieces[i / 2]);
		CHECK_INT(p.logins, 1);
		CHECK_INT(p.prepares, 1);
		p.heard[prepare.len - 1] ^= 1;
		CHECK_BYTES(p.packet, prepare);
		CHECK_INT(link_answer(p.server, p.request, fulfill), LINK_OK);
		play(&p, pieces[i / 2]);
		CHECK_INT(p.answers, 1);
		CHECK_INT(p.request, 77);
		CHECK_BYTES(p.packet, fulfill);
		CHECK(!p.client_down && !p.server_down);
		end(&p);
	}
}

static void ask(struct pair *p, uint32_t request)
{
	CHECK_INT(link_prepare(p->client, request, a_prepare(),
			       NULL),
		  LINK_OK);
	play(p, SIZE_MAX);
}

static void reply(struct pair *p)
{
	CHECK_INT(link_answer(p->server, p->request, a_fulfill()),
		  LINK_OK);
	play(p, SIZE_MAX);
}

static void who_was_admitted_is_known_for_a_while(void)
{
	for (int two = 0; two < 2; two++) {
		struct pair p;

		begin(&p, versions[two]);
		play(&p, SIZE_MAX);
		for (uint32_t i = 1; i <= 5; i++) {
			ask(&p, i);
			reply(&p);
		}
		CHECK_INT(p.answers, 5);
		CHECK_INT(p.logins, 1);
		now.monotonic_us += LINK_HTTP_KNOWN_US;
		ask(&p, 6);
		CHECK_INT(p.logins, 2);
		CHECK_INT(p.prepares, 6);
		end(&p);
	}
}

static void who_is_nobody_is_told_so_and_may_try_again(void)
{
	for (int two = 0; two < 2; two++) {
		struct pair p;

		begin(&p, versions[two]);
		play(&p, SIZE_MAX);
		p.token = "another";
		ask(&p, 5);
		CHECK_INT(p.prepares, 0);
		CHECK_INT(p.refused, 1);
		CHECK_INT(p.request, 5);
		CHECK(!p.temporary);
		CHECK(strstr(p.reason, "401"));
		p.token = "secret";
		ask(&p, 6);
		CHECK_INT(p.prepares, 1);
		CHECK_INT(p.logins, 2);
		end(&p);
	}
}

static void a_line_has_room_for_some(void)
{
	for (int two = 0; two < 2; two++) {
		struct pair p;
		uint32_t count = 0;

		begin(&p, versions[two]);
		play(&p, SIZE_MAX);
		while (link_room(p.client))
			ask(&p, ++count);
		CHECK_INT(count, two ? LINK_HTTP_STREAMS : 1);
		CHECK_INT(p.prepares, count);
		CHECK_INT(link_prepare(p.client, 999,
				       a_prepare(), NULL),
			  LINK_BUSY);
		reply(&p);
		CHECK_INT(link_room(p.client), 1);
		end(&p);
	}
}

/* ---- what a server does not take ---- */

#define HEAD "Host: a\r\nContent-Type: application/octet-stream\r\n"
#define TOKEN "Authorization: Bearer secret\r\n"

static void hear(struct pair *p, const char *head, struct ilp_bytes body)
{
	static uint8_t in[LINK_HTTP_BLOCK];
	int len = snprintf((char *)in, sizeof(in),
			   "%sContent-Length: %zu\r\n\r\n", head, body.len);

	if (body.len)
		memcpy(in + len, body.at, body.len);
	link_receive(p->server, now, in, (size_t)len + body.len);
	take_events(p, p->server);
}

/* The status of the response that waits; 0: none does. */
static int said(struct pair *p)
{
	struct ilp_bytes out = link_output(p->server);
	char text[16] = "";

	if (out.len == 0)
		return 0;
	memcpy(text, out.at, out.len < 15 ? out.len : 15);
	link_written(p->server, out.len);
	return atoi(text + strlen("HTTP/1.1 "));
}

static void says_what_is_no_prepare_of_a_peer(void)
{
	static const struct {
		const char *head;
		int status; /* 0: it is one */
	} rows[] = {
		{ "POST /any/path?x HTTP/1.1\r\n" HEAD TOKEN, 0 },
		{ "POST / HTTP/1.1\r\n" HEAD "Authorization: secret\r\n", 0 },
		{ "POST / HTTP/1.1\r\nHost: a\r\n" TOKEN
		  "Content-Type: application/ilp+octet-stream\r\n",
		  0 },
		{ "POST / HTTP/1.1\r\nHost: a\r\n" TOKEN
		  "Content-Type: Application/Octet-Stream ; x=y\r\n",
		  0 },
		{ "POST / HTTP/1.1\r\n" HEAD, 401 },
		{ "POST / HTTP/1.1\r\n" HEAD "Authorization: Bearer x\r\n",
		  401 },
		{ "POST / HTTP/1.1\r\n" HEAD "Authorization: Basic c2Vj\r\n",
		  401 },
		{ "POST / HTTP/1.1\r\nHost: a\r\n" TOKEN, 415 },
		{ "POST / HTTP/1.1\r\nHost: a\r\n" TOKEN
		  "Content-Type: application/json\r\n",
		  415 },
		{ "PUT / HTTP/1.1\r\n" HEAD TOKEN, 405 },
		{ "GET / HTTP/1.1\r\n" HEAD TOKEN, 405 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pair p;

		begin(&p, LINK_HTTP_1);
		hear(&p, rows[i].head, a_prepare());
		if (p.prepares != (rows[i].status == 0) ||
		    said(&p) != rows[i].status)
			fail_msg("row %zu", i);
		CHECK(!p.server_down);
		end(&p);
	}
}

static void a_body_is_a_prepare(void)
{
	static const uint8_t noise[] = { 12, 0x85, 1, 2, 3 };
	struct pair p;

	begin(&p, LINK_HTTP_1);
	hear(&p, "POST / HTTP/1.1\r\n" HEAD TOKEN, a_fulfill());
	CHECK_INT(said(&p), 400);
	hear(&p, "POST / HTTP/1.1\r\n" HEAD TOKEN, ilp_text(""));
	CHECK_INT(said(&p), 400);
	hear(&p, "POST / HTTP/1.1\r\n" HEAD TOKEN, ILP_BYTES(noise));
	/* The connector refuses what is not quite one. */
	CHECK_INT(p.prepares, 1);
	end(&p);
}

/* ---- what a client makes of responses ---- */

static void answer_with(struct pair *p, const char *response)
{
	static uint8_t in[512];
	size_t len = strlen(response);

	memcpy(in, response, len);
	link_receive(p->client, now, in, len);
	take_events(p, p->client);
}

static void knows_whether_to_ask_again(void)
{
	static const struct {
		const char *response;
		bool temporary;
	} rows[] = {
		{ "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n", false },
		{ "HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n", false },
		{ "HTTP/1.1 301 x\r\nContent-Length: 0\r\n\r\n", false },
		{ "HTTP/1.1 204 x\r\n\r\n", false },
		{ "HTTP/1.1 408 x\r\nContent-Length: 0\r\n\r\n", true },
		{ "HTTP/1.1 429 x\r\nContent-Length: 0\r\n\r\n", true },
		{ "HTTP/1.1 500 x\r\nContent-Length: 3\r\n\r\nabc", true },
		{ "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pair p;

		begin(&p, LINK_HTTP_1);
		take_events(&p, p.client);
		CHECK_INT(link_prepare(p.client, 3,
				       a_prepare(), NULL),
			  LINK_OK);
		link_written(p.client, link_output(p.client).len);
		answer_with(&p, rows[i].response);
		if (p.refused != 1 || p.temporary != rows[i].temporary ||
		    p.request != 3 || p.answers)
			fail_msg("row %zu", i);
		CHECK_INT(link_room(p.client), 1);
		end(&p);
	}
}

static void asks_as_the_rfc_has_it(void)
{
	struct ilp_bytes prepare = a_prepare();
	struct ilp_bytes out;
	struct pair p;
	char text[1024];

	begin(&p, LINK_HTTP_1);
	take_events(&p, p.client);
	link_prepare(p.client, 3, prepare, NULL);
	out = link_output(p.client);
	CHECK(out.len < sizeof(text));
	memcpy(text, out.at, out.len - prepare.len);
	text[out.len - prepare.len] = '\0';
	CHECK(strncmp(text, "POST /ilp?x=y HTTP/1.1\r\n", 24) == 0);
	CHECK(strcasestr(text, "\r\nhost: node.example\r\n"));
	CHECK(strcasestr(text, "\r\nauthorization: Bearer secret\r\n"));
	CHECK(strcasestr(text, "\r\ncontent-type: application/octet-stream\r\n"));
	CHECK(strcasestr(text, "\r\naccept: application/octet-stream\r\n"));
	CHECK_BYTES(((struct ilp_bytes){ out.at + out.len - prepare.len,
					 prepare.len }),
		    prepare);
	end(&p);
}

/* The token that a request brings. */
static struct ilp_bytes token_in(struct pair *p, uint32_t request)
{
	static char text[4096];
	struct ilp_bytes out;
	char *token, *end;

	CHECK_INT(link_prepare(p->client, request, a_prepare(), NULL), LINK_OK);
	out = link_output(p->client);
	CHECK(out.len < sizeof(text));
	memcpy(text, out.at, out.len);
	text[out.len] = '\0';
	link_written(p->client, out.len);
	answer_with(p, "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n");
	token = strstr(text, "authorization: Bearer ") + 22;
	end = strstr(token, "\r\n");
	return (struct ilp_bytes){ (uint8_t *)token, (size_t)(end - token) };
}

static void signs_a_new_token_before_the_last_one_is_over(void)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	const char *why;
	struct ilp_jwt_key *key =
		ilp_jwt_key_hs256(crypto, ilp_text("secret"), &why);
	struct link_http_options options = {
		.authority = ilp_text("node.example"),
		.path = ilp_text("/"),
		.signer = ilp_jwt_key_hs256(crypto, ilp_text("secret"), &why),
		.claims = { .subject = ilp_text("us") },
		.lifetime_ms = 30000,
	};
	const struct ilp_jwt_rules rules = { .subject = ilp_text("us") };
	uint8_t room[ILP_JWT_MAX], first[ILP_JWT_MAX];
	struct ilp_jwt_holder holder;
	struct ilp_bytes token;
	struct pair p;

	begin(&p, LINK_HTTP_1);
	link_destroy(p.client);
	options.pool = p.pool;
	p.client = link_http_connect(&options, now);
	take_events(&p, p.client);
	token = token_in(&p, 1);
	CHECK_INT(ilp_jwt_verify(&holder, room, key, &rules, token,
				 now.wall_ms),
		  ILP_JWT_OK);
	CHECK_INT(holder.expires_at_ms, now.wall_ms + 30000);
	memcpy(first, token.at, token.len);
	now.wall_ms += 14999;
	CHECK_BYTES(token_in(&p, 2),
		    ((struct ilp_bytes){ first, token.len }));
	now.wall_ms += 1;
	token_in(&p, 3); /* its link hears of the time now */
	token = token_in(&p, 4);
	CHECK_INT(ilp_jwt_verify(&holder, room, key, &rules, token,
				 now.wall_ms),
		  ILP_JWT_OK);
	CHECK_INT(holder.expires_at_ms, now.wall_ms + 30000);
	end(&p);
	ilp_jwt_key_destroy(key);
	ilp_crypto_destroy(crypto);
}

/* ---- what is lost ---- */

static void what_never_left_may_go_by_another_line(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	take_events(&p, p.client);
	link_prepare(p.client, 8, a_prepare(), NULL);
	link_close(p.client, "gone");
	take_events(&p, p.client);
	CHECK_INT(p.refused, 1);
	CHECK_INT(p.request, 8);
	CHECK(p.temporary && p.client_down);
	end(&p);
}

/* The peer may have it, and fulfill it: only time tells. */
static void nothing_is_said_of_what_may_have_arrived(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	take_events(&p, p.client);
	link_prepare(p.client, 8, a_prepare(), NULL);
	link_written(p.client, 1);
	link_close(p.client, "gone");
	take_events(&p, p.client);
	CHECK_INT(p.refused, 0);
	CHECK(p.client_down);
	end(&p);
}

static void half_an_answer_is_none(void)
{
	struct ilp_bytes fulfill = a_fulfill();
	char response[256];

	for (int whole = 0; whole < 2; whole++) {
		struct pair p;
		int len = snprintf(response, sizeof(response),
				   "HTTP/1.1 200 x\r\n\r\n");

		begin(&p, LINK_HTTP_1);
		take_events(&p, p.client);
		link_prepare(p.client, 3, a_prepare(), NULL);
		link_written(p.client, link_output(p.client).len);
		memcpy(response + len, fulfill.at, fulfill.len);
		link_receive(p.client, now, (uint8_t *)response,
			     (size_t)len + fulfill.len - (whole ? 0 : 1));
		take_events(&p, p.client);
		link_close(p.client, "peer has closed the connection");
		take_events(&p, p.client);
		CHECK(p.client_down);
		CHECK_INT(p.answers, whole);
		CHECK_INT(p.refused, 0);
		end(&p);
	}
}

/* A proxy does not know what became of it. */
static void a_gateway_that_waited_in_vain_says_nothing(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	take_events(&p, p.client);
	link_prepare(p.client, 3, a_prepare(), NULL);
	link_written(p.client, link_output(p.client).len);
	answer_with(&p, "HTTP/1.1 504 x\r\nContent-Length: 0\r\n\r\n");
	CHECK_INT(p.refused + p.answers, 0);
	end(&p);
}

static void answers_that_were_given_outlast_a_close(void)
{
	struct pair p;
	uint32_t count = 0;

	begin(&p, LINK_HTTP_2);
	play(&p, SIZE_MAX);
	while (link_room(p.client))
		ask(&p, ++count);
	for (uint32_t i = 0; i < count; i++)
		link_answer(p.server, 2 * i + 1, a_fulfill());
	link_close(p.server, "shutting down");
	play(&p, SIZE_MAX);
	CHECK_INT(p.answers, count);
	CHECK(p.server_down && p.client_down);
	end(&p);
}

static void what_is_not_wanted_any_more_is_forgotten(void)
{
	for (int two = 0; two < 2; two++) {
		struct pair p;

		begin(&p, versions[two]);
		play(&p, SIZE_MAX);
		ask(&p, 4);
		CHECK(!link_forget(p.client, 5));
		CHECK(link_forget(p.client, 4));
		CHECK(!link_forget(p.client, 4));
		play(&p, SIZE_MAX);
		CHECK_INT(p.refused + p.answers, 0);
		/* HTTP/1.1 has no other way to say so. */
		CHECK(p.client_down == !two);
		link_answer(p.server, p.request, a_fulfill());
		play(&p, SIZE_MAX);
		CHECK_INT(p.answers, 0);
		end(&p);
	}
}

/* ---- time ---- */

static void wait_for(struct pair *p, struct link *link, int64_t us)
{
	CHECK_INT(link_deadline_us(link), now.monotonic_us + us);
	now.monotonic_us += us - 1;
	link_tick(link, now);
	take_events(p, link);
	CHECK(!p->client_down && !p->server_down);
	now.monotonic_us++;
	link_tick(link, now);
	take_events(p, link);
}

static void an_idle_line_is_closed_by_the_client_first(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	play(&p, SIZE_MAX);
	ask(&p, 1);
	CHECK_INT(link_deadline_us(p.client), now.monotonic_us + 1000000);
	reply(&p);
	wait_for(&p, p.client, LINK_HTTP_CLIENT_IDLE_US);
	CHECK(p.client_down);
	end(&p);
}

static void a_server_says_how_long_it_waits(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	play(&p, SIZE_MAX);
	link_prepare(p.client, 3, a_prepare(), NULL);
	link_written(p.client, link_output(p.client).len);
	answer_with(&p, "HTTP/1.1 500 x\r\nKeep-Alive: max=9, Timeout=2\r\n"
			"Content-Length: 0\r\n\r\n");
	wait_for(&p, p.client, 1600000);
	CHECK(p.client_down);
	end(&p);
}

static void who_asks_nothing_has_to_go(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	wait_for(&p, p.server, LINK_HTTP_SERVER_IDLE_US);
	CHECK(p.server_down);
	end(&p);
}

static void a_request_has_to_come_to_its_end(void)
{
	uint8_t in[] = "POST / HTTP/1.1\r\nHost: a";
	struct pair p;

	begin(&p, LINK_HTTP_1);
	link_receive(p.server, now, in, 10);
	take_events(&p, p.server);
	now.monotonic_us += 4000000;
	link_receive(p.server, now, in + 10, 5);
	take_events(&p, p.server);
	wait_for(&p, p.server, LINK_HTTP_WHOLE_US - 4000000);
	CHECK(p.server_down);
	end(&p);
}

static void pass(struct pair *p, struct link *link, int64_t us)
{
	now.monotonic_us += us;
	link_tick(link, now);
	take_events(p, link);
	play(p, SIZE_MAX);
}

/* Whoever took it back does not make a part of what is whole. */
static void what_was_taken_back_is_no_part(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_2);
	play(&p, SIZE_MAX);
	for (uint32_t i = 1; i <= 3; i++) {
		ask(&p, i);
		CHECK(link_forget(p.client, i));
		play(&p, SIZE_MAX);
		link_answer(p.server, p.request, a_fulfill());
		play(&p, SIZE_MAX);
	}
	ask(&p, 7); /* its answer takes a while */
	pass(&p, p.server, LINK_HTTP_WHOLE_US);
	CHECK(!p.server_down);
	reply(&p);
	CHECK_INT(p.answers, 1);
	end(&p);
}

static void what_waits_for_its_turn_is_no_part(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	hear(&p, "POST / HTTP/1.1\r\n" HEAD TOKEN, a_prepare());
	hear(&p, "GET / HTTP/1.1\r\n" HEAD TOKEN, (struct ilp_bytes){ NULL, 0 });
	pass(&p, p.server, LINK_HTTP_WHOLE_US);
	CHECK(!p.server_down);
	link_answer(p.server, p.request, a_fulfill());
	CHECK_INT(said(&p), 200);
	end(&p);
}

/* As long as parts follow one another, each has its time; but no longer. */
static void one_part_is_not_kept_by_others(void)
{
	uint8_t in[] = "POST / HTTP/1.1\r\nHost: a";
	struct pair p;

	begin(&p, LINK_HTTP_1);
	for (int i = 0; i < 3; i++) {
		hear(&p, "GET / HTTP/1.1\r\n" HEAD,
		     (struct ilp_bytes){ NULL, 0 });
		said(&p);
		now.monotonic_us += LINK_HTTP_WHOLE_US / 2;
	}
	link_receive(p.server, now, in, 10);
	take_events(&p, p.server);
	wait_for(&p, p.server, LINK_HTTP_WHOLE_US);
	CHECK(p.server_down);
	end(&p);
}

static void a_server_that_agrees_on_nothing_is_given_up(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_AGREED);
	take_events(&p, p.client);
	wait_for(&p, p.client, LINK_HTTP_WHOLE_US);
	CHECK(p.client_down && !p.client_up);
	end(&p);
}

static void a_mute_server_is_not_asked_any_more(void)
{
	uint32_t room;
	struct pair p;

	begin(&p, LINK_HTTP_2);
	play(&p, SIZE_MAX);
	ask(&p, 1);
	ask(&p, 2);
	room = link_room(p.client);
	pass(&p, p.client, LINK_HTTP_WHOLE_US - 1);
	CHECK_INT(link_room(p.client), room);
	pass(&p, p.client, 1);
	CHECK_INT(link_room(p.client), 0);
	reply(&p); /* it was only slow */
	CHECK_INT(link_room(p.client), room + 1);
	pass(&p, p.client, LINK_HTTP_WHOLE_US);
	CHECK(link_forget(p.client, 1));
	take_events(&p, p.client);
	CHECK(p.client_down);
	end(&p);
}

/* ---- answers that come later ---- */

#define CALLBACK "https://us.example/replies?a"
#define UUID "00112233-4455-4677-8899-AABBCCDDEEFF"

/* The client wants its answers later. */
struct later {
	struct pair p;
	struct ilp_crypto *crypto;
	struct request_ids ids;
};

static void begin_later(struct later *l, enum link_http_version version)
{
	const uint8_t seed[32] = { 1 };
	struct link_http_options client = {
		.version = version,
		.authority = ilp_text("node.example"),
		.path = ilp_text("/ilp"),
		.token = ilp_text("secret"),
		.callback = ilp_text(CALLBACK),
		.ids = &l->ids,
	};

	begin(&l->p, version);
	l->crypto = ilp_crypto_create();
	request_ids_init(&l->ids, l->crypto, seed);
	client.pool = l->p.pool;
	link_destroy(l->p.client);
	l->p.client = link_http_connect(&client, now);
	play(&l->p, SIZE_MAX);
}

static void end_later(struct later *l)
{
	end(&l->p);
	ilp_crypto_destroy(l->crypto);
}

static void reply_later(struct pair *p, uint32_t number)
{
	const struct link_reply reply = {
		.path = ilp_text("/replies?a"),
		.id = ilp_text(UUID),
		.packet = a_fulfill(),
	};

	CHECK_INT(link_reply(p->client, number, &reply), LINK_OK);
}

static void a_question_says_where_its_answer_is_wanted(void)
{
	static const uint8_t condition[32];

	for (int two = 0; two < 2; two++) {
		struct later l;

		begin_later(&l, versions[two]);
		ask(&l.p, 77);
		CHECK_INT(l.p.prepares, 1);
		assert_string_equal(l.p.callback, CALLBACK);
		CHECK(request_id_valid(ilp_text(l.p.id)));
		CHECK_INT(request_id_number(ilp_text(l.p.id)), 77);
		CHECK(request_id_is_for(&l.ids, ilp_text(l.p.id), condition));
		end_later(&l);
	}
}

static void who_has_taken_a_question_frees_its_line(void)
{
	for (int two = 0; two < 2; two++) {
		uint32_t room;
		struct later l;

		begin_later(&l, versions[two]);
		room = link_room(l.p.client);
		ask(&l.p, 77);
		CHECK_INT(link_room(l.p.client), room - 1);
		link_acknowledge(l.p.server, l.p.request, LINK_WILL_REPLY,
				 NULL);
		play(&l.p, SIZE_MAX);
		CHECK_INT(l.p.taken, 1);
		CHECK_INT(l.p.request, 77);
		CHECK_INT(link_room(l.p.client), room);
		CHECK_INT(l.p.answers + l.p.refused, 0);
		/* Others refuse, or answer at once. */
		ask(&l.p, 78);
		link_acknowledge(l.p.server, l.p.request, LINK_BAD, "why");
		play(&l.p, SIZE_MAX);
		CHECK(l.p.refused == 1 && !l.p.temporary);
		ask(&l.p, 79);
		link_acknowledge(l.p.server, l.p.request, LINK_FULL, NULL);
		play(&l.p, SIZE_MAX);
		CHECK(l.p.refused == 2 && l.p.temporary);
		ask(&l.p, 80);
		reply(&l.p);
		CHECK_INT(l.p.answers, 1);
		CHECK_INT(l.p.request, 80);
		CHECK_BYTES(l.p.packet, a_fulfill());
		end_later(&l);
	}
}

static void answer_to(struct pair *p, uint32_t request, const char *response)
{
	CHECK_INT(link_prepare(p->client, request, a_prepare(), NULL), LINK_OK);
	link_written(p->client, link_output(p->client).len);
	answer_with(p, response);
}

static void a_bare_200_takes_it_too(void)
{
	struct later l;

	begin_later(&l, LINK_HTTP_1);
	answer_to(&l.p, 3, "HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n");
	CHECK_INT(l.p.taken, 1);
	CHECK_INT(l.p.answers, 0);
	/* What was cut says nothing, even if nothing is left of it. */
	answer_to(&l.p, 4, "HTTP/1.1 200 x\r\n\r\n");
	link_close(l.p.client, "gone");
	take_events(&l.p, l.p.client);
	CHECK_INT(l.p.taken, 1);
	CHECK_INT(l.p.answers + l.p.refused, 0);
	end_later(&l);
}

static void nobody_takes_what_is_to_be_answered_at_once(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_1);
	take_events(&p, p.client);
	answer_to(&p, 3, "HTTP/1.1 202 x\r\nContent-Length: 0\r\n\r\n");
	CHECK_INT(p.taken, 0);
	CHECK(p.refused == 1 && !p.temporary);
	answer_to(&p, 4, "HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n");
	CHECK_INT(p.taken, 0);
	CHECK_INT(p.answers, 1);
	end(&p);
}

static void a_question_is_acknowledged_in_words(void)
{
	static const struct {
		enum link_verdict verdict;
		int status;
	} rows[] = {
		{ LINK_WILL_REPLY, 202 },
		{ LINK_BAD, 400 },
		{ LINK_FULL, 503 },
	};

	for (size_t i = 0; i < 3; i++) {
		struct pair p;
		char text[256];

		begin(&p, LINK_HTTP_1);
		hear(&p, "POST / HTTP/1.1\r\n" HEAD TOKEN "Callback-Url: "
		     CALLBACK "\r\nRequest-Id: " UUID "\r\n", a_prepare());
		CHECK_INT(p.prepares, 1);
		assert_string_equal(p.callback, CALLBACK);
		assert_string_equal(p.id, UUID);
		link_acknowledge(p.server, p.request, rows[i].verdict,
				 i ? "that is why" : NULL);
		snprintf(text, sizeof(text), "%.*s",
			 (int)link_output(p.server).len,
			 (const char *)link_output(p.server).at);
		CHECK((strstr(text, "\r\n\r\nthat is why") != NULL) == (i > 0));
		CHECK((strcasestr(text, "\r\ncontent-type: text/plain\r\n") !=
		       NULL) == (i > 0));
		CHECK_INT(said(&p), rows[i].status);
		end(&p);
	}
}

/* An older draft had the one, and nobody to reply to. */
static void one_field_alone_wants_no_reply(void)
{
	static const char *const rows[] = { "Callback-Url: " CALLBACK "\r\n",
					    "Request-Id: " UUID "\r\n",
					    "Request-Id: no-uuid\r\n" };

	for (size_t i = 0; i < 3; i++) {
		char head[512];
		struct pair p;

		snprintf(head, sizeof(head), "POST / HTTP/1.1\r\n%s%s",
			 HEAD TOKEN, rows[i]);
		begin(&p, LINK_HTTP_1);
		hear(&p, head, a_prepare());
		CHECK_INT(p.prepares, 1);
		assert_string_equal(p.callback, "");
		assert_string_equal(p.id, "");
		link_answer(p.server, p.request, a_fulfill());
		CHECK_INT(said(&p), 200);
		end(&p);
	}
}

static void says_what_is_no_reply(void)
{
	static const struct {
		const char *fields;
		int status; /* 0: it is one */
		bool prepare;
	} rows[] = {
		{ TOKEN "Request-Id: " UUID "\r\n", 0, false },
		{ TOKEN, 400, false },
		{ TOKEN "Request-Id: 5\r\n", 400, false },
		{ TOKEN "Callback-Url: " CALLBACK "\r\n", 400, false },
		{ TOKEN "Request-Id: " UUID "\r\nCallback-Url: x\r\n", 400,
		  false },
		{ TOKEN "Request-Id: 5\r\nCallback-Url: x\r\n", 400, true },
		{ "Request-Id: " UUID "\r\n", 401, false },
		{ "Authorization: Bearer x\r\nRequest-Id: " UUID "\r\n", 401,
		  false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char head[512];
		struct pair p;

		snprintf(head, sizeof(head), "POST / HTTP/1.1\r\n%s%s", HEAD,
			 rows[i].fields);
		begin(&p, LINK_HTTP_1);
		hear(&p, head, rows[i].prepare ? a_prepare() : a_fulfill());
		if (p.replies != (rows[i].status == 0) || p.prepares ||
		    said(&p) != rows[i].status)
			fail_msg("row %zu", i);
		CHECK(!p.server_down);
		end(&p);
	}
}

static void a_reply_goes_where_it_is_wanted(void)
{
	for (int two = 0; two < 2; two++) {
		struct pair p;

		begin(&p, versions[two]);
		play(&p, SIZE_MAX);
		reply_later(&p, 9);
		if (!two) {
			const char *text =
				(const char *)link_output(p.client).at;

			CHECK(strncmp(text, "POST /replies?a HTTP/1.1\r\n",
				      26) == 0);
		}
		play(&p, SIZE_MAX);
		CHECK_INT(p.logins, 1);
		CHECK_INT(p.replies, 1);
		assert_string_equal(p.id, UUID);
		CHECK_BYTES(p.packet, a_fulfill());
		link_acknowledge(p.server, p.request, LINK_HEARD, NULL);
		play(&p, SIZE_MAX);
		CHECK_INT(p.replied, 1);
		CHECK_INT(p.request, 9);
		CHECK(!p.temporary);
		end(&p);
	}
}

static void knows_whether_to_reply_again(void)
{
	static const struct {
		const char *response;
		const char *reason;
		bool again;
	} rows[] = {
		{ "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nok", "", false },
		{ "HTTP/1.1 204 x\r\n\r\n", "", false },
		{ "HTTP/1.1 301 x\r\nContent-Length: 0\r\n\r\n",
		  "peer answered with status 301", false },
		{ "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n",
		  "peer answered with status 400", false },
		{ "HTTP/1.1 429 x\r\nContent-Length: 0\r\n\r\n",
		  "peer answered with status 429", false },
		{ "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n",
		  "peer answered with status 500", true },
		{ "HTTP/1.1 504 x\r\nContent-Length: 0\r\n\r\n",
		  "peer answered with status 504", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pair p;

		begin(&p, LINK_HTTP_1);
		take_events(&p, p.client);
		reply_later(&p, 9);
		link_written(p.client, link_output(p.client).len);
		answer_with(&p, rows[i].response);
		if (p.replied != 1 || p.temporary != rows[i].again ||
		    p.request != 9 || p.answers + p.refused ||
		    strcmp(p.reason, rows[i].reason) != 0)
			fail_msg("row %zu", i);
		CHECK_INT(link_room(p.client), 1);
		end(&p);
	}
}

static void a_reply_that_is_lost_is_told_of(void)
{
	for (size_t written = 0; written < 2; written++) {
		struct pair p;

		begin(&p, LINK_HTTP_1);
		take_events(&p, p.client);
		reply_later(&p, 9);
		link_written(p.client, written);
		link_close(p.client, "gone");
		take_events(&p, p.client);
		CHECK(p.client_down);
		CHECK_INT(p.replied, 1);
		CHECK_INT(p.request, 9);
		CHECK(p.temporary);
		end(&p);
	}
}

static void replies_have_numbers_of_their_own(void)
{
	struct pair p;
	uint32_t question;

	begin(&p, LINK_HTTP_2);
	play(&p, SIZE_MAX);
	ask(&p, 9);
	question = p.request;
	reply_later(&p, 9);
	CHECK(!link_forget_reply(p.client, 8));
	CHECK(link_forget_reply(p.client, 9));
	CHECK(!link_forget_reply(p.client, 9));
	reply_later(&p, 9);
	play(&p, SIZE_MAX);
	link_acknowledge(p.server, p.request, LINK_HEARD, NULL);
	play(&p, SIZE_MAX);
	CHECK_INT(p.replied, 1);
	CHECK_INT(p.answers, 0);
	link_answer(p.server, question, a_fulfill());
	play(&p, SIZE_MAX);
	CHECK_INT(p.answers, 1);
	CHECK_INT(p.request, 9);
	end(&p);
}

/* ---- which version ---- */

static void a_client_waits_for_what_is_agreed_on(void)
{
	static const struct {
		const char *protocol;
		const char *first;
	} rows[] = { { "h2", "PRI *" },
		     { "http/1.1", "POST " },
		     { "", "POST " } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pair p;

		begin(&p, LINK_HTTP_AGREED);
		take_events(&p, p.client);
		CHECK(!p.client_up && link_room(p.client) == 0);
		CHECK_INT(link_output(p.client).len, 0);
		CHECK_INT(link_prepare(p.client, 3,
				       a_prepare(), NULL),
			  LINK_CLOSED);
		link_agreed(p.client, ilp_text(rows[i].protocol));
		take_events(&p, p.client);
		CHECK(p.client_up);
		CHECK_INT(link_prepare(p.client, 3,
				       a_prepare(), NULL),
			  LINK_OK);
		CHECK(memcmp(link_output(p.client).at, rows[i].first, 5) == 0);
		end(&p);
	}
}

static void one_that_never_agreed_goes_down_too(void)
{
	struct pair p;

	begin(&p, LINK_HTTP_AGREED);
	take_events(&p, p.client);
	link_close(p.client, "gone");
	take_events(&p, p.client);
	CHECK(p.client_down && !p.client_up);
	end(&p);
}

TESTS(TEST(carries_a_prepare_and_its_answer),
      TEST(who_was_admitted_is_known_for_a_while),
      TEST(who_is_nobody_is_told_so_and_may_try_again),
      TEST(a_line_has_room_for_some), TEST(says_what_is_no_prepare_of_a_peer),
      TEST(a_body_is_a_prepare), TEST(knows_whether_to_ask_again),
      TEST(asks_as_the_rfc_has_it),
      TEST(signs_a_new_token_before_the_last_one_is_over),
      TEST(what_never_left_may_go_by_another_line),
      TEST(nothing_is_said_of_what_may_have_arrived),
      TEST(half_an_answer_is_none),
      TEST(a_gateway_that_waited_in_vain_says_nothing),
      TEST(answers_that_were_given_outlast_a_close),
      TEST(what_is_not_wanted_any_more_is_forgotten),
      TEST(an_idle_line_is_closed_by_the_client_first),
      TEST(a_server_says_how_long_it_waits), TEST(who_asks_nothing_has_to_go),
      TEST(a_request_has_to_come_to_its_end),
      TEST(what_was_taken_back_is_no_part),
      TEST(what_waits_for_its_turn_is_no_part),
      TEST(one_part_is_not_kept_by_others),
      TEST(a_server_that_agrees_on_nothing_is_given_up),
      TEST(a_mute_server_is_not_asked_any_more),
      TEST(a_question_says_where_its_answer_is_wanted),
      TEST(who_has_taken_a_question_frees_its_line),
      TEST(a_bare_200_takes_it_too),
      TEST(nobody_takes_what_is_to_be_answered_at_once),
      TEST(a_question_is_acknowledged_in_words),
      TEST(one_field_alone_wants_no_reply), TEST(says_what_is_no_reply),
      TEST(a_reply_goes_where_it_is_wanted),
      TEST(knows_whether_to_reply_again), TEST(a_reply_that_is_lost_is_told_of),
      TEST(replies_have_numbers_of_their_own),
      TEST(a_client_waits_for_what_is_agreed_on),
      TEST(one_that_never_agreed_goes_down_too))
