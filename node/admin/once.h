/* SPDX-License-Identifier: Apache-2.0 */
/* once.h - what is done once, however often it is asked for: the key that a
 * request brings (Idempotency-Key), and what was answered then.
 *
 * Whoever gets no answer cannot know whether a thing was done, so he asks again
 * with the same key. What was answered lies in the catalog under the key, and so
 * is durable in the same batch as what was done. Of refusals nothing is kept:
 * nothing was done, and the question may be asked again. Used by node/admin
 * only.
 */
#ifndef NODE_ADMIN_ONCE_H
#define NODE_ADMIN_ONCE_H

#include "node/admin/shape.h"

struct api_call;

#define ONCE_KEY_MAX 128

/* What is kept: the oldest goes when there are more, or it is older. */
#define ONCE_COUNT_MAX 1000
#define ONCE_AGE_MS ((int64_t)30 * 24 * 60 * 60 * 1000)

/* Is it to be done? If not the call has its answer, or waits for another with
 * the same key. */
bool once_begin(struct api_call *call);

/* This will be the answer, if nothing refuses it. False when that cannot be
 * kept; then the call says so. */
bool once_keep(struct api_call *call, const struct shape *shape,
	       const void *thing);

#endif
