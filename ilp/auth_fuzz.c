/* SPDX-License-Identifier: Apache-2.0 */
/* A token lies in the header that it is found in, without blanks around it,
 * and is found again in another spelling of the header. */
#include "ilp/auth.h"

#include "test/fuzz.h"

#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static void try_bearer(struct ilp_bytes in)
{
	static uint8_t buffer[INPUT_MAX + 16];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	struct ilp_bytes token = ilp_bearer_token(in);

	require(lies_in(token, in));
	if (token.len == 0)
		return;
	require(!is_blank(token.at[0]) && !is_blank(token.at[token.len - 1]));
	ilp_write_fixed(&w, ilp_text(" bEARER \t"));
	ilp_write_fixed(&w, token);
	require(ilp_bytes_equal(ilp_bearer_token(ilp_written(&w)), token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= INPUT_MAX)
		try_bearer((struct ilp_bytes){ data, size });
	return 0;
}
