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
 * certificates, and opens the log's file anew; SIGUSR1 prints figures; SIGUSR2
 * copies the books, beside the traffic, to a file with
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
#include "io/keeper.h"
#include "io/keys.h"
#include "io/logger.h"
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
	struct logger *logger; /* NULL: not yet */
	struct loop *loop;
	uv_signal_t signals[5];
	struct backup backup;
	struct keeper *keeper; /* of the ledger's file; NULL: there is none */
	char data[DATA_PATH_SIZE]; /* path of the ledger's file; or empty */
	uv_async_t news;           /* of the ledger's thread */
	char trouble[128];         /* that the operator knows of */
	uint64_t stuck;            /* what was durable when it began */
	uv_async_t prices;         /* of the thread that has them fetched */
	struct api *api;           /* until the control thread has it */
	char socket[MANAGEMENT_PATH_SIZE]; /* by which it is managed; or empty */
};

/* Until there is a log it is said as by any command. */
static bool complain(struct daemon *d, const char *text)
{
	if (d->logger)
		logger_say(d->logger, LOG_ERROR, "failed", "%s", text);
	else
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
		return complain(d, error);
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

	logger_say(d->logger, LOG_INFO, "stopping",
		   "no new packets are let in: %s has come",
		   number == SIGINT ? "SIGINT" : "SIGTERM");
	loop_stop(d->loop,
		  (d->config->connector.hold_max_ms + DRAIN_EXTRA_MS) * 1000);
}

static void reload(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;

	(void)number;
	logger_reopen(d->logger);
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
		complain(d, "there is nothing to copy: the books are in memory");
		return;
	}
	snprintf(path, sizeof(path), "%s.backup", d->data);
	if (!backup_start(&d->backup, d->loop->scribe, path))
		complain(d, "a copy of the books cannot begin now: is one on "
			    "its way?");
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
		logger_say(d->logger, LOG_INFO, "books-copied",
			   "the books were copied to %s", d->backup.path);
	else
		logger_say(d->logger, LOG_ERROR, "books-not-copied",
			   "the books were not copied: %s",
			   d->backup.error.text);
}

/* Once for each change. */
static void tell_trouble(struct daemon *d)
{
	uint64_t durable = ledger_progress(d->loop->scribe).durable;
	const char *trouble = ledger_trouble(d->loop->scribe);

	if (trouble && strcmp(trouble, d->trouble) != 0) {
		snprintf(d->trouble, sizeof(d->trouble), "%s", trouble);
		d->stuck = durable;
		logger_say(d->logger, LOG_ERROR, "ledger-waits",
			   "the ledger waits: %s", trouble);
	} else if (!trouble && d->trouble[0] && durable > d->stuck) {
		d->trouble[0] = '\0';
		logger_say(d->logger, LOG_WARN, "ledger-writes",
			   "the ledger writes again");
	}
}

/* Its thread and the ledger's wake us the same way. */
static void hear_of_keeper(struct daemon *d)
{
	static struct task done;
	struct errand *errand;

	if (!d->keeper)
		return;
	keeper_news(d->keeper);
	errand = keeper_next_done(d->keeper, &done);
	if (!errand)
		return;
	*api_task(errand) = done;
	control_returned(d->loop->control, errand);
}

/* After it the loop ends its round, and there the node hears of what is
 * durable. */
static void hear(uv_async_t *handle)
{
	struct daemon *d = handle->data;

	tell_trouble(d);
	tell_backup(d);
	hear_of_keeper(d);
}

static bool start_ledger(struct daemon *d)
{
	if (!d->loop->scribe)
		return true;
	uv_async_init(&d->loop->uv, &d->news, hear);
	d->news.data = d;
	if (scribe_start(d->loop->scribe))
		return !d->keeper || keeper_start(d->keeper) ||
		       complain(d, "cannot start a thread for copies");
	uv_close((uv_handle_t *)&d->news, NULL);
	return complain(d, "cannot start a thread for the ledger");
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
	if (d->keeper)
		keeper_end(d->keeper);
	good = scribe_end(scribe, LEDGER_END_US) &&
	       !shard_has_batch(d->loop->shard);
	while (ledger_next(scribe, &event))
		if (event.type == LEDGER_FAILED)
			complain(d, event.reason);
	uv_close((uv_handle_t *)&d->news, NULL);
	trouble = ledger_trouble(scribe);
	if (!good)
		logger_say(d->logger, LOG_ERROR, "ledger-behind",
			   "not all is written down%s%s", trouble ? ": " : "",
			   trouble ? trouble : "");
	return good;
}

/* ---- the thread of the rates ---- */

/* On that thread. */
static void wake_for_prices(void *context)
{
	struct daemon *d = context;

	uv_async_send(&d->prices);
}

/* Packets go by what he believes when he hears that. */
static void answer_believer(struct daemon *d)
{
	struct rate_feed_belief belief;
	struct errand *errand =
		rate_feed_next_believed(d->loop->rates, &belief);
	struct task *task;

	if (!errand)
		return;
	rate_feed_apply(d->loop->rates, shard_exchange(d->loop->shard));
	task = api_task(errand);
	task->result = belief.confirmed ? TASK_DONE : TASK_NOTHING;
	snprintf(task->reason, sizeof(task->reason), "%s", belief.text.text);
	control_returned(d->loop->control, errand);
}

/* The prices themselves are taken up by the round that this is in. */
static void hear_of_prices(uv_async_t *handle)
{
	struct daemon *d = handle->data;
	struct price_words text;

	while (d->loop->rates && rate_feed_next_alert(d->loop->rates, &text))
		logger_say(d->logger, LOG_WARN, "rates", "rates: %s",
			   text.text);
	answer_believer(d);
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
		return complain(d, problem.text);
	d->loop->rates = feed;
	rate_feed_apply(feed, shard_exchange(d->loop->shard));
	return rate_feed_start(feed) ||
	       complain(d, "cannot start a thread for the rates");
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

	d->api = management_create(d->config, d->loop->node, file, d->logger,
				   error, sizeof(error));
	return d->api || complain(d, error);
}

