/* SPDX-License-Identifier: Apache-2.0 */

/* sqs - SendMessage and SendMessageBatch, of lamb/services.h. AWS JSON 1.0. */

#include "sdk/aws/json_call.h"
#include "sdk/base/num.h"

#include <errno.h>
#include <lamb/services.h>

enum { MESSAGES_MAX = 10 };

static void
put_message(struct lamb_buf *body, const struct lamb_sqs_entry *message)
{
    lamb_json_span_member(body, "MessageBody", message->body);
    lamb_json_text_member(body, "MessageGroupId", message->group);
    lamb_json_text_member(body, "MessageDeduplicationId", message->deduplication);
    if (message->delay_s != 0)
        (void)lamb_buf_printf(body, ",\"DelaySeconds\":%d", message->delay_s);
}

/* The entry that ID of a list of the answer means; NULL: none of the N. */
static struct lamb_aws_entry *
entry_of(struct lamb_aws_result *result, const json_t *one)
{
    const char *id = json_string_value(json_object_get(one, "Id"));
    uint64_t index;

    if (!id || lamb_parse_u64(lamb_span_str(id), 0, result->n_entries - 1, &index) != 0)
        return NULL;
    return &result->entries[index];
}

/* Successful and Failed may stand in any order; each of the N is in one of them. */
static int
read_batch(struct lamb_aws_result *result, size_t n)
{
    const json_t *taken = json_object_get(result->json, "Successful");
    const json_t *failed = json_object_get(result->json, "Failed");
    struct lamb_aws_entry *entry;

    if (lamb_result_make_entries(result, n) != 0)
        return -ENOMEM;
    for (size_t i = 0; i < json_array_size(taken); i++) {
        entry = entry_of(result, json_array_get(taken, i));
        if (entry)
            entry->id = json_string_value(
                json_object_get(json_array_get(taken, i), "MessageId"));
    }
    for (size_t i = 0; i < json_array_size(failed); i++) {
        const json_t *one = json_array_get(failed, i);

        entry = entry_of(result, one);
        if (!entry)
            continue;
        entry->id = NULL;
        entry->code = json_string_value(json_object_get(one, "Code"));
        entry->message = json_string_value(json_object_get(one, "Message"));
    }
    for (size_t i = 0; i < n; i++)
        if (!result->entries[i].id && !result->entries[i].code)
            return lamb_result_fail(
                result, -EBADMSG, "Client.BadAnswer",
                "the answer does not say what became of message %zu", i);
    return lamb_call_judge_entries(result);
}

static int
send_one(struct lamb_aws *aws, struct lamb_invocation *inv, const char *queue_url,
         const struct lamb_sqs_entry *message, struct lamb_aws_result **ret_result)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(LAMB_BODY_MAX);
    int r;

    (void)lamb_buf_char(&body, '{');
    lamb_json_text_member(&body, "QueueUrl", queue_url);
    put_message(&body, message);
    (void)lamb_buf_char(&body, '}');
    r = lamb_json_call(aws, inv, "sqs", "AmazonSQS.SendMessage", "1.0", &body,
                       ret_result);
    return r == 0 ? lamb_json_one_entry(*ret_result, "MessageId") : r;
}

int
lamb_sqs_send(struct lamb_aws *aws, struct lamb_invocation *inv, const char *queue_url,
              const struct lamb_sqs_entry *messages, size_t n_messages,
              struct lamb_aws_result **ret_result)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(LAMB_BODY_MAX);
    int r;

    if (!queue_url || !*queue_url)
        return lamb_call_refuse(ret_result, "no queue is named");
    if (n_messages < 1 || n_messages > MESSAGES_MAX)
        return lamb_call_refuse(ret_result, "%zu messages are not 1 to %d", n_messages,
                                MESSAGES_MAX);
    if (n_messages == 1)
        return send_one(aws, inv, queue_url, messages, ret_result);
    (void)lamb_buf_char(&body, '{');
    lamb_json_text_member(&body, "QueueUrl", queue_url);
    (void)lamb_buf_str(&body, ",\"Entries\":[");
    for (size_t i = 0; i < n_messages; i++) {
        (void)lamb_buf_printf(&body, "%s{\"Id\":\"%zu\"", i > 0 ? "," : "", i);
        put_message(&body, &messages[i]);
        (void)lamb_buf_char(&body, '}');
    }
    (void)lamb_buf_str(&body, "]}");
    r = lamb_json_call(aws, inv, "sqs", "AmazonSQS.SendMessageBatch", "1.0", &body,
                       ret_result);
    return r == 0 ? read_batch(*ret_result, n_messages) : r;
}
