/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pthread_setname_np */
#include "io/rate_feed.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/now.h"
#include "io/rate_fetch.h"
#include "io/rate_source.h"
#include "price/rates.h"

#define SLEEP_MAX_MS 60000
#define ASSETS_MAX (RATES_ASSETS_MAX + 1) /* with the measure */

struct worth {
	char code[PRICE_CODE_SIZE];
	unsigned group; /* 0: it is worth so much in the measure */
	enum rates_found found;
	struct ilp_rate worth;
	int64_t expires_us;
};

/* What the operator believes; one at a time. */
enum belief {
	BELIEF_NONE,
	BELIEF_WANTED,
	BELIEF_TAKEN,
};

struct rate_feed {
	rate_feed_woken *woken;
	void *context;
	size_t source_count;
	bool running;
	pthread_t thread;
	size_t seen; /* the owner's: how many assets of the exchange, */
	bool replaces; /* and whether another's prices are still there */

	/* The thread's, once it runs. */
	struct rate_source sources[RATES_SOURCES_MAX];
	struct price_words problems[RATES_SOURCES_MAX]; /* that were told */
	struct rates *rates;
	struct rate_fetcher *fetcher;
	struct worth made[ASSETS_MAX]; /* the measure first */
	size_t count;

	/* Of both, under the lock. */
	pthread_mutex_t lock;
	struct worth given[ASSETS_MAX];
	size_t wanted; /* of which `count` have come to the thread */
	struct price_words alerts[RATE_FEED_ALERTS_MAX];
	size_t alert_first;
	size_t alert_count;
	enum belief belief;
	struct errand *believer;
	struct rate_feed_belief believed;

	/* Of both, without it. */
	atomic_bool news; /* what was given is not taken up */
	atomic_bool ending;
};

/* ---- the thread: what is told ---- */

/* By the owner's thread, too. Wakes nobody yet. */
static void tell(struct rate_feed *f, const struct price_words *text)
{
	size_t place;

	pthread_mutex_lock(&f->lock);
	if (f->alert_count == RATE_FEED_ALERTS_MAX) {
		f->alert_first = (f->alert_first + 1) % RATE_FEED_ALERTS_MAX;
		f->alert_count--;
	}
	place = (f->alert_first + f->alert_count++) % RATE_FEED_ALERTS_MAX;
	f->alerts[place] = *text;
	pthread_mutex_unlock(&f->lock);
}

/* Once for each change. */
static bool tell_problems(struct rate_feed *f)
{
	struct price_words text;
	bool told = false;

	for (size_t i = 0; i < f->source_count; i++) {
		struct rate_source *s = &f->sources[i];
		const char *problem = source_problem(s->machine);

		if (strcmp(problem, f->problems[i].text) == 0)
			continue;
		price_say(&f->problems[i], "%s", problem);
		price_say(&text, "%s: %s", s->options.name,
			  problem[0] ? problem : "all is well again");
		tell(f, &text);
		told = true;
	}
	return told;
}

static bool tell_alerts(struct rate_feed *f)
{
	struct rates_alert alert;
	bool told = false;

	while (rates_next_alert(f->rates, &alert)) {
		tell(f, &alert.text);
		told = true;
	}
	return told;
}

/* ---- the thread: what is wanted ---- */

/* One that there is no memory for is tried again in the next round. */
static void take_wanted(struct rate_feed *f)
{
	size_t before = f->count;

	pthread_mutex_lock(&f->lock);
	for (; f->count < f->wanted; f->count++)
		f->made[f->count] = f->given[f->count];
	pthread_mutex_unlock(&f->lock);
	for (size_t i = before; i < f->count; i++)
		if (!rates_add_asset(f->rates, f->made[i].code))
			f->count = i;
}

/* ---- the thread: what is given ---- */

static bool is_same(const struct worth *a, const struct worth *b)
{
	return a->found == b->found && a->expires_us == b->expires_us &&
	       a->worth.numerator == b->worth.numerator &&
	       a->worth.denominator == b->worth.denominator;
}

/* In the measure. Is anything new? */
static bool look_up(struct rate_feed *f, const char *measure, int64_t now_us)
{
	struct price_words why;
	bool news = false;

	for (size_t i = 0; i < f->count; i++) {
		struct worth *w = &f->made[i];
		struct worth now = *w;

		now.worth = ILP_RATE_ONE;
		now.group = rates_group(f->rates, w->code);
		now.found = now.group ? RATES_FOUND :
					rates_find(f->rates, w->code, measure,
						   now_us, &now.worth, &why);
		now.expires_us = rates_expires_us(f->rates, w->code);
		news |= !is_same(&now, w);
		*w = now;
	}
	return news;
}

