/* SPDX-License-Identifier: Apache-2.0 */
#include "io/reload.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/keys.h"
#include "io/logger.h"
#include "io/trust.h"

/* What may still be on its way from the sources that were before. */
#define PRICES_LAST_US 60000000

struct reload {
	struct reloader reloader;
	struct reload_options options;
	char path[PLACE_SIZE]; /* of the file, as it was read last */
	/* Those that are in use: by all, by the thread of prices, and by whoever
	 * looks at what was before. The one of the start is another's. */
	struct config *now;
	struct config *prices;
	struct config *before;
	/* That are made ready. */
	struct trust *trust;
	struct keys *keys;
	struct rate_feed *rates;
};

/* ---- reading ---- */

/* On the thread of the admin API. */
static struct config *read_anew(void *context, char *error, size_t error_size)
{
	struct reload *r = context;
	struct configuration c;

	if (!configuration_read(&c, r->options.arguments, error, error_size))
		return NULL;
	if (!configuration_check(c.config, error, error_size)) {
		config_destroy(c.config);
		return NULL;
	}
	memcpy(r->path, c.path, sizeof(r->path));
	r->reloader.file = c.from_file ? r->path : NULL;
	return c.config;
}

/* ---- making ready ---- */

static void drop_prepared(struct reload *r)
{
	trust_destroy(r->trust);
	keys_destroy(r->keys);
	rate_feed_destroy(r->rates);
	listener_drop_all(r->options.loop);
	r->trust = NULL;
	r->keys = NULL;
	r->rates = NULL;
}

static bool prepare_listeners(struct reload *r, const struct config *config,
			      char *error, size_t error_size)
{
	for (size_t i = 0; i < config->listener_count; i++) {
		const struct listener_settings settings =
			configuration_listener(&config->listeners[i]);

		if (!listener_prepare(r->options.loop, i, &settings, error,
				      error_size))
			return false;
	}
	return true;
}

static bool prepare_rates(struct reload *r, const struct config_plan *plan,
			  char *error, size_t error_size)
{
	struct price_words problem;

	if (!plan->sources || !plan->now->source_count)
		return true;
	r->rates = rate_feed_create(plan->now, r->options.woken,
				    r->options.woken_context, &problem);
	if (!r->rates)
		snprintf(error, error_size, "%s", problem.text);
	return r->rates;
}

static bool prepare_all(struct reload *r, const struct config_plan *plan,
			char *error, size_t error_size)
{
	snprintf(error, error_size, "no memory");
	r->trust = trust_create(plan->now, error, error_size);
	if (!r->trust)
		return false;
	r->keys = keys_create(plan->now, r->options.loop->crypto, error,
			      error_size);
	return r->keys && prepare_listeners(r, plan->now, error, error_size) &&
	       prepare_rates(r, plan, error, error_size);
}

/* On the shard's thread, as is all below. */
static bool prepare(void *context, const struct config_plan *plan, char *error,
		    size_t error_size)
{
	struct reload *r = context;
	bool good = prepare_all(r, plan, error, error_size);

	if (!good)
		drop_prepared(r);
	return good;
}

/* ---- taking ---- */

static bool is_used(const struct reload *r, const struct config *config)
{
	return config == r->now || config == r->prices ||
	       config == r->before || config == r->reloader.started;
}

static void take_peers(struct reload *r)
{
	struct loop *loop = r->options.loop;

	trust_destroy(loop->trust);
	keys_destroy(loop->keys);
	loop->trust = r->trust;
	loop->keys = r->keys;
	r->trust = NULL;
	r->keys = NULL;
}

static void keep_for_prices(struct reload *r, struct config *config)
{
	struct config *before = r->prices;

	r->prices = config;
	if (!is_used(r, before))
		config_destroy(before);
}

/* Prices of before are good until the new sources have told theirs, but not for
 * long. */
static bool take_rates(struct reload *r, struct config *config,
		       const struct config_plan *plan, char *error,
		       size_t error_size)
{
	struct loop *loop = r->options.loop;

	if (!plan->sources)
		return true;
	rate_feed_destroy(loop->rates);
	loop->rates = r->rates;
	r->rates = NULL;
	keep_for_prices(r, config);
	if (!loop->rates)
		return true;
	exchange_end_prices(shard_exchange(loop->shard),
			    loop->now.monotonic_us + PRICES_LAST_US);
	rate_feed_replace(loop->rates);
	rate_feed_apply(loop->rates, shard_exchange(loop->shard));
	if (rate_feed_start(loop->rates))
		return true;
	snprintf(error, error_size, "cannot start a thread for the rates");
	return false;
}

/* All are given anew: which of them are others is in their files. */
static bool take_keys(struct reload *r, const struct config *config,
		      const struct config_plan *plan, char *error,
		      size_t error_size)
{
	struct loop *loop = r->options.loop;

	for (size_t i = 0; i < plan->before->account_count; i++) {
		const struct config_account *a = &plan->before->accounts[i];
		const struct account *account =
			shard_account_find(loop->shard, a->settings.id);

		if (account && (a->incoming_jwt.secret.len ||
				a->incoming_jwt.key))
			shard_account_drop_keys(loop->shard, account);
	}
	return keys_apply(config, loop->shard, loop->crypto, error, error_size);
}

static bool take(void *context, struct config *config,
		 const struct config_plan *plan, char *error, size_t error_size)
{
	struct reload *r = context;
	bool good;

	r->before = r->now;
	r->now = config;
	take_peers(r);
	listener_take_all(r->options.loop);
	good = take_keys(r, config, plan, error, error_size);
	return take_rates(r, config, plan, error, error_size) && good;
}

/* ---- what is not used any more ---- */

/* Back on the thread of the admin API; the shard takes the next one only when
 * that has begun. */
static void release(void *context)
{
	struct reload *r = context;
	struct config *before = r->before;

	r->before = NULL;
	if (!is_used(r, before))
		config_destroy(before);
}

static void tell(void *context, bool good, const char *text)
{
	struct reload *r = context;

	logger_say(r->options.logger, good ? LOG_INFO : LOG_ERROR,
		   good ? "reloaded" : "reload-refused", "%s", text);
}

/* ---- from beginning to end ---- */

struct reload *reload_create(const struct reload_options *options)
{
	static const struct reloader_ops ops = {
		.read = read_anew,
		.prepare = prepare,
		.take = take,
		.release = release,
		.tell = tell,
	};
	struct reload *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->options = *options;
	memcpy(r->path, options->configuration->path, sizeof(r->path));
	r->now = options->configuration->config;
	r->prices = r->now;
	r->reloader = (struct reloader){
		.ops = &ops,
		.context = r,
		.file = options->configuration->from_file ? r->path : NULL,
		.started = r->now,
		.now = r->now,
		.read_ms = options->loop->now.wall_ms,
	};
	return r;
}

struct reloader *reload_reloader(struct reload *r)
{
	return &r->reloader;
}

void reload_destroy(struct reload *r)
{
	const struct config *started;

	if (!r)
		return;
	started = r->reloader.started;
	/* It may be that nobody came to release what was before. */
	if (r->before && r->before != started && r->before != r->prices)
		config_destroy(r->before);
	if (r->prices != started && r->prices != r->now)
		config_destroy(r->prices);
	if (r->now != started)
		config_destroy(r->now);
	reloader_finish(&r->reloader);
	free(r);
}
