/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints by which somebody finds out how packets fare on their way to an
 * address: each sends one, and tells what came of it. */
#include "ilp/condition.h"
#include "ilp/ping.h"
#include "ilp/text.h"
#include "node/admin/call.h"

#define LIFETIME_MS 10000
/* Less than anybody waits for an answer of ours. */
#define LIFETIME_MAX_MS 25000
#define CODE_SIZE 4
/* Behind our own address: where an echo returns to. */
#define RETURN_SEGMENT ".echo"
#define DATA_MAX (32 + ILP_ADDRESS_MAX)

static const struct call_problem invalid = { 400, "probe-invalid",
					     "That is no probe" };
static const struct call_problem too_many = {
	503, "too-many-probes", "The node is asking too much at once"
};

enum probe_kind {
	PROBE_PACKET, /* that nobody can fulfill */
	PROBE_PING,
	PROBE_ECHO,
	PROBE_ECHO_UNPAID,
};

static const char *const kinds[] = { "packet", "ping", "echo", "echo-unpaid",
				     NULL };

enum outcome { FULFILLED, REJECTED, LOST };

static const char *const outcomes[] = { "fulfilled", "rejected", "lost", NULL };

struct probe {
	/* The question. */
	struct ilp_bytes destination;
	enum probe_kind kind;
	uint64_t amount;
	uint64_t lifetime_ms;
	/* On its way. */
	struct own_echo echo;
	bool crowded; /* it was not sent */
	/* The answer. */
	enum outcome outcome;
	char next[ACCOUNT_ID_MAX + 1];
	char asset_code[sizeof(((struct ledger_asset *)NULL)->code)];
	uint32_t asset_scale;
	uint64_t took_us;
	char code[CODE_SIZE];
	char triggered_by[ILP_ADDRESS_MAX + 1];
	char message[ILP_MESSAGE_MAX + 1];
	bool limited; /* it says how much may come through: */
	struct ilp_amount_too_large too_large;
	signed_units maximum;
	signed_units received;
	signed_units returned;
};

/* ---- the question ---- */

static const struct form_field ask_fields[] = {
	{ "destination", FORM_TEXT, .at = offsetof(struct probe, destination),
	  .max = ILP_ADDRESS_MAX, .signs = "._~-",
	  .text = "The address that it goes to." },
	{ "kind", FORM_WORD, .optional = true,
	  .at = offsetof(struct probe, kind), .words = kinds,
	  .text = "\"packet\", which is the default: one that nobody can "
		  "fulfill, so that it costs nothing and is rejected by whom "
		  "it reaches. \"ping\": one that everybody can fulfill, and "
		  "the node with this address does. \"echo\": that node sends "
		  "it back to us, and both are fulfilled; with \"echo-unpaid\" "
		  "neither is." },
	{ "amount", FORM_NUMBER, .optional = true,
	  .at = offsetof(struct probe, amount), .most = UINT64_MAX,
	  .text = "Units of the asset of the next hop; 0 if not given. Of a "
		  "ping, and an echo that is paid, this is spent." },
	{ "lifetime", FORM_NUMBER, .optional = true,
	  .at = offsetof(struct probe, lifetime_ms), .least = 1,
	  .most = LIFETIME_MAX_MS,
	  .text = "Milliseconds until the packet expires; 10000 if not "
		  "given." },
};

static const struct form ask_form = FORM("Probe", ask_fields);

static void begin(struct api_call *call)
{
	struct probe *p = call->state;

	p->lifetime_ms = LIFETIME_MS;
	if (!form_read(call, &ask_form, &invalid, p))
		return;
	if (!ilp_address_valid(p->destination) ||
	    ilp_address_scheme(p->destination) == ILP_SCHEME_PEER) {
		call_refuse(call, &invalid,
			    "\"destination\" is to be an ILP address, such as "
			    "g.example.node.");
		return;
	}
	call_draw(call, p->echo.fulfillment);
	p->echo.fulfills = p->kind == PROBE_ECHO;
	ilp_condition(call_crypto(call), p->echo.condition,
		      p->echo.fulfillment);
}

static bool is_echo(const struct probe *p)
{
	return p->kind == PROBE_ECHO || p->kind == PROBE_ECHO_UNPAID;
}

/* ---- on the shard ---- */

static void look_at_next_hop(struct probe *p, const struct shard *shard)
{
	const struct account *next = shard_next_hop(shard, p->destination);

	if (!next)
		return;
	memcpy(p->next, next->settings.id.at, next->settings.id.len);
	memcpy(p->asset_code, next->settings.asset.code,
	       sizeof(p->asset_code));
	p->asset_scale = next->settings.asset.scale;
}

/* "Send it back to us." */
static struct ilp_bytes echo_data(const struct shard *shard,
				  uint8_t room[DATA_MAX])
{
	struct ilp_bytes own = shard_address(shard);
	uint8_t address[ILP_ADDRESS_MAX];
	struct ilp_writer a = ilp_writer(address, sizeof(address));
	struct ilp_writer w = ilp_writer(room, DATA_MAX);
	struct ilp_echo echo = { .type = ILP_ECHO_REQUEST };

	ilp_write_fixed(&a, own);
	ilp_write_fixed(&a, ilp_text(RETURN_SEGMENT));
	echo.return_address = ilp_written(&a);
	return ilp_echo_encode(&w, &echo) ? (struct ilp_bytes){ NULL, 0 } :
					    ilp_written(&w);
}

