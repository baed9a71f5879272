/* SPDX-License-Identifier: Apache-2.0 */
#include "node/config_value.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>

#include "ilp/url.h"

#define MILLION 1000000
#define NAME_MAX_LEN 128 /* of an asset at a source */

/* ---- what was found instead ---- */

static bool is_number(enum config_kind kind)
{
	return kind == CONFIG_NUMBER || kind == CONFIG_AMOUNT ||
	       kind == CONFIG_UNITS || kind == CONFIG_MAXIMUM ||
	       kind == CONFIG_MINIMUM;
}

static bool is_list(enum config_kind kind)
{
	return kind == CONFIG_LIST || kind == CONFIG_PREFIXES;
}

static bool has_inside(enum config_kind kind)
{
	return is_list(kind) || kind == CONFIG_GROUP || kind == CONFIG_RATES ||
	       kind == CONFIG_PRICES || kind == CONFIG_NAMES;
}

/* For numbers in another spelling than ours. */
static const char *number_hint(struct ilp_bytes text, bool quoted)
{
	const char *digits = "0123456789";
	size_t i = 0;

	if (!text.len || !memchr("+-.0123456789", text.at[0], 13))
		return "";
	i += text.at[0] == '-';
	if (text.len > i + 1 && text.at[i] == '0')
		return "; write digits only, the first of them not 0";
	while (i < text.len && memchr(digits, text.at[i], 10))
		i++;
	if (i < text.len)
		return "; write digits only";
	return quoted ? "; write it without quotes" : "";
}

/* What may help besides. */
static const char *hint(const struct config_reader *r,
			const struct config_option *o,
			const struct ilp_json_node *node)
{
	bool quoted = o->kind == CONFIG_NUMBER && node->type == ILP_JSON_STRING;

	if (is_number(o->kind) && (node->type == ILP_JSON_STRING ||
				   node->type == ILP_JSON_NUMBER))
		return number_hint(node->text, quoted);
	if (r->yaml && node->type == ILP_JSON_NULL && has_inside(o->kind))
		return "; leave the option out, or indent what belongs to it";
	if (r->yaml && node->type == ILP_JSON_OBJECT && is_list(o->kind))
		return "; each item begins with \"- \"";
	return "";
}

void config_refuse(struct config_reader *r, const struct config_option *option,
		   const struct ilp_json_node *node)
{
	config_fail(r, node, "expected %s, found %s%s",
		    config_option_expected(option).text,
		    config_found(node, option->secret).text,
		    hint(r, option, node));
}

/* ---- numbers ---- */

/* Digits as JSON wants them, with a minus or without. False also when the
 * number does not lie between -2^127 and 2^127: the former means no limit. */
static bool parse_whole(signed_units *out, struct ilp_bytes text)
{
	bool minus = text.len && text.at[0] == '-';
	signed_units value = 0;

	text = ilp_bytes_skip(text, minus);
	if (text.len == 0 || (text.len > 1 && text.at[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int digit = text.at[i] - '0';

		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, digit, &value))
			return false;
	}
	/* It was counted downwards, where there is room for one more. */
	if (value < -UNITS_MAX)
		return false;
	*out = minus ? value : -value;
	return true;
}

/* A number, or a string with one in it: many programs would round the
 * number. */
static bool read_digits(struct ilp_bytes *out, const struct ilp_json_node *node,
			uint8_t *buffer, size_t size)
{
	if (node->type != ILP_JSON_NUMBER)
		return ilp_json_string(out, node, buffer, size);
	*out = node->text;
	return true;
}

static bool read_whole(signed_units *out, const struct ilp_json_node *node)
{
	uint8_t buffer[64];
	struct ilp_bytes digits;

	return read_digits(&digits, node, buffer, sizeof(buffer)) &&
	       parse_whole(out, digits);
}

static void store(void *into, size_t size, uint64_t value)
{
	if (size == sizeof(uint8_t)) {
		*(uint8_t *)into = (uint8_t)value;
	} else if (size == sizeof(uint16_t)) {
		*(uint16_t *)into = (uint16_t)value;
	} else if (size == sizeof(uint32_t)) {
		*(uint32_t *)into = (uint32_t)value;
	} else {
		assert(size == sizeof(uint64_t));
		*(uint64_t *)into = value;
	}
}

