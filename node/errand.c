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

void errand_list_remove(struct errand_list *list, struct errand *errand)
{
	struct errand **at = &list->first;

	while (*at != errand)
		at = &(*at)->next;
	*at = errand->next;
	if (!*at)
		list->end = at;
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

/* The errand is in that list, until this step says where it belongs. */
static void step(struct errands *e, struct node *node, struct errand_list *list,
		 struct errand *errand)
{
	enum errand_step step = errand->work(errand, node);

	if (step == ERRAND_GOES_ON && list == &e->to_run)
		return;
	errand_list_remove(list, errand);
	switch (step) {
	case ERRAND_DONE:
		errand_list_add(&e->done, errand);
		break;
	case ERRAND_GOES_ON:
		errand_list_add(&e->to_run, errand);
		break;
	case ERRAND_WAITS:
		errand->batch = batch_to_wait_for(node_shard(node));
		errand_list_add(&e->waiting, errand);
		break;
	case ERRAND_LISTENS:
		errand_list_add(&e->listening, errand);
		break;
	}
}

/* What was asked is answered, at once perhaps. */
static void hear(struct errands *e, struct node *node)
{
	struct own_answer answer;

	while (shard_next_answer(node_shard(node), OWN_ERRAND, &answer)) {
		struct errand *errand = (struct errand *)(uintptr_t)answer.tag;

		errand->heard = &answer;
		step(e, node, &e->listening, errand);
		errand->heard = NULL;
	}
}

void errands_run(struct errands *e, struct node *node)
{
	if (e->to_run.first)
		step(e, node, &e->to_run, e->to_run.first);
	hear(e, node);
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
