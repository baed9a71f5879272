/* SPDX-License-Identifier: Apache-2.0 */
/* desk.h - the admin API of a node on a stage (scene.h): carries its errands
 * to the node's rounds and back, as two threads do it in ilpd.
 */
#ifndef TEST_DESK_H
#define TEST_DESK_H

#include "base/json.h"
#include "base/log.h"
#include "node/admin/api.h"
#include "node/admin/task.h"
#include "test/scene.h"

struct desk {
	struct scene s;
	struct api *api;
	struct errands errands;
	/* Sees to a task that is not for the node; or NULL: nobody does. */
	void (*outside)(struct task *task);
	struct log *log; /* that is told of changes */
};

void desk_begin(struct desk *d);
void desk_end(struct desk *d);

/* The same on a ledger that outlives the node; NULL for a new one, as in
 * slow_ledger.h. `configure`, or NULL, makes the configuration's accounts. */
void desk_begin_lasting(struct desk *d, struct ledger *ledger,
			void (*configure)(struct shard *shard));

/* Gives the shard what earlier runs have left. False, and why: that cannot be.
 * What there was to be told is in desk_told, a line each. */
const char *desk_told(void);
bool desk_restore(struct desk *d, char *error, size_t error_size);

/* Only takes it down, whatever is under way, and the ledger with it. */
void desk_take_down(struct desk *d);

/* "GET /v1/status", of somebody with this scope. */
void desk_ask(struct desk *d, enum api_scope scope, const char *request,
	      const void *asker, uint32_t stream);

/* The same with a body in JSON, by an administrator. */
void desk_ask_with(struct desk *d, const char *request, const char *body,
		   const void *asker, uint32_t stream);
void desk_ask_once(struct desk *d, const char *request, const char *body,
		   const char *key, const void *asker, uint32_t stream);

/* A round of the node's, with errands there and back. */
void desk_play(struct desk *d);

/* An answer, whose body is JSON if there is one. */
struct reply {
	const void *asker;
	uint32_t stream;
	int status;
	char type[64];
	char allow[64];
	struct ilp_bytes body;
	const struct ilp_json_node *json; /* NULL: no body */
};

/* The next that there is already; NULL: none. Good until the next call. */
const struct reply *desk_next(struct desk *d);

/* Asks, and plays until there is the answer, which is good until the next
 * call. */
const struct reply *desk_call(struct desk *d, const char *request);
const struct reply *desk_call_as(struct desk *d, enum api_scope scope,
				 const char *request);

/* With a body; and with a key of its own, by which it is done once. */
const struct reply *desk_send_once(struct desk *d, const char *request,
				   const char *body, const char *key);
const struct reply *desk_send_as(struct desk *d, enum api_scope scope,
				 const char *request, const char *body);
const struct reply *desk_send(struct desk *d, const char *request,
			      const char *body);

/* The same, where it has to be one with this status. */
const struct ilp_json_node *desk_get(struct desk *d, int status,
				     const char *request);

/* What lies there: "ledger.kind", "items.0.id". NULL: nothing. */
const struct ilp_json_node *desk_at(const struct ilp_json_node *json,
				    const char *path);

/* It is this text, or, without quotes, this number, word or null. */
#define CHECK_AT(json, path, expected)                                         \
	desk_check_at(json, path, expected, __FILE__, __LINE__)
void desk_check_at(const struct ilp_json_node *json, const char *path,
		   const char *expected, const char *file, int line);

/* It is a problem of that type, whole. */
#define CHECK_PROBLEM(reply, status, type)                                     \
	desk_check_problem(reply, status, type, __FILE__, __LINE__)
void desk_check_problem(const struct reply *reply, int status,
			const char *type, const char *file, int line);

#endif
