/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - peers that outlive their node: some send and some receive, as many
 * packets as they can, and each keeps its own books across all of the node's
 * crashes. kill.js runs it, and tells it on its standard input what to do:
 *
 *     connect PORT   all of them connect to the node there, and
 *     send           send from then on, until they are told to
 *     pause
 *     books          prints all books as a line of JSON
 *
 * It prints "lost" when the last connection is gone, and fails at once when the
 * node does what no node may.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "test/crash/receiver.h"
#include "test/crash/sender.h"

#define WAIT_MS 5
/* How long whoever was refused waits. */
#define FILL_MS 20
#define LINE_SIZE 64

struct program {
	struct crowd crowd;
	struct sender senders[PLAN_PEERS];
	struct receiver receivers[PLAN_PEERS];
	char line[LINE_SIZE]; /* that is being read */
	size_t line_len;
	bool ended;
};

static struct program program;

static void say(const char *text)
{
	printf("%s\n", text);
	fflush(stdout);
}

/* ---- commands ---- */

static void connect_all(uint16_t port)
{
	bool good = true;

	program.crowd.loop.count = 0;
	program.crowd.run++;
	for (unsigned i = 0; i < PLAN_PEERS; i++)
		good = good && peer_connect(&program.receivers[i].peer, port);
	for (unsigned i = 0; i < PLAN_PEERS; i++)
		good = good && peer_connect(&program.senders[i].peer, port);
	if (!good && program.crowd.open == 0)
		say("lost");
}

static void print_sender(const struct sender *s)
{
	uint64_t charges = 0;

	for (size_t i = 0; i < PLAN_PEERS; i++)
		charges += program.receivers[i].charges[s->index];
	printf("\"%s\":{\"sent\":%" PRIu64 ",\"fulfilled\":%" PRIu64
	       ",\"rejected\":%" PRIu64 ",\"cut\":%" PRIu64
	       ",\"inFlight\":%u,\"heard\":\"%" PRIu64
	       "\",\"charges\":\"%" PRIu64 "\"}",
	       s->peer.name, s->sent, s->fulfilled, s->rejected, s->cut,
	       s->in_flight, s->heard, charges);
}

static void print_books(void)
{
	printf("{\"up\":%u,\"senders\":{", program.crowd.up);
	for (size_t i = 0; i < PLAN_PEERS; i++) {
		printf("%s", i ? "," : "");
		print_sender(&program.senders[i]);
	}
	printf("},\"receivers\":{");
	for (size_t i = 0; i < PLAN_PEERS; i++) {
		const struct receiver *r = &program.receivers[i];

		printf("%s\"%s\":{\"claims\":\"%" PRIu64
		       "\",\"posthumous\":\"%" PRIu64 "\",\"late\":%zu}",
		       i ? "," : "", r->peer.name, r->claims, r->posthumous,
		       r->late_count);
	}
	say("}}");
}

static void obey(const char *line)
{
	unsigned port;

	if (sscanf(line, "connect %u", &port) == 1)
		connect_all((uint16_t)port);
	else if (strcmp(line, "send") == 0)
		program.crowd.sending = true;
	else if (strcmp(line, "pause") == 0)
		program.crowd.sending = false;
	else if (strcmp(line, "books") == 0)
		print_books();
	else
		peer_fail(&program.senders[0].peer, "unknown command");
}

static void listen_to_commands(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;

	while (!program.ended && poll(&in, 1, 0) > 0) {
		if (read(STDIN_FILENO, &c, 1) != 1) {
			program.ended = true;
		} else if (c != '\n') {
			if (program.line_len < LINE_SIZE - 1)
				program.line[program.line_len++] = c;
		} else {
			program.line[program.line_len] = '\0';
			program.line_len = 0;
			obey(program.line);
		}
	}
}

/* ---- time ---- */

static void tick(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	program.crowd.now_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	for (size_t i = 0; i < PLAN_PEERS; i++)
		receiver_tick(&program.receivers[i]);
}

static void fill(void)
{
	static int64_t filled_ms;

	if (program.crowd.now_ms - filled_ms < FILL_MS)
		return;
	filled_ms = program.crowd.now_ms;
	for (size_t i = 0; i < PLAN_PEERS; i++)
		sender_fill(&program.senders[i]);
}

int main(void)
{
	program.crowd.crypto = ilp_crypto_create();
	if (!program.crowd.crypto)
		return 1;
	loop_init(&program.crowd.loop);
	for (unsigned i = 0; i < PLAN_PEERS; i++) {
		sender_init(&program.senders[i], &program.crowd, i);
		receiver_init(&program.receivers[i], &program.crowd, i);
	}
	while (!program.ended) {
		bool open;

		listen_to_commands();
		open = program.crowd.open > 0;
		tick();
		fill();
		loop_round(&program.crowd.loop, WAIT_MS);
		if (open && program.crowd.open == 0)
			say("lost");
	}
	return 0;
}
