/* SPDX-License-Identifier: Apache-2.0 */
/* Both forms are read as a plain reading of RFC 30 reads them, which counts
 * the days month by month; and any moment is written so that it is read as
 * the same moment, or is refused. What is read in the fixed form is written
 * as the same digits; the variable form is written in its shortest. */
#include "ilp/timestamp.h"

#include "test/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool digits(int64_t *out, struct ilp_bytes *rest, size_t count)
{
	*out = 0;
	if (rest->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (rest->at[i] < '0' || rest->at[i] > '9')
			return false;
		*out = *out * 10 + rest->at[i] - '0';
	}
	*rest = ilp_bytes_skip(*rest, count);
	return true;
}

static int64_t month_days(int64_t year, int64_t month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
	int64_t days = day - 1;

	for (int64_t m = 1; m < month; m++)
		days += month_days(year, m);
	for (int64_t y = 1970; y < year; y++)
		days += 337 + month_days(y, 2);
	for (int64_t y = year; y < 1970; y++)
		days -= 337 + month_days(y, 2);
	return days;
}

/* YYYYMMDDHHmmSS, in seconds. */
static bool plain_seconds(int64_t *out, struct ilp_bytes *rest, bool leap)
{
	int64_t year, month, day, hour, minute, second;

	if (!digits(&year, rest, 4) || !digits(&month, rest, 2) ||
	    !digits(&day, rest, 2) || !digits(&hour, rest, 2) ||
	    !digits(&minute, rest, 2) || !digits(&second, rest, 2))
		return false;
	leap = leap && hour == 23 && minute == 59 && second == 60;
	if (month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month) || hour > 23 || minute > 59 ||
	    (second > 59 && !leap))
		return false;
	*out = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) *
		       60 +
	       second;
	return true;
}

static bool plain_fixed(int64_t *out, struct ilp_bytes in)
{
	int64_t seconds, fraction;

	if (!plain_seconds(&seconds, &in, false) || !digits(&fraction, &in, 3))
		return false;
	*out = seconds * 1000 + fraction;
	return true;
}

static bool plain_variable(int64_t *out, struct ilp_bytes in)
{
	int64_t seconds;
	int64_t fraction = 0;

	if (!plain_seconds(&seconds, &in, true))
		return false;
	if (in.len > 1 && in.at[0] == '.') {
		size_t count = in.len - 2;

		in = ilp_bytes_skip(in, 1);
		if (count < 1 || count > 3 || !digits(&fraction, &in, count))
			return false;
		if (count < 3 && fraction % 10 == 0)
			return false;
		for (; count < 3; count++)
			fraction *= 10;
	}
	*out = seconds * 1000 + fraction;
	return in.len == 1 && in.at[0] == 'Z' && *out <= ILP_TIMESTAMP_MAX_MS;
}

static void fixed_is_read(struct ilp_bytes in)
{
	struct ilp_reader r = ilp_reader(in);
	int64_t found = ilp_read_timestamp(&r);
	uint8_t buffer[ILP_TIMESTAMP_LEN];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	int64_t plain;

	if (!plain_fixed(&plain, in)) {
		require(r.error == (in.len < ILP_TIMESTAMP_LEN ?
					    ILP_ERR_SHORT :
					    ILP_ERR_TIMESTAMP));
		return;
	}
	require(!r.error && found == plain);
	ilp_write_timestamp(&w, found);
	require(!w.error && memcmp(buffer, in.at, sizeof(buffer)) == 0);
}

static void variable_is_read(struct ilp_bytes in)
{
	uint8_t buffer[1 + ILP_GENERALIZED_TIME_MAX + 1];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	int64_t plain;

	if (in.len > ILP_GENERALIZED_TIME_MAX + 1)
		in.len = ILP_GENERALIZED_TIME_MAX + 1;
	ilp_write_var(&w, in);
	struct ilp_reader r = ilp_reader(ilp_written(&w));
	int64_t found = ilp_read_generalized_time(&r);
	require(plain_variable(&plain, in) == !r.error);
	require(r.error ? r.error == ILP_ERR_TIMESTAMP && found == 0 :
			  found == plain);
}

static void check_iso(int64_t moment_ms, const uint8_t *fixed)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	char iso[ILP_ISO_TIME_SIZE];

	ilp_timestamp_iso(iso, moment_ms);
	for (size_t i = 0; i < ILP_ISO_TIME_SIZE; i++)
		require(iso[i] == (form[i] == 'd' ? (char)*fixed++ : form[i]));
}

static void is_written(int64_t moment_ms)
{
	uint8_t buffer[64];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));

	ilp_write_timestamp(&w, moment_ms);
	ilp_write_generalized_time(&w, moment_ms);
	if (moment_ms < ILP_TIMESTAMP_MIN_MS ||
	    moment_ms > ILP_TIMESTAMP_MAX_MS) {
		require(w.error == ILP_ERR_TIMESTAMP && w.at == w.start);
		return;
	}
	struct ilp_bytes written = ilp_written(&w);
	struct ilp_reader r = ilp_reader(written);
	require(ilp_read_timestamp(&r) == moment_ms);
	require(ilp_read_generalized_time(&r) == moment_ms);
	require(!r.error && ilp_reader_left(&r) == 0);
	/* no zero at the end of a fraction */
	require(moment_ms % 1000 == 0 || written.at[written.len - 2] != '0');
	require((moment_ms % 1000 == 0) ==
		(written.len == ILP_TIMESTAMP_LEN + 1 + 15));
	check_iso(moment_ms, buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ilp_bytes in = { data, size };
	struct ilp_reader r = ilp_reader(in);
	int64_t moment_ms = (int64_t)take_u64(&r);

	fixed_is_read(in);
	variable_is_read(in);
	is_written(moment_ms);
	is_written(moment_ms % (2 * ILP_TIMESTAMP_MAX_MS));
	return 0;
}
