/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pthread_setname_np */
#include "io/scribe.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/now.h"
#include "ledger/backlog.h"

/* Between one attempt and the next, while nothing gets on. */
#define PAUSE_MIN_US 10000
#define PAUSE_MAX_US 1000000

/* How far the thread has come. */
struct report {
	uint64_t durable;
	uint64_t commits;
	bool failed;
	char reason[256];  /* of the failure */
	char trouble[128]; /* empty: none */
};

struct scribe {
	struct ledger ledger;
	struct ledger_ops ops; /* ours, and what the other says of itself */
	scribe_woken *woken;
	void *context;

	/* The owner's. */
	uint64_t submitted;
	uint64_t told;
	bool told_failed;
	bool running;
	struct report seen;
	pthread_t thread;

	/* The thread's, once it runs. */
	struct ledger *inner;
	struct backlog writing;
	struct report made;

	/* Of both, under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t more; /* to do, for the thread */
	struct backlog gathering;
	size_t taken; /* bytes that the thread has in hand */
	struct report report;
	bool news;   /* the report has not been seen */
	bool asleep; /* the thread, until it is told that there is more */
	bool ending;
	int64_t end_us;
	scribe_work *work; /* that was asked for */
	void *work_context;
};

static struct scribe *scribe(struct ledger *ledger)
{
	return (struct scribe *)ledger;
}

/* Who only looks may find news. */
static struct scribe *reader(const struct ledger *ledger)
{
	return (struct scribe *)(uintptr_t)ledger;
}

/* ---- the thread: news ---- */

static bool is_news(const struct report *a, const struct report *b)
{
	return a->durable != b->durable || a->failed != b->failed ||
	       strcmp(a->trouble, b->trouble) != 0;
}

/* Lets go of the lock. */
static void wake_owner(struct scribe *s)
{
	bool woken = s->news;

	s->news = true;
	pthread_mutex_unlock(&s->lock);
	if (!woken)
		s->woken(s->context);
}

/* Is all that it had in hand done with? */
static void publish(struct scribe *s, bool done)
{
	pthread_mutex_lock(&s->lock);
	if (done)
		s->taken = 0;
	if (!is_news(&s->made, &s->report)) {
		pthread_mutex_unlock(&s->lock);
		return;
	}
	s->report = s->made;
	wake_owner(s);
}

/* ---- the thread: batches ---- */

/* Of what goes wrong, the first counts. */
static void fail(struct report *made, const char *reason)
{
	if (made->failed)
		return;
	made->failed = true;
	made->trouble[0] = '\0';
	snprintf(made->reason, sizeof(made->reason), "%s", reason);
}

/* What is wrong with a batch that was refused for good; NULL when it was
 * not. */
static const char *fault(enum ledger_status status)
{
	switch (status) {
	case LEDGER_OK:
	case LEDGER_BUSY:
	case LEDGER_NO_MEMORY:
	case LEDGER_DEAD: /* of which there is an event */
		break;
	case LEDGER_UNBALANCED:
		return "debits and credits differ";
	case LEDGER_UNKNOWN:
		return "an account is not open";
	case LEDGER_EXISTS:
		return "a new account has the id of another one";
	case LEDGER_NOT_EMPTY:
		return "an account that closes is not empty";
	case LEDGER_ASSETS:
		return "there are too many assets";
	case LEDGER_RANGE:
		return "a number, or a length, is out of range";
	}
	return NULL;
}

static void refuse(struct scribe *s, const char *text)
{
	uint64_t number = ledger_progress(s->inner).submitted + 1;
	char reason[sizeof(s->made.reason)];

	snprintf(reason, sizeof(reason),
		 "batch %" PRIu64 " was refused, a mistake of this program: %s",
		 number, text);
	fail(&s->made, reason);
}

/* As much as the other ledger takes for now. */
static void hand_over(struct scribe *s)
{
	enum ledger_status status = LEDGER_OK;
	struct ledger_batch batch;
	uint64_t sequence;

	while (status == LEDGER_OK && backlog_first(&s->writing, &batch)) {
		status = ledger_submit(s->inner, &batch, &sequence);
		if (status == LEDGER_OK)
			backlog_drop(&s->writing);
	}
	if (fault(status))
		refuse(s, fault(status));
	if (status == LEDGER_NO_MEMORY)
		snprintf(s->made.trouble, sizeof(s->made.trouble), "%s",
			 "there is no memory");
}

static void take_events(struct scribe *s)
{
	struct ledger_event event;

	while (ledger_next(s->inner, &event))
		if (event.type == LEDGER_FAILED)
			fail(&s->made, event.reason);
}

/* Notes how far the other ledger has come. Is it any further? */
static bool look_at_progress(struct scribe *s)
{
	uint64_t durable = ledger_progress(s->inner).durable;
	const char *trouble = ledger_trouble(s->inner);

	take_events(s);
	if (trouble && !s->made.failed)
		snprintf(s->made.trouble, sizeof(s->made.trouble), "%s",
			 trouble);
	if (durable == s->made.durable)
		return false;
	s->made.durable = durable;
	s->made.commits++;
	return true;
}

