/* SPDX-License-Identifier: Apache-2.0 */
/* look.h - what accounts of a node have done between two looks at it.
 *
 * A look is what the node has answered, as figures that only grow and balances;
 * rates are made of two of them, exactly, in tenths a second and in units a
 * second.
 */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include "base/json.h"
#include "ilp/rate.h"

#define LOOK_ID_SIZE 129
#define LOOK_WORD_SIZE 24
#define LOOK_UNITS_SIZE 48

struct look_account {
	char id[LOOK_ID_SIZE];
	char asset[LOOK_WORD_SIZE];
	char state[LOOK_WORD_SIZE];
	char balance[LOOK_UNITS_SIZE]; /* units, as they are written */
	uint64_t scale;
	uint64_t number; /* by which it is known from one look to the next */
	bool connected;
	uint64_t fulfilled;
	uint64_t rejected;
	ilp_u128 in; /* units that flowed from the peer, */
	ilp_u128 out; /* and to it */
};

struct look {
	int64_t at_ms; /* on a clock that does not step */
	uint64_t prepares;
	uint64_t fulfills;
	uint64_t rejects;
	uint64_t in_flight;
	struct look_account *accounts; /* by their numbers */
	size_t count;
};

/* From what is answered to GET /v1/status, and an array of all accounts. False
 * when there is no memory. What is not there is zero. */
bool look_take(struct look *look, int64_t at_ms,
	       const struct ilp_json_node *status,
	       const struct ilp_json_node *accounts);
void look_drop(struct look *look);

/* What one account, or all of them, did in a second. */
struct look_rate {
	const struct look_account *account; /* of the later look */
	bool known; /* it was there before: */
	uint64_t packets; /* in tenths, as are these: */
	uint64_t fulfilled;
	uint64_t rejected;
	ilp_u128 in;
	ilp_u128 out;
};

enum look_order {
	LOOK_BY_PACKETS,
	LOOK_BY_BALANCE, /* within each asset */
};

/* A rate for each account of `now`, in that order. `before` is NULL when there
 * was none. */
void look_rates(struct look_rate *rates, const struct look *before,
		const struct look *now, enum look_order order);

/* Of the node itself. */
struct look_rate look_total(const struct look *before, const struct look *now);

/* "12.3" of 123 tenths. */
struct look_text {
	char text[48];
};

struct look_text look_tenths(uint64_t tenths);
struct look_text look_units(ilp_u128 units);

#endif
