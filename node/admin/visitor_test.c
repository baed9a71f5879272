/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to the admin API, from bytes to bytes. */
#define _GNU_SOURCE /* memmem */
#include "node/admin/visitor.h"

#include "test/desk.h"

#define BLOCKS_MAX 4
#define HEARD_MAX ((size_t)6 * 1024 * 1024)

/* Somebody who is connected, and what was heard so far. */
struct guest {
	struct desk d;
	struct pool *pool;
	struct visitor *visitor;
	uint8_t *heard;
	size_t len;
	size_t read; /* by next_response */
};

static void begin_as(struct guest *g, enum api_scope scope)
{
	desk_begin(&g->d);
	peer_join(&g->d.s, "alice");
	scene_play(&g->d.s);
	g->pool = pool_create(VISITOR_BLOCK, BLOCKS_MAX);
	g->visitor = visitor_create(
		&(struct visitor_options){
			.api = g->d.api, .pool = g->pool, .scope = scope },
		g->d.s.now);
	g->heard = malloc(HEARD_MAX);
	g->len = 0;
	g->read = 0;
	CHECK(g->pool && g->visitor && g->heard);
}

static void begin(struct guest *g)
{
	begin_as(g, API_ADMIN);
}

static void end(struct guest *g)
{
	CHECK_INT(g->read, g->len);
	visitor_destroy(g->visitor);
	pool_destroy(g->pool);
	free(g->heard);
	desk_end(&g->d);
}

static void say_bytes(struct guest *g, struct ilp_bytes said)
{
	struct ilp_bytes copy = exact_copy(said);

	visitor_receive(g->visitor, g->d.s.now, (uint8_t *)(uintptr_t)copy.at,
			copy.len);
	exact_free(copy);
}

static void say(struct guest *g, const char *said)
{
	say_bytes(g, ilp_text(said));
}

/* Takes the output, some bytes at a time. */
static void hear(struct guest *g)
{
	struct ilp_bytes out;

	for (size_t i = 1; (out = visitor_output(g->visitor)).len;
	     i = i * 7 % 65521) {
		size_t len = out.len < i ? out.len : i;

		CHECK(g->len + len <= HEARD_MAX);
		memcpy(g->heard + g->len, out.at, len);
		g->len += len;
		visitor_written(g->visitor, len);
	}
}

static void give_answers(struct guest *g)
{
	struct api_answer answer;

	while (api_next_answer(g->d.api, &answer)) {
		CHECK(answer.asker == g->visitor);
		visitor_answer(g->visitor, g->d.s.now, &answer);
	}
}

/* Until all is answered. */
static void play(struct guest *g)
{
	give_answers(g);
	while (api_open(g->d.api)) {
		desk_play(&g->d);
		give_answers(g);
	}
	hear(g);
}

struct response {
	int status;
	char head[512]; /* its fields, each with a line feed in front */
	struct ilp_bytes body;
};

/* The value of a field, up to the end of its line; NULL: there is none. */
static const char *field(const struct response *r, const char *name)
{
	char wanted[64];
	const char *at;

	snprintf(wanted, sizeof(wanted), "\n%s: ", name);
	at = strstr(r->head, wanted);
	return at ? at + strlen(wanted) : NULL;
}

static bool has(const struct response *r, const char *name, const char *value)
{
	const char *at = field(r, name);

	return at && strncmp(at, value, strlen(value)) == 0 &&
	       at[strlen(value)] == '\r';
}

static struct response next_of(struct guest *g, bool no_body)
{
	struct response r = { .status = 0 };
	const char *text = (const char *)g->heard + g->read;
	size_t left = g->len - g->read, len = 4;
	const char *length;

	while (len <= left && memcmp(text + len - 4, "\r\n\r\n", 4) != 0)
		len++;
	CHECK(len <= left && len < sizeof(r.head));
	memcpy(r.head, text, len);
	CHECK_INT(sscanf(r.head, "HTTP/1.1 %3d ", &r.status), 1);
	g->read += len;
	length = field(&r, "content-length");
	if (!length || no_body)
		return r;
	r.body.len = strtoul(length, NULL, 10);
	r.body.at = g->heard + g->read;
	g->read += r.body.len;
	CHECK(g->read <= g->len);
	return r;
}

