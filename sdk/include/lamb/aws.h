/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_H
#define LAMB_AWS_H

/*
 * aws.h - calls to AWS services from a function; services.h has those made most.
 *
 *     static struct lamb_aws *aws;
 *
 *     int handler_init(struct lamb_runtime *rt)
 *     {
 *         aws = lamb_aws_new(NULL);
 *         return aws ? 0 : lamb_init_fail(rt, "OutOfMemory", "no client");
 *     }
 *
 *     int handler(struct lamb_invocation *inv)
 *     {
 *         struct lamb_aws_result *answer;
 *         int r = lamb_aws_invoke(aws, inv, "greeter", lamb_event(inv), &answer);
 *         struct lamb_span value = lamb_aws_value(answer);
 *
 *         if (r)
 *             r = lamb_fail(inv, lamb_aws_error_code(answer), "greeter: %s",
 *                           lamb_aws_error_message(answer));
 *         else
 *             r = lamb_reply(inv, value.ptr, value.len);
 *         lamb_aws_result_free(answer);
 *         return r;
 *     }
 *
 * Make one client, when the function starts, and keep it: it keeps its connections from
 * one invocation to the next. Every call takes the invocation it is made for (or NULL)
 * and ends before the time of that runs out.
 *
 * Where a call goes, as AWS's own SDKs decide it: AWS_ENDPOINT_URL_<SERVICE>, else
 * AWS_ENDPOINT_URL (both ignored when AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is "true"),
 * else the service in AWS_REGION or AWS_DEFAULT_REGION. Credentials: AWS_ACCESS_KEY_ID,
 * AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else what
 * AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI serves. Certificates:
 * AWS_CA_BUNDLE, SSL_CERT_FILE, else where distributions keep them.
 *
 * HTTP is libcurl's, which is loaded with dlopen at the first call: the system has to
 * have libcurl.so.4 (provided.al2023 has), and a static program cannot call out.
 *
 * The calls return 0, a positive outcome (enum lamb_aws_outcome), or a negative errno
 * when there was no answer at all. Whatever they return, *ret_result then says more; it
 * is NULL only when there was no memory, and all functions below accept that.
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * enum lamb_aws_outcome - what a call may return beside 0 and a negative errno.
 *
 * Since: 0.1
 */
enum lamb_aws_outcome {
    LAMB_AWS_REFUSED = 1,        /* the service answered with an error */
    LAMB_AWS_NOT_FOUND = 2,      /* ... the function, item, object ... is not there */
    LAMB_AWS_CONDITION = 3,      /* ... the condition of a write is not met */
    LAMB_AWS_THROTTLED = 4,      /* ... too many requests, also after the retries */
    LAMB_AWS_FUNCTION_ERROR = 5, /* the invoked function failed; the value says how */
    LAMB_AWS_PARTIAL = 6         /* some entries of a batch failed: lamb_aws_entry_of */
};

/* ---- The client ----------------------------------------------------------------- */

/**
 * struct lamb_aws - a client of AWS: where to, as whom, and the connections it keeps.
 *
 * Since: 0.1
 */
struct lamb_aws;

/**
 * struct lamb_aws_result - what came of one call.
 *
 * Since: 0.1
 */
struct lamb_aws_result;

/**
 * struct lamb_aws_options - how a client calls. What is 0 or NULL has the default.
 * @struct_size: sizeof(struct lamb_aws_options): which members the caller knows.
 * @region:      the region; copies. Default: AWS_REGION, then AWS_DEFAULT_REGION.
 * @endpoint:    a URL that all services are reached at; copies. Default: see above.
 * @max_attempts: how often a request is sent at most, 1 to 20. Default: 3.
 * @connect_ms:  the limit for a connection, TLS included, in milliseconds. Default:
 *               3000.
 * @call_ms:     the limit for a whole call with its retries and waits, in milliseconds;
 *               the time left of the invocation limits it further. Default: 60000.
 * @idle_ms:     a connection unused for longer is closed rather than used, in
 *               milliseconds. Default: 20000.
 * @max_answer:  the longest answer that is taken, in bytes. Default: 64 MiB.
 *
 * Since: 0.1
 */
struct lamb_aws_options {
    size_t struct_size;
    const char *region;
    const char *endpoint;
    int max_attempts;
    int connect_ms;
    int call_ms;
    int idle_ms;
    size_t max_answer;
};

/**
 * lamb_aws_new - make a client. Nothing is loaded or connected before the first call.
 * @options: how it calls; copies. NULL: the defaults.
 *
 * Returns: the client; gives (lamb_aws_free). NULL: no memory, or a member of @options
 *          out of its range (errno is EINVAL then).
 * Threads: any.
 * Since:   0.1
 */
LAMB_API struct lamb_aws *lamb_aws_new(const struct lamb_aws_options *options);

/**
 * lamb_aws_free - close the connections of a client and forget it.
 * @aws: the client, with no call running; takes. NULL does nothing.
 *
 * Threads: any.
 * Since:   0.1
 */
LAMB_API void lamb_aws_free(struct lamb_aws *aws);

/* ---- Any operation of any service ------------------------------------------------ */

/**
 * struct lamb_aws_header - one header field of a request.
 * @name:  its name; keeps.
 * @value: its value; keeps.
 *
 * Since: 0.1
 */
struct lamb_aws_header {
    const char *name;
    const char *value;
};

/**
 * struct lamb_aws_request - a request as it goes over the wire, but for its signature.
 * @struct_size: sizeof(struct lamb_aws_request): which members the caller knows.
 * @service:   the service as signatures and host names have it ("dynamodb", "events");
 *             keeps.
 * @method:    NULL is "POST"; keeps.
 * @path:      with its escapes, NULL is "/"; keeps.
 * @query:     with its escapes, without '?', NULL is none; keeps.
 * @headers:   to be sent and signed beside those that every request has; keeps.
 * @n_headers: how many.
 * @body:      the body; keeps.
 * @host:      NULL: "SERVICE.REGION.amazonaws.com"; an endpoint URL counts before it;
 *             keeps.
 *
 * Since: 0.1
 */
