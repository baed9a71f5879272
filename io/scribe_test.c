/* SPDX-License-Identifier: Apache-2.0 */
/* A scribe passes on all batches in their order, whatever threads do, tells
 * what came of them, and comes to an end. */
#include "io/scribe.h"

#include <semaphore.h>

#include "io/now.h"
#include "ledger/backlog.h"
#include "ledger/memory.h"
#include "test/check.h"
#include "test/ledger_claims.h"
#include "test/slow_ledger.h"

#define SECOND_US 1000000

/* ---- an owner that can wait ---- */

struct owner {
	struct ledger *inner; /* the scribe's: looked at while it has no work */
	struct ledger *ledger;
	sem_t news;
};

static void wake(void *context)
{
	sem_post(&((struct owner *)context)->news);
}

static void open_owner(struct owner *owner, struct ledger *inner)
{
	CHECK(inner != NULL);
	owner->inner = inner;
	CHECK(sem_init(&owner->news, 0, 0) == 0);
	owner->ledger = scribe_create(inner, wake, owner);
	CHECK(owner->ledger != NULL);
}

static void close_owner(struct owner *owner)
{
	ledger_destroy(owner->ledger);
	sem_destroy(&owner->news);
}

static void wait_for_news(struct owner *owner)
{
	while (sem_wait(&owner->news) != 0)
		;
}

static void wait_until_durable(struct owner *owner, uint64_t number)
{
	while (ledger_progress(owner->ledger).durable < number)
		wait_for_news(owner);
}

static void wait_for_trouble(struct owner *owner, bool wanted)
{
	while ((ledger_trouble(owner->ledger) != NULL) != wanted)
		wait_for_news(owner);
}

static struct ledger_event wait_for_failure(struct owner *owner)
{
	struct ledger_event event = { .type = LEDGER_DURABLE };

	while (event.type != LEDGER_FAILED)
		if (!ledger_next(owner->ledger, &event))
			wait_for_news(owner);
	return event;
}

/* ---- the suite ---- */

/* A ledger in memory answers at once, and a scribe gets the batches that it
 * has taken; when it is over both must be the same. */
struct twins {
	struct ledger ledger;
	struct ledger *first;
	struct owner second;
};

static struct twins *twins(struct ledger *ledger)
{
	return (struct twins *)ledger;
}

static const struct twins *twins_const(const struct ledger *ledger)
{
	return (const struct twins *)ledger;
}

/* What the batch borrows from the first may be gone when that has taken it. */
static enum ledger_status twins_submit(struct ledger *ledger,
				       const struct ledger_batch *batch,
				       uint64_t *sequence)
{
	struct twins *t = twins(ledger);
	struct backlog kept = { .bytes = NULL };
	struct ledger_batch same;
	enum ledger_status status;
	uint64_t other;

	CHECK(backlog_add(&kept, batch) && backlog_first(&kept, &same));
	status = ledger_submit(t->first, batch, sequence);
	if (status == LEDGER_OK) {
		CHECK_INT(ledger_submit(t->second.ledger, &same, &other),
			  LEDGER_OK);
		CHECK_INT(other, *sequence);
	}
	backlog_finish(&kept);
	return status;
}

static void twins_tick(struct ledger *ledger, struct ilp_time time)
{
	struct twins *t = twins(ledger);
	struct ledger *second = t->second.ledger;
	uint64_t submitted = ledger_progress(second).submitted;

	ledger_tick(t->first, time);
	ledger_tick(second, time);
	wait_until_durable(&t->second, submitted);
}

static bool twins_next(struct ledger *ledger, struct ledger_event *out)
{
	struct twins *t = twins(ledger);
	struct ledger_event other;
	bool there = ledger_next(t->first, out);

	/* What became durable before the tick has an event of its own; and the
	 * thread may be ahead of a ledger that is not ticked. */
	while (there && ledger_next(t->second.ledger, &other))
		CHECK(other.sequence <=
		      ledger_progress(t->second.ledger).submitted);
	return there;
}

static bool twins_account(const struct ledger *ledger, uint64_t after,
			  struct ledger_account *out)
{
	return ledger_account(twins_const(ledger)->first, after, out);
}

static bool twins_record(const struct ledger *ledger, struct ilp_bytes key,
			 struct ilp_bytes *value)
{
	return ledger_record(twins_const(ledger)->first, key, value);
}

