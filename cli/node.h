/* SPDX-License-Identifier: Apache-2.0 */
/* node.h - a running node, as its operator sees it: one request to its admin
 * API, one answer, over its Unix socket or by HTTP.
 *
 * What goes wrong is told to whoever asked before these return false.
 */
#ifndef CLI_NODE_H
#define CLI_NODE_H

#include "base/json.h"
#include "cli/arguments.h"
#include "cli/context.h"

struct node;

/* Which one, the arguments say. The caller closes it in any case. */
enum command_status node_open(struct node **out, struct context *c,
			      const struct arguments *a);
void node_close(struct node *node);

/* Behind the path; without a value it is left out. */
struct node_query {
	const char *name;
	const char *value;
};

struct node_question {
	const char *method;
	const char *path;     /* up to the part, if there is one */
	const char *part;     /* that stands for something; or NULL */
	bool named;           /* that is the command's first operand */
	const char *rest;     /* of the path behind it; or NULL */
	const struct node_query *query; /* up to one without a name; or NULL */
	struct ilp_bytes body; /* JSON; empty: none */
	bool list;             /* of all pages the items, as one array */
	const char *key;       /* by which it is done once; or NULL */
	bool patient;          /* it takes as long as it takes */
};

/* In the row of a command. */
#define NODE_QUESTION(...) (&(const struct node_question){ __VA_ARGS__ })

struct node_answer {
	struct buffer body;
	struct ilp_json_node *nodes; /* NULL: there is nothing to be said */
};

/* The caller drops the answer in any case. */
bool node_ask(struct node *node, const struct node_question *question,
	      struct node_answer *out);
void node_answer_drop(struct node_answer *answer);

/* Hears what comes, as it comes, of an answer without end; false: enough. True
 * when that was enough, or the answer has ended after all. */
typedef bool node_hear(void *who, struct ilp_bytes bytes);
bool node_listen(struct node *node, const struct node_question *question,
		 node_hear *hear, void *who);

/* While a question waits, this is asked from time to time whether to give up;
 * nobody is told of that. */
typedef bool node_is_over(void *who);
void node_look_at(struct node *node, node_is_over *is_over, void *who);

/* What a command has to say of an answer, to people. */
typedef enum command_status node_show(struct context *c,
				      const struct arguments *a,
				      const struct ilp_json_node *answer);

/* Asks, and shows the answer, or writes it as it came. */
enum command_status node_command(struct context *c, const struct arguments *a,
				 const struct node_question *question,
				 node_show *show);

/* The same with what the command's row says. */
enum command_status node_run(struct context *c, const struct arguments *a);

/* Writes an answer as it came; an object without members where there is
 * none. */
void node_put_json(struct context *c, const struct node_answer *answer);

#endif
