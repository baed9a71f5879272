/* SPDX-License-Identifier: Apache-2.0 */
#include "price/source.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/dice.h"
#include "ilp/timestamp.h"
#include "price/ecb.h"

#define STATUS_OK 200

struct source {
	const struct source_options *options;
	struct dice dice;
	bool fetching;
	int64_t due_us; /* while fetching: when to give up; else: to fetch */
	uint64_t last_id;
	unsigned failures; /* since all was well */
	struct price_words problem;
	/* What counts, and where the next answer is read to. */
	struct prices *prices;
	struct prices *spare;
	uint64_t prices_id;
	struct ilp_time prices_at;
	int64_t modified_ms;
};

static bool stands_still(const struct source *s)
{
	return s->options->place == SOURCE_NOWHERE;
}

struct source *source_create(const struct source_options *options,
			     uint64_t seed)
{
	struct source *s = calloc(1, sizeof(*s));

	assert((options->kind == SOURCE_ONE_TO_ONE ||
		options->kind == SOURCE_FIXED) ==
	       (options->place == SOURCE_NOWHERE));
	if (!s)
		return NULL;
	s->options = options;
	s->dice.state = seed;
	s->due_us = INT64_MIN;
	if (stands_still(s))
		return s;
	s->prices = calloc(1, sizeof(*s->prices));
	s->spare = calloc(1, sizeof(*s->spare));
	if (s->prices && s->spare)
		return s;
	source_destroy(s);
	return NULL;
}

void source_destroy(struct source *s)
{
	if (!s)
		return;
	free(s->prices);
	free(s->spare);
	free(s);
}

const struct source_options *source_options(const struct source *s)
{
	return s->options;
}

const char *source_problem(const struct source *s)
{
	return s->problem.text;
}

/* ---- when ---- */

int64_t source_deadline_us(const struct source *s)
{
	return stands_still(s) ? ILP_NEVER_US : s->due_us;
}

/* Half of the wait is certain, the other half is drawn. */
static void back_off(struct source *s, int64_t now_us)
{
	int64_t longest = s->options->refresh_us > SOURCE_RETRY_LONGEST_US ?
				  s->options->refresh_us :
				  SOURCE_RETRY_LONGEST_US;
	int64_t wait = SOURCE_RETRY_FIRST_US;

	for (unsigned i = 0; i < s->failures && wait < longest; i++)
		wait *= 2;
	s->failures++;
	if (wait > longest)
		wait = longest;
	s->fetching = false;
	s->due_us = now_us + wait / 2 +
		    (int64_t)dice_below(&s->dice, (uint64_t)(wait / 2 + 1));
}

bool source_next_fetch(struct source *s, struct ilp_time now,
		       struct source_fetch *out)
{
	const struct source_options *o = s->options;

	if (stands_still(s) || now.monotonic_us < s->due_us)
		return false;
	if (s->fetching) {
		price_say(&s->problem, "no answer within %" PRId64 " ms",
			  o->timeout_us / 1000);
		back_off(s, now.monotonic_us);
		return false;
	}
	s->fetching = true;
	s->due_us = now.monotonic_us + o->timeout_us;
	*out = (struct source_fetch){
		.id = ++s->last_id,
		.place = o->place,
		.location = o->location,
		.header = o->header,
		.tls_ca = o->tls_ca,
		.bytes_max = o->bytes_max,
		.give_up_us = s->due_us,
	};
	return true;
}

/* Is this the answer that we wait for, and in time? */
static bool is_awaited(const struct source *s, struct ilp_time now, uint64_t id)
{
	return s->fetching && id == s->last_id && now.monotonic_us < s->due_us;
}

/* ---- what came ---- */

static bool is_to_come(int64_t moment_ms, struct ilp_time now)
{
	return moment_ms != PRICE_UNTOLD &&
	       moment_ms - SOURCE_AHEAD_MAX_MS > now.wall_ms;
}

