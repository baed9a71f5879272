/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/words.h"

#include "base/outline.h"
#include "ilp/address.h"
#include "ilp/spsp.h"
#include "ilp/url.h"

#define URL_MAX 4096

static void show(struct ilp_outline *o, const char *name, const char *value)
{
	ilp_outline_text(o, name, ilp_text(value));
}

static bool show_pointer(struct ilp_outline *o, struct ilp_bytes text)
{
	uint8_t room[URL_MAX];
	struct ilp_writer url = ilp_writer(room, sizeof(room));

	if (ilp_pointer_to_url(&url, text))
		return false;
	show(o, "type", "payment pointer");
	ilp_outline_text(o, "url", ilp_written(&url));
	return true;
}

static bool show_address(struct ilp_outline *o, struct ilp_bytes text)
{
	struct ilp_bytes rest = text;
	struct ilp_bytes segment;

	if (!ilp_address_valid(text) ||
	    ilp_address_scheme(text) == ILP_SCHEME_NONE)
		return false;
	show(o, "type", "address");
	ilp_outline_text(o, "address", text);
	ilp_address_next_segment(&rest, &segment);
	ilp_outline_text(o, "scheme", segment);
	return true;
}

static bool show_url(struct ilp_outline *o, struct ilp_bytes text)
{
	struct ilp_peer_url url;

	if (ilp_peer_url_parse(&url, text))
		return false;
	show(o, "type", "peer");
	show(o, "protocol", url.http ? "ILP over HTTP" : "BTP");
	show(o, "tls", url.tls ? "yes" : "no");
	ilp_outline_text(o, "host", url.host);
	ilp_outline_u32(o, "port", url.port);
	if (url.path.len)
		ilp_outline_text(o, "path", url.path);
	if (url.user.len)
		ilp_outline_text(o, "user", url.user);
	show(o, "token", url.token.len ? "there is one" : "none");
	return true;
}

static bool show_spsp(struct ilp_outline *o, struct ilp_bytes text)
{
	uint8_t address[ILP_ADDRESS_MAX];
	struct ilp_spsp spsp;

	if (ilp_spsp_decode(&spsp, address, text))
		return false;
	ilp_secret_clear(spsp.shared_secret, sizeof(spsp.shared_secret));
	show(o, "type", "SPSP answer");
	ilp_outline_text(o, "destination", spsp.destination);
	show(o, "receipts", spsp.receipts_enabled ? "yes" : "no");
	return true;
}

enum ilp_error words_describe(struct ilp_writer *w, enum ilp_describe_form form,
			      struct ilp_bytes text)
{
	static bool (*const shows[])(struct ilp_outline *, struct ilp_bytes) = {
		show_pointer,
		show_address,
		show_url,
		show_spsp,
	};
	enum ilp_outline_form outline_form =
		form == ILP_DESCRIBE_JSON ? ILP_OUTLINE_JSON : ILP_OUTLINE_TEXT;

	for (size_t i = 0; i < sizeof(shows) / sizeof(*shows); i++) {
		struct ilp_outline o = ilp_outline(outline_form, w->at,
						   (size_t)(w->end - w->at));

		ilp_outline_group(&o, NULL);
		if (!shows[i](&o, text))
			continue;
		ilp_outline_end(&o);
		if (ilp_outlined(&o).len == 0)
			return ILP_ERR_ROOM;
		w->at += ilp_outlined(&o).len;
		return ILP_OK;
	}
	return ILP_ERR_FORMAT;
}
