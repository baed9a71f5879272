/* SPDX-License-Identifier: Apache-2.0 */
#include "ilp/timestamp.h"

#define DAY_MS INT64_C(86400000)
#define DATE_LEN 8  /* YYYYMMDD */
#define CLOCK_LEN 6 /* HHmmSS */

/* Years begin in March here, so that a leap day is the last of its year, and
 * are counted from 400 years before the year 0, so that nothing is negative.
 * In between, all is linear: a century has 36524.25 days, a year 365.25, a
 * month 30.6. Taken as fixed-point fractions (after Neri and Schneider,
 * "Euclidean affine functions", 2022) that costs no division. */
#define DAYS_TO_1970 (719468 + 146097) /* from March of the year -400 */
#define YEARS_BEFORE_0 400

static int64_t days_from_date(uint32_t year, uint32_t month, uint32_t day)
{
	uint32_t before_march = month < 3;
	uint32_t y = year + YEARS_BEFORE_0 - before_march;
	uint32_t m = month + (before_march ? 12 : 0);
	uint32_t century = y / 100;
	uint32_t days = 1461 * y / 4 - century + century / 4 +
			(979 * m - 2919) / 32 + day - 1;

	return (int64_t)days - DAYS_TO_1970;
}

struct date {
	uint32_t year, month, day;
};

static struct date date_from_days(int64_t days)
{
	uint32_t quarters = 4 * (uint32_t)(days + DAYS_TO_1970) + 3;
	uint32_t century = quarters / 146097;
	uint32_t of_century = quarters % 146097 / 4;
	uint64_t scaled = UINT64_C(2939745) * (4 * of_century + 3);
	uint32_t of_year = (uint32_t)scaled / 2939745 / 4;
	uint32_t m = 2141 * of_year + 197913;
	uint32_t next_year = of_year >= 306; /* January and February */

	return (struct date){
		.year = 100 * century + (uint32_t)(scaled >> 32) + next_year -
			YEARS_BEFORE_0,
		.month = (m >> 16) - (next_year ? 12 : 0),
		.day = (m & 0xffff) / 2141 + 1,
	};
}

static uint32_t days_in_month(uint32_t year, uint32_t month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30,
					31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool all_digits(const uint8_t *at, size_t len)
{
	bool good = true;

	for (size_t i = 0; i < len; i++)
		good &= (uint8_t)(at[i] - '0') <= 9;
	return good;
}

static uint32_t two(const uint8_t *at)
{
	return (uint32_t)((at[0] - '0') * 10 + (at[1] - '0'));
}

/* Eight digits read at once, as four numbers of two. */
struct pairs {
	uint32_t at[4];
};

static bool read_pairs(struct pairs *out, const uint8_t *at)
{
	const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0);
	const uint64_t low = UINT64_C(0x000f000f000f000f);
	uint64_t text = ilp_load_u64(at);
	uint64_t carried = text + UINT64_C(0x0606060606060606);
	uint64_t sums = (text >> 8 & low) * 10 + (text & low);

	for (int i = 0; i < 4; i++)
		out->at[i] = (uint8_t)(sums >> (48 - 16 * i));
	/* 0x30 to 0x39, and still 0x3 in front when 6 is added */
	return ((text & high) | (carried & high) >> 4) ==
	       UINT64_C(0x3333333333333333);
}

/* Midnight of YYYYMMDD; false if there is no such day. */
static bool parse_date(int64_t *out, const uint8_t *at)
{
	struct pairs p;

	if (!read_pairs(&p, at))
		return false;
	uint32_t year = p.at[0] * 100 + p.at[1];
	uint32_t month = p.at[2];
	uint32_t day = p.at[3];
	if (month < 1 || month > 12 || day < 1)
		return false;
	if (day > 28 && day > days_in_month(year, month))
		return false;
	*out = days_from_date(year, month, day) * DAY_MS;
	return true;
}

/* Milliseconds since midnight; false if there is no such time. */
static bool clock_ms(int64_t *out, uint32_t hour, uint32_t minute,
		     uint32_t second, bool leap_allowed)
{
	bool leap = leap_allowed && hour == 23 && minute == 59 && second == 60;

	if (hour > 23 || minute > 59 || (second > 59 && !leap))
		return false;
	*out = (int64_t)((hour * 60 + minute) * 60 + second) * 1000;
	return true;
}

int64_t ilp_read_timestamp(struct ilp_reader *r)
{
	struct ilp_bytes in = ilp_read_fixed(r, ILP_TIMESTAMP_LEN);
	struct pairs p; /* HHmmSSff */
	int64_t date;
	int64_t clock;

	if (r->error)
		return 0;
	uint8_t last = (uint8_t)(in.at[ILP_TIMESTAMP_LEN - 1] - '0');
	if (last > 9 || !parse_date(&date, in.at) ||
	    !read_pairs(&p, in.at + DATE_LEN) ||
	    !clock_ms(&clock, p.at[0], p.at[1], p.at[2], false)) {
		ilp_reader_fail(r, ILP_ERR_TIMESTAMP);
		return 0;
	}
	return date + clock + p.at[3] * 10 + last;
}

/* The fraction of a second behind HHmmSS: nothing, or a point and one to
 * three digits; one or two of them may not end in a zero. */
