/* SPDX-License-Identifier: Apache-2.0 */
/* prober.h - one packet that a node sends to an address for its operator, and
 * what came of it. */
#ifndef CLI_PROBER_H
#define CLI_PROBER_H

#include "cli/node.h"

struct prober_question {
	const char *destination;
	const char *kind; /* as the node's API has them */
	uint64_t amount;
	uint64_t lifetime_ms;
};

#define PROBER_LIFETIME_MS 10000
#define PROBER_LIFETIME_MAX_MS 25000

/* As node_ask does it. */
bool prober_ask(struct node *node, const struct prober_question *question,
		struct node_answer *out);

bool prober_is_fulfilled(const struct ilp_json_node *answer);

/* Is it a Reject with this code? */
bool prober_is_rejected(const struct ilp_json_node *answer, const char *code);

uint64_t prober_microseconds(const struct ilp_json_node *answer);

/* "12.345 ms". */
struct prober_time {
	char text[32];
};

struct prober_time prober_time(uint64_t microseconds);

/* "F02 of g.node: no route found." or "fulfilled". */
struct prober_outcome {
	char text[4096];
};

struct prober_outcome prober_outcome(const struct ilp_json_node *answer);

#endif
