/* SPDX-License-Identifier: Apache-2.0 */
#include "io/mailbox.h"

void mailbox_init(struct mailbox *m, uv_loop_t *loop, uv_async_cb woken,
		  void *context)
{
	m->list = (struct errand_list){ .first = NULL };
	pthread_mutex_init(&m->lock, NULL);
	uv_async_init(loop, &m->wake, woken);
	m->wake.data = context;
}

void mailbox_close(struct mailbox *m)
{
	uv_close((uv_handle_t *)&m->wake, NULL);
}

void mailbox_put(struct mailbox *m, struct errand *errand)
{
	pthread_mutex_lock(&m->lock);
	errand_list_add(&m->list, errand);
	pthread_mutex_unlock(&m->lock);
	uv_async_send(&m->wake);
}

struct errand *mailbox_take(struct mailbox *m)
{
	struct errand *errand;

	pthread_mutex_lock(&m->lock);
	errand = errand_list_take(&m->list);
	pthread_mutex_unlock(&m->lock);
	return errand;
}
