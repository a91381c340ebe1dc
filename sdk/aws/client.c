/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/credentials.h"
#include "sdk/aws/retry.h"
#include "sdk/aws/signed_request.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum {
    ATTEMPTS = 3,
    ATTEMPTS_MAX = 20,
    CONNECT_MS = 3000, /* a small function needs one to read the certificates */
    CALL_MS = 60000,
    IDLE_MS = 20000,
    LIMIT_MAX_MS = 900000, /* a function runs no longer */
    MARGIN_MAX_MS = 200,   /* what is left of an invocation to say that a call failed */
};
#define ANSWER_MAX ((size_t)64 * 1024 * 1024)

struct lamb_aws {
    struct lamb_aws_options options; /* whole; the texts are ours */
    char *region, *endpoint;
    struct lamb_transport transport;
    struct lamb_credential_store credentials;
};

static const char *
environment(const char *name)
{
    return getenv(name);
}

/* ---- The client --------------------------------------------------------------------
 */

static bool
choose(int *option, int otherwise, int max)
{
    if (*option == 0)
        *option = otherwise;
    return *option > 0 && *option <= max;
}

/* Defaults where nothing is said; false: something is out of its range. */
static bool
complete(struct lamb_aws_options *options)
{
    if (options->max_answer == 0)
        options->max_answer = ANSWER_MAX;
    return choose(&options->max_attempts, ATTEMPTS, ATTEMPTS_MAX) &&
           choose(&options->connect_ms, CONNECT_MS, LIMIT_MAX_MS) &&
           choose(&options->call_ms, CALL_MS, LIMIT_MAX_MS) &&
           choose(&options->idle_ms, IDLE_MS, LIMIT_MAX_MS) &&
           options->max_answer < SIZE_MAX / 2;
}

struct lamb_aws *
lamb_aws_new(const struct lamb_aws_options *options)
{
    struct lamb_aws_options known = { 0 };
    struct lamb_aws *aws;

    if (options)
        (void)memcpy(&known, options,
                     options->struct_size < sizeof(known) ? options->struct_size
                                                          : sizeof(known));
    if ((options && options->struct_size < sizeof(known.struct_size)) ||
        !complete(&known)) {
        errno = EINVAL;
        return NULL;
    }
    aws = calloc(1, sizeof(*aws));
    if (!aws)
        return NULL;
    lamb_transport_init(&aws->transport, known.idle_ms);
    lamb_credentials_init(&aws->credentials, environment);
    aws->region = known.region ? strdup(known.region) : NULL;
    aws->endpoint = known.endpoint ? strdup(known.endpoint) : NULL;
    if ((known.region && !aws->region) || (known.endpoint && !aws->endpoint)) {
        lamb_aws_free(aws);
        return NULL;
    }
    aws->options = known;
    return aws;
}

void
lamb_aws_free(struct lamb_aws *aws)
{
    if (!aws)
        return;
    lamb_transport_fini(&aws->transport);
    lamb_credentials_fini(&aws->credentials);
    free(aws->region);
    free(aws->endpoint);
    free(aws);
}

/* ---- Time
 * ---------------------------------------------------------------------------- */

/* When a call that begins now has to be over, on the monotonic clock. */
static int64_t
find_end(const struct lamb_aws *aws, const struct lamb_invocation *inv)
{
    int64_t limit_ms = aws->options.call_ms;
    int64_t left_ms = inv ? lamb_remaining_ms(inv) : INT64_MAX;
    int64_t margin_ms = left_ms / 10 < MARGIN_MAX_MS ? left_ms / 10 : MARGIN_MAX_MS;

    if (left_ms != INT64_MAX && left_ms - margin_ms < limit_ms)
        limit_ms = left_ms - margin_ms;
    return lamb_mono_ns() + limit_ms * LAMB_NS_PER_MS;
}

static int64_t
left_of(int64_t end_ns)
{
    return (end_ns - lamb_mono_ns()) / LAMB_NS_PER_MS;
}

