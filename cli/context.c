/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/context.h"

#include <stdarg.h>

void context_complain(struct context *c, const char *format, ...)
{
	va_list list;

	fprintf(c->err, "%silp:%s ", paint_begin(c->err_paint, PAINT_BAD),
		paint_end(c->err_paint, PAINT_BAD));
	va_start(list, format);
	vfprintf(c->err, format, list);
	va_end(list);
	fputc('\n', c->err);
}

enum command_status context_no_memory(struct context *c)
{
	context_complain(c, "no memory");
	return COMMAND_FAILED;
}

void context_put(struct context *c, struct ilp_bytes bytes)
{
	if (bytes.len)
		fwrite(bytes.at, 1, bytes.len, c->out);
}
