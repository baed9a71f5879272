/* SPDX-License-Identifier: Apache-2.0 */
#include "test/slow_ledger.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "ledger/memory.h"

struct slow_ledger {
	struct ledger ledger;
	struct ledger *memory;
	atomic_bool stalled;
	atomic_bool trouble;
	atomic_bool full;
	atomic_bool broken;
	bool told; /* that it is broken */
	bool kept; /* when it is destroyed */
};

static struct slow_ledger *slow(struct ledger *ledger)
{
	return (struct slow_ledger *)ledger;
}

static const struct slow_ledger *slow_const(const struct ledger *ledger)
{
	return (const struct slow_ledger *)ledger;
}

static enum ledger_status submit(struct ledger *ledger,
				 const struct ledger_batch *batch,
				 uint64_t *sequence)
{
	if (slow(ledger)->broken)
		return LEDGER_DEAD;
	if (slow(ledger)->full)
		return LEDGER_BUSY;
	return ledger_submit(slow(ledger)->memory, batch, sequence);
}

static void tick(struct ledger *ledger, struct ilp_time now)
{
	if (!slow(ledger)->stalled && !slow(ledger)->trouble &&
	    !slow(ledger)->broken)
		ledger_tick(slow(ledger)->memory, now);
}

static bool next(struct ledger *ledger, struct ledger_event *out)
{
	struct slow_ledger *s = slow(ledger);

	if (ledger_next(s->memory, out))
		return true;
	if (!s->broken || s->told)
		return false;
	s->told = true;
	*out = (struct ledger_event){
		.type = LEDGER_FAILED,
		.sequence = ledger_progress(s->memory).durable,
		.reason = "the disk has forgotten",
	};
	return true;
}

static bool account(const struct ledger *ledger, uint64_t after,
		    struct ledger_account *out)
{
	return ledger_account(slow_const(ledger)->memory, after, out);
}

static bool record(const struct ledger *ledger, struct ilp_bytes key,
		   struct ilp_bytes *value)
{
	return ledger_record(slow_const(ledger)->memory, key, value);
}

static bool next_record(const struct ledger *ledger, struct ilp_bytes after,
			struct ledger_record *out)
{
	return ledger_next_record(slow_const(ledger)->memory, after, out);
}

static struct ledger_progress progress(const struct ledger *ledger)
{
	return ledger_progress(slow_const(ledger)->memory);
}

static const char *trouble(const struct ledger *ledger)
{
	return slow_const(ledger)->trouble ? "the disk is full" : NULL;
}

static void destroy(struct ledger *ledger)
{
	if (slow(ledger)->kept) {
		slow(ledger)->kept = false;
		return;
	}
	ledger_destroy(slow(ledger)->memory);
	free(ledger);
}

#define OPS                                                                    \
	.submit = submit, .tick = tick, .next = next, .account = account,      \
	.record = record, .next_record = next_record, .progress = progress,    \
	.trouble = trouble, .destroy = destroy

static const struct ledger_ops ops = { .name = "slow", OPS };
static const struct ledger_ops lasting_ops = { .name = "slow and lasting",
					       .durable = true, OPS };

struct ledger *slow_ledger_create(void)
{
	struct slow_ledger *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->ledger.ops = &ops;
	s->memory = ledger_memory_create();
	if (!s->memory) {
		free(s);
		return NULL;
	}
	return &s->ledger;
}

void slow_ledger_last(struct ledger *ledger)
{
	ledger->ops = &lasting_ops;
}

void slow_ledger_keep(struct ledger *ledger)
{
	slow(ledger)->kept = true;
}

void slow_ledger_stall(struct ledger *ledger, bool stalled)
{
	slow(ledger)->stalled = stalled;
}

void slow_ledger_trouble(struct ledger *ledger, bool yes)
{
	slow(ledger)->trouble = yes;
}

void slow_ledger_fill(struct ledger *ledger, bool full)
{
	slow(ledger)->full = full;
}

void slow_ledger_break(struct ledger *ledger)
{
	slow(ledger)->broken = true;
}
