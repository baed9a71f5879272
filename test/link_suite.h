/* SPDX-License-Identifier: Apache-2.0 */
/* link_suite.h - what every link must do: link/link.h, as tests.
 *
 * Two links of one kind are joined by test code that takes the output of each
 * and hands it to the other: whole, in pieces, or many frames at once.
 */
#ifndef TEST_LINK_SUITE_H
#define TEST_LINK_SUITE_H

#include "base/pool.h"
#include "link/link.h"

struct link_suite {
	/* Two new links that are to be each other's peers, on that pool. */
	void (*create)(struct link *pair[2], struct pool *pool);
	size_t block_len; /* what its blocks are to hold */
};

/* How many claims failed. */
int link_suite_run(const struct link_suite *suite);

#endif
