/* SPDX-License-Identifier: Apache-2.0 */
/* filter.h - which prefixes may pass, by rules that an operator has made.
 *
 * The rule with the longest prefix decides, by whole segments: so "not g.us,
 * but g.us.bank" is two rules, in any order. Where none says anything a prefix
 * may pass, unless there is a rule that allows: then only what is allowed.
 */
#ifndef ROUTE_FILTER_H
#define ROUTE_FILTER_H

#include "ilp/address.h"

struct filter_rule {
	struct ilp_bytes prefix; /* empty: of every one */
	bool allow;
};

struct filter;

/* Copies the rules. Of two for the same prefix the later one counts. NULL when
 * there is no memory. */
struct filter *filter_create(const struct filter_rule *rules, size_t count);
void filter_destroy(struct filter *f);

/* May it pass? Everything passes where there is no filter (NULL). */
bool filter_allows(const struct filter *f, struct ilp_bytes prefix);

#endif
