/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/memory.h"

#include <stdlib.h>

#include "ledger/chart.h"
#include "ledger/records.h"

struct memory {
	struct ledger ledger;
	struct chart chart;
	struct records records;
	uint64_t submitted; /* batches so far */
	uint64_t durable;
	uint64_t told;
};

static struct memory *memory(struct ledger *ledger)
{
	return (struct memory *)ledger;
}

static const struct memory *memory_const(const struct ledger *ledger)
{
	return (const struct memory *)ledger;
}

static enum ledger_status submit(struct ledger *ledger,
				 const struct ledger_batch *batch,
				 uint64_t *sequence)
{
	struct memory *m = memory(ledger);
	struct record *made;
	enum ledger_status status;

	if (m->submitted - m->durable == LEDGER_MEMORY_WAITING_MAX)
		return LEDGER_BUSY;
	status = records_make(&m->records, batch, &made);
	if (status)
		return status;
	status = chart_change(&m->chart, batch);
	if (status) {
		records_drop(made);
		return status;
	}
	records_put(&m->records, batch, made);
	*sequence = ++m->submitted;
	return LEDGER_OK;
}

static void tick(struct ledger *ledger, struct ilp_time now)
{
	(void)now;
	memory(ledger)->durable = memory(ledger)->submitted;
}

static bool next(struct ledger *ledger, struct ledger_event *out)
{
	struct memory *m = memory(ledger);

	if (m->told == m->durable)
		return false;
	m->told = m->durable;
	*out = (struct ledger_event){ .type = LEDGER_DURABLE,
				      .sequence = m->durable };
	return true;
}

static bool account(const struct ledger *ledger, uint64_t after,
		    struct ledger_account *out)
{
	const struct chart *chart = &memory_const(ledger)->chart;
	const struct chart_account *found = chart_after(chart, after);

	if (found)
		*out = chart_describe(chart, found);
	return found;
}

static bool record(const struct ledger *ledger, struct ilp_bytes key,
		   struct ilp_bytes *value)
{
	const struct record *found =
		records_find(&memory_const(ledger)->records, key);

	if (found)
		*value = records_read(found).value;
	return found;
}

static bool next_record(const struct ledger *ledger, struct ilp_bytes after,
			struct ledger_record *out)
{
	const struct record *found =
		records_after(&memory_const(ledger)->records, after);

	if (found)
		*out = records_read(found);
	return found;
}

static struct ledger_progress progress(const struct ledger *ledger)
{
	const struct memory *m = memory_const(ledger);

	return (struct ledger_progress){ m->submitted, m->durable };
}

static void destroy(struct ledger *ledger)
{
	chart_finish(&memory(ledger)->chart);
	records_clear(&memory(ledger)->records);
	free(ledger);
}

static const struct ledger_ops ops = {
	.name = "memory",
	.durable = false,
	.journal = false,
	.submit = submit,
	.tick = tick,
	.next = next,
	.account = account,
	.record = record,
	.next_record = next_record,
	.progress = progress,
	.destroy = destroy,
};

struct ledger *ledger_memory_create(void)
{
	struct memory *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	if (!chart_init(&m->chart, false)) {
		free(m);
		return NULL;
	}
	m->ledger.ops = &ops;
	return &m->ledger;
}
