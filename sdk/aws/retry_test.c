/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/retry.h"

/* cmocka.h needs these first */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct lamb_span nothing;

static void
test_only_what_trying_again_may_mend_is_tried_again(void **state)
{
    static const struct {
        int status;
        const char *code;
        enum lamb_retry_kind kind;
    } rows[] = {
        { 200, "", LAMB_RETRY_NOT },
        { 200, "SlowDown", LAMB_RETRY_NOT },
        { 301, "PermanentRedirect", LAMB_RETRY_NOT },
        { 400, "ValidationException", LAMB_RETRY_NOT },
        { 400, "ThrottlingException", LAMB_RETRY_THROTTLED },
        { 400, "ProvisionedThroughputExceededException", LAMB_RETRY_THROTTLED },
        { 400, "RequestTimeout", LAMB_RETRY_TRANSIENT },
        { 403, "AccessDenied", LAMB_RETRY_NOT },
        { 429, "", LAMB_RETRY_THROTTLED },
        { 500, "", LAMB_RETRY_TRANSIENT },
        { 501, "NotImplemented", LAMB_RETRY_NOT },
        { 503, "SlowDown", LAMB_RETRY_THROTTLED },
        { 504, "", LAMB_RETRY_TRANSIENT },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++)
        assert_int_equal(
            lamb_retry_of_answer(rows[i].status, lamb_span_str(rows[i].code)),
            rows[i].kind);
    assert_int_equal(lamb_retry_of_failure(-ECONNRESET), LAMB_RETRY_TRANSIENT);
    assert_int_equal(lamb_retry_of_failure(-ETIMEDOUT), LAMB_RETRY_TRANSIENT);
    assert_int_equal(lamb_retry_of_failure(-EMSGSIZE), LAMB_RETRY_NOT);
    assert_int_equal(lamb_retry_of_failure(-EPROTO), LAMB_RETRY_NOT);
}

static void
test_waits_double_up_to_a_ceiling(void **state)
{
    (void)state;
    /* chance % (span + 1): the span itself is the longest wait */
    assert_int_equal(lamb_retry_wait_ms(LAMB_RETRY_TRANSIENT, 1, 50, nothing), 50);
    assert_int_equal(lamb_retry_wait_ms(LAMB_RETRY_TRANSIENT, 1, 51, nothing), 0);
    assert_int_equal(lamb_retry_wait_ms(LAMB_RETRY_TRANSIENT, 2, 100, nothing), 100);
    assert_int_equal(lamb_retry_wait_ms(LAMB_RETRY_TRANSIENT, 2, 101, nothing), 0);
    assert_int_equal(lamb_retry_wait_ms(LAMB_RETRY_THROTTLED, 1, 500, nothing), 500);
    for (int attempt = 1; attempt < 100; attempt++)
        for (uint64_t chance = 0; chance < 20000; chance += 997)
            assert_in_range(
                lamb_retry_wait_ms(LAMB_RETRY_THROTTLED, attempt, chance, nothing), 0,
                5000);
    assert_int_equal(lamb_retry_wait_ms(LAMB_RETRY_THROTTLED, 50, 5000, nothing), 5000);
}

static void
test_a_wait_that_the_service_asks_for_counts(void **state)
{
    (void)state;
    assert_int_equal(
        lamb_retry_wait_ms(LAMB_RETRY_THROTTLED, 1, 7, lamb_span_str(" 2 ")), 2000);
    /* not one that is too long, or none */
    assert_int_equal(
        lamb_retry_wait_ms(LAMB_RETRY_THROTTLED, 1, 7, lamb_span_str("86400")), 7);
    assert_int_equal(
        lamb_retry_wait_ms(LAMB_RETRY_THROTTLED, 1, 7, lamb_span_str("soon")), 7);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_trying_again_may_mend_is_tried_again),
        cmocka_unit_test(test_waits_double_up_to_a_ceiling),
        cmocka_unit_test(test_a_wait_that_the_service_asks_for_counts),
    };

    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
