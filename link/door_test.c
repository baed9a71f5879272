/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever comes in is met by what it speaks, wherever its first bytes are cut;
 * and nothing of them is lost. */
#include "link/door.h"

#include "test/check.h"

static struct ilp_time now = { 1000000, 1700000000000 };

struct visit {
	struct pool *pool;
	struct ilp_crypto *crypto;
	struct link *link;
	const char *became; /* the name of the link; NULL: none so far */
	bool down;
};

static void begin(struct visit *v)
{
	struct link_btp_options options = { .seed = { 1 } };

	*v = (struct visit){
		.pool = pool_create(LINK_BTP_BLOCK, 16),
		.crypto = ilp_crypto_create(),
	};
	options.pool = v->pool;
	options.crypto = v->crypto;
	v->link = link_door_create(&options, now);
	CHECK(v->link && !link_is_line(v->link));
}

static void end(struct visit *v)
{
	link_destroy(v->link);
	pool_destroy(v->pool);
	ilp_crypto_destroy(v->crypto);
}

static void take_events(struct visit *v)
{
	struct link_event event;

	while (link_next(v->link, &event)) {
		if (event.type == LINK_DOWN)
			v->down = true;
		if (event.type != LINK_BECAME)
			continue;
		link_destroy(v->link);
		v->link = event.link;
		v->became = v->link->ops->name;
	}
}

static void hear(struct visit *v, const char *text, size_t len)
{
	static uint8_t in[512];

	memcpy(in, text, len);
	link_receive(v->link, now, in, len);
	take_events(v);
}

static const struct {
	const char *says;
	const char *link;
	const char *answer; /* begins so */
} rows[] = {
	{ "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
	  "btp", "HTTP/1.1 101 " },
	{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "btp", "HTTP/1.1 426 " },
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "http",
	  "HTTP/1.1 415 " },
	{ "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "http",
	  "HTTP/1.1 405 " },
	{ "OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n", "http", "HTTP/1.1 405 " },
	{ "what is this\r\n\r\n", "http", "HTTP/1.1 400 " },
};

static void what_it_speaks_tells_which_link_it_becomes(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t len = strlen(rows[i].says);

		for (size_t cut = 1; cut <= len; cut++) {
			struct ilp_bytes out;
			struct visit v;

			begin(&v);
			hear(&v, rows[i].says, cut);
			if (cut < len)
				hear(&v, rows[i].says + cut, len - cut);
			CHECK(v.became);
			assert_string_equal(v.became, rows[i].link);
			out = link_output(v.link);
			if (out.len < strlen(rows[i].answer) ||
			    memcmp(out.at, rows[i].answer,
				   strlen(rows[i].answer)) != 0)
				fail_msg("row %zu, cut at %zu", i, cut);
			end(&v);
		}
	}
}

static void http_2_has_a_preface(void)
{
	static const char says[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
				   "\0\0\0\4\0\0\0\0\0";

	for (size_t cut = 1; cut < sizeof(says); cut++) {
		struct ilp_bytes out;
		struct visit v;

		begin(&v);
		hear(&v, says, cut);
		if (cut < sizeof(says) - 1)
			hear(&v, says + cut, sizeof(says) - 1 - cut);
		CHECK(v.became && link_is_line(v.link) && !v.down);
		out = link_output(v.link);
		CHECK(out.len > 9 && out.at[3] == 4); /* SETTINGS */
		end(&v);
	}
}

static void whoever_says_nothing_has_to_go(void)
{
	struct visit v;

	begin(&v);
	CHECK_INT(link_deadline_us(v.link), now.monotonic_us + LINK_DOOR_US);
	hear(&v, "P", 1);
	CHECK(!v.became);
	now.monotonic_us += LINK_DOOR_US - 1;
	link_tick(v.link, now);
	take_events(&v);
	CHECK(!v.down);
	now.monotonic_us++;
	link_tick(v.link, now);
	take_events(&v);
	CHECK(v.down);
	CHECK_INT(link_deadline_us(v.link), ILP_NEVER_US);
	end(&v);
}

static void it_can_be_closed(void)
{
	struct visit v;

	begin(&v);
	CHECK_INT(link_answer(v.link, 1, hex("0d00")), LINK_CLOSED);
	CHECK_INT(link_prepare(v.link, 1, hex("0c00"), NULL), LINK_CLOSED);
	link_close(v.link, "enough");
	take_events(&v);
	CHECK(v.down && !v.became);
	hear(&v, "GET ", 4);
	CHECK(!v.became);
	end(&v);
}

TESTS(TEST(what_it_speaks_tells_which_link_it_becomes),
      TEST(http_2_has_a_preface), TEST(whoever_says_nothing_has_to_go),
      TEST(it_can_be_closed))