static struct response next_response(struct guest *g)
{
	return next_of(g, false);
}

static void check_status(struct guest *g, int status)
{
	CHECK_INT(next_response(g).status, status);
}

/* ---- questions and answers ---- */

static const char HEALTH[] = "GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n";
static const char HEALTHY[] = "{\"ready\":true,\"reason\":null}";

static void answers_a_request(void)
{
	struct guest g;
	struct response r;

	begin(&g);
	say(&g, HEALTH);
	CHECK_INT(visitor_output(g.visitor).len, 0);
	play(&g);
	r = next_response(&g);
	CHECK_INT(r.status, 200);
	CHECK(has(&r, "content-type", "application/json"));
	CHECK(!field(&r, "connection"));
	CHECK_TEXT(r.body, HEALTHY);
	CHECK(!visitor_is_over(g.visitor));
	CHECK(visitor_reads(g.visitor));
	end(&g);
}

static const char SEVERAL[] =
	"GET /v1/accounts/alice HTTP/1.1\r\nHost: x\r\n\r\n"
	"\r\nPOST /v1/accounts/alice/stop HTTP/1.1\r\nHost: x\r\n"
	"Content-Length: 4\r\n\r\n{  }"
	"GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n"
	"POST /v1/accounts/alice/start HTTP/1.1\r\nHost: x\r\n"
	"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
	"HEAD /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
	"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n";

static void check_several(struct guest *g)
{
	CHECK_INT(next_response(g).status, 200);
	CHECK_INT(next_response(g).status, 200);
	CHECK_INT(next_response(g).status, 404);
	CHECK_INT(next_response(g).status, 200);
	CHECK_INT(next_of(g, true).status, 200);
	CHECK(memmem(next_response(g).body.at, 300, "\"uptimeSeconds\"", 15));
	CHECK_INT(g->read, g->len);
}

/* Some of them are answered at once, and wait for their turn. */
static void answers_in_the_order_of_requests(void)
{
	struct guest g;

	begin(&g);
	say(&g, SEVERAL);
	play(&g);
	check_several(&g);
	end(&g);
}

static void requests_may_be_cut_anywhere(void)
{
	struct ilp_bytes all = ilp_text(SEVERAL);
	struct guest g;

	begin(&g);
	for (size_t i = 0; i <= all.len; i++) {
		say_bytes(&g, (struct ilp_bytes){ all.at, i });
		if (i % 3 == 0)
			play(&g);
		say_bytes(&g, ilp_bytes_skip(all, i));
		play(&g);
		check_several(&g);
	}
	for (size_t i = 0; i < all.len; i++)
		say_bytes(&g, (struct ilp_bytes){ all.at + i, 1 });
	play(&g);
	check_several(&g);
	end(&g);
}

