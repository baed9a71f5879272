/* SPDX-License-Identifier: Apache-2.0 */
#include "io/loop.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "io/connection.h"
#include "io/control.h"
#include "io/dialer.h"
#include "io/keys.h"
#include "io/listener.h"
#include "io/logger.h"
#include "io/now.h"
#include "io/rate_feed.h"
#include "io/trust.h"
#include "link/btp.h"

/* Blocks of buffers, of all connections together. A connection that is busy
 * both ways has a few; when all are taken, links are told that there is no
 * room, and say so. */
#define LINK_BLOCKS_MAX 16384
#define TLS_BLOCK_SIZE ((size_t)64 * 1024)
#define TLS_BLOCKS_MAX 32768
#define CONNECTIONS_MAX 10000
#define CONNECTIONS_MIN 16
#define OWN_DESCRIPTORS 32

/* When to offer the ledger again what it could not take. */
#define RETRY_US 10000

/* Who sleeps takes some 20 microseconds to be woken, so after something has
 * come we look for more for as long as that is worth it. */
#define AWAKE_US 50

static void round_end(struct loop *loop);

static void polled(uv_check_t *check)
{
	struct loop *loop = check->data;

	loop->counters.waits++;
	loop_round_begin(loop);
	round_end(loop);
}

static void timed(uv_timer_t *timer)
{
	struct loop *loop = timer->data;

	loop_round_begin(loop);
	round_end(loop);
}

/* They are run at the end of the round. */
static void take_errands(uv_async_t *wake)
{
	struct loop *loop = wake->data;
	struct errand *errand;

	loop_round_begin(loop);
	while ((errand = mailbox_take(&loop->mailbox)))
		errands_add(&loop->errands, errand);
}

/* Once all is committed, or an idle node would leave who waits for that to the
 * next packet. */
static void settle_errands(struct loop *loop)
{
	struct errand *errand;

	errands_settle(&loop->errands, loop->node);
	while ((errand = errands_next_done(&loop->errands)))
		control_returned(loop->control, errand);
}

/* As many descriptors as we may have, but for some of our own. */
static size_t raise_connections_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return CONNECTIONS_MIN;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur >= CONNECTIONS_MAX + OWN_DESCRIPTORS)
		return CONNECTIONS_MAX;
	return limit.rlim_cur > CONNECTIONS_MIN + OWN_DESCRIPTORS ?
		       limit.rlim_cur - OWN_DESCRIPTORS :
		       CONNECTIONS_MIN;
}

struct loop *loop_create(struct node *node)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop || uv_loop_init(&loop->uv) != 0) {
		node_destroy(node);
		free(loop);
		return NULL;
	}
	loop->node = node;
	loop->shard = node_shard(node);
	loop->connections_max = raise_connections_max();
	loop->timer_us = ILP_NEVER_US;
	uv_check_init(&loop->uv, &loop->check);
	uv_timer_init(&loop->uv, &loop->timer);
	loop->check.data = loop;
	loop->timer.data = loop;
	uv_idle_init(&loop->uv, &loop->awake);
	uv_check_start(&loop->check, polled);
	mailbox_init(&loop->mailbox, &loop->uv, take_errands, loop);
	loop->crypto = ilp_crypto_create();
	loop->link_blocks = pool_create(LINK_BTP_BLOCK, LINK_BLOCKS_MAX);
	loop->tls_blocks = pool_create(TLS_BLOCK_SIZE, TLS_BLOCKS_MAX);
	if (loop->crypto && loop->link_blocks && loop->tls_blocks)
		return loop;
	loop_destroy(loop);
	return NULL;
}

void loop_destroy(struct loop *loop)
{
	if (!loop)
		return;
	loop_round_begin(loop);
	listener_close_all(loop);
	dialer_stop_all(loop);
	while (loop->connections)
		connection_say_goodbye(loop->connections);
	uv_close((uv_handle_t *)&loop->check, NULL);
	uv_close((uv_handle_t *)&loop->timer, NULL);
	uv_close((uv_handle_t *)&loop->awake, NULL);
	mailbox_close(&loop->mailbox);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	uv_loop_close(&loop->uv);
	node_destroy(loop->node);
	trust_destroy(loop->trust);
	keys_destroy(loop->keys);
	pool_destroy(loop->link_blocks);
	pool_destroy(loop->tls_blocks);
	ilp_crypto_destroy(loop->crypto);
	free(loop);
}