/* On the thread of the API: what it wants that is not of the shard. */
static void see_to(void *context, struct errand *errand)
{
	struct daemon *d = context;
	struct task *task = api_task(errand);
	struct rate_feed *rates = d->loop->rates;

	task->result = TASK_BUSY;
	if (task->kind == TASK_CONFIRM ? !rates : !d->keeper)
		task->result = TASK_NOT_HERE;
	else if (task->kind == TASK_CONFIRM ?
			 rate_feed_believe(rates, errand, task->name) :
			 keeper_take(d->keeper, errand, task))
		return;
	control_returned(d->loop->control, errand);
}

static bool make_keeper(struct daemon *d)
{
	const struct keeper_options options = {
		.scribe = d->loop->scribe,
		.data_file = d->data,
		.folder = d->config->backup_folder,
		.woken = wake,
		.context = d,
	};

	if (!d->loop->scribe)
		return true;
	d->keeper = keeper_create(&options);
	return d->keeper || complain(d, "no memory");
}

static bool make_reload(struct daemon *d)
{
	d->reload = reload_create(&(struct reload_options){
		.loop = d->loop,
		.logger = d->logger,
		.arguments = d->arguments,
		.configuration = &d->configuration,
		.woken = wake_for_prices,
		.woken_context = d,
	});
	if (!d->reload)
		return complain(d, "no memory");
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
		.outside = see_to,
		.context = d,
		.logger = d->logger,
	};
	char error[ERROR_SIZE];

	if (management_socket(d->config, file, d->socket))
		options.socket = d->socket;
	if (!make_reload(d))
		return false;
	d->api = NULL;
	d->loop->control = control_create(&options, error, sizeof(error));
	if (!d->loop->control)
		return complain(d, error);
	return control_start(d->loop->control) ||
	       complain(d, "cannot start a thread for the admin API");
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
		return complain(d, error);
	d->config = d->configuration.config;
	return true;
}

static bool start_log(struct daemon *d)
{
	const struct logger_options options = {
		.file = d->config->log_file,
		.json = d->config->log_format == CONFIG_LOG_JSON,
		.level = d->config->log_level,
	};
	char error[ERROR_SIZE];

	d->logger = logger_create(&options, error, sizeof(error));
	if (!d->logger)
		return complain(d, error);
	logger_write_last_words(d->logger);
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
			complain(d, error);
			return NULL;
		}
		ledger = scribe_create(ledger, wake, d);
	}
	if (!ledger)
		complain(d, "no memory");
	return ledger;
}

static struct node *make_node(struct daemon *d, struct ledger *ledger)
{
	struct connector_options options = d->config->connector;
	struct shard *shard;

	options.log = logger_log(d->logger);
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
		logger_say(d->logger, LOG_WARN, "accounts-left",
			   "%zu account%s of earlier runs %s not in the "
			   "configuration, and cannot close: there is money in "
			   "%s, or something unresolved",
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
		return complain(d, "no memory");
	d->loop->logger = d->logger;
	if (d->config->ledger != CONFIG_LEDGER_MEMORY)
		d->loop->scribe = ledger;
	loop_round_begin(d->loop);
	if (!node_restore(node, problem, sizeof(problem)))
		return complain(d, problem);
	if (!config_apply(d->config, node_shard(node), &error))
		return complain(d, error.text);
	if (!keys_apply(d->config, node_shard(node), d->loop->crypto, problem,
			sizeof(problem)))
		return complain(d, problem);
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
	       complain(d, error);
}

static bool listen_to_peers(struct daemon *d)
{
	for (size_t i = 0; i < d->config->listener_count; i++)
		if (!listens(d, &d->config->listeners[i]))
			return false;
	return true;
}

/* ---- from start to end ---- */

static void welcome(struct daemon *d)
{
	const struct welcome w = {
		.configuration = &d->configuration,
		.books = d->loop->scribe ? d->data : NULL,
		.socket = d->socket[0] ? d->socket : NULL,
		.control = d->loop->control,
		.shard = d->loop->shard,
		.listeners = d->loop->listeners,
	};

	welcome_log(&w, d->logger);
	welcome_print(&w);
	fflush(stdout);
}

/* The last that is said; why it is not well was said before. */
static void tell_end(struct daemon *d, bool good)
{
	logger_say(d->logger, LOG_INFO, "stopped", "ilpd has ended%s",
		   good ? "" : ", and not well");
}

static int run(const struct arguments *a)
{
	static struct daemon d;
	const char *failure;
	bool good, began;

	d.arguments = a;
	good = read_config(&d, a) && start_log(&d) && make_loop(&d) &&
	       trust_peers(&d) && listen_to_peers(&d) && make_keeper(&d) &&
	       start_rates(&d) && start_control(&d) &&
	       start_ledger(&d);
	began = good;
	if (good) {
		/* Whoever hears that we are ready may send a signal. */
		listen_to_signals(&d);
		welcome(&d);
		failure = loop_run(d.loop);
		if (failure)
			complain(&d, failure);
		good = finish_ledger(&d) && !failure;
		statistics_print(d.loop, stdout);
		ignore_signals(&d);
	}
	finish_control(&d);
	keeper_destroy(d.keeper);
	finish_rates(&d);
	loop_destroy(d.loop);
	reload_destroy(d.reload);
	if (began)
		tell_end(&d, good);
	logger_destroy(d.logger);
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
		fprintf(stderr, "ilpd: %s\n", error);
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
