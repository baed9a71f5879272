/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - ilpd, the node.
 *
 *     ilpd [FILE] [--OPTION VALUE]...
 *     ilpd --check-config [FILE] [--OPTION VALUE]...
 *     ilpd --check DATA-FILE
 *
 * Reads its configuration, if it has one, opens its ledger, listens, and
 * forwards packets until it is told to stop: SIGTERM or SIGINT let what is in
 * flight come to its end, a second one does not wait. What the ledger has been
 * handed is durable when it ends well. SIGHUP reads the configuration again, and
 * certificates; SIGUSR1 prints figures; SIGUSR2 copies the books, beside the traffic, to a file with
 * ".backup" behind the name of theirs.
 */
#define _GNU_SOURCE /* pthread_setname_np */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/backup.h"
#include "io/configuration.h"
#include "io/control.h"
#include "io/data.h"
#include "io/keys.h"
#include "io/loop.h"
#include "io/management.h"
#include "io/now.h"
#include "io/rate_feed.h"
#include "io/reload.h"
#include "io/scribe.h"
#include "io/statistics.h"
#include "io/trust.h"
#include "io/welcome.h"
#include "ledger/memory.h"
#include "node/config_apply.h"
#include "node/config_help.h"

#define ERROR_SIZE 1024
/* What is in flight when we are told to stop has this much time, and a little
 * more than the longest that a packet is held. */
#define DRAIN_EXTRA_MS 5000
/* A ledger that does not get on when all else has ended has this much. */
#define LEDGER_END_US 5000000

struct daemon {
	struct configuration configuration;
	struct config *config; /* by which it began */
	const struct arguments *arguments;
	struct reload *reload;
	struct loop *loop;
	uv_signal_t signals[5];
	struct backup backup;
	char data[DATA_PATH_SIZE]; /* path of the ledger's file; or empty */
	uv_async_t news;           /* of the ledger's thread */
	char trouble[128];         /* that the operator knows of */
	uint64_t stuck;            /* what was durable when it began */
	uv_async_t prices;         /* of the thread that has them fetched */
	struct api *api;           /* until the control thread has it */
	char socket[MANAGEMENT_PATH_SIZE]; /* by which it is managed; or empty */
};

static bool complain(const char *text)
{
	fprintf(stderr, "ilpd: %s\n", text);
	return false;
}

/* ---- certificates ---- */

/* Peers that we connect to, and our keys for them. */
static bool trust_peers(struct daemon *d)
{
	char error[ERROR_SIZE] = "no memory";
	struct trust *trust = trust_create(d->config, error, sizeof(error));
	struct keys *keys = trust ? keys_create(d->config, d->loop->crypto,
						error, sizeof(error)) :
				    NULL;

	if (!keys) {
		trust_destroy(trust);
		return complain(error);
	}
	trust_destroy(d->loop->trust);
	keys_destroy(d->loop->keys);
	d->loop->trust = trust;
	d->loop->keys = keys;
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

	(void)number;
	control_reload(d->loop->control);
}

static void tell_figures(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;

	(void)number;
	statistics_print(d->loop, stdout);
}

