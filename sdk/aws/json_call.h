/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_JSON_CALL_H
#define LAMB_AWS_JSON_CALL_H

/*
 * json_call - what the wrappers of the services share: bodies and answers in JSON.
 *
 * A body is written with lamb_json_* into a buffer whose first failure sticks; it is
 * sent with lamb_json_call, which gives the answer parsed.
 *
 * Owns:    nothing but what it returns.
 * Threads: any.
 */

#include "sdk/aws/result.h"

enum { LAMB_BODY_MAX = 64 * 1024 * 1024 };

/* "NAME": "VALUE" after a comma where one is needed; nothing when VALUE is NULL. */
void lamb_json_text_member(struct lamb_buf *body, const char *name, const char *value);
void lamb_json_span_member(struct lamb_buf *body, const char *name,
                           struct lamb_span value);
/* The same, VALUE being JSON already. */
void lamb_json_raw_member(struct lamb_buf *body, const char *name,
                          struct lamb_span value);

/* An empty result that says why nothing was sent; returns -EINVAL, or -ENOMEM. */
int lamb_call_refuse(struct lamb_aws_result **ret_result, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* 0: TEXT was written whole; else -EINVAL with a result that says TOO_LONG, or -ENOMEM
 * without one. */
int lamb_call_check_text(const struct lamb_buf *text, const char *too_long,
                         struct lamb_aws_result **ret_result);

/* 0: TEXT is JSON, or with IS_OBJECT a JSON object; else -EINVAL with a result that
 * says what is wrong with WHAT. */
int lamb_call_check_json(struct lamb_span text, bool is_object, const char *what,
                         struct lamb_aws_result **ret_result);

/*
 * POST BODY to operation TARGET ("AmazonSQS.SendMessage") of SERVICE, in JSON of
 * VERSION
 * ("1.0"). With 0, ret_result has the answer as a JSON object.
 */
int lamb_json_call(struct lamb_aws *aws, struct lamb_invocation *inv,
                   const char *service, const char *target, const char *version,
                   struct lamb_buf *body, struct lamb_aws_result **ret_result);

/* Make the one entry of a call that sends one thing: its id is member NAME of the
 * answer; -EBADMSG when that is not there. */
int lamb_json_one_entry(struct lamb_aws_result *result, const char *name);

/* How the answer to a batch in order names things. */
struct lamb_batch_form {
    const char *list; /* of the answer: "Records", "Entries" */
    const char *id;   /* of an entry that was taken */
};

/*
 * Make N entries out of a list with one answer for each, in order, those that failed
 * having ErrorCode and ErrorMessage. 0, LAMB_AWS_PARTIAL, or -EBADMSG.
 */
int lamb_json_entries(struct lamb_aws_result *result,
                      const struct lamb_batch_form *form, size_t n);

/* Count the entries with an error: 0, or LAMB_AWS_PARTIAL with its code and message. */
int lamb_call_judge_entries(struct lamb_aws_result *result);

#endif
