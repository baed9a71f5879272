/* SPDX-License-Identifier: Apache-2.0 */
/* welcome.h - the lines with which a node begins: what it is, where its books
 * are, what it was told by, what there is to do next, and where it listens. */
#ifndef IO_WELCOME_H
#define IO_WELCOME_H

#include "io/configuration.h"
#include "io/logger.h"

struct welcome {
	const struct configuration *configuration;
	const char *books;  /* path of the ledger's file; NULL: in memory */
	const char *socket; /* by which it is managed; NULL: it has none */
	const struct control *control; /* NULL: it is not managed at all */
	const struct shard *shard;     /* with all its accounts */
	const struct listener *listeners;
};

/* Tests and scripts wait for the last lines, "ilpd is ready on ...". */
void welcome_print(const struct welcome *welcome);

/* The same for those who read the log. */
void welcome_log(const struct welcome *welcome, struct logger *logger);

#endif
