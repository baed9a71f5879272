/* SPDX-License-Identifier: Apache-2.0 */
/* routing_peer - a node that does nothing but talk about routes, for routing.js
 * to put beside ilp-connector.
 *
 *	routing_peer PREFIX < lines
 *
 * Its address is PREFIX.c; account 0 is the neighbour, and account 1 somebody
 * whom routes lead to. Each line is the time in milliseconds, a command, and
 * its argument; and each is answered by one line.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "ilp/peer.h"
#include "route/routing.h"

#define LINE_MAX_LEN (4 * ILP_PACKET_MAX)
#define OTHER 1

static struct ilp_crypto *crypto;
static struct routes *routes;
static struct routing *routing;
static int64_t now_ms;
static char line[LINE_MAX_LEN];
static uint8_t packet[ILP_PACKET_MAX];

static int64_t now_us(void)
{
	return now_ms * 1000;
}

static void give_up(const char *why)
{
	fprintf(stderr, "routing_peer: %s\n", why);
	exit(1);
}

/* ---- packets, in hexadecimal digits ---- */

static struct ilp_bytes from_hex(const char *text)
{
	size_t len = 0;
	unsigned byte;

	for (; len < sizeof(packet) && sscanf(text, "%2x", &byte) == 1;
	     text += 2)
		packet[len++] = (uint8_t)byte;
	return (struct ilp_bytes){ packet, len };
}

static void print_hex(struct ilp_bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		printf("%02x", in.at[i]);
	printf("\n");
}

static void print_text(struct ilp_bytes text)
{
	printf("%.*s", (int)text.len, (const char *)text.at);
}

/* ---- commands ---- */

static void done(void)
{
	printf("done\n");
}

static void work(void)
{
	uint32_t destination;

	while (routes_work(routes, 100))
		;
	routing_work(routing, now_us(), 1000);
	while (routes_next_change(routes, &destination))
		if (!routing_note_change(routing, now_us(), destination))
			give_up("no memory");
}

/* What it has to send next: a number and a Prepare, or nothing. */
static void next(const char *argument)
{
	uint8_t room[ILP_PACKET_MAX];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct routing_packet out;

	(void)argument;
	work();
	if (!routing_next_packet(routing, now_us(), &out)) {
		printf("nothing\n");
		return;
	}
	if (ilp_peer_request_encode(&w, out.destination, now_ms + 60000,
				    out.data))
		give_up("a packet that cannot be written");
	printf("%llu ", (unsigned long long)out.number);
	print_hex(ilp_written(&w));
}

static void answer(const char *argument)
{
	const char *hex = strchr(argument, ' ');
	struct ilp_bytes data;

	routing_answer(routing, now_us(), 0, strtoull(argument, NULL, 10),
		       hex && !ilp_peer_response_decode(&data,
							from_hex(hex + 1)));
	done();
}

static enum neighbour_answer ask(const struct ilp_prepare *prepare)
{
	if (!ilp_peer_request_check(prepare, ILP_PEER_ROUTE_CONTROL, now_ms))
		return routing_control(routing, now_us(), 0, prepare->data);
	if (!ilp_peer_request_check(prepare, ILP_PEER_ROUTE_UPDATE, now_ms))
		return routing_update(routing, now_us(), 0, prepare->data);
	give_up("a Prepare to somewhere else");
	return NEIGHBOUR_TAKEN;
}

/* One that has come; the answer is a Fulfill or a Reject. */
static void prepare(const char *argument)
{
	uint8_t room[1000];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_prepare in;
	enum neighbour_answer said;

	if (ilp_prepare_decode(&in, from_hex(argument)))
		give_up("no Prepare");
	said = ask(&in);
	if (said == NEIGHBOUR_TAKEN) {
		ilp_peer_response_encode(&w, (struct ilp_bytes){ NULL, 0 });
	} else {
		const struct neighbour_reject *why = neighbour_reject(said);
		struct ilp_reject reject = {
			.triggered_by = ilp_text("test.c"),
			.message = ilp_text(why->message),
		};

		memcpy(reject.code, ilp_code_row(why->code)->code,
		       ILP_CODE_LEN);
		ilp_reject_encode(&w, &reject);
	}
	print_hex(ilp_written(&w));
}

