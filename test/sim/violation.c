/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/violation.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "test/sim/world.h"

static const struct world *watched;

static void tell_scene(const struct world *w)
{
	story_tell(&w->story, stdout);
	plan_tell(&w->plan, stdout);
}

__attribute__((noreturn)) static void end(const struct world *w)
{
	printf("seed %" PRIu64 ", at %" PRId64 " us\n", w->plan.seed,
	       w->agenda.now_us);
	printf("trace %016" PRIx64 "\n", w->story.hash);
	fflush(stdout);
	_Exit(1);
}

/* The assertion has said its message already. */
static void aborted(int signal)
{
	(void)signal;
	if (!watched)
		_Exit(1);
	tell_scene(watched);
	printf("VIOLATION: an assertion failed\n");
	end(watched);
}

void violation_watch(const struct world *w)
{
	struct sigaction action = { .sa_handler = aborted };

	watched = w;
	sigaction(SIGABRT, &action, NULL);
}

void violation(const struct world *w, const char *format, ...)
{
	va_list arguments;

	tell_scene(w);
	printf("VIOLATION: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	end(w);
}
