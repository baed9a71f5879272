/* SPDX-License-Identifier: Apache-2.0 */
#include "link/btp_hello.h"

#include <assert.h>
#include <stdlib.h>

#include "ilp/btp.h"
#include "wire/upgrade.h"

#define RANDOM_LEN 16

struct btp_hello {
	enum btp_hello_state state;
	const char *reason;
	bool is_client;
	uint8_t random[RANDOM_LEN]; /* of a client: what its key is made of */
	size_t in_len;
	size_t written;
	size_t head_len;
	size_t out_len;
	uint8_t in[UPGRADE_HEAD_MAX];  /* the peer's head, as far as it came */
	uint8_t out[UPGRADE_HEAD_MAX]; /* ours, and behind it the login */
};

/* Writes the head, and behind it the login; false when there is no room for
 * both. */
static bool write_request(struct btp_hello *h,
			  const struct link_btp_options *options)
{
	struct ilp_writer w = ilp_writer(h->out, sizeof(h->out));
	const struct ilp_btp login = {
		.type = ILP_BTP_MESSAGE,
		.request_id = BTP_HELLO_REQUEST,
		.entries = { 3,
			     { { .name = ilp_text(ILP_BTP_AUTH),
				 .content = ILP_BTP_OCTETS },
			       { .name = ilp_text(ILP_BTP_AUTH_USERNAME),
				 .content = ILP_BTP_TEXT,
				 .data = options->user },
			       { .name = ilp_text(ILP_BTP_AUTH_TOKEN),
				 .content = ILP_BTP_TEXT,
				 .data = options->token } } },
	};

	upgrade_ask(&w, options->host, options->path, h->random);
	h->head_len = ilp_written(&w).len;
	ilp_btp_encode(&w, &login);
	h->out_len = ilp_written(&w).len;
	return !w.error;
}

struct btp_hello *btp_hello_connect(const struct link_btp_options *options)
{
	struct btp_hello *h = calloc(1, sizeof(*h));
	uint8_t random[ILP_HASH_LEN];

	if (!h)
		return NULL;
	h->is_client = true;
	ilp_hmac_sha256(options->crypto, random, ILP_BYTES(options->seed),
			ilp_text("key"));
	memcpy(h->random, random, sizeof(h->random));
	if (!write_request(h, options)) {
		btp_hello_destroy(h);
		return NULL;
	}
	return h;
}

struct btp_hello *btp_hello_accept(void)
{
	return calloc(1, sizeof(struct btp_hello));
}

void btp_hello_destroy(struct btp_hello *h)
{
	if (h)
		ilp_secret_clear(h->out, sizeof(h->out));
	free(h);
}

static void refuse(struct btp_hello *h, const char *reason)
{
	h->state = BTP_HELLO_REFUSED;
	h->reason = reason;
}

static void refuse_request(struct btp_hello *h, int status, const char *reason)
{
	struct ilp_writer w = ilp_writer(h->out, sizeof(h->out));

	upgrade_refuse(&w, status);
	h->head_len = ilp_written(&w).len;
	refuse(h, reason);
}

static void read_request(struct btp_hello *h, struct ilp_bytes head)
{
	struct ilp_writer w = ilp_writer(h->out, sizeof(h->out));
	struct upgrade_request request;
	int status = upgrade_request_read(&request, head);

	if (status) {
		refuse_request(h, status, "peer asks for no WebSocket");
	} else if (request.origin.len) {
		/* A page reaches what only its reader should, and acts in the
		 * name of that one. */
		refuse_request(h, 403, "peer is a browser");
	} else if (upgrade_grant(&w, &request)) {
		refuse(h, "handshake cannot be answered");
	} else {
		h->head_len = ilp_written(&w).len;
		h->state = BTP_HELLO_OPEN;
	}
}

static void read_answer(struct btp_hello *h, struct ilp_bytes head)
{
	const char *problem = upgrade_answer_read(head, h->random);

	if (problem)
		refuse(h, problem);
	else
		h->state = BTP_HELLO_OPEN;
}

static void refuse_long(struct btp_hello *h)
{
	if (h->is_client)
		refuse(h, "head of the answer is too long");
	else
		refuse_request(h, 431, "head of the request is too long");
}

size_t btp_hello_receive(struct btp_hello *h, struct ilp_bytes in)
{
	size_t before = h->in_len;
	size_t room = sizeof(h->in) - before;
	size_t taken = in.len < room ? in.len : room;
	struct ilp_bytes head = { h->in, before + taken };

	assert(h->state == BTP_HELLO_WAITING);
	if (taken)
		memcpy(h->in + before, in.at, taken);
	h->in_len += taken;
	head.len = upgrade_head_len(head);
	if (head.len == 0) {
		if (h->in_len == sizeof(h->in))
			refuse_long(h);
		return taken;
	}
	if (h->is_client)
		read_answer(h, head);
	else
		read_request(h, head);
	return head.len - before;
}

enum btp_hello_state btp_hello_state(const struct btp_hello *h)
{
	return h->state;
}

const char *btp_hello_reason(const struct btp_hello *h)
{
	return h->reason;
}

struct ilp_bytes btp_hello_output(const struct btp_hello *h)
{
	return (struct ilp_bytes){ h->out + h->written,
				   h->head_len - h->written };
}

void btp_hello_written(struct btp_hello *h, size_t len)
{
	assert(len <= h->head_len - h->written);
	h->written += len;
}

struct ilp_bytes btp_hello_login(const struct btp_hello *h)
{
	return (struct ilp_bytes){ h->out + h->head_len,
				   h->out_len - h->head_len };
}
