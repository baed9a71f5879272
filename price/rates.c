/* SPDX-License-Identifier: Apache-2.0 */
#include "price/rates.h"

#include <stdio.h>
#include <stdlib.h>

#include "price/bound.h"
#include "price/figure.h"

struct asset {
	char code[PRICE_CODE_SIZE];
	struct quote quote;
	struct rates_alert alert; /* none with QUOTE_NOTHING */
};

struct rates {
	char measure[PRICE_CODE_SIZE];
	struct quote_rule rule;
	const struct source *sources[RATES_SOURCES_MAX];
	size_t source_count;
	struct asset *assets;
	size_t asset_count;
	size_t asset_capacity;
};

static bool copy_code(char out[PRICE_CODE_SIZE], const char *code)
{
	size_t len = strlen(code);

	if (len == 0 || len >= PRICE_CODE_SIZE)
		return false;
	memcpy(out, code, len + 1);
	return true;
}

struct rates *rates_create(const char *measure, struct quote_rule rule)
{
	struct rates *r = calloc(1, sizeof(*r));

	if (r && copy_code(r->measure, measure)) {
		r->rule = rule;
		return r;
	}
	rates_destroy(r);
	return NULL;
}

void rates_destroy(struct rates *r)
{
	if (!r)
		return;
	free(r->assets);
	free(r);
}

bool rates_add_source(struct rates *r, const struct source *source)
{
	if (r->source_count == RATES_SOURCES_MAX)
		return false;
	r->sources[r->source_count++] = source;
	return true;
}

static struct asset *find(const struct rates *r, const char *code)
{
	for (size_t i = 0; i < r->asset_count; i++)
		if (strcmp(r->assets[i].code, code) == 0)
			return &r->assets[i];
	return NULL;
}

static bool make_room(struct rates *r)
{
	size_t capacity = r->asset_capacity ? 2 * r->asset_capacity : 8;
	struct asset *more;

	if (r->asset_count < r->asset_capacity)
		return true;
	if (r->asset_count == RATES_ASSETS_MAX)
		return false;
	more = realloc(r->assets, capacity * sizeof(*more));
	if (!more)
		return false;
	r->assets = more;
	r->asset_capacity = capacity;
	return true;
}

bool rates_add_asset(struct rates *r, const char *code)
{
	struct asset asset = { .quote = { .known = false } };

	if (strcmp(code, r->measure) == 0 || find(r, code))
		return true;
	if (!copy_code(asset.code, code) || !make_room(r))
		return false;
	r->assets[r->asset_count++] = asset;
	return true;
}

static bool is_one_to_one(const struct source *source)
{
	return source_options(source)->kind == SOURCE_ONE_TO_ONE;
}

unsigned rates_group(const struct rates *r, const char *code)
{
	struct source_price price;

	for (size_t i = 0; i < r->source_count; i++)
		if (is_one_to_one(r->sources[i]) &&
		    strcmp(code, r->measure) != 0 &&
		    source_price(r->sources[i], code, &price))
			return (unsigned)i + 1;
	return 0;
}

/* ---- what is offered ---- */

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* In the measure, and as old as the older of both its parts. */
static bool offer_of(const struct rates *r, size_t source, const char *code,
		     struct offer *out)
{
	struct source_price asset, measure;

	if (!source_price(r->sources[source], code, &asset) ||
	    !source_price(r->sources[source], r->measure, &measure) ||
	    ilp_rate_divide(&out->worth, asset.worth, measure.worth))
		return false;
	out->born_us = lesser(asset.born_us, measure.born_us);
	out->expires_us = lesser(asset.expires_us, measure.expires_us);
	out->source = source;
	out->fetch = asset.fetch;
	return true;
}

/* By the first source that has one in the measure; only what is young enough
 * then, unless `any`. */
static bool best_offer(const struct rates *r, const char *code, int64_t now_us,
		       bool any, struct offer *out)
{
	if (rates_group(r, code))
		return false;
	for (size_t i = 0; i < r->source_count; i++)
		if (!is_one_to_one(r->sources[i]) &&
		    offer_of(r, i, code, out) &&
		    (any || now_us < out->expires_us))
			return true;
	return false;
}

/* ---- what is told ---- */

static const char *source_name(const struct rates *r, const struct offer *offer)
{
	return source_options(r->sources[offer->source])->name;
}

static struct figure age_of(const struct offer *offer, int64_t now_us)
{
	return figure_age(now_us - offer->born_us);
}

static struct figure age_max_of(const struct offer *offer)
{
	return figure_age(offer->expires_us - offer->born_us);
}

static void tell_jump(const struct rates *r, struct asset *a,
		      const struct offer *before, const struct offer *held)
{
	const struct ilp_rate percent = {
		bound_between(before->worth, held->worth), 10000
	};

	price_say(&a->alert.text,
		  "%s: %s says %s %s, which is %s %% away from %s; it is held "
		  "back",
		  a->code, source_name(r, held), figure_rate(held->worth).text,
		  r->measure, figure_rate(percent).text,
		  figure_rate(before->worth).text);
}

static void tell(const struct rates *r, struct asset *a,
		 const struct quote *before, enum quote_news news,
		 int64_t now_us)
{
	struct rates_alert *alert = &a->alert;
	const struct offer *after = &a->quote.price;

	switch (news) {
	case QUOTE_NOTHING:
		return;
	case QUOTE_JUMPED:
		after = &a->quote.held;
		tell_jump(r, a, &before->price, after);
		break;
	case QUOTE_TAKEN:
		price_say(&alert->text,
			  "%s: %s %s by %s is the price now, since it came "
			  "again and again; before, it was %s",
			  a->code, figure_rate(after->worth).text, r->measure,
			  source_name(r, after),
			  figure_rate(before->price.worth).text);
		break;
	case QUOTE_AGED:
		price_say(&alert->text,
			  "%s: the price by %s is %s old, and no source has "
			  "another that counts",
			  a->code, source_name(r, after),
			  age_of(after, now_us).text);
		break;
	}
	alert->news = news;
	alert->before = before->price.worth;
	alert->after = after->worth;
	memcpy(alert->code, a->code, sizeof(alert->code));
}

