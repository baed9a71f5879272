/* SPDX-License-Identifier: Apache-2.0 */
/* decode.c - the command that shows any packet to a person, or as JSON. */
#include <stdlib.h>

#include "base/json_writer.h"
#include "cli/arguments.h"
#include "cli/breakage.h"
#include "cli/capture.h"
#include "cli/context.h"
#include "cli/file.h"
#include "cli/spelling.h"
#include "cli/words.h"
#include "ilp/describe.h"
#include "ilp/packet.h"

#define SECRET_LEN 32

enum { AS, PATH, SECRET };

static const char *const kind_names[] = { "packet", "btp", "stream", "ildcp",
					  NULL };
static const enum kind kinds_named[] = { KIND_PACKET, KIND_BTP, KIND_STREAM,
					 KIND_ILDCP };

static const struct command_option options[] = {
	[AS] = {
		.name = "as",
		.value = "KIND",
		.words = kind_names,
		.text = "Takes the bytes for a packet of ILP (packet), a packet "
			"of BTP (btp), one of STREAM (stream), or the data of "
			"an ILDCP answer (ildcp), and for nothing else.",
	},
	[PATH] = {
		.name = "file",
		.letter = 'f',
		.value = "FILE",
		.file = true,
		.text = "Reads a file.",
	},
	[SECRET] = {
		.name = "secret",
		.letter = 's',
		.value = "SECRET",
		.text = "Decrypts what is sealed by STREAM with this shared "
			"secret, in hexadecimal digits or base64.",
	},
	{ .name = NULL },
};

struct decode {
	struct context *context;
	struct kinds kinds;
	struct ilp_crypto *crypto;
	uint8_t *room;    /* for a description */
	size_t found;     /* pieces */
	bool failed;      /* one of them is broken */
	const char *path; /* where they come from; NULL: a word */
	size_t word;      /* which; 0: there is but one */
};

/* ---- what is good ---- */

/* Each line of the text has a name before a colon. */
static void put_text(struct context *c, struct ilp_bytes text)
{
	while (text.len) {
		const uint8_t *end = memchr(text.at, '\n', text.len);
		size_t len = end ? (size_t)(end - text.at) : text.len;
		const uint8_t *colon = memchr(text.at, ':', len);
		size_t name = colon ? (size_t)(colon - text.at) : 0;

		fputs(paint_begin(c->paint, PAINT_STRONG), c->out);
		context_put(c, (struct ilp_bytes){ text.at, name });
		fputs(paint_end(c->paint, PAINT_STRONG), c->out);
		context_put(c,
			    (struct ilp_bytes){ text.at + name, len - name });
		fputc('\n', c->out);
		text = ilp_bytes_skip(text, len + (end != NULL));
	}
}

static void put_description(struct decode *d, const struct ilp_writer *w)
{
	struct context *c = d->context;

	if (c->json) {
		context_put(c, ilp_written(w));
		fputc('\n', c->out);
		return;
	}
	if (d->found > 1)
		fputc('\n', c->out);
	put_text(c, ilp_written(w));
}

static enum ilp_error describe_sealed(struct decode *d, struct ilp_writer *w,
				      enum ilp_describe_form form,
				      struct ilp_bytes bytes)
{
	uint8_t room[ILP_DATA_MAX];
	struct ilp_writer plain = ilp_writer(room, sizeof(room));
	enum ilp_error error = ilp_stream_open(d->kinds.keys, &plain, bytes);

	return error ? error :
		       ilp_describe_stream(w, form, ilp_written(&plain));
}

static enum ilp_error describe(struct decode *d, struct ilp_writer *w,
			       enum kind kind, struct ilp_bytes bytes)
{
	enum ilp_describe_form form =
		d->context->json ? ILP_DESCRIBE_JSON : ILP_DESCRIBE_TEXT;

