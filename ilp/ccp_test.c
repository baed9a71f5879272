/* SPDX-License-Identifier: Apache-2.0 */
/* Route control and route update read and write byte for byte as the deployed
 * connectors have them, and no count in them is believed. */
#include "ilp/ccp.h"

#include "test/check.h"
#include "test/random.h"

#define TABLE "70d1a134a0df4f47964f6e19e2ab3790"
#define CONTROL                                                                \
	"01" TABLE "00000020"                                                  \
	"0102"                                                                 \
	"03666f6f"                                                             \
	"03626172"
#define AUTH_1                                                                 \
	"7a6c7d85867c46a2fabfad1afa7a4a5e229ce574fcce63f5edeedfc03f8468ea"
#define AUTH_2                                                                 \
	"2b08e53fbcc17c5f1bd54ae0d9ad7ba39a5f9a7b126ca9b5c0945609a35324cc"
#define HEAD                                                                   \
	TABLE "00000034"                                                       \
	      "0000002e"                                                       \
	      "00000032"                                                       \
	      "00007530"
#define SPEAKER "0d6578616d706c652e616c696365" /* example.alice */
/* g.p via g.p alone */
#define ROUTE_1                                                                \
	"03672e70"                                                             \
	"0101"                                                                 \
	"03672e70" AUTH_1 "0100"
/* g.q via g.c and g.q, with two properties */
#define ROUTE_2                                                                \
	"03672e71"                                                             \
	"0102"                                                                 \
	"03672e63"                                                             \
	"03672e71" AUTH_2 "0102"                                               \
	"50"                                                                   \
	"0000"                                                                 \
	"026869"                                                               \
	"e0"                                                                   \
	"0001"                                                                 \
	"01a0"
#define UPDATE                                                                 \
	HEAD SPEAKER "0102" ROUTE_1 ROUTE_2 "0102"                             \
		     "03672e72"                                                \
		     "03672e73"

static struct ilp_ccp_control control;
static struct ilp_ccp_update update;

static unsigned reads_control(struct ilp_bytes in)
{
	return ilp_ccp_control_decode(&control, in);
}

static unsigned writes_control(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_ccp_control_encode(&w, &control);

	CHECK_INT(error, w.error);
	return error;
}

/* What was walked is walked again, by the functions that callers use. */
static unsigned reads_update(struct ilp_bytes in)
{
	enum ilp_error error = ilp_ccp_update_decode(&update, in);
	struct ilp_list routes = update.routes, withdrawn = update.withdrawn;
	struct ilp_ccp_route route;
	struct ilp_bytes item;
	uint64_t count = 0;

	if (error)
		return error;
	for (; ilp_ccp_next_route(&routes, &route); count++) {
		struct ilp_ccp_prop prop;
		uint64_t hops = 0, props = 0;
		struct ilp_list path = route.path, list = route.props;

		while (ilp_list_next(&path, &item))
			hops++;
		CHECK(hops == route.path.count);
		while (ilp_ccp_next_prop(&list, &prop))
			props++;
		CHECK(props == route.props.count);
	}
	CHECK(count == update.routes.count);
	for (count = 0; ilp_list_next(&withdrawn, &item); count++)
		;
	CHECK(count == update.withdrawn.count);
	return ILP_OK;
}

static unsigned writes_update(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	enum ilp_error error = ilp_ccp_update_encode(&w, &update);

	CHECK_INT(error, w.error);
	return error;
}

static void reads_and_writes_a_control_request(void)
{
	struct ilp_list features;
	struct ilp_bytes name;

	CHECK_INT(reads_control(hex(CONTROL)), ILP_OK);
	CHECK_INT(control.mode, ILP_CCP_SYNC);
	CHECK_BYTES(ILP_BYTES(control.table_id), hex(TABLE));
	CHECK_INT(control.epoch, 32);
	CHECK_INT(control.features.count, 2);
	features = control.features;
	CHECK(ilp_list_next(&features, &name));
	CHECK_TEXT(name, "foo");
	CHECK(ilp_list_next(&features, &name));
	CHECK_TEXT(name, "bar");
	CHECK(!ilp_list_next(&features, &name));
	check_rooms(writes_control, hex(CONTROL), ILP_ERR_ROOM);
	CHECK_INT(reads_control(hex("00" TABLE "ffffffff"
				    "0100")),
		  ILP_OK);
	CHECK_INT(control.mode, ILP_CCP_IDLE);
	CHECK(control.epoch == UINT32_MAX);
	CHECK_INT(control.features.count, 0);
	check_rooms(writes_control,
		    hex("00" TABLE "ffffffff"
			"0100"),
		    ILP_ERR_ROOM);
}

