/* SPDX-License-Identifier: Apache-2.0 */
/* sends.h - the way of a Prepare to the next hop, the middle of connector.h.
 *
 *     Prepare ─► the account's connection, or a line that has room
 *                (or kept: for the ledger, or for the next line)
 *
 * What is kept counts as in flight. It leaves when the ledger knows that so
 * much may be on its way (exposure.h), or a line has room (lines.h); or comes
 * to nothing when its time is over, or there is no hope.
 */
#ifndef NODE_SENDS_H
#define NODE_SENDS_H

#include "node/connector.h"

/* False when there is no memory. */
bool sends_init(struct connector *c);
void sends_finish(struct connector *c);

/* Sends it, or keeps it for the next line: LINK_OK, and `*copy` is where it can
 * be edited until the next call here. BUSY when there is no room for either,
 * or CLOSED. */
enum link_status sends_now(struct connector *c, const struct account *to,
			   uint32_t out_request, struct ilp_bytes packet,
			   uint8_t **copy);

/* Keeps it until that batch of the books is durable, and gives the place of
 * the copy likewise; NULL when there is no memory. */
uint8_t *sends_later(struct connector *c, const struct account *to,
		     uint32_t out_request, struct ilp_bytes packet,
		     uint64_t batch);

/* All batches up to this one are durable: what was kept for them leaves. */
void sends_durable(struct connector *c, uint64_t batch);

/* There is news of an account's lines: what waits for one leaves, or comes to
 * its end when there is no hope of one. */
void sends_go_on(struct connector *c, struct lines *lines);

/* Another line is dialed, if one is wanted. */
void sends_look_for_more(struct connector *c, struct lines *lines);

/* Its time is over: no line need wait for the answer, nor it for a line. */
void sends_forget(struct connector *c, const struct account *to,
		  uint32_t out_request);

#endif
