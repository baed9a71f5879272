/* SPDX-License-Identifier: Apache-2.0 */
#include "io/welcome.h"

#include <stdio.h>
#include <unistd.h>

static size_t count_servers(const struct config *config)
{
	size_t count = 0;

	for (size_t i = 0; i < config->account_count; i++)
		count += config->accounts[i].settings.url.len > 0;
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

static void print_next(const struct config *config)
{
	size_t servers = count_servers(config);

	if (config->account_count)
		printf("ilpd has %zu account%s, and connects to %zu; next, "
		       "kill -USR1 %ld prints balances\n",
		       config->account_count,
		       config->account_count == 1 ? "" : "s", servers,
		       (long)getpid());
	else
		printf("ilpd has no peers; next, give it accounts in its "
		       "configuration (ilpd --help-config) and start it "
		       "again\n");
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

void welcome_print(const struct configuration *c, const char *books,
		   const struct listener *listeners)
{
	const struct ilp_bytes address = c->config->connector.address;

	printf("ilpd %s is the Interledger node %.*s\n", ILPD_VERSION,
	       (int)address.len, (const char *)address.at);
	print_books(books);
	print_source(c);
	print_next(c->config);
	print_ready(listeners);
}
