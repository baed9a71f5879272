/* SPDX-License-Identifier: Apache-2.0 */
#include "node/refusal.h"

#include <assert.h>

#include "base/digits.h"
#include "ilp/timestamp.h"

static const struct {
	enum ilp_code code;
	const char *text;
} rows[REFUSAL_COUNT] = {
	[REFUSAL_NONE] = { ILP_T00_INTERNAL_ERROR, "" },
	[REFUSAL_UNREADABLE] = { ILP_F01_INVALID_PACKET, "invalid packet." },
	[REFUSAL_EXPIRED] = { ILP_R02_INSUFFICIENT_TIMEOUT,
			      "source transfer has already expired." },
	[REFUSAL_EXPIRES_TOO_SOON] = { ILP_R02_INSUFFICIENT_TIMEOUT,
				       "source transfer expires too soon to "
				       "complete payment." },
	[REFUSAL_PEER_CONDITION] = { ILP_F01_INVALID_PACKET,
				     "condition must be peer protocol "
				     "condition." },
	[REFUSAL_PEER_AMOUNT] = { ILP_F03_INVALID_AMOUNT,
				  "peer protocols carry no money." },
	[REFUSAL_PEER_PROTOCOL] = { ILP_F01_INVALID_PACKET,
				    "unknown peer protocol." },
	[REFUSAL_ECHO_SHORT] = { ILP_F01_INVALID_PACKET,
				 "packet data too short for echo request." },
	[REFUSAL_ECHO_PREFIX] = { ILP_F01_INVALID_PACKET,
				  "packet data does not start with ECHO "
				  "prefix." },
	[REFUSAL_ECHO_ANSWER] = { ILP_F01_INVALID_PACKET,
				  "unexpected ping response." },
	[REFUSAL_ECHO_UNPAID] = { ILP_F99_APPLICATION_ERROR,
				  "echo has returned." },
	[REFUSAL_DUPLICATE] = { ILP_T00_INTERNAL_ERROR,
				"duplicate of a packet in flight." },
	[REFUSAL_RATE] = { ILP_T05_RATE_LIMITED,
			   "too many requests, throttling." },
	[REFUSAL_PACKET_TOO_LARGE] = { ILP_F08_AMOUNT_TOO_LARGE,
				       "packet size too large." },
	[REFUSAL_THROUGHPUT] = { ILP_T04_INSUFFICIENT_LIQUIDITY,
				 "exceeded money bandwidth, throttling." },
	[REFUSAL_MAXIMUM] = { ILP_T04_INSUFFICIENT_LIQUIDITY,
			      "exceeded maximum balance." },
	[REFUSAL_PACKETS_IN_FLIGHT] = { ILP_T05_RATE_LIMITED,
					"too many packets in flight." },
	[REFUSAL_MONEY_IN_FLIGHT] = { ILP_T04_INSUFFICIENT_LIQUIDITY,
				      "too much money in flight." },
	[REFUSAL_NETWORK] = { ILP_F02_UNREACHABLE,
			      "destination is in another network." },
	[REFUSAL_NO_ROUTE] = { ILP_F02_UNREACHABLE, "no route found." },
	[REFUSAL_REFLECTION] = { ILP_F02_UNREACHABLE,
				 "refusing to route payments back to sender." },
	[REFUSAL_NO_CONNECTION] = { ILP_T01_PEER_UNREACHABLE,
				    "no connection to account." },
	[REFUSAL_LINK_BUSY] = { ILP_T03_CONNECTOR_BUSY,
				"next hop reads too slowly." },
	[REFUSAL_NO_RATE] = { ILP_T00_INTERNAL_ERROR, "no rate available." },
	[REFUSAL_OLD_PRICE] = { ILP_T00_INTERNAL_ERROR,
				"no rate available: a price is too old." },
	[REFUSAL_NOTHING_LEFT] = { ILP_R01_INSUFFICIENT_SOURCE_AMOUNT,
				   "nothing is left after the exchange." },
	[REFUSAL_EXCHANGE_TOO_LARGE] = { ILP_F08_AMOUNT_TOO_LARGE,
					 "packet size too large." },
	[REFUSAL_LIQUIDITY] = { ILP_T04_INSUFFICIENT_LIQUIDITY,
				"exceeded minimum balance." },
	[REFUSAL_TIMED_OUT] = { ILP_R00_TRANSFER_TIMED_OUT, "packet expired." },
	[REFUSAL_WRONG_FULFILLMENT] = { ILP_F05_WRONG_CONDITION,
					"fulfillment did not match expected "
					"value." },
	[REFUSAL_UNREADABLE_ANSWER] = { ILP_T00_INTERNAL_ERROR,
					"next hop gave an invalid answer." },
	[REFUSAL_NOT_SENT_NOW] = { ILP_T01_PEER_UNREACHABLE,
				   "failed to send packet:" },
	[REFUSAL_NOT_SENT] = { ILP_F02_UNREACHABLE, "failed to send packet:" },
	[REFUSAL_BUSY] = { ILP_T03_CONNECTOR_BUSY, "connector is busy." },
	[REFUSAL_CLOCK] = { ILP_T00_INTERNAL_ERROR,
			    "connector's clock has stepped." },
	[REFUSAL_STOPPED] = { ILP_T01_PEER_UNREACHABLE, "account is stopped." },
	[REFUSAL_ALL_STOPPED] = { ILP_T03_CONNECTOR_BUSY,
				  "connector is stopped." },
	[REFUSAL_SHUTTING_DOWN] = { ILP_T03_CONNECTOR_BUSY,
				    "connector is shutting down." },
};