static bool parse_fraction(int64_t *out, struct ilp_bytes in)
{
	static const int64_t weight[] = { 0, 100, 10, 1 };
	size_t digits = in.len ? in.len - 1 : 0;

	*out = 0;
	if (in.len == 0)
		return true;
	if (in.at[0] != '.' || digits < 1 || digits > 3 ||
	    !all_digits(in.at + 1, digits))
		return false;
	if (digits < 3 && in.at[digits] == '0')
		return false;
	for (size_t i = 1; i <= digits; i++)
		*out = *out * 10 + (in.at[i] - '0');
	*out *= weight[digits];
	return true;
}

int64_t ilp_read_generalized_time(struct ilp_reader *r)
{
	struct ilp_bytes in = ilp_read_var(r);
	size_t fixed = DATE_LEN + CLOCK_LEN;
	int64_t date = 0;
	int64_t clock = 0;
	int64_t fraction = 0;

	if (r->error)
		return 0;
	if (in.len < fixed + 1 || in.len > ILP_GENERALIZED_TIME_MAX ||
	    in.at[in.len - 1] != 'Z' || !all_digits(in.at, fixed) ||
	    !parse_date(&date, in.at) ||
	    !clock_ms(&clock, two(in.at + 8), two(in.at + 10), two(in.at + 12),
		      true) ||
	    !parse_fraction(
		    &fraction,
		    (struct ilp_bytes){ in.at + fixed, in.len - fixed - 1 }))
		ilp_reader_fail(r, ILP_ERR_TIMESTAMP);
	/* the leap second at the very end of 9999 would be past it */
	if (date + clock + fraction > ILP_TIMESTAMP_MAX_MS)
		ilp_reader_fail(r, ILP_ERR_TIMESTAMP);
	return r->error ? 0 : date + clock + fraction;
}

static void put_two(uint8_t *at, uint32_t value)
{
	static const char text[] =
		"00010203040506070809101112131415161718192021222324"
		"25262728293031323334353637383940414243444546474849"
		"50515253545556575859606162636465666768697071727374"
		"75767778798081828384858687888990919293949596979899";

	memcpy(at, text + 2 * value, 2);
}

/* All 17 digits of a moment in the range of this file. */
static void put_digits(uint8_t *at, int64_t moment_ms)
{
	uint64_t from_zero = (uint64_t)(moment_ms - ILP_TIMESTAMP_MIN_MS);
	uint32_t days = (uint32_t)(from_zero / DAY_MS);
	uint32_t of_day = (uint32_t)(from_zero % DAY_MS);
	uint32_t seconds = of_day / 1000;
	uint32_t fraction = of_day % 1000;
	uint32_t minutes = seconds / 60;
	struct date date = date_from_days(days + ILP_TIMESTAMP_MIN_MS / DAY_MS);

	put_two(at, date.year / 100);
	put_two(at + 2, date.year % 100);
	put_two(at + 4, date.month);
	put_two(at + 6, date.day);
	put_two(at + 8, minutes / 60);
	put_two(at + 10, minutes % 60);
	put_two(at + 12, seconds % 60);
	put_two(at + 14, fraction / 10);
	at[16] = (uint8_t)('0' + fraction % 10);
}

static bool writable(int64_t moment_ms)
{
	return moment_ms >= ILP_TIMESTAMP_MIN_MS &&
	       moment_ms <= ILP_TIMESTAMP_MAX_MS;
}

void ilp_write_timestamp(struct ilp_writer *w, int64_t moment_ms)
{
	if (!writable(moment_ms)) {
		ilp_writer_fail(w, ILP_ERR_TIMESTAMP);
		return;
	}
	uint8_t *room = ilp_write_room(w, ILP_TIMESTAMP_LEN);
	if (room)
		put_digits(room, moment_ms);
}

void ilp_write_generalized_time(struct ilp_writer *w, int64_t moment_ms)
{
	uint8_t digits[ILP_TIMESTAMP_LEN];
	uint8_t text[ILP_GENERALIZED_TIME_MAX];
	size_t len = DATE_LEN + CLOCK_LEN;
	size_t fraction = 3;

	if (!writable(moment_ms)) {
		ilp_writer_fail(w, ILP_ERR_TIMESTAMP);
		return;
	}
	put_digits(digits, moment_ms);
	memcpy(text, digits, len);
	while (fraction && digits[len + fraction - 1] == '0')
		fraction--;
	if (fraction) {
		text[len] = '.';
		memcpy(text + len + 1, digits + len, fraction);
		len += 1 + fraction;
	}
	text[len++] = 'Z';
	ilp_write_var(w, (struct ilp_bytes){ text, len });
}

void ilp_timestamp_iso(char out[ILP_ISO_TIME_SIZE], int64_t moment_ms)
{
	/* where each digit goes in YYYY-MM-DDTHH:mm:SS.fffZ */
	static const uint8_t place[ILP_TIMESTAMP_LEN] = {
		0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22
	};
	uint8_t digits[ILP_TIMESTAMP_LEN];

	memcpy(out, "0000-00-00T00:00:00.000Z", ILP_ISO_TIME_SIZE);
	if (!writable(moment_ms))
		return;
	put_digits(digits, moment_ms);
	for (size_t i = 0; i < ILP_TIMESTAMP_LEN; i++)
		out[place[i]] = (char)digits[i];
}
