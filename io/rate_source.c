/* SPDX-License-Identifier: Apache-2.0 */
#include "io/rate_source.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"
#include "io/now.h"
#include "wire/tls_context.h"

static void set_kind(struct rate_source *s, const struct config_source *from)
{
	s->options.kind = SOURCE_JSON;
	switch (from->kind) {
	case CONFIG_SOURCE_ECB:
		s->options.kind = SOURCE_ECB;
		break;
	case CONFIG_SOURCE_RAFIKI:
	case CONFIG_SOURCE_FILE:
		s->form = json_form_rafiki;
		break;
	case CONFIG_SOURCE_COINGECKO:
		s->form = json_form_coingecko;
		break;
	case CONFIG_SOURCE_COINCAP:
		s->form = json_form_coincap;
		break;
	case CONFIG_SOURCE_TABLE:
		s->options.kind = SOURCE_FIXED;
		break;
	case CONFIG_SOURCE_ONE_TO_ONE:
		s->options.kind = SOURCE_ONE_TO_ONE;
		break;
	}
	s->form.names = from->names.at;
	s->form.name_count = from->names.count;
	s->options.form = &s->form;
}

static void set_place(struct rate_source *s, const struct config_source *from)
{
	s->options.place = from->url  ? SOURCE_HTTP :
			   from->file ? SOURCE_FILE :
					SOURCE_NOWHERE;
	s->options.location = from->url ? from->url : from->file;
	s->options.refresh_us = 1000 * from->refresh_ms;
	s->options.timeout_us = 1000 * from->timeout_ms;
	s->options.age_max_us = 1000 * from->age_max_ms;
	s->options.bytes_max = from->bytes_max;
	s->options.tls_ca = from->tls_ca;
}

/* It is read again with each connection; but whether it is one is known now. */
static bool check_authority(const char *path, struct price_words *problem)
{
	struct tls_settings settings = { .role = TLS_CLIENT };
	char error[PRICE_WORDS_SIZE] = "there is no memory";
	struct tls_context *context;
	uint8_t *pem = file_read(path, &settings.anchors.len, error,
				 sizeof(error));

	if (!pem)
		return price_refuse(problem, "%s", error);
	settings.anchors.at = pem;
	context = tls_context_create(&settings, now_read(), error,
				     sizeof(error));
	file_free(pem, settings.anchors.len);
	if (!context)
		return price_refuse(problem, "%s: %s", path, error);
	tls_context_destroy(context);
	return true;
}

static bool set_header(struct rate_source *s, const struct config_source *from)
{
	size_t size;

	if (!from->header_name)
		return true;
	size = strlen(from->header_name) + strlen(from->header_value) + 3;
	s->header = malloc(size);
	if (!s->header)
		return false;
	snprintf(s->header, size, "%s: %s", from->header_name,
		 from->header_value);
	s->options.header = s->header;
	return true;
}

static bool add_fixed(struct rate_source *s, const char *code,
		      struct ilp_rate price, struct price_words *problem)
{
	return prices_add(s->fixed, ilp_text(code), price, PRICE_UNTOLD,
			  problem);
}

/* Of a table, or what goes one to one: no other source has either. */
static bool set_table(struct rate_source *s, const struct config_source *from,
		      struct price_words *problem)
{
	if (s->options.place != SOURCE_NOWHERE)
		return true;
	s->fixed = calloc(1, sizeof(*s->fixed));
	s->options.fixed = s->fixed;
	if (!s->fixed)
		return false;
	for (size_t i = 0; i < from->prices.count; i++)
		if (!add_fixed(s, from->prices.prices[i].code,
			       from->prices.prices[i].price, problem))
			return false;
	for (size_t i = 0; i < from->assets.count; i++)
		if (!add_fixed(s, from->assets.at[i], ILP_RATE_ONE, problem))
			return false;
	return true;
}

bool rate_source_init(struct rate_source *s, const struct config_source *from,
		      struct price_words *problem)
{
	uint64_t seed;

	now_draw(&seed, sizeof(seed));
	price_say(problem, "there is no memory");
	*s = (struct rate_source){ .options = { .name = from->name } };
	set_kind(s, from);
	set_place(s, from);
	if (from->tls_ca && !check_authority(from->tls_ca, problem))
		return false;
	if (!set_header(s, from) || !set_table(s, from, problem))
		return false;
	s->machine = source_create(&s->options, seed);
	return s->machine;
}

void rate_source_finish(struct rate_source *s)
{
	source_destroy(s->machine);
	free(s->fixed);
	if (s->header)
		ilp_secret_clear(s->header, strlen(s->header));
	free(s->header);
}