static void read_number(struct config_reader *r,
			const struct config_option *option,
			const struct ilp_json_node *node, void *into)
{
	uint64_t value;

	if (!ilp_json_u64(&value, node) || value < option->min ||
	    value > option->max)
		config_refuse(r, option, node);
	else
		store(into, option->size, value);
}

static bool is_unlimited(const struct config_option *option,
			 const struct ilp_json_node *node)
{
	return option->unlimited && ilp_json_is(node, "unlimited");
}

static bool read_units(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node, uint64_t *out)
{
	signed_units value;

	if (is_unlimited(option, node)) {
		*out = UINT64_MAX;
		return true;
	}
	if (!read_whole(&value, node) || value < (signed_units)option->min ||
	    value > (signed_units)option->max) {
		config_refuse(r, option, node);
		return false;
	}
	*out = (uint64_t)value;
	return true;
}

static void read_amount(struct config_reader *r,
			const struct config_option *option,
			const struct ilp_json_node *node,
			struct ilp_amount *into)
{
	uint64_t units;

	if (read_units(r, option, node, &units))
		*into = ilp_amount(units);
}

static void read_limit(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node, signed_units *into)
{
	bool highest = option->kind == CONFIG_MAXIMUM;

	if (is_unlimited(option, node) ||
	    ilp_json_is(node, highest ? "Infinity" : "-Infinity"))
		*into = highest ? UNITS_MAX : UNITS_MIN;
	else if (!read_whole(into, node))
		config_refuse(r, option, node);
}

/* A decimal number as text, exactly. */
#define DECIMAL_MAX 128

static bool read_decimal(struct ilp_rate *out, const struct ilp_json_node *node)
{
	uint8_t buffer[DECIMAL_MAX];
	struct ilp_bytes digits;

	return read_digits(&digits, node, buffer, sizeof(buffer)) &&
	       digits.len <= DECIMAL_MAX &&
	       ilp_rate_parse(out, digits) == ILP_OK;
}

static void read_fraction(struct config_reader *r,
			  const struct config_option *option,
			  const struct ilp_json_node *node, uint32_t *into)
{
	struct ilp_rate rate;

	if (!read_decimal(&rate, node) || rate.numerator > rate.denominator ||
	    MILLION % rate.denominator != 0)
		config_refuse(r, option, node);
	else
		*into = (uint32_t)(rate.numerator *
				   (MILLION / rate.denominator));
}

/* ---- texts ---- */

static bool has_control(struct ilp_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < 0x20 || text.at[i] == 0x7f)
			return true;
	return false;
}

/* What a value is where a text is wanted: without quotes it is what stands
 * there. */
static struct ilp_json_node as_text(const struct config_reader *r,
				    const struct ilp_json_node *node)
{
	struct ilp_json_node text = *node;

	if (r->unquoted && (node->type == ILP_JSON_NUMBER ||
			    node->type == ILP_JSON_BOOL))
		text.type = ILP_JSON_STRING;
	return text;
}

/* A copy that ends in a zero, of any string but one with a control character.
 */
static bool copy_string(struct config_reader *r,
			const struct config_option *option,
			const struct ilp_json_node *node, struct ilp_bytes *out)
{
	struct ilp_json_node text = as_text(r, node);
	uint8_t *buffer;

	if (text.type != ILP_JSON_STRING) {
		config_refuse(r, option, node);
		return false;
	}
	buffer = config_take(r, text.text.len + 1);
	if (!buffer || !ilp_json_string(out, &text, buffer, text.text.len))
		return false;
	if (!has_control(*out))
		return true;
	config_fail(r, node, "there is a %s in it",
		    memchr(out->at, '\n', out->len) ? "line break" :
						      "control character");
	return false;
}

static bool copy_text(struct config_reader *r,
		      const struct config_option *option,
		      const struct ilp_json_node *node, struct ilp_bytes *out)
{
	if (!copy_string(r, option, node, out))
		return false;
	if (out->len >= option->min && out->len <= option->max)
		return true;
	config_refuse(r, option, node);
	return false;
}

