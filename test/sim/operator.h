/* SPDX-License-Identifier: Apache-2.0 */
/* operator.h - who has the say over a node: its accounts, one for each edge,
 * and what is done to them while it runs.
 */
#ifndef SIM_OPERATOR_H
#define SIM_OPERATOR_H

#include "test/sim/host.h"

/* Does the edge end at this node, and on which side? */
bool operator_has(const struct host *host, unsigned edge);
unsigned operator_side(const struct host *host, unsigned edge);

/* What both ends of an edge know. */
struct ilp_bytes operator_token(unsigned edge);

/* Adds the account of an edge, and its routes. */
void operator_add(struct host *host, unsigned edge);

/* What was taken away comes back once it is gone. */
void operator_add_removed(struct host *host);

void operator_stop(struct host *host, unsigned edge, bool stopped);
void operator_change(struct host *host, unsigned edge,
		     const struct account_settings *limits);

/* The other end is dialed by another URL from now on, so that lines to it begin
 * anew; where there are any. */
void operator_move(struct host *host, unsigned edge);
void operator_remove(struct host *host, unsigned edge);

#endif