bool rates_next_alert(struct rates *r, struct rates_alert *out)
{
	for (size_t i = 0; i < r->asset_count; i++) {
		struct rates_alert *alert = &r->assets[i].alert;

		if (alert->news == QUOTE_NOTHING)
			continue;
		*out = *alert;
		alert->news = QUOTE_NOTHING;
		return true;
	}
	return false;
}

void rates_describe(const struct rates *r, const char *code, int64_t now_us,
		    struct price_words *out)
{
	const struct asset *a = find(r, code);
	const struct offer *price = a ? &a->quote.price : NULL;
	unsigned group = rates_group(r, code);
	char held[PRICE_WORDS_SIZE / 2] = "";

	if (group) {
		price_say(out, "%s: one to one, by %s", code,
			  source_options(r->sources[group - 1])->name);
		return;
	}
	if (!a || !a->quote.known) {
		price_say(out, "%s: no price", code);
		return;
	}
	if (a->quote.times)
		snprintf(held, sizeof(held), "; held back: %s by %s, %u of %u times",
			 figure_rate(a->quote.held.worth).text,
			 source_name(r, &a->quote.held), a->quote.times,
			 r->rule.repeats);
	if (price->expires_us == ILP_NEVER_US)
		price_say(out, "%s: %s %s by %s%s", code,
			  figure_rate(price->worth).text, r->measure,
			  source_name(r, price), held);
	else
		price_say(out, "%s: %s %s by %s, %s old%s%s", code,
			  figure_rate(price->worth).text, r->measure,
			  source_name(r, price), age_of(price, now_us).text,
			  now_us < price->expires_us ? "" : " (too old)", held);
}

/* ---- what goes on ---- */

void rates_update(struct rates *r, int64_t now_us)
{
	for (size_t i = 0; i < r->asset_count; i++) {
		struct asset *a = &r->assets[i];
		struct quote before = a->quote;
		struct offer offer;
		bool offered = best_offer(r, a->code, now_us, false, &offer);

		tell(r, a, &before,
		     quote_offer(&a->quote, offered ? &offer : NULL, &r->rule,
				 now_us),
		     now_us);
	}
}

int64_t rates_deadline_us(const struct rates *r, int64_t now_us)
{
	int64_t best_us = ILP_NEVER_US;

	for (size_t i = 0; i < r->asset_count; i++)
		best_us = lesser(best_us, quote_deadline_us(&r->assets[i].quote,
							    now_us));
	return best_us;
}

int64_t rates_expires_us(const struct rates *r, const char *code)
{
	const struct asset *a = find(r, code);

	return a && a->quote.known ? a->quote.price.expires_us : ILP_NEVER_US;
}

bool rates_confirm(struct rates *r, const char *code)
{
	struct asset *a = find(r, code);

	return a && quote_confirm(&a->quote);
}

/* ---- what is asked ---- */

static enum rates_found too_old(const char *code, const struct offer *price,
				int64_t now_us, struct price_words *why)
{
	price_say(why, "the price of %s is %s old, and may be %s", code,
		  age_of(price, now_us).text, age_max_of(price).text);
	return RATES_OLD;
}

static enum rates_found worth_of(const struct rates *r, const char *code,
				 int64_t now_us, struct ilp_rate *out,
				 struct price_words *why)
{
	const struct asset *a = find(r, code);
	struct offer offer;

	*out = ILP_RATE_ONE;
	if (strcmp(code, r->measure) == 0)
		return RATES_FOUND;
	if (a && a->quote.known) {
		*out = a->quote.price.worth;
		if (now_us < a->quote.price.expires_us)
			return RATES_FOUND;
		return too_old(code, &a->quote.price, now_us, why);
	}
	/* What was too old when it came has never been a price. */
	if (a && best_offer(r, code, now_us, true, &offer) &&
	    now_us >= offer.expires_us)
		return too_old(code, &offer, now_us, why);
	price_say(why, "there is no price of %s", code);
	return RATES_NONE;
}

static enum rates_found find_one_to_one(const struct rates *r, const char *from,
					const char *to,
					struct price_words *why)
{
	unsigned group = rates_group(r, from);

	if (group == rates_group(r, to))
		return RATES_FOUND;
	price_say(why, "%s is exchanged one to one, but not for %s",
		  group ? from : to, group ? to : from);
	return RATES_NONE;
}

enum rates_found rates_find(const struct rates *r, const char *from,
			    const char *to, int64_t now_us,
			    struct ilp_rate *out, struct price_words *why)
{
	struct ilp_rate from_worth, to_worth;
	enum rates_found found;

	*out = ILP_RATE_ONE;
	if (strcmp(from, to) == 0)
		return RATES_FOUND;
	if (rates_group(r, from) || rates_group(r, to))
		return find_one_to_one(r, from, to, why);
	found = worth_of(r, from, now_us, &from_worth, why);
	if (found == RATES_FOUND)
		found = worth_of(r, to, now_us, &to_worth, why);
	if (found != RATES_FOUND)
		return found;
	if (ilp_rate_divide(out, from_worth, to_worth)) {
		price_say(why,
			  "the rate from %s to %s takes more than 128 "
			  "bits",
			  from, to);
		return RATES_NONE;
	}
	return RATES_FOUND;
}
