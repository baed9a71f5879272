/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/btp.h"

#include "base/utf8.h"
#include "ilp/timestamp.h"

#define CODE_LEN 3

static const struct ilp_btp_code codes[] = {
	{ "T00", "UnreachableError", "temporary; try again after a while" },
	{ "F00", "NotAcceptedError", "the data is not valid, or not wanted" },
	{ "F01", "InvalidFieldsError", "the fields contradict the rules" },
	{ "F03", "TransferNotFoundError", "no such transfer" },
	{ "F04", "InvalidFulfillmentError", "the fulfillment is wrong" },
	{ "F05", "DuplicateIdError", "the id was used for something else" },
	{ "F06", "AlreadyRolledBackError", "the transfer was undone before" },
	{ "F07", "AlreadyFulfilledError", "the transfer was done before" },
	{ "F08", "InsufficientBalanceError", "the balance does not allow it" },
};

const struct ilp_btp_code *ilp_btp_code_find(const char code[CODE_LEN])
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (memcmp(codes[i].code, code, CODE_LEN) == 0)
			return &codes[i];
	return NULL;
}

static const struct ilp_btp_entry *find(const struct ilp_btp_entries *entries,
					struct ilp_bytes name)
{
	for (size_t i = 0; i < entries->count; i++)
		if (ilp_bytes_equal(entries->at[i].name, name))
			return &entries->at[i];
	return NULL;
}

const struct ilp_btp_entry *ilp_btp_find(const struct ilp_btp_entries *entries,
					 const char *name)
{
	return find(entries, ilp_text(name));
}

static struct ilp_bytes read_ascii(struct ilp_reader *r)
{
	struct ilp_bytes text = ilp_read_var(r);

	if (!ilp_ascii_valid(text))
		ilp_reader_fail(r, ILP_ERR_TEXT);
	return text;
}

static void read_entries(struct ilp_reader *r, struct ilp_btp_entries *out)
{
	uint64_t count = ilp_read_varuint(r);

	out->count = 0;
	if (count > ILP_BTP_ENTRIES_MAX)
		ilp_reader_fail(r, ILP_ERR_TOO_MANY);
	while (out->count < count && !r->error) {
		struct ilp_btp_entry *entry = &out->at[out->count];

		entry->name = read_ascii(r);
		entry->content = ilp_read_u8(r);
		entry->data = ilp_read_var(r);
		if (find(out, entry->name))
			ilp_reader_fail(r, ILP_ERR_DUPLICATE);
		out->count++;
	}
}

static void read_error(struct ilp_reader *r, struct ilp_btp_error *out)
{
	struct ilp_bytes code = ilp_read_fixed(r, CODE_LEN);

	out->name = read_ascii(r);
	out->triggered_at_ms = ilp_read_generalized_time(r);
	out->data = ilp_read_var_max(r, ILP_BTP_ERROR_DATA_MAX);
	if (!ilp_ascii_valid(code))
		ilp_reader_fail(r, ILP_ERR_TEXT);
	if (!r->error)
		memcpy(out->code, code.at, CODE_LEN);
	out->code[CODE_LEN] = '\0';
}

enum ilp_error ilp_btp_decode(struct ilp_btp *out, struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);
	uint8_t type = ilp_read_u8(&r);

	out->request_id = ilp_read_u32(&r);
	struct ilp_reader body = ilp_reader(ilp_read_var(&r));
	if (r.error)
		return r.error;
	if (ilp_reader_left(&r))
		return ILP_ERR_TRAILING;

	switch (type) {
	case ILP_BTP_RESPONSE:
	case ILP_BTP_MESSAGE:
		break;
	case ILP_BTP_TRANSFER:
		out->amount = ilp_amount(ilp_read_u64(&body));
		break;
	case ILP_BTP_ERROR:
		read_error(&body, &out->error);
		break;
	default:
		return ILP_ERR_TYPE;
	}
	out->type = type;
	read_entries(&body, &out->entries);
	if (!body.error && ilp_reader_left(&body))
		return ILP_ERR_TRAILING;
	return body.error;
}

static void write_entries(struct ilp_writer *w,
			  const struct ilp_btp_entries *entries)
{
	if (entries->count > ILP_BTP_ENTRIES_MAX) {
		ilp_writer_fail(w, ILP_ERR_TOO_MANY);
		return;
	}
	ilp_write_varuint(w, entries->count);
	for (size_t i = 0; i < entries->count; i++) {
		const struct ilp_btp_entry *entry = &entries->at[i];

		if (!ilp_ascii_valid(entry->name))
			ilp_writer_fail(w, ILP_ERR_TEXT);
		if (find(entries, entry->name) != entry)
			ilp_writer_fail(w, ILP_ERR_DUPLICATE);
		ilp_write_var(w, entry->name);
		ilp_write_u8(w, entry->content);
		ilp_write_var(w, entry->data);
	}
}

static void write_error(struct ilp_writer *w, const struct ilp_btp_error *error)
{
	struct ilp_bytes code = { (const uint8_t *)error->code, CODE_LEN };

	if (!ilp_ascii_valid(code) || !ilp_ascii_valid(error->name))
		ilp_writer_fail(w, ILP_ERR_TEXT);
	if (error->data.len > ILP_BTP_ERROR_DATA_MAX)
		ilp_writer_fail(w, ILP_ERR_TOO_LONG);
	ilp_write_fixed(w, code);
	ilp_write_var(w, error->name);
	ilp_write_generalized_time(w, error->triggered_at_ms);
	ilp_write_var(w, error->data);
}

enum ilp_error ilp_btp_encode(struct ilp_writer *w,
			      const struct ilp_btp *packet)
{
	ilp_write_u8(w, (uint8_t)packet->type);
	ilp_write_u32(w, packet->request_id);
	size_t contents = ilp_write_open(w);

	switch (packet->type) {
	case ILP_BTP_RESPONSE:
	case ILP_BTP_MESSAGE:
		break;
	case ILP_BTP_TRANSFER:
		ilp_write_u64(w, packet->amount.units);
		break;
	case ILP_BTP_ERROR:
		write_error(w, &packet->error);
		break;
	default:
		ilp_writer_fail(w, ILP_ERR_TYPE);
	}
	write_entries(w, &packet->entries);
	ilp_write_close(w, contents);
	return w->error;
}
