/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a head, of a client and of a server. Whatever is taken has
 * what it must have; what is asked again with the same words is taken again,
 * and its grant is one for the client that asked. Whatever is not is refused
 * with an answer that grants nothing. */
#include "wire/upgrade.h"

#include "base/base64.h"
#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t buffer[2 * UPGRADE_HEAD_MAX];

static struct ilp_bytes granted(const struct upgrade_request *request)
{
	static uint8_t grant[512];
	struct ilp_writer w = ilp_writer(grant, sizeof(grant));

	require(upgrade_grant(&w, request) == ILP_OK);
	require(upgrade_head_len(ilp_written(&w)) == ilp_written(&w).len);
	return ilp_written(&w);
}

static void refused(int status)
{
	static const uint8_t random[16];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	require(upgrade_refuse(&w, status) == ILP_OK);
	require(upgrade_head_len(ilp_written(&w)) == ilp_written(&w).len);
	require(upgrade_answer_read(ilp_written(&w), random) != NULL);
}

static void asks_again(const struct upgrade_request *request,
		       const uint8_t random[16])
{
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct upgrade_request again;

	require(upgrade_ask(&w, request->host, request->path, random) ==
		ILP_OK);
	require(upgrade_request_read(&again, ilp_written(&w)) == 0);
	require(ilp_bytes_equal(again.host, request->host));
	require(ilp_bytes_equal(again.path, request->path));
	require(again.origin.len == 0);
	require(memcmp(again.key, request->key, sizeof(again.key)) == 0);
}

static void is_a_request(struct ilp_bytes head)
{
	struct upgrade_request request;
	uint8_t random[16 + 2];
	struct ilp_bytes decoded;
	int status;

	memset(&request, FUZZ_FILL, sizeof(request));
	status = upgrade_request_read(&request, head);
	if (status) {
		require(is_filled(&request, sizeof(request)));
		refused(status);
		return;
	}
	require(upgrade_head_len(head) != 0 && head.len <= UPGRADE_HEAD_MAX);
	require(lies_in(request.path, head) && lies_in(request.host, head) &&
		lies_in(request.origin, head));
	require(request.path.len && request.path.at[0] == '/');
	require(ilp_base64_decode(&decoded, ilp_text(request.key), ILP_BASE64,
				  random, sizeof(random)) &&
		decoded.len == 16);
	require(!upgrade_answer_read(granted(&request), random));
	asks_again(&request, random);
}

static void is_an_answer(struct ilp_bytes head)
{
	uint8_t random[16];

	memcpy(random, "the sample nonce", sizeof(random));
	if (upgrade_answer_read(head, random))
		return;
	random[0] ^= 1;
	require(upgrade_answer_read(head, random) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };
	size_t len = upgrade_head_len(in);

	require(len <= size);
	/* As owners do it, and with more or less than a head. */
	if (len) {
		is_a_request((struct ilp_bytes){ data, len });
		is_an_answer((struct ilp_bytes){ data, len });
	}
	if (len < size) {
		is_a_request(in);
		is_an_answer(in);
	}
	return 0;
}
