/* SPDX-License-Identifier: Apache-2.0 */
/* What is parked comes out once: for its account in the order in which it
 * came, or when its time is over; and no more is parked than there is room. */
#include "node/parked.h"

#include "ilp/packet.h"
#include "test/check.h"
#include "test/random.h"

static void start(struct parking *parking)
{
	*parking = (struct parking){ .bytes = 0 };
	wheel_init(&parking->wheel, 0);
}

static bool park(struct parking *parking, struct account *account,
		 uint32_t request, int64_t deadline_us, struct ilp_bytes packet)
{
	const struct parked like = {
		.request = request,
		.charged = true,
		.amount = ilp_amount(request + 7),
		.deadline_us = deadline_us,
	};

	return parking_add(parking, account, &like, packet);
}

/* It is this one; frees it. */
static void check_parked(struct parked *parked, const struct account *account,
			 uint32_t request, struct ilp_bytes packet)
{
	CHECK(parked != NULL);
	CHECK(parked->account == account);
	CHECK_INT(parked->request, request);
	CHECK(parked->charged);
	CHECK_INT(ilp_amount_compare(parked->amount, ilp_amount(request + 7)),
		  0);
	CHECK(!wheel_running(&parked->timer));
	CHECK_BYTES(((struct ilp_bytes){ parked->packet, parked->len }),
		    packet);
	free(parked);
}

static void at_first_nothing_is_parked(void)
{
	struct account account = { .slot = 1 };
	struct parking parking;

	start(&parking);
	CHECK(parking_take(&parking, &account) == NULL);
	CHECK(parking_expired(&parking, INT64_MAX) == NULL);
	CHECK_INT(parking.bytes, 0);
}

static void each_account_gets_its_own_in_their_order(void)
{
	struct account a = { .slot = 1 }, b = { .slot = 2 };
	struct parking parking;

	start(&parking);
	CHECK(park(&parking, &a, 1, 9000, ilp_text("one")));
	CHECK(park(&parking, &b, 2, 9000, ilp_text("two")));
	CHECK(park(&parking, &a, 3, 8000, ilp_text("three")));
	CHECK(park(&parking, &a, 4, 9000, ilp_text("")));
	check_parked(parking_take(&parking, &a), &a, 1, ilp_text("one"));
	check_parked(parking_take(&parking, &a), &a, 3, ilp_text("three"));
	check_parked(parking_take(&parking, &a), &a, 4, ilp_text(""));
	CHECK(parking_take(&parking, &a) == NULL);
	CHECK(a.parked == NULL);
	check_parked(parking_take(&parking, &b), &b, 2, ilp_text("two"));
	CHECK_INT(parking.bytes, 0);
	CHECK(parking_expired(&parking, INT64_MAX) == NULL);
}

static void what_expires_leaves_the_others_in_their_order(void)
{
	struct account a = { .slot = 1 };

	for (uint32_t gone = 0; gone < 3; gone++) {
		struct parking parking;

		start(&parking);
		for (uint32_t i = 0; i < 3; i++)
			CHECK(park(&parking, &a, i, i == gone ? 5000 : 9000,
				   ilp_text("x")));
		CHECK(parking_expired(&parking, 4999) == NULL);
		check_parked(parking_expired(&parking, 5000), &a, gone,
			     ilp_text("x"));
		CHECK(parking_expired(&parking, 5000) == NULL);
		for (uint32_t i = 0; i < 3; i++)
			if (i != gone)
				check_parked(parking_take(&parking, &a), &a, i,
					     ilp_text("x"));
		CHECK(a.parked == NULL);
		CHECK_INT(parking.bytes, 0);
	}
}

static void without_a_deadline_it_waits_for_its_account(void)
{
	struct account a = { .slot = 1 };
	struct parking parking;

	start(&parking);
	CHECK(park(&parking, &a, 1, ILP_NEVER_US, ilp_text("x")));
	CHECK(parking_expired(&parking, INT64_MAX) == NULL);
	check_parked(parking_take(&parking, &a), &a, 1, ilp_text("x"));
}

/* As when it could not be delivered: the packet lies in what was taken out. */
static void what_was_taken_out_can_be_parked_again(void)
{
	struct account a = { .slot = 1 };
	struct parking parking;
	struct parked *parked;

	start(&parking);
	CHECK(park(&parking, &a, 1, 9000, ilp_text("again")));
	parked = parking_take(&parking, &a);
	CHECK(parking_add(&parking, &a, parked,
			  (struct ilp_bytes){ parked->packet, parked->len }));
	free(parked);
	check_parked(parking_take(&parking, &a), &a, 1, ilp_text("again"));
	CHECK_INT(parking.bytes, 0);
}

#define MANY 20 /* accounts, whose shares are more than there is */

