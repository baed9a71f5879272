/* SPDX-License-Identifier: Apache-2.0 */
/* What is read as an echo is written just as it came, unless bytes were
 * ignored; a request has a valid address, borrowed. The input is tried as it
 * is and behind the sixteen bytes by which echoes are known; without these it
 * is none. */
#include "ilp/ping.h"

#include "ilp/address.h"
#include "test/fuzz.h"

#define INPUT_MAX 4096
#define MAGIC "ECHOECHOECHOECHO"
#define MAGIC_LEN 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try(struct ilp_bytes in)
{
	uint8_t buffer[MAGIC_LEN + 1 + 3 + ILP_ADDRESS_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	bool named =
		in.len >= MAGIC_LEN && memcmp(in.at, MAGIC, MAGIC_LEN) == 0;
	struct ilp_echo echo;
	enum ilp_error error = ilp_echo_decode(&echo, in);

	require((error == ILP_ERR_FORMAT) == !named);
	if (error)
		return;
	require(lies_in(echo.return_address, in));
	require(ilp_address_valid(echo.return_address) ==
		(echo.type == ILP_ECHO_REQUEST));
	require(ilp_echo_encode(&w, &echo) == ILP_OK);
	struct ilp_bytes out = ilp_written(&w);
	require(out.len <= in.len && memcmp(out.at, in.at, out.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t named[MAGIC_LEN + INPUT_MAX] = MAGIC;

	if (size > INPUT_MAX)
		return 0;
	try((struct ilp_bytes){ data, size });
	if (size)
		memcpy(named + MAGIC_LEN, data, size);
	try((struct ilp_bytes){ named, MAGIC_LEN + size });
	return 0;
}
