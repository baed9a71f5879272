/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/breakage.h"

#include "base/utf8.h"
#include "ilp/address.h"
#include "ilp/btp.h"
#include "ilp/ildcp.h"
#include "ilp/packet.h"
#include "ilp/stream/frame.h"
#include "ilp/timestamp.h"

#define HASH_LEN 32
#define CODE_LEN 3
#define STREAM_VERSION 1

/* A reader, and the field that it is in or has failed in. */
struct walk {
	const uint8_t *start;
	size_t before; /* bytes in front of it */
	struct ilp_reader r;
	const char *field;
	size_t at;
};

static struct walk walk_of(struct ilp_bytes bytes)
{
	struct walk w = { .r = ilp_reader(bytes), .field = "type" };

	w.start = w.r.at;
	return w;
}

static void enter(struct walk *w, const char *field)
{
	if (w->r.error)
		return;
	w->field = field;
	w->at = w->before + (size_t)(w->r.at - w->start);
}

/* Goes into what was read last. */
static void open(struct walk *w, struct ilp_bytes body)
{
	w->before += (size_t)(w->r.at - w->start) - body.len;
	w->r = ilp_reader(body);
	w->start = w->r.at;
}

static void fail(struct walk *w, bool bad, enum ilp_error error)
{
	if (bad)
		ilp_reader_fail(&w->r, error);
}

static struct breakage result(const struct walk *w)
{
	return (struct breakage){ w->r.error, w->at,
				  w->r.error ? w->field : "" };
}

static void ascii(struct walk *w, struct ilp_bytes text)
{
	fail(w, !ilp_ascii_valid(text), ILP_ERR_TEXT);
}

/* ---- ILP ---- */

static void prepare(struct walk *w)
{
	enter(w, "amount");
	ilp_read_u64(&w->r);
	enter(w, "expiresAt");
	ilp_read_timestamp(&w->r);
	enter(w, "condition");
	ilp_read_fixed(&w->r, HASH_LEN);
	enter(w, "destination");
	ilp_read_address(&w->r);
}

static void fulfill(struct walk *w)
{
	enter(w, "fulfillment");
	ilp_read_fixed(&w->r, HASH_LEN);
}

/* The code's characters are looked at when all has been read. */
static void reject(struct walk *w)
{
	struct ilp_bytes address;

	enter(w, "code");
	ilp_read_fixed(&w->r, ILP_CODE_LEN);
	enter(w, "triggeredBy");
	address = ilp_read_var_max(&w->r, ILP_ADDRESS_MAX);
	fail(w, address.len && !ilp_address_valid(address), ILP_ERR_ADDRESS);
	enter(w, "message");
	ilp_read_var_max(&w->r, ILP_MESSAGE_MAX);
}

static void contents(struct walk *w, uint8_t type)
{
	const uint8_t *code = w->r.at;

	if (type == ILP_PREPARE)
		prepare(w);
	else if (type == ILP_FULFILL)
		fulfill(w);
	else
		reject(w);
	enter(w, "data");
	ilp_read_var_max(&w->r, ILP_DATA_MAX);
	if (type != ILP_REJECT || w->r.error)
		return;
	if (!ilp_ascii_valid((struct ilp_bytes){ code, ILP_CODE_LEN })) {
		w->r.at = code;
		enter(w, "code");
		fail(w, true, ILP_ERR_TEXT);
	}
}

/* The field in which all ends; of the outermost length only so much is known
 * that there should be more. */
static struct breakage cut(struct walk w, uint8_t type, size_t len)
{
	contents(&w, type);
	return (struct breakage){ ILP_ERR_SHORT, len,
				  w.r.error == ILP_ERR_SHORT ? w.field :
							       "contents" };
}

static struct breakage find_packet(struct ilp_bytes bytes)
{
	struct walk w = walk_of(bytes);
	uint8_t type = ilp_read_u8(&w.r);
	struct ilp_reader behind_type = w.r;
	struct ilp_bytes body;

	fail(&w, type < ILP_PREPARE || type > ILP_REJECT, ILP_ERR_TYPE);
	enter(&w, "length");
	body = ilp_read_var_max(&w.r, ILP_PACKET_MAX - 4);
	if (w.r.error == ILP_ERR_SHORT && type) {
		struct walk rest = w;

		rest.r = behind_type;
		ilp_read_length(&rest.r);
		return rest.r.error ? result(&w) : cut(rest, type, bytes.len);
	}
	if (w.r.error)
		return result(&w);
	open(&w, body);
	contents(&w, type);
	return result(&w);
}

/* ---- BTP ---- */

static bool is_named_before(const struct ilp_bytes *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ilp_bytes_equal(names[i], names[count]))
			return true;
	return false;
}

