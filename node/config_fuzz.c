/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is read keeps what its options promise and suits a new shard, and
 * what is not read gets one line that says why. */
#include "node/config_apply.h"
#include "test/fuzz.h"

#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ilp_crypto *crypto;

static void check_listener(const struct config_listener *l)
{
	require(l->host && l->host[0]);
	require(!l->certificate == !l->key);
	require(!l->client_certificate_required || l->client_certificates);
}

static void check_account(const struct config_account *a)
{
	const struct account_settings *s = &a->settings;

	require(s->id.len > 0 && s->id.len <= ACCOUNT_ID_MAX);
	require(s->asset.code[0]);
	require(strlen(s->asset.code) < sizeof(s->asset.code));
	require(s->balance.minimum <= s->balance.maximum);
	require(s->in_flight_max > 0 && s->in_flight_max <= INFLIGHT_MAX);
	require(!ilp_amount_is_zero(s->packet_max));
	require(s->packets.period_us >= 0 && s->incoming.period_us >= 0);
}

static void check_applies(struct config *config)
{
	struct connector_options options = config->connector;
	struct ilp_time now = { .monotonic_us = 1, .wall_ms = 1 };
	struct config_error error;
	struct shard *shard;

	options.in_flight_max = 1; /* so that it is made quickly */
	shard = shard_create(&options, now);
	require(shard);
	require(config_apply(config, shard, &error));
	shard_destroy(shard);
}

static void check_config(struct config *config)
{
	const struct connector_options *o = &config->connector;

	require(ilp_address_valid(o->address));
	require(o->window_ms > 0 && o->window_ms <= o->hold_max_ms);
	require(o->in_flight_max > 0 && o->in_flight_max <= INFLIGHT_MAX);
	require(config->spread_ppm <= 1000000);
	for (size_t i = 0; i < config->listener_count; i++)
		check_listener(&config->listeners[i]);
	for (size_t i = 0; i < config->account_count; i++)
		check_account(&config->accounts[i]);
	check_applies(config);
}

static void check_error(const struct config_error *error)
{
	const char *end = memchr(error->text, '\0', sizeof(error->text));

	require(end && end != error->text);
	for (const char *at = error->text; at < end; at++)
		require((uint8_t)*at >= 0x20);
	require(strncmp(error->text, "line ", 5) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_error error;
	struct config *config;

	if (size > INPUT_MAX)
		return 0;
	if (!crypto)
		crypto = ilp_crypto_create();
	require(crypto);
	memset(&error, FUZZ_FILL, sizeof(error));
	config = config_parse((struct ilp_bytes){ data, size },
			      (struct config_settings){ 0 }, crypto, &error);
	if (config)
		check_config(config);
	else
		check_error(&error);
	config_destroy(config);
	return 0;
}
