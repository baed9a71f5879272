/* SPDX-License-Identifier: Apache-2.0 */
/* certificates.h - certificates for tests, made in memory, and good or bad in
 * just the way that a test wants. */
#ifndef TEST_CERTIFICATES_H
#define TEST_CERTIFICATES_H

#include "base/bytes.h"

struct certificate {
	char pem[4096];
	char key_pem[1024];
};

struct certificate_wish {
	const char *common_name;  /* NULL: none */
	const char *alternatives; /* such as "DNS:a.example,IP:127.0.0.1" */
	const struct certificate *issuer; /* NULL: it signs itself */
	bool authority;                   /* may sign others */
	bool weak;                        /* has a key that is easily broken */
	int64_t from_ms;
	int64_t until_ms;
};

/* A certificate with a new key. Stops the program when it cannot. */
void certificate_make(struct certificate *out,
		      const struct certificate_wish *wish);

/* The key once more, locked with a passphrase; good until the next call. */
const char *certificate_locked_key(const struct certificate *certificate,
				   const char *passphrase);

#endif
