/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/guard.h"

#include <stdlib.h>

#include "emulator/api/error.h"
#include "emulator/http/origin.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/id.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

/* MORE fields than anybody signs are refused. */
enum { FIELDS_MAX = 128 };

/* A request while its body is read. */
struct check {
    struct api *api;
    struct http_request *req;
    void (*next)(struct api *api, struct http_request *req);
};

static void
refuse(struct http_request *req, const char *exception, const char *message)
{
    char request_id[37];

    lamb_uuid4(request_id);
    api_reply_error(req, request_id, exception, message, NULL);
}

bool
guard_page(const struct api *api, struct http_request *req)
{
    switch (origin_check(req, api->hosts)) {
    case ORIGIN_OK:
        return true;
    case ORIGIN_E_HOST:
        refuse(req, "ForeignHostLocally",
               "the header Host names another server; if that name is meant to lead "
               "here, start with --allow-host NAME");
        return false;
    case ORIGIN_E_PAGE:
    case ORIGIN_VERDICT_N:
        break;
    }
    refuse(req, "ForeignOriginLocally",
           "a web page of another origin sent this request: this API is not for pages");
    return false;
}

/* -- what the client signed ------------------------------------------------------- */

/* A request as sigv4 reads it. */
struct signed_request {
    struct sigv4_request req;
    struct sigv4_field fields[FIELDS_MAX];
    bool is_over;
};

static void
add_field(void *data, struct lamb_span name, struct lamb_span value)
{
    struct signed_request *s = data;

    if (s->req.n_fields == FIELDS_MAX)
        s->is_over = true;
    else
        s->fields[s->req.n_fields++] = (struct sigv4_field){ name, value };
}

static void
read_request(const struct http_request *req, struct signed_request *ret)
{
    ret->is_over = false;
    ret->req = (struct sigv4_request){ .method = http_method(req),
                                       .path = http_path(req),
                                       .query = http_query(req),
                                       .fields = ret->fields };
    http_each_header(req, add_field, ret);
}

static const struct sigv4_key *
find_key(const struct api *api, struct lamb_span access_key)
{
    for (size_t i = 0; i < api->n_keys; i++)
        if (lamb_span_eq(api->keys[i].access_key, access_key))
            return &api->keys[i];
    return NULL;
}

/* -- refusals, in the service's words ---------------------------------------------- */

static void
refuse_time(struct http_request *req, const struct sigv4_claim *claim, bool is_early)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);
    int64_t good_s = claim->is_presigned && !is_early ? claim->expires_s : SIGV4_SKEW_S;
    int64_t now_s = lamb_wall_ns() / LAMB_NS_PER_S;
    char now[SIGV4_TIME_SIZE];
    char limit[SIGV4_TIME_SIZE];

    lamb_sigv4_time(now_s, now);
    lamb_sigv4_time(is_early ? now_s + good_s : now_s - good_s, limit);
    if (is_early)
        (void)lamb_buf_printf(
            &text, "Signature not yet current: %s is still later than %s (%s + 5 min.)",
            claim->time, limit, now);
    else
        (void)lamb_buf_printf(&text,
                              "Signature expired: %s is now earlier than %s (%s - %d "
                              "min.)",
                              claim->time, limit, now, (int)(good_s / 60));
    refuse(req, "InvalidSignatureException", lamb_buf_cstr(&text));
}

static void
refuse_verdict(struct http_request *req, const struct sigv4_claim *claim,
               enum sigv4_verdict verdict)
{
    switch (verdict) {
    case SIGV4_E_ABSENT:
        refuse(req, "MissingAuthenticationTokenException",
               "Missing Authentication Token");
        return;
    case SIGV4_E_INCOMPLETE:
        refuse(req, "IncompleteSignatureException",
               "The request signature does not conform to AWS standards: the "
               "Authorization header requires 'Credential', 'SignedHeaders' and "
               "'Signature', and 'X-Amz-Date' must be of the same day.");
        return;
    case SIGV4_E_EARLY:
    case SIGV4_E_EXPIRED:
        refuse_time(req, claim, verdict == SIGV4_E_EARLY);
        return;
    case SIGV4_E_UNSIGNED:
        refuse(req, "InvalidSignatureException",
               "'Host' and each 'X-Amz-' header must be a 'SignedHeader' in the AWS "
               "Authorization.");
        return;
    case SIGV4_OK:
    case SIGV4_E_MISMATCH:
        break;
    }
    refuse(req, "InvalidSignatureException",
           "The request signature we calculated does not match the signature you "
           "provided. Check your AWS Secret Access Key and signing method. Consult the "
           "service documentation for details.");
}

/* -- the way ---------------------------------------------------------------------- */

/*
 * The key that REQ claims to be signed with; NULL: it is refused. Looked up before the
 * body is read, so that a stranger cannot make us take it.
 */
static const struct sigv4_key *
read_claim(const struct api *api, struct http_request *req, struct signed_request *s,
           struct sigv4_claim *claim)
{
    enum sigv4_verdict verdict;
    const struct sigv4_key *key;

    read_request(req, s);
    verdict = s->is_over ? SIGV4_E_INCOMPLETE : lamb_sigv4_read(&s->req, claim);
    if (verdict != SIGV4_OK) {
        refuse_verdict(req, claim, verdict);
        return NULL;
    }
    key = find_key(api, claim->access_key);
    if (!key)
        refuse(req, "UnrecognizedClientException",
               "The security token included in the request is invalid.");
    return key;
}

static void
on_gone(void *data, struct http_request *req, enum http_gone why)
{
    (void)req;
    (void)why;
    free(data);
}

static void
on_body(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    LAMB_AUTOFREE struct check *check = data;
    struct signed_request s;
    struct sigv4_claim claim = { 0 };
    const struct sigv4_key *key;
    enum sigv4_verdict verdict;
    char hash[SIGV4_HASH_SIZE];

    http_on_gone(req, NULL, NULL);
    if (outcome == HTTP_E_TOO_LARGE) {
        refuse(req, "RequestEntityTooLargeException",
               "the request is larger than any operation takes");
        return;
    }
    key = read_claim(check->api, req, &s, &claim); /* again: spans do not last */
    if (!key) {
        lamb_blob_unref(body);
        return;
    }
    lamb_sigv4_hash(lamb_blob_view(body), hash);
    s.req.payload_hash = lamb_span_str(hash);
    verdict = lamb_sigv4_verify(&s.req, &claim, key->secret_key,
                                lamb_wall_ns() / LAMB_NS_PER_S);
    if (verdict != SIGV4_OK) {
        lamb_blob_unref(body);
        refuse_verdict(req, &claim, verdict);
        return;
    }
    http_unread_body(req, body);
    check->next(check->api, req);
}

void
guard_signature(struct api *api, struct http_request *req,
                void (*next)(struct api *api, struct http_request *req))
{
    struct signed_request s;
    struct sigv4_claim claim = { 0 };
    struct check *check;

    if (!api->n_keys) {
        next(api, req);
        return;
    }
    if (!read_claim(api, req, &s, &claim))
        return;
    check = malloc(sizeof(*check));
    if (!check) {
        refuse(req, "ServiceException", "The emulator is out of memory.");
        return;
    }
    *check = (struct check){ .api = api, .req = req, .next = next };
    http_on_gone(req, on_gone, check);
    http_read_body(req, LAMB_LIMIT_REQUEST_LARGEST, on_body, check);
}