static void give(struct rate_feed *f)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->count; i++)
		f->given[i] = f->made[i];
	atomic_store(&f->news, true);
	pthread_mutex_unlock(&f->lock);
}

/* ---- the thread: what the operator believes ---- */

/* Is there something that he does? What becomes of it is the thread's until it
 * is told. */
static bool take_belief(struct rate_feed *f)
{
	struct rate_feed_belief *b = &f->believed;
	bool wanted;

	pthread_mutex_lock(&f->lock);
	wanted = f->belief == BELIEF_WANTED;
	pthread_mutex_unlock(&f->lock);
	if (wanted)
		b->confirmed = rates_confirm(f->rates, b->code);
	return wanted;
}

/* When the price is there to be taken up. */
static void tell_belief(struct rate_feed *f, int64_t now_us)
{
	struct rate_feed_belief *b = &f->believed;

	rates_describe(f->rates, b->code, now_us, &b->text);
	pthread_mutex_lock(&f->lock);
	f->belief = BELIEF_TAKEN;
	pthread_mutex_unlock(&f->lock);
}

/* ---- the thread: what is fetched ---- */

static void fetch(struct rate_feed *f)
{
	struct ilp_time now = now_read();
	struct source_fetch wanted;

	for (size_t i = 0; i < f->source_count; i++)
		while (source_next_fetch(f->sources[i].machine, now, &wanted))
			rate_fetcher_start(f->fetcher, i, &wanted,
					   now.monotonic_us);
}

static void take_answers(struct rate_feed *f)
{
	struct rate_fetched fetched;

	while (rate_fetcher_next(f->fetcher, &fetched)) {
		struct source *s = f->sources[fetched.source].machine;

		if (fetched.reason)
			source_failed(s, now_read(), fetched.id,
				      fetched.reason);
		else
			source_fetched(s, now_read(), fetched.id,
				       &fetched.answer);
	}
}

static void sleep_well(struct rate_feed *f)
{
	int64_t now_us = now_read().monotonic_us;
	int64_t until_us = now_us + (int64_t)SLEEP_MAX_MS * 1000;

	if (rates_deadline_us(f->rates, now_us) < until_us)
		until_us = rates_deadline_us(f->rates, now_us);
	for (size_t i = 0; i < f->source_count; i++) {
		int64_t due_us = source_deadline_us(f->sources[i].machine);

		if (due_us < until_us)
			until_us = due_us;
	}
	if (until_us > now_us)
		rate_fetcher_wait(f->fetcher,
				  (int)((until_us - now_us) / 1000) + 1);
}

static void *run(void *context)
{
	struct rate_feed *f = context;
	const char *measure = f->made[0].code;

	pthread_setname_np(pthread_self(), "ilpd-rates");
	while (!atomic_load(&f->ending)) {
		bool believed = take_belief(f);
		int64_t now_us;
		bool news;

		take_wanted(f);
		fetch(f);
		take_answers(f);
		now_us = now_read().monotonic_us;
		rates_update(f->rates, now_us);
		news = look_up(f, measure, now_us);
		if (news)
			give(f);
		if (believed)
			tell_belief(f, now_us);
		news |= believed;
		news |= tell_problems(f);
		news |= tell_alerts(f);
		if (news)
			f->woken(f->context);
		sleep_well(f);
	}
	return NULL;
}

/* ---- the owner: what is wanted ---- */

static bool is_wanted(const struct rate_feed *f, const char *code)
{
	for (size_t i = 0; i < f->wanted; i++)
		if (strcmp(f->given[i].code, code) == 0)
			return true;
	return false;
}

/* Under the lock, unless there is no thread yet. False when there is no room
 * for it. */
static bool want(struct rate_feed *f, const char *code)
{
	struct worth *w = &f->given[f->wanted];

	if (is_wanted(f, code))
		return true;
	if (f->wanted == ASSETS_MAX)
		return false;
	*w = (struct worth){ .found = RATES_NONE,
			     .worth = ILP_RATE_ONE,
			     .expires_us = ILP_NEVER_US };
	strcpy(w->code, code);
	f->wanted++;
	return true;
}

static void want_one(struct rate_feed *f, const char *code)
{
	struct price_words text;
	bool good;

	pthread_mutex_lock(&f->lock);
	good = want(f, code);
	pthread_mutex_unlock(&f->lock);
	if (good)
		return;
	price_say(&text, "%s: it has no price, since there are %d others", code,
		  RATES_ASSETS_MAX);
	tell(f, &text);
	f->woken(f->context);
}

static void want_new(struct rate_feed *f, const struct exchange *exchange)
{
	while (f->seen < exchange_count(exchange))
		want_one(f, exchange_code(exchange, f->seen++));
	rate_fetcher_wake(f->fetcher);
}

