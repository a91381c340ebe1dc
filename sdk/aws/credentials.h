/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_CREDENTIALS_H
#define LAMB_AWS_CREDENTIALS_H

/*
 * credentials - as whom requests are signed.
 *
 * Those of the environment are read anew for each call. Those that an address serves
 * (AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI, as under SnapStart) are kept
 * until shortly before they end.
 *
 * Owns:    the kept copy.
 * Never:   writes a secret anywhere.
 * Threads: any, several at once.
 */

#include "sdk/aws/endpoint.h"
#include "sdk/aws/transport.h"

struct lamb_credentials {
    char access_key[256];
    char secret_key[256];
    char token[8192];  /* "": none */
    int64_t expires_s; /* Unix epoch; 0: they do not */
};

struct lamb_credential_store {
    pthread_mutex_t lock; /* also held while they are fetched: once is enough */
    struct lamb_credentials kept;
    lamb_getenv_fn variable;
};

void lamb_credentials_init(struct lamb_credential_store *store,
                           lamb_getenv_fn variable);
void lamb_credentials_fini(struct lamb_credential_store *store);

/*
 * The credentials to sign with now. HOW lends its limits of time. -ENOENT: there are
 * none, or the address that serves them does not; else as lamb_transport_exchange.
 */
int lamb_credentials_get(struct lamb_credential_store *store,
                         struct lamb_transport *transport,
                         const struct lamb_exchange *how, struct lamb_credentials *ret,
                         struct lamb_err *err);

/* What an address answered: 0, or -EBADMSG. For the tests. */
int lamb_credentials_parse(struct lamb_span body, struct lamb_credentials *ret,
                           struct lamb_err *err);

/* May URL be asked for credentials? TLS, or an address of this machine or its host. */
bool lamb_credentials_may_ask(const char *url);

#endif
