/* SPDX-License-Identifier: Apache-2.0 */
/* change.h - what a call changes of the catalog: the ledger is told in the
 * same batch as the shard's part of it happens in, and the catalog when that is
 * durable. Used by node/admin only.
 *
 *     change_add   when the call begins
 *     change_note  on the shard, with the change itself
 *     change_keep  when it is durable
 *
 * One name is changed by one call at a time; another one begins anew when that
 * is over.
 */
#ifndef NODE_ADMIN_CHANGE_H
#define NODE_ADMIN_CHANGE_H

#include "node/admin/catalog.h"

struct api_call;
struct shard;

struct change_part {
	struct ilp_bytes name;
	struct catalog_item *item; /* NULL: it is taken out */
	struct ledger_record record; /* without a key: it is only claimed */
	struct change_part *next;
};

/* Its parts live as long as the call. */
struct change {
	struct change_part *parts;
};

/* What is called `id` among things of that kind is to have this text, or with
 * an empty one to go. False when that cannot be; then the call says so. */
bool change_add(struct api_call *call, const char *kind, struct ilp_bytes id,
		struct ilp_bytes text);

/* Nobody else may change it meanwhile; nothing becomes of it. */
bool change_claim(struct api_call *call, const char *kind, struct ilp_bytes id);

/* All of it, and who has done it (audit.h), also where nothing else is
 * remembered; or, when there is no memory, none and false. */
bool change_note(struct api_call *call, struct shard *shard);

void change_keep(struct api_call *call);

/* It is not kept after all, or has been. */
void change_drop(struct change *change);

/* The text in the catalog; empty: there is none. */
struct ilp_bytes change_find(struct api_call *call, const char *kind,
			     struct ilp_bytes id);

#endif
