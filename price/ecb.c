/* SPDX-License-Identifier: Apache-2.0 */
#include "price/ecb.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>

#include "ilp/timestamp.h"

/* What names look like once expat has put their namespaces in front. */
#define GESMES "http://www.gesmes.org/xml/2002-08-01|"
#define EUROFXREF "http://www.ecb.int/vocabulary/2002-08-01/eurofxref|"

/* What may stand where:
 *
 *	<gesmes:Envelope>
 *		<gesmes:subject>
 *		<gesmes:Sender> <gesmes:name>
 *		<Cube>
 *			<Cube time="2024-04-05">
 *				<Cube currency="USD" rate="1.0841"/> ...
 */
enum place {
	NOWHERE,
	ENVELOPE,
	SUBJECT,
	SENDER,
	SENDER_NAME,
	CUBES,
	DAY,
	RATE,
	PLACE_COUNT,
};

static const struct {
	const char *element;
	enum place inside;
	unsigned at_most;
	bool has_text;
} places[PLACE_COUNT] = {
	[NOWHERE] = { "", NOWHERE, 0, false },
	[ENVELOPE] = { GESMES "Envelope", NOWHERE, 1, false },
	[SUBJECT] = { GESMES "subject", ENVELOPE, 1, true },
	[SENDER] = { GESMES "Sender", ENVELOPE, 1, false },
	[SENDER_NAME] = { GESMES "name", SENDER, 1, true },
	[CUBES] = { EUROFXREF "Cube", ENVELOPE, 1, false },
	[DAY] = { EUROFXREF "Cube", CUBES, 1, false },
	[RATE] = { EUROFXREF "Cube", DAY, PRICES_MAX, false },
};

struct reading {
	XML_Parser parser;
	struct prices *out;
	struct price_words *problem;
	enum place place;
	unsigned seen[PLACE_COUNT];
	int64_t as_of_ms;
	bool refused;
};

/* Only the first thing is told: expat may call once more before it stops. */
static void refuse(struct reading *r, const char *what, const char *more)
{
	if (r->refused)
		return;
	r->refused = true;
	price_say(r->problem, "line %lu, column %lu: %s%s",
		  (unsigned long)XML_GetCurrentLineNumber(r->parser),
		  (unsigned long)XML_GetCurrentColumnNumber(r->parser) + 1,
		  what, more);
	XML_StopParser(r->parser, XML_FALSE);
}

/* ---- attributes ---- */

/* The values of exactly these attributes, in this order. */
static bool read_attributes(struct reading *r, const char *const *attributes,
			    const char *const *names, const char **values,
			    size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = NULL;
	for (; *attributes; attributes += 2) {
		size_t i = 0;

		while (i < count && strcmp(names[i], attributes[0]) != 0)
			i++;
		if (i == count) {
			refuse(r, "an attribute that is not known: ",
			       attributes[0]);
			return false;
		}
		values[i] = attributes[1];
	}
	for (size_t i = 0; i < count; i++) {
		if (!values[i]) {
			refuse(r, "expected the attribute ", names[i]);
			return false;
		}
	}
	return true;
}

/* YYYY-MM-DD: the day's first moment. */
static bool read_day(int64_t *out_ms, const char *text)
{
	uint8_t moment[ILP_TIMESTAMP_LEN];
	struct ilp_reader reader = ilp_reader(ILP_BYTES(moment));

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	memset(moment, '0', sizeof(moment));
	memcpy(moment, text, 4);
	memcpy(moment + 4, text + 5, 2);
	memcpy(moment + 6, text + 8, 2);
	*out_ms = ilp_read_timestamp(&reader);
	return reader.error == ILP_OK;
}

static void start_day(struct reading *r, const char *const *attributes)
{
	static const char *const names[] = { "time" };
	const char *time;

	if (read_attributes(r, attributes, names, &time, 1) &&
	    !read_day(&r->as_of_ms, time))
		refuse(r, "expected a day as YYYY-MM-DD, found ", time);
}

static bool is_currency(const char *code)
{
	for (size_t i = 0; i < 3; i++)
		if (code[i] < 'A' || code[i] > 'Z')
			return false;
	return code[3] == '\0';
}