/* A price from the future would look young for too long. */
static bool check_moments(struct source *s, struct ilp_time now,
			  int64_t modified_ms)
{
	char moment[ILP_ISO_TIME_SIZE];

	if (is_to_come(modified_ms, now))
		return price_refuse(&s->problem,
				    "the file was changed in the future; is "
				    "the clock right?");
	for (size_t i = 0; i < s->spare->count; i++) {
		const struct price *price = &s->spare->at[i];

		if (!is_to_come(price->as_of_ms, now))
			continue;
		ilp_timestamp_iso(moment, price->as_of_ms);
		return price_refuse(&s->problem,
				    "the price of %s is of %s, which is in the "
				    "future; is the clock right?",
				    price->code, moment);
	}
	return true;
}

static bool read_body(struct source *s, struct ilp_bytes body)
{
	switch (s->options->kind) {
	case SOURCE_ECB:
		return ecb_read(s->spare, body, dice_roll(&s->dice),
				&s->problem);
	case SOURCE_JSON:
		return json_prices_read(s->spare, s->options->form, body,
					&s->problem);
	case SOURCE_ONE_TO_ONE:
	case SOURCE_FIXED:
		break;
	}
	return false;
}

static bool read_answer(struct source *s, struct ilp_time now,
			const struct source_answer *answer)
{
	if (answer->status != STATUS_OK)
		return price_refuse(&s->problem, "HTTP status %u",
				    answer->status);
	if (answer->body.len > s->options->bytes_max)
		return price_refuse(&s->problem, "more than %zu bytes",
				    s->options->bytes_max);
	return read_body(s, answer->body) &&
	       check_moments(s, now, answer->modified_ms);
}

bool source_fetched(struct source *s, struct ilp_time now, uint64_t id,
		    const struct source_answer *answer)
{
	struct prices *before = s->prices;

	if (!is_awaited(s, now, id))
		return false;
	if (!read_answer(s, now, answer)) {
		back_off(s, now.monotonic_us);
		return false;
	}
	s->prices = s->spare;
	s->spare = before;
	s->prices_id = id;
	s->prices_at = now;
	s->modified_ms = answer->modified_ms;
	s->problem.text[0] = '\0';
	s->failures = 0;
	s->fetching = false;
	s->due_us = now.monotonic_us + s->options->refresh_us;
	return true;
}

void source_failed(struct source *s, struct ilp_time now, uint64_t id,
		   const char *reason)
{
	if (!is_awaited(s, now, id))
		return;
	price_say(&s->problem, "%s", reason);
	back_off(s, now.monotonic_us);
}

/* ---- prices ---- */

/* On the monotonic clock, since the other one may step later on. */
static int64_t born_us(const struct source *s, const struct price *price)
{
	int64_t as_of_ms = price->as_of_ms;
	int64_t age_ms;

	if (as_of_ms == PRICE_UNTOLD)
		as_of_ms = s->modified_ms;
	if (as_of_ms == PRICE_UNTOLD)
		return s->prices_at.monotonic_us;
	age_ms = s->prices_at.wall_ms - as_of_ms;
	return s->prices_at.monotonic_us - (age_ms > 0 ? age_ms : 0) * 1000;
}

bool source_price(const struct source *s, const char *code,
		  struct source_price *out)
{
	int64_t age_max_us = s->options->age_max_us;
	const struct price *price;

	*out = (struct source_price){ .worth = ILP_RATE_ONE,
				      .expires_us = ILP_NEVER_US };
	price = prices_find(stands_still(s) ? s->options->fixed : s->prices,
			    code);
	if (!price)
		return false;
	out->worth = price->worth;
	if (stands_still(s))
		return true;
	out->fetch = s->prices_id;
	out->born_us = born_us(s, price);
	if (age_max_us != ILP_NEVER_US)
		out->expires_us = out->born_us + age_max_us;
	return true;
}
