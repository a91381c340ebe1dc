/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/operations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
paths_lead_to_operations(void **unused)
{
    static const struct {
        const char *method, *path;
        enum operation_found found;
        const char *name; /* when found */
        const char *label;
    } rows[] = {
        { "POST", "/2015-03-31/functions/f/invocations", OPERATION_FOUND, "Invoke",
          "f" },
        { "POST", "/2015-03-31/functions/f/invocations/", OPERATION_FOUND, "Invoke",
          "f" },
        { "GET", "/2015-03-31/functions/", OPERATION_FOUND, "ListFunctions", NULL },
        { "GET", "/2015-03-31/functions", OPERATION_FOUND, "ListFunctions", NULL },
        { "DELETE", "/2015-03-31/functions/arn%3Aaws", OPERATION_FOUND,
          "DeleteFunction", "arn%3Aaws" },
        { "PATCH", "/2015-03-31/functions/f", OPERATION_OTHER_METHOD, NULL, NULL },
        { "GET", "/", OPERATION_UNKNOWN, NULL, NULL },
        { "GET", "", OPERATION_UNKNOWN, NULL, NULL },
        { "OPTIONS", "*", OPERATION_UNKNOWN, NULL, NULL },
        { "POST", "/2015-03-31/functions//invocations", OPERATION_UNKNOWN, NULL, NULL },
        { "POST", "/2015-03-31/functions/f/invocations/x", OPERATION_UNKNOWN, NULL,
          NULL },
        { "POST", "//2015-03-31/functions/f/invocations", OPERATION_UNKNOWN, NULL,
          NULL },
    };

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        struct operation_match match = { 0 };

        print_message("# %s %s\n", rows[i].method, rows[i].path);
        assert_int_equal(operation_find(lamb_span_str(rows[i].method),
                                        lamb_span_str(rows[i].path), &match),
                         rows[i].found);
        if (rows[i].found != OPERATION_FOUND)
            continue;
        assert_string_equal(match.operation->name, rows[i].name);
        if (rows[i].label)
            assert_true(lamb_span_is(match.labels[0], rows[i].label));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_lead_to_operations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
