/* SPDX-License-Identifier: Apache-2.0 */
/* crc64.h - a check value over what is stored: CRC-64/XZ.
 *
 * SQLite does not see it when a disk gives back other bytes than it was given.
 * This does, whatever the change is up to 64 bits in a row, and all but one in
 * 2^64 of the others. base/hash.h would be quicker, but what it gives depends
 * on the processor and may change with the next version; what is in a file may
 * not.
 */
#ifndef LEDGER_CRC64_H
#define LEDGER_CRC64_H

#include "base/bytes.h"

struct crc64 {
	uint64_t table[8][256];
};

void crc64_init(struct crc64 *crc);

/* Goes on from what came before, at first 0. */
uint64_t crc64_more(const struct crc64 *crc, uint64_t value,
		    struct ilp_bytes in);

#endif