/* For programs, such as those that read metrics. */
static const char *const words[REFUSAL_COUNT] = {
	[REFUSAL_NONE] = "none",
	[REFUSAL_UNREADABLE] = "unreadable",
	[REFUSAL_EXPIRED] = "expired",
	[REFUSAL_EXPIRES_TOO_SOON] = "expires_too_soon",
	[REFUSAL_PEER_CONDITION] = "peer_condition",
	[REFUSAL_PEER_AMOUNT] = "peer_amount",
	[REFUSAL_PEER_PROTOCOL] = "peer_protocol",
	[REFUSAL_ECHO_SHORT] = "echo_short",
	[REFUSAL_ECHO_PREFIX] = "echo_prefix",
	[REFUSAL_ECHO_ANSWER] = "echo_answer",
	[REFUSAL_ECHO_UNPAID] = "echo_unpaid",
	[REFUSAL_DUPLICATE] = "duplicate",
	[REFUSAL_RATE] = "rate",
	[REFUSAL_PACKET_TOO_LARGE] = "packet_too_large",
	[REFUSAL_THROUGHPUT] = "throughput",
	[REFUSAL_MAXIMUM] = "maximum",
	[REFUSAL_PACKETS_IN_FLIGHT] = "packets_in_flight",
	[REFUSAL_MONEY_IN_FLIGHT] = "money_in_flight",
	[REFUSAL_NETWORK] = "network",
	[REFUSAL_NO_ROUTE] = "no_route",
	[REFUSAL_REFLECTION] = "reflection",
	[REFUSAL_NO_CONNECTION] = "no_connection",
	[REFUSAL_LINK_BUSY] = "link_busy",
	[REFUSAL_NO_RATE] = "no_rate",
	[REFUSAL_OLD_PRICE] = "old_price",
	[REFUSAL_NOTHING_LEFT] = "nothing_left",
	[REFUSAL_EXCHANGE_TOO_LARGE] = "exchange_too_large",
	[REFUSAL_LIQUIDITY] = "liquidity",
	[REFUSAL_TIMED_OUT] = "timed_out",
	[REFUSAL_WRONG_FULFILLMENT] = "wrong_fulfillment",
	[REFUSAL_UNREADABLE_ANSWER] = "unreadable_answer",
	[REFUSAL_NOT_SENT_NOW] = "not_sent_now",
	[REFUSAL_NOT_SENT] = "not_sent",
	[REFUSAL_BUSY] = "busy",
	[REFUSAL_CLOCK] = "clock",
	[REFUSAL_STOPPED] = "stopped",
	[REFUSAL_ALL_STOPPED] = "all_stopped",
	[REFUSAL_SHUTTING_DOWN] = "shutting_down",
};