static uint64_t
draw(void)
{
    uint64_t chance;

    if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) != sizeof(chance))
        chance = (uint64_t)lamb_mono_ns();
    return chance;
}

static void
wait_ms(int64_t ms)
{
    struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * LAMB_NS_PER_MS };

    while (nanosleep(&ts, &ts) != 0 && errno == EINTR)
        continue;
}

/* ---- A call
 * ---------------------------------------------------------------------------- */

/* The certificates to trust: what is said, else what distributions have. */
static const char *
find_ca_file(void)
{
    static const char *const variables[] = { "AWS_CA_BUNDLE", "SSL_CERT_FILE" };
    static const char *const files[] = {
        "/etc/pki/tls/certs/ca-bundle.crt",                  /* Amazon Linux, Fedora */
        "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Alpine, Arch */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Amazon Linux 2023 */
        "/etc/ssl/ca-bundle.pem",                            /* openSUSE */
        "/etc/ssl/cert.pem",
    };

    for (size_t i = 0; i < LAMB_COUNT(variables); i++) {
        const char *said = getenv(variables[i]);

        if (said && *said)
            return said;
    }
    for (size_t i = 0; i < LAMB_COUNT(files); i++)
        if (access(files[i], R_OK) == 0)
            return files[i];
    return NULL;
}

/* Record the client's own failure R with the text in ERR. */
static int
fail(struct lamb_aws_result *result, int r, const struct lamb_err *err)
{
    static const struct {
        int r;
        const char *code;
    } codes[] = {
        { -EINVAL, "Client.Invalid" },       { -ENOSYS, "Client.NoLibrary" },
        { -ETIMEDOUT, "Client.Timeout" },    { -ENOMEM, "Client.OutOfMemory" },
        { -ENOENT, "Client.NoCredentials" }, { -EBADMSG, "Client.BadAnswer" },
        { -EMSGSIZE, "Client.BadAnswer" },
    };
    const char *code = "Client.Connection";

    for (size_t i = 0; i < LAMB_COUNT(codes); i++)
        if (codes[i].r == r)
            code = codes[i].code;
    return lamb_result_fail(result, r, code, "%s",
                            err->text[0] ? err->text : strerror(-r));
}

/* Send once: 0 for any answer. */
static int
attempt(struct lamb_aws *aws, const struct lamb_request_plan *plan, int64_t end_ns,
        struct lamb_aws_result *result, struct lamb_err *err)
{
    const struct lamb_curl *curl = lamb_curl_load(err);
    const struct lamb_aws_request *request = plan->request;
    int64_t left_ms = left_of(end_ns);
    struct lamb_exchange x = {
        .method = request->method ? request->method : "POST",
        .url = plan->url,
        .body = request->body,
        .ca_file = find_ca_file(),
        .connect_ms = aws->options.connect_ms,
        .limit_ms = left_ms,
    };
    struct lamb_credentials credentials;
    int r;

    if (!curl)
        return -ENOSYS;
    if (left_ms <= 0)
        return lamb_refuse(err, -ETIMEDOUT, "no time is left for the call");
    r = lamb_credentials_get(&aws->credentials, &aws->transport, &x, &credentials, err);
    if (r == 0)
        r = lamb_request_sign(plan, &credentials, lamb_wall_ns() / LAMB_NS_PER_S, curl,
                              &x.fields);
    explicit_bzero(&credentials, sizeof(credentials));
    if (r != 0)
        return err->code ? r : lamb_raise(err, r, "signing the request");
    result->attempts++;
    r = lamb_transport_exchange(&aws->transport, &x, result, err);
    curl->slist_free_all(x.fields);
    return r;
}

/* What happened last, and whether it is worth another try. */
static enum lamb_retry_kind
judge(struct lamb_aws_result *result, int r, const struct lamb_err *err)
{
    if (r != 0) {
        (void)fail(result, r, err);
        return lamb_retry_of_failure(r);
    }
    if (result->status < 200 || result->status >= 300)
        lamb_result_read_error(result);
    return lamb_retry_of_answer(result->status, lamb_span_str(result->code));
}