static void there_are_two_modes(void)
{
	for (unsigned mode = 0; mode < 256; mode++) {
		uint8_t b[31];

		memcpy(b, hex(CONTROL).at, sizeof(b));
		b[0] = (uint8_t)mode;
		CHECK((reads_control(ILP_BYTES(b)) == ILP_OK) == (mode < 2));
	}
}

static void reads_and_writes_an_update(void)
{
	struct ilp_bytes in = exact_copy(hex(UPDATE)), item;
	struct ilp_list list;
	struct ilp_ccp_route route;
	struct ilp_ccp_prop prop;

	CHECK_INT(reads_update(in), ILP_OK);
	CHECK_BYTES(ILP_BYTES(update.table_id), hex(TABLE));
	CHECK_INT(update.current_epoch, 52);
	CHECK_INT(update.from_epoch, 46);
	CHECK_INT(update.to_epoch, 50);
	CHECK_INT(update.hold_down_ms, 30000);
	CHECK_TEXT(update.speaker, "example.alice");
	CHECK(update.speaker.at == in.at + 33);
	CHECK_INT(update.routes.count, 2);
	CHECK_BYTES(update.routes.items, hex(ROUTE_1 ROUTE_2));
	list = update.routes;
	CHECK(ilp_ccp_next_route(&list, &route));
	CHECK_TEXT(route.prefix, "g.p");
	CHECK_INT(route.path.count, 1);
	CHECK(ilp_list_next(&route.path, &item));
	CHECK_TEXT(item, "g.p");
	CHECK(!ilp_list_next(&route.path, &item));
	CHECK_BYTES(ILP_BYTES(route.auth), hex(AUTH_1));
	CHECK_INT(route.props.count, 0);
	CHECK(!ilp_ccp_next_prop(&route.props, &prop));
	CHECK(ilp_ccp_next_route(&list, &route));
	CHECK_TEXT(route.prefix, "g.q");
	CHECK(ilp_list_next(&route.path, &item));
	CHECK_TEXT(item, "g.c");
	CHECK(ilp_list_next(&route.path, &item));
	CHECK_TEXT(item, "g.q");
	CHECK_BYTES(ILP_BYTES(route.auth), hex(AUTH_2));
	CHECK_INT(route.props.count, 2);
	CHECK(ilp_ccp_next_prop(&route.props, &prop));
	CHECK_INT(prop.meta, ILP_CCP_TRANSITIVE | ILP_CCP_UTF8);
	CHECK_INT(prop.id, 0);
	CHECK_TEXT(prop.value, "hi");
	CHECK(ilp_ccp_next_prop(&route.props, &prop));
	CHECK_INT(prop.meta,
		  ILP_CCP_OPTIONAL | ILP_CCP_TRANSITIVE | ILP_CCP_PARTIAL);
	CHECK_INT(prop.id, 1);
	CHECK_BYTES(prop.value, hex("a0"));
	CHECK(!ilp_ccp_next_prop(&route.props, &prop));
	CHECK(route.props.count == 0 && route.props.items.len == 0);
	CHECK(!ilp_ccp_next_route(&list, &route));
	CHECK(!ilp_ccp_next_route(&list, &route));
	CHECK(list.count == 0 && list.items.len == 0);
	list = update.withdrawn;
	CHECK(ilp_list_next(&list, &item));
	CHECK_TEXT(item, "g.r");
	CHECK(ilp_list_next(&list, &item));
	CHECK_TEXT(item, "g.s");
	CHECK(!ilp_list_next(&list, &item));
	check_rooms(writes_update, hex(UPDATE), ILP_ERR_ROOM);
	exact_free(in);
}

static void an_update_may_be_empty(void)
{
	struct ilp_ccp_route route;

	CHECK_INT(reads_update(hex(HEAD SPEAKER "0100"
						"0100")),
		  ILP_OK);
	CHECK_INT(update.routes.count, 0);
	CHECK_INT(update.withdrawn.count, 0);
	CHECK(!ilp_ccp_next_route(&update.routes, &route));
	check_rooms(writes_update,
		    hex(HEAD SPEAKER "0100"
				     "0100"),
		    ILP_ERR_ROOM);
}