static bool twins_next_record(const struct ledger *ledger,
			      struct ilp_bytes after, struct ledger_record *out)
{
	return ledger_next_record(twins_const(ledger)->first, after, out);
}

static struct ledger_progress twins_progress(const struct ledger *ledger)
{
	return ledger_progress(twins_const(ledger)->first);
}

static void check_same_accounts(const struct ledger *a, const struct ledger *b)
{
	struct ledger_account of_a = { 0 }, of_b = { 0 };

	while (ledger_account(a, of_a.account, &of_a)) {
		CHECK(ledger_account(b, of_b.account, &of_b));
		CHECK(same_account(&of_a, &of_b));
	}
	CHECK(!ledger_account(b, of_b.account, &of_b));
}

static void check_same_records(const struct ledger *a, const struct ledger *b)
{
	struct ledger_record of_a = { 0 }, of_b = { 0 };

	while (ledger_next_record(a, of_a.key, &of_a)) {
		CHECK(ledger_next_record(b, of_b.key, &of_b));
		CHECK_BYTES(of_b.key, of_a.key);
		CHECK_BYTES(of_b.value, of_a.value);
	}
	CHECK(!ledger_next_record(b, of_b.key, &of_b));
}

static void twins_destroy(struct ledger *ledger)
{
	struct twins *t = twins(ledger);

	CHECK(scribe_end(t->second.ledger, SECOND_US));
	check_same_accounts(t->first, t->second.inner);
	check_same_records(t->first, t->second.inner);
	ledger_destroy(t->first);
	close_owner(&t->second);
	free(t);
}

static struct ledger *twins_create(void)
{
	static const struct ledger_ops ops = {
		.name = "twins",
		.submit = twins_submit,
		.tick = twins_tick,
		.next = twins_next,
		.account = twins_account,
		.record = twins_record,
		.next_record = twins_next_record,
		.progress = twins_progress,
		.destroy = twins_destroy,
	};
	struct twins *t = calloc(1, sizeof(*t));

	CHECK(t != NULL);
	t->ledger.ops = &ops;
	t->first = ledger_memory_create();
	open_owner(&t->second, ledger_memory_create());
	return &t->ledger;
}

/* ---- what is special about it ---- */

static uint64_t open_accounts(struct owner *owner)
{
	return submit(owner->ledger, BATCH(OPENINGS(bank_openings)));
}

static uint64_t move(struct owner *owner, ilp_u128 units)
{
	uint64_t sequence = 0;

	CHECK_INT(ledger_suite_move(owner->ledger, units, &sequence),
		  LEDGER_OK);
	return sequence;
}

static void says_what_the_other_ledger_is(void)
{
	struct owner owner;

	open_owner(&owner, ledger_memory_create());
	CHECK(strcmp(owner.ledger->ops->name, "memory") == 0);
	CHECK(!owner.ledger->ops->durable && !owner.ledger->ops->journal);
	close_owner(&owner);
}

static void goes_on_where_the_other_ledger_is(void)
{
	struct ledger *inner = ledger_memory_create();
	struct owner owner;
	struct ledger_event event;

	submit(inner, BATCH(OPENINGS(bank_openings)));
	ledger_tick(inner, now);
	open_owner(&owner, inner);
	check_progress(owner.ledger, 1, 1);
	CHECK_INT(list_accounts(owner.ledger,
				(struct ledger_account[8]){ { 0 } }, 8),
		  BANK_ACCOUNTS);
	CHECK(!ledger_next(owner.ledger, &event));
	CHECK_INT(move(&owner, 1), 2);
	wait_until_durable(&owner, 2);
	CHECK(ledger_next(owner.ledger, &event));
	CHECK_INT(event.sequence, 2);
	CHECK(!ledger_next(owner.ledger, &event));
	CHECK_INT(scribe_commits(owner.ledger), 1);
	close_owner(&owner);
}

#define MANY 100000

static uint64_t move_and_note(struct owner *owner, int number)
{
	const struct ledger_entry entries[] = { DEBIT(ALICE, 1),
						CREDIT(BOB, 1) };
	struct ledger_record records[] = { { .key = ilp_text("last") } };
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	records[0].value = ilp_text(text);
	return submit(owner->ledger, BATCH(ENTRIES(entries), RECORDS(records)));
}

