/* SPDX-License-Identifier: Apache-2.0 */
/* top.c - the command that shows what accounts do, again and again.
 *
 * All is asked of the node anew for each frame; of one with many accounts that
 * takes a while, and then frames are fewer, so that it does little else than
 * what it is there for.
 */
#define _GNU_SOURCE /* open_memstream */
#include <stdlib.h>

#include "base/json_writer.h"
#include "cli/look.h"
#include "cli/moment.h"
#include "cli/node.h"
#include "cli/screen.h"
#include "cli/show.h"

#define INTERVAL_MS 1000
#define INTERVAL_MAX_S 3600
/* Of the time between two frames at most one part in so many is the node's. */
#define SHARE 4
/* Lines of a frame that are not accounts. */
#define HEAD_LINES 4
#define FRAME_MAX ((size_t)64 * 1024 * 1024)
#define ACCOUNT_JSON_MAX 1024

static const char *const orders[] = { "packets", "balance", NULL };

enum { ONCE, INTERVAL, SORT };

static const struct command_option options[] = {
	[ONCE] = {
		.name = "once",
		.text = "Shows one frame, with rates over one interval, and "
			"ends.",
	},
	[INTERVAL] = {
		.name = "interval",
		.value = "SECONDS",
		.text = "The time between two frames. By default 1.",
	},
	[SORT] = {
		.name = "sort",
		.value = "ORDER",
		.words = orders,
		.text = "What comes first: who has most packets, or, of each "
			"asset, the largest balance. By default packets.",
	},
	{ .name = NULL },
};

struct top {
	struct context context; /* the node complains to it as well */
	struct node *node;
	struct screen *screen; /* NULL: there is none */
	enum look_order order;
	int64_t interval_ms;
	bool over;
	bool seen; /* there was a look before, */
	struct look before;
	struct look now; /* and this one */
	int64_t asked_ms; /* how long that took */
};

/* ---- looking ---- */

static bool take_look(struct top *t, const struct node_answer *status,
		      const struct node_answer *accounts, int64_t began_ms)
{
	struct look look;

	if (!look_take(&look, began_ms, status->nodes, accounts->nodes)) {
		context_no_memory(&t->context);
		return false;
	}
	look_drop(&t->before);
	t->seen = t->now.accounts;
	t->before = t->now;
	t->now = look;
	t->asked_ms = moment_now_ms() - began_ms;
	return true;
}

static bool look_at_node(struct top *t)
{
	const struct node_question of_status = { .method = "GET",
						 .path = "/v1/status" };
	const struct node_question of_all = { .method = "GET",
					      .path = "/v1/accounts",
					      .list = true };
	struct node_answer status, accounts = { { NULL, 0, 0 }, NULL };
	int64_t began_ms = moment_now_ms();
	bool good = node_ask(t->node, &of_status, &status) &&
		    node_ask(t->node, &of_all, &accounts) &&
		    take_look(t, &status, &accounts, began_ms);

	node_answer_drop(&status);
	node_answer_drop(&accounts);
	return good;
}

static const struct look *before(const struct top *t)
{
	return t->seen ? &t->before : NULL;
}

/* In the order that is wished; NULL: no memory. */
static struct look_rate *rates_of(const struct top *t)
{
	struct look_rate *rates = calloc(t->now.count + 1, sizeof(*rates));

	if (rates)
		look_rates(rates, before(t), &t->now, t->order);
	return rates;
}

/* ---- for people ---- */

static const struct table_column columns[] = {
	{ "ACCOUNT", TABLE_TEXT },   { "LINK", TABLE_TEXT },
	{ "PACKETS/S", TABLE_NUMBER }, { "FULFILLED/S", TABLE_NUMBER },
	{ "REJECTED/S", TABLE_NUMBER }, { "BALANCE", TABLE_NUMBER },
	{ "ASSET", TABLE_TEXT },     { "IN/S", TABLE_NUMBER },
	{ "OUT/S", TABLE_NUMBER },
};