	switch (kind) {
	case KIND_PACKET:
		return ilp_describe_packet(w, form, d->kinds.keys, bytes);
	case KIND_BTP:
		return ilp_describe_btp(w, form, d->kinds.keys, bytes);
	case KIND_STREAM:
		return ilp_describe_stream(w, form, bytes);
	case KIND_SEALED:
		return describe_sealed(d, w, form, bytes);
	case KIND_ILDCP:
		return ilp_describe_ildcp(w, form, bytes);
	case KIND_NONE:
		break;
	}
	return words_describe(w, form, bytes);
}

/* ---- what is not ---- */

struct place {
	char text[300];
};

/* "log.txt:3: ", "line 3: ", "word 2: ", or nothing. */
static struct place place(const struct decode *d, size_t line)
{
	struct place p = { "" };

	if (d->path && strcmp(d->path, "-") != 0)
		snprintf(p.text, sizeof(p.text),
			 line ? "%.250s:%zu: " : "%s: ", d->path, line);
	else if (d->path && line)
		snprintf(p.text, sizeof(p.text), "line %zu: ", line);
	else if (d->word)
		snprintf(p.text, sizeof(p.text), "word %zu: ", d->word);
	return p;
}

static void put_json_error(struct decode *d, size_t line,
			   const struct breakage *b, const char *text)
{
	struct ilp_json_writer w =
		ilp_json_writer(d->room, ILP_DESCRIBE_ROOM, 0);

	ilp_json_begin_object(&w);
	ilp_json_put_key(&w, "error");
	ilp_json_put_string(&w, ilp_text(text));
	if (b->error) {
		ilp_json_put_key(&w, "offset");
		ilp_json_put_u64(&w, b->at);
		ilp_json_put_key(&w, "field");
		ilp_json_put_string(&w, ilp_text(b->field));
	}
	if (line) {
		ilp_json_put_key(&w, "line");
		ilp_json_put_u64(&w, line);
	}
	ilp_json_end_object(&w);
	context_put(d->context, ilp_json_written(&w));
	fputc('\n', d->context->out);
}

static void complain(struct decode *d, size_t line, const struct breakage *b,
		     const char *text)
{
	d->failed = true;
	if (d->context->json)
		put_json_error(d, line, b, text);
	if (b->error)
		context_complain(d->context, "%sbyte %zu, %s: %s",
				 place(d, line).text, b->at, b->field, text);
	else
		context_complain(d->context, "%s%s", place(d, line).text, text);
}

static void tell_what_is_wrong(struct decode *d,
			       const struct capture_piece *piece)
{
	enum kind like = kind_like(&d->kinds, piece->bytes);
	struct breakage b = { ILP_OK, 0, "" };
	char text[100];

	if (piece->text) {
		complain(d, piece->line, &b,
			 "neither hexadecimal digits nor base64 of a packet, "
			 "nor any text of Interledger");
		return;
	}
	b = breakage_find(like, piece->bytes);
	if (b.error) {
		complain(d, piece->line, &b, ilp_error_text(b.error));
		return;
	}
	snprintf(text, sizeof(text),
		 "%zu bytes, and nothing begins with 0x%02x", piece->bytes.len,
		 piece->bytes.at[0]);
	complain(d, piece->line, &b, text);
}

/* ---- all of it ---- */

static void show(struct decode *d, const struct capture_piece *piece)
{
	struct ilp_writer w = ilp_writer(d->room, ILP_DESCRIBE_ROOM);
	enum kind kind =
		piece->text ? KIND_NONE : kind_of(&d->kinds, piece->bytes);
	enum ilp_error error = ILP_ERR_FORMAT;

	d->found++;
	if (piece->text || kind != KIND_NONE)
		error = describe(d, &w, kind, piece->bytes);
	if (error)
		tell_what_is_wrong(d, piece);
	else
		put_description(d, &w);
}

static void show_all(struct decode *d, struct ilp_bytes input)
{
	struct capture c = capture(&d->kinds, input);
	struct capture_piece piece;
	size_t before = d->found;

	while (capture_next(&c, &piece))
		show(d, &piece);
	if (d->found == before)
		complain(d, 0, &(struct breakage){ ILP_OK, 0, "" },
			 "there is no packet in it");
	capture_drop(&c);
}