void loop_round_begin(struct loop *loop)
{
	if (loop->in_round)
		return;
	loop->in_round = true;
	loop->round++;
	loop->now = now_read();
	shard_begin(loop->shard, loop->now);
	if (loop->rates)
		rate_feed_apply(loop->rates, shard_exchange(loop->shard));
}

/* Sleeps no longer than until something is due. A timer that is early does no
 * harm, so it is left as it is. */
static void arm(struct loop *loop, int64_t deadline_us)
{
	int64_t wait_us;

	if (uv_is_active((uv_handle_t *)&loop->timer) &&
	    loop->timer_us <= deadline_us)
		return;
	loop->timer_us = deadline_us;
	if (deadline_us == ILP_NEVER_US)
		return;
	wait_us = deadline_us > loop->now.monotonic_us ?
			  deadline_us - loop->now.monotonic_us :
			  0;
	/* Never 0: such a timer, started by its own callback, would let nothing
	 * else happen. */
	uv_timer_start(&loop->timer, timed, (uint64_t)wait_us / 1000 + 1, 0);
}

static void write_all(struct loop *loop)
{
	struct session *session;

	while ((session = shard_next_output(loop->shard)))
		connection_flush(session->driver);
}

/* Connections that end may give answers, so there can be more to commit. */
static void commit_and_write(struct loop *loop)
{
	bool committed;

	do {
		committed = node_commit(loop->node, loop->now);
		write_all(loop);
	} while (committed && shard_has_batch(loop->shard));
}

/* Once nothing is in flight, says goodbye to all to whom all else was said;
 * they may take a moment to hear it. */
static void part(struct loop *loop)
{
	if (!loop->draining || !shard_is_idle(loop->shard))
		return;
	/* Unless we have been told to end at once. */
	if (!loop->parting && loop->now.monotonic_us < loop->drain_until_us)
		loop->drain_until_us =
			loop->now.monotonic_us + CONNECTION_STUCK_US;
	loop->parting = true;
	for (struct connection *c = loop->connections; c; c = c->next)
		connection_part(c);
	commit_and_write(loop);
}

/* Is everything said, as far as there is time for it? */
static bool is_drained(const struct loop *loop)
{
	return loop->draining &&
	       ((loop->parting && !loop->connections) ||
		loop->now.monotonic_us >= loop->drain_until_us);
}

/* That it is there makes libuv poll without waiting. */
static void look_again(uv_idle_t *awake)
{
	(void)awake;
}

static void stay_awake(struct loop *loop)
{
	if (loop->counters.reads != loop->seen_reads ||
	    errands_want_run(&loop->errands)) {
		loop->seen_reads = loop->counters.reads;
		loop->awake_until_us = loop->now.monotonic_us + AWAKE_US;
		uv_idle_start(&loop->awake, look_again);
	} else if (loop->now.monotonic_us >= loop->awake_until_us) {
		uv_idle_stop(&loop->awake);
	}
}

static void round_end(struct loop *loop)
{
	int64_t deadline_us;
	struct shard_dial dial;

	shard_tick(loop->shard);
	errands_run(&loop->errands, loop->node);
	while (shard_next_dial(loop->shard, &dial))
		if (loop->draining && !dial.for_replies)
			shard_dialed(loop->shard, &dial, NULL, NULL);
		else
			dialer_start(loop, &dial);
	commit_and_write(loop);
	settle_errands(loop);
	part(loop);
	deadline_us = connection_reap(loop);
	if (shard_deadline_us(loop->shard) < deadline_us)
		deadline_us = shard_deadline_us(loop->shard);
	if (loop->draining && loop->drain_until_us < deadline_us)
		deadline_us = loop->drain_until_us;
	if (shard_has_batch(loop->shard) &&
	    loop->now.monotonic_us + RETRY_US < deadline_us)
		deadline_us = loop->now.monotonic_us + RETRY_US;
	loop->failure = node_failure(loop->node);
	if (loop->failure || is_drained(loop))
		uv_stop(&loop->uv);
	else
		arm(loop, deadline_us);
	stay_awake(loop);
	logger_look(loop->logger);
	loop->in_round = false;
}

const char *loop_run(struct loop *loop)
{
	loop_round_begin(loop);
	round_end(loop);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	return loop->failure;
}

void loop_stop(struct loop *loop, int64_t at_most_us)
{
	loop_round_begin(loop);
	if (loop->draining)
		at_most_us = 0;
	else
		listener_close_all(loop);
	loop->draining = true;
	loop->drain_until_us = loop->now.monotonic_us + at_most_us;
	shard_drain(loop->shard);
}
