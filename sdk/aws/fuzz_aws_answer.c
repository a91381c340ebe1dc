/* SPDX-License-Identifier: Apache-2.0 */

/* fuzz_aws_answer - an error or an answer of a service, of whatever bytes. */

#include "sdk/aws/result.h"
#include "sdk/aws/xml.h"
#include "sdk/base/enum.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1 << 20);
    struct lamb_aws_result *result = lamb_result_new(1 << 20);
    struct lamb_span bytes = lamb_span_of(data, size);

    if (!result)
        return 0;
    result->status = 400;
    (void)lamb_buf_span(&result->body, bytes);
    lamb_result_read_error(result);
    /* Whatever was sent, there is a code and a message, and both are whole texts. */
    if (!lamb_aws_error_code(result)[0] || !lamb_aws_error_message(result)[0] ||
        strlen(result->code) >= sizeof(result->code) ||
        lamb_result_outcome(result) <= 0)
        abort();
    (void)lamb_result_parse(result);
    /* Text never grows: a reference is longer than what it stands for. */
    if (lamb_xml_text(bytes, "Message", &text) == 0 && text.len > size)
        abort();
    lamb_aws_result_free(result);
    return 0;
}