struct lamb_aws_request {
    size_t struct_size;
    const char *service;
    const char *method;
    const char *path;
    const char *query;
    const struct lamb_aws_header *headers;
    size_t n_headers;
    struct lamb_span body;
    const char *host;
};

/**
 * lamb_aws_call - sign a request, send it, and try again where that may help.
 * @aws:        the client; borrows.
 * @inv:        the invocation whose time it takes; borrows. NULL: no such limit.
 * @request:    what to send; borrows.
 * @ret_result: the answer, or what went wrong; gives (lamb_aws_result_free).
 *
 * Tried again, with random waits that double (50 ms, for throttling 500 ms, at most 5
 * s, or what Retry-After says): connections that cannot be made or break, limits of
 * time, statuses 429, 500, 502, 503, 504 and the error codes of throttling. A request
 * may so arrive twice, as with AWS's SDKs. Redirects are not followed.
 *
 * Returns: 0: a status of 200 to 299; positive: an enum lamb_aws_outcome.
 * Errors:  -EINVAL    the request cannot be sent as it is; nothing was.
 *          -ENOENT    no region, or no credentials.
 *          -ENOSYS    libcurl is not there, or the program is static.
 *          -ETIMEDOUT no answer in time.
 *          -ECONNREFUSED, -ECONNRESET, -EHOSTUNREACH, -EPROTO, -EIO no connection, or
 *                     not to the end; no such host; no TLS; something else.
 *          -EMSGSIZE  the answer is longer than the client takes.
 *          -EBADMSG   what came is no answer of this service.
 *          -ENOMEM    no memory.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_aws_call(struct lamb_aws *aws, struct lamb_invocation *inv,
                           const struct lamb_aws_request *request,
                           struct lamb_aws_result **ret_result);

/* ---- What came of it --------------------------------------------------------------
 */

/**
 * lamb_aws_result_free - forget a result.
 * @result: the result; takes. NULL does nothing.
 *
 * Threads: any.
 * Since:   0.1
 */
LAMB_API void lamb_aws_result_free(struct lamb_aws_result *result);

/**
 * lamb_aws_status - the HTTP status of the last answer.
 * @result: the result; borrows.
 *
 * Returns: 100 to 599, or 0 when there was no answer. Cannot fail.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_aws_status(const struct lamb_aws_result *result);

/**
 * lamb_aws_body - the body of the last answer, as it came.
 * @result: the result; borrows.
 *
 * Returns: bytes that are the result's; borrows. Empty when there is none. Cannot fail.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API struct lamb_span lamb_aws_body(const struct lamb_aws_result *result);

/**
 * lamb_aws_value - what was asked for.
 * @result: the result; borrows.
 *
 * The response of an invoked function, the bytes of an object, the item or the
 * attributes of DynamoDB as JSON; for other calls the body.
 *
 * Returns: bytes that are the result's; borrows. Empty when there is none. Cannot fail.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API struct lamb_span lamb_aws_value(const struct lamb_aws_result *result);

/**
 * lamb_aws_header - a header field of the last answer.
 * @result: the result; borrows.
 * @name:   its name, in any case; borrows.
 *
 * Returns: its value; borrows, as long as the result. NULL when there is none.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API const char *lamb_aws_header(const struct lamb_aws_result *result,
                                     const char *name);

/**
 * lamb_aws_error_code - what went wrong, for programs.
 * @result: the result; borrows.
 *
 * The service's code without its name space ("ResourceNotFoundException"), the
 * errorType of an invoked function, or one of "Client.Invalid", "Client.NoCredentials",
 * "Client.NoRegion", "Client.NoLibrary", "Client.Timeout", "Client.Connection",
 * "Client.BadAnswer", "Client.OutOfMemory", "Client.Partial", "Client.NoItem", or
 * "HttpStatus502" when the service answered with a status and no code.
 *
 * Returns: text; borrows, as long as the result. "" when nothing went wrong.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API const char *lamb_aws_error_code(const struct lamb_aws_result *result);

/**
 * lamb_aws_error_message - what went wrong, for people.
 * @result: the result; borrows.
 *
 * Returns: a sentence; borrows, as long as the result. "" when nothing went wrong.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API const char *lamb_aws_error_message(const struct lamb_aws_result *result);

/**
 * lamb_aws_attempts - how often the request was sent.
 * @result: the result; borrows.
 *
 * Returns: the number, 0 when it was never sent. Cannot fail.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_aws_attempts(const struct lamb_aws_result *result);

/**
 * struct lamb_aws_entry - what became of one entry of a call.
 * @id:      what the service calls it: the message id, sequence number or event id;
 *           NULL when it failed.
 * @code:    the error code; NULL when it was taken.
 * @message: the error in words; NULL when it was taken or nothing was said.
 *
 * All belong to the result.
 * Since: 0.1
 */
struct lamb_aws_entry {
    const char *id;
    const char *code;
    const char *message;
};

/**
 * lamb_aws_entry_of - what became of one entry of a batch, or of the one thing sent.
 * @result: the result; borrows.
 * @index:  which, in the order given, from 0.
 *
 * Returns: the entry, all members NULL when there is no such entry or its fate is not
 *          known because the call failed as a whole. Cannot fail.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API struct lamb_aws_entry lamb_aws_entry_of(const struct lamb_aws_result *result,
                                                 size_t index);

#ifdef __cplusplus
}
#endif

#endif
