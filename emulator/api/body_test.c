/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

/* What was told, with what it had taken along. */
struct told {
    struct loop *loop;
    size_t n;
    json_t *members;
    struct lamb_blob *upload;
    bool is_bad_upload;
    char why[256];
};

static void
on_parsed(void *data, struct body *body)
{
    struct told *told = data;

    told->n++;
    told->members = lamb_take_ptr(&body->members);
    told->upload = lamb_take_ptr(&body->upload);
    told->is_bad_upload = body->is_bad_upload;
    memcpy(told->why, body->why, sizeof(told->why));
    loop_stop(told->loop);
}

/* Parse PAD blanks and then TEXT; whether that was over before the call returned. */
static bool
parse(struct told *told, const char *text, size_t pad)
{
    LAMB_AUTOBUF struct lamb_buf bytes = LAMB_BUF_INIT(1024 * 1024);
    struct lamb_err err = { 0 };
    bool is_at_once;

    *told = (struct told){ 0 };
    assert_int_equal(loop_new(&told->loop, &err), 0);
    for (size_t i = 0; i < pad; i++)
        assert_int_equal(lamb_buf_char(&bytes, ' '), 0);
    assert_int_equal(lamb_buf_str(&bytes, text), 0);
    assert_int_equal(
        body_parse(told->loop, lamb_blob_copy(lamb_buf_view(&bytes)), on_parsed, told),
        0);
    is_at_once = told->n == 1;
    loop_run(told->loop);
    assert_int_equal(told->n, 1);
    loop_free(told->loop);
    return is_at_once;
}

static void
forget(struct told *told)
{
    json_decref(told->members);
    lamb_blob_unref(told->upload);
}

enum { LARGE = 128 * 1024 };

static void
a_large_body_is_parsed_off_the_loop_and_a_small_one_at_once(void **unused)
{
    struct told told;

    (void)unused;
    assert_true(parse(&told, "{\"a\":1}", 0));
    forget(&told);
    assert_false(parse(&told, "{\"a\":1}", LARGE));
    assert_int_equal(json_integer_value(json_object_get(told.members, "a")), 1);
    forget(&told);
}

static void
an_upload_is_decoded_and_taken_out_where_the_service_has_it(void **unused)
{
    static const char *const rows[] = { "{\"ZipFile\":\"emlw\"}",
                                        "{\"Code\":{\"ZipFile\":\"emlw\"}}",
                                        "{\"Content\":{\"ZipFile\":\"emlw\"}}" };
    struct told told;

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t pad = 0; pad <= LARGE; pad += LARGE) {
            (void)parse(&told, rows[i], pad);
            assert_non_null(told.upload);
            assert_int_equal(told.upload->len, 3);
            assert_memory_equal(told.upload->bytes, "zip", 3);
            assert_false(told.is_bad_upload);
            forget(&told);
        }
    (void)parse(&told, "{\"Code\":{\"ZipFile\":\"no base64\"}}", 0);
    assert_true(told.is_bad_upload);
    assert_null(told.upload);
    forget(&told);
    (void)parse(&told, "{\"Code\":{\"ZipFile\":7}}", 0);
    assert_false(told.is_bad_upload); /* another type is the model's affair */
    assert_int_equal(json_integer_value(json_object_get(
                         json_object_get(told.members, "Code"), "ZipFile")),
                     7);
    forget(&told);
}

static void
what_is_no_object_is_told(void **unused)
{
    static const struct {
        const char *text;
        const char *why; /* NULL: it is fine, and empty */
    } rows[] = { { "", NULL },
                 { "null", "expected near 'null'" },
                 { "{}", NULL },
                 { "[1]", "it is not an object" },
                 { "{\"a\":", "line 1, column" } };
    struct told told;

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)parse(&told, rows[i].text, 0);
        if (rows[i].why) {
            assert_null(told.members);
            assert_non_null(strstr(told.why, rows[i].why));
        } else {
            assert_int_equal(json_object_size(told.members), 0);
            assert_true(json_is_object(told.members));
        }
        forget(&told);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_body_is_parsed_off_the_loop_and_a_small_one_at_once),
        cmocka_unit_test(an_upload_is_decoded_and_taken_out_where_the_service_has_it),
        cmocka_unit_test(what_is_no_object_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
