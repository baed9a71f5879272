/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger's file and log with some of their bytes changed, or with a delta of
 * any bytes but the right check value: it opens, or tells why not, and so it
 * is with a check of it. What opens can be used.
 *
 *     input   kind rest
 *     kind    0x01 the rest is a delta; else it is edits, four bytes each:
 *             where (three) and what (one)
 *             0x02 of the log instead of the file
 *             0x04 what is edited ends at the first edit
 */
#include "ledger/sqlite.h"

#include <stdio.h>
#include <unistd.h>

#include "ledger/row.h"
#include "test/fuzz.h"

#define IMAGE_MAX ((size_t)256 * 1024)

static const struct ilp_time now;

/* A file as it lies. */
struct image {
	uint8_t bytes[IMAGE_MAX];
	size_t len;
};

static struct image good_file, good_log;
static char path[64], log_path[80];

static struct image read_image(const char *name)
{
	struct image image = { .len = 0 };
	FILE *file = fopen(name, "rb");

	require(file != NULL);
	image.len = fread(image.bytes, 1, sizeof(image.bytes), file);
	fclose(file);
	require(image.len > 0 && image.len < sizeof(image.bytes));
	return image;
}

static void write_image(const char *name, const struct image *image)
{
	FILE *file = fopen(name, "wb");

	require(file != NULL);
	require(fwrite(image->bytes, 1, image->len, file) == image->len);
	fclose(file);
}

static struct ledger *open_ledger(struct ledger_sqlite_error *error)
{
	const struct ledger_sqlite_options options = { .path = path,
						       .fold_bytes = 100 };

	return ledger_sqlite_open(&options, error);
}

static void move(struct ledger *ledger, uint64_t from, uint64_t to)
{
	const struct ledger_entry entries[] = {
		{ from, LEDGER_DEBITS_POSTED, false, 5 },
		{ to, LEDGER_CREDITS_POSTED, false, 5 },
	};
	const struct ledger_record record = { ilp_text("key"),
					      ilp_text("value") };
	const struct ledger_batch batch = { .entries = entries,
					    .entry_count = 2,
					    .records = &record,
					    .record_count = 1 };
	uint64_t sequence;

	ledger_submit(ledger, &batch, &sequence);
	ledger_tick(ledger, now);
}

/* Some accounts, one of them closed, some moves, most of them in the log. */
static void make_images(void)
{
	const struct ledger_opening openings[] = { { 1, { "USD", 2 } },
						   { 2, { "USD", 2 } },
						   { 3, { "EUR", 2 } } };
	const uint64_t closing = 3;
	const struct ledger_batch batch = { .openings = openings,
					    .opening_count = 3,
					    .closings = &closing,
					    .closing_count = 1 };
	struct ledger_sqlite_error error;
	struct ledger *ledger;
	uint64_t sequence;

	snprintf(path, sizeof(path), "/dev/shm/ledger-fuzz-%ld",
		 (long)getpid());
	snprintf(log_path, sizeof(log_path), "%s-wal", path);
	ledger = open_ledger(&error);
	require(ledger && !ledger_submit(ledger, &batch, &sequence));
	move(ledger, 1, 2);
	ledger_destroy(ledger);
	ledger = open_ledger(&error);
	for (int i = 0; i < 5; i++)
		move(ledger, 2, 1);
	good_file = read_image(path);
	good_log = read_image(log_path);
	ledger_destroy(ledger);
}

static void edit(struct image *image, struct ilp_reader *r, bool ends)
{
	while (ilp_reader_left(r) >= 4) {
		size_t at = (size_t)ilp_read_u8(r) << 16 | ilp_read_u16(r);
		uint8_t value = ilp_read_u8(r);

		if (image->len == 0)
			return;
		image->bytes[at % image->len] = value;
		if (ends)
			image->len = at % image->len;
		ends = false;
	}
}

/* One more, behind those that there are. */
static void plant_delta(struct ilp_bytes entries)
{
	struct ledger_sqlite_error error;
	struct store store;
	const struct row_delta row = { .first = 8,
				       .last = 9,
				       .entries = entries };

	require(store_open(&store, path, NULL, false, &error));
	require(row_put_delta(&store, &row) == SQLITE_OK);
	store_close(&store, true);
}

static void ignore(void *context, const char *text)
{
	(void)context;
	require(text[0]);
}

static void use(struct ledger *ledger)
{
	struct ledger_account account = { .account = 0 };
	struct ledger_record record = { .key = { NULL, 0 } };
	struct ledger_event event;

	while (ledger_account(ledger, account.account, &account))
		;
	while (ledger_next_record(ledger, record.key, &record))
		;
	for (int i = 0; i < 3; i++)
		move(ledger, 1, 2);
	while (ledger_next(ledger, &event))
		;
	ledger_destroy(ledger);
}

/* What passes a check opens. */
static void look(void)
{
	struct ledger_sqlite_summary summary;
	struct ledger_sqlite_error error;
	bool passed = ledger_sqlite_check(path, NULL, ignore, NULL, &summary,
					  &error) &&
		      summary.differences == 0;
	struct ledger *ledger;

	ledger = open_ledger(&error);
	require(!passed || ledger);
	require(ledger || (error.status && error.text[0]));
	if (ledger)
		use(ledger);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct image file, log;
	struct ilp_reader r = ilp_reader((struct ilp_bytes){ data, size });
	uint8_t kind = take_u8(&r);

	if (!good_file.len)
		make_images();
	file = good_file;
	log = good_log;
	if (!(kind & 1))
		edit(kind & 2 ? &log : &file, &r, kind & 4);
	write_image(path, &file);
	write_image(log_path, &log);
	if (kind & 1)
		plant_delta(take_rest(&r));
	look();
	unlink(path);
	unlink(log_path);
	return 0;
}