/*
 * Less is no attempt: libcurl measures by a clock of its own and may end the last one a
 * moment before the call's limit; a request in what is left then is sent for nothing.
 */
enum { ATTEMPT_LEAST_MS = 10 };

static int
try_until(struct lamb_aws *aws, const struct lamb_request_plan *plan, int64_t end_ns,
          struct lamb_aws_result *result)
{
    for (int n = 1;; n++) {
        struct lamb_err err = { 0 };
        int r = attempt(aws, plan, end_ns, result, &err);
        enum lamb_retry_kind kind = judge(result, r, &err);
        int64_t pause_ms;

        if (r == 0)
            r = kind == LAMB_RETRY_THROTTLED ? LAMB_AWS_THROTTLED
                                             : lamb_result_outcome(result);
        if (kind == LAMB_RETRY_NOT || n >= aws->options.max_attempts)
            return r;
        pause_ms = lamb_retry_wait_ms(
            kind, n, draw(), lamb_span_str(lamb_aws_header(result, "retry-after")));
        if (pause_ms + ATTEMPT_LEAST_MS > left_of(end_ns))
            return r;
        wait_ms(pause_ms);
    }
}

/* Fill PLAN, but for what differs from attempt to attempt; its texts are in URL. */
static int
make_plan(const struct lamb_aws *aws, struct lamb_buf *url,
          struct lamb_request_plan *plan, struct lamb_err *err)
{
    const struct lamb_aws_request *request = plan->request;
    size_t base_len;
    int r = lamb_endpoint_url(
        &(struct lamb_endpoint_wish){
            .service = request->service,
            .endpoint = aws->endpoint,
            .region = plan->region,
            .host = request->host,
            .variable = environment,
        },
        url, err);

    if (r != 0)
        return r;
    base_len = url->len;
    (void)lamb_buf_str(url, request->path ? request->path : "/");
    if (request->query && *request->query)
        (void)lamb_buf_printf(url, "?%s", request->query);
    if (lamb_buf_error(url))
        return lamb_raise(err, lamb_buf_error(url), "the URL of the request");
    plan->url = lamb_buf_cstr(url);
    plan->parts = lamb_endpoint_split(lamb_span_of(url->ptr, base_len));
    lamb_sigv4_hash(request->body, plan->payload_hash);
    return 0;
}

int
lamb_aws_call(struct lamb_aws *aws, struct lamb_invocation *inv,
              const struct lamb_aws_request *request,
              struct lamb_aws_result **ret_result)
{
    LAMB_AUTOBUF struct lamb_buf url = LAMB_BUF_INIT(16 * 1024);
    struct lamb_aws_result *result = lamb_result_new(aws->options.max_answer);
    struct lamb_aws_request known = { 0 };
    struct lamb_request_plan plan = { .request = &known };
    struct lamb_err err = { 0 };
    int r;

    *ret_result = result;
    if (!result)
        return -ENOMEM;
    (void)memcpy(&known, request,
                 request->struct_size < sizeof(known) ? request->struct_size
                                                      : sizeof(known));
    plan.region = aws->region ? aws->region : lamb_endpoint_region(environment);
    plan.trace_id = inv ? lamb_trace_id(inv) : environment("_X_AMZN_TRACE_ID");
    if (!plan.region)
        return lamb_result_fail(result, -ENOENT, "Client.NoRegion",
                                "there is no region: set AWS_REGION, or the client's");
    r = lamb_request_check(&known, &err);
    if (r == 0)
        r = make_plan(aws, &url, &plan, &err);
    if (r != 0)
        return fail(result, r, &err);
    r = try_until(aws, &plan, find_end(aws, inv), result);
    result->value = lamb_buf_view(&result->body);
    return r;
}
