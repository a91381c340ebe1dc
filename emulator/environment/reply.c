/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/reply.h"

#include "sdk/base/buf.h"
#include "sdk/base/json_text.h"

void
reply_text(struct http_request *req, unsigned status, const char *content_type,
           const char *text)
{
    const struct http_field field = { "Content-Type", content_type };
    struct http_answer answer = { .status = status,
                                  .fields = &field,
                                  .n_fields = content_type ? 1 : 0,
                                  .body = lamb_blob_copy(lamb_span_str(text)) };

    http_reply(req, &answer);
    lamb_blob_unref(answer.body);
}

struct http_still *
reply_accepted_new(void)
{
    static const struct http_field field = { "Content-Type", "application/json" };
    struct http_answer answer = { .status = 202,
                                  .fields = &field,
                                  .n_fields = 1,
                                  .body = lamb_blob_copy(
                                      LAMB_SPAN("{\"status\":\"OK\"}\n")) };
    struct http_still *still = answer.body ? http_still_new(&answer) : NULL;

    lamb_blob_unref(answer.body);
    return still;
}

void
reply_error(struct http_request *req, unsigned status, const char *type,
            const char *message)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(4096);

    (void)lamb_buf_str(&body, "{\"errorMessage\":");
    (void)lamb_json_string(&body, lamb_span_str(message));
    (void)lamb_buf_str(&body, ",\"errorType\":");
    (void)lamb_json_string(&body, lamb_span_str(type));
    (void)lamb_buf_str(&body, "}\n");
    reply_text(req, status, "application/json", lamb_buf_cstr(&body));
}
