/* SPDX-License-Identifier: Apache-2.0 */
#include "route/neighbour.h"

#include <assert.h>

const char *neighbour_state_word(enum neighbour_state state)
{
	static const char *const words[NEIGHBOUR_STATES] = {
		[NEIGHBOUR_IDLE] = "idle",
		[NEIGHBOUR_CONNECTING] = "connecting",
		[NEIGHBOUR_SYNCING] = "syncing",
		[NEIGHBOUR_ESTABLISHED] = "established",
		[NEIGHBOUR_STALE] = "stale",
	};

	return words[state];
}

const char *neighbour_reason_text(enum neighbour_reason reason)
{
	static const char *const texts[NEIGHBOUR_REASONS] = {
		[NEIGHBOUR_FINE] = "as it should be",
		[NEIGHBOUR_NOT_WANTED] = "the account is set so",
		[NEIGHBOUR_NOT_LINKED] = "there is no connection",
		[NEIGHBOUR_NOT_ASKED] = "the peer has not asked for routes",
		[NEIGHBOUR_NOT_ANSWERED] = "the peer did not answer in time",
		[NEIGHBOUR_REFUSED] = "the peer refused",
		[NEIGHBOUR_GAP] = "an update was missed, and asked for again",
		[NEIGHBOUR_SILENT] =
			"the peer was silent for longer than it had announced",
		[NEIGHBOUR_LIMIT] = "the peer has more routes than are taken",
	};

	return texts[reason];
}

void neighbour_status_set(struct neighbour_status *status,
			  enum neighbour_state state,
			  enum neighbour_reason reason, int64_t now_us)
{
	if (status->state == state && status->reason == reason)
		return;
	status->state = state;
	status->reason = reason;
	status->since_us = now_us;
}

/* The texts that ilp-connector has are its, since peers may look for them. */
const struct neighbour_reject *neighbour_reject(enum neighbour_answer answer)
{
	static const struct neighbour_reject rows[NEIGHBOUR_ANSWERS] = {
		[NEIGHBOUR_CONTROL_FROM_STRANGER] = {
			ILP_F00_BAD_REQUEST,
			"cannot process route control messages from "
			"non-peers." },
		[NEIGHBOUR_UPDATE_FROM_STRANGER] = {
			ILP_F00_BAD_REQUEST,
			"cannot process route update messages from non-peers." },
		[NEIGHBOUR_WE_DO_NOT_SEND] = {
			ILP_F00_BAD_REQUEST,
			"rejecting route control message, we are configured "
			"not to send routes to you." },
		[NEIGHBOUR_WE_DO_NOT_RECEIVE] = {
			ILP_F00_BAD_REQUEST,
			"rejecting route update, we are configured not to "
			"receive routes from you." },
		[NEIGHBOUR_BAD_CONTROL] = {
			ILP_F00_BAD_REQUEST,
			"malformed route control message." },
		[NEIGHBOUR_BAD_UPDATE] = {
			ILP_F00_BAD_REQUEST, "malformed route update." },
		[NEIGHBOUR_GAP_BEFORE] = {
			ILP_F00_BAD_REQUEST,
			"gap in route updates, they are asked for again." },
		[NEIGHBOUR_BUSY] = {
			ILP_T03_CONNECTOR_BUSY,
			"still working on the route update before." },
	};

	assert(answer != NEIGHBOUR_TAKEN && answer < NEIGHBOUR_ANSWERS);
	return &rows[answer];
}
