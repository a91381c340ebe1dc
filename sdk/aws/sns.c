/* SPDX-License-Identifier: Apache-2.0 */

/* sns - Publish, of lamb/services.h. The query protocol: a form out, XML back. */

#include "sdk/aws/json_call.h"
#include "sdk/aws/xml.h"
#include "sdk/sign/uri.h"

#include <errno.h>
#include <lamb/services.h>

static void
put_parameter(struct lamb_buf *form, const char *name, struct lamb_span value)
{
    (void)lamb_buf_printf(form, "&%s=", name);
    lamb_uri_encode(form, value, "");
}

static void
put_text(struct lamb_buf *form, const char *name, const char *value)
{
    if (value)
        put_parameter(form, name, lamb_span_str(value));
}

static int
read_message_id(struct lamb_aws_result *result)
{
    LAMB_AUTOBUF struct lamb_buf id = LAMB_BUF_INIT(1000);

    (void)lamb_xml_text(lamb_aws_body(result), "MessageId", &id);
    if (lamb_buf_error(&id) == -ENOMEM)
        return lamb_result_fail(result, -ENOMEM, "Client.OutOfMemory",
                                "no memory for the MessageId");
    if (lamb_buf_error(&id) || id.len == 0)
        return lamb_result_fail(result, -EBADMSG, "Client.BadAnswer",
                                "the answer has no MessageId as it should");
    if (lamb_result_make_entries(result, 1) != 0)
        return -ENOMEM;
    result->text = lamb_buf_take(&id);
    result->entries[0].id = result->text;
    return 0;
}

int
lamb_sns_publish(struct lamb_aws *aws, struct lamb_invocation *inv,
                 const char *topic_arn, const struct lamb_sns_message *message,
                 struct lamb_aws_result **ret_result)
{
    static const struct lamb_aws_header headers[] = {
        { "Content-Type", "application/x-www-form-urlencoded; charset=utf-8" },
    };
    LAMB_AUTOBUF struct lamb_buf form = LAMB_BUF_INIT(LAMB_BODY_MAX);
    int r;

    if (!topic_arn || !*topic_arn)
        return lamb_call_refuse(ret_result, "no topic is named");
    (void)lamb_buf_str(&form, "Action=Publish&Version=2010-03-31");
    put_text(&form, "TopicArn", topic_arn);
    put_parameter(&form, "Message", message->body);
    put_text(&form, "Subject", message->subject);
    put_text(&form, "MessageGroupId", message->group);
    put_text(&form, "MessageDeduplicationId", message->deduplication);
    r = lamb_call_check_text(&form, "the message is too long", ret_result);
    if (r != 0)
        return r;
    r = lamb_aws_call(aws, inv,
                      &(struct lamb_aws_request){
                          .struct_size = sizeof(struct lamb_aws_request),
                          .service = "sns",
                          .headers = headers,
                          .n_headers = 1,
                          .body = lamb_buf_view(&form),
                      },
                      ret_result);
    return r == 0 ? read_message_id(*ret_result) : r;
}
