/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - ilpd, the node.
 *
 *     ilpd CONFIG.json
 *
 * Reads its configuration, listens, and forwards packets until it is told to
 * stop: SIGTERM or SIGINT let what is in flight come to its end, a second one
 * does not wait. SIGHUP reads certificates again; SIGUSR1 prints figures.
 */
#define _GNU_SOURCE /* pthread_setname_np */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/now.h"
#include "io/statistics.h"
#include "io/trust.h"
#include "ledger/memory.h"
#include "node/config_apply.h"

#define ERROR_SIZE 1024
/* What is in flight when we are told to stop has this much time, and a little
 * more than the longest that a packet is held. */
#define DRAIN_EXTRA_MS 5000

struct daemon {
	struct config *config;
	struct loop *loop;
	uv_signal_t signals[4];
};

static bool complain(const char *text)
{
	fprintf(stderr, "ilpd: %s\n", text);
	return false;
}

/* ---- certificates ---- */

/* Peers that we connect to. */
static bool trust_peers(struct daemon *d)
{
	char error[ERROR_SIZE] = "no memory";
	struct trust *trust = trust_create(d->config, error, sizeof(error));

	if (!trust)
		return complain(error);
	trust_destroy(d->loop->trust);
	d->loop->trust = trust;
	return true;
}

/* ---- signals ---- */

static void stop(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;

	(void)number;
	loop_stop(d->loop,
		  (d->config->connector.hold_max_ms + DRAIN_EXTRA_MS) * 1000);
}

static void reload(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;
	char error[ERROR_SIZE];

	(void)number;
	if (!listener_reload(d->loop, error, sizeof(error)))
		complain(error);
	trust_peers(d);
}

static void tell(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;

	(void)number;
	statistics_print(d->loop, stdout);
}

static void listen_to_signals(struct daemon *d)
{
	static const struct {
		int number;
		uv_signal_cb act;
	} rows[] = {
		{ SIGTERM, stop },
		{ SIGINT, stop },
		{ SIGHUP, reload },
		{ SIGUSR1, tell },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uv_signal_init(&d->loop->uv, &d->signals[i]);
		d->signals[i].data = d;
		uv_signal_start(&d->signals[i], rows[i].act, rows[i].number);
	}
}

static void ignore_signals(struct daemon *d)
{
	for (size_t i = 0; i < sizeof(d->signals) / sizeof(d->signals[0]); i++)
		uv_close((uv_handle_t *)&d->signals[i], NULL);
}

/* ---- beginning ---- */

static bool read_config(struct daemon *d, const char *path)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct config_error config_error = { .text = "no memory" };
	char error[ERROR_SIZE];
	size_t len;
	uint8_t *text = file_read(path, &len, error, sizeof(error));

	if (!text || !crypto) {
		ilp_crypto_destroy(crypto);
		file_free(text, text ? len : 0);
		return complain(text ? "no cryptography" : error);
	}
	d->config = config_parse((struct ilp_bytes){ text, len }, crypto,
				 &config_error);
	file_free(text, len);
	ilp_crypto_destroy(crypto);
	if (d->config)
		return true;
	snprintf(error, sizeof(error), "%s: %s", path, config_error.text);
	return complain(error);
}

static bool make_loop(struct daemon *d)
{
	struct ilp_time now = now_read();
	struct connector_options options = d->config->connector;
	struct config_error error;
	struct shard *shard;
	struct node *node;

	now_draw(options.seed, sizeof(options.seed));
	shard = shard_create(&options, now);
	ilp_secret_clear(options.seed, sizeof(options.seed));
	node = node_create(shard, ledger_memory_create());
	d->loop = node ? loop_create(node) : NULL;
	if (!d->loop)
		return complain("no memory");
	loop_round_begin(d->loop);
	return config_apply(d->config, shard, &error) || complain(error.text);
}

static bool listens(struct daemon *d, const struct config_listener *from)
{
	const struct listener_settings settings = {
		.host = from->host,
		.port = from->port,
		.certificate = from->certificate,
		.key = from->key,
		.client_certificates = from->client_certificates,
		.client_certificate_required =
			from->client_certificate_required,
	};
	char error[ERROR_SIZE] = "no memory";

	return listener_open(d->loop, &settings, error, sizeof(error)) ||
	       complain(error);
}

static bool listen_to_peers(struct daemon *d)
{
	for (size_t i = 0; i < d->config->listener_count; i++)
		if (!listens(d, &d->config->listeners[i]))
			return false;
	return true;
}

/* In the order of the configuration; the list has the last one first. */
static void say_ready(const struct listener *l)
{
	if (!l)
		return;
	say_ready(l->next);
	printf("ilpd is ready on %s%s:%u\n", l->tls ? "tls " : "",
	       l->settings.host, l->port);
}

int main(int argc, char **argv)
{
	struct daemon d = { .config = NULL };
	const char *failure;
	bool good;

	if (argc != 2) {
		fprintf(stderr, "usage: ilpd CONFIG.json\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	pthread_setname_np(pthread_self(), "ilpd-shard");
	good = read_config(&d, argv[1]) && make_loop(&d) && trust_peers(&d) &&
	       listen_to_peers(&d);
	if (good) {
		/* Whoever hears that we are ready may send a signal. */
		listen_to_signals(&d);
		say_ready(d.loop->listeners);
		fflush(stdout);
		failure = loop_run(d.loop);
		statistics_print(d.loop, stdout);
		ignore_signals(&d);
		good = !failure || complain(failure);
	}
	loop_destroy(d.loop);
	config_destroy(d.config);
	return good ? 0 : 1;
}