static void put_tenths(struct table *t, const struct look_rate *rate,
		       uint64_t tenths, enum paint_style style)
{
	struct look_text text = look_tenths(tenths);

	show_word(t, tenths ? style : PAINT_FAINT,
		  rate->known ? text.text : "");
}

static void put_coins(struct table *t, const struct look_account *account,
		      const char *units)
{
	struct coins coins =
		coins_of(ilp_text(units), (unsigned)account->scale);

	show_word(t, PAINT_PLAIN, coins.text);
}

static void put_flow(struct table *t, const struct look_rate *rate,
		     ilp_u128 units)
{
	struct look_text text = look_units(units);

	if (rate->known && units)
		put_coins(t, rate->account, text.text);
	else
		show_word(t, PAINT_FAINT, rate->known ? "0" : "");
}

static void put_row(struct table *t, const struct look_rate *rate)
{
	const struct look_account *account = rate->account;
	bool open = strcmp(account->state, "open") == 0;
	const char *link = account->connected ? "up" : "down";

	show_word(t, PAINT_STRONG, account->id);
	show_word(t,
		  !open		     ? PAINT_WARN :
		  account->connected ? PAINT_GOOD :
				       PAINT_FAINT,
		  open ? link : account->state);
	put_tenths(t, rate, rate->packets, PAINT_STRONG);
	put_tenths(t, rate, rate->fulfilled, PAINT_GOOD);
	put_tenths(t, rate, rate->rejected, PAINT_BAD);
	put_coins(t, account, account->balance);
	show_word(t, PAINT_PLAIN, account->asset);
	put_flow(t, rate, rate->in);
	put_flow(t, rate, rate->out);
}

static size_t connected(const struct look *look)
{
	size_t count = 0;

	for (size_t i = 0; i < look->count; i++)
		count += look->accounts[i].connected;
	return count;
}

static bool put_text(struct buffer *out, const char *text)
{
	return buffer_add(out, ilp_text(text), FRAME_MAX);
}

static bool put_totals(const struct top *t, struct buffer *out)
{
	struct look_rate total = look_total(before(t), &t->now);
	struct look_text packets = look_tenths(total.packets);
	struct look_text fulfilled = look_tenths(total.fulfilled);
	struct look_text rejected = look_tenths(total.rejected);
	char text[512];

	snprintf(text, sizeof(text),
		 "%zu of %zu accounts are connected, %llu packets in flight\n",
		 connected(&t->now), t->now.count,
		 (unsigned long long)t->now.in_flight);
	if (!put_text(out, text))
		return false;
	snprintf(text, sizeof(text),
		 total.known ? "%s packets/s: %s fulfilled/s, %s rejected/s\n" :
			       "looking for the first time\n",
		 packets.text, fulfilled.text, rejected.text);
	return put_text(out, text);
}

/* At most so many accounts. */
static bool write_frame(const struct top *t, size_t rows, size_t width,
			struct buffer *out)
{
	struct table table_ =
		table(columns, sizeof(columns) / sizeof(*columns));
	struct look_rate *rates = rates_of(t);
	bool good = rates && put_totals(t, out);

	if (good && t->screen)
		good = put_text(out, "q ends, p sorts by packets, b by "
				     "balance\n");
	for (size_t i = 0; good && i < t->now.count && i < rows; i++)
		put_row(&table_, &rates[i]);
	good = good && table_write(&table_, t->context.paint, width, out);
	table_drop(&table_);
	free(rates);
	return good;
}

/* ---- for programs ---- */

static void put_number(struct ilp_json_writer *w, const char *key,
		       const struct look_rate *rate, uint64_t tenths)
{
	struct look_text text = look_tenths(tenths);

	ilp_json_put_key(w, key);
	if (rate->known)
		ilp_json_put_number(w, ilp_text(text.text));
	else
		ilp_json_put_null(w);
}

static void put_rates(struct ilp_json_writer *w, const struct look_rate *rate)
{
	put_number(w, "packetsPerSecond", rate, rate->packets);
	put_number(w, "fulfilledPerSecond", rate, rate->fulfilled);
	put_number(w, "rejectedPerSecond", rate, rate->rejected);
}

