/* SPDX-License-Identifier: Apache-2.0 */
/* alert.h - what an operator should look at: a peer that gives a wrong
 * preimage, or says that we owe it too much.
 *
 * What happens again only counts up. There is room for ALERTS_MAX, and for a
 * part of them of any one account, since its peer may make up as many as it
 * likes; a new one replaces the one that has been quiet for the longest.
 */
#ifndef NODE_ALERT_H
#define NODE_ALERT_H

#include "base/bytes.h"
#include "base/time.h"
#include "ilp/address.h"

#define ALERTS_MAX 256
#define ALERTS_PER_ACCOUNT 16
#define ALERT_TEXT_MAX 160
#define ALERT_ACCOUNT_MAX 128

struct alert {
	uint64_t id; /* from 1 on; 0: none here */
	uint64_t account; /* its number in the ledger */
	char account_id[ALERT_ACCOUNT_MAX + 1];
	char message[ALERT_TEXT_MAX];
	char triggered_by[ILP_ADDRESS_MAX + 1]; /* empty: we did */
	uint64_t count;
	int64_t created_ms;
	int64_t updated_ms;
};

struct alerts;

/* Whom it is about. */
struct alert_account {
	uint64_t number;
	struct ilp_bytes id;
};

struct alerts *alerts_create(void);
void alerts_destroy(struct alerts *alerts);

/* Texts that are too long are cut. Gives what there is of it now: a new one
 * has a count of 1. */
const struct alert *alerts_raise(struct alerts *alerts, struct ilp_time now,
				 struct alert_account account,
				 const char *message,
				 struct ilp_bytes triggered_by);

/* The alert with the lowest id above `after`; NULL when there is none. */
const struct alert *alerts_next(const struct alerts *alerts, uint64_t after);

/* Was there such an alert? It is gone now. */
bool alerts_dismiss(struct alerts *alerts, uint64_t id);

#endif
