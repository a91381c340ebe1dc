/* SPDX-License-Identifier: Apache-2.0 */

/*
 * object - for each object that S3 announces: reads it, counts its lines, and writes
 * the number beside it as KEY.lines. Objects that are such numbers are left alone: else
 * it would start itself.
 */

#include <lamb/events/s3.h>
#include <lamb/services.h>
#include <stdio.h>
#include <string.h>

static struct lamb_aws *aws;

int
handler_init(struct lamb_runtime *rt)
{
    aws = lamb_aws_new(NULL);
    return aws ? 0 : lamb_init_fail(rt, "OutOfMemory", "no memory for the client");
}

static int
write_count(struct lamb_invocation *inv, const char *bucket, const char *key,
            size_t lines)
{
    char name[4200], text[32];
    struct lamb_aws_result *answer;
    int r;

    snprintf(name, sizeof(name), "%s.lines", key);
    snprintf(text, sizeof(text), "%zu\n", lines);
    r = lamb_s3_put(aws, inv, bucket, name,
                    (struct lamb_span){ .ptr = text, .len = strlen(text) },
                    "text/plain", &answer);
    if (r != 0)
        lamb_fail(inv, lamb_aws_error_code(answer), "%s: %s", name,
                  lamb_aws_error_message(answer));
    lamb_aws_result_free(answer);
    return r;
}

static int
count_lines(struct lamb_invocation *inv, const char *bucket, const char *key)
{
    size_t n = strlen(key), lines = 0;
    struct lamb_aws_result *answer;
    struct lamb_span bytes;
    int r;

    if (n > 6 && strcmp(key + n - 6, ".lines") == 0)
        return 0;
    r = lamb_s3_get(aws, inv, bucket, key, &answer);
    bytes = lamb_aws_value(answer);
    for (size_t i = 0; r == 0 && i < bytes.len; i++)
        lines += bytes.ptr[i] == '\n';
    if (r != 0)
        lamb_fail(inv, lamb_aws_error_code(answer), "%s: %s", key,
                  lamb_aws_error_message(answer));
    lamb_aws_result_free(answer);
    return r != 0 ? r : write_count(inv, bucket, key, lines);
}

static int
count_all(struct lamb_invocation *inv, struct lamb_document *doc)
{
    struct lamb_s3_event event;
    struct lamb_s3_record record;
    struct lamb_span bucket, key; /* decoded: in events a blank is a '+' */
    size_t n = 0;
    int r = 0;

    if (lamb_s3_event_of(doc, &event))
        return lamb_fail(inv, "BadEvent", "%s", lamb_document_error(doc));
    while (r == 0 && lamb_s3_event_records_at(event, n, &record) == 0) {
        if (lamb_s3_record_bucket_name(record, &bucket) ||
            lamb_s3_record_object_key(record, &key))
            return lamb_fail(inv, "BadEvent", "record %zu is not one of S3", n);
        r = count_lines(inv, bucket.ptr, key.ptr);
        n++;
    }
    return r ? r : lamb_printf(inv, "{\"objects\":%zu}", n);
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_document *doc;
    int r = lamb_document_open(lamb_event(inv), &doc);

    if (r)
        r = lamb_fail(inv, "BadEvent", "%s", lamb_document_error(doc));
    else
        r = count_all(inv, doc);
    lamb_document_close(doc);
    return r;
}
