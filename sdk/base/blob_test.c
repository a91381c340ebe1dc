/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/blob.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
a_copy_holds_the_bytes_and_no_more(void **state)
{
    struct lamb_blob *blob = lamb_blob_copy(LAMB_SPAN("a\0b"));

    (void)state;
    assert_non_null(blob);
    assert_true(lamb_span_eq(lamb_blob_view(blob), LAMB_SPAN("a\0b")));
    lamb_blob_unref(blob);
    blob = lamb_blob_copy((struct lamb_span){ 0 });
    assert_non_null(blob);
    assert_int_equal(lamb_blob_view(blob).len, 0);
    lamb_blob_unref(blob);
}

static void
it_lives_until_the_last_reference(void **state)
{
    struct lamb_blob *blob = lamb_blob_copy(LAMB_SPAN("payload"));
    struct lamb_blob *other = lamb_blob_ref(blob);

    (void)state;
    assert_ptr_equal(other, blob);
    lamb_blob_unref(blob);
    assert_true(lamb_span_is(lamb_blob_view(other), "payload"));
    lamb_blob_unref(other);
}

static void
nothing_can_be_referenced_viewed_and_dropped(void **state)
{
    (void)state;
    assert_null(lamb_blob_ref(NULL));
    assert_int_equal(lamb_blob_view(NULL).len, 0);
    lamb_blob_unref(NULL);
}

static void
appending_grows_it(void **state)
{
    struct lamb_blob *blob = lamb_blob_new(2);

    (void)state;
    assert_non_null(blob);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(lamb_blob_append(&blob, "abc", 3), 0);
    assert_int_equal(lamb_blob_append(&blob, NULL, 0), 0);
    assert_int_equal(blob->len, 3000);
    assert_true(blob->cap >= 3000);
    assert_memory_equal(blob->bytes + 2997, "abc", 3);
    lamb_blob_unref(blob);
}

static void
sizes_that_overflow_are_out_of_memory(void **state)
{
    struct lamb_blob *blob = lamb_blob_copy(LAMB_SPAN("abc"));

    (void)state;
    assert_null(lamb_blob_new(SIZE_MAX));
    assert_int_equal(lamb_blob_append(&blob, "", SIZE_MAX), -ENOMEM);
    assert_true(lamb_span_is(lamb_blob_view(blob), "abc"));
    lamb_blob_unref(blob);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_holds_the_bytes_and_no_more),
        cmocka_unit_test(it_lives_until_the_last_reference),
        cmocka_unit_test(nothing_can_be_referenced_viewed_and_dropped),
        cmocka_unit_test(appending_grows_it),
        cmocka_unit_test(sizes_that_overflow_are_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
