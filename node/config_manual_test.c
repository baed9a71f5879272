/* SPDX-License-Identifier: Apache-2.0 */
/* The sample is a configuration, and so is whatever of it one uncomments: its
 * defaults change nothing, and its examples are what their options expect. */
#include "node/config_manual.h"

#include "node/config.h"
#include "node/config_option.h"
#include "test/check.h"

/* ---- a sample in lines ---- */

#define SAMPLE_MAX 1024

struct sample {
	char *text;
	char *lines[SAMPLE_MAX];
	size_t count;
};

static struct sample make_sample(void)
{
	struct sample s = { .text = NULL };
	size_t len;
	FILE *out = open_memstream(&s.text, &len);

	assert_non_null(out);
	config_manual_sample(out);
	fclose(out);
	for (char *at = s.text; *at; at += strcspn(at, "\n") + 1) {
		CHECK(s.count < SAMPLE_MAX);
		s.lines[s.count++] = at;
	}
	for (size_t i = 0; i < s.count; i++)
		s.lines[i][strcspn(s.lines[i], "\n")] = '\0';
	return s;
}

/* An empty line is before each option of the node. */
static size_t find_block(const struct sample *s, const char *option)
{
	char start[64];
	size_t i = 0;

	snprintf(start, sizeof(start), "#%s:", option);
	while (i < s->count &&
	       strncmp(s->lines[i], start, strlen(start)) != 0)
		i++;
	if (i == s->count)
		fail_msg("%s is not in the sample", option);
	return i;
}

static void uncomment_line(struct sample *s, size_t i)
{
	CHECK(s->lines[i][0] == '#');
	s->lines[i]++;
}

/* Of an option within another one, which stays as deep as it is. */
static void take_sign(struct sample *s, size_t i)
{
	size_t deep = strcspn(s->lines[i], "#");

	memmove(s->lines[i] + 1, s->lines[i], deep);
	s->lines[i]++;
}

static void uncomment(struct sample *s, const char *option)
{
	for (size_t i = find_block(s, option);
	     i < s->count && s->lines[i][0] == '#'; i++)
		uncomment_line(s, i);
}

static struct config *parse_text(const char *text, struct config_error *error)
{
	struct ilp_crypto *crypto = ilp_crypto_create();
	struct config *c;

	assert_non_null(crypto);
	c = config_parse(ilp_text(text), (struct config_settings){ 0 }, crypto,
			 error);
	ilp_crypto_destroy(crypto);
	return c;
}

static struct config *parse(const struct sample *s, struct config_error *error)
{
	static char text[65536];
	size_t len = 0;

	for (size_t i = 0; i < s->count; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\n",
					s->lines[i]);
		CHECK(len < sizeof(text));
	}
	return parse_text(text, error);
}

/* ---- two configurations ---- */

static bool same_text(const char *a, const char *b)
{
	return !a == !b && (!a || strcmp(a, b) == 0);
}

static bool same_struct(const struct config_object *object, const uint8_t *a,
			const uint8_t *b);

static bool same_list(const struct config_option *o, const uint8_t *a,
		      const uint8_t *b)
{
	const uint8_t *x, *y;
	size_t n, m;

	memcpy(&x, a + o->at, sizeof(x));
	memcpy(&y, b + o->at, sizeof(y));
	memcpy(&n, a + o->count_at, sizeof(n));
	memcpy(&m, b + o->count_at, sizeof(m));
	for (size_t i = 0; n == m && i < n; i++)
		if (!same_struct(o->inside, x + i * o->inside->size,
				 y + i * o->inside->size))
			return false;
	return n == m;
}

static bool same_field(const struct config_option *o, const uint8_t *a,
		       const uint8_t *b)
{
	const void *x = a + o->at;
	const void *y = b + o->at;

	switch (o->kind) {
	case CONFIG_SAME:
	case CONFIG_GROUP:
	case CONFIG_TOKEN: /* the whole of the settings, whose parts follow */
		return true;
	case CONFIG_LIST:
		return same_list(o, a, b);
	case CONFIG_STRING:
	case CONFIG_HOST:
	case CONFIG_SOURCE:
		return same_text(*(const char *const *)x,
				 *(const char *const *)y);
	case CONFIG_TEXT:
	case CONFIG_ID:
	case CONFIG_ADDRESS:
	case CONFIG_PREFIX:
	case CONFIG_URL:
	case CONFIG_CALLBACK:
		return ilp_bytes_equal(*(const struct ilp_bytes *)x,
				       *(const struct ilp_bytes *)y);
	case CONFIG_PREFIXES:
		return ((const struct config_prefixes *)x)->count ==
		       ((const struct config_prefixes *)y)->count;
	case CONFIG_NAMES:
		return ((const struct config_names *)x)->count ==
		       ((const struct config_names *)y)->count;
	case CONFIG_CODES:
		return ((const struct config_codes *)x)->count ==
		       ((const struct config_codes *)y)->count;
	case CONFIG_RATES:
	case CONFIG_PRICES:
		return ((const struct config_rates *)x)->count ==
		       ((const struct config_rates *)y)->count;
	case CONFIG_FLAG:
	case CONFIG_DOOR:
	case CONFIG_NUMBER:
	case CONFIG_WORD:
	case CONFIG_CODE:
	case CONFIG_AMOUNT:
	case CONFIG_UNITS:
	case CONFIG_MAXIMUM:
	case CONFIG_MINIMUM:
	case CONFIG_FRACTION:
		break;
	}
	return memcmp(x, y, o->size) == 0;
}