static void up(const char *argument)
{
	(void)argument;
	routing_up(routing, now_us(), 0);
	done();
}

static void down(const char *argument)
{
	(void)argument;
	routing_down(routing, now_us(), 0);
	done();
}

/* A route to a prefix: it leads here, or to the other. */
static void add(const char *prefix, uint32_t hop, enum route_origin origin)
{
	struct route route = { .hop = hop, .origin = origin };

	routing_authenticate(routing, ilp_text(prefix), route.auth);
	if (routes_add(routes, ilp_text(prefix), &route))
		give_up("a route that is none");
}

static void set(const char *argument)
{
	add(argument, OTHER, ROUTE_STATIC);
	done();
}

static void unset(const char *argument)
{
	if (!routes_remove(routes, ilp_text(argument), OTHER, ROUTE_STATIC))
		give_up("no such route");
	done();
}

/* What was learned, with its path: as in "test.far:test.js ". */
static void learned(const char *argument)
{
	size_t cursor = 0;
	uint32_t destination;

	(void)argument;
	work();
	while (routes_next(routes, &cursor, &destination)) {
		const struct route *best = routes_best(routes, destination);
		struct ilp_list path;
		struct ilp_bytes node;

		if (!best || best->origin != ROUTE_LEARNED)
			continue;
		print_text(routes_prefix(routes, destination));
		for (path = best->path; ilp_list_next(&path, &node);) {
			printf(":");
			print_text(node);
		}
		printf(" ");
	}
	printf("\n");
}

static void state(const char *argument)
{
	struct routing_status status;

	(void)argument;
	if (!routing_status(routing, 0, &status))
		give_up("no account");
	printf("%s %s\n", neighbour_state_word(status.hears.state),
	       neighbour_state_word(status.tells.state));
}

static const struct {
	const char *name;
	void (*run)(const char *argument);
} commands[] = {
	{ "next", next },   { "answer", answer }, { "prepare", prepare },
	{ "up", up },	    { "down", down },	  { "set", set },
	{ "unset", unset }, { "learned", learned }, { "state", state },
};

static void run(char *text)
{
	char *name, *argument;

	text[strcspn(text, "\n")] = '\0';
	now_ms = strtoll(text, &name, 10);
	name += *name == ' ';
	argument = name + strcspn(name, " ");
	if (*argument)
		*argument++ = '\0';
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(commands[i].name, name) == 0) {
			commands[i].run(argument);
			fflush(stdout);
			return;
		}
	give_up("no such command");
}

/* ---- the node ---- */

static void add_account(uint32_t slot, const char *id)
{
	struct routes_source source = { .slot = slot,
					.relation = ROUTE_PEER,
					.id = ilp_text(id),
					.limit = 10000 };
	struct routing_account account = { .slot = slot,
					   .relation = ROUTE_PEER,
					   .send = true,
					   .receive = true,
					   .transit = true };

	if (routes_source_set(routes, &source) ||
	    !routing_account_set(routing, now_us(), &account))
		give_up("no memory");
}

static void start(const char *global)
{
	char address[64];
	struct routing_settings settings = { .secret = ilp_text("shh"),
					     .global = ilp_text(global),
					     .hold_down_ms = 45000,
					     .interval_us = 30000000 };

	snprintf(address, sizeof(address), "%s.c", global);
	settings.address = ilp_text(address);
	settings.crypto = crypto = ilp_crypto_create();
	settings.routes = routes = routes_create(1);
	if (!crypto || !routes)
		give_up("no memory");
	ilp_store_u64(settings.table_id, (uint64_t)(uintptr_t)routes);
	routing = routing_create(&settings, now_us());
	if (!routing)
		give_up("no memory");
	add_account(0, "js");
	add_account(OTHER, "other");
	add(address, ROUTES_HERE, ROUTE_LOCAL);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		give_up("usage: routing_peer PREFIX < lines");
	start(argv[1]);
	while (fgets(line, sizeof(line), stdin))
		run(line);
	routing_destroy(routing);
	routes_destroy(routes);
	ilp_crypto_destroy(crypto);
	return 0;
}
