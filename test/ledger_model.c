/* SPDX-License-Identifier: Apache-2.0 */
/* The naive ledger that the real one is compared with: a few accounts, the
 * id of which says what asset they are in, and a few records. It looks at every
 * account for every question, and copies itself to be able to take a batch
 * back. */
#include "test/ledger_model.h"

#include "test/ledger_claims.h"

#define MODEL_IDS 12
#define MODEL_ASSETS 3
#define MODEL_KEYS 5
#define MODEL_BATCH 12

static const struct ledger_asset model_assets[MODEL_ASSETS] = { { "XRP", 9 },
								{ "XRP", 6 },
								{ "EUR", 2 } };

struct model_account {
	enum { UNUSED, OPEN, CLOSED } state;
	ilp_u128 totals[4]; /* in the order of enum ledger_total */
	ilp_u128 ceiling;
};

struct model {
	struct model_account accounts[MODEL_IDS + 1];
	char records[MODEL_KEYS][8];
};

/* A batch with room for what is in it. */
struct draft {
	struct ledger_opening openings[MODEL_BATCH];
	struct ledger_entry entries[MODEL_BATCH];
	struct ledger_record records[MODEL_BATCH];
	struct ledger_ceiling ceilings[MODEL_BATCH];
	uint64_t closings[MODEL_BATCH];
	char values[MODEL_BATCH][8];
	struct ledger_batch batch;
};

/* In their order, but for the last. */
static const char *const model_keys[MODEL_KEYS] = { "a", "aa", "b", "ba",
						    "" /* never good */ };

