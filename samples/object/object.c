/* SPDX-License-Identifier: Apache-2.0 */

/*
 * object - for each object that S3 announces: reads it, counts its lines, and writes
 * the number beside it as KEY.lines. Objects that are such numbers are left alone: else
 * it would start itself.
 */

#include <jansson.h>
#include <lamb/services.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lamb_aws *aws;

int
handler_init(struct lamb_runtime *rt)
{
    aws = lamb_aws_new(NULL);
    return aws ? 0 : lamb_init_fail(rt, "OutOfMemory", "no memory for the client");
}

/* The value of a hexadecimal digit, -1 for another character. */
static int
digit(char c)
{
    const char *digits = "0123456789ABCDEF",
               *found = c ? strchr(digits, c & 0x5f) : NULL;

    if (c >= '0' && c <= '9')
        return c - '0';
    return found ? (int)(found - digits) : -1;
}

/* Keys come as in a form: '+' for a blank, %XX. KEY has room for all of CODED. */
static void
decode(const char *coded, char *key)
{
    while (*coded)
        if (*coded == '%' && digit(coded[1]) >= 0 && digit(coded[2]) >= 0) {
            *key++ = (char)(digit(coded[1]) * 16 + digit(coded[2]));
            coded += 3;
        } else {
            *key++ = *coded == '+' ? ' ' : *coded;
            coded++;
        }
    *key = '\0';
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

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span bytes = lamb_event(inv);
    json_t *event = json_loadb(bytes.ptr, bytes.len, 0, NULL), *record;
    const json_t *records = json_object_get(event, "Records");
    size_t i;
    int r = 0;

    json_array_foreach(records, i, record)
    {
        const char *bucket, *coded;
        char key[4096];

        if (json_unpack(record, "{s:{s:{s:s}, s:{s:s}}}", "s3", "bucket", "name",
                        &bucket, "object", "key", &coded) != 0 ||
            strlen(coded) >= sizeof(key)) {
            r = lamb_fail(inv, "BadEvent", "record %zu is not one of S3", i);
            break;
        }
        decode(coded, key);
        r = count_lines(inv, bucket, key);
        if (r != 0)
            break;
    }
    if (r == 0)
        r = lamb_printf(inv, "{\"objects\":%zu}", json_array_size(records));
    json_decref(event);
    return r;
}
