/* SPDX-License-Identifier: Apache-2.0 */

/* kinesis - PutRecord and PutRecords, of lamb/services.h. AWS JSON 1.1. */

#include "sdk/aws/json_call.h"
#include "sdk/base/base64.h"

#include <lamb/services.h>

enum { RECORDS_MAX = 500 };

static void
put_record(struct lamb_buf *body, const struct lamb_kinesis_entry *record)
{
    lamb_json_text_member(body, "PartitionKey", record->partition_key);
    (void)lamb_buf_str(body, ",\"Data\":\"");
    (void)lamb_base64_encode(body, record->data);
    (void)lamb_buf_char(body, '"');
}

int
lamb_kinesis_put(struct lamb_aws *aws, struct lamb_invocation *inv, const char *stream,
                 const struct lamb_kinesis_entry *records, size_t n_records,
                 struct lamb_aws_result **ret_result)
{
    static const struct lamb_batch_form form = { "Records", "SequenceNumber" };
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(LAMB_BODY_MAX);
    int r;

    if (!stream || !*stream)
        return lamb_call_refuse(ret_result, "no stream is named");
    if (n_records < 1 || n_records > RECORDS_MAX)
        return lamb_call_refuse(ret_result, "%zu records are not 1 to %d", n_records,
                                RECORDS_MAX);
    (void)lamb_buf_char(&body, '{');
    lamb_json_text_member(&body, "StreamName", stream);
    if (n_records > 1)
        (void)lamb_buf_str(&body, ",\"Records\":[");
    for (size_t i = 0; i < n_records; i++) {
        if (!records[i].partition_key || !*records[i].partition_key)
            return lamb_call_refuse(ret_result, "record %zu has no partition key", i);
        if (n_records > 1)
            (void)lamb_buf_str(&body, i > 0 ? ",{" : "{");
        put_record(&body, &records[i]);
        if (n_records > 1)
            (void)lamb_buf_char(&body, '}');
    }
    (void)lamb_buf_str(&body, n_records > 1 ? "]}" : "}");
    r = lamb_json_call(aws, inv, "kinesis",
                       n_records > 1 ? "Kinesis_20131202.PutRecords"
                                     : "Kinesis_20131202.PutRecord",
                       "1.1", &body, ret_result);
    if (r != 0)
        return r;
    return n_records > 1 ? lamb_json_entries(*ret_result, &form, n_records)
                         : lamb_json_one_entry(*ret_result, form.id);
}