static void refuses_every_cut(void)
{
	struct ilp_bytes whole = exact_copy(hex(UPDATE));

	check_cuts(reads_control, hex(CONTROL), ILP_ERR_SHORT);
	check_cuts(reads_update, whole, ILP_ERR_SHORT);
	exact_free(whole);
	CHECK(reads_control((struct ilp_bytes){ NULL, 0 }) != ILP_OK);
	CHECK(reads_update((struct ilp_bytes){ NULL, 0 }) != ILP_OK);
}

static void ignores_bytes_behind_the_known_fields(void)
{
	CHECK_INT(check_read(reads_control, hex(CONTROL "80ff")), ILP_OK);
	CHECK_INT(check_read(reads_update, hex(UPDATE "80ff")), ILP_OK);
}

static void counts_that_lie_are_refused(void)
{
	static const char *const counts[] = {
		"0101",
		"0103",
		"0200ff",
		"04ffffffff",
		"050100000000",
		"087fffffffffffffff",
		"08ffffffffffffffff",
	};
	char text[2000];

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		const char *n = counts[i];

		snprintf(text, sizeof(text), "01" TABLE "00000020%s", n);
		CHECK_INT(check_read(reads_control, hex(text)), ILP_ERR_SHORT);
		/* routes; withdrawn routes; hops; properties */
		snprintf(text, sizeof(text), HEAD SPEAKER "%s", n);
		CHECK_INT(check_read(reads_update, hex(text)), ILP_ERR_SHORT);
		snprintf(text, sizeof(text), HEAD SPEAKER "0100%s", n);
		CHECK_INT(check_read(reads_update, hex(text)), ILP_ERR_SHORT);
		snprintf(text, sizeof(text), HEAD SPEAKER "010103672e70%s", n);
		CHECK_INT(check_read(reads_update, hex(text)), ILP_ERR_SHORT);
		snprintf(text, sizeof(text),
			 HEAD SPEAKER "010103672e700100" AUTH_1 "%s", n);
		CHECK_INT(check_read(reads_update, hex(text)), ILP_ERR_SHORT);
	}
	CHECK(check_read(reads_control, hex("01" TABLE "00000020"
					    "09010000000000000000")) != ILP_OK);
	CHECK(check_read(reads_control, hex("01" TABLE "00000020"
					    "00")) != ILP_OK);
	/* the counts of other implementations' fuzzing */
	CHECK(check_read(reads_control, hex("01010100003b00000001010101010101"
					    "01010100000501000000003b")) !=
	      ILP_OK);
	CHECK(check_read(reads_update, hex("0affffffff9f9f9f9f310aff0a9f9f9f"
					   "2effffff")) != ILP_OK);
}

static void counts_may_begin_with_zeros(void)
{
	CHECK_INT(check_read(reads_control, hex("01" TABLE "00000020"
						"020001"
						"0161")),
		  ILP_OK);
	CHECK_INT(reads_update(hex(HEAD SPEAKER "020000"
						"03000000")),
		  ILP_OK);
	CHECK_INT(update.routes.count, 0);
}

