/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SIGN_SIGV4_H
#define LAMB_SIGN_SIGV4_H

/*
 * sigv4 - AWS Signature Version 4: sign a request, or verify one that is signed in its
 * Authorization header or in its query (presigned).
 *
 * One canonical form serves both sides, so what we sign is what we accept; the
 * published vectors (tests/vectors/sigv4) keep it equal to everybody else's.
 *
 * Source: "Create a signed AWS API request", AWS General Reference.
 *
 * Owns:    nothing; every span is borrowed for the call.
 * Never:   reads a clock, a file or the environment; keeps a secret.
 * Threads: any.
 */

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

#include <stdint.h>

enum { SIGV4_HASH_SIZE = 65, SIGV4_TIME_SIZE = 17 };

/* SHA-256 in lower-case hex, as a payload is named. */
void lamb_sigv4_hash(struct lamb_span bytes, char ret[SIGV4_HASH_SIZE]);
/* "20150830T123600Z" */
void lamb_sigv4_time(int64_t epoch_s, char ret[SIGV4_TIME_SIZE]);

struct sigv4_field {
    struct lamb_span name; /* in any case */
    struct lamb_span value;
};

struct sigv4_request {
    struct lamb_span method;
    struct lamb_span path;  /* as on the wire, with its escapes */
    struct lamb_span query; /* as on the wire, without the '?' */
    const struct sigv4_field *fields;
    size_t n_fields;
    struct lamb_span payload_hash; /* lower-case hex, or "UNSIGNED-PAYLOAD" */
    bool keep_path;                /* S3: neither normalized nor escaped once more */
};

struct sigv4_key {
    struct lamb_span access_key;
    struct lamb_span secret_key;
};

/*
 * The value of the Authorization header for REQ, all of whose fields are signed; among
 * them must be Host and X-Amz-Date (the same time as EPOCH_S), and X-Amz-Security-Token
 * where there is a session. -ENOMEM, or -EMSGSIZE past RET's maximum.
 */
int lamb_sigv4_sign(const struct sigv4_request *req, const struct sigv4_key *key,
                    struct lamb_span region, struct lamb_span service, int64_t epoch_s,
                    struct lamb_buf *ret);

/* What a signed request says of itself. */
struct sigv4_claim {
    struct lamb_span access_key;
    struct lamb_span day; /* "20150830" */
    struct lamb_span region;
    struct lamb_span service;
    struct lamb_span signed_fields; /* "host;x-amz-date" */
    struct lamb_span signature;
    char time[SIGV4_TIME_SIZE];
    int64_t epoch_s;   /* of TIME */
    int64_t expires_s; /* how long a presigned request is good for */
    bool is_presigned;
    char texts[512]; /* where the spans of a presigned request's credential point */
};

enum sigv4_verdict {
    SIGV4_OK,           /* the signature is right */
    SIGV4_E_ABSENT,     /* the request is not signed */
    SIGV4_E_INCOMPLETE, /* a part of the signature is missing or malformed */
    SIGV4_E_EARLY,      /* signed in the future */
    SIGV4_E_EXPIRED,    /* signed too long ago */
    SIGV4_E_UNSIGNED,   /* a header that must be signed is not */
    SIGV4_E_MISMATCH,   /* the signature is wrong */
};

/* How far a signer's clock may be off (AWS: five minutes). */
enum { SIGV4_SKEW_S = 300 };

/* Read the signature of REQ: SIGV4_OK, _E_ABSENT or _E_INCOMPLETE. RET borrows from
 * REQ and must not be copied. */
enum sigv4_verdict lamb_sigv4_read(const struct sigv4_request *req,
                                   struct sigv4_claim *ret);

/* Is CLAIM, which was read from REQ, made with SECRET_KEY, and good at NOW_S? */
enum sigv4_verdict lamb_sigv4_verify(const struct sigv4_request *req,
                                     const struct sigv4_claim *claim,
                                     struct lamb_span secret_key, int64_t now_s);

/* The two texts that are signed, for tests and for whoever debugs a mismatch. */
int lamb_sigv4_canonical(const struct sigv4_request *req,
                         struct lamb_span signed_fields, struct lamb_buf *ret);
int lamb_sigv4_string_to_sign(struct lamb_span canonical, struct lamb_span time,
                              struct lamb_span region, struct lamb_span service,
                              struct lamb_buf *ret);

#endif
