/* SPDX-License-Identifier: Apache-2.0 */
/* codec.c - what the codecs, the cryptography, the exchange and the route
 * table cost: codec [--json] PEER-FILE, where the file has what codec.js
 * printed in the same run. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/lpm.h"
#include "bench/measure.h"
#include "ilp/condition.h"
#include "ilp/packet.h"
#include "ilp/rate.h"
#include "ilp/stream/keys.h"
#include "ilp/stream/packet.h"

#define SAMPLES 64
#define DATA_LEN 200
#define FIRST_EXPIRY_MS INT64_C(1800000000123)

/* The same 64 packets as in codec.js. */
struct samples {
	struct ilp_prepare prepare[SAMPLES];
	char destination[SAMPLES][64];
	uint8_t data[SAMPLES][DATA_LEN];
	uint8_t packet[SAMPLES][512];
	size_t packet_len[SAMPLES];
	uint8_t oer[SAMPLES][256];
	size_t oer_len[SAMPLES];
};

static void fill_sample(struct samples *s, size_t i)
{
	struct ilp_prepare *p = &s->prepare[i];
	struct ilp_writer w = ilp_writer(s->packet[i], sizeof(s->packet[i]));
	struct ilp_writer oer = ilp_writer(s->oer[i], sizeof(s->oer[i]));

	snprintf(s->destination[i], sizeof(s->destination[i]),
		 "g.us.bank%zu.alice.NjXD0uJPBuGz56SBmI3uX6h-", i);
	for (size_t j = 0; j < DATA_LEN; j++)
		s->data[i][j] = (uint8_t)(i + j);
	memset(p->condition, (int)i, sizeof(p->condition));
	p->amount = ilp_amount(i * 1000003);
	p->expires_at_ms = FIRST_EXPIRY_MS + (int64_t)i * 86399999;
	p->destination = ilp_text(s->destination[i]);
	p->data = ILP_BYTES(s->data[i]);
	assert(!ilp_prepare_encode(&w, p));
	s->packet_len[i] = ilp_written(&w).len;
	ilp_write_u64(&oer, p->amount.units);
	ilp_write_var(&oer, p->data);
	s->oer_len[i] = ilp_written(&oer).len;
}

static uint64_t prepare_decode(void *context, size_t count)
{
	struct samples *s = context;
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		size_t i = n % SAMPLES;
		struct ilp_bytes packet = { s->packet[i], s->packet_len[i] };
		struct ilp_prepare p;

		if (ilp_prepare_decode(&p, packet))
			abort();
		sum += (uint64_t)p.expires_at_ms + p.data.len + p.condition[3];
	}
	return sum;
}

static uint64_t prepare_encode(void *context, size_t count)
{
	struct samples *s = context;
	uint8_t buffer[512];
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		if (ilp_prepare_encode(&w, &s->prepare[n % SAMPLES]))
			abort();
		sum += buffer[ilp_written(&w).len - 1];
	}
	return sum;
}

static uint64_t prepare_edit(void *context, size_t count)
{
	struct samples *s = context;
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		size_t i = n % SAMPLES;

		if (ilp_prepare_edit(s->packet[i], s->packet_len[i],
				     ilp_amount(n),
				     FIRST_EXPIRY_MS + (int64_t)n))
			abort();
		sum += s->packet[i][20];
	}
	return sum;
}

static uint64_t oer_read(void *context, size_t count)
{
	struct samples *s = context;
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		size_t i = n % SAMPLES;
		struct ilp_reader r = ilp_reader(
			(struct ilp_bytes){ s->oer[i], s->oer_len[i] });

		sum += ilp_read_u64(&r);
		sum += ilp_read_var(&r).len;
	}
	return sum;
}

static uint64_t oer_write(void *context, size_t count)
{
	struct samples *s = context;
	uint8_t buffer[256];
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		size_t i = n % SAMPLES;
		struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

		ilp_write_u64(&w, s->prepare[i].amount.units);
		ilp_write_var(&w, s->prepare[i].data);
		sum += buffer[ilp_written(&w).len - 1];
	}
	return sum;
}

struct stream {
	struct ilp_crypto *crypto;
	struct ilp_stream_keys *keys;
	uint8_t data[512];
	size_t data_len;
};

/* Three frames in, data, fulfillment and condition out. */
static uint64_t stream_seal(void *context, size_t count)
{
	static const uint8_t payload[100] = { 1 };
	struct stream *s = context;
	struct ilp_stream_packet packet = {
		.ilp_type = ILP_PREPARE,
		.sequence = 7,
		.amount = ilp_amount(1000),
	};
	struct ilp_frame frames[] = {
		{ .type = ILP_FRAME_STREAM_MONEY, .stream_id = 1, .shares = 1 },
		{ .type = ILP_FRAME_STREAM_MAX_MONEY,
		  .stream_id = 1,
		  .receive_max = 1000000,
		  .total_received = 5000 },
		{ .type = ILP_FRAME_STREAM_DATA,
		  .stream_id = 1,
		  .data = ILP_BYTES(payload) },
	};
	uint8_t iv[ILP_SEAL_IV_LEN] = { 0 };
	uint8_t hash[ILP_HASH_LEN];
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		uint8_t buffer[256];
		struct ilp_writer plain = ilp_writer(buffer, sizeof(buffer));
		struct ilp_writer data = ilp_writer(s->data, sizeof(s->data));

		packet.sequence = n;
		ilp_store_u64(iv, n);
		ilp_stream_packet_encode(&plain, &packet, frames, 3);
		if (ilp_stream_seal(s->keys, &data, iv, ilp_written(&plain)))
			abort();
		s->data_len = ilp_written(&data).len;
		ilp_stream_fulfillment(s->keys, hash, ilp_written(&data));
		ilp_condition(s->crypto, hash, hash);
		sum += hash[0];
	}
	return sum;
}