static void many_batches_arrive_in_their_order(void)
{
	struct owner owner;
	struct ledger_event event;
	uint64_t heard = 0;
	uint64_t last;

	open_owner(&owner, ledger_memory_create());
	last = open_accounts(&owner);
	for (int i = 1; i <= MANY; i++) {
		last = move_and_note(&owner, i);
		while (ledger_next(owner.ledger, &event)) {
			CHECK(event.sequence > heard);
			CHECK(event.sequence <= last);
			heard = event.sequence;
		}
	}
	CHECK_INT(last, MANY + 1);
	wait_until_durable(&owner, last);
	CHECK(scribe_end(owner.ledger, SECOND_US));
	CHECK(totals(owner.inner, ALICE).debits_posted == MANY);
	CHECK(totals(owner.inner, BOB).credits_posted == MANY);
	check_record(owner.inner, "last", "100000");
	close_owner(&owner);
}

/* Nobody waits for what was submitted but the end. */
static void what_was_submitted_is_finished_at_the_end(void)
{
	struct owner owner;
	uint64_t last = 0;

	open_owner(&owner, ledger_memory_create());
	open_accounts(&owner);
	for (int i = 0; i < 10000; i++)
		last = move(&owner, 1);
	CHECK(scribe_end(owner.ledger, 0));
	check_progress(owner.ledger, last, last);
	CHECK(totals(owner.inner, BOB).credits_posted == 10000);
	CHECK_INT(ledger_suite_move(owner.ledger, 1, &last), LEDGER_DEAD);
	CHECK(!scribe_start(owner.ledger));
	CHECK(scribe_end(owner.ledger, 0));
	close_owner(&owner);
}

static uint64_t put_large(struct owner *owner, enum ledger_status *status)
{
	static uint8_t value[LEDGER_VALUE_MAX];
	const struct ledger_record records[] = {
		{ ilp_text("key"), ILP_BYTES(value) },
	};
	uint64_t sequence = 0;

	*status = ledger_submit(owner->ledger, BATCH(RECORDS(records)),
				&sequence);
	return sequence;
}

static void too_much_is_refused_until_the_other_ledger_gets_on(void)
{
	enum ledger_status status = LEDGER_OK;
	struct owner owner;
	uint64_t last = 0;
	uint64_t sequence;

	open_owner(&owner, slow_ledger_create());
	slow_ledger_stall(owner.inner, true);
	while (status == LEDGER_OK) {
		sequence = put_large(&owner, &status);
		last = sequence ? sequence : last;
		CHECK(last * LEDGER_VALUE_MAX <= SCRIBE_BYTES_MAX);
	}
	CHECK_INT(status, LEDGER_BUSY);
	CHECK((last + 10) * LEDGER_VALUE_MAX > SCRIBE_BYTES_MAX);
	check_progress(owner.ledger, last, 0);
	slow_ledger_stall(owner.inner, false);
	wait_until_durable(&owner, last);
	CHECK_INT(put_large(&owner, &status), last + 1);
	CHECK_INT(status, LEDGER_OK);
	close_owner(&owner);
}

/* It is kept, and offered again. */
static void what_the_other_ledger_does_not_take_waits(void)
{
	struct owner owner;
	uint64_t last;

	open_owner(&owner, slow_ledger_create());
	slow_ledger_fill(owner.inner, true);
	open_accounts(&owner);
	for (int i = 0; i < 100; i++)
		last = move(&owner, 1);
	check_progress(owner.ledger, 101, 0);
	slow_ledger_fill(owner.inner, false);
	wait_until_durable(&owner, last);
	CHECK(scribe_end(owner.ledger, SECOND_US));
	CHECK(totals(owner.inner, BOB).credits_posted == 100);
	close_owner(&owner);
}

static void trouble_comes_and_goes(void)
{
	struct owner owner;
	uint64_t last;

	open_owner(&owner, slow_ledger_create());
	CHECK(!ledger_trouble(owner.ledger));
	slow_ledger_trouble(owner.inner, true);
	last = open_accounts(&owner);
	wait_for_trouble(&owner, true);
	assert_string_equal(ledger_trouble(owner.ledger), "the disk is full");
	CHECK_INT(ledger_progress(owner.ledger).durable, 0);
	slow_ledger_trouble(owner.inner, false);
	wait_for_trouble(&owner, false);
	wait_until_durable(&owner, last);
	close_owner(&owner);
}

