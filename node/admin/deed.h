/* SPDX-License-Identifier: Apache-2.0 */
/* deed.h - what a call that changes something does, in short, for audit.h and
 * for the log: who, when, what, and of its body what may be told. Used by
 * node/admin only.
 *
 * Of a member of the body nothing but its name is told unless its form (form.h)
 * knows it, and that it is no secret.
 */
#ifndef NODE_ADMIN_DEED_H
#define NODE_ADMIN_DEED_H

#include "node/admin/audit.h"

struct api_call;

/* Makes the call's entry. False when there is no memory. */
bool deed_begin(struct api_call *call);

/* The log is told how it ended. */
void deed_log(struct api_call *call);

#endif