static struct refusal_detail *add(struct refusal_details *details,
				  const char *name)
{
	struct refusal_detail *detail = &details->at[details->count++];

	assert(details->count <= REFUSAL_DETAILS_MAX);
	*detail = (struct refusal_detail){ .name = name };
	return detail;
}

void refusal_add_text(struct refusal_details *details, const char *name,
		      struct ilp_bytes text)
{
	struct refusal_detail *detail = add(details, name);

	detail->kind = REFUSAL_TEXT;
	detail->text = text;
}

void refusal_add_amount(struct refusal_details *details, const char *name,
			struct ilp_amount amount)
{
	struct refusal_detail *detail = add(details, name);

	detail->kind = REFUSAL_AMOUNT;
	detail->amount = amount;
}

void refusal_add_moment(struct refusal_details *details, const char *name,
			int64_t moment_ms)
{
	struct refusal_detail *detail = add(details, name);

	detail->kind = REFUSAL_MOMENT;
	detail->moment_ms = moment_ms;
}

enum ilp_code refusal_code(enum refusal refusal)
{
	return rows[refusal].code;
}

const char *refusal_text(enum refusal refusal)
{
	return rows[refusal].text;
}

const char *refusal_word(enum refusal refusal)
{
	return words[refusal];
}

static void write_detail(struct ilp_writer *w,
			 const struct refusal_detail *detail)
{
	uint8_t digits[ILP_DECIMAL_MAX];
	char moment[ILP_ISO_TIME_SIZE];
	struct ilp_bytes text = detail->text;

	ilp_write_u8(w, ' ');
	if (detail->name) {
		ilp_write_fixed(w, ilp_text(detail->name));
		ilp_write_u8(w, '=');
	}
	switch (detail->kind) {
	case REFUSAL_TEXT:
		if (text.len > REFUSAL_TEXT_MAX)
			text.len = REFUSAL_TEXT_MAX;
		break;
	case REFUSAL_AMOUNT:
		text = ilp_decimal(digits, detail->amount.units);
		break;
	case REFUSAL_MOMENT:
		ilp_timestamp_iso(moment, detail->moment_ms);
		text = ilp_text(moment);
		break;
	}
	ilp_write_fixed(w, text);
}

static bool says_too_large(enum refusal refusal)
{
	return rows[refusal].code == ILP_F08_AMOUNT_TOO_LARGE;
}

struct ilp_bytes refusal_packet(uint8_t *room, enum refusal refusal,
				struct ilp_bytes triggered_by,
				const struct refusal_details *details)
{
	uint8_t text[(1 + REFUSAL_DETAILS_MAX) * REFUSAL_TEXT_MAX];
	uint8_t data[16];
	struct ilp_writer text_w = ilp_writer(text, sizeof(text));
	struct ilp_writer data_w = ilp_writer(data, sizeof(data));
	struct ilp_writer w = ilp_writer(room, REFUSAL_PACKET_MAX);
	struct ilp_reject reject =
		ilp_reject_make(refusal_code(refusal), triggered_by, "");

	ilp_write_fixed(&text_w, ilp_text(rows[refusal].text));
	for (size_t i = 0; i < details->count; i++)
		write_detail(&text_w, &details->at[i]);
	if (says_too_large(refusal))
		ilp_amount_too_large_encode(&data_w, &details->too_large);
	reject.message = ilp_written(&text_w);
	reject.data = ilp_written(&data_w);
	ilp_reject_encode(&w, &reject);
	assert(!w.error);
	return ilp_written(&w);
}