static void head_has_no_body(void)
{
	struct guest g;
	struct response r;

	begin(&g);
	say(&g, "HEAD /v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
	play(&g);
	r = next_of(&g, true);
	CHECK_INT(r.status, 200);
	CHECK_INT(strtoul(field(&r, "content-length"), NULL, 10),
		  strlen(HEALTHY));
	end(&g);
}

static void says_what_goes_with_a_status(void)
{
	const struct alert_account about = { 1, ilp_text("alice") };
	struct guest g;
	struct response r;

	begin_as(&g, API_READ);
	say(&g, "DELETE /v1/alerts/1 HTTP/1.1\r\nHost: x\r\n\r\n"
		"PUT /v1/status HTTP/1.1\r\nHost: x\r\n\r\n");
	play(&g);
	r = next_response(&g);
	CHECK_INT(r.status, 403);
	CHECK(has(&r, "content-type", "application/problem+json"));
	r = next_response(&g);
	CHECK_INT(r.status, 405);
	CHECK(has(&r, "allow", "GET, HEAD"));
	end(&g);
	begin_as(&g, API_ANYBODY);
	say(&g, "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n");
	play(&g);
	r = next_response(&g);
	CHECK_INT(r.status, 401);
	CHECK(has(&r, "www-authenticate", "Bearer"));
	end(&g);
	begin(&g);
	alerts_raise(shard_alerts(scene_shard(&g.d.s)), g.d.s.now, about, "x",
		     ilp_text(""));
	say(&g, "DELETE /v1/alerts/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	play(&g);
	r = next_response(&g);
	CHECK_INT(r.status, 204);
	CHECK(!field(&r, "content-type") && !field(&r, "content-length"));
	end(&g);
}

static void ends_when_it_is_told_to(void)
{
	static const char *const lasts[] = {
		"GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"GET /v1/health HTTP/1.0\r\n\r\n",
	};
	struct guest g;
	struct response r;

	for (size_t i = 0; i < 2; i++) {
		begin(&g);
		say(&g, lasts[i]);
		CHECK(!visitor_is_over(g.visitor));
		play(&g);
		r = next_response(&g);
		CHECK_INT(r.status, 200);
		CHECK(has(&r, "connection", "close"));
		CHECK(visitor_is_over(g.visitor));
		end(&g);
	}
}

/* ---- limits ---- */

static void check_refused(const char *head, size_t filling, const char *tail,
			  int status)
{
	static uint8_t text[2 * API_BODY_MAX];
	size_t len = strlen(head);
	struct guest g;

	memcpy(text, head, len);
	memset(text + len, 'x', filling);
	memcpy(text + len + filling, tail, strlen(tail));
	begin(&g);
	say(&g, HEALTH); /* what came before is answered */
	say_bytes(&g, (struct ilp_bytes){ text, len + filling + strlen(tail) });
	play(&g);
	check_status(&g, 200);
	check_status(&g, status);
	CHECK_INT(visitor_is_over(g.visitor), status != 200);
	say(&g, HEALTH); /* and what comes after is not */
	play(&g);
	if (status == 200)
		check_status(&g, 200);
	end(&g);
}

static void refuses_what_is_too_long(void)
{
	const char *post = "POST /v1/accounts/alice/start HTTP/1.1\r\n"
			   "Host: x\r\nContent-Length: %zu\r\n\r\n";
	const char *get = "GET /v1/health HTTP/1.1\r\nHost: x\r\nX: ";
	char head[128];

	snprintf(head, sizeof(head), post, API_BODY_MAX);
	check_refused(head, API_BODY_MAX, "", 200);
	snprintf(head, sizeof(head), post, API_BODY_MAX + 1);
	check_refused(head, 0, "", 413);
	check_refused("POST /v1/accounts/alice/start HTTP/1.1\r\nHost: x\r\n"
		      "Transfer-Encoding: chunked\r\n\r\n10001\r\n",
		      0x10001, "\r\n0\r\n\r\n", 413);
	check_refused("POST /v1/accounts/alice/start HTTP/1.1\r\nHost: x\r\n"
		      "Content-Length: 18446744073709551616\r\n\r\n",
		      0, "", 400);
	check_refused(get, 8000, "\r\n\r\n", 200);
	check_refused(get, 8192, "\r\n\r\n", 431);
	check_refused("GET /v1/", 9000, " HTTP/1.1\r\nHost: x\r\n\r\n", 431);
}

static void refuses_what_is_no_http(void)
{
	check_refused("", 20, "\r\n\r\n", 400);
	check_refused("GET /v1/health\r\n\r\n", 0, "", 505);
	check_refused("GET /v1/health HTTP/1.1\r\n\r\n", 0, "", 400);
	check_refused("\x16\x03\x01\x02", 0, "\r\n\r\n", 400);
	check_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, "", 505);
}

/* Without an answer, since an answer would have to wait for its turn. */
static void sends_away_who_asks_for_too_much_at_once(void)
{
	struct guest g;

	begin(&g);
	for (int i = 0; i < 8; i++)
		say(&g, HEALTH);
	CHECK(!visitor_is_over(g.visitor));
	play(&g);
	for (int i = 0; i < 8; i++)
		check_status(&g, 200);
	for (int i = 0; i < 9; i++)
		say(&g, HEALTH);
	CHECK(visitor_is_over(g.visitor));
	play(&g);
	end(&g);
}

static void waits_until_its_answers_are_read(void)
{
	static uint8_t body[API_ANSWER_MAX];
	struct api_answer answer;
	struct guest g;
	struct response r;

	begin(&g);
	memset(body, 'a', sizeof(body));
	say(&g, "GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n"
		"GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
	CHECK(visitor_reads(g.visitor));
	while (api_next_answer(g.d.api, &answer)) {
		answer.body = ILP_BYTES(body);
		visitor_answer(g.visitor, g.d.s.now, &answer);
	}
	CHECK(!visitor_reads(g.visitor));
	CHECK(!visitor_is_over(g.visitor));
	hear(&g);
	CHECK(visitor_reads(g.visitor));
	for (int i = 0; i < 2; i++) {
		r = next_response(&g);
		CHECK_INT(r.status, 404);
		CHECK_BYTES(r.body, ILP_BYTES(body));
	}
	CHECK_INT(pool_taken(g.pool), 0);
	end(&g);
}

static void ends_when_there_is_no_block(void)
{
	void *blocks[BLOCKS_MAX];
	struct guest g;

	begin(&g);
	for (int i = 0; i < BLOCKS_MAX; i++)
		blocks[i] = pool_take(g.pool);
	say(&g, HEALTH);
	say(&g, HEALTH);
	play(&g);
	CHECK(visitor_is_over(g.visitor));
	CHECK_INT(g.len, 0);
	for (int i = 0; i < BLOCKS_MAX; i++)
		pool_give(g.pool, blocks[i]);
	end(&g);
}

/* ---- time ---- */

static void pass(struct guest *g, int64_t us)
{
	g->d.s.now.monotonic_us += us;
	visitor_tick(g->visitor, g->d.s.now);
}

static void closes_when_nothing_is_asked(void)
{
	struct guest g;

	begin(&g);
	pass(&g, VISITOR_IDLE_US - 1);
	say(&g, HEALTH);
	play(&g);
	check_status(&g, 200);
	CHECK_INT(visitor_deadline_us(g.visitor),
		  g.d.s.now.monotonic_us + VISITOR_IDLE_US);
	pass(&g, VISITOR_IDLE_US - 1);
	CHECK(!visitor_is_over(g.visitor));
	pass(&g, 1);
	CHECK(visitor_is_over(g.visitor));
	CHECK_INT(visitor_deadline_us(g.visitor), ILP_NEVER_US);
	pass(&g, VISITOR_IDLE_US);
	end(&g);
}

/* However busily it says a bit more. */
static void closes_when_a_request_takes_too_long(void)
{
	static const char *const slow[] = {
		"GET /v1/health HTTP/1.1\r\nX: ",
		"POST /v1/accounts/alice/start HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 1000\r\n\r\n",
		"POST /v1/accounts/alice/start HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: chunked\r\n\r\n3e8\r\n",
	};
	struct guest g;

	for (size_t i = 0; i < sizeof(slow) / sizeof(*slow); i++) {
		begin(&g);
		pass(&g, VISITOR_IDLE_US / 2);
		say(&g, slow[i]);
		for (int j = 0; j < 10; j++) {
			CHECK(!visitor_is_over(g.visitor));
			pass(&g, VISITOR_WHOLE_US / 10 - 1);
			say(&g, "x");
		}
		CHECK(!visitor_is_over(g.visitor));
		pass(&g, 10);
		CHECK(visitor_is_over(g.visitor));
		end(&g);
	}
}

/* The time of one request is not that of the next. */
static void each_request_has_its_time(void)
{
	struct guest g;
	size_t half = sizeof(HEALTH) / 2;

	begin(&g);
	for (int i = 0; i < 5; i++) {
		say_bytes(&g, (struct ilp_bytes){ (const uint8_t *)HEALTH,
						  half });
		pass(&g, VISITOR_WHOLE_US - 1);
		say(&g, HEALTH + half);
		play(&g);
		check_status(&g, 200);
		say_bytes(&g, (struct ilp_bytes){ (const uint8_t *)HEALTH,
						  half });
		pass(&g, VISITOR_WHOLE_US - 1);
		say(&g, HEALTH + half);
		play(&g);
		check_status(&g, 200);
	}
	end(&g);
}

/* It is the node's turn then. */
static void does_not_close_while_it_owes_an_answer(void)
{
	struct guest g;

	begin(&g);
	say(&g, HEALTH);
	CHECK_INT(visitor_deadline_us(g.visitor), ILP_NEVER_US);
	pass(&g, 10 * VISITOR_IDLE_US);
	CHECK(!visitor_is_over(g.visitor));
	play(&g);
	check_status(&g, 200);
	pass(&g, VISITOR_IDLE_US - 1);
	CHECK(!visitor_is_over(g.visitor));
	end(&g);
}

/* ---- the end ---- */

static void answers_who_says_nothing_more(void)
{
	struct guest g;

	begin(&g);
	say(&g, HEALTH);
	say(&g, HEALTH);
	say_bytes(&g, (struct ilp_bytes){ (const uint8_t *)HEALTH, 20 });
	visitor_end(g.visitor);
	CHECK(!visitor_reads(g.visitor));
	CHECK(!visitor_is_over(g.visitor));
	play(&g);
	check_status(&g, 200);
	check_status(&g, 200);
	CHECK(visitor_is_over(g.visitor));
	end(&g);
	begin(&g);
	visitor_end(g.visitor);
	CHECK(visitor_is_over(g.visitor));
	end(&g);
}

static void may_go_with_calls_on_their_way(void)
{
	struct api_answer answer;
	struct guest g;

	begin(&g);
	say(&g, SEVERAL);
	desk_play(&g.d);
	visitor_destroy(g.visitor);
	g.visitor = NULL;
	CHECK_INT(pool_taken(g.pool), 0);
	while (api_open(g.d.api)) {
		desk_play(&g.d);
		while (api_next_answer(g.d.api, &answer))
			CHECK(!answer.asker);
	}
	end(&g);
}

/* ---- events ---- */

static const char EVENTS[] = "GET /v1/events?kinds=accounts HTTP/1.1\r\n"
			     "Host: x\r\n\r\n";

/* Time passes, and what has happened comes. */
static void elapse(struct guest *g, int64_t ms)
{
	for (; ms > 0; ms -= 50) {
		scene_wait(&g->d.s, 50);
		api_tick(g->d.api, g->d.s.now);
		visitor_tick(g->visitor, g->d.s.now);
		for (int i = 0; i < 4; i++)
			desk_play(&g->d);
	}
}

static void stop_alice(struct guest *g, bool stopped)
{
	struct shard *shard = scene_shard(&g->d.s);

	shard_account_stop(shard, shard_account_find(shard, ilp_text("alice")),
			   stopped);
}

/* All that was heard and not read yet has this in it. */
static bool hears(struct guest *g, const char *what)
{
	size_t from = g->read;

	hear(g);
	g->read = g->len;
	return memmem(g->heard + from, g->len - from, what, strlen(what));
}

static void tells_of_events_as_they_come(void)
{
	struct response r;
	struct guest g;

	begin(&g);
	say(&g, EVENTS);
	play(&g);
	r = next_response(&g);
	CHECK_INT(r.status, 200);
	CHECK(has(&r, "content-type", "text/event-stream"));
	CHECK(has(&r, "connection", "close"));
	CHECK(!field(&r, "content-length"));
	CHECK(visitor_streams(g.visitor));
	stop_alice(&g, true);
	elapse(&g, 200);
	CHECK(hears(&g, "event: account\ndata: {"));
	elapse(&g, 200000); /* it may say nothing for as long as it likes */
	stop_alice(&g, false);
	elapse(&g, 200);
	CHECK(hears(&g, "\"change\":\"started\"}\n\n"));
	CHECK(!visitor_is_over(g.visitor));
	api_end_streams(g.d.api, "over");
	CHECK(hears(&g, "event: end\ndata: {\"reason\":\"over\"}\n\n"));
	CHECK(visitor_is_over(g.visitor));
	end(&g);
}

static void events_wait_until_others_are_written(void)
{
	struct guest g;
	size_t taken;

	begin(&g);
	say(&g, EVENTS);
	play(&g);
	check_status(&g, 200);
	stop_alice(&g, true);
	elapse(&g, 200);
	taken = visitor_output(g.visitor).len;
	CHECK(taken > 0);
	stop_alice(&g, false);
	elapse(&g, 200);
	CHECK_INT(visitor_output(g.visitor).len, taken);
	CHECK(hears(&g, "\"change\":\"started\"}\n\n"));
	end(&g);
}

static void events_come_behind_what_was_asked_before(void)
{
	struct guest g;

	begin(&g);
	say(&g, "GET /v1/accounts/alice HTTP/1.1\r\nHost: x\r\n\r\n");
	say(&g, EVENTS);
	say(&g, HEALTH);
	say(&g, "x\r\n\r\n");
	play(&g);
	CHECK(memmem(next_response(&g).body.at, 100, "\"alice\"", 7));
	check_status(&g, 200);
	stop_alice(&g, true);
	elapse(&g, 200);
	CHECK(hears(&g, "event: account\n"));
	CHECK(!memmem(g.heard, g.len, "HTTP/1.1 400", 12));
	end(&g);
}

static void who_only_asks_for_the_head_of_events_hears_none(void)
{
	struct guest g;

	begin(&g);
	say(&g, "HEAD /v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
	play(&g);
	CHECK_INT(next_of(&g, true).status, 200);
	hear(&g);
	CHECK(visitor_is_over(g.visitor));
	end(&g);
}

static void who_listens_and_goes_is_forgotten(void)
{
	struct guest g;

	begin(&g);
	say(&g, EVENTS);
	play(&g);
	check_status(&g, 200);
	CHECK(api_deadline_us(g.d.api) != ILP_NEVER_US);
	visitor_end(g.visitor);
	CHECK(visitor_is_over(g.visitor));
	visitor_destroy(g.visitor);
	g.visitor = NULL;
	CHECK(api_deadline_us(g.d.api) == ILP_NEVER_US);
	end(&g);
}

static void goes_on_behind_the_event_that_it_has_heard(void)
{
	struct guest g;

	begin(&g);
	say(&g, "GET /v1/events HTTP/1.1\r\nHost: x\r\n"
		"Last-Event-ID: 1\r\n\r\n");
	play(&g);
	check_status(&g, 200);
	elapse(&g, 200);
	CHECK(hears(&g, "event: missed\n"));
	end(&g);
}

TESTS(TEST(answers_a_request), TEST(answers_in_the_order_of_requests),
      TEST(requests_may_be_cut_anywhere), TEST(head_has_no_body),
      TEST(says_what_goes_with_a_status), TEST(ends_when_it_is_told_to),
      TEST(refuses_what_is_too_long), TEST(refuses_what_is_no_http),
      TEST(sends_away_who_asks_for_too_much_at_once),
      TEST(waits_until_its_answers_are_read), TEST(ends_when_there_is_no_block),
      TEST(closes_when_nothing_is_asked),
      TEST(closes_when_a_request_takes_too_long),
      TEST(each_request_has_its_time),
      TEST(does_not_close_while_it_owes_an_answer),
      TEST(answers_who_says_nothing_more),
      TEST(may_go_with_calls_on_their_way),
      TEST(tells_of_events_as_they_come),
      TEST(events_wait_until_others_are_written),
      TEST(events_come_behind_what_was_asked_before),
      TEST(who_only_asks_for_the_head_of_events_hears_none),
      TEST(who_listens_and_goes_is_forgotten),
      TEST(goes_on_behind_the_event_that_it_has_heard))
