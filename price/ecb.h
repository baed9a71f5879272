/* SPDX-License-Identifier: Apache-2.0 */
/* ecb.h - the reference rates of the European Central Bank, as XML.
 *
 * eurofxref-daily.xml says once a working day how many of some thirty
 * currencies one euro buys. It is read with expat and taken as it has been
 * since 1999, or not at all: an attribute that we do not know might change
 * what a rate means. There is no document type in it, so none is accepted,
 * and with it no entity, which is how XML reads files and fills memory.
 */
#ifndef PRICE_ECB_H
#define PRICE_ECB_H

#include "price/prices.h"

/* Worths in euros, as of the day's beginning in UTC. The salt, any random
 * number, keeps strangers from making names that are slow to look up. On a
 * refusal, told by line and column, the prices mean nothing. */
bool ecb_read(struct prices *out, struct ilp_bytes xml, uint64_t salt,
	      struct price_words *problem);

#endif
