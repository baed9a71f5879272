/* SPDX-License-Identifier: Apache-2.0 */
/* btp_plain.h - the BTP packets that matter for speed: a Message or Response
 * with one entry, an ILP packet. That is all of them but a few, so they are
 * read and written without the lists of ilp/btp.h; everything else is left to
 * that.
 */
#ifndef LINK_BTP_PLAIN_H
#define LINK_BTP_PLAIN_H

#include "ilp/btp.h"

/* Longer packets are not plain: no length in one takes more than two bytes. */
#define BTP_PLAIN_MAX UINT16_MAX

struct btp_plain {
	uint8_t type; /* ILP_BTP_MESSAGE or ILP_BTP_RESPONSE */
	uint32_t request;
	struct ilp_bytes data; /* of the entry "ilp"; borrowed */
};

/* Reads what ilp_btp_decode would; when false, that is to be asked. */
bool btp_plain_read(struct btp_plain *out, struct ilp_bytes in);

/* How long the packet is with so many bytes of data. */
size_t btp_plain_len(size_t data_len);

/* Writes what ilp_btp_encode would, and gives where the data lies. */
uint8_t *btp_plain_write(uint8_t *at, const struct btp_plain *plain);

#endif
