/* SPDX-License-Identifier: Apache-2.0 */
/* ways.h - which ways there are to where, and which of them packets take.
 *
 * All that are known are in route/routes.h: what the operator says, our own
 * address, those of our children, and what neighbours announce. The best to
 * each prefix is in the table that packets are sent by, and here the table is
 * kept in step, a bounded number of routes at a time; but what an operator says
 * holds at once.
 */
#ifndef NODE_WAYS_H
#define NODE_WAYS_H

#include "node/connector.h"
#include "route/routes.h"

/* The address of an account, if it has one, or what would be. */
#define WAYS_ADDRESS_MAX (ILP_ADDRESS_MAX + 1 + ACCOUNT_ID_MAX)

struct ways_address {
	size_t len; /* 0: it has none */
	uint8_t bytes[WAYS_ADDRESS_MAX];
};

/* With our own address. False when there is no memory. */
bool ways_init(struct connector *c, const struct connector_options *options);
void ways_finish(struct connector *c);

/* ---- accounts ---- */

/* May an account have these settings beside all others but `same`? A child's
 * address must be one, and nobody else's. */
enum account_error ways_check(const struct connector *c,
			      const struct account *same,
			      const struct account_settings *settings);

/* Who but `same` has the address that such settings give; NULL: nobody, or they
 * give none. */
const struct account *ways_owner(const struct connector *c,
				 const struct account *same,
				 const struct account_settings *settings);

/* Of a child: below our own, by its segment. */
void ways_address(const struct connector *c,
		  const struct account_settings *settings,
		  struct ways_address *out);

/* It is new, or has other settings; and had this address before. Without memory
 * it has none. */
enum account_error ways_open(struct connector *c, const struct account *account,
			     const struct ways_address *before);

/* It has none for now, since another is to have it. */
void ways_free_address(struct connector *c, const struct account *account);

/* No way leads there any more, soon. It must be closed before its slot is
 * another's. */
void ways_close(struct connector *c, const struct account *account);
bool ways_are_closed(const struct connector *c, const struct account *account);

/* ---- prefixes ---- */

/* The operator says that the prefix leads there, and nowhere else. False when
 * it does not fit, is our own address, or there is no memory. */
bool ways_set(struct connector *c, struct ilp_bytes prefix,
	      const struct account *account);

/* Says so no more: the next best takes over. */
bool ways_remove(struct connector *c, struct ilp_bytes prefix);

/* Where the operator has it lead; NULL: it is our own address. */
bool ways_get(const struct connector *c, struct ilp_bytes prefix,
	      const struct account **account);

/* ---- keeping in step ---- */

/* Does a bounded part of what is to be done; and is there something? */
void ways_go_on(struct connector *c);
bool ways_have_work(const struct connector *c);

#endif
