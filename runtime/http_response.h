/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_HTTP_RESPONSE_H
#define LAMB_RUNTIME_HTTP_RESPONSE_H

/*
 * http_response - read one HTTP/1.1 response out of bytes that arrive bit by bit.
 *
 * Works in place, on one run of bytes that starts with the response and only grows at
 * its end (it may move between calls): header values get a NUL behind them, a chunked
 * body is joined. So nothing is copied and nothing is allocated. Strict: CR LF line
 * ends, no folded headers, no contradicting lengths.
 *
 * Owns:    the positions in the bytes; the bytes are the caller's.
 * Never:   reads a socket.
 * Threads: one at a time.
 */

#include "sdk/base/span.h"

#include <stdint.h>

enum {
    LAMB_HTTP_MORE = 1, /* named outcome: more bytes are needed */

    LAMB_HTTP_FIELDS_MAX = 64,
    LAMB_HTTP_HEAD_MAX = 64 * 1024, /* bytes of lines before the body, or after it */
    LAMB_HTTP_BODY_MAX = 64 * 1024 * 1024, /* ten times what the service sends */
};

enum lamb_http_stage {
    LAMB_HTTP_STATUS_LINE,
    LAMB_HTTP_FIELD_LINES,
    LAMB_HTTP_BODY_LENGTH,
    LAMB_HTTP_CHUNK_SIZE,
    LAMB_HTTP_CHUNK_DATA,
    LAMB_HTTP_CHUNK_END,
    LAMB_HTTP_TRAILER_LINES,
    LAMB_HTTP_BODY_TO_CLOSE,
    LAMB_HTTP_DONE,
    LAMB_HTTP_STAGE_N
};

struct lamb_http_field {
    uint32_t name, name_len; /* positions from the start of the response */
    uint32_t value, value_len;
};

struct lamb_http_response {
    enum lamb_http_stage stage;
    unsigned status;
    bool keep_alive;  /* another response may follow on the connection */
    bool has_length;  /* Content-Length was given */
    bool is_chunked;  /* Transfer-Encoding was given */
    size_t at;        /* bytes read; the length of the whole response when done */
    size_t scanned;   /* bytes searched for the end of a line */
    size_t section;   /* where the lines of this head or trailer began */
    size_t body;      /* where the body starts */
    size_t body_len;  /* bytes of it so far */
    uint64_t missing; /* of the body, or of this chunk */
    size_t field_count;
    struct lamb_http_field fields[LAMB_HTTP_FIELDS_MAX];
};

void lamb_http_response_init(struct lamb_http_response *res);

/*
 * lamb_http_response_parse - go on with a response.
 * @bytes:  from its first byte on; changed.
 * @len:    how many there are now; never fewer than in the call before.
 * @at_end: the peer has closed, no more will come.
 *
 * Interim responses (1xx) are skipped. Returns 0 when the response is complete,
 * LAMB_HTTP_MORE, -EBADMSG (not HTTP as we speak it), -EMSGSIZE (past a maximum
 * above) or -ECONNRESET (it ended early).
 */
int lamb_http_response_parse(struct lamb_http_response *res, char *bytes, size_t len,
                             bool at_end);

/* How many bytes are worth making room for, when LEN have arrived; never 0. */
size_t lamb_http_response_want(const struct lamb_http_response *res, size_t len);

/* The first header NAME, NUL-terminated, in BYTES; NULL when absent or empty. */
const char *lamb_http_response_find(const struct lamb_http_response *res,
                                    const char *bytes, const char *name);

static inline struct lamb_span
lamb_http_response_body(const struct lamb_http_response *res, const char *bytes)
{
    return lamb_span_of(bytes + res->body, res->body_len);
}

#endif
