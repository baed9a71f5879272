/* SPDX-License-Identifier: Apache-2.0 */
/* A signed token is that of the one account whose key signed it, in its time
 * and as was agreed. */
#include "node/keyring.h"

#include "test/check.h"

#define NOW INT64_C(1700000000000)

static struct ilp_crypto *crypto;

static struct ilp_jwt_key *key_of(const char *secret)
{
	const char *why;
	struct ilp_jwt_key *key =
		ilp_jwt_key_hs256(crypto, ilp_text(secret), &why);

	CHECK(key);
	return key;
}

static struct keyring *begin(void)
{
	struct keyring *k = keyring_create();

	crypto = ilp_crypto_create();
	CHECK(k && crypto);
	return k;
}

static void end(struct keyring *k)
{
	keyring_destroy(k);
	ilp_crypto_destroy(crypto);
}

static enum keyring_error add(struct keyring *k, uint32_t slot,
			      const char *secret, const char *subject)
{
	const struct ilp_jwt_rules rules = {
		.subject = ilp_text(subject),
		.leeway_ms = KEYRING_LEEWAY_MS,
	};

	return keyring_add(k, slot, key_of(secret), &rules);
}

/* The slot of a token that is good for so long; 0: nobody's. */
static uint32_t owner(const struct keyring *k, const char *secret,
		      const char *subject, int64_t left_ms)
{
	static uint8_t room[ILP_JWT_MAX];
	struct ilp_writer w = ilp_writer(room, sizeof(room));
	struct ilp_jwt_key *key = key_of(secret);
	const struct ilp_jwt_claims claims = {
		.subject = ilp_text(subject),
		.expires_at_ms = NOW + left_ms,
	};
	uint32_t slot = 0;

	CHECK_INT(ilp_jwt_sign(&w, key, &claims), ILP_OK);
	ilp_jwt_key_destroy(key);
	return keyring_find(k, ilp_written(&w), NOW, &slot) ? slot : 0;
}

static void a_token_is_that_of_whose_key_signed_it(void)
{
	struct keyring *k = begin();

	CHECK_INT(owner(k, "a", "", 1000), 0);
	CHECK_INT(add(k, 11, "a", "alice"), KEYRING_OK);
	CHECK_INT(add(k, 12, "b", "bob"), KEYRING_OK);
	CHECK_INT(add(k, 13, "c", ""), KEYRING_OK);
	CHECK_INT(add(k, 14, "d", ""), KEYRING_OK);
	CHECK_INT(owner(k, "a", "alice", 1000), 11);
	CHECK_INT(owner(k, "b", "bob", 1000), 12);
	CHECK_INT(owner(k, "c", "", 1000), 13);
	CHECK_INT(owner(k, "d", "whoever", 1000), 14);
	/* Nobody speaks for another. */
	CHECK_INT(owner(k, "a", "bob", 1000), 0);
	CHECK_INT(owner(k, "a", "", 1000), 0);
	CHECK_INT(owner(k, "e", "alice", 1000), 0);
	CHECK_INT(owner(k, "e", "", 1000), 0);
	/* Nor longer than agreed. */
	CHECK_INT(owner(k, "a", "alice", -KEYRING_LEEWAY_MS - 1000), 0);
	end(k);
}

static void what_is_no_token_is_nobodys(void)
{
	static const char *const texts[] = { "", "a", "a.b.c", "..", "a-token" };
	struct keyring *k = begin();
	uint32_t slot;

	CHECK_INT(add(k, 11, "a", ""), KEYRING_OK);
	for (size_t i = 0; i < 5; i++)
		CHECK(!keyring_find(k, ilp_text(texts[i]), NOW, &slot));
	end(k);
}

static void a_key_that_was_taken_away_opens_nothing(void)
{
	struct keyring *k = begin();

	CHECK_INT(add(k, 11, "a", "alice"), KEYRING_OK);
	CHECK_INT(add(k, 12, "b", "bob"), KEYRING_OK);
	keyring_remove(k, 11);
	keyring_remove(k, 99);
	CHECK_INT(owner(k, "a", "alice", 1000), 0);
	CHECK_INT(owner(k, "b", "bob", 1000), 12);
	CHECK_INT(add(k, 15, "a", "alice"), KEYRING_OK);
	CHECK_INT(owner(k, "a", "alice", 1000), 15);
	end(k);
}

static void no_two_have_a_subject_and_few_have_none(void)
{
	struct keyring *k = begin();

	CHECK_INT(add(k, 1, "a", "alice"), KEYRING_OK);
	CHECK_INT(add(k, 2, "b", "alice"), KEYRING_SUBJECT);
	for (uint32_t i = 0; i < KEYRING_NAMELESS_MAX; i++)
		CHECK_INT(add(k, 10 + i, "c", ""), KEYRING_OK);
	CHECK_INT(add(k, 40, "d", ""), KEYRING_NAMELESS);
	CHECK_INT(add(k, 41, "d", "dave"), KEYRING_OK);
	end(k);
}

TESTS(TEST(a_token_is_that_of_whose_key_signed_it),
      TEST(what_is_no_token_is_nobodys),
      TEST(a_key_that_was_taken_away_opens_nothing),
      TEST(no_two_have_a_subject_and_few_have_none))
