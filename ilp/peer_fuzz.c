/* SPDX-License-Identifier: Apache-2.0 */
/* A Prepare passes as a request only with the right destination, a condition
 * that everybody can fulfill and time left. Our own requests pass until they
 * expire, at the one address they were made for; and what a response says is
 * what was put into it. */
#include "ilp/peer.h"

#include "ilp/timestamp.h"
#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const destinations[] = { ILP_PEER_CONFIG,
					    ILP_PEER_ROUTE_CONTROL,
					    ILP_PEER_ROUTE_UPDATE,
					    ILP_PEER_SETTLE };
#define DESTINATIONS (sizeof(destinations) / sizeof(destinations[0]))

static uint8_t buffer[ILP_PACKET_MAX];

static void is_judged(const struct ilp_prepare *prepare, const char *to,
		      int64_t now_ms)
{
	bool arrived = ilp_bytes_equal(prepare->destination, ilp_text(to));
	bool plain = memcmp(prepare->condition, ilp_peer_condition, 32) == 0;
	bool settle = strcmp(to, ILP_PEER_SETTLE) == 0;

	switch (ilp_peer_request_check(prepare, to, now_ms)) {
	case ILP_OK:
		require(arrived && (plain || settle));
		require(now_ms < prepare->expires_at_ms);
		break;
	case ILP_ERR_ADDRESS:
		require(!arrived);
		break;
	case ILP_ERR_CONDITION:
		require(arrived && !plain);
		break;
	case ILP_ERR_EXPIRED:
		require(arrived && now_ms >= prepare->expires_at_ms);
		break;
	default:
		abort();
	}
}

static void try_request(struct ilp_bytes packet, int64_t now_ms)
{
	struct ilp_prepare prepare;

	if (ilp_prepare_decode(&prepare, packet))
		return;
	for (size_t i = 0; i < DESTINATIONS; i++) {
		is_judged(&prepare, destinations[i], now_ms);
		is_judged(&prepare, destinations[i], prepare.expires_at_ms);
	}
}

static void try_response(struct ilp_bytes packet)
{
	struct ilp_fulfill fulfill;
	struct ilp_bytes found;
	static const uint8_t zeros[32];

	if (ilp_peer_response_decode(&found, packet))
		return;
	require(lies_in(found, packet));
	require(ilp_fulfill_decode(&fulfill, packet) == ILP_OK);
	require(memcmp(fulfill.fulfillment, zeros, sizeof(zeros)) == 0);
	require(ilp_bytes_equal(fulfill.data, found));
}

static void request_passes(size_t to, int64_t expires_at_ms,
			   struct ilp_bytes in)
{
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_prepare prepare;

	if (ilp_peer_request_encode(&w, destinations[to], expires_at_ms, in)) {
		require(expires_at_ms < ILP_TIMESTAMP_MIN_MS ||
			expires_at_ms > ILP_TIMESTAMP_MAX_MS);
		return;
	}
	require(ilp_prepare_decode(&prepare, ilp_written(&w)) == ILP_OK);
	require(ilp_amount_is_zero(prepare.amount));
	require(ilp_bytes_equal(prepare.data, in));
	for (size_t i = 0; i < DESTINATIONS; i++)
		require(ilp_peer_request_check(&prepare, destinations[i],
					       expires_at_ms - 1) ==
			(i == to ? ILP_OK : ILP_ERR_ADDRESS));
	require(ilp_peer_request_check(&prepare, destinations[to],
				       expires_at_ms) == ILP_ERR_EXPIRED);
}

static void response_survives(struct ilp_bytes in)
{
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_bytes found;

	require(ilp_peer_response_encode(&w, in) == ILP_OK);
	require(ilp_peer_response_decode(&found, ilp_written(&w)) == ILP_OK);
	require(ilp_bytes_equal(found, in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });
	size_t to = take_u8(&r) % DESTINATIONS;
	int64_t moment_ms = (int64_t)take_u64(&r);
	struct ilp_bytes in = take_rest(&r);

	if (in.len > ILP_DATA_MAX)
		return 0;
	try_request(in, moment_ms);
	try_response(in);
	request_passes(to, moment_ms, in);
	request_passes(to, moment_ms % ILP_TIMESTAMP_MAX_MS, in);
	response_survives(in);
	return 0;
}
