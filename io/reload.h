/* SPDX-License-Identifier: Apache-2.0 */
/* reload.h - a node that runs reads its configuration anew: the driver's part of
 * it (node/admin/reloader.h), which has the file, and what else lies in files.
 */
#ifndef IO_RELOAD_H
#define IO_RELOAD_H

#include "io/configuration.h"
#include "io/rate_feed.h"
#include "node/admin/reloader.h"

struct reload;

struct reload_options {
	struct loop *loop;
	struct logger *logger;
	const struct arguments *arguments;         /* as at the start, */
	const struct configuration *configuration; /* and what came of them */
	rate_feed_woken *woken; /* by a thread of prices, if there is to be */
	void *woken_context;    /* another one */
};

/* All of it outlives this, and so do the listeners, and what the loop trusts.
 * NULL when there is no memory. */
struct reload *reload_create(const struct reload_options *options);
struct reloader *reload_reloader(struct reload *reload);

/* The loop is no more, or has nothing of the configuration any more. */
void reload_destroy(struct reload *reload);

#endif
