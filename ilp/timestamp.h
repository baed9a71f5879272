/* SPDX-License-Identifier: Apache-2.0 */
/* timestamp.h - the two forms in which packets write a moment (RFC 30).
 *
 * ILPv4 has exactly 17 digits, YYYYMMDDHHmmSSfff; BTP has GeneralizedTime,
 * YYYYMMDDHHmmSS[.f]Z. Both are UTC. A moment is milliseconds since
 * 1970-01-01T00:00:00Z on a clock without leap seconds.
 */
#ifndef ILP_TIMESTAMP_H
#define ILP_TIMESTAMP_H

#include "ilp/oer.h"

ILP_BEGIN_DECLS

#define ILP_TIMESTAMP_LEN 17
#define ILP_GENERALIZED_TIME_MAX 19

/* The moments that both forms can write: 0000-01-01 to the end of 9999. */
#define ILP_TIMESTAMP_MIN_MS INT64_C(-62167219200000)
#define ILP_TIMESTAMP_MAX_MS INT64_C(253402300799999)

/* The fixed form. A 60th second is refused: ILP smears leap seconds. */
ILP_API int64_t ilp_read_timestamp(struct ilp_reader *r);
ILP_API void ilp_write_timestamp(struct ilp_writer *w, int64_t moment_ms);

/* The variable form, as an octet string. A leap second is accepted (and read
 * as the second after it), and so are three digits of fraction that end in
 * zeros, since the JavaScript peers always write them. Written is the
 * shortest form. */
ILP_API int64_t ilp_read_generalized_time(struct ilp_reader *r);
ILP_API void ilp_write_generalized_time(struct ilp_writer *w,
					int64_t moment_ms);

/* 2017-12-24T16:14:32.279Z and a final zero, for people and JSON. */
#define ILP_ISO_TIME_SIZE 25
ILP_API void ilp_timestamp_iso(char out[ILP_ISO_TIME_SIZE], int64_t moment_ms);

ILP_END_DECLS

#endif
