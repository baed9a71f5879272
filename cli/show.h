/* SPDX-License-Identifier: Apache-2.0 */
/* show.h - what a node has answered, as text for people: values of its JSON,
 * amounts with their asset, and tables of them.
 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "base/json.h"
#include "cli/coins.h"
#include "cli/context.h"
#include "cli/table.h"

#define SHOW_TEXT_SIZE 2048

struct show_text {
	char text[SHOW_TEXT_SIZE];
};

/* A string without its quotes, or what else a value is, as it is written;
 * nothing of null and of what is not there. Whatever is longer is cut off. */
struct show_text show_text(const struct ilp_json_node *node);

/* Units, which are a string, in coins of the asset of `thing`. */
struct coins show_coins(const struct ilp_json_node *units,
			const struct ilp_json_node *thing);

/* Is it there, and neither zero nor a text? */
bool show_is_some(const struct ilp_json_node *units);

/* The next cells of a table. */
void show_cell(struct table *t, const struct ilp_json_node *node);
void show_word(struct table *t, enum paint_style style, const char *word);

/* Everything in an object, as rows of two columns: "ledger.kind", "sqlite". */
enum command_status show_all(struct context *c,
			     const struct ilp_json_node *object);

/* Writes the table, or that there is nothing in it, and drops it. */
enum command_status show_table(struct context *c, struct table *t,
			       const char *nothing);

#endif