/* Is there nothing left to do, of what it has in hand? */
static bool is_done(struct scribe *s)
{
	const struct ledger_progress progress = ledger_progress(s->inner);
	struct ledger_batch batch;

	return s->made.failed || (!backlog_first(&s->writing, &batch) &&
				  progress.durable == progress.submitted);
}

/* Waits for some time, or until it is to end. False when its time is over. */
static bool pause_for(struct scribe *s, int64_t us)
{
	int64_t now_us = now_read().monotonic_us;
	struct timespec until;
	bool over;

	pthread_mutex_lock(&s->lock);
	if (s->ending && s->end_us - now_us < us)
		us = s->end_us - now_us;
	over = us <= 0;
	now_after(&until, us);
	if (!over)
		pthread_cond_timedwait(&s->more, &s->lock, &until);
	pthread_mutex_unlock(&s->lock);
	return !over;
}

/* Makes durable what it has in hand, with one tick at least. False when it
 * gives up. */
static bool write_down(struct scribe *s)
{
	int64_t pause_us = PAUSE_MIN_US;
	bool further;

	for (;;) {
		s->made.trouble[0] = '\0';
		hand_over(s);
		ledger_tick(s->inner, now_read());
		further = look_at_progress(s);
		if (is_done(s))
			return !s->made.failed;
		publish(s, false);
		if (further)
			pause_us = PAUSE_MIN_US;
		else if (!pause_for(s, pause_us))
			return false;
		else if (pause_us < PAUSE_MAX_US / 2)
			pause_us *= 2;
		else
			pause_us = PAUSE_MAX_US;
	}
}

/* ---- the thread: from start to end ---- */

static void do_work(struct scribe *s)
{
	scribe_work *work;

	pthread_mutex_lock(&s->lock);
	work = s->work;
	pthread_mutex_unlock(&s->lock);
	if (!work || work(s->inner, s->work_context))
		return;
	pthread_mutex_lock(&s->lock);
	s->work = NULL;
	wake_owner(s);
}

/* Takes what there is to do. False when there will be no more. */
static bool take(struct scribe *s)
{
	const struct backlog empty = s->writing;
	bool more;

	pthread_mutex_lock(&s->lock);
	while (s->gathering.len == 0 && !s->work && !s->ending) {
		s->asleep = true;
		pthread_cond_wait(&s->more, &s->lock);
	}
	s->asleep = false;
	more = s->gathering.len || !s->ending;
	s->writing = s->gathering;
	s->gathering = empty;
	s->taken = s->writing.len;
	pthread_mutex_unlock(&s->lock);
	return more;
}

static void *run(void *context)
{
	struct scribe *s = context;
	bool good = true;

	pthread_setname_np(pthread_self(), "ilpd-ledger");
	while (good && take(s)) {
		good = write_down(s);
		backlog_clear(&s->writing);
		publish(s, true);
		if (good)
			do_work(s);
	}
	return NULL;
}

/* Signals are for other threads. */
bool scribe_start(struct ledger *ledger)
{
	struct scribe *s = scribe(ledger);
	sigset_t all, before;

	if (s->running)
		return true;
	if (s->ending)
		return false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	s->running = pthread_create(&s->thread, NULL, run, s) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return s->running;
}

bool scribe_end(struct ledger *ledger, int64_t at_most_us)
{
	struct scribe *s = scribe(ledger);

	pthread_mutex_lock(&s->lock);
	s->ending = true;
	s->end_us = now_read().monotonic_us + at_most_us;
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
	if (s->running)
		pthread_join(s->thread, NULL);
	s->running = false;
	return ledger_progress(ledger).durable == s->submitted;
}

/* ---- the owner ---- */

/* With the lock. */
static void look(struct scribe *s)
{
	if (s->news)
		s->seen = s->report;
	s->news = false;
}

/* Lets go of the lock, and only then wakes the thread, which wants it. */
static void unlock(struct scribe *s, bool more)
{
	bool wake = more && s->asleep;

	if (wake)
		s->asleep = false;
	pthread_mutex_unlock(&s->lock);
	if (wake)
		pthread_cond_signal(&s->more);
}

/* With the lock. */
static enum ledger_status gather(struct scribe *s,
				 const struct ledger_batch *batch)
{
	size_t waiting = s->taken + s->gathering.len;

	if (s->seen.failed || s->ending)
		return LEDGER_DEAD;
	if (waiting && waiting + backlog_size(batch) > SCRIBE_BYTES_MAX)
		return LEDGER_BUSY;
	return backlog_add(&s->gathering, batch) ? LEDGER_OK : LEDGER_NO_MEMORY;
}