/* Sends it; false when there is no room for one more. */
static bool send_probe(struct errand *errand, struct shard *shard)
{
	struct probe *p = call_of(errand)->state;
	uint8_t room[DATA_MAX];
	struct ilp_prepare prepare = {
		.amount = ilp_amount(p->amount),
		.expires_at_ms =
			shard_now(shard).wall_ms + (int64_t)p->lifetime_ms,
		.destination = p->destination,
	};

	memcpy(prepare.condition,
	       p->kind == PROBE_PING ? ilp_ping_condition : p->echo.condition,
	       32);
	if (is_echo(p))
		prepare.data = echo_data(shard, room);
	look_at_next_hop(p, shard);
	return shard_ask(shard, &prepare, NULL, OWN_ERRAND, (uintptr_t)errand);
}

/* A stranger may say anything. */
static void copy_text(char *out, size_t size, struct ilp_bytes in)
{
	size_t len = in.len < size ? in.len : size - 1;

	if (len)
		memcpy(out, in.at, len);
	out[len] = '\0';
}

static void take_reject(struct probe *p, struct ilp_bytes packet)
{
	struct ilp_reject reject;

	p->outcome = REJECTED;
	if (ilp_reject_decode(&reject, packet))
		return;
	memcpy(p->code, reject.code, ILP_CODE_LEN);
	copy_text(p->triggered_by, sizeof(p->triggered_by),
		  reject.triggered_by);
	copy_text(p->message, sizeof(p->message), reject.message);
	p->limited = memcmp(reject.code, "F08", ILP_CODE_LEN) == 0 &&
		     ilp_amount_too_large_decode(&p->too_large,
						 reject.data) == ILP_OK;
}

static void hear(struct probe *p, const struct own_answer *answer)
{
	p->took_us = (uint64_t)answer->took_us;
	if (answer->packet.len == 0)
		p->outcome = LOST;
	else if (answer->packet.at[0] == ILP_FULFILL)
		p->outcome = FULFILLED;
	else
		take_reject(p, answer->packet);
}

static enum errand_step work(struct errand *errand, struct node *node)
{
	struct probe *p = call_of(errand)->state;
	struct shard *shard = node_shard(node);

	if (errand->heard) {
		hear(p, errand->heard);
		if (is_echo(p))
			shard_forget_echo(shard, &p->echo);
		return ERRAND_DONE;
	}
	p->crowded = !send_probe(errand, shard);
	if (p->crowded)
		return ERRAND_DONE;
	if (is_echo(p))
		shard_expect_echo(shard, &p->echo);
	return ERRAND_LISTENS;
}

/* ---- the answer ---- */

/* clang-format off */
static const struct shape_field fields[] = {
	{ "outcome", SHAPE_WORD, .at = offsetof(struct probe, outcome),
	  .words = outcomes,
	  .text = "What the packet was answered with. \"lost\": with something "
		  "for which there was no memory." },
	{ "nextHop", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct probe, next),
	  .text = "The account that it was sent to; null: there is no route." },
	{ "assetCode", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct probe, asset_code),
	  .text = "That account's asset." },
	{ "assetScale", SHAPE_SMALL, .at = offsetof(struct probe, asset_scale),
	  .text = "The asset's scale." },
	{ "microseconds", SHAPE_COUNT, .at = offsetof(struct probe, took_us),
	  .text = "How long it took." },
	{ "code", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct probe, code),
	  .text = "Of a Reject: its code." },
	{ "triggeredBy", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct probe, triggered_by),
	  .text = "Of a Reject: the address of who made it." },
	{ "message", SHAPE_CHARS, .optional = true,
	  .at = offsetof(struct probe, message),
	  .text = "Of a Reject: what it says to people." },
	{ "received", SHAPE_UNITS, .optional = true,
	  .at = offsetof(struct probe, received),
	  .text = "Of a Reject because the amount is too large: what came to "
		  "who made it, in units of another asset perhaps." },
	{ "maximum", SHAPE_UNITS, .optional = true,
	  .at = offsetof(struct probe, maximum),
	  .text = "And the most that it would have let through." },
	{ "returned", SHAPE_UNITS, .optional = true,
	  .at = offsetof(struct probe, returned),
	  .text = "Of an echo: what came back. null: it did not." },
};
/* clang-format on */

static const struct shape probe_shape =
	SHAPE("ProbeResult", struct probe, fields);

static signed_units units_if(bool there, struct ilp_amount amount)
{
	ilp_u128 units = 0;

	book_sum(&units, amount);
	return there ? (signed_units)units : SHAPE_NOTHING;
}

static void finish(struct api_call *call)
{
	struct probe *p = call->state;

	if (p->crowded) {
		call_refuse(call, &too_many, "Ask again later.");
		return;
	}
	p->maximum = units_if(p->limited, p->too_large.maximum);
	p->received = units_if(p->limited, p->too_large.received);
	p->returned = units_if(p->echo.returned, p->echo.amount);
	call_answer(call, 200, &probe_shape, p);
}

/* clang-format off */
static const struct endpoint endpoints[] = {
	{ "POST", "/v1/probe", API_OPERATE, "probe",
	  "Sends one packet to an address, and tells what came of it.",
	  .body = &ask_form, .answer = &probe_shape, .status = 200,
	  .looks = true,
	  .state_size = sizeof(struct probe),
	  .begin = begin, .work = work, .finish = finish },
};
/* clang-format on */

const struct endpoint_list probe_endpoints = ENDPOINTS("Probes", endpoints);