/* One euro buys so many, so one of them is worth the inverse. */
static void start_rate(struct reading *r, const char *const *attributes)
{
	static const char *const names[] = { "currency", "rate" };
	const char *values[2];
	struct price_words problem;
	struct ilp_rate rate;
	const char *wrong;

	if (!read_attributes(r, attributes, names, values, 2))
		return;
	if (!is_currency(values[0])) {
		refuse(r, "expected three capital letters, found ", values[0]);
		return;
	}
	wrong = price_parse(&rate, ilp_text(values[1]));
	if (wrong) {
		price_say(&problem, "the rate of %s ", values[0]);
		refuse(r, problem.text, wrong);
		return;
	}
	if (!prices_add(r->out, ilp_text(values[0]), price_inverse(rate),
			r->as_of_ms, &problem))
		refuse(r, problem.text, "");
}

/* ---- elements ---- */

static enum place place_inside(enum place inside, const char *element)
{
	for (enum place p = ENVELOPE; p < PLACE_COUNT; p++)
		if (places[p].inside == inside &&
		    strcmp(places[p].element, element) == 0)
			return p;
	return NOWHERE;
}

/* Without the namespace. */
static const char *short_name(const char *element)
{
	const char *bar = strrchr(element, '|');

	return bar ? bar + 1 : element;
}

static void XMLCALL start_element(void *context, const char *element,
				  const char **attributes)
{
	struct reading *r = context;
	const char *const *given = (const char *const *)attributes;
	enum place place = place_inside(r->place, element);

	if (place == NOWHERE) {
		refuse(r, "an element where it should not be: ",
		       short_name(element));
		return;
	}
	if (r->seen[place]++ == places[place].at_most) {
		refuse(r, "one too many of the element ", short_name(element));
		return;
	}
	r->place = place;
	if (place == DAY)
		start_day(r, given);
	else if (place == RATE)
		start_rate(r, given);
	else
		read_attributes(r, given, NULL, NULL, 0);
}

static void XMLCALL end_element(void *context, const char *element)
{
	struct reading *r = context;

	(void)element; /* expat knows that it is the one that was begun */
	r->place = places[r->place].inside;
}

static void XMLCALL read_text(void *context, const char *text, int len)
{
	struct reading *r = context;

	for (int i = 0; i < len && !places[r->place].has_text; i++)
		if (!strchr(" \t\r\n", text[i])) {
			refuse(r, "text where there should be none", "");
			return;
		}
}

static void XMLCALL start_doctype(void *context, const char *name,
				  const char *system, const char *public,
				  int has_subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)has_subset;
	refuse(context, "a document type is not accepted", "");
}

static bool is_whole(struct reading *r, enum XML_Status status)
{
	if (status != XML_STATUS_OK && !r->refused)
		refuse(r, XML_ErrorString(XML_GetErrorCode(r->parser)), "");
	else if (!r->refused && r->seen[RATE] == 0)
		refuse(r, "there is no rate in it", "");
	return !r->refused;
}

bool ecb_read(struct prices *out, struct ilp_bytes xml, uint64_t salt,
	      struct price_words *problem)
{
	struct reading r = { .out = out, .problem = problem };
	bool whole = false;

	out->count = 0;
	if (xml.len > INT_MAX)
		return price_refuse(problem, "larger than XML may be");
	r.parser = XML_ParserCreateNS(NULL, '|');
	if (!r.parser)
		return price_refuse(problem, "no memory");
	XML_SetHashSalt(r.parser, (unsigned long)salt | 1); /* 0: none given */
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, start_element, end_element);
	XML_SetCharacterDataHandler(r.parser, read_text);
	XML_SetStartDoctypeDeclHandler(r.parser, start_doctype);
	if (prices_add(out, ilp_text("EUR"), ILP_RATE_ONE, PRICE_UNTOLD,
		       problem))
		whole = is_whole(&r, XML_Parse(r.parser, (const char *)xml.at,
					       (int)xml.len, XML_TRUE));
	XML_ParserFree(r.parser);
	return whole;
}
