/* SPDX-License-Identifier: Apache-2.0 */
#include "node/admin/exposition.h"

#include "base/digits.h"

#define US_PER_S 1000000
#define US_DIGITS 6
#define SECONDS_MAX (ILP_DECIMAL_MAX + 1 + US_DIGITS)

struct exposition exposition(uint8_t *room, size_t size)
{
	return (struct exposition){ .w = ilp_writer(room, size) };
}

struct ilp_bytes exposition_written(const struct exposition *e)
{
	return ilp_written(&e->w);
}

bool exposition_is_whole(const struct exposition *e)
{
	return !e->w.error;
}

const char *exposition_type_name(enum exposition_type type)
{
	static const char *const names[] = {
		[EXPOSITION_COUNTER] = "counter",
		[EXPOSITION_GAUGE] = "gauge",
		[EXPOSITION_HISTOGRAM] = "histogram",
	};

	return names[type];
}

/* ---- texts ---- */

static void put(struct exposition *e, const char *text)
{
	ilp_write_fixed(&e->w, ilp_text(text));
}

/* Ends of lines would end a sample, and quotes a label; where there are none a
 * quote is itself. */
static void put_escaped(struct exposition *e, struct ilp_bytes text,
			bool in_quotes)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c == '\n')
			put(e, "\\n");
		else if (c == '\\')
			put(e, "\\\\");
		else if (c == '"' && in_quotes)
			put(e, "\\\"");
		else
			ilp_write_u8(&e->w, c);
	}
}

/* "0.000128", without zeros at the end: what is in it for all time is a label
 * of a bucket, by which it is found. */
static struct ilp_bytes seconds_text(uint8_t out[SECONDS_MAX], uint64_t us)
{
	uint64_t rest = us % US_PER_S;
	uint8_t digits[ILP_DECIMAL_MAX];
	struct ilp_bytes whole = ilp_decimal(digits, us / US_PER_S);
	size_t len = whole.len;

	memcpy(out, whole.at, whole.len);
	if (rest)
		out[len++] = '.';
	for (uint64_t unit = US_PER_S / 10; rest; unit /= 10) {
		out[len++] = (uint8_t)('0' + rest / unit);
		rest %= unit;
	}
	return (struct ilp_bytes){ out, len };
}

/* ---- metrics and samples ---- */

void exposition_metric(struct exposition *e, const char *name,
		       enum exposition_type type, const char *help)
{
	e->name = name;
	put(e, "# HELP ");
	put(e, name);
	put(e, " ");
	put_escaped(e, ilp_text(help), false);
	put(e, "\n# TYPE ");
	put(e, name);
	put(e, " ");
	put(e, exposition_type_name(type));
	put(e, "\n");
}

static void begin(struct exposition *e, const char *suffix)
{
	put(e, e->name);
	put(e, suffix);
	e->labeled = false;
}

void exposition_sample(struct exposition *e)
{
	begin(e, "");
}

void exposition_label(struct exposition *e, const char *name,
		      struct ilp_bytes value)
{
	put(e, e->labeled ? "," : "{");
	e->labeled = true;
	put(e, name);
	put(e, "=\"");
	put_escaped(e, value, true);
	put(e, "\"");
}

static void end(struct exposition *e, struct ilp_bytes value)
{
	put(e, e->labeled ? "} " : " ");
	ilp_write_fixed(&e->w, value);
	put(e, "\n");
}

void exposition_u64(struct exposition *e, uint64_t value)
{
	uint8_t digits[ILP_DECIMAL_MAX];

	end(e, ilp_decimal(digits, value));
}

void exposition_units(struct exposition *e, signed_units units)
{
	uint8_t digits[BOOK_UNITS_TEXT_MAX];

	if (units == UNITS_MAX)
		end(e, ilp_text("+Inf"));
	else if (units == UNITS_MIN)
		end(e, ilp_text("-Inf"));
	else
		end(e, book_units_text(digits, units));
}

void exposition_seconds(struct exposition *e, uint64_t us)
{
	uint8_t text[SECONDS_MAX];

	end(e, seconds_text(text, us));
}

static void begin_with(struct exposition *e, const char *suffix,
		       const char *label, const char *value)
{
	begin(e, suffix);
	if (label)
		exposition_label(e, label, ilp_text(value));
}

/* Each bucket counts what the ones before it do as well. */
void exposition_histogram(struct exposition *e, const struct histogram *h,
			  const char *label, const char *value)
{
	uint8_t text[SECONDS_MAX];
	uint64_t count = 0;

	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
		count += h->counts[i];
		begin_with(e, "_bucket", label, value);
		exposition_label(e, "le",
				 i == HISTOGRAM_BOUNDS ?
					 ilp_text("+Inf") :
					 seconds_text(text,
						      histogram_bound_us(i)));
		exposition_u64(e, count);
	}
	begin_with(e, "_sum", label, value);
	exposition_seconds(e, h->sum_us);
	begin_with(e, "_count", label, value);
	exposition_u64(e, count);
}