static enum ledger_status submit(struct ledger *ledger,
				 const struct ledger_batch *batch,
				 uint64_t *sequence)
{
	struct scribe *s = scribe(ledger);
	enum ledger_status status;

	if (!s->ending && !scribe_start(ledger))
		return LEDGER_BUSY;
	pthread_mutex_lock(&s->lock);
	look(s);
	status = gather(s, batch);
	unlock(s, status == LEDGER_OK);
	if (status == LEDGER_OK)
		*sequence = ++s->submitted;
	return status;
}

static void tick(struct ledger *ledger, struct ilp_time now)
{
	(void)ledger;
	(void)now;
}

static const struct report *latest(struct scribe *s)
{
	pthread_mutex_lock(&s->lock);
	look(s);
	pthread_mutex_unlock(&s->lock);
	return &s->seen;
}

static bool next(struct ledger *ledger, struct ledger_event *out)
{
	struct scribe *s = scribe(ledger);
	const struct report *report = latest(s);

	*out = (struct ledger_event){ .type = LEDGER_DURABLE,
				      .sequence = report->durable };
	if (s->told != report->durable) {
		s->told = report->durable;
		return true;
	}
	if (!report->failed || s->told_failed)
		return false;
	s->told_failed = true;
	out->type = LEDGER_FAILED;
	out->reason = report->reason;
	return true;
}

static bool account(const struct ledger *ledger, uint64_t after,
		    struct ledger_account *out)
{
	assert(!reader(ledger)->running);
	return ledger_account(reader(ledger)->inner, after, out);
}

static bool record(const struct ledger *ledger, struct ilp_bytes key,
		   struct ilp_bytes *value)
{
	assert(!reader(ledger)->running);
	return ledger_record(reader(ledger)->inner, key, value);
}

static bool next_record(const struct ledger *ledger, struct ilp_bytes after,
			struct ledger_record *out)
{
	assert(!reader(ledger)->running);
	return ledger_next_record(reader(ledger)->inner, after, out);
}

static struct ledger_progress progress(const struct ledger *ledger)
{
	struct scribe *s = reader(ledger);

	return (struct ledger_progress){ s->submitted, latest(s)->durable };
}

static const char *trouble(const struct ledger *ledger)
{
	const struct report *report = latest(reader(ledger));

	return report->trouble[0] ? report->trouble : NULL;
}

uint64_t scribe_commits(const struct ledger *ledger)
{
	return latest(reader(ledger))->commits;
}

bool scribe_ask(struct ledger *ledger, scribe_work *work, void *context)
{
	struct scribe *s = scribe(ledger);
	bool asked;

	if (!scribe_start(ledger))
		return false;
	pthread_mutex_lock(&s->lock);
	asked = !s->work && !s->report.failed;
	if (asked) {
		s->work = work;
		s->work_context = context;
	}
	unlock(s, asked);
	return asked;
}

bool scribe_is_asked(const struct ledger *ledger, const void *context)
{
	struct scribe *s = reader(ledger);
	bool asked;

	pthread_mutex_lock(&s->lock);
	asked = s->work && s->work_context == context && s->running &&
		!s->report.failed;
	pthread_mutex_unlock(&s->lock);
	return asked;
}

/* ---- from beginning to end ---- */

static void destroy(struct ledger *ledger)
{
	struct scribe *s = scribe(ledger);

	scribe_end(ledger, SCRIBE_END_US);
	ledger_destroy(s->inner);
	backlog_finish(&s->gathering);
	backlog_finish(&s->writing);
	pthread_cond_destroy(&s->more);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static const struct ledger_ops ops = {
	.submit = submit,
	.tick = tick,
	.next = next,
	.account = account,
	.record = record,
	.next_record = next_record,
	.progress = progress,
	.trouble = trouble,
	.destroy = destroy,
};

/* A clock that nobody sets, for pauses. */
static bool init_locks(struct scribe *s)
{
	pthread_condattr_t attributes;
	bool good;

	if (pthread_condattr_init(&attributes) != 0)
		return false;
	good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
	       pthread_cond_init(&s->more, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	if (good && pthread_mutex_init(&s->lock, NULL) != 0) {
		pthread_cond_destroy(&s->more);
		good = false;
	}
	return good;
}

struct ledger *scribe_create(struct ledger *inner, scribe_woken *woken,
			     void *context)
{
	struct scribe *s = calloc(1, sizeof(*s));

	if (!s || !inner || !init_locks(s)) {
		ledger_destroy(inner);
		free(s);
		return NULL;
	}
	s->ops = ops;
	s->ops.name = inner->ops->name;
	s->ops.durable = inner->ops->durable;
	s->ops.journal = inner->ops->journal;
	s->ledger.ops = &s->ops;
	s->woken = woken;
	s->context = context;
	s->inner = inner;
	s->submitted = ledger_progress(inner).submitted;
	s->told = ledger_progress(inner).durable;
	s->made.durable = s->report.durable = s->seen.durable = s->told;
	return &s->ledger;
}
