/* SPDX-License-Identifier: Apache-2.0 */

/*
 * metadata_api - the metadata endpoint of one environment, 2026-01-15: where the
 * environment is. It shares the Runtime API's address; who asks shows the token that
 * was put into the environment's variables (developer guide,
 * configuration-metadata-endpoint).
 */
#include "emulator/environment/environment_internal.h"
#include "emulator/environment/reply.h"
#include "sdk/base/id.h"
#include "sdk/base/num.h"

#define METADATA_PATH "/2026-01-15/metadata/execution-environment"
#define SCHEME "Bearer "

void
metadata_api_init(struct environment *env)
{
    lamb_random_hex(env->metadata_token, sizeof(env->metadata_token) - 1);
    zone_of(env->host->region, lamb_span_str(env->id), env->zone);
}

/* The token is random and lives in this environment only: that the comparison takes
 * longer the more of it is right helps nobody outside of it. */
static bool
has_token(const struct environment *env, const struct http_request *req)
{
    struct lamb_span given = http_header(req, "Authorization");
    size_t scheme = sizeof(SCHEME) - 1;

    return given.len > scheme &&
           lamb_span_eq_nocase(lamb_span_of(given.ptr, scheme), LAMB_SPAN(SCHEME)) &&
           lamb_span_is(lamb_span_of(given.ptr + scheme, given.len - scheme),
                        env->metadata_token);
}

static void
reply_zone(const struct environment *env, struct http_request *req)
{
    static const struct http_field fields[] = {
        { "Content-Type", "application/json" },
        { "Cache-Control", "private, max-age=43200, immutable" },
    };
    char text[64];
    struct http_answer answer = { .status = 200,
                                  .fields = fields,
                                  .n_fields = LAMB_COUNT(fields) };

    lamb_assert(lamb_format(text, sizeof(text), "{\"AvailabilityZoneID\":\"%s\"}",
                            env->zone) == 0);
    answer.body = lamb_blob_copy(lamb_span_str(text));
    http_reply(req, &answer);
    lamb_blob_unref(answer.body);
}

static void
reply_method(struct http_request *req)
{
    static const struct http_field allow = { "Allow", "GET" };

    http_reply(req,
               &(struct http_answer){ .status = 405, .fields = &allow, .n_fields = 1 });
}

static void
reply_token(struct http_request *req)
{
    static const struct http_field challenge = { "WWW-Authenticate", "Bearer" };

    http_reply(req, &(struct http_answer){
                        .status = 401, .fields = &challenge, .n_fields = 1 });
}

bool
metadata_api_request(struct environment *env, struct http_request *req)
{
    if (!lamb_span_is(http_path(req), METADATA_PATH))
        return false;
    if (!lamb_span_is(http_method(req), "GET"))
        reply_method(req);
    else if (!has_token(env, req))
        reply_token(req);
    else
        reply_zone(env, req);
    return true;
}