static void read_text(struct config_reader *r,
		      const struct config_option *option,
		      const struct ilp_json_node *node, struct ilp_bytes *into)
{
	struct ilp_bytes text;

	if (copy_text(r, option, node, &text))
		*into = text;
}

static void read_string(struct config_reader *r,
			const struct config_option *option,
			const struct ilp_json_node *node, const char **into)
{
	struct ilp_bytes text;

	if (copy_text(r, option, node, &text))
		*into = (const char *)text.at;
}

/* An interface of IPv6 may be named behind a percent sign. */
static bool is_host(const char *text)
{
	struct in_addr ip4;
	struct in6_addr ip6;
	char start[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "%");

	if (inet_pton(AF_INET, text, &ip4) == 1)
		return true;
	if (len >= sizeof(start))
		return false;
	snprintf(start, sizeof(start), "%.*s", (int)len, text);
	return inet_pton(AF_INET6, start, &ip6) == 1;
}

static void read_host(struct config_reader *r,
		      const struct config_option *option,
		      const struct ilp_json_node *node, const char **into)
{
	struct ilp_bytes text;

	if (!copy_text(r, option, node, &text))
		return;
	if (!is_host((const char *)text.at))
		config_refuse(r, option, node);
	else
		*into = (const char *)text.at;
}