static void a_speaker_has_an_address(void)
{
	CHECK_INT(check_read(reads_update, hex(HEAD "00"
						    "0100"
						    "0100")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(check_read(reads_update, hex(HEAD "0167"
						    "0100"
						    "0100")),
		  ILP_ERR_ADDRESS);
	CHECK_INT(check_read(reads_update, hex(HEAD "03672f61"
						    "0100"
						    "0100")),
		  ILP_ERR_ADDRESS);
}

static void prefixes_may_be_any_text(void)
{
	/* the empty prefix, a scheme, and something else */
	CHECK_INT(check_read(reads_update, hex(HEAD SPEAKER "0103"
							    "00"
							    "0100" AUTH_1 "0100"
							    "0167"
							    "0100" AUTH_1 "0100"
							    "03673f3f"
							    "0100" AUTH_1 "0100"
							    "0103"
							    "00"
							    "0167"
							    "023f3f")),
		  ILP_OK);
}

static void prefixes_have_up_to_1023_bytes(void)
{
	static uint8_t b[3000], text[1024];

	for (size_t len = 1022; len <= 1024; len++)
		for (int place = 0; place < 3; place++) {
			struct ilp_bytes prefix = { text, len };
			struct ilp_bytes g = ilp_text("g");
			struct ilp_writer w = ilp_writer(b, sizeof(b));

			ilp_write_fixed(&w, hex(HEAD SPEAKER "0101"));
			ilp_write_var(&w, place == 0 ? prefix : g);
			ilp_write_fixed(&w, hex("0101"));
			ilp_write_var(&w, place == 1 ? prefix : g);
			ilp_write_fixed(&w, hex(AUTH_1 "0100"
						       "0101"));
			ilp_write_var(&w, place == 2 ? prefix : g);
			CHECK_INT(check_read(reads_update, ilp_written(&w)),
				  len > 1023 ? ILP_ERR_TOO_LONG : ILP_OK);
		}
}

static void lengths_are_the_shortest(void)
{
	CHECK_INT(check_read(reads_control, hex("01" TABLE "00000020"
						"0101"
						"8103666f6f")),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_update, hex(HEAD "8103672e61"
						    "0100"
						    "0100")),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_update, hex(HEAD SPEAKER "0100"
							    "0101"
							    "8103672e61")),
		  ILP_ERR_LENGTH);
	CHECK_INT(check_read(reads_update, hex(HEAD SPEAKER "0101"
							    "8103672e70"
							    "0100" AUTH_1 "0100"
							    "0100")),
		  ILP_ERR_LENGTH);
}

static struct ilp_ccp_route route_to_write;

static unsigned writes_route(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	return ilp_ccp_route_encode(&w, &route_to_write);
}

static unsigned writes_prop(uint8_t *buffer, size_t capacity)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);
	struct ilp_ccp_prop prop = { 0xe0, 0x1234, hex("a0a1") };

	return ilp_ccp_prop_encode(&w, &prop);
}

static void writes_routes_and_properties(void)
{
	memset(&route_to_write, 0, sizeof(route_to_write));
	route_to_write.prefix = ilp_text("g.q");
	route_to_write.path = (struct ilp_list){ 2, hex("03672e63"
							"03672e71") };
	memcpy(route_to_write.auth, hex(AUTH_2).at, 32);
	route_to_write.props = (struct ilp_list){ 2, hex("50"
							 "0000"
							 "026869"
							 "e0"
							 "0001"
							 "01a0") };
	check_rooms(writes_route, hex(ROUTE_2), ILP_ERR_ROOM);
	check_rooms(writes_prop,
		    hex("e0"
			"1234"
			"02a0a1"),
		    ILP_ERR_ROOM);
}

