/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints by which the operator says what has become of money that the node
 * cannot know of: what was settled outside of it, and what was in doubt. */
#include "node/admin/call.h"
#include "node/admin/once.h"
#include "node/admin/view.h"

#define NOTE_MAX 256

static const struct call_problem unknown = { 404, "account-unknown",
					     "There is no such account" };
static const struct call_problem leaving = {
	409, "account-leaving", "The account is being removed"
};
static const struct call_problem invalid = { 400, "correction-invalid",
					     "That is no correction" };
static const struct call_problem beyond = {
	409, "beyond-limits", "The account's balance would be beyond a limit"
};
static const struct call_problem nothing_open = {
	409, "nothing-unresolved", "Nothing is unresolved in the account"
};
static const struct call_problem too_much = {
	409, "more-than-unresolved", "That is more than is unresolved"
};
static const struct call_problem changed = {
	409, "unresolved-changed", "Another amount is unresolved by now"
};

/* ---- what is said ---- */

struct correction {
	/* The answer. */
	struct ilp_bytes account;
	signed_units amount;
	struct ilp_bytes note;
	int64_t at_ms;
	/* What else was said. */
	bool beyond_limits;
	signed_units expected; /* to be unresolved; or SHAPE_NOTHING */
	/* What the shard has found. */
	bool found;
	bool leaves;
	bool failed;
	const char *limit; /* that it would pass; NULL: none */
	signed_units limit_at;
	struct view_balance before;
};

/* clang-format off */
static const struct shape_field fields[] = {
	{ "account", SHAPE_BYTES, .at = offsetof(struct correction, account),
	  .text = "The account's id." },
	{ "amount", SHAPE_UNITS, .at = offsetof(struct correction, amount),
	  .text = "What was said of its money, in units of its asset." },
	{ "note", SHAPE_BYTES, .optional = true,
	  .at = offsetof(struct correction, note),
	  .text = "Why, as the operator has put it." },
	{ "at", SHAPE_MOMENT, .at = offsetof(struct correction, at_ms),
	  .text = "When it was said." },
};
/* clang-format on */

static const struct shape correction_shape =
	SHAPE("Correction", struct correction, fields);

#define NOTE_FIELD                                                             \
	{ "note", FORM_TEXT, .optional = true,                                 \
	  .at = offsetof(struct correction, note), .max = NOTE_MAX,            \
	  .text = "Why, for people." }
#define BEYOND_FIELD                                                           \
	{ "beyondLimits", FORM_FLAG, .optional = true,                         \
	  .at = offsetof(struct correction, beyond_limits),                    \
	  .text = "Does it also where a balance would be beyond its limit." }

/* clang-format off */
static const struct form_field adjust_fields[] = {
	{ "amount", FORM_UNITS, .at = offsetof(struct correction, amount),
	  .text = "Units of the account's asset: more than 0 when the peer owes "
		  "us more, and less when it owes us less." },
	NOTE_FIELD,
	BEYOND_FIELD,
};

static const struct form_field resolve_fields[] = {
	{ "amount", FORM_UNITS, .at = offsetof(struct correction, amount),
	  .text = "How much of what is unresolved is in the peer's books, from "
		  "0 to all of it, in units of the account's asset." },
	{ "unresolved", FORM_UNITS, .optional = true,
	  .at = offsetof(struct correction, expected),
	  .text = "What was looked at: nothing is done if another amount is "
		  "unresolved by now." },
	NOTE_FIELD,
	BEYOND_FIELD,
};
/* clang-format on */

static const struct form adjust_form = FORM("Adjustment", adjust_fields);
static const struct form resolve_form = FORM("Resolution", resolve_fields);

static bool read_body(struct api_call *call)
{
	struct correction *c = call->state;

	c->account = call->parts[0];
	c->at_ms = call->now.wall_ms;
	c->expected = SHAPE_NOTHING;
	return form_read(call, call->endpoint->body, &invalid, c);
}

/* ---- on the shard ---- */

static struct account *find(struct api_call *call, struct node *node)
{
	struct account *account =
		shard_account_find(node_shard(node), call->parts[0]);
	struct correction *c = call->state;

	c->found = account;
	c->leaves = account && account->state == ACCOUNT_CLOSING;
	if (account)
		view_take_balance(&c->before, account);
	return c->found && !c->leaves ? account : NULL;
}

/* Would it be beyond a limit, whatever comes of what is in flight? */
static bool passes_limit(struct correction *c, signed_units change)
{
	const struct view_balance *b = &c->before;
	bool rises = change > 0;
	signed_units worst = rises ? b->current + b->held_debits + change :
				     b->current - b->held_credits + change;

	c->limit_at = rises ? b->maximum : b->minimum;
	if (change == 0 || c->beyond_limits ||
	    (rises ? worst <= b->maximum : worst >= b->minimum))
		return false;
	c->limit = rises ? "maximum" : "minimum";
	return true;
}

/* What is said and that it was said are one, in the ledger and here. */
static enum errand_step correct(struct api_call *call, struct shard *shard,
				struct account *account,
				bool (*act)(struct shard *shard,
					    struct account *account,
					    signed_units amount))
{
	struct correction *c = call->state;
	size_t before = shard_notes(shard);

	if (change_note(call, shard) && act(shard, account, c->amount))
		return ERRAND_WAITS;
	shard_notes_undo(shard, before);
	c->failed = true;
	return ERRAND_DONE;
}

