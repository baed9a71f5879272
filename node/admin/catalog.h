/* SPDX-License-Identifier: Apache-2.0 */
/* catalog.h - what was made through the API, and is not in the configuration's
 * file: texts in JSON under their names, as the ledger keeps them.
 *
 * The names begin with the kind of thing: "account/alice", "route/g.us". What
 * is here is changed by the control thread alone, which writes the records that
 * the ledger is to have (sealed, as there are tokens in them); the shard takes
 * them along with the change itself.
 */
#ifndef NODE_ADMIN_CATALOG_H
#define NODE_ADMIN_CATALOG_H

#include "ledger/ledger.h"
#include "node/admin/seal.h"

/* In front of all names in the ledger. */
#define CATALOG_PREFIX "made/"
#define CATALOG_NAME_MAX (LEDGER_KEY_MAX - 8)
#define CATALOG_TEXT_MAX (LEDGER_VALUE_MAX - SEAL_OVERHEAD)

struct catalog;

/* The seal is taken over; NULL: there is nothing that lasts, and no records.
 * NULL when there is no memory. */
struct catalog *catalog_create(struct seal *seal, const uint8_t seed[32]);
void catalog_destroy(struct catalog *catalog);

/* Have earlier runs left anything? */
bool catalog_is_kept(const struct ledger *ledger);

/* Reads all that earlier runs have left. False, and a line of text for people,
 * when it cannot be read. */
bool catalog_restore(struct catalog *catalog, const struct ledger *ledger,
		     char *error, size_t error_size);

/* The text under that name, good until it changes; empty: there is none. */
struct ilp_bytes catalog_find(const struct catalog *catalog,
			      struct ilp_bytes name);

/* Another text for that name, which is not in it before it is put: so that
 * nothing can fail then. NULL when there is no memory, or it is too long. */
struct catalog_item;

struct catalog_item *catalog_make(struct ilp_bytes name, struct ilp_bytes text);
void catalog_drop(struct catalog_item *item);
void catalog_put(struct catalog *catalog, struct catalog_item *item);

void catalog_remove(struct catalog *catalog, struct ilp_bytes name);

/* The record that says so in the ledger; with an empty text it is gone. It is
 * written to `room`, which must hold what name and text take, and
 * CATALOG_OVERHEAD. False when there is no memory. */
#define CATALOG_OVERHEAD (sizeof(CATALOG_PREFIX) + SEAL_OVERHEAD)

bool catalog_record(struct catalog *catalog, struct ilp_bytes name,
		    struct ilp_bytes text, uint8_t *room,
		    struct ledger_record *out);

/* Goes through all of them in no order: start with NULL. */
const struct catalog_item *catalog_next(const struct catalog *catalog,
					const struct catalog_item *after);
struct ilp_bytes catalog_name(const struct catalog_item *item);
struct ilp_bytes catalog_text(const struct catalog_item *item);

#endif
