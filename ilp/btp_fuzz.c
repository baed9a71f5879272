/* SPDX-License-Identifier: Apache-2.0 */
/* What is read is borrowed from the input and within the bounds of btp.h; it
 * is written as a packet that reads the same, and that is written as itself.
 * An input that is no longer than this is the same, except for times, which
 * have two spellings of one length when there is a leap second. */
#include "ilp/btp.h"

#include "test/fuzz.h"

#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_entries(const struct ilp_btp_entries *entries,
			  struct ilp_bytes in)
{
	require(entries->count <= ILP_BTP_ENTRIES_MAX);
	for (size_t i = 0; i < entries->count; i++) {
		const struct ilp_btp_entry *entry = &entries->at[i];
		char name[256];

		require(lies_in(entry->name, in) && lies_in(entry->data, in));
		if (entry->name.len >= sizeof(name))
			continue;
		if (entry->name.len)
			memcpy(name, entry->name.at, entry->name.len);
		name[entry->name.len] = '\0';
		if (strlen(name) == entry->name.len)
			require(ilp_btp_find(entries, name) == entry);
	}
}

static bool same_entry(const struct ilp_btp_entry *a,
		       const struct ilp_btp_entry *b)
{
	return ilp_bytes_equal(a->name, b->name) && a->content == b->content &&
	       ilp_bytes_equal(a->data, b->data);
}

static bool same_error(const struct ilp_btp_error *a,
		       const struct ilp_btp_error *b)
{
	return memcmp(a->code, b->code, sizeof(a->code)) == 0 &&
	       ilp_bytes_equal(a->name, b->name) &&
	       a->triggered_at_ms == b->triggered_at_ms &&
	       ilp_bytes_equal(a->data, b->data);
}

static void require_same(const struct ilp_btp *a, const struct ilp_btp *b)
{
	require(a->type == b->type && a->request_id == b->request_id);
	require(a->type != ILP_BTP_TRANSFER ||
		a->amount.units == b->amount.units);
	require(a->type != ILP_BTP_ERROR || same_error(&a->error, &b->error));
	require(a->entries.count == b->entries.count);
	for (size_t i = 0; i < a->entries.count; i++)
		require(same_entry(&a->entries.at[i], &b->entries.at[i]));
}

static struct ilp_bytes encode(uint8_t *buffer, size_t capacity,
			       const struct ilp_btp *packet)
{
	struct ilp_writer w = ilp_writer(buffer, capacity);

	require(ilp_btp_encode(&w, packet) == ILP_OK);
	return ilp_written(&w);
}

static void check_error(const struct ilp_btp_error *error, struct ilp_bytes in)
{
	require(lies_in(error->name, in) && lies_in(error->data, in));
	require(error->data.len <= ILP_BTP_ERROR_DATA_MAX);
	require(error->code[3] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[INPUT_MAX], second[INPUT_MAX];
	struct ilp_bytes in = { data, size };
	struct ilp_btp packet, again;

	if (size > INPUT_MAX || ilp_btp_decode(&packet, in))
		return 0;
	check_entries(&packet.entries, in);
	if (packet.type == ILP_BTP_ERROR)
		check_error(&packet.error, in);

	struct ilp_bytes out = encode(first, size, &packet);
	require(ilp_btp_decode(&again, out) == ILP_OK);
	require_same(&packet, &again);
	require(ilp_bytes_equal(encode(second, out.len, &again), out));
	require(out.len < size || packet.type == ILP_BTP_ERROR ||
		ilp_bytes_equal(out, in));
	struct ilp_writer w = ilp_writer(second, out.len - 1);
	require(ilp_btp_encode(&w, &packet) == ILP_ERR_ROOM);
	return 0;
}
