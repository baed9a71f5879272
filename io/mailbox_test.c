/* SPDX-License-Identifier: Apache-2.0 */
/* Errands get from one thread to another in their order, and none stays behind
 * without a wake. */
#include "io/mailbox.h"

#include "test/check.h"

#define ERRANDS 20000

struct parcel {
	struct errand errand;
	size_t number;
};

struct post {
	uv_loop_t loop;
	struct mailbox mailbox;
	struct parcel *parcels;
	size_t count; /* that are put in */
	size_t taken;
	size_t wakes;
	pthread_t *thread; /* that puts them in; NULL: none */
};

static void woken(uv_async_t *wake)
{
	struct post *p = wake->data;
	struct errand *errand;

	p->wakes++;
	while ((errand = mailbox_take(&p->mailbox)))
		CHECK_INT(((struct parcel *)errand)->number, p->taken++);
	if (p->taken < p->count)
		return;
	if (p->thread)
		pthread_join(*p->thread, NULL);
	mailbox_close(&p->mailbox);
}

static void begin(struct post *p, size_t count)
{
	*p = (struct post){ .count = count };
	p->parcels = calloc(count, sizeof(*p->parcels));
	assert_non_null(p->parcels);
	for (size_t i = 0; i < count; i++)
		p->parcels[i].number = i;
	CHECK_INT(uv_loop_init(&p->loop), 0);
	mailbox_init(&p->mailbox, &p->loop, woken, p);
}

/* The loop ends when all were taken; one that was forgotten hangs it. */
static void end(struct post *p)
{
	uv_run(&p->loop, UV_RUN_DEFAULT);
	CHECK_INT(p->taken, p->count);
	CHECK_INT(uv_loop_close(&p->loop), 0);
	free(p->parcels);
}

static void *put_all(void *context)
{
	struct post *p = context;

	for (size_t i = 0; i < p->count; i++)
		mailbox_put(&p->mailbox, &p->parcels[i].errand);
	return NULL;
}

static void carries_errands_between_threads(void)
{
	struct post p;
	pthread_t thread;

	begin(&p, ERRANDS);
	p.thread = &thread;
	CHECK_INT(pthread_create(&thread, NULL, put_all, &p), 0);
	end(&p);
}

static void wakes_for_what_was_put_in_before(void)
{
	struct post p;

	begin(&p, 3);
	put_all(&p);
	end(&p);
	CHECK_INT(p.wakes, 1);
}

static void is_empty_at_first(void)
{
	struct post p;

	begin(&p, 1);
	CHECK(!mailbox_take(&p.mailbox));
	put_all(&p);
	end(&p);
}

TESTS(TEST(carries_errands_between_threads),
      TEST(wakes_for_what_was_put_in_before), TEST(is_empty_at_first))
