/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox.h - how errands get from one thread to another, which has a loop
 * and is woken. */
#ifndef IO_MAILBOX_H
#define IO_MAILBOX_H

#include <pthread.h>
#include <uv.h>

#include "node/errand.h"

struct mailbox {
	uv_async_t wake;
	pthread_mutex_t lock;
	struct errand_list list;
};

/* On the thread of the loop, which is that of whoever takes, or before there
 * is any. `woken` is called there when something has been put in, with the
 * context in the handle's data. */
void mailbox_init(struct mailbox *mailbox, uv_loop_t *loop, uv_async_cb woken,
		  void *context);

/* Nobody puts anything in any more. The handle closes in the loop. */
void mailbox_close(struct mailbox *mailbox);

void mailbox_put(struct mailbox *mailbox, struct errand *errand);

/* NULL when it is empty. */
struct errand *mailbox_take(struct mailbox *mailbox);

#endif
