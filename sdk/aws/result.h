/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_RESULT_H
#define LAMB_AWS_RESULT_H

/*
 * result - what came of one call: struct lamb_aws_result.
 *
 * Owns:    the answer, and whatever the accessors of lamb/aws.h lend.
 * Never:   connects or waits.
 * Threads: one at a time until it is given to the caller; then it does not change.
 */

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

#include <jansson.h>
#include <lamb/aws.h>
#include <stdbool.h>

enum { LAMB_ANSWER_HEADERS_MAX = 64 * 1024 };

struct lamb_aws_result {
    int status;
    int attempts;
    struct lamb_buf fields; /* name NUL value NUL ..., of the last answer */
    struct lamb_buf body;
    struct lamb_span value; /* in body or text */
    char *text;             /* what had to be made to be lent; malloc */
    json_t *json;           /* the answer, where entries were read from it */
    struct lamb_aws_entry *entries;
    size_t n_entries;
    char code[128];
    char message[512];
};

/* Empty, for answers up to MAX bytes; NULL: no memory. */
struct lamb_aws_result *lamb_result_new(size_t max);
/* Forget the answer of the last attempt. */
void lamb_result_clear(struct lamb_aws_result *result);

/* Keep a field of the answer. -EMSGSIZE: more than an answer may have. */
int lamb_result_field(struct lamb_aws_result *result, struct lamb_span name,
                      struct lamb_span value);

/* The client's own error, CODE being one that lamb/aws.h names. Returns R. */
int lamb_result_fail(struct lamb_aws_result *result, int r, const char *code,
                     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Read code and message out of an answer whose status is no success. */
void lamb_result_read_error(struct lamb_aws_result *result);
/* Which outcome (enum lamb_aws_outcome) status and code are; 0: success. */
int lamb_result_outcome(const struct lamb_aws_result *result);

/* Room for N entries, all empty. -ENOMEM is recorded. */
int lamb_result_make_entries(struct lamb_aws_result *result, size_t n);
/* Parse the body: 0, -EBADMSG, recorded, when it is no JSON object, or -ENOMEM. */
int lamb_result_parse(struct lamb_aws_result *result);

#endif
