/* SPDX-License-Identifier: Apache-2.0 */
/* call.h - one request to the admin API, from its coming in to its answer;
 * and the rows of the table that say what to do for one. Used by node/admin
 * only.
 */
#ifndef NODE_ADMIN_CALL_H
#define NODE_ADMIN_CALL_H

#include "base/buffer.h"
#include "node/admin/api.h"
#include "node/admin/change.h"
#include "node/admin/form.h"
#include "node/admin/shape.h"
#include "node/admin/task.h"

/* Of parts of a path that stand for something: /v1/accounts/{id}. */
#define CALL_PARTS_MAX 2
#define CALL_CONFIGS_MAX 2
#define CALL_CHANGES_SIZE 512

struct audit;
struct audit_entry;
struct call_memory;
struct config;
struct config_object;
struct feed;

struct api_call {
	struct errand errand; /* the first, so that one leads to the other */
	struct api *api;
	const struct endpoint *endpoint;
	struct ilp_time now; /* when it came in */
	const void *asker;
	uint32_t stream;
	bool connector; /* it is put, and answered, as with ilp-connector */
	struct ilp_bytes path;                  /* without the query */
	struct ilp_bytes query;                 /* behind the question mark */
	struct ilp_bytes parts[CALL_PARTS_MAX]; /* with their escapes undone */
	struct ilp_bytes body;
	struct ilp_bytes body_type;
	struct ilp_bytes key; /* Idempotency-Key; empty: there is none */
	enum api_scope scope; /* of who asks */
	void *state; /* of the endpoint, zeros at first */
	struct change change;
	struct task *task; /* of an endpoint that is outside */
	char who[API_WHO_SIZE]; /* asks */
	/* Of one that changes something (deed.h). */
	bool is_deed;
	struct audit_entry *entry; /* until it is kept; or NULL */
	struct ilp_bytes object;
	char changes[CALL_CHANGES_SIZE]; /* for the log */
	struct ilp_bytes last_event; /* that whoever asks has heard */
	const void *door;            /* by which he came in */
	bool has_token;              /* by which he may, of this hash: */
	uint8_t token[ILP_HASH_LEN];
	bool waits; /* for another call, which changes the same */
	struct config *configs[CALL_CONFIGS_MAX]; /* that go with it */
	/* The answer. */
	int status;
	bool streams; /* and what follows it, the feed has */
	const char *content_type;
	char *allow; /* the methods that there are instead; or NULL */
	struct buffer answer;
	struct call_memory *memory;
	struct api_call *next;
	struct api_call **back;
};

/* Zeros that live as long as the call; NULL when there is no memory. */
void *call_take(struct api_call *call, size_t size);

/* Frees what was taken since that was the last. */
void call_give_back(struct api_call *call, struct call_memory *before);

/* Frees all of that. */
void call_finish(struct api_call *call);

/* What it wanted to change, it does not. */
void call_drop_change(struct api_call *call);

/* What the API was told at its beginning. */
const struct api_facts *call_facts(const struct api_call *call);
struct catalog *call_catalog(const struct api_call *call);
struct audit *call_audit(const struct api_call *call);
struct ilp_crypto *call_crypto(const struct api_call *call);
struct feed *call_feed(const struct api_call *call);

/* NULL: nobody has said by what configuration the node runs. */
struct reloader *call_reloader(const struct api_call *call);

/* Bytes that nobody can foresee. */
void call_draw(struct api_call *call, uint8_t out[ILP_HASH_LEN]);

/* Is there more to be done, now that it has begun? */
bool call_goes_on(const struct api_call *call);

/* Is another call about to change what has this name in the catalog? */
bool call_is_changed(const struct api_call *call, struct ilp_bytes name);

/* The body as JSON, whose nodes live as long as the call. NULL when it is
 * none; then the call says so. */
const struct ilp_json_node *call_json(struct api_call *call);

/* Undoes percent escapes. False when they are wrong, or there is no memory. */
bool call_decode(struct api_call *call, struct ilp_bytes *value);

/* Does the query have only names that the endpoint knows? If not the call says
 * so. */
bool call_check_query(struct api_call *call);

/* The value that the query gives under that name, with its escapes undone;
 * empty when it is not there. False when it cannot be read. */
bool call_query(struct api_call *call, const char *name,
		struct ilp_bytes *value);

/* ---- answers ---- */

/* This thing, of that shape. */
void call_answer(struct api_call *call, int status, const struct shape *shape,
		 const void *thing);

/* A text that is made by that function, which may be called again with more
 * room. */
typedef void call_writer(struct ilp_json_writer *w, const void *thing);

void call_answer_json(struct api_call *call, int status, call_writer *write,
		      const void *thing);

/* Nothing more to say than that. */
void call_answer_done(struct api_call *call);

/* What follows is in the feed, and comes as it happens. */
void call_answer_stream(struct api_call *call);

/* A problem, as in RFC 9457. Its type is a word for programs, such as
 * "account-unknown", and its detail one line for people. */
struct call_problem {
	int status;
	const char *type;
	const char *title;
};

__attribute__((format(printf, 3, 4))) void
call_refuse(struct api_call *call, const struct call_problem *problem,
	    const char *detail, ...);

extern const struct call_problem call_not_found;
extern const struct call_problem call_bad_request;
extern const struct call_problem call_no_memory;

/* ---- endpoints ---- */

struct endpoint_query {
	const char *name;
	const char *text;
	uint64_t most; /* of a whole number from 1 on; 0: it is a text */
};

struct endpoint {
	const char *method;
	const char *path; /* with parts in braces */
	enum api_scope scope;
	const char *name; /* as programs call it: "listAccounts" */
	const char *text; /* for people */
	const struct endpoint_query *queries; /* up to one without a name */
	const struct form *body;              /* NULL: it takes none */
	const struct shape *answer;           /* NULL: none, or no JSON */
	const struct shape *const *events; /* of a stream of them; up to a NULL */
	const char *content_type;             /* NULL: JSON */
	int status;                           /* when all goes well */
	int status_else; /* with the same answer, when not; 0: a problem */
	bool looks; /* it changes nothing, though its method may */
	bool outside; /* what it wants is not of the shard (task.h) */
	bool once; /* it takes a key, and is done once for each (once.h) */
	size_t state_size;
	/* Looks at the question; whoever answers here has no errand. */
	void (*begin)(struct api_call *call);
	/* On the shard, a step at a time; NULL: nothing to do there. */
	enum errand_step (*work)(struct errand *errand, struct node *node);
	/* Answers. */
	void (*finish)(struct api_call *call);
};

/* A list of them for each thing there is. */
struct endpoint_list {
	const char *tag; /* what they are about */
	const struct endpoint *at;
	size_t count;
};

#define ENDPOINTS(tag_, endpoints_)                                            \
	{                                                                      \
		.tag = (tag_), .at = (endpoints_),                             \
		.count = sizeof(endpoints_) / sizeof(*(endpoints_))            \
	}

/* What ilp-connector has instead. */
extern const struct endpoint_list *const connector_lists[];
extern const size_t connector_list_count;

extern const struct endpoint_list *const endpoint_lists[];
extern const size_t endpoint_list_count;

static inline struct api_call *call_of(struct errand *errand)
{
	return (struct api_call *)errand;
}

#endif
