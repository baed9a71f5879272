/* SPDX-License-Identifier: Apache-2.0 */
#include "node/echo.h"

#include <assert.h>

#include "ilp/address.h"
#include "ilp/ping.h"

/* A request has no fewer: 16 that never change, and its type. */
#define DATA_MIN 17

static enum echo refuse(enum refusal *out, enum refusal refusal)
{
	*out = refusal;
	return ECHO_NONE;
}

/* The same packet but for where it goes and what it says. */
static enum echo turn(const struct ilp_prepare *prepare,
		      struct ilp_bytes return_address, uint8_t *room,
		      struct ilp_bytes *packet)
{
	const struct ilp_echo response = { .type = ILP_ECHO_RESPONSE };
	struct ilp_prepare turned = *prepare;
	struct ilp_writer w = ilp_writer(room, ILP_PACKET_MAX);
	uint8_t data[DATA_MIN];
	struct ilp_writer d = ilp_writer(data, sizeof(data));
	enum ilp_error error = ilp_echo_encode(&d, &response);

	turned.destination = return_address;
	turned.data = ilp_written(&d);
	if (!error)
		error = ilp_prepare_encode(&w, &turned);
	assert(!error);
	*packet = ilp_written(&w);
	return ECHO_TURN;
}

enum echo echo_read(const struct ilp_prepare *prepare, uint8_t *room,
		    struct ilp_bytes *packet, enum refusal *refusal,
		    struct refusal_details *details)
{
	struct ilp_echo echo;
	enum ilp_error error;

	if (memcmp(prepare->condition, ilp_ping_condition, 32) == 0)
		return ECHO_PING;
	if (prepare->data.len < DATA_MIN) {
		refusal_add_amount(details, "length",
				   ilp_amount(prepare->data.len));
		return refuse(refusal, REFUSAL_ECHO_SHORT);
	}
	error = ilp_echo_decode(&echo, prepare->data);
	if (error == ILP_ERR_FORMAT)
		return refuse(refusal, REFUSAL_ECHO_PREFIX);
	if (error || (echo.type == ILP_ECHO_REQUEST &&
		      ilp_address_scheme(echo.return_address) ==
			      ILP_SCHEME_PEER))
		return refuse(refusal, REFUSAL_UNREADABLE);
	if (echo.type == ILP_ECHO_RESPONSE)
		return refuse(refusal, REFUSAL_ECHO_ANSWER);
	return turn(prepare, echo.return_address, room, packet);
}

struct ilp_bytes echo_fulfill(uint8_t *room, const uint8_t fulfillment[32])
{
	struct ilp_fulfill fulfill = { .data = { NULL, 0 } };
	struct ilp_writer w = ilp_writer(room, ECHO_FULFILL_MAX);
	enum ilp_error error;

	memcpy(fulfill.fulfillment, fulfillment, 32);
	error = ilp_fulfill_encode(&w, &fulfill);
	assert(!error);
	return ilp_written(&w);
}
