/* SPDX-License-Identifier: Apache-2.0 */

/* A template: read, and every call asked for, each with something learned. */
#include <stdint.h>

#include "emulator/template/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ignore(void *data, const char *text)
{
    (void)data;
    (void)text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct template_value parameters[] = { { NULL, NULL } };
    const struct template_config config = { .path = "t.yaml",
                                            .region = "us-east-1",
                                            .account = "000000000000",
                                            .url = "http://127.0.0.1:9000",
                                            .parameters = parameters };
    struct template_call call;
    struct lamb_err err = { 0 };
    struct template *t;

    if (template_parse(&config, lamb_span_of(data, size), &t, &err))
        return 0;
    while (template_next(t, &call, &err) == 0) {
        (void)template_learn(t, call.id, "Version", "1");
        (void)template_learn(t, call.id, "Ref", "arn");
        template_call_free(&call);
    }
    template_each_ignored(t, ignore, NULL);
    template_free(t);
    return 0;
}