/* ---- what is wrong ---- */

struct units_text {
	uint8_t room[BOOK_UNITS_TEXT_MAX + 1];
	const char *text;
};

static const char *units(struct units_text *t, signed_units units)
{
	t->text = (const char *)book_units_text(t->room, units).at;
	t->room[BOOK_UNITS_TEXT_MAX] = '\0';
	return t->text;
}

static void refuse_limit(struct api_call *call)
{
	const struct correction *c = call->state;
	struct units_text now, limit;

	call_refuse(call, &beyond,
		    "It is %s now, with what is on hold to be reckoned with, "
		    "and its %s is %s; \"beyondLimits\": true does it all the "
		    "same.",
		    units(&now, c->before.current), c->limit,
		    units(&limit, c->limit_at));
}

static void finish(struct api_call *call)
{
	const struct correction *c = call->state;

	if (!c->found)
		call_refuse(call, &unknown, "No account has the id \"%.*s\".",
			    (int)call->parts[0].len,
			    (const char *)call->parts[0].at);
	else if (c->leaves)
		call_refuse(call, &leaving, "It has to be empty by itself.");
	else if (c->limit)
		refuse_limit(call);
	else if (c->failed)
		call_refuse(call, &call_no_memory, "Ask again later.");
	else
		change_keep(call);
	if (!call->status)
		call_answer(call, call->endpoint->status, &correction_shape, c);
}

/* ---- adjusting ---- */

static void begin_adjust(struct api_call *call)
{
	struct correction *c = call->state;

	if (!read_body(call))
		return;
	if (!c->amount)
		call_refuse(call, &invalid,
			    "Expected an \"amount\" in units, as a string: more "
			    "than 0 when the peer owes us more, and less when "
			    "it owes us less.");
	else
		once_keep(call, &correction_shape, c);
}

static bool adjust(struct shard *shard, struct account *account,
		   signed_units amount)
{
	bool less = amount < 0;

	return shard_adjust(shard, account,
			    ilp_amount((uint64_t)(less ? -amount : amount)),
			    less);
}

static enum errand_step work_adjust(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct account *account = find(call, node);
	struct correction *c = call->state;

	if (!account || passes_limit(c, c->amount))
		return ERRAND_DONE;
	return correct(call, node_shard(node), account, adjust);
}

/* ---- resolving ---- */

static void begin_resolve(struct api_call *call)
{
	struct correction *c = call->state;

	if (!read_body(call))
		return;
	if (c->amount < 0)
		call_refuse(call, &invalid,
			    "Expected an \"amount\" in units, as a string: how "
			    "much of what is unresolved is in the peer's "
			    "books, from 0 to all of it.");
	else
		once_keep(call, &correction_shape, c);
}

static bool resolve(struct shard *shard, struct account *account,
		    signed_units amount)
{
	return shard_resolve(shard, account, ilp_amount((uint64_t)amount));
}

/* Is that what there is to be resolved? */
static bool fits(const struct correction *c)
{
	return c->before.unresolved > 0 &&
	       c->amount <= c->before.unresolved &&
	       (c->expected == SHAPE_NOTHING ||
		c->expected == c->before.unresolved);
}

static enum errand_step work_resolve(struct errand *errand, struct node *node)
{
	struct api_call *call = call_of(errand);
	struct account *account = find(call, node);
	struct correction *c = call->state;

	if (!account || !fits(c) || passes_limit(c, -c->amount))
		return ERRAND_DONE;
	return correct(call, node_shard(node), account, resolve);
}

static void refuse_unfit(struct api_call *call)
{
	const struct correction *c = call->state;
	struct units_text text;

	if (c->before.unresolved == 0)
		call_refuse(call, &nothing_open,
			    "What is in doubt, %s, becomes unresolved when all "
			    "packets from before the crash must be over.",
			    units(&text, c->before.in_doubt));
	else
		call_refuse(call,
			    c->amount > c->before.unresolved ? &too_much :
							       &changed,
			    "It is %s: look at the peer's books again.",
			    units(&text, c->before.unresolved));
}

static void finish_resolve(struct api_call *call)
{
	const struct correction *c = call->state;

	if (c->found && !c->leaves && !fits(c))
		refuse_unfit(call);
	else
		finish(call);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "POST", "/v1/accounts/{id}/adjustments", API_ADMIN, "adjustAccount",
	  "Changes an account's balance by an amount, as something has happened "
	  "outside of packets: more than 0 when the peer owes us more by it, "
	  "less when it has paid. The other side is the adjusted account of the "
	  "asset.",
	  .body = &adjust_form, .answer = &correction_shape, .status = 201, .once = true,
	  .state_size = sizeof(struct correction),
	  .begin = begin_adjust, .work = work_adjust, .finish = finish },
	{ "POST", "/v1/accounts/{id}/unresolved", API_ADMIN, "resolveAccount",
	  "Says how much of what is unresolved since a crash has reached the "
	  "peer: that much more we owe it, and nothing is unresolved any more.",
	  .body = &resolve_form, .answer = &correction_shape, .status = 201, .once = true,
	  .state_size = sizeof(struct correction),
	  .begin = begin_resolve, .work = work_resolve,
	  .finish = finish_resolve },
};
/* clang-format on */

const struct endpoint_list correction_endpoints =
	ENDPOINTS("Corrections", endpoints);