static void a_failure_passes_through(void)
{
	struct owner owner;
	struct ledger_event event;
	uint64_t last;

	open_owner(&owner, slow_ledger_create());
	last = open_accounts(&owner);
	wait_until_durable(&owner, last);
	CHECK(ledger_next(owner.ledger, &event));
	slow_ledger_break(owner.inner);
	move(&owner, 1);
	event = wait_for_failure(&owner);
	CHECK_INT(event.sequence, last);
	assert_string_equal(event.reason, "the disk has forgotten");
	CHECK(!ledger_next(owner.ledger, &event));
	CHECK_INT(ledger_suite_move(owner.ledger, 1, &last), LEDGER_DEAD);
	check_progress(owner.ledger, 2, 1);
	CHECK(!scribe_end(owner.ledger, SECOND_US));
	close_owner(&owner);
}

/* Those before it are durable, and those behind it never. */
static void a_batch_that_is_refused_is_a_failure(void)
{
	struct owner owner;
	struct ledger_event event;
	uint64_t sequence;

	open_owner(&owner, ledger_memory_create());
	open_accounts(&owner);
	move(&owner, 5);
	submit(owner.ledger, BATCH(OPENINGS(bank_openings)));
	ledger_suite_move(owner.ledger, 1, &sequence);
	event = wait_for_failure(&owner);
	CHECK_INT(event.sequence, 2);
	assert_string_equal(event.reason,
			    "batch 3 was refused, a mistake of this program: "
			    "a new account has the id of another one");
	CHECK(!scribe_end(owner.ledger, SECOND_US));
	CHECK(totals(owner.inner, BOB).credits_posted == 5);
	close_owner(&owner);
}

static void a_ledger_that_stands_still_does_not_keep_it_for_ever(void)
{
	struct owner owner;
	int64_t start_us = now_read().monotonic_us;

	open_owner(&owner, slow_ledger_create());
	slow_ledger_stall(owner.inner, true);
	open_accounts(&owner);
	CHECK(!scribe_end(owner.ledger, SECOND_US / 10));
	CHECK(now_read().monotonic_us - start_us < SCRIBE_END_US);
	close_owner(&owner);

	open_owner(&owner, slow_ledger_create());
	slow_ledger_stall(owner.inner, true);
	open_accounts(&owner);
	close_owner(&owner);
}

/* ---- what else its thread does ---- */

struct chore {
	int left;
	uint64_t submitted;
};

static bool do_chore(struct ledger *inner, void *context)
{
	struct chore *chore = context;

	chore->submitted = ledger_progress(inner).submitted;
	return --chore->left > 0;
}

static void does_what_it_is_asked_to_beside_the_batches(void)
{
	struct chore chore = { .left = 1000 };
	struct owner owner;
	uint64_t last;

	open_owner(&owner, ledger_memory_create());
	last = open_accounts(&owner);
	wait_until_durable(&owner, last);
	CHECK(scribe_ask(owner.ledger, do_chore, &chore));
	for (int i = 0; i < 100; i++)
		last = move(&owner, 1);
	for (;;) {
		/* Who has not looked is not woken again. */
		ledger_progress(owner.ledger);
		if (!scribe_is_asked(owner.ledger, &chore))
			break;
		CHECK(!scribe_ask(owner.ledger, do_chore, &chore));
		wait_for_news(&owner);
	}
	CHECK_INT(chore.left, 0);
	CHECK(chore.submitted > 0);
	chore.left = 1;
	CHECK(scribe_ask(owner.ledger, do_chore, &chore));
	close_owner(&owner);
}

int main(void)
{
	static const struct ledger_suite suite = { .create = twins_create };
	static const struct check_test own[] = {
		TEST(says_what_the_other_ledger_is),
		TEST(goes_on_where_the_other_ledger_is),
		TEST(many_batches_arrive_in_their_order),
		TEST(what_was_submitted_is_finished_at_the_end),
		TEST(too_much_is_refused_until_the_other_ledger_gets_on),
		TEST(what_the_other_ledger_does_not_take_waits),
		TEST(trouble_comes_and_goes),
		TEST(a_failure_passes_through),
		TEST(a_batch_that_is_refused_is_a_failure),
		TEST(a_ledger_that_stands_still_does_not_keep_it_for_ever),
		TEST(does_what_it_is_asked_to_beside_the_batches),
	};

	return ledger_suite_run(&suite) + check_all(own, COUNT(own));
}
