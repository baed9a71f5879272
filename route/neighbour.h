/* SPDX-License-Identifier: Apache-2.0 */
/* neighbour.h - what is agreed on with a neighbour about routes, how it stands,
 * and what we answer it.
 *
 * Talking about routes is two conversations: what we hear (listener.h), and
 * what we tell (speaker.h). Each is in a state of its own that operators can
 * read; the words are the same for both.
 */
#ifndef ROUTE_NEIGHBOUR_H
#define ROUTE_NEIGHBOUR_H

#include "base/time.h"
#include "ilp/code.h"
#include "route/filter.h"
#include "route/routes.h"

enum neighbour_state {
	NEIGHBOUR_IDLE,        /* there is nothing to be heard, or told */
	NEIGHBOUR_CONNECTING,  /* asked, and not been promised anything yet */
	NEIGHBOUR_SYNCING,     /* some is known, but not all */
	NEIGHBOUR_ESTABLISHED, /* all is known */
	NEIGHBOUR_STALE,       /* nothing comes, or arrives, any more */
	NEIGHBOUR_STATES,
};

enum neighbour_reason {
	NEIGHBOUR_FINE,
	NEIGHBOUR_NOT_WANTED,   /* the account is set so */
	NEIGHBOUR_NOT_LINKED,   /* there is no connection */
	NEIGHBOUR_NOT_ASKED,    /* the other has not asked for routes */
	NEIGHBOUR_NOT_ANSWERED, /* in time */
	NEIGHBOUR_REFUSED,      /* the other answered with a Reject */
	NEIGHBOUR_GAP,          /* an update was missed */
	NEIGHBOUR_SILENT,       /* longer than it said that it would be */
	NEIGHBOUR_LIMIT,        /* it has more routes than we take */
	NEIGHBOUR_REASONS,
};

/* One word for programs, as in "established"; and a line for people. */
const char *neighbour_state_word(enum neighbour_state state);
const char *neighbour_reason_text(enum neighbour_reason reason);

struct neighbour_status {
	enum neighbour_state state;
	enum neighbour_reason reason;
	int64_t since_us; /* both are so */
	uint8_t table_id[ILP_CCP_TABLE_ID_LEN];
	uint32_t epoch; /* all changes below it are known to who hears */
};

/* Notes the time if this is something else. */
void neighbour_status_set(struct neighbour_status *status,
			  enum neighbour_state state,
			  enum neighbour_reason reason, int64_t now_us);

/* What a neighbour is answered: that it is fulfilled, or a Reject. */
enum neighbour_answer {
	NEIGHBOUR_TAKEN,
	NEIGHBOUR_CONTROL_FROM_STRANGER,
	NEIGHBOUR_UPDATE_FROM_STRANGER,
	NEIGHBOUR_WE_DO_NOT_SEND,
	NEIGHBOUR_WE_DO_NOT_RECEIVE,
	NEIGHBOUR_BAD_CONTROL,
	NEIGHBOUR_BAD_UPDATE,
	NEIGHBOUR_GAP_BEFORE,
	NEIGHBOUR_BUSY,
	NEIGHBOUR_ANSWERS,
};

struct neighbour_reject {
	enum ilp_code code;
	const char *message;
};

/* The Reject that an answer is; not for NEIGHBOUR_TAKEN. */
const struct neighbour_reject *neighbour_reject(enum neighbour_answer answer);

/* What we are to all neighbours. */
struct neighbour_self {
	struct ilp_bytes address;
	struct ilp_bytes global; /* what is not below it is not told */
	uint32_t hold_down_ms;   /* what we say to them */
	int64_t interval_us;     /* between updates when nothing is new */
};

/* What is agreed on with one of them. */
struct neighbour_terms {
	uint32_t slot;
	enum route_relation relation;
	bool send;
	bool receive;
	bool transit; /* to a peer: may what peers and parents say be told? */
	struct ilp_bytes address;    /* of a child, below ours; or empty */
	const struct filter *import; /* NULL: everything */
	const struct filter *export;
};

#endif