/* splitmix64 */
static uint64_t draw(uint64_t *random)
{
	uint64_t z = *random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t below(uint64_t *random, uint64_t bound)
{
	return draw(random) % bound;
}

static ilp_u128 draw_units(uint64_t *random)
{
	switch (below(random, 64)) {
	case 0:
		return (ilp_u128)draw(random) << 64 | draw(random);
	case 1:
		return U128_MAX;
	case 2:
	case 3:
		return draw(random);
	}
	return below(random, 10);
}

static void draft_pair(struct draft *d, uint64_t *random)
{
	size_t *count = &d->batch.entry_count;
	uint64_t from = 1 + below(random, MODEL_IDS);
	uint64_t to = (from + MODEL_ASSETS * below(random, 4)) % MODEL_IDS;
	bool pending = below(random, 2);
	struct ledger_entry e = {
		.account = from,
		.total = pending ? LEDGER_DEBITS_PENDING : LEDGER_DEBITS_POSTED,
		.take = pending && below(random, 2),
		.units = draw_units(random),
	};

	d->entries[(*count)++] = e;
	e.account = to ? to : MODEL_IDS;
	e.total++; /* credits of the same sort */
	d->entries[(*count)++] = e;
}

static void draft_record(struct draft *d, uint64_t *random)
{
	size_t i = d->batch.record_count++;
	uint64_t keys = below(random, 20) ? MODEL_KEYS - 1 : MODEL_KEYS;

	if (below(random, 3))
		snprintf(d->values[i], 8, "%u", (unsigned)draw(random) % 9999);
	d->records[i] = (struct ledger_record){
		ilp_text(model_keys[below(random, keys)]),
		ilp_text(d->values[i]),
	};
}

/* Moves a part of one account's totals to another one: as it is, or against
 * the opposite total of that account. */
static void draft_move(struct draft *d, struct ledger_entry from, uint64_t to)
{
	size_t *count = &d->batch.entry_count;

	d->entries[(*count)++] = from;
	from.account = to;
	if (from.take)
		from.take = false;
	else
		from.total ^= 1;
	d->entries[(*count)++] = from;
}

/* Closes an account, and empties it first as far as it is known; now and then
 * something is left undone. */
static void draft_closing(struct draft *d, const struct model *m,
			  uint64_t *random)
{
	uint64_t id = 1 + below(random, MODEL_IDS);
	uint64_t to = (id + MODEL_ASSETS) % MODEL_IDS;
	const ilp_u128 *t = m->accounts[id].totals;
	bool owes = t[LEDGER_DEBITS_POSTED] > t[LEDGER_CREDITS_POSTED];
	const struct ledger_entry moves[] = {
		{ id, LEDGER_DEBITS_PENDING, true, t[LEDGER_DEBITS_PENDING] },
		{ id, LEDGER_CREDITS_PENDING, true, t[LEDGER_CREDITS_PENDING] },
		{ id, owes ? LEDGER_CREDITS_POSTED : LEDGER_DEBITS_POSTED,
		  false, owes ? t[0] - t[1] : t[1] - t[0] },
	};

	for (size_t i = 0; i < COUNT(moves); i++)
		if (below(random, 16))
			draft_move(d, moves[i], to ? to : MODEL_IDS);
	if (below(random, 16))
		d->ceilings[d->batch.ceiling_count++] =
			(struct ledger_ceiling){ id, 0 };
	d->closings[d->batch.closing_count++] = id;
}

/* A batch that is good about half of the time. */
static void make_draft(struct draft *d, const struct model *m, uint64_t *random)
{
	struct ledger_batch *b = &d->batch;

	*d = (struct draft){ .batch = { .openings = d->openings,
					.entries = d->entries,
					.records = d->records,
					.ceilings = d->ceilings,
					.closings = d->closings } };
	if (below(random, 32) == 0)
		draft_closing(d, m, random);
	while (below(random, 20) == 0 && b->opening_count < MODEL_BATCH) {
		uint64_t id = 1 + below(random, MODEL_IDS);

		d->openings[b->opening_count++] = (struct ledger_opening){
			id, model_assets[id % MODEL_ASSETS]
		};
	}
	while (below(random, 3) && b->entry_count < MODEL_BATCH - 1)
		draft_pair(d, random);
	if (b->entry_count && below(random, 10) == 0)
		d->entries[below(random, b->entry_count)].units =
			draw_units(random);
	while (below(random, 3) == 0 && b->record_count < MODEL_BATCH)
		draft_record(d, random);
	while (below(random, 6) == 0 && b->ceiling_count < MODEL_BATCH)
		d->ceilings[b->ceiling_count++] =
			(struct ledger_ceiling){ 1 + below(random, MODEL_IDS),
						 draw_units(random) };
}

/* Sums without any bound: of the lower and the upper halves. */
__extension__ typedef __int128 i128;

struct sum {
	i128 low, high;
};

static void add(struct sum *sum, bool minus, ilp_u128 units)
{
	i128 low = (uint64_t)units;
	i128 high = (uint64_t)(units >> 64);

	sum->low += minus ? -low : low;
	sum->high += minus ? -high : high;
}

static bool is_zero(const struct sum *sum)
{
	i128 unit = (i128)1 << 64;

	return sum->low % unit == 0 && sum->high == -(sum->low / unit);
}

static bool is_credit(enum ledger_total total)
{
	return total % 2;
}

static bool model_balances(const struct ledger_batch *b)
{
	for (size_t asset = 0; asset < MODEL_ASSETS; asset++)
		for (unsigned sort = 0; sort < 2; sort++) {
			struct sum sum = { 0, 0 };

			for (size_t i = 0; i < b->entry_count; i++) {
				const struct ledger_entry *e = &b->entries[i];

				if (e->account % MODEL_ASSETS == asset &&
				    e->total / 2 == sort)
					add(&sum,
					    is_credit(e->total) != e->take,
					    e->units);
			}
			if (!is_zero(&sum))
				return false;
		}
	return true;
}

static bool model_entry(struct model *m, const struct ledger_entry *e)
{
	ilp_u128 *total = &m->accounts[e->account].totals[e->total];

	if (m->accounts[e->account].state != OPEN)
		return false;
	if (e->take ? *total < e->units : U128_MAX - *total < e->units)
		return false;
	*total = e->take ? *total - e->units : *total + e->units;
	return true;
}

static bool model_record(struct model *m, const struct ledger_record *r)
{
	size_t i = 0;

	if (r->key.len == 0)
		return false;
	while (!ilp_bytes_equal(ilp_text(model_keys[i]), r->key))
		i++;
	memcpy(m->records[i], r->value.at, r->value.len + 1);
	return true;
}

static bool model_close(struct model *m, uint64_t id)
{
	struct model_account *a = &m->accounts[id];
	bool good = a->state == OPEN && a->totals[0] == a->totals[1] &&
		    !a->totals[2] && !a->totals[3] && !a->ceiling;

	a->state = CLOSED;
	return good;
}

/* Is the batch good? If so, it has happened; otherwise `m` is spoilt. */
static bool model_submit(struct model *m, const struct ledger_batch *b)
{
	bool good = true;

	for (size_t i = 0; i < b->opening_count; i++) {
		struct model_account *a = &m->accounts[b->openings[i].account];

		good = good && a->state == UNUSED;
		a->state = OPEN;
	}
	for (size_t i = 0; i < b->entry_count; i++)
		good = good && model_entry(m, &b->entries[i]);
	for (size_t i = 0; i < b->record_count; i++)
		good = good && model_record(m, &b->records[i]);
	for (size_t i = 0; i < b->ceiling_count; i++) {
		struct model_account *a = &m->accounts[b->ceilings[i].account];

		good = good && a->state == OPEN;
		a->ceiling = b->ceilings[i].units;
	}
	for (size_t i = 0; i < b->closing_count; i++)
		good = good && model_close(m, b->closings[i]);
	return good && model_balances(b);
}

/* Does the ledger have exactly the accounts of the model? */
static bool same_accounts(const struct ledger *ledger, const struct model *m)
{
	struct ledger_account found;
	uint64_t last = 0;

	for (uint64_t id = 1; id <= MODEL_IDS; id++) {
		const ilp_u128 *t = m->accounts[id].totals;
		const struct ledger_account wanted = {
			id,
			model_assets[id % MODEL_ASSETS],
			{ t[0], t[1], t[2], t[3] },
			m->accounts[id].ceiling
		};

		if (m->accounts[id].state != OPEN)
			continue;
		if (!ledger_account(ledger, last, &found) ||
		    !same_account(&found, &wanted))
			return false;
		last = id;
	}
	return !ledger_account(ledger, last, &found);
}

static bool same_records(const struct ledger *ledger, const struct model *m)
{
	struct ledger_record next = { 0 };

	for (size_t i = 0; i < MODEL_KEYS; i++) {
		struct ilp_bytes value = { NULL, 0 };
		bool there =
			ledger_record(ledger, ilp_text(model_keys[i]), &value);

		if (there != (m->records[i][0] != 0) ||
		    !ilp_bytes_equal(value, ilp_text(m->records[i])))
			return false;
		if (!there)
			continue;
		if (!ledger_next_record(ledger, next.key, &next) ||
		    !ilp_bytes_equal(next.key, ilp_text(model_keys[i])) ||
		    !ilp_bytes_equal(next.value, ilp_text(m->records[i])))
			return false;
	}
	return !ledger_next_record(ledger, next.key, &next);
}

/* Whatever the model says: debits and credits are the same. */
static bool sums_to_zero(const struct ledger *ledger)
{
	struct sum posted[MODEL_ASSETS] = { { 0, 0 } };
	struct sum pending[MODEL_ASSETS] = { { 0, 0 } };
	struct ledger_account a = { 0 };
	bool zero = true;

	while (ledger_account(ledger, a.account, &a)) {
		size_t asset = a.account % MODEL_ASSETS;

		add(&posted[asset], false, a.totals.debits_posted);
		add(&posted[asset], true, a.totals.credits_posted);
		add(&pending[asset], false, a.totals.debits_pending);
		add(&pending[asset], true, a.totals.credits_pending);
	}
	for (size_t i = 0; i < MODEL_ASSETS; i++)
		zero = zero && is_zero(&posted[i]) && is_zero(&pending[i]);
	return zero;
}

/* Both ledgers, and what both of them have accepted so far. */
struct race {
	struct ledger *ledger;
	struct model model;
	uint64_t last;
	uint64_t durable;
};

/* Most accounts open at the start, so that there is something to do. */
static void start_race(struct race *race, const struct ledger_suite *suite)
{
	struct ledger_opening openings[MODEL_IDS * 3 / 4];
	const struct ledger_batch batch = { OPENINGS(openings) };

	for (uint64_t i = 0; i < COUNT(openings); i++)
		openings[i] = (struct ledger_opening){
			i + 1, model_assets[(i + 1) % MODEL_ASSETS]
		};
	*race = (struct race){ .ledger = suite->create() };
	race->last = submit(race->ledger, &batch);
	CHECK(model_submit(&race->model, &batch));
}

/* One batch for both. Do they agree on it? */
static bool race_on(struct race *race, uint64_t *random)
{
	struct model then = race->model;
	struct draft draft;
	uint64_t sequence = race->last;
	bool good;

	make_draft(&draft, &race->model, random);
	good = model_submit(&then, &draft.batch);
	if (good) {
		race->model = then;
		race->last++;
	}
	return (ledger_submit(race->ledger, &draft.batch, &sequence) ==
		LEDGER_OK) == good &&
	       sequence == race->last &&
	       ledger_progress(race->ledger).submitted == race->last &&
	       ledger_progress(race->ledger).durable == race->durable &&
	       same_accounts(race->ledger, &race->model) &&
	       same_records(race->ledger, &race->model) &&
	       sums_to_zero(race->ledger);
}

/* What there is to tell at the end. */
static struct model_walk sum_up(const struct race *race)
{
	struct model_walk walk = { .accepted = race->last };

	for (size_t id = 1; id <= MODEL_IDS; id++)
		walk.closed += race->model.accounts[id].state == CLOSED;
	return walk;
}

struct model_walk model_walk(const struct ledger_suite *suite, uint64_t seed)
{
	uint64_t random = seed;
	struct race race;

	start_race(&race, suite);
	for (int step = 0; step < MODEL_STEPS; step++) {
		if (!race_on(&race, &random))
			fail_msg("seed %d, step %d", (int)seed, step);
		if (below(&random, 20))
			continue;
		CHECK_INT(settle(race.ledger),
			  race.last > race.durable ? race.last : 0);
		race.durable = race.last;
		if (suite->restart && below(&random, 4) == 0)
			race.ledger = suite->restart(race.ledger);
	}
	ledger_destroy(race.ledger);
	return sum_up(&race);
}
