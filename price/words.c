/* SPDX-License-Identifier: Apache-2.0 */
#include "price/words.h"

#include <stdarg.h>
#include <stdio.h>

static void say(struct price_words *words, const char *format, va_list values)
{
	vsnprintf(words->text, sizeof(words->text), format, values);
	for (char *c = words->text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

void price_say(struct price_words *words, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(words, format, values);
	va_end(values);
}

bool price_refuse(struct price_words *words, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(words, format, values);
	va_end(values);
	return false;
}