static void put_pair(struct ilp_json_writer *w, const char *key,
		     const char *value)
{
	ilp_json_put_key(w, key);
	ilp_json_put_string(w, ilp_text(value));
}

static void put_account(struct ilp_json_writer *w, const struct look_rate *rate)
{
	const struct look_account *account = rate->account;
	struct look_text in = look_units(rate->in);
	struct look_text out = look_units(rate->out);

	ilp_json_begin_object(w);
	put_pair(w, "account", account->id);
	put_pair(w, "state", account->state);
	ilp_json_put_key(w, "connected");
	ilp_json_put_bool(w, account->connected);
	put_rates(w, rate);
	put_pair(w, "assetCode", account->asset);
	ilp_json_put_key(w, "assetScale");
	ilp_json_put_u64(w, account->scale);
	put_pair(w, "balance", account->balance);
	put_pair(w, "inPerSecond", in.text);
	put_pair(w, "outPerSecond", out.text);
	ilp_json_end_object(w);
}

static bool write_json(const struct top *t, struct buffer *out)
{
	size_t room = (t->now.count + 1) * ACCOUNT_JSON_MAX;
	struct look_rate total = look_total(before(t), &t->now);
	struct look_rate *rates = rates_of(t);
	struct ilp_json_writer w;
	bool good = rates && buffer_reserve(out, room, room);

	w = ilp_json_writer(out->at, good ? room - 1 : 0, 0);
	ilp_json_begin_object(&w);
	put_rates(&w, &total);
	ilp_json_put_key(&w, "inFlight");
	ilp_json_put_u64(&w, t->now.in_flight);
	ilp_json_put_key(&w, "accounts");
	ilp_json_begin_array(&w);
	for (size_t i = 0; good && i < t->now.count; i++)
		put_account(&w, &rates[i]);
	ilp_json_end_array(&w);
	ilp_json_end_object(&w);
	out->len = ilp_json_written(&w).len;
	free(rates);
	return out->len && buffer_add(out, ilp_text("\n"), room);
}

/* ---- frames ---- */

static size_t rows_on(const struct screen *screen)
{
	size_t height = screen_height(screen);

	return height > HEAD_LINES ? height - HEAD_LINES : 0;
}

static bool draw_frame(struct top *t)
{
	struct context *c = &t->context;
	struct buffer out = { NULL, 0, 0 };
	bool good;

	if (c->json)
		good = write_json(t, &out);
	else if (t->screen)
		good = write_frame(t, rows_on(t->screen),
				   screen_width(t->screen), &out);
	else
		good = write_frame(t, SIZE_MAX, c->width, &out);
	if (!good)
		context_no_memory(c);
	else if (t->screen)
		screen_draw(t->screen, buffer_bytes(&out));
	else
		context_put(c, buffer_bytes(&out));
	buffer_drop(&out);
	return good && fflush(c->out) == 0;
}

static bool take_key(struct top *t, char key)
{
	if (key == 'p')
		t->order = LOOK_BY_PACKETS;
	else if (key == 'b')
		t->order = LOOK_BY_BALANCE;
	return draw_frame(t);
}

static bool react(struct top *t, enum screen_event event, char key)
{
	switch (event) {
	case SCREEN_NOTHING:
		break;
	case SCREEN_KEY:
		return take_key(t, key);
	case SCREEN_CHANGED:
		return draw_frame(t);
	case SCREEN_END:
		t->over = true;
	}
	return true;
}

/* Until the next frame is due. */
static bool wait_for_next(struct top *t)
{
	int64_t ms = t->asked_ms * (SHARE - 1);
	int64_t until_ms =
		moment_now_ms() + (ms < t->interval_ms ? t->interval_ms : ms);
	bool good = true;
	int64_t left;

	if (!t->screen)
		moment_wait(until_ms - moment_now_ms());
	while (t->screen && good && !t->over &&
	       (left = until_ms - moment_now_ms()) > 0) {
		char key = 0;

		good = react(t, screen_wait(t->screen, left, &key), key);
	}
	return good;
}

