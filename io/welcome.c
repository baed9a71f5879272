/* SPDX-License-Identifier: Apache-2.0 */
#include "io/welcome.h"

#include <stdio.h>
#include <unistd.h>

#include "io/control.h"

static size_t count_servers(const struct shard *shard)
{
	const struct account *account = NULL;
	size_t count = 0;

	while ((account = shard_account_next(shard, account)))
		count += account->settings.url.len > 0;
	return count;
}

static void print_books(const char *books)
{
	if (books)
		printf("ilpd keeps its books in %s\n", books);
	else
		printf("ilpd keeps its books in memory, and they end with "
		       "it\n");
}

static void print_source(const struct configuration *c)
{
	if (c->from_file)
		printf("ilpd is configured by %s\n", c->path);
	else if (c->path[0])
		printf("ilpd has no configuration; there could be one in %s\n",
		       c->path);
	else
		printf("ilpd has no configuration; its first argument could "
		       "name one\n");
}

/* The command finds the socket by itself where nobody has said otherwise. */
static void print_command(const struct welcome *w, const char *command)
{
	const struct config *config = w->configuration->config;

	printf("; next, ilp %s", command);
	if (config->admin_socket || config->data_file)
		printf(" --socket %s", w->socket);
	printf("\n");
}

static void print_peers(const struct welcome *w)
{
	size_t accounts = shard_account_count(w->shard);

	if (accounts)
		printf("ilpd has %zu account%s, and connects to %zu", accounts,
		       accounts == 1 ? "" : "s", count_servers(w->shard));
	else
		printf("ilpd has no peers");
	if (w->socket)
		print_command(w, accounts ? "status" : "peers add --help");
	else if (accounts)
		printf("; next, kill -USR1 %ld prints balances\n",
		       (long)getpid());
	else
		printf("; next, give it accounts in its configuration (ilpd "
		       "--help-config) and start it again\n");
}

static void print_control(const struct welcome *w)
{
	const struct config *config = w->configuration->config;

	if (w->control && config->admin_host)
		printf("ilpd is managed on %s:%u by those who have a token\n",
		       config->admin_host, control_port(w->control));
	if (w->control && config->connector_port != CONFIG_NO_DOOR)
		printf("ilpd is managed as ilp-connector is on 127.0.0.1:%u by "
		       "whoever is on this machine\n",
		       control_connector_port(w->control));
}

/* In the order of the configuration; the list has the last one first. */
static void print_ready(const struct listener *l)
{
	if (!l)
		return;
	print_ready(l->next);
	printf("ilpd is ready on %s%s:%u\n", l->tls ? "tls " : "",
	       l->settings.host, l->port);
}

void welcome_print(const struct welcome *w)
{
	const struct configuration *c = w->configuration;
	const struct ilp_bytes address = c->config->connector.address;

	printf("ilpd %s is the Interledger node %.*s\n", ILPD_VERSION,
	       (int)address.len, (const char *)address.at);
	print_books(w->books);
	print_source(c);
	print_peers(w);
	print_control(w);
	print_ready(w->listeners);
}

/* ---- the log ---- */

static void log_start(const struct welcome *w, struct logger *logger)
{
	const struct configuration *c = w->configuration;
	const struct ilp_bytes address = c->config->connector.address;
	const char *source = c->from_file ? c->path : "none";
	const char *books = w->books ? w->books : "memory";
	size_t accounts = shard_account_count(w->shard);
	struct log_record r;

	if (!logger_begin(logger, &r, LOG_INFO, "started"))
		return;
	log_text(&r,
		 "ilpd %s is the Interledger node %.*s; configuration: %s; "
		 "books: %s; accounts: %zu",
		 ILPD_VERSION, (int)address.len, (const char *)address.at,
		 source, books, accounts);
	log_add(&r, "version", ilp_text(ILPD_VERSION));
	log_add(&r, "address", address);
	log_add(&r, "configuration", ilp_text(source));
	log_add(&r, "books", ilp_text(books));
	log_add_number(&r, "accounts", accounts);
	log_add_number(&r, "pid", (uint64_t)getpid());
	logger_put(logger, &r);
}

/* For whom that is, and where: a port, or the path of a socket. */
static void log_listening(struct logger *logger, const char *whom,
			  const char *where, uint16_t port)
{
	struct log_record r;

	if (!logger_begin(logger, &r, LOG_INFO, "listening"))
		return;
	if (port)
		log_text(&r, "%s may come in on %s port %u", whom, where, port);
	else
		log_text(&r, "%s may come in by %s", whom, where);
	log_add(&r, "for", ilp_text(whom));
	log_add(&r, "at", ilp_text(where));
	if (port)
		log_add_number(&r, "port", port);
	logger_put(logger, &r);
}

static void log_listeners(struct logger *logger, const struct listener *l)
{
	if (!l)
		return;
	log_listeners(logger, l->next);
	log_listening(logger, l->tls ? "peers with TLS" : "peers",
		      l->settings.host, l->port);
}

void welcome_log(const struct welcome *w, struct logger *logger)
{
	const struct config *config = w->configuration->config;

	log_start(w, logger);
	if (w->socket)
		log_listening(logger, "operators", w->socket, 0);
	if (w->control && config->admin_host)
		log_listening(logger, "operators with a token",
			      config->admin_host, control_port(w->control));
	log_listeners(logger, w->listeners);
}
