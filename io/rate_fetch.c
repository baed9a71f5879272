/* SPDX-License-Identifier: Apache-2.0 */
#include "io/rate_fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/tls.h"

#define FIRST_ROOM ((size_t)4096)
#define HEADERS_MAX ((size_t)64 * 1024) /* bytes */
#define STATUS_OK 200
#define NO_VERDICT 1 /* or 0, which is that all is well */

enum state {
	IDLE,
	RUNNING, /* in curl's hands */
	DONE,    /* and not yet told */
};

struct slot {
	enum state state;
	uint64_t id;
	CURL *easy;
	struct curl_slist *headers; /* that are sent */
	size_t heard;               /* bytes of headers that came */
	uint8_t *body;
	size_t len;
	size_t room;
	size_t bytes_max;
	unsigned status;
	int64_t modified_ms;
	char reason[96]; /* why there is no answer; empty: there is one */
};

struct rate_fetcher {
	CURLM *multi;
	size_t count;
	struct slot slots[];
};

struct rate_fetcher *rate_fetcher_create(size_t sources)
{
	struct rate_fetcher *f =
		calloc(1, sizeof(*f) + sources * sizeof(f->slots[0]));

	if (!f || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(f);
		return NULL;
	}
	f->count = sources;
	f->multi = curl_multi_init();
	if (f->multi)
		return f;
	rate_fetcher_destroy(f);
	return NULL;
}

static void give_up(struct rate_fetcher *f, struct slot *s)
{
	if (s->state == RUNNING)
		curl_multi_remove_handle(f->multi, s->easy);
	s->state = IDLE;
}

void rate_fetcher_destroy(struct rate_fetcher *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++) {
		struct slot *s = &f->slots[i];

		give_up(f, s);
		curl_easy_cleanup(s->easy);
		curl_slist_free_all(s->headers);
		free(s->body);
	}
	curl_multi_cleanup(f->multi);
	curl_global_cleanup();
	free(f);
}

/* ---- what comes ---- */

static void fail(struct slot *s, const char *reason)
{
	if (!s->reason[0])
		snprintf(s->reason, sizeof(s->reason), "%s", reason);
}

static void fail_size(struct slot *s)
{
	char reason[sizeof(s->reason)];

	snprintf(reason, sizeof(reason), "more than %zu bytes", s->bytes_max);
	fail(s, reason);
}

/* For so much more. False, with a reason, when it is too much. */
static bool make_room(struct slot *s, size_t more)
{
	size_t room = s->room ? s->room : FIRST_ROOM;
	uint8_t *grown;

	if (more > s->bytes_max - s->len) {
		fail_size(s);
		return false;
	}
	while (room - s->len < more)
		room *= 2;
	if (room == s->room)
		return true;
	grown = realloc(s->body, room);
	if (!grown) {
		fail(s, "there is no memory");
		return false;
	}
	s->body = grown;
	s->room = room;
	return true;
}

/* As curl wants it: what is not all taken ends the transfer. */
static size_t take_body(char *at, size_t one, size_t len, void *context)
{
	struct slot *s = context;

	(void)one;
	if (!make_room(s, len))
		return 0;
	memcpy(s->body + s->len, at, len);
	s->len += len;
	return len;
}

static size_t take_header(char *at, size_t one, size_t len, void *context)
{
	struct slot *s = context;

	(void)at;
	(void)one;
	s->heard += len;
	if (s->heard <= HEADERS_MAX)
		return len;
	fail(s, "there are too many headers");
	return 0;
}

/* ---- over HTTP ---- */

static bool set_header(struct slot *s, const char *header)
{
	curl_slist_free_all(s->headers);
	s->headers = header ? curl_slist_append(NULL, header) : NULL;
	curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
	return s->headers || !header;
}

/* Instead of the system's, not beside them; and as the file is now, of which
 * curl would remember for a day what it was. */
static bool set_authority(CURL *easy, const char *path)
{
	return !path ||
	       (curl_easy_setopt(easy, CURLOPT_CAINFO, path) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L) ==
			CURLE_OK);
}

/* No proxy of the environment, no redirect, no other protocol; and at the end
 * nobody waits for a name to be resolved. */
static bool set_options(struct slot *s, const struct source_fetch *fetch,
			long timeout_ms)
{
	CURL *easy = s->easy;

	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, s);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "ilpd");
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, s);
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") ==
		       CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_URL, fetch->location) ==
		       CURLE_OK &&
	       set_authority(easy, fetch->tls_ca) &&
	       set_header(s, fetch->header);
}