static void random_updates_read_back(void)
{
	struct random_source random = random_start();

	for (int i = 0; i < 1500; i++) {
		static uint8_t routes[60000], withdrawn[20000], b[90000];
		static uint8_t again[90000];
		struct ilp_writer rw = ilp_writer(routes, sizeof(routes));
		struct ilp_writer ww = ilp_writer(withdrawn, sizeof(withdrawn));
		struct ilp_writer w = ilp_writer(b, sizeof(b));
		struct ilp_writer w2 = ilp_writer(again, sizeof(again));
		struct ilp_ccp_update in = { .speaker = ilp_text("g.me") };
		struct random_source replay;
		struct ilp_bytes copy;
		uint8_t text[200];

		random_bytes(&random, in.table_id, 16);
		in.current_epoch = (uint32_t)random_u64(&random);
		in.from_epoch = (uint32_t)random_wide(&random);
		in.to_epoch = (uint32_t)random_wide(&random);
		in.hold_down_ms = (uint32_t)random_wide(&random);
		in.routes.count = random_below(&random, 12);
		replay = random;
		for (uint64_t j = 0; j < in.routes.count; j++) {
			uint8_t path[600], props[2000];
			struct ilp_writer pw = ilp_writer(path, sizeof(path));
			struct ilp_writer qw = ilp_writer(props, sizeof(props));
			struct ilp_ccp_route r;

			r.path.count = random_below(&random, 4);
			for (uint64_t k = 0; k < r.path.count; k++)
				ilp_write_var(
					&pw,
					random_text(&random, text,
						    random_below(&random, 140),
						    "gabc."));
			r.path.items = ilp_written(&pw);
			r.props.count = random_below(&random, 4);
			for (uint64_t k = 0; k < r.props.count; k++) {
				struct ilp_ccp_prop p;

				p.meta = (uint8_t)random_u64(&random);
				p.id = (uint16_t)random_u64(&random);
				p.value = random_bytes(
					&random, text,
					random_below(&random, 200));
				CHECK_INT(ilp_ccp_prop_encode(&qw, &p), ILP_OK);
			}
			r.props.items = ilp_written(&qw);
			random_bytes(&random, r.auth, 32);
			r.prefix = random_text(&random, text,
					       random_below(&random, 140),
					       "gabc.");
			CHECK_INT(ilp_ccp_route_encode(&rw, &r), ILP_OK);
		}
		in.routes.items = ilp_written(&rw);
		in.withdrawn.count = random_below(&random, 100);
		for (uint64_t j = 0; j < in.withdrawn.count; j++)
			ilp_write_var(&ww,
				      random_text(&random, text,
						  random_below(&random, 140),
						  "gabc."));
		in.withdrawn.items = ilp_written(&ww);
		CHECK_INT(ilp_ccp_update_encode(&w, &in), ILP_OK);
		copy = exact_copy(ilp_written(&w));
		CHECK_INT(reads_update(copy), ILP_OK);
		CHECK(memcmp(update.table_id, in.table_id, 16) == 0);
		CHECK(update.current_epoch == in.current_epoch &&
		      update.from_epoch == in.from_epoch &&
		      update.to_epoch == in.to_epoch &&
		      update.hold_down_ms == in.hold_down_ms);
		CHECK(update.routes.count == in.routes.count);
		CHECK(update.withdrawn.count == in.withdrawn.count);
		CHECK_BYTES(update.routes.items, in.routes.items);
		CHECK_BYTES(update.withdrawn.items, in.withdrawn.items);
		for (uint64_t j = 0; j < in.routes.count; j++) {
			struct ilp_ccp_route r;
			struct ilp_ccp_prop p;
			struct ilp_bytes item;
			uint8_t auth[32];

			CHECK(ilp_ccp_next_route(&update.routes, &r));
			CHECK(r.path.count == random_below(&replay, 4));
			while (ilp_list_next(&r.path, &item))
				CHECK_BYTES(
					item,
					random_text(&replay, text,
						    random_below(&replay, 140),
						    "gabc."));
			CHECK(r.props.count == random_below(&replay, 4));
			while (ilp_ccp_next_prop(&r.props, &p)) {
				CHECK_INT(p.meta, (uint8_t)random_u64(&replay));
				CHECK_INT(p.id, (uint16_t)random_u64(&replay));
				CHECK_BYTES(p.value,
					    random_bytes(&replay, text,
							 random_below(&replay,
								      200)));
			}
			CHECK_BYTES(ILP_BYTES(r.auth),
				    random_bytes(&replay, auth, 32));
			CHECK_BYTES(r.prefix,
				    random_text(&replay, text,
						random_below(&replay, 140),
						"gabc."));
		}
		CHECK_INT(ilp_ccp_update_decode(&update, copy), ILP_OK);
		CHECK_INT(ilp_ccp_update_encode(&w2, &update), ILP_OK);
		CHECK_BYTES(ilp_written(&w2), copy);
		exact_free(copy);
	}
}

static void damaged_updates_do_no_harm(void)
{
	struct random_source random = random_start();
	struct ilp_bytes whole = exact_copy(hex(UPDATE));
	int read = 0;

	for (int i = 0; i < 20000; i++) {
		uint8_t b[400];

		memcpy(b, whole.at, whole.len);
		for (uint64_t n = random_below(&random, 3) + 1; n; n--)
			b[37 + random_below(&random, whole.len - 37)] ^=
				(uint8_t)(1 << random_below(&random, 8));
		read += check_read(reads_update,
				   (struct ilp_bytes){ b, whole.len }) ==
			ILP_OK;
	}
	CHECK(read > 500);
	exact_free(whole);
}

TESTS(TEST(reads_and_writes_a_control_request), TEST(there_are_two_modes),
      TEST(reads_and_writes_an_update), TEST(an_update_may_be_empty),
      TEST(refuses_every_cut), TEST(ignores_bytes_behind_the_known_fields),
      TEST(counts_that_lie_are_refused), TEST(counts_may_begin_with_zeros),
      TEST(a_speaker_has_an_address), TEST(prefixes_may_be_any_text),
      TEST(prefixes_have_up_to_1023_bytes), TEST(lengths_are_the_shortest),
      TEST(writes_routes_and_properties), TEST(random_updates_read_back),
      TEST(damaged_updates_do_no_harm))
