/* SPDX-License-Identifier: Apache-2.0 */
/* parked.h - answers for a peer that is not connected just now.
 *
 * It may come back before its packet expires, and then it gets them. There is
 * a bound on the bytes that wait so, for all accounts together.
 */
#ifndef NODE_PARKED_H
#define NODE_PARKED_H

#include "base/wheel.h"
#include "node/account.h"

#define PARKED_BYTES_MAX ((size_t)16 * 1024 * 1024)
/* And for one of them, whose peer may ask for large answers and hang up. */
#define PARKED_SHARE ((size_t)1024 * 1024)

struct parked {
	struct parked *next; /* of the account's; behind the last: the oldest */
	struct parked *prev; /* before the oldest: the last */
	struct wheel_timer timer;
	struct account *account;
	uint32_t request;
	bool charged; /* it is a Fulfill, and costs: */
	struct ilp_amount amount;
	int64_t deadline_us;
	size_t len;
	uint8_t packet[];
};

/* How many bytes wait. */
struct parking {
	struct wheel wheel;
	size_t bytes;
};

/* Parks a copy of the packet; false when there is no room for it. */
bool parking_add(struct parking *parking, struct account *account,
		 const struct parked *like, struct ilp_bytes packet);

/* Takes the account's oldest answer out, for the caller to free; NULL when
 * there is none. */
struct parked *parking_take(struct parking *parking, struct account *account);

/* Takes one out whose deadline has come. */
struct parked *parking_expired(struct parking *parking, int64_t now_us);

#endif