static void back_up(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;
	char path[BACKUP_PATH_SIZE];

	(void)number;
	if (!d->loop->scribe) {
		complain("there is nothing to copy: the books are in memory");
		return;
	}
	snprintf(path, sizeof(path), "%s.backup", d->data);
	if (!backup_start(&d->backup, d->loop->scribe, path))
		complain("a copy of the books cannot begin now: is one on its "
			 "way?");
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
		{ SIGUSR1, tell_figures },
		{ SIGUSR2, back_up },
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

/* ---- the ledger's thread ---- */

/* On that thread. */
static void wake(void *context)
{
	struct daemon *d = context;

	uv_async_send(&d->news);
}

static void tell_backup(struct daemon *d)
{
	if (!backup_is_over(&d->backup))
		return;
	if (d->backup.good)
		printf("ilpd has copied its books to %s\n", d->backup.path);
	else
		fprintf(stderr, "ilpd: the books were not copied: %s\n",
			d->backup.error.text);
	fflush(stdout);
}

/* Once for each change. */
static void tell_trouble(struct daemon *d)
{
	uint64_t durable = ledger_progress(d->loop->scribe).durable;
	const char *trouble = ledger_trouble(d->loop->scribe);

	if (trouble && strcmp(trouble, d->trouble) != 0) {
		snprintf(d->trouble, sizeof(d->trouble), "%s", trouble);
		d->stuck = durable;
		fprintf(stderr, "ilpd: the ledger waits: %s\n", trouble);
	} else if (!trouble && d->trouble[0] && durable > d->stuck) {
		d->trouble[0] = '\0';
		fprintf(stderr, "ilpd: the ledger writes again\n");
	}
}

/* After it the loop ends its round, and there the node hears of what is
 * durable. */
static void hear(uv_async_t *handle)
{
	struct daemon *d = handle->data;

	tell_trouble(d);
	tell_backup(d);
}

static bool start_ledger(struct daemon *d)
{
	if (!d->loop->scribe)
		return true;
	uv_async_init(&d->loop->uv, &d->news, hear);
	d->news.data = d;
	if (scribe_start(d->loop->scribe))
		return true;
	uv_close((uv_handle_t *)&d->news, NULL);
	return complain("cannot start a thread for the ledger");
}

/* Whoever sees that we have ended well may pull the plug. */
static bool finish_ledger(struct daemon *d)
{
	struct ledger *scribe = d->loop->scribe;
	struct ledger_event event;
	const char *trouble;
	bool good;

	if (!scribe)
		return true;
	good = scribe_end(scribe, LEDGER_END_US) &&
	       !shard_has_batch(d->loop->shard);
	while (ledger_next(scribe, &event))
		if (event.type == LEDGER_FAILED)
			complain(event.reason);
	uv_close((uv_handle_t *)&d->news, NULL);
	trouble = ledger_trouble(scribe);
	if (!good)
		fprintf(stderr, "ilpd: not all is written down%s%s\n",
			trouble ? ": " : "", trouble ? trouble : "");
	return good;
}

/* ---- the thread of the rates ---- */

/* On that thread. */
static void wake_for_prices(void *context)
{
	struct daemon *d = context;

	uv_async_send(&d->prices);
}

/* The prices themselves are taken up by the round that this is in. */
static void hear_of_prices(uv_async_t *handle)
{
	struct daemon *d = handle->data;
	struct price_words text;

	while (d->loop->rates && rate_feed_next_alert(d->loop->rates, &text))
		fprintf(stderr, "ilpd: rates: %s\n", text.text);
}

static bool start_rates(struct daemon *d)
{
	struct price_words problem;
	struct rate_feed *feed;

	uv_async_init(&d->loop->uv, &d->prices, hear_of_prices);
	d->prices.data = d;
	if (!d->config->source_count)
		return true;
	feed = rate_feed_create(d->config, wake_for_prices, d, &problem);
	if (!feed)
		return complain(problem.text);
	d->loop->rates = feed;
	rate_feed_apply(feed, shard_exchange(d->loop->shard));
	return rate_feed_start(feed) ||
	       complain("cannot start a thread for the rates");
}

static void finish_rates(struct daemon *d)
{
	if (!d->loop || !d->prices.data)
		return;
	rate_feed_destroy(d->loop->rates);
	d->loop->rates = NULL;
	uv_close((uv_handle_t *)&d->prices, NULL);
}

/* ---- the thread of the admin API ---- */

/* What was made through the API in earlier runs is there again. */
static bool make_api(struct daemon *d)
{
	const char *file = d->loop->scribe ? d->data : NULL;
	char error[ERROR_SIZE];

	d->api = management_create(d->config, d->loop->node, file, error,
				   sizeof(error));
	return d->api || complain(error);
}

static bool make_reload(struct daemon *d)
{
	d->reload = reload_create(&(struct reload_options){
		.loop = d->loop,
		.arguments = d->arguments,
		.configuration = &d->configuration,
		.woken = wake_for_prices,
		.woken_context = d,
	});
	if (!d->reload)
		return complain("no memory");
	api_configure(d->api, reload_reloader(d->reload));
	return true;
}

/* Also where nobody can ask it anything: it reads the configuration again. */
static bool start_control(struct daemon *d)
{
	const char *file = d->loop->scribe ? d->data : NULL;
	struct control_options options = {
		.api = d->api,
		.host = d->config->admin_host,
		.port = d->config->admin_port,
		.connector = d->config->connector_port != CONFIG_NO_DOOR,
		.connector_port = (uint16_t)d->config->connector_port,
		.shard = &d->loop->mailbox,
	};
	char error[ERROR_SIZE];

	if (management_socket(d->config, file, d->socket))
		options.socket = d->socket;
	if (!make_reload(d))
		return false;
	d->api = NULL;
	d->loop->control = control_create(&options, error, sizeof(error));
	if (!d->loop->control)
		return complain(error);
	return control_start(d->loop->control) ||
	       complain("cannot start a thread for the admin API");
}

static void finish_control(struct daemon *d)
{
	api_destroy(d->api);
	d->api = NULL;
	if (!d->loop)
		return;
	control_destroy(d->loop->control);
	d->loop->control = NULL;
}

/* ---- beginning ---- */

static bool read_config(struct daemon *d, const struct arguments *a)
{
	char error[ERROR_SIZE];

	if (!configuration_read(&d->configuration, a, error, sizeof(error)))
		return complain(error);
	d->config = d->configuration.config;
	return true;
}

/* In the file, with a thread of its own, or in memory, which is not worth
 * one. */
static struct ledger *open_ledger(struct daemon *d)
{
	char error[ERROR_SIZE];
	struct ledger *ledger = NULL;

	if (d->config->ledger == CONFIG_LEDGER_MEMORY) {
		ledger = ledger_memory_create();
	} else {
		if (data_path(d->config, d->data, error, sizeof(error)) &&
		    data_make_folders(d->config, d->data, error,
				      sizeof(error)))
			ledger = data_open(d->config, d->data, error,
					   sizeof(error));
		if (!ledger) {
			complain(error);
			return NULL;
		}
		ledger = scribe_create(ledger, wake, d);
	}
	if (!ledger)
		complain("no memory");
	return ledger;
}

static struct node *make_node(struct daemon *d, struct ledger *ledger)
{
	struct connector_options options = d->config->connector;
	struct shard *shard;

	now_draw(options.seed, sizeof(options.seed));
	shard = shard_create(&options, now_read());
	ilp_secret_clear(options.seed, sizeof(options.seed));
	return node_create(shard, ledger);
}

/* What an account is owed or owes does not end with its place in the
 * configuration. */
static void retire(struct daemon *d)
{
	size_t left = shard_retire(d->loop->shard);

	if (left)
		fprintf(stderr,
			"ilpd: %zu account%s of earlier runs %s not in the "
			"configuration, and cannot close: there is money in "
			"%s, or something unresolved\n",
			left, left > 1 ? "s" : "", left > 1 ? "are" : "is",
			left > 1 ? "them" : "it");
}

static bool make_loop(struct daemon *d)
{
	struct ledger *ledger = open_ledger(d);
	char problem[ERROR_SIZE];
	struct config_error error;
	struct node *node;

	if (!ledger)
		return false;
	node = make_node(d, ledger);
	d->loop = node ? loop_create(node) : NULL;
	if (!d->loop)
		return complain("no memory");
	if (d->config->ledger != CONFIG_LEDGER_MEMORY)
		d->loop->scribe = ledger;
	loop_round_begin(d->loop);
	if (!node_restore(node, problem, sizeof(problem)))
		return complain(problem);
	if (!config_apply(d->config, node_shard(node), &error))
		return complain(error.text);
	if (!keys_apply(d->config, node_shard(node), d->loop->crypto, problem,
			sizeof(problem)))
		return complain(problem);
	if (!make_api(d))
		return false;
	retire(d);
	return true;
}

static bool listens(struct daemon *d, const struct config_listener *from)
{
	const struct listener_settings settings = configuration_listener(from);
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

/* ---- from start to end ---- */

static int run(const struct arguments *a)
{
	static struct daemon d;
	const char *failure;
	bool good;

	d.arguments = a;
	good = read_config(&d, a) && make_loop(&d) && trust_peers(&d) &&
	       listen_to_peers(&d) && start_control(&d) && start_rates(&d) &&
	       start_ledger(&d);
	if (good) {
		/* Whoever hears that we are ready may send a signal. */
		listen_to_signals(&d);
		welcome_print(&(struct welcome){
			.configuration = &d.configuration,
			.books = d.loop->scribe ? d.data : NULL,
			.socket = d.socket[0] ? d.socket : NULL,
			.control = d.loop->control,
			.shard = d.loop->shard,
			.listeners = d.loop->listeners,
		});
		fflush(stdout);
		failure = loop_run(d.loop);
		if (failure)
			complain(failure);
		good = finish_ledger(&d) && !failure;
		statistics_print(d.loop, stdout);
		ignore_signals(&d);
	}
	finish_control(&d);
	finish_rates(&d);
	loop_destroy(d.loop);
	reload_destroy(d.reload);
	config_destroy(d.config);
	return good ? 0 : 1;
}

static int check_config(const struct arguments *a)
{
	char error[ERROR_SIZE];
	struct configuration c;
	bool good;

	good = configuration_read(&c, a, error, sizeof(error)) &&
	       configuration_check(c.config, error, sizeof(error));
	if (good)
		configuration_print(&c);
	else
		complain(error);
	config_destroy(c.config);
	return good ? 0 : 1;
}

static int perform(const struct arguments *a)
{
	switch (a->task) {
	case ARGUMENTS_RUN:
		pthread_setname_np(pthread_self(), "ilpd-shard");
		return run(a);
	case ARGUMENTS_CHECK_CONFIG:
		return check_config(a);
	case ARGUMENTS_CHECK:
		return data_check(a->file) ? 0 : 1;
	case ARGUMENTS_HELP:
		arguments_print_help();
		break;
	case ARGUMENTS_HELP_CONFIG:
		config_help_all(stdout);
		break;
	case ARGUMENTS_VERSION:
		printf("ilpd %s\n", ILPD_VERSION);
		break;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct arguments arguments;

	/* Both are errors of a write as well, and there we look. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return arguments_read(&arguments, argc, argv) ? perform(&arguments) : 2;
}
