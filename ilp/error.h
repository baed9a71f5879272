/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - why a function of libilp refused.
 *
 * One name per cause, one line of text per name. These are answers to the
 * caller; what goes over the wire in a Reject is in code.h.
 */
#ifndef ILP_ERROR_H
#define ILP_ERROR_H

#include "ilp/api.h"

ILP_BEGIN_DECLS

enum ilp_error {
	ILP_OK = 0,
	/* reading bytes */
	ILP_ERR_SHORT,     /* ends before the value does */
	ILP_ERR_LENGTH,    /* length determinant indefinite or not minimal */
	ILP_ERR_INTEGER,   /* variable integer empty or wider than 64 bits */
	ILP_ERR_TRAILING,  /* bytes left where none may be */
	ILP_ERR_TYPE,      /* another packet type than the one asked for */
	ILP_ERR_VERSION,   /* a version of the protocol that we do not know */
	ILP_ERR_TIMESTAMP, /* not a moment in the required form */
	ILP_ERR_ADDRESS,  /* not an ILP address (or prefix, where one may be) */
	ILP_ERR_TEXT,     /* not in the character set of its field */
	ILP_ERR_TOO_LONG, /* longer than its field may be */
	ILP_ERR_TOO_MANY, /* more items than the limit allows */
	ILP_ERR_DUPLICATE, /* the same name twice */
	ILP_ERR_FORMAT,    /* text not of the required form */
	ILP_ERR_MISSING,   /* a required field is not there */
	/* writing bytes */
	ILP_ERR_ROOM, /* the buffer is too small */
	/* arithmetic */
	ILP_ERR_OVERFLOW,  /* the result does not fit its type */
	ILP_ERR_PRECISION, /* the ratio needs more than 128 bits */
	/* proofs and secrets */
	ILP_ERR_DECRYPT,   /* wrong key, or the bytes were changed */
	ILP_ERR_CONDITION, /* the fulfillment does not match the condition */
	ILP_ERR_SIGNATURE, /* the signature or MAC does not verify */
	ILP_ERR_EXPIRED,   /* its time is over, or has not come */
	ILP_ERR_ALGORITHM, /* signed by another algorithm than agreed */
	ILP_ERR_WEAK,      /* the key is too small to be safe */
	ILP_ERR_COUNT
};

/* One lower-case phrase saying what is wrong; never NULL. */
ILP_API const char *ilp_error_text(enum ilp_error error);

ILP_END_DECLS

#endif