static bool same_struct(const struct config_object *object, const uint8_t *a,
			const uint8_t *b)
{
	for (size_t i = 0; i < object->option_count; i++)
		if (!same_field(&object->options[i], a, b))
			return false;
	return true;
}

static void check_same(struct config *a, struct config *b, const char *what)
{
	if (!same_struct(config_objects[0], (const uint8_t *)a,
			 (const uint8_t *)b))
		fail_msg("%s changes something", what);
	config_destroy(a);
	config_destroy(b);
}

/* ---- claims ---- */

static struct config *must(struct config *c, const struct config_error *error)
{
	if (!c)
		fail_msg("%s", error->text);
	return c;
}

static void the_sample_is_a_node_that_nobody_has_configured(void)
{
	struct sample s = make_sample();
	struct config_error error;
	struct config *c = must(parse(&s, &error), &error);

	assert_string_equal(c->listeners[0].host, "127.0.0.1");
	CHECK_INT(c->listeners[0].port, 7768);
	CHECK_TEXT(c->connector.address, "private.ilpd");
	check_same(c, must(parse_text(CONFIG_ALONE, &error), &error),
		   "the sample");
	free(s.text);
}

/* As the claims that follow need it. */
static void two_configurations_that_differ_are_not_the_same(void)
{
	static const char *const texts[] = {
		CONFIG_ALONE,
		"listen:\n- port: 1\n",
		"listen:\n- {host: '::1'}\n",
		"listen:\n- {}\n- {}\n",
		"address: g.us\nlisten:\n- {}\n",
		"maxHoldTime: 30001\nlisten:\n- {}\n",
		"spread: 0.1\nlisten:\n- {}\n",
		"durability: relaxed\nlisten:\n- {}\n",
	};
	const size_t count = sizeof(texts) / sizeof(*texts);
	struct config_error error;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct config *a = parse_text(texts[i], &error);
			struct config *b = parse_text(texts[j], &error);

			CHECK(a && b);
			CHECK_INT(same_struct(config_objects[0],
					      (const uint8_t *)a,
					      (const uint8_t *)b),
				  i == j);
			config_destroy(a);
			config_destroy(b);
		}
	}
}

/* Of an option in a group, the whole group: those that are only an example
 * stay as they are. */
static void uncomment_option(struct sample *s, const char *name)
{
	char group[64];
	size_t len = strcspn(name, ".");

	snprintf(group, sizeof(group), "%.*s", (int)len, name);
	if (name[len])
		uncomment(s, group);
	else
		uncomment_line(s, find_block(s, name));
}

static void each_default_may_be_uncommented_and_changes_nothing(void)
{
	const struct config_object *node = config_objects[0];
	struct config_error error;

	for (size_t i = 0; i < node->option_count; i++) {
		const struct config_option *o = &node->options[i];
		struct sample s = make_sample();

		if (o->kind != CONFIG_LIST) {
			uncomment_option(&s, o->name);
			if (o->initial)
				check_same(must(parse(&s, &error), &error),
					   must(parse_text(CONFIG_ALONE,
							   &error),
						&error),
					   o->name);
		}
		free(s.text);
	}
}

static void each_list_may_be_uncommented(void)
{
	static const char required[] =
		"address: private.ilpd\n"
		"listen:\n- {}\n"
		"accounts:\n"
		"- {id: alice, relation: child, assetCode: XRP, assetScale: 9}\n"
		"routes:\n- {prefix: g, account: alice}\n"
		"spreads:\n- {from: XRP, to: EUR, spread: 0.001}\n"
		"rateMeasure: USD\n"
		"rateSources:\n- {kind: table, prices: {USD: 1, EUR: 1}}\n";
	static const char *const options[] = { "address",     "accounts",
					       "routes",      "spreads",
					       "rateMeasure", "rateSources" };
	struct sample s = make_sample();
	struct config_error error;

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		uncomment(&s, options[i]);
	/* A table is nothing without its prices. */
	for (size_t i = 0; i < s.count; i++)
		if (strncmp(s.lines[i], "  #prices:", 10) == 0)
			take_sign(&s, i);
	check_same(must(parse(&s, &error), &error),
		   must(parse_text(required, &error), &error), "a list");
	free(s.text);
}