static bool show_file(struct decode *d, const char *path)
{
	struct buffer content = { NULL, 0, 0 };
	struct file_error error;
	bool good = file_read(&content, path, d->context->in, &error);

	d->path = path;
	if (good)
		show_all(d, buffer_bytes(&content));
	else
		context_complain(d->context, "%s", error.text);
	buffer_drop(&content);
	return good;
}

static enum command_status take_secret(struct decode *d, const char *text)
{
	struct buffer secret = { NULL, 0, 0 };
	bool good = spelling_hex(&secret, ilp_text(text)) ||
		    spelling_base64(&secret, ilp_text(text));

	if (!good || secret.len != SECRET_LEN) {
		context_complain(d->context,
				 "a secret is 32 bytes, as 64 hexadecimal "
				 "digits or in base64");
		buffer_drop(&secret);
		return COMMAND_MISUSED;
	}
	d->kinds.keys =
		ilp_stream_keys_create(d->crypto, buffer_bytes(&secret));
	ilp_secret_clear(secret.at, secret.len);
	buffer_drop(&secret);
	return d->kinds.keys ? COMMAND_OK : context_no_memory(d->context);
}

static enum command_status show_inputs(struct decode *d,
				       const struct arguments *a)
{
	const char *path = a->options[PATH];

	if (!path && a->operand_count == 0)
		path = "-";
	if (path && !show_file(d, path))
		return COMMAND_FAILED;
	d->path = NULL;
	for (size_t i = 0; i < a->operand_count; i++) {
		d->word = a->operand_count > 1 ? i + 1 : 0;
		show_all(d, ilp_text(a->operands[i]));
	}
	return d->failed ? COMMAND_FAILED : COMMAND_OK;
}

static enum kind kind_named(const char *name)
{
	for (size_t i = 0; name && kind_names[i]; i++)
		if (strcmp(kind_names[i], name) == 0)
			return kinds_named[i];
	return KIND_NONE;
}

static enum command_status run(struct context *c, const struct arguments *a)
{
	struct decode d = { .context = c,
			    .kinds = { .only = kind_named(a->options[AS]) },
			    .crypto = ilp_crypto_create(),
			    .room = malloc(ILP_DESCRIBE_ROOM) };
	enum command_status status = COMMAND_OK;

	if (!d.crypto || !d.room)
		status = context_no_memory(c);
	if (!status && a->options[SECRET])
		status = take_secret(&d, a->options[SECRET]);
	if (!status)
		status = show_inputs(&d, a);
	ilp_stream_keys_destroy(d.kinds.keys);
	ilp_crypto_destroy(d.crypto);
	free(d.room);
	return status;
}

const struct command command_decode = {
	.name = "decode",
	.summary = "Shows what a packet says, and what is nested in it",
	.operands = "[PACKET...]",
	.operands_max = (size_t)-1,
	.options = options,
	.text = "Shows packets of ILP and BTP, with the messages of CCP, ILDCP "
		"and STREAM in them, and what payment pointers, addresses, "
		"URLs of peers and answers of SPSP say.\n\n"
		"A packet is a word of hexadecimal digits, with anything "
		"between the bytes, or of base64. Without a word, standard "
		"input is read. What is read may also be raw bytes, a dump by "
		"xxd, hexdump -C, tcpdump -x or Wireshark, or a log that has "
		"packets among its words; there may be many packets.\n\n"
		"Of a packet that is broken it says at which byte, and why. "
		"Then it fails, when all others are shown.",
	.example = "  ilp decode 0d2100112233445566778899001122334455667788"
		   "99001122334455667788990a0b00\n"
		   "  ilp decode --secret \"$SECRET\" --json <packets.txt\n"
		   "  ilp decode test.bob\n",
	.run = run,
};
