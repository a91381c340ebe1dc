/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/head.h"

#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Lines as MHD would hand them over: "METHOD TARGET VERSION", then "NAME:VALUE". */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct lamb_span rest = lamb_span_of(bytes, len);
    struct lamb_span line;
    struct lamb_span method;
    struct lamb_span target;
    struct lamb_span version;
    struct lamb_span path;
    struct lamb_span query;
    struct head_facts facts = { 0 };

    (void)lamb_span_cut(rest, '\n', &line, &rest);
    (void)lamb_span_cut(line, ' ', &method, &target);
    (void)lamb_span_cut(target, ' ', &target, &version);
    (void)lamb_span_cut(target, '?', &path, &query);
    head_line(&facts, method, path, query);
    while (rest.len) {
        struct lamb_span name;
        struct lamb_span value;

        (void)lamb_span_cut(rest, '\n', &line, &rest);
        (void)lamb_span_cut(line, ':', &name, &value);
        head_field(&facts, name, value);
    }
    head_end(&facts, version);
    if (!facts.refusal) {
        lamb_assert(facts.lengths + facts.codings <= 1 && facts.hosts <= 1);
        lamb_assert(method.len && path.len && !memchr(path.ptr, ' ', path.len));
        lamb_assert(facts.announced < UINT64_MAX);
    }
    return 0;
}
