/* SPDX-License-Identifier: Apache-2.0 */

/*
 * outside - a function built against what is installed: reads an SQS event with its
 * type, calls AWS, and answers how many records came and what the call came to.
 */

#include <lamb/aws.h>
#include <lamb/events/sqs.h>

static int
count_records(struct lamb_invocation *inv, size_t *ret)
{
    struct lamb_document *document;
    struct lamb_sqs_event event;
    struct lamb_span json = lamb_event(inv);
    int r = lamb_document_open(json, &document);

    if (r == 0)
        r = lamb_sqs_event_of(document, &event);
    if (r == 0)
        r = lamb_sqs_event_records_count(event, ret);
    lamb_document_close(document);
    return r;
}

static int
handler(struct lamb_invocation *inv)
{
    const struct lamb_aws_request request = { .struct_size = sizeof(request),
                                              .service = "sqs" };
    struct lamb_aws *aws = lamb_aws_new(NULL);
    struct lamb_aws_result *result = NULL;
    size_t n = 0;
    int r = count_records(inv, &n);

    if (r != 0 || !aws)
        return lamb_fail(inv, "Test.Wrong", "reading the event: %d", r);
    (void)lamb_aws_call(aws, inv, &request, &result);
    r = lamb_printf(inv, "[%zu,\"%s\"]", n, lamb_aws_error_code(result));
    lamb_aws_result_free(result);
    lamb_aws_free(aws);
    return r;
}

LAMB_MAIN(handler)
