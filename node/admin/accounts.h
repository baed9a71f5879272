/* SPDX-License-Identifier: Apache-2.0 */
/* accounts.h - how an account is made through the API, for whoever is asked for
 * one in another way. Used by node/admin only. */
#ifndef NODE_ADMIN_ACCOUNTS_H
#define NODE_ADMIN_ACCOUNTS_H

#include "node/admin/call.h"

/* The text is an account as in the configuration's file, and lives as long as
 * the call, whose state this makes. When it is none the call says so. */
void accounts_begin_add(struct api_call *call, struct ilp_bytes text);
enum errand_step accounts_work_add(struct errand *errand, struct node *node);

/* Is it made? If not the call says why. */
bool accounts_finish_add(struct api_call *call);

#endif