/* Data in, three frames and the fulfillment out. */
static uint64_t stream_open(void *context, size_t count)
{
	struct stream *s = context;
	struct ilp_bytes data = { s->data, s->data_len };
	uint8_t hash[ILP_HASH_LEN];
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		uint8_t buffer[512];
		struct ilp_writer plain = ilp_writer(buffer, sizeof(buffer));
		struct ilp_stream_packet packet;
		struct ilp_frame frame;

		if (ilp_stream_open(s->keys, &plain, data) ||
		    ilp_stream_packet_decode(&packet, ilp_written(&plain)))
			abort();
		while (ilp_stream_next_frame(&packet.frames, &frame))
			sum += frame.type;
		ilp_stream_fulfillment(s->keys, hash, data);
		sum += hash[0];
	}
	return sum;
}

static uint64_t exchange(void *context, size_t count)
{
	const struct ilp_rate *rate = context;
	uint64_t sum = 0;

	for (size_t n = 0; n < count; n++) {
		struct ilp_amount out;

		if (ilp_exchange(&out, rate, ilp_amount(n * 7919 + 1)))
			abort();
		sum += out.units;
	}
	return sum;
}

static void must_parse(struct ilp_rate *rate, const char *price)
{
	if (ilp_rate_parse(rate, ilp_text(price)))
		abort();
}

/* What the peer took for a case; 0 when it has no such line. */
static double peer_ns(const char *path, const char *name, char library[64])
{
	FILE *file = fopen(path, "r");
	char line[1024];
	double found = 0;

	while (file && fgets(line, sizeof(line), file)) {
		char key[64];
		double ns;

		if (sscanf(line, "%63s %63s %lf", key, library, &ns) == 3 &&
		    strcmp(key, name) == 0) {
			found = ns;
			break;
		}
	}
	if (file)
		fclose(file);
	return found;
}

/* Did the peer make the same packet of the same values? */
static bool same_packet(const char *path, struct ilp_bytes packet)
{
	FILE *file = fopen(path, "r");
	char theirs[2048] = "";
	char ours[2048];

	for (size_t i = 0; i < packet.len; i++)
		snprintf(ours + 2 * i, 3, "%02x", packet.at[i]);
	if (!file || fscanf(file, "packet %2047s", theirs) != 1)
		theirs[0] = '\0';
	if (file)
		fclose(file);
	return strcmp(ours, theirs) == 0;
}

static bool json;
static const char *peer_file;

static void row(const char *name, double ns)
{
	char library[64];
	double peer = peer_ns(peer_file, name, library);

	report(json, "codec", name, ns, peer > 0 ? library : NULL, peer);
}

static void bench_packets(void)
{
	static struct samples s;

	for (size_t i = 0; i < SAMPLES; i++)
		fill_sample(&s, i);
	if (!same_packet(peer_file,
			 (struct ilp_bytes){ s.packet[7], s.packet_len[7] })) {
		fprintf(stderr, "the peer has measured other packets\n");
		exit(1);
	}
	row("prepare-decode", measure_ns(prepare_decode, &s));
	row("prepare-encode", measure_ns(prepare_encode, &s));
	row("prepare-edit", measure_ns(prepare_edit, &s));
	row("oer-read", measure_ns(oer_read, &s));
	row("oer-write", measure_ns(oer_write, &s));
}

static void bench_stream(void)
{
	static const uint8_t secret[32] = { 7 };
	struct stream s = { .crypto = ilp_crypto_create() };

	s.keys = s.crypto ?
			 ilp_stream_keys_create(s.crypto, ILP_BYTES(secret)) :
			 NULL;
	if (!s.keys)
		abort();
	row("stream-seal", measure_ns(stream_seal, &s));
	row("stream-open", measure_ns(stream_open, &s));
	ilp_stream_keys_destroy(s.keys);
	ilp_crypto_destroy(s.crypto);
}

static void bench_exchange(void)
{
	struct ilp_rate rate;
	struct ilp_rate wide;

	must_parse(&rate, "0.9237");
	row("exchange", measure_ns(exchange, &rate));
	/* two prices of 17 digits, a spread and other scales */
	must_parse(&rate, "0.52341198712345678");
	must_parse(&wide, "3187.4512398765431");
	if (ilp_rate_divide(&rate, rate, wide) ||
	    ilp_rate_scale(&rate, rate, 6, 9) ||
	    ilp_rate_spread(&rate, rate, 2000))
		abort();
	row("exchange-wide", measure_ns(exchange, &rate));
}

/* A connector looks the packets of a round up together, so that they wait for
 * memory together; `single` is what one costs by itself. */
static void bench_routes(const char *name, const char *single, size_t routes)
{
	struct bench_lpm result = bench_lpm(routes);

	report(json, "codec", name, result.round_ns, "memory-read",
	       result.read_ns);
	report(json, "codec", single, result.single_ns, "memory-read-chained",
	       result.chained_ns);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else
			peer_file = argv[i];
	if (!peer_file) {
		fprintf(stderr, "usage: codec [--json] PEER-FILE\n");
		return 2;
	}
	bench_packets();
	bench_stream();
	bench_exchange();
	bench_routes("lpm-100k", "lpm-100k-single", 100000);
	bench_routes("lpm-1m", "lpm-1m-single", 1000000);
	return 0;
}
