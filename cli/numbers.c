/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/numbers.h"

#include "base/digits.h"

bool number_option(struct context *c, const char *name, const char *value,
		   uint64_t least, uint64_t most, uint64_t *out)
{
	if (!value || (ilp_decimal_read(out, ilp_text(value)) &&
		       *out >= least && *out <= most))
		return true;
	context_complain(c,
			 "--%s: expected a whole number from %" PRIu64
			 " to %" PRIu64 ", not \"%s\"",
			 name, least, most, value);
	return false;
}
