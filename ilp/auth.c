/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/auth.h"

#include "ilp/text.h"

struct ilp_bytes ilp_bearer_token(struct ilp_bytes authorization)
{
	struct ilp_bytes rest = ilp_text_trim(authorization);
	struct ilp_bytes scheme = ilp_text_until(&rest, ' ');

	if (ilp_text_equal_nocase(scheme, ilp_text("Bearer")))
		return ilp_text_trim(rest);
	return rest.len ? (struct ilp_bytes){ NULL, 0 } : scheme;
}
