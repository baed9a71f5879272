/* SPDX-License-Identifier: Apache-2.0 */
/* quote.h - the price of one asset that we go by, and the one that we do not
 * believe yet.
 *
 * A price that jumps is more often a mistake than news, and a node that goes
 * by a mistake gives money away. So of the prices that are offered only one
 * near the price of before is taken at once; another is held back, and we go
 * by the old one until that is too old. From then on there is no price, until
 * the new one has been offered several times in succession, each near the one
 * before, or the operator confirms it. The first price of all is taken as it
 * is.
 */
#ifndef PRICE_QUOTE_H
#define PRICE_QUOTE_H

#include "base/time.h"
#include "ilp/rate.h"

struct offer {
	struct ilp_rate worth;
	int64_t born_us;
	int64_t expires_us; /* from then on it is too old */
	size_t source;      /* by whom, and with which fetch */
	uint64_t fetch;
};

struct quote_rule {
	uint32_t jump_ppm; /* near is what is within this bound (bound.h) */
	unsigned repeats;  /* as often a jump must be offered */
};

/* All zeros: no price yet. */
struct quote {
	bool known;
	struct offer price; /* if known: what we go by unless it is too old */
	struct offer held;
	unsigned times; /* the one held was offered in succession; 0: none */
	bool aged;      /* has it been told? */
};

enum quote_news {
	QUOTE_NOTHING,
	QUOTE_JUMPED, /* something new is held back */
	QUOTE_TAKEN,  /* what was held back is the price now */
	QUOTE_AGED,   /* the price has become too old */
};

/* Whatever is offered now, by the first source that has anything; NULL when
 * none has. The same offer again changes nothing but what time does. */
enum quote_news quote_offer(struct quote *quote, const struct offer *offer,
			    const struct quote_rule *rule, int64_t now_us);

/* The operator believes what is held back. False when nothing is. */
bool quote_confirm(struct quote *quote);

/* When time alone may change something next. */
int64_t quote_deadline_us(const struct quote *quote, int64_t now_us);

#endif