/* ---- from beginning to end ---- */

static bool make_sources(struct rate_feed *f, const struct config *config,
			 struct price_words *problem)
{
	for (size_t i = 0; i < config->source_count; i++) {
		f->source_count++;
		if (!rate_source_init(&f->sources[i], &config->sources[i],
				      problem))
			return false;
		rates_add_source(f->rates, f->sources[i].machine);
	}
	return true;
}

struct rate_feed *rate_feed_create(const struct config *config,
				   rate_feed_woken *woken, void *context,
				   struct price_words *problem)
{
	const struct quote_rule rule = { config->jump_ppm,
					 config->jump_repeats };
	struct rate_feed *f = calloc(1, sizeof(*f));

	price_say(problem, "no memory");
	if (!f)
		return NULL;
	pthread_mutex_init(&f->lock, NULL);
	f->woken = woken;
	f->context = context;
	f->rates = rates_create(config->measure, rule);
	f->fetcher = rate_fetcher_create(config->source_count);
	if (f->rates && f->fetcher && want(f, config->measure) &&
	    make_sources(f, config, problem))
		return f;
	rate_feed_destroy(f);
	return NULL;
}

/* Signals are for other threads. */
bool rate_feed_start(struct rate_feed *f)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	f->running = pthread_create(&f->thread, NULL, run, f) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return f->running;
}

void rate_feed_destroy(struct rate_feed *f)
{
	if (!f)
		return;
	atomic_store(&f->ending, true);
	if (f->running) {
		rate_fetcher_wake(f->fetcher);
		pthread_join(f->thread, NULL);
	}
	rate_fetcher_destroy(f->fetcher);
	rates_destroy(f->rates);
	for (size_t i = 0; i < f->source_count; i++)
		rate_source_finish(&f->sources[i]);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* ---- the owner ---- */

/* What goes one to one does so for good. One without a price has never had any.
 * When there is no memory, a price that was there before still has its end. */
static void set_price(const struct worth *w, struct exchange *exchange)
{
	if (w->group) {
		exchange_set_group(exchange, w->code, w->group);
		return;
	}
	switch (w->found) {
	case RATES_FOUND:
		exchange_set_price_until(exchange, w->code, w->worth,
					 w->expires_us);
		break;
	case RATES_OLD:
		exchange_set_price_until(exchange, w->code, ILP_RATE_ONE,
					 INT64_MIN);
		break;
	case RATES_NONE:
		break;
	}
}

void rate_feed_replace(struct rate_feed *f)
{
	f->replaces = true;
}

void rate_feed_apply(struct rate_feed *f, struct exchange *exchange)
{
	if (f->seen < exchange_count(exchange))
		want_new(f, exchange);
	if (!atomic_load(&f->news))
		return;
	if (f->replaces)
		exchange_clear_prices(exchange);
	f->replaces = false;
	pthread_mutex_lock(&f->lock);
	atomic_store(&f->news, false);
	for (size_t i = 0; i < f->wanted; i++)
		set_price(&f->given[i], exchange);
	pthread_mutex_unlock(&f->lock);
}

bool rate_feed_next_alert(struct rate_feed *f, struct price_words *out)
{
	bool found;

	pthread_mutex_lock(&f->lock);
	found = f->alert_count > 0;
	if (found) {
		*out = f->alerts[f->alert_first];
		f->alert_first = (f->alert_first + 1) % RATE_FEED_ALERTS_MAX;
		f->alert_count--;
	}
	pthread_mutex_unlock(&f->lock);
	return found;
}

bool rate_feed_believe(struct rate_feed *f, struct errand *errand,
		       const char *code)
{
	bool taken;

	pthread_mutex_lock(&f->lock);
	taken = f->belief == BELIEF_NONE;
	if (taken) {
		f->believed = (struct rate_feed_belief){ .confirmed = false };
		snprintf(f->believed.code, sizeof(f->believed.code), "%s",
			 code);
		f->believer = errand;
		f->belief = BELIEF_WANTED;
	}
	pthread_mutex_unlock(&f->lock);
	if (taken)
		rate_fetcher_wake(f->fetcher);
	return taken;
}

struct errand *rate_feed_next_believed(struct rate_feed *f,
				       struct rate_feed_belief *out)
{
	struct errand *errand = NULL;

	pthread_mutex_lock(&f->lock);
	if (f->belief == BELIEF_TAKEN) {
		errand = f->believer;
		*out = f->believed;
		f->belief = BELIEF_NONE;
	}
	pthread_mutex_unlock(&f->lock);
	return errand;
}