static void entries(struct walk *w)
{
	struct ilp_bytes names[ILP_BTP_ENTRIES_MAX];
	uint64_t count;

	enter(w, "number of entries");
	count = ilp_read_varuint(&w->r);
	fail(w, count > ILP_BTP_ENTRIES_MAX, ILP_ERR_TOO_MANY);
	for (size_t i = 0; i < count && !w->r.error; i++) {
		struct walk at_name;

		enter(w, "name of an entry");
		at_name = *w;
		names[i] = ilp_read_var(&w->r);
		ascii(w, names[i]);
		enter(w, "contentType");
		ilp_read_u8(&w->r);
		enter(w, "data of an entry");
		ilp_read_var(&w->r);
		if (!w->r.error && is_named_before(names, i)) {
			*w = at_name;
			fail(w, true, ILP_ERR_DUPLICATE);
		}
	}
}

static void btp_error(struct walk *w)
{
	struct ilp_bytes code;
	struct walk at_code;

	enter(w, "code");
	at_code = *w;
	code = ilp_read_fixed(&w->r, CODE_LEN);
	enter(w, "name");
	ascii(w, ilp_read_var(&w->r));
	enter(w, "triggeredAt");
	ilp_read_generalized_time(&w->r);
	enter(w, "data");
	ilp_read_var_max(&w->r, ILP_BTP_ERROR_DATA_MAX);
	if (!w->r.error && !ilp_ascii_valid(code)) {
		*w = at_code;
		fail(w, true, ILP_ERR_TEXT);
	}
}

static void btp_contents(struct walk *w, uint8_t type)
{
	switch (type) {
	case ILP_BTP_RESPONSE:
	case ILP_BTP_MESSAGE:
		break;
	case ILP_BTP_TRANSFER:
		enter(w, "amount");
		ilp_read_u64(&w->r);
		break;
	case ILP_BTP_ERROR:
		btp_error(w);
		break;
	default:
		w->at = 0;
		w->field = "type";
		fail(w, true, ILP_ERR_TYPE);
	}
	entries(w);
	enter(w, "end");
	fail(w, ilp_reader_left(&w->r), ILP_ERR_TRAILING);
}

static struct breakage find_btp(struct ilp_bytes bytes)
{
	struct walk w = walk_of(bytes);
	uint8_t type = ilp_read_u8(&w.r);
	struct ilp_bytes body;

	enter(&w, "requestId");
	ilp_read_u32(&w.r);
	enter(&w, "length");
	body = ilp_read_var(&w.r);
	enter(&w, "end");
	fail(&w, ilp_reader_left(&w.r), ILP_ERR_TRAILING);
	if (w.r.error)
		return result(&w);
	open(&w, body);
	btp_contents(&w, type);
	return result(&w);
}

/* ---- STREAM, ILDCP ---- */

static struct breakage find_stream(struct ilp_bytes bytes)
{
	struct walk w = walk_of(bytes);
	struct ilp_frame frame;
	uint64_t count;
	uint8_t type;

	enter(&w, "version");
	fail(&w, ilp_read_u8(&w.r) != STREAM_VERSION, ILP_ERR_VERSION);
	enter(&w, "type");
	type = ilp_read_u8(&w.r);
	fail(&w, type < ILP_PREPARE || type > ILP_REJECT, ILP_ERR_TYPE);
	enter(&w, "sequence");
	ilp_read_varuint(&w.r);
	enter(&w, "amount");
	ilp_read_varuint(&w.r);
	enter(&w, "number of frames");
	count = ilp_read_varuint(&w.r);
	for (; count && !w.r.error; count--) {
		enter(&w, "frame");
		ilp_frame_read(&w.r, &frame);
	}
	return result(&w);
}

static struct breakage find_ildcp(struct ilp_bytes bytes)
{
	struct walk w = walk_of(bytes);

	enter(&w, "address");
	ilp_read_address(&w.r);
	enter(&w, "assetScale");
	ilp_read_u8(&w.r);
	enter(&w, "assetCode");
	fail(&w, !ilp_utf8_valid(ilp_read_var(&w.r)), ILP_ERR_TEXT);
	return result(&w);
}

struct breakage breakage_find(enum kind kind, struct ilp_bytes bytes)
{
	switch (kind) {
	case KIND_PACKET:
		return find_packet(bytes);
	case KIND_BTP:
		return find_btp(bytes);
	case KIND_STREAM:
		return find_stream(bytes);
	case KIND_ILDCP:
		return find_ildcp(bytes);
	case KIND_NONE:
	case KIND_SEALED:
		break;
	}
	return (struct breakage){ ILP_OK, 0, "" };
}
