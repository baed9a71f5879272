/* SPDX-License-Identifier: Apache-2.0 */
/* door.h - the link of somebody who has just come in: the first bytes tell
 * what it speaks, BTP, HTTP/1.1 or HTTP/2, and LINK_BECAME gives the link for
 * that.
 */
#ifndef LINK_DOOR_H
#define LINK_DOOR_H

#include "link/btp.h"
#include "link/http.h"

/* Whoever says nothing at all for so long has to go. */
#define LINK_DOOR_US LINK_BTP_LOGIN_US

/* The options are those of the BTP link that it may become; the pool is for
 * any. NULL when there is no memory. */
struct link *link_door_create(const struct link_btp_options *options,
			      struct ilp_time now);

#endif