/* Names are compared by curl itself, which leaves the verdict as it was before
 * or as that of the rest. */
static void fail_certificate(struct slot *s)
{
	char reason[sizeof(s->reason)];
	long verdict = 0;

	curl_easy_getinfo(s->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
	snprintf(reason, sizeof(reason),
		 "the server's certificate is refused: %s",
		 verdict > NO_VERDICT ? tls_verdict(verdict) :
					"it is for another name");
	fail(s, reason);
}

static void start_http(struct rate_fetcher *f, struct slot *s,
		       const struct source_fetch *fetch, int64_t now_us)
{
	long timeout_ms = (long)((fetch->give_up_us - now_us) / 1000);

	if (!s->easy)
		s->easy = curl_easy_init();
	if (s->easy && set_options(s, fetch, timeout_ms > 0 ? timeout_ms : 1) &&
	    curl_multi_add_handle(f->multi, s->easy) == CURLM_OK)
		s->state = RUNNING;
	else
		fail(s, "there is no memory");
}

/* Whoever asked sees by itself that something takes too long. */
static void finish_http(struct rate_fetcher *f, CURL *easy, CURLcode code)
{
	struct slot *s = NULL;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&s);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(f->multi, easy);
	s->state = code == CURLE_OPERATION_TIMEDOUT ? IDLE : DONE;
	s->status = (unsigned)status;
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		fail_certificate(s);
	else if (code != CURLE_OK)
		fail(s, curl_easy_strerror(code));
}

/* ---- out of files ---- */

static void fail_errno(struct slot *s)
{
	char text[sizeof(s->reason)] = "cannot be read";

	strerror_r(errno, text, sizeof(text));
	fail(s, text);
}

static bool read_some(struct slot *s, int file)
{
	uint8_t part[FIRST_ROOM];
	ssize_t len = read(file, part, sizeof(part));

	if (len < 0)
		fail_errno(s);
	return len > 0 && take_body((char *)part, 1, (size_t)len, s) > 0;
}

/* One that has nobody at its other end is not waited for. */
static void read_file(struct slot *s, const char *path)
{
	int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat stat;

	s->status = STATUS_OK;
	if (file < 0 || fstat(file, &stat) != 0) {
		fail_errno(s);
	} else if (!S_ISREG(stat.st_mode)) {
		fail(s, "is not a file");
	} else {
		s->modified_ms = (int64_t)stat.st_mtim.tv_sec * 1000 +
				 stat.st_mtim.tv_nsec / 1000000;
		while (read_some(s, file))
			;
	}
	if (file >= 0)
		close(file);
}

/* ---- both ---- */

void rate_fetcher_start(struct rate_fetcher *f, size_t source,
			const struct source_fetch *fetch, int64_t now_us)
{
	struct slot *s = &f->slots[source];

	give_up(f, s);
	s->state = DONE;
	s->id = fetch->id;
	s->heard = s->len = 0;
	s->bytes_max = fetch->bytes_max;
	s->modified_ms = PRICE_UNTOLD;
	s->reason[0] = '\0';
	if (fetch->place == SOURCE_FILE)
		read_file(s, fetch->location);
	else
		start_http(f, s, fetch, now_us);
}

bool rate_fetcher_next(struct rate_fetcher *f, struct rate_fetched *out)
{
	CURLMsg *message;
	int count;

	curl_multi_perform(f->multi, &count);
	while ((message = curl_multi_info_read(f->multi, &count)))
		if (message->msg == CURLMSG_DONE)
			finish_http(f, message->easy_handle,
				    message->data.result);
	for (size_t i = 0; i < f->count; i++) {
		struct slot *s = &f->slots[i];

		if (s->state != DONE)
			continue;
		s->state = IDLE;
		*out = (struct rate_fetched){
			i,
			s->id,
			s->reason[0] ? s->reason : NULL,
			{ s->status, { s->body, s->len }, s->modified_ms }
		};
		return true;
	}
	return false;
}

void rate_fetcher_wait(struct rate_fetcher *f, int at_most_ms)
{
	curl_multi_poll(f->multi, NULL, 0, at_most_ms, NULL);
}

void rate_fetcher_wake(struct rate_fetcher *f)
{
	curl_multi_wakeup(f->multi);
}
