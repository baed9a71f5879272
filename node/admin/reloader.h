/* SPDX-License-Identifier: Apache-2.0 */
/* reloader.h - the configuration that a node runs by, and whoever reads it anew:
 * files, certificates and prices are the driver's.
 *
 * It is the control thread's, but for what is called on the shard's. One reads
 * it anew at a time.
 */
#ifndef NODE_ADMIN_RELOADER_H
#define NODE_ADMIN_RELOADER_H

#include "node/config_plan.h"
#include "node/shard.h"

#define RELOADER_PROBLEM_MAX 1024

struct reloader_ops {
	/* Reads the configuration and checks all of it. NULL, and why. */
	struct config *(*read)(void *context, char *error, size_t error_size);
	/* On the shard: makes ready what else depends on it, and changes
	 * nothing yet. False, and why. */
	bool (*prepare)(void *context, const struct config_plan *plan,
			char *error, size_t error_size);
	/* On the shard, which has it by now: so has all else. The configuration
	 * is taken over. False, and why, when a part could not be. */
	bool (*take)(void *context, struct config *config,
		     const struct config_plan *plan, char *error,
		     size_t error_size);
	/* Nobody looks at the one before any more. */
	void (*release)(void *context);
	/* A line for people. */
	void (*tell)(void *context, bool good, const char *text);
};

struct reloader {
	const struct reloader_ops *ops;
	void *context;
	const char *file; /* its path; NULL: there is none */
	const struct config *started; /* by which the node has begun */
	const struct config *now;
	int64_t read_ms; /* when that was read */
	struct config_plan *plan; /* that is under way */
	struct config_plan *done; /* of what runs now; NULL: it has begun so */
	char problem[RELOADER_PROBLEM_MAX]; /* with reading it; or empty */
};

void reloader_finish(struct reloader *reloader);

#endif
