/* SPDX-License-Identifier: Apache-2.0 */

/*
 * telemetry_api - how an extension subscribes: PUT /2022-07-01/telemetry and, as it was
 * before, PUT /2020-08-15/logs. What may be asked is telemetry_subscription.h.
 */

#include "emulator/environment/environment_internal.h"
#include "emulator/environment/reply.h"
#include "sdk/base/num.h"

enum { BODY_MAX = 64 * 1024 };

static bool
is_logs_api(struct http_request *req)
{
    return lamb_span_is(http_path(req), TELEMETRY_LOGS_PATH);
}

static void
refuse_closed(struct http_request *req)
{
    if (is_logs_api(req))
        reply_error(req, 403, "Logs.SubscriptionClosed",
                    "Logs API subscription is closed");
    else
        reply_error(req, 403, "Telemetry.SubscriptionClosed",
                    "Telemetry API subscription is closed");
}

static void
refuse_other(struct http_request *req)
{
    if (is_logs_api(req))
        reply_error(req, 400, "Logs.AccessDenied",
                    "The extension is subscribed to the Telemetry API");
    else
        reply_error(req, 400, "Telemetry.AccessDenied",
                    "The extension is subscribed to the Logs API");
}

static void
subscribe(struct environment *env, struct http_request *req, const char *name,
          const struct telemetry_subscription *subscription)
{
    struct lamb_err err = { 0 };
    bool is_logs = is_logs_api(req);
    int r = telemetry_subscribe(&env->telemetry, name, subscription, &err);

    switch (r) {
    case 0:
        report_subscription(env, is_logs, name, "Subscribed", subscription->type_list);
        reply_text(req, 200, "application/json", "\"OK\"\n");
        break;
    case TELEMETRY_E_SAME:
        report_subscription(env, is_logs, name, "Already subscribed",
                            subscription->type_list);
        reply_text(req, 200, "application/json", "\"AlreadySubscribed\"\n");
        break;
    case TELEMETRY_E_CLOSED:
        refuse_closed(req);
        break;
    case TELEMETRY_E_OTHER:
        refuse_other(req);
        break;
    default:
        reply_error(req, 500, "InternalServerError", "Internal Server Error");
    }
}

static void
body_read(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct environment *env = data;
    const struct extension *extension = extension_api_asking(env, req, true);
    LAMB_AUTOBUF struct lamb_buf wrong = LAMB_BUF_INIT(4096);
    struct telemetry_subscription subscription;

    if (!extension)
        ; /* it was told */
    else if (!env->telemetry.is_open)
        refuse_closed(req);
    else if (outcome == HTTP_E_TOO_LARGE)
        reply_error(req, 400, "ValidationError", "the request body is too large");
    else if (telemetry_subscription_parse(lamb_blob_view(body), is_logs_api(req),
                                          &subscription, &wrong))
        reply_error(req, 400, "ValidationError", lamb_buf_cstr(&wrong));
    else
        subscribe(env, req, extension->name, &subscription);
    lamb_blob_unref(body);
}

static void
gone(void *data, struct http_request *req, enum http_gone why)
{
    (void)data;
    (void)req;
    (void)why; /* nothing was subscribed */
}

void
telemetry_api_subscribe(struct environment *env, struct http_request *req,
                        struct lamb_span id)
{
    (void)id;
    http_on_gone(req, gone, env);
    http_read_body(req, BODY_MAX, body_read, env);
}