static void read_id(struct config_reader *r, const struct config_option *option,
		    const struct ilp_json_node *node, struct ilp_bytes *into)
{
	static const char all[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789-_.~";
	struct ilp_bytes text;

	if (!copy_text(r, option, node, &text))
		return;
	if (strspn((const char *)text.at, all) != text.len)
		config_refuse(r, option, node);
	else
		*into = text;
}

static void read_address(struct config_reader *r,
			 const struct config_option *option,
			 const struct ilp_json_node *node,
			 struct ilp_bytes *into)
{
	struct ilp_bytes text;

	if (!copy_string(r, option, node, &text))
		return;
	if (!ilp_address_valid(text))
		config_refuse(r, option, node);
	else
		*into = text;
}

static void read_prefix(struct config_reader *r,
			const struct config_option *option,
			const struct ilp_json_node *node,
			struct ilp_bytes *into)
{
	struct ilp_bytes text;

	if (!copy_string(r, option, node, &text))
		return;
	if (text.len && !ilp_prefix_valid(text))
		config_refuse(r, option, node);
	else if (!route_prefix_fits(text))
		config_fail(r, node, "has more than %d segments",
			    ROUTE_SEGMENTS_MAX);
	else
		*into = text;
}

static void read_prefixes(struct config_reader *r,
			  const struct config_option *option,
			  const struct ilp_json_node *node,
			  struct config_prefixes *into)
{
	const struct config_option prefix = { .kind = CONFIG_PREFIX };
	struct config_step step = { .up = r->path };
	struct ilp_json_walk walk = ilp_json_walk(node);

	if (node->type != ILP_JSON_ARRAY) {
		config_refuse(r, option, node);
		return;
	}
	into->at = config_take(r, node->count * sizeof(*into->at));
	r->path = &step;
	for (; !r->failed && ilp_json_next(&walk); step.index++)
		read_prefix(r, &prefix, walk.value, &into->at[into->count++]);
	r->path = step.up;
}

static void read_code(struct config_reader *r,
		      const struct config_option *option,
		      const struct ilp_json_node *node, char *into)
{
	struct ilp_bytes text;

	if (copy_text(r, option, node, &text))
		memcpy(into, text.at, text.len);
}

/* ---- secrets ---- */

/* Kept out of all memory but what is wiped. */
static void read_token(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node,
		       struct account_settings *into)
{
	struct ilp_bytes token;

	if (!copy_text(r, option, node, &token))
		return;
	ilp_sha256(r->crypto, into->token_hash, token);
	into->has_token = true;
	ilp_secret_clear((uint8_t *)(uintptr_t)token.at, token.len);
}

/* Can the percent escapes be undone? */
static bool can_decode(struct ilp_bytes part)
{
	uint8_t buffer[ACCOUNT_URL_MAX];
	struct ilp_writer w = ilp_writer(buffer, sizeof(buffer));
	bool good = ilp_percent_decode(&w, part) == ILP_OK;

	ilp_secret_clear(buffer, sizeof(buffer));
	return good;
}

static void read_url(struct config_reader *r,
		     const struct config_option *option,
		     const struct ilp_json_node *node, struct ilp_bytes *into)
{
	struct ilp_bytes text;
	struct ilp_peer_url url;

	if (!copy_text(r, option, node, &text))
		return;
	if (ilp_peer_url_parse(&url, text) || !can_decode(url.user) ||
	    !can_decode(url.token))
		config_refuse(r, option, node);
	else
		*into = text;
}

/* What is told to a peer has no secret in it. */
static void read_callback(struct config_reader *r,
			  const struct config_option *option,
			  const struct ilp_json_node *node,
			  struct ilp_bytes *into)
{
	struct ilp_bytes text;
	struct ilp_peer_url url;

	if (!copy_text(r, option, node, &text))
		return;
	if (ilp_peer_url_parse(&url, text) || !url.http || url.token.len ||
	    (url.path.len && url.path.at[0] != '/'))
		config_refuse(r, option, node);
	else
		*into = text;
}

static void read_source_url(struct config_reader *r,
			    const struct config_option *option,
			    const struct ilp_json_node *node, const char **into)
{
	struct ilp_bytes text;
	struct ilp_peer_url url;

	if (!copy_text(r, option, node, &text))
		return;
	if (ilp_peer_url_parse(&url, text) || !url.http)
		config_refuse(r, option, node);
	else
		*into = (const char *)text.at;
}

/* ---- rates ---- */

static void read_price(struct config_reader *r,
		       const struct ilp_json_walk *member,
		       struct config_price *into)
{
	const struct config_option code = {
		.kind = CONFIG_CODE,
		.min = 1,
		.max = sizeof(into->code) - 1,
	};

	read_code(r, &code, member->key, into->code);
	if (!read_decimal(&into->price, member->value) ||
	    into->price.numerator == 0)
		config_fail(r, member->value,
			    "expected a decimal number above 0, of at most "
			    "128 bits, found %s",
			    config_found(member->value, false).text);
}

static void read_prices(struct config_reader *r,
			const struct config_option *option,
			const struct ilp_json_node *node,
			struct config_rates *into)
{
	struct config_step step = { .up = r->path };
	struct ilp_json_walk walk = ilp_json_walk(node);

	if (node->type != ILP_JSON_OBJECT) {
		config_refuse(r, option, node);
		return;
	}
	into->prices = config_take(r, node->count * sizeof(*into->prices));
	r->path = &step;
	while (!r->failed && ilp_json_next(&walk)) {
		step.name = walk.key->text;
		read_price(r, &walk, &into->prices[into->count++]);
	}
	r->path = step.up;
}

static void read_rates(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node,
		       struct config_rates *into)
{
	into->one_to_one = ilp_json_is(node, "one-to-one");
	if (!into->one_to_one)
		read_prices(r, option, node, into);
}

static void read_name(struct config_reader *r,
		      const struct ilp_json_walk *member,
		      struct json_name *into)
{
	const struct config_option name = {
		.kind = CONFIG_STRING,
		.min = 1,
		.max = NAME_MAX_LEN,
	};
	const struct config_option code = {
		.kind = CONFIG_CODE,
		.min = 1,
		.max = PRICE_CODE_SIZE - 1,
	};

	read_string(r, &name, member->key, &into->name);
	read_string(r, &code, member->value, &into->code);
}

static void read_names(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node,
		       struct config_names *into)
{
	struct config_step step = { .up = r->path };
	struct ilp_json_walk walk = ilp_json_walk(node);

	if (node->type != ILP_JSON_OBJECT) {
		config_refuse(r, option, node);
		return;
	}
	into->at = config_take(r, node->count * sizeof(*into->at));
	r->path = &step;
	while (!r->failed && ilp_json_next(&walk)) {
		step.name = walk.key->text;
		read_name(r, &walk, &into->at[into->count++]);
	}
	r->path = step.up;
}

static void read_codes(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node,
		       struct config_codes *into)
{
	const struct config_option code = {
		.kind = CONFIG_CODE,
		.min = 1,
		.max = PRICE_CODE_SIZE - 1,
	};
	struct config_step step = { .up = r->path };
	struct ilp_json_walk walk = ilp_json_walk(node);

	if (node->type != ILP_JSON_ARRAY) {
		config_refuse(r, option, node);
		return;
	}
	into->at = config_take(r, node->count * sizeof(*into->at));
	r->path = &step;
	for (; !r->failed && ilp_json_next(&walk); step.index++)
		read_string(r, &code, walk.value, &into->at[into->count++]);
	r->path = step.up;
}

/* ---- all kinds ---- */

static void read_flag(struct config_reader *r,
		      const struct config_option *option,
		      const struct ilp_json_node *node, bool *into)
{
	if (!ilp_json_bool(into, node))
		config_refuse(r, option, node);
}

static void read_door(struct config_reader *r,
		      const struct config_option *option,
		      const struct ilp_json_node *node, uint32_t *into)
{
	bool wanted;

	if (ilp_json_bool(&wanted, node))
		*into = wanted ? CONFIG_DOOR_PORT : CONFIG_NO_DOOR;
	else
		read_number(r, option, node, into);
}

static void read_word(struct config_reader *r,
		      const struct config_option *option,
		      const struct ilp_json_node *node, void *into)
{
	struct ilp_json_node text = as_text(r, node);

	for (size_t i = 0; option->words[i]; i++) {
		if (ilp_json_is(&text, option->words[i])) {
			store(into, option->size, i);
			return;
		}
	}
	config_refuse(r, option, node);
}

void config_read_value(struct config_reader *r,
		       const struct config_option *option,
		       const struct ilp_json_node *node, void *into)
{
	switch (option->kind) {
	case CONFIG_SAME: /* these are config_object.c's to read */
	case CONFIG_GROUP:
	case CONFIG_LIST:
		break;
	case CONFIG_PREFIXES:
		read_prefixes(r, option, node, into);
		break;
	case CONFIG_FLAG:
		read_flag(r, option, node, into);
		break;
	case CONFIG_NUMBER:
		read_number(r, option, node, into);
		break;
	case CONFIG_DOOR:
		read_door(r, option, node, into);
		break;
	case CONFIG_WORD:
		read_word(r, option, node, into);
		break;
	case CONFIG_STRING:
		read_string(r, option, node, into);
		break;
	case CONFIG_HOST:
		read_host(r, option, node, into);
		break;
	case CONFIG_TEXT:
		read_text(r, option, node, into);
		break;
	case CONFIG_ID:
		read_id(r, option, node, into);
		break;
	case CONFIG_ADDRESS:
		read_address(r, option, node, into);
		break;
	case CONFIG_PREFIX:
		read_prefix(r, option, node, into);
		break;
	case CONFIG_URL:
		read_url(r, option, node, into);
		break;
	case CONFIG_CODE:
		read_code(r, option, node, into);
		break;
	case CONFIG_TOKEN:
		read_token(r, option, node, into);
		break;
	case CONFIG_AMOUNT:
		read_amount(r, option, node, into);
		break;
	case CONFIG_UNITS:
		read_units(r, option, node, into);
		break;
	case CONFIG_MAXIMUM:
	case CONFIG_MINIMUM:
		read_limit(r, option, node, into);
		break;
	case CONFIG_FRACTION:
		read_fraction(r, option, node, into);
		break;
	case CONFIG_RATES:
		read_rates(r, option, node, into);
		break;
	case CONFIG_PRICES:
		read_prices(r, option, node, into);
		break;
	case CONFIG_NAMES:
		read_names(r, option, node, into);
		break;
	case CONFIG_CODES:
		read_codes(r, option, node, into);
		break;
	case CONFIG_CALLBACK:
		read_callback(r, option, node, into);
		break;
	case CONFIG_SOURCE:
		read_source_url(r, option, node, into);
		break;
	}
}
