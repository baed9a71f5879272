/* SPDX-License-Identifier: Apache-2.0 */
/* welcome.h - the lines with which a node begins: what it is, where its books
 * are, what it was told by, what there is to do next, and where it listens. */
#ifndef IO_WELCOME_H
#define IO_WELCOME_H

#include "io/configuration.h"

/* `books` is the path of the ledger's file; NULL: they are in memory. Tests and
 * scripts wait for the last lines, "ilpd is ready on ...". */
void welcome_print(const struct configuration *c, const char *books,
		   const struct listener *listeners);

#endif
