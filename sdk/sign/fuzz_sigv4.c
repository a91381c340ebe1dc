/* SPDX-License-Identifier: Apache-2.0 */

/* A request whose first line is its target and whose other lines are header fields:
 * read, and where it can be read, verified. */
#include <stdint.h>

#include "sdk/base/enum.h"
#include "sdk/sign/sigv4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sigv4_field fields[16];
    struct sigv4_request req = { .method = LAMB_SPAN("GET"),
                                 .payload_hash = LAMB_SPAN("UNSIGNED-PAYLOAD"),
                                 .fields = fields };
    struct lamb_span rest = lamb_span_of(data, size);
    struct lamb_span line;
    struct sigv4_claim claim;

    (void)lamb_span_cut(rest, '\n', &line, &rest);
    (void)lamb_span_cut(line, '?', &req.path, &req.query);
    while (rest.len && req.n_fields < LAMB_COUNT(fields)) {
        struct sigv4_field *field = &fields[req.n_fields++];

        (void)lamb_span_cut(rest, '\n', &line, &rest);
        (void)lamb_span_cut(line, ':', &field->name, &field->value);
    }
    if (lamb_sigv4_read(&req, &claim) == SIGV4_OK)
        (void)lamb_sigv4_verify(&req, &claim, LAMB_SPAN("secret"), claim.epoch_s);
    return 0;
}