/* While a node lets us wait, q and Ctrl-C are heard. */
static bool is_over(void *who)
{
	struct top *t = who;
	char key = 0;

	if (t->screen && !t->over)
		t->over = screen_wait(t->screen, 0, &key) == SCREEN_END;
	return t->over;
}

static bool run_once(struct top *t)
{
	return look_at_node(t) && wait_for_next(t) && look_at_node(t) && draw_frame(t);
}

static bool run_on(struct top *t)
{
	while (!t->over) {
		if (!look_at_node(t))
			return t->over;
		if (t->seen || t->screen) {
			if (!draw_frame(t))
				return false;
		}
		if (!wait_for_next(t))
			return false;
	}
	return true;
}

/* What is to be complained of is told where it stays to be seen. */
static bool run_on_screen(struct top *t)
{
	FILE *err = t->context.err;
	char *complaints = NULL;
	size_t len = 0;
	FILE *kept = open_memstream(&complaints, &len);
	bool good = false;

	t->screen = kept ? screen_open(t->context.in, t->context.out) : NULL;
	if (t->screen) {
		t->context.err = kept;
		node_look_at(t->node, is_over, t);
		good = run_on(t);
		screen_close(t->screen);
		t->context.err = err;
	} else {
		context_complain(&t->context, "the terminal cannot be taken "
					      "over; --once needs none");
	}
	if (kept)
		fclose(kept);
	fputs(complaints ? complaints : "", err);
	free(complaints);
	return good;
}

static bool read_interval(struct top *t, const char *said)
{
	unsigned long seconds = 0;
	char *end = NULL;

	t->interval_ms = INTERVAL_MS;
	if (!said)
		return true;
	seconds = strtoul(said, &end, 10);
	if (said[0] < '0' || said[0] > '9' || *end || seconds < 1 ||
	    seconds > INTERVAL_MAX_S) {
		context_complain(&t->context,
				 "--interval: expected seconds from 1 to %d",
				 INTERVAL_MAX_S);
		return false;
	}
	t->interval_ms = (int64_t)seconds * 1000;
	return true;
}

static enum command_status read_words(struct top *t, const struct arguments *a)
{
	if (a->options[SORT] && strcmp(a->options[SORT], orders[1]) == 0)
		t->order = LOOK_BY_BALANCE;
	if (!read_interval(t, a->options[INTERVAL]))
		return COMMAND_MISUSED;
	if (a->options[ONCE] || t->context.json || t->context.width)
		return COMMAND_OK;
	context_complain(&t->context,
			 "this is for a terminal; elsewhere --once shows one "
			 "frame, and --json an object each time");
	return COMMAND_MISUSED;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct top t = { .context = *c };
	enum command_status status = read_words(&t, a);
	bool good = false;

	if (status)
		return status;
	status = node_open(&t.node, &t.context, a);
	if (!status) {
		if (a->options[ONCE])
			good = run_once(&t);
		else
			good = c->json ? run_on(&t) : run_on_screen(&t);
		status = good ? COMMAND_OK : COMMAND_FAILED;
	}
	node_close(t.node);
	look_drop(&t.before);
	look_drop(&t.now);
	return status;
}

const struct command command_top = {
	.name = "top",
	.summary = "Shows what the accounts of a node do just now",
	.operands = "",
	.options = options,
	.text = "Shows the accounts of a node with their packets a second, "
		"their balances and the money that flows in a second in whole "
		"coins, and draws that anew each second, until q or Ctrl-C is "
		"pressed. Packets of an account are those from it and to it, "
		"so that each one that is sent on is one of two accounts. A "
		"node with very many accounts is asked less often.\n\n"
		"With --once it is one frame, and with --json an object a line, "
		"without end unless it is --once.",
	.example = "  ilp top\n"
		   "  ilp top --sort balance --interval 5\n"
		   "  ilp --json top --once\n",
	.node = true,
	.run = run,
};
