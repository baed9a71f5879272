/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* struct winsize */
#include "cli/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_USUAL 80
#define WIDTH_MIN 20 /* what is narrower makes no sense */

bool terminal_is(FILE *stream)
{
	return isatty(fileno(stream));
}

size_t terminal_width(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	unsigned long width = 0;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width == 0 && columns)
		width = strtoul(columns, NULL, 10);
	if (width == 0 || width > 10000)
		return WIDTH_USUAL;
	return width < WIDTH_MIN ? WIDTH_MIN : width;
}
