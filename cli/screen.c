/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* struct winsize, SIGWINCH */
#include "cli/screen.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define WIDTH_USUAL 80
#define HEIGHT_USUAL 24
/* Another page, without a cursor, where lines that are too long do not go on
 * in the next; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define HOME "\033[H"
#define CLEAR_LINE "\033[K"
#define CLEAR_REST "\033[J"
#define CTRL_C 3

struct screen {
	FILE *in;
	FILE *out;
	int signals;
	sigset_t before;
	bool has_keys;
	struct termios keys_before;
};

static void enter(struct screen *s)
{
	struct termios keys;

	fputs(ENTER, s->out);
	fflush(s->out);
	s->has_keys = isatty(fileno(s->in)) &&
		      tcgetattr(fileno(s->in), &s->keys_before) == 0;
	if (!s->has_keys)
		return;
	keys = s->keys_before;
	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	tcsetattr(fileno(s->in), TCSANOW, &keys);
}

static void leave(struct screen *s)
{
	if (s->has_keys)
		tcsetattr(fileno(s->in), TCSANOW, &s->keys_before);
	fputs(LEAVE, s->out);
	fflush(s->out);
}

struct screen *screen_open(FILE *in, FILE *out)
{
	static const int numbers[] = { SIGINT,	SIGTERM, SIGHUP,
				       SIGQUIT, SIGTSTP, SIGWINCH };
	struct screen *s = calloc(1, sizeof(*s));
	sigset_t set;

	if (!s)
		return NULL;
	s->in = in;
	s->out = out;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, &s->before);
	s->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->signals < 0) {
		sigprocmask(SIG_SETMASK, &s->before, NULL);
		free(s);
		return NULL;
	}
	enter(s);
	return s;
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	leave(s);
	close(s->signals);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
	free(s);
}

static struct winsize size_of(const struct screen *s)
{
	struct winsize size = { .ws_col = 0 };

	ioctl(fileno(s->out), TIOCGWINSZ, &size);
	return size;
}

size_t screen_width(const struct screen *s)
{
	struct winsize size = size_of(s);

	return size.ws_col ? size.ws_col : WIDTH_USUAL;
}

size_t screen_height(const struct screen *s)
{
	struct winsize size = size_of(s);

	return size.ws_row ? size.ws_row : HEIGHT_USUAL;
}

/* Nothing is cleared before it is drawn, so that it does not flicker; and no
 * line feed is behind the last line, which would push up the first. */
void screen_draw(struct screen *s, struct ilp_bytes frame)
{
	size_t left = screen_height(s);

	fputs(HOME, s->out);
	while (frame.len && left) {
		const uint8_t *end = memchr(frame.at, '\n', frame.len);
		size_t len = end ? (size_t)(end - frame.at) : frame.len;

		fwrite(frame.at, 1, len, s->out);
		fputs(CLEAR_LINE, s->out);
		frame = ilp_bytes_skip(frame, len + (end != NULL));
		if (--left && frame.len)
			fputs("\r\n", s->out);
	}
	fputs(left ? "\r\n" CLEAR_REST : "", s->out);
	fflush(s->out);
}

/* Until somebody has us go on. */
static void rest(struct screen *s)
{
	leave(s);
	raise(SIGSTOP);
	enter(s);
}

static enum screen_event take_signal(struct screen *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return SCREEN_NOTHING;
	if (info.ssi_signo == SIGTSTP)
		rest(s);
	return info.ssi_signo == SIGTSTP || info.ssi_signo == SIGWINCH ?
		       SCREEN_CHANGED :
		       SCREEN_END;
}

/* A terminal that is gone wants us to end. */
static enum screen_event take_key(struct screen *s, char *key)
{
	if (read(fileno(s->in), key, 1) != 1)
		return SCREEN_END;
	return *key == 'q' || *key == CTRL_C ? SCREEN_END : SCREEN_KEY;
}

enum screen_event screen_wait(struct screen *s, int64_t ms, char *key)
{
	struct pollfd fds[] = {
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = s->has_keys ? fileno(s->in) : -1, .events = POLLIN },
	};

	if (poll(fds, 2, (int)ms) <= 0)
		return SCREEN_NOTHING;
	return fds[0].revents ? take_signal(s) : take_key(s, key);
}