/* Is it an option, so deep, that is commented out? */
static bool is_example(const char *line, size_t deep)
{
	return strspn(line, " ") == deep && line[deep] == '#' &&
	       line[deep + 1] != ' ' && line[deep + 1] != '\0';
}

static bool is_group(const char *line)
{
	return line[strlen(line) - 1] == ':' && !strchr(line + 3, ' ');
}

/* One of what is commented out for good reasons, with its group. */
static bool take_example(struct sample *s, size_t i)
{
	size_t group = i;

	if (strlen(s->lines[i]) < 4 || is_group(s->lines[i]) ||
	    (!is_example(s->lines[i], 2) && !is_example(s->lines[i], 4)))
		return false;
	if (is_example(s->lines[i], 4)) {
		while (!is_group(s->lines[group]))
			group--;
		if (is_example(s->lines[group], 2))
			take_sign(s, group);
	}
	take_sign(s, i);
	return true;
}

/* A text of another kind would be told as one that was not expected. */
static void each_example_is_what_its_option_expects(void)
{
	struct config_error error;
	size_t tried = 0;
	size_t count = 1;

	for (size_t i = 0; i < count; i++) {
		struct sample s = make_sample();
		struct config *c;

		count = s.count;
		uncomment(&s, "address");
		uncomment(&s, "accounts");
		tried += take_example(&s, i);
		c = parse(&s, &error);
		if (!c && strstr(error.text, "expected"))
			fail_msg("%s: %s", s.lines[i], error.text);
		config_destroy(c);
		free(s.text);
	}
	CHECK(tried > 25);
}

static void every_option_is_in_the_sample(void)
{
	struct sample s = make_sample();

	for (size_t i = 0; i < CONFIG_OBJECTS; i++) {
		for (size_t j = 0; j < config_objects[i]->option_count; j++) {
			const struct config_option *o =
				&config_objects[i]->options[j];
			const char *dot = strrchr(o->name, '.');
			char member[64];
			size_t k = 0;

			snprintf(member, sizeof(member), "%s:",
				 dot ? dot + 1 : o->name);
			while (k < s.count && !strstr(s.lines[k], member))
				k++;
			if (o->kind != CONFIG_SAME && k == s.count)
				fail_msg("%s is not there", member);
		}
	}
	free(s.text);
}

/* ---- pages ---- */

static const char *options_of(enum config_manual_form form, const char *object)
{
	static char text[65536];
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert_non_null(out);
	memset(text, 0, sizeof(text));
	config_manual_options(out, form, object);
	fclose(out);
	return text;
}

static void a_table_has_a_row_for_each_option(void)
{
	const char *table =
		options_of(CONFIG_MANUAL_MARKDOWN, config_objects[2]->name);

	CHECK(strstr(table, "\n| `balance.maximum` | a whole number between "
			    "-2^127 and 2^127, or \"unlimited\" | `\"0\"` | "
			    "`balance.maximum` | Most that the peer may owe "
			    "us. |\n"));
	CHECK(strstr(table, "\n| `id` | 1 to 128 letters, digits or any of - _ "
			    ". ~ | required | – | "));
	CHECK(strstr(options_of(CONFIG_MANUAL_MARKDOWN, "settings"),
		     "\n| `dataFile` | `ILPD_DATA_FILE` | `--data-file` |\n"));
}

static void a_page_for_man_has_an_item_for_each_option(void)
{
	CHECK(strstr(options_of(CONFIG_MANUAL_MDOC, "listener"),
		     "\n.It Cm port\nPort to listen on; 0 takes any that is "
		     "free.\nA whole number from 0 to 65535.\nDefault: "
		     "7768.\n"));
	CHECK(strstr(options_of(CONFIG_MANUAL_MDOC, "settings"),
		     "\n.It Fl Fl data-file Ar value , Ev ILPD_DATA_FILE\n"));
	assert_string_equal(options_of(CONFIG_MANUAL_MDOC, "nonsense"), "");
}

TESTS(TEST(the_sample_is_a_node_that_nobody_has_configured),
      TEST(two_configurations_that_differ_are_not_the_same),
      TEST(each_default_may_be_uncommented_and_changes_nothing),
      TEST(each_list_may_be_uncommented),
      TEST(each_example_is_what_its_option_expects),
      TEST(every_option_is_in_the_sample),
      TEST(a_table_has_a_row_for_each_option),
      TEST(a_page_for_man_has_an_item_for_each_option))
