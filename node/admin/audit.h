/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h - who has changed what through the API: entries that the ledger has in
 * the batch of the change itself, so that there is one for each change that is
 * kept, whatever comes between. Used by node/admin only.
 *
 * There are AUDIT_MAX of them at most, and the oldest goes. An entry is a text in
 * JSON, which deed.h writes and audits.c reads, without any secret; so it is not
 * sealed. Its number is given where the change happens, on the shard; all else
 * belongs to the control thread.
 */
#ifndef NODE_ADMIN_AUDIT_H
#define NODE_ADMIN_AUDIT_H

#include "ledger/ledger.h"
#include "node/shard.h"

#define AUDIT_PREFIX "audit/"
#define AUDIT_MAX 1000
#define AUDIT_TEXT_MAX 4096

struct audit;

/* NULL when there is no memory. */
struct audit *audit_create(void);
void audit_destroy(struct audit *audit);

/* Goes on where earlier runs have left it, before anything else. False when
 * there is no memory. */
bool audit_restore(struct audit *audit, const struct ledger *ledger);

/* One that has no number yet; the text is copied. NULL when there is no
 * memory. */
struct audit_entry *audit_make(struct ilp_bytes text);
void audit_drop(struct audit_entry *entry);

/* On the shard: gives it a number, and has the ledger told. False when there is
 * no memory. */
bool audit_note(struct audit *audit, struct audit_entry *entry,
		struct shard *shard);

/* It is durable: the entry is taken over. */
void audit_keep(struct audit *audit, struct audit_entry *entry);

/* The first from that number on; NULL: there is none. */
const struct audit_entry *audit_from(const struct audit *audit,
				     uint64_t number);
uint64_t audit_number(const struct audit_entry *entry);
struct ilp_bytes audit_text(const struct audit_entry *entry);

#endif
