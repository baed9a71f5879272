/* SPDX-License-Identifier: Apache-2.0 */
/* api.h - the admin API: what operators and their programs ask of a node.
 *
 * A machine that belongs to the control thread. A request becomes a call
 * (call.h), a row of the table of endpoints says what to do for it, and most
 * have an errand on the shard (node/errand.h), between a beginning and an end
 * on this side.
 *
 *     api_ask ──────►┌─────┐──► api_next_errand   (to be run on the shard)
 *                    │     │──► api_next_outside  (for the process)
 *                    │ api │
 *     api_returned ─►└─────┘──► api_next_answer
 *
 * Who asks is known by then: whoever carries the request has found out.
 */
#ifndef NODE_ADMIN_API_H
#define NODE_ADMIN_API_H

#include "base/log.h"
#include "base/time.h"
#include "node/errand.h"

struct api;
struct api_call;
struct task;

/* What somebody may do; each may do what the ones before may. */
enum api_scope {
	API_ANYBODY, /* without a token: is the node there, what can it do */
	API_READ,
	API_OPERATE, /* stop and start, limits, routes, alerts */
	API_ADMIN,   /* accounts, tokens, the file */
};

/* What does not change while the node runs. Texts outlive the API. */
struct api_facts {
	const char *version;
	struct ilp_bytes address;
	const char *durability;
	const char *ledger;    /* the kind of its ledger */
	const char *data_file; /* NULL: in memory */
	struct log *log; /* that is told of changes; or NULL */
	enum log_level log_level; /* with which it began */
	int64_t started_ms;
	int64_t started_us; /* by the monotonic clock */
};

struct catalog;
struct reloader;

/* The catalog is taken over; the seed is secret and random. NULL when there is
 * no memory. */
struct api *api_create(const struct api_facts *facts, struct catalog *catalog,
		       const uint8_t seed[32]);

/* Goes on with the audit log where earlier runs have left it. False when there
 * is no memory. */
bool api_restore_audit(struct api *api, const struct ledger *ledger);

/* Gives the shard all that is in the catalog, behind what is in the
 * configuration, which comes before it: what both have goes from the catalog.
 * `tell` is told of that, for people. False, and why, when something in it
 * cannot be. */
bool api_restore(struct api *api, struct shard *shard,
		 void (*tell)(void *context, const char *text), void *context,
		 char *error, size_t error_size);

/* The configuration that the node runs by, which outlives the API. */
void api_configure(struct api *api, struct reloader *reloader);

/* All errands are back. */
void api_destroy(struct api *api);

/* What whoever has this token may do; API_ANYBODY when it is none. */
enum api_scope api_scope_of(const struct api *api, struct ilp_bytes token);

/* The same of somebody who comes in by it, who is to be called `who` then. A
 * token that is none is counted. */
#define API_WHO_SIZE 80

enum api_scope api_login(struct api *api, struct ilp_bytes token,
			 struct ilp_time now, char who[API_WHO_SIZE]);

/* How many of those there were. */
uint64_t api_logins_refused(const struct api *api);

/* The largest body that is taken, and the largest that an answer has. */
#define API_BODY_MAX ((size_t)64 * 1024)
#define API_ANSWER_MAX ((size_t)1024 * 1024)

/* All of it is borrowed, and copied. */
struct api_question {
	struct ilp_bytes method;
	struct ilp_bytes target; /* the path with its query */
	struct ilp_bytes content_type;
	struct ilp_bytes body;
	struct ilp_bytes key; /* Idempotency-Key; empty: there is none */
	enum api_scope scope; /* of who asks, */
	const char *who;      /* and what he is called; NULL: nobody knows */
	struct ilp_bytes token; /* by which he may; empty: by none */
	struct ilp_bytes last_event; /* that he has heard, if he says so */
	const void *door; /* by which he came in: who come by the same share
			     some bounds */
	bool connector;       /* as one asks ilp-connector (connector.c) */
	const void *asker;    /* to whom the answer goes, */
	uint32_t stream;      /* and to which question */
};

/* False when there is no memory. */
bool api_ask(struct api *api, const struct api_question *question,
	     struct ilp_time now);

struct errand *api_next_errand(struct api *api);

/* Likewise what is not for the shard: somebody else is to see to the task, and
 * then the errand returns. */
struct errand *api_next_outside(struct api *api);
struct task *api_task(struct errand *errand);

void api_returned(struct api *api, struct errand *errand);

/* Good until the next call for one. */
struct api_answer {
	const void *asker; /* NULL: nobody waits any more */
	uint32_t stream;
	int status;
	const char *content_type;
	const char *allow;    /* the methods, of a 405; or NULL */
	struct ilp_bytes body;
	bool streams; /* what follows is api_stream_text's, until it is over */
};

bool api_next_answer(struct api *api, struct api_answer *out);

/* Somebody has waited too long, since the ledger does not get on: is told so,
 * and nothing else any more. Who waits for what is outside is patient. */
#define API_PATIENCE_US 30000000

bool api_next_late(struct api *api, struct ilp_time now,
		   struct api_answer *out);

/* ---- streams of events ---- */

/* Does what is due for those who listen, if there are any. */
void api_tick(struct api *api, struct ilp_time now);
int64_t api_deadline_us(const struct api *api);

/* What whoever asked has not been given yet; and now it was. */
struct ilp_bytes api_stream_text(const struct api *api, const void *asker);
void api_stream_given(struct api *api, const void *asker);

/* Is there no more to come than that? */
bool api_stream_is_over(const struct api *api, const void *asker);

/* There is no more to come for anybody. */
void api_end_streams(struct api *api, const char *reason);

/* Whoever asked has gone. */
void api_forget(struct api *api, const void *asker);

/* How many calls are on their way. */
size_t api_open(const struct api *api);

#endif