/* One fills its share, and after that there is room for others. */
static void each_account_has_a_share_and_all_together_so_much(void)
{
	static uint8_t packet[ILP_PACKET_MAX];
	static struct account accounts[MANY];
	struct parking parking;
	uint32_t count = 0, out = 0;

	start(&parking);
	memset(accounts, 0, sizeof(accounts));
	for (size_t i = 0; i < MANY; i++) {
		uint32_t before = count;

		while (park(&parking, &accounts[i], count, 9000,
			    ILP_BYTES(packet)))
			count++;
		CHECK(accounts[i].parked_bytes <= PARKED_SHARE);
		CHECK(count - before <= PARKED_SHARE / sizeof(packet));
		CHECK(i >= 15 ||
		      count - before >= PARKED_SHARE / sizeof(packet) - 1);
	}
	CHECK(parking.bytes <= PARKED_BYTES_MAX);
	CHECK(parking.bytes + sizeof(packet) + sizeof(struct parked) >
	      PARKED_BYTES_MAX);
	check_parked(parking_take(&parking, &accounts[0]), &accounts[0], out++,
		     ILP_BYTES(packet));
	CHECK(park(&parking, &accounts[0], count, 9000, ILP_BYTES(packet)));
	CHECK(!park(&parking, &accounts[0], count, 9000, ILP_BYTES(packet)));
	for (struct parked *parked; (parked = parking_expired(&parking, 9000));
	     out++)
		free(parked);
	CHECK_INT(out, count + 1);
	CHECK_INT(parking.bytes, 0);
	for (size_t i = 0; i < MANY; i++)
		CHECK(!accounts[i].parked && accounts[i].parked_bytes == 0);
}

#define ACCOUNTS 4
#define WAITING 200

struct waiting {
	uint32_t request;
	size_t account;
	int64_t deadline_us;
	size_t len;
};

/* In the order in which they came. */
struct model {
	struct parking parking;
	struct account accounts[ACCOUNTS];
	struct waiting waiting[WAITING];
	size_t count;
	uint32_t requests;
	int64_t now_us;
};

static struct ilp_bytes packet_of(const struct waiting *waiting)
{
	static uint8_t room[1000];

	memset(room, (int)waiting->request, sizeof(room));
	return (struct ilp_bytes){ room, waiting->len };
}

/* What came out is what waits at `i`. */
static void came_out(struct model *m, struct parked *parked, size_t i)
{
	const struct waiting waiting = m->waiting[i];

	CHECK(i < m->count);
	check_parked(parked, &m->accounts[waiting.account], waiting.request,
		     packet_of(&waiting));
	m->count--;
	memmove(&m->waiting[i], &m->waiting[i + 1],
		(m->count - i) * sizeof(waiting));
}

static void model_park(struct model *m, struct random_source *r)
{
	struct waiting *waiting = &m->waiting[m->count];

	if (m->count == WAITING)
		return;
	*waiting = (struct waiting){
		.request = m->requests++,
		.account = random_below(r, ACCOUNTS),
		.deadline_us = m->now_us + (int64_t)random_below(r, 99) * 1000,
		.len = random_below(r, 1000),
	};
	CHECK(park(&m->parking, &m->accounts[waiting->account],
		   waiting->request, waiting->deadline_us, packet_of(waiting)));
	m->count++;
}

static void model_take(struct model *m, struct random_source *r)
{
	size_t account = random_below(r, ACCOUNTS);
	struct parked *parked =
		parking_take(&m->parking, &m->accounts[account]);
	size_t i = 0;

	while (i < m->count && m->waiting[i].account != account)
		i++;
	CHECK_INT(parked != NULL, i < m->count);
	if (parked)
		came_out(m, parked, i);
}

static void model_expire(struct model *m, struct random_source *r)
{
	struct parked *parked;

	m->now_us += (int64_t)random_below(r, 30) * 1000;
	while ((parked = parking_expired(&m->parking, m->now_us))) {
		size_t i = 0;

		while (i < m->count && m->waiting[i].request != parked->request)
			i++;
		CHECK(parked->deadline_us <= m->now_us);
		came_out(m, parked, i);
	}
	for (size_t i = 0; i < m->count; i++)
		CHECK(m->waiting[i].deadline_us > m->now_us);
}

static void check_bytes_that_wait(const struct model *m)
{
	size_t bytes = 0;

	for (size_t i = 0; i < m->count; i++)
		bytes += sizeof(struct parked) + m->waiting[i].len;
	CHECK_INT(m->parking.bytes, bytes);
}

static void gives_what_a_plain_list_would(void)
{
	struct random_source random = random_start();
	static struct model m;

	start(&m.parking);
	for (int step = 0; step < 50000; step++) {
		uint64_t choice = random_below(&random, 10);

		if (choice < 6)
			model_park(&m, &random);
		else if (choice < 9)
			model_take(&m, &random);
		else
			model_expire(&m, &random);
		check_bytes_that_wait(&m);
	}
	m.now_us += 1000000;
	model_expire(&m, &random);
	CHECK_INT(m.count, 0);
}

TESTS(TEST(at_first_nothing_is_parked),
      TEST(each_account_gets_its_own_in_their_order),
      TEST(what_expires_leaves_the_others_in_their_order),
      TEST(without_a_deadline_it_waits_for_its_account),
      TEST(what_was_taken_out_can_be_parked_again),
      TEST(each_account_has_a_share_and_all_together_so_much),
      TEST(gives_what_a_plain_list_would))
