/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - the load generator of the forwarding benchmark.
 *
 *     bench-forward-load --links N --in-flight N [--warmup S] [--seconds S]
 *                        [--tls] [--relayed] [--pid PID] [--http 1|2] PORT...
 *
 * It is N senders and N receivers, all of them BTP clients of a node on this
 * machine: of one port, or each of its own, the senders' first. With --http
 * they speak that version of HTTP, and the receivers wait for the node on their
 * ports. Every answer
 * and every Prepare is checked in full. It prints one JSON object, and fails
 * when an answer is wrong or missing.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "bench/forward/process.h"
#include "bench/forward/receiver.h"
#include "bench/forward/sender.h"
#include "bench/forward/web.h"

#define LINKS_MAX 64
#define SECOND_NS UINT64_C(1000000000)
/* A node may have something to do yet when it has let the last peer in. */
#define SETTLE_NS (SECOND_NS / 2)
#define LOGIN_NS (15 * SECOND_NS)
#define DRAIN_NS (15 * SECOND_NS)
#define WAIT_MS 10

struct options {
	unsigned in_flight;
	double warmup, seconds;
	bool tls;
	unsigned http; /* its version; 0: BTP */
	int pid;
};

/* What is read when the measuring begins, and when it ends. */
struct reading {
	uint64_t at_ns;
	uint64_t own_cpu_ns;
	struct process_cpu cpu;
};

struct load {
	struct options options;
	struct loop loop;
	struct tls_context *tls; /* NULL: none */
	struct traffic traffic;
	struct sender senders[LINKS_MAX];
	struct receiver receivers[LINKS_MAX];
	struct reading begin, end;
};

static struct load load;

static _Noreturn void usage(const char *complaint)
{
	fprintf(stderr, "%s; load.c says how it is used\n", complaint);
	exit(2);
}

static unsigned number(const char *text, unsigned max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || value == 0 || value > max)
		usage("a number is out of range");
	return (unsigned)value;
}

static void read_options(int argc, char **argv)
{
	static const struct option names[] = {
		{ "links", required_argument, NULL, 'l' },
		{ "in-flight", required_argument, NULL, 'i' },
		{ "warmup", required_argument, NULL, 'w' },
		{ "seconds", required_argument, NULL, 's' },
		{ "tls", no_argument, NULL, 't' },
		{ "relayed", no_argument, NULL, 'r' },
		{ "pid", required_argument, NULL, 'p' },
		{ "http", required_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct options *o = &load.options;
	int option;

	*o = (struct options){ .in_flight = 1, .warmup = 1, .seconds = 5 };
	load.traffic.links = 1;
	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == 'l')
			load.traffic.links = number(optarg, LINKS_MAX);
		else if (option == 'i')
			o->in_flight = number(optarg, SENDER_IN_FLIGHT_MAX);
		else if (option == 'w')
			o->warmup = strtod(optarg, NULL);
		else if (option == 's')
			o->seconds = strtod(optarg, NULL);
		else if (option == 't')
			o->tls = true;
		else if (option == 'r')
			load.traffic.relayed = true;
		else if (option == 'p')
			o->pid = (int)number(optarg, INT32_MAX);
		else if (option == 'h')
			o->http = number(optarg, 2);
		else
			usage("unknown option");
	}
}

static void connect_sender(struct sender *sender, unsigned index, uint16_t port)
{
	struct peer *peer = &sender->peer;

	sender_init(sender, &load.traffic, index, load.options.in_flight);
	if (load.options.http)
		web_connect(peer, &load.loop, port, load.options.http,
			    (struct ilp_bytes){ sender->fulfill.at,
						sender->fulfill.head_len });
	else
		peer_connect(peer, &load.loop, port, load.tls);
}

static void connect_receiver(struct receiver *receiver, unsigned index,
			     uint16_t port)
{
	struct peer *peer = &receiver->peer;

	receiver_init(receiver, &load.traffic, index);
	if (load.options.http)
		web_listen(peer, &load.loop, port, load.options.http,
			   (struct ilp_bytes){ receiver->prepare.at,
					       receiver->prepare.head_len });
	else
		peer_connect(peer, &load.loop, port, load.tls);
}

static void connect_all(char **ports, unsigned count)
{
	unsigned links = load.traffic.links;

	if (count != 1 && count != 2 * links)
		usage("one port, or as many as there are connections");
	if (load.options.tls)
		load.tls = tls_client();
	for (unsigned i = 0; i < 2 * links; i++) {
		unsigned port = number(ports[count == 1 ? 0 : i], UINT16_MAX);

		if (i < links)
			connect_sender(&load.senders[i], i, (uint16_t)port);
		else
			connect_receiver(&load.receivers[i - links], i - links,
					 (uint16_t)port);
	}
}

