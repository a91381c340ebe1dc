/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/error.h"

#include "sdk/base/enum.h"
#include "sdk/base/err.h"
#include "sdk/base/json_text.h"

static const struct {
    const char *name;
    const char *type; /* the member Type; NULL: there is none */
    const char *key;  /* what the message is called */
    unsigned status;
} exceptions[] = {
    { "InvalidRequestContentException", "User", "message", 400 },
    { "InvalidParameterValueException", "User", "message", 400 },
    { "ValidationException", NULL, "message", 400 },
    { "MissingAuthenticationTokenException", NULL, "message", 403 },
    { "IncompleteSignatureException", NULL, "message", 403 },
    { "InvalidSignatureException", NULL, "message", 403 },
    { "UnrecognizedClientException", NULL, "message", 403 },
    { "ForeignHostLocally", "LocalService", "Message", 403 },
    { "ForeignOriginLocally", "LocalService", "Message", 403 },
    { "AccessDeniedException", NULL, "Message", 403 },
    { "CodeStorageExceededException", "User", "message", 400 },
    { "PolicyLengthExceededException", "User", "message", 400 },
    { "ResourceNotFoundException", "User", "Message", 404 },
    { "CodeSigningConfigNotFoundException", "User", "Message", 404 },
    { "ResourceConflictException", "User", "message", 409 },
    { "ResourceInUseException", "User", "Message", 400 },
    { "PreconditionFailedException", "User", "message", 412 },
    { "ProvisionedConcurrencyConfigNotFoundException", "User", "message", 404 },
    { "PathNotFoundLocally", "LocalService", "Message", 404 },
    { "MethodNotAllowedLocally", "LocalService", "Message", 405 },
    { "RequestEntityTooLargeException", NULL, "message", 413 },
    { "TooManyRequestsException", "User", "message", 429 },
    { "ServiceException", "Service", "Message", 500 },
    { "LocalMachineLimitExceeded", "LocalService", "Message", 503 },
    { "NotImplemented", "LocalService", "Message", 501 },
};

static size_t
find(const char *name)
{
    for (size_t i = 0; i < LAMB_COUNT(exceptions); i++)
        if (strcmp(exceptions[i].name, name) == 0)
            return i;
    lamb_panic(__FILE__, __LINE__, name);
}

static void
reply(struct http_request *req, const char *request_id, const char *exception,
      const char *message, const char *reason, bool is_typed)
{
    size_t i = find(exception);
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(512 * 1024);
    struct http_field fields[] = {
        { "Content-Type", "application/json" },
        { "x-amzn-RequestId", request_id },
        { "x-amzn-ErrorType", exception },
        { "Retry-After", "1" },
    };
    struct http_answer answer = { .status = exceptions[i].status,
                                  .fields = fields,
                                  .n_fields = reason ? 4 : 3 };

    (void)lamb_buf_char(&body, '{');
    if (reason) {
        (void)lamb_buf_str(&body, "\"Reason\":");
        (void)lamb_json_string(&body, lamb_span_str(reason));
        (void)lamb_buf_char(&body, ',');
    }
    if (exceptions[i].type && is_typed)
        (void)lamb_buf_printf(&body, "\"Type\":\"%s\",", exceptions[i].type);
    (void)lamb_buf_printf(&body, "\"%s\":", exceptions[i].key);
    if (message)
        (void)lamb_json_string(&body, lamb_span_str(message));
    else
        (void)lamb_buf_str(&body, "null");
    (void)lamb_buf_char(&body, '}');
    answer.body = lamb_buf_error(&body) ? NULL : lamb_blob_copy(lamb_buf_view(&body));
    if (!answer.body) { /* no memory to say more */
        answer.status = 500;
        fields[2].value = "ServiceException";
    }
    http_reply(req, &answer);
    lamb_blob_unref(answer.body);
}

void
api_reply_error(struct http_request *req, const char *request_id, const char *exception,
                const char *message, const char *reason)
{
    reply(req, request_id, exception, message, reason, true);
}

void
api_reply_bare_error(struct http_request *req, const char *request_id,
                     const char *exception, const char *message)
{
    reply(req, request_id, exception, message, NULL, false);
}

void
api_reply_json(struct http_request *req, const char *request_id, unsigned status,
               const char *json)
{
    const struct http_field fields[] = { { "x-amzn-RequestId", request_id },
                                         { "Content-Type", "application/json" } };
    struct http_answer answer = { .status = status,
                                  .fields = fields,
                                  .n_fields = json[0] ? 2 : 1 };

    answer.body = lamb_blob_copy(lamb_span_str(json));
    if (answer.body)
        http_reply(req, &answer);
    else
        api_reply_error(req, request_id, "ServiceException",
                        "The emulator is out of memory.", NULL);
    lamb_blob_unref(answer.body);
}
