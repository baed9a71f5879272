/* SPDX-License-Identifier: Apache-2.0 */
#include "io/configuration.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/data.h"
#include "io/file.h"
#include "io/keys.h"
#include "io/now.h"
#include "io/rate_feed.h"
#include "io/trust.h"
#include "node/config_apply.h"

/* ---- reading ---- */

static bool parse(struct configuration *c, const struct arguments *a,
		  struct ilp_bytes text, char *error, size_t error_size)
{
	const struct config_settings settings = { a->settings,
						  a->setting_count };
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct config_error problem = { .text = "no cryptography" };

	if (crypto)
		c->config = config_parse(text, settings, crypto, &problem);
	ilp_crypto_destroy(crypto);
	if (!c->config)
		snprintf(error, error_size, "%s%s%s",
			 problem.outside || !c->from_file ? "" : c->path,
			 problem.outside || !c->from_file ? "" : ": ",
			 problem.text);
	return c->config;
}

static bool find(struct configuration *c, const struct arguments *a,
		 char *error, size_t error_size)
{
	enum places_found found;

	if (a->file) {
		c->from_file = true;
		snprintf(c->path, sizeof(c->path), "%s", a->file);
		return true;
	}
	found = places_config(c->path, error, error_size);
	c->from_file = found == PLACES_FOUND;
	return found != PLACES_ERROR;
}

bool configuration_read(struct configuration *out, const struct arguments *a,
			char *error, size_t error_size)
{
	uint8_t *text;
	size_t len;
	bool good;

	*out = (struct configuration){ .config = NULL };
	if (!find(out, a, error, error_size))
		return false;
	if (!out->from_file)
		return parse(out, a, ilp_text(CONFIG_ALONE), error, error_size);
	text = file_read(out->path, &len, error, error_size);
	good = text && parse(out, a, (struct ilp_bytes){ text, len }, error,
			     error_size);
	file_free(text, text ? len : 0);
	return good;
}

struct listener_settings
configuration_listener(const struct config_listener *from)
{
	return (struct listener_settings){
		.host = from->host,
		.port = from->port,
		.certificate = from->certificate,
		.key = from->key,
		.client_certificates = from->client_certificates,
		.client_certificate_required =
			from->client_certificate_required,
	};
}

/* ---- checking ---- */

static bool check_listeners(const struct config *config, char *error,
			    size_t error_size)
{
	for (size_t i = 0; i < config->listener_count; i++) {
		const struct listener_settings settings =
			configuration_listener(&config->listeners[i]);

		if (!listener_check(&settings, error, error_size))
			return false;
	}
	return true;
}

static bool check_peers(const struct config *config, struct ilp_crypto *crypto,
			char *error, size_t error_size)
{
	struct trust *trust = trust_create(config, error, error_size);
	struct keys *keys =
		trust ? keys_create(config, crypto, error, error_size) : NULL;
	bool good = keys;

	trust_destroy(trust);
	keys_destroy(keys);
	return good;
}

static void hear_nothing(void *context)
{
	(void)context;
}

static bool check_rates(const struct config *config, char *error,
			size_t error_size)
{
	struct price_words problem;
	struct rate_feed *feed;

	if (!config->source_count)
		return true;
	feed = rate_feed_create(config, hear_nothing, NULL, &problem);
	if (!feed)
		snprintf(error, error_size, "%s", problem.text);
	rate_feed_destroy(feed);
	return feed;
}

/* A shard takes it all, which no socket is connected to. */
static bool check_shard(const struct config *config, struct ilp_crypto *crypto,
			char *error, size_t error_size)
{
	struct connector_options options = config->connector;
	struct config_error problem;
	struct shard *shard;
	bool good;

	options.in_flight_max = 1; /* it has none, and the table is large */
	shard = shard_create(&options, now_read());
	if (!shard)
		return false;
	good = config_apply(config, shard, &problem);
	if (!good)
		snprintf(error, error_size, "%s", problem.text);
	good = good && keys_apply(config, shard, crypto, error, error_size);
	shard_destroy(shard);
	return good;
}

bool configuration_check(const struct config *config, char *error,
			 size_t error_size)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	bool good;

	snprintf(error, error_size, "no memory");
	good = crypto && check_listeners(config, error, error_size) &&
	       check_peers(config, crypto, error, error_size) &&
	       check_shard(config, crypto, error, error_size) &&
	       check_rates(config, error, error_size);
	ilp_crypto_destroy(crypto);
	return good;
}

/* ---- telling ---- */

static void print_count(const char *before, size_t count, const char *one,
			const char *many)
{
	printf("%s%zu %s", before, count, count == 1 ? one : many);
}

static size_t count_routes(const struct config *c)
{
	size_t count = c->route_count;

	for (size_t i = 0; i < c->account_count; i++)
		count += c->accounts[i].routes.count;
	return count;
}

void configuration_print(const struct configuration *c)
{
	const struct config *config = c->config;
	char books[DATA_PATH_SIZE];
	char problem[256];

	printf("%s is good: %.*s",
	       c->from_file ? c->path : "there is no configuration, which",
	       (int)config->connector.address.len,
	       (const char *)config->connector.address.at);
	print_count(", ", config->listener_count, "listener", "listeners");
	print_count(", ", config->account_count, "account", "accounts");
	print_count(", ", count_routes(config), "route", "routes");
	if (config->source_count)
		print_count(", ", config->source_count, "source of prices",
			    "sources of prices");
	else if (!config->rates.one_to_one)
		print_count(", ", config->rates.count, "price", "prices");
	if (config->ledger == CONFIG_LEDGER_MEMORY)
		printf(", books in memory\n");
	else if (data_path(config, books, problem, sizeof(problem)))
		printf(", books in %s\n", books);
	else
		printf("; but %s\n", problem);
}
