/* SPDX-License-Identifier: Apache-2.0 */
#include "node/errand.h"

void errand_list_add(struct errand_list *list, struct errand *errand)
{
	if (!list->first)
		list->end = &list->first;
	errand->next = NULL;
	*list->end = errand;
	list->end = &errand->next;
}

struct errand *errand_list_take(struct errand_list *list)
{
	struct errand *errand = list->first;

	if (errand)
		list->first = errand->next;
	return errand;
}

void errands_add(struct errands *e, struct errand *errand)
{
	errand_list_add(&e->to_run, errand);
}

/* Where nothing was gathered there is nothing to wait for, but for what was
 * gathered before, which has the number before. */
static uint64_t batch_to_wait_for(const struct shard *shard)
{
	uint64_t gathering = books_gathering(shard_books(shard));

	return shard_has_batch(shard) ? gathering : gathering - 1;
}

static void step(struct errands *e, struct node *node)
{
	struct errand *errand = e->to_run.first;

	switch (errand->work(errand, node)) {
	case ERRAND_DONE:
		errand_list_add(&e->done, errand_list_take(&e->to_run));
		break;
	case ERRAND_GOES_ON:
		break;
	case ERRAND_WAITS:
		errand->batch = batch_to_wait_for(node_shard(node));
		errand_list_add(&e->waiting, errand_list_take(&e->to_run));
		break;
	}
}

void errands_run(struct errands *e, struct node *node)
{
	if (e->to_run.first)
		step(e, node);
}

void errands_settle(struct errands *e, struct node *node)
{
	uint64_t durable = shard_durable_batch(node_shard(node));

	while (e->waiting.first && e->waiting.first->batch <= durable)
		errand_list_add(&e->done, errand_list_take(&e->waiting));
}

bool errands_want_run(const struct errands *e)
{
	return e->to_run.first;
}

struct errand *errands_next_done(struct errands *e)
{
	return errand_list_take(&e->done);
}
