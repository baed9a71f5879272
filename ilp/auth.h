/* SPDX-License-Identifier: Apache-2.0 */
/* auth.h - where a peer that comes over HTTP says who it is: in the
 * Authorization header, with a token. That is either a plain secret or one of
 * jwt.h. */
#ifndef ILP_AUTH_H
#define ILP_AUTH_H

#include "base/bytes.h"
#include "ilp/api.h"

ILP_BEGIN_DECLS

/* The token in the value of an Authorization header: behind "Bearer", or all
 * of it, as some peers send it; empty for other schemes. */
ILP_API struct ilp_bytes ilp_bearer_token(struct ilp_bytes authorization);

ILP_END_DECLS

#endif