/* Goes round for so long. */
static void run_for(uint64_t ns)
{
	uint64_t end_ns;

	traffic_tick(&load.traffic);
	end_ns = load.traffic.now_ns + ns;
	while (load.traffic.now_ns < end_ns) {
		loop_round(&load.loop, WAIT_MS);
		traffic_tick(&load.traffic);
	}
}

/* Goes round until two numbers are equal; ends the program if that does not
 * come to pass. */
static void run_until(const uint64_t *value, const uint64_t *wanted,
		      uint64_t ns, const char *otherwise)
{
	uint64_t end_ns;

	traffic_tick(&load.traffic);
	end_ns = load.traffic.now_ns + ns;
	while (*value != *wanted) {
		if (load.traffic.now_ns > end_ns)
			traffic_fail("load", otherwise);
		loop_round(&load.loop, WAIT_MS);
		traffic_tick(&load.traffic);
	}
}

static void take_reading(struct reading *reading)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	reading->own_cpu_ns =
		(uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
	traffic_tick(&load.traffic);
	reading->at_ns = load.traffic.now_ns;
	if (load.options.pid)
		process_cpu(&reading->cpu, load.options.pid);
}

static uint64_t seconds_ns(double seconds)
{
	return (uint64_t)(seconds * (double)SECOND_NS);
}

static void run(void)
{
	struct traffic *traffic = &load.traffic;
	uint64_t connections = 2 * traffic->links;

	run_until(&traffic->up, &connections, LOGIN_NS,
		  "not everybody was let in");
	run_for(SETTLE_NS);
	traffic->sending = true;
	for (unsigned i = 0; i < traffic->links; i++)
		sender_start(&load.senders[i]);
	run_for(seconds_ns(load.options.warmup));
	take_reading(&load.begin);
	traffic->measuring = true;
	run_for(seconds_ns(load.options.seconds));
	traffic->measuring = false;
	take_reading(&load.end);
	traffic->sending = false;
	run_until(&traffic->answered, &traffic->sent, DRAIN_NS,
		  "answers are missing");
}

static void print_cpu(void)
{
	const struct process_cpu *end = &load.end.cpu;
	const char *comma = "";

	printf(",\"cpu_ns\":{");
	for (size_t i = 0; i < end->count; i++) {
		const struct process_thread *thread = &end->threads[i];
		uint64_t ns = thread->ns;

		for (size_t j = 0; j < load.begin.cpu.count; j++)
			if (strcmp(load.begin.cpu.threads[j].name,
				   thread->name) == 0)
				ns -= load.begin.cpu.threads[j].ns;
		printf("%s\"%s\":%" PRIu64, comma, thread->name, ns);
		comma = ",";
	}
	printf("},\"rss_kib\":%" PRIu64 ",\"peak_kib\":%" PRIu64,
	       process_memory_kib(load.options.pid, "VmRSS"),
	       process_memory_kib(load.options.pid, "VmHWM"));
}

static void print_rejects(void)
{
	const struct traffic *traffic = &load.traffic;

	printf(",\"rejects\":{");
	for (size_t i = 0; i < TRAFFIC_CODES_MAX && traffic->codes[i].count;
	     i++)
		printf("%s\"%s\":%" PRIu64, i ? "," : "",
		       traffic->codes[i].code, traffic->codes[i].count);
	printf("}");
	if (traffic->rejected)
		fprintf(stderr, "load: a reject says: %s\n", traffic->example);
}

/* What the node's balances must be: positive is what we owe it. */
static void print_books(void)
{
	printf(",\"books\":{");
	for (unsigned i = 0; i < load.traffic.links; i++)
		printf("%s\"%s\":\"%" PRIu64 "\",\"%s\":\"-%" PRIu64 "\"",
		       i ? "," : "", load.senders[i].peer.name,
		       load.senders[i].peer.total, load.receivers[i].peer.name,
		       load.receivers[i].peer.total);
	printf("}");
}

static void report(void)
{
	const struct histogram *latency = &load.traffic.latency_ns;
	static const struct {
		const char *name;
		double part;
	} rows[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p999", 0.999 } };

	printf("{\"packets\":%" PRIu64 ",\"ns\":%" PRIu64
	       ",\"all_packets\":%" PRIu64 ",\"own_cpu_ns\":%" PRIu64,
	       latency->count, load.end.at_ns - load.begin.at_ns,
	       load.traffic.fulfilled,
	       load.end.own_cpu_ns - load.begin.own_cpu_ns);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		printf(",\"%s_us\":%.1f", rows[i].name,
		       (double)histogram_quantile(latency, rows[i].part) / 1e3);
	if (load.options.pid)
		print_cpu();
	print_rejects();
	print_books();
	printf("}\n");
}

int main(int argc, char **argv)
{
	read_options(argc, argv);
	packet_secrets_make(&load.traffic.secrets);
	loop_init(&load.loop);
	connect_all(argv + optind, (unsigned)(argc - optind));
	run();
	report();
	return 0;
}
