/* SPDX-License-Identifier: Apache-2.0 */

/* What decodes: base64, gzip, forms, bodies, JSON in text; and points in time. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include "sdk/base/base64.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/events/event_time.h"
#include "sdk/events/testing.h"

/* ---- Points in time -------------------------------------------------------------- */

static const struct time_row {
    enum lamb_time_form form;
    const char *text;
    int64_t ms; /* -1: it is none */
} times[] = {
    { LAMB_TIME_MS_TEXT, "1795228243123", 1795228243123 },
    { LAMB_TIME_MS_TEXT, "9223372036854775807", INT64_MAX },
    { LAMB_TIME_MS_TEXT, "9223372036854775808", -1 },
    { LAMB_TIME_MS_TEXT, "12.5", -1 },
    { LAMB_TIME_MS_TEXT, "", -1 },
    { LAMB_TIME_ISO, "2026-11-21T02:30:43.123Z", 1795228243123 },
    { LAMB_TIME_ISO, "2026-11-21T02:30:43Z", 1795228243000 },
    { LAMB_TIME_ISO, "2026-11-21T02:30:43.1Z", 1795228243100 },
    { LAMB_TIME_ISO, "2026-11-21T02:30:43.123999999Z", 1795228243123 },
    { LAMB_TIME_ISO, "2026-11-21T04:30:43.123+02:00", 1795228243123 },
    { LAMB_TIME_ISO, "2026-11-20T21:00:43.123-0530", 1795228243123 },
    { LAMB_TIME_ISO, "1970-01-01T00:00:00Z", 0 },
    { LAMB_TIME_ISO, "2024-02-29T00:00:00Z", 1709164800000 },
    { LAMB_TIME_ISO, "2023-02-29T00:00:00Z", -1 },
    { LAMB_TIME_ISO, "2026-13-01T00:00:00Z", -1 },
    { LAMB_TIME_ISO, "2026-00-01T00:00:00Z", -1 },
    { LAMB_TIME_ISO, "2026-11-21T24:00:00Z", -1 },
    { LAMB_TIME_ISO, "2026-11-21T02:30:43", -1 },
    { LAMB_TIME_ISO, "2026-11-21", -1 },
    { LAMB_TIME_ISO, "2026-11-21T02:30:43Z ", -1 },
    { LAMB_TIME_ACCESS_LOG, "21/Nov/2026:02:30:43 +0000", 1795228243000 },
    { LAMB_TIME_ACCESS_LOG, "21/Nov/2026:04:30:43 +0200", 1795228243000 },
    { LAMB_TIME_ACCESS_LOG, "21/nov/2026:02:30:43 +0000", -1 },
    { LAMB_TIME_ACCESS_LOG, "21/Nov/2026:02:30:43", -1 },
    { LAMB_TIME_X509, "Nov 21 02:30:43 2026 GMT", 1795228243000 },
    { LAMB_TIME_X509, "May  8 12:30:02 2027 GMT", 1809779402000 },
    { LAMB_TIME_X509, "May 8 12:30:02 2027 GMT", 1809779402000 },
    { LAMB_TIME_X509, "May 8 12:30:02 2027", -1 },
    { LAMB_TIME_RABBITMQ, "Nov 21, 2026, 2:30:43 AM", 1795228243000 },
    { LAMB_TIME_RABBITMQ, "Nov 21, 2026, 2:30:43\xE2\x80\xAFPM", 1795271443000 },
    { LAMB_TIME_RABBITMQ, "Jan 1, 1970, 12:33:41 AM", 2021000 },
    { LAMB_TIME_RABBITMQ, "Jan 1, 1970, 12:33:41 PM", 45221000 },
    { LAMB_TIME_RABBITMQ, "Jan 1, 1970, 0:33:41 AM", -1 },
    { LAMB_TIME_RABBITMQ, "Jan 1, 1970, 13:33:41 AM", -1 },
    { LAMB_TIME_RABBITMQ, "Jan 1, 1970, 1:33:41", -1 },
    { LAMB_TIME_MS, "1795228243123", -1 }, /* this form is a number */
    { LAMB_TIME_SECONDS, "1795228243", -1 },
};

static void
each_form_of_time_is_read_and_nothing_like_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(times); i++) {
        struct lamb_span text = { times[i].text, strlen(times[i].text) };
        int64_t ms = -2;
        int r = lamb_event_time(text, times[i].form, &ms);

        if (r != (times[i].ms < 0 ? -EINVAL : 0) || (r == 0 && ms != times[i].ms))
            fail_msg("'%s': %d, %lld", times[i].text, r, (long long)ms);
    }
}

static void
times_that_are_numbers_are_exact_to_the_millisecond(void **state)
{
    struct lamb_document *document =
        open_text("{\"ms\":1795228243123,\"s\":1795228243.123,\"whole\":1795228243,"
                  "\"early\":-0.001,\"far\":1e300,\"text\":\"soon\"}");
    struct lamb_value root = lamb_document_root(document);
    int64_t ms;

    (void)state;
    assert_int_equal(lamb_value_time(root, "ms", LAMB_TIME_MS, &ms), 0);
    assert_true(ms == 1795228243123);
    assert_int_equal(lamb_value_time(root, "s", LAMB_TIME_SECONDS, &ms), 0);
    assert_true(ms == 1795228243123);
    assert_int_equal(lamb_value_time(root, "whole", LAMB_TIME_SECONDS, &ms), 0);
    assert_true(ms == 1795228243000);
    assert_int_equal(lamb_value_time(root, "early", LAMB_TIME_SECONDS, &ms), 0);
    assert_true(ms == -1);
    assert_int_equal(lamb_value_time(root, "far", LAMB_TIME_SECONDS, &ms), -EPROTO);
    assert_true(ms == 0);
    assert_string_equal(lamb_document_error(document),
                        "far: 1e+300 seconds are no point in time");
    assert_int_equal(lamb_value_time(root, "text", LAMB_TIME_ISO, &ms), -EPROTO);
    assert_int_equal(lamb_value_time(root, "none", LAMB_TIME_ISO, &ms), LAMB_ABSENT);
    lamb_document_close(document);
}

/* ---- Bytes ----------------------------------------------------------------------- */

static void
bytes_are_decoded_once_and_may_hold_zeros(void **state)
{
    struct lamb_document *document =
        open_text("{\"b\":\"aABp\",\"empty\":\"\",\"bad\":\"aGVsbG8\",\"n\":7,"
                  "\"o\":[104,0,-1,255],\"far\":[256]}");
    struct lamb_value root = lamb_document_root(document);
    struct lamb_span bytes;
    struct lamb_span again;

    (void)state;
    assert_int_equal(lamb_value_bytes(root, "b", &bytes), 0);
    assert_int_equal(bytes.len, 3);
    assert_memory_equal(bytes.ptr, "h\0i", 4);
    assert_int_equal(lamb_value_bytes(root, "b", &again), 0);
    assert_ptr_equal(bytes.ptr, again.ptr);
    assert_int_equal(lamb_value_bytes(root, "empty", &bytes), 0);
    assert_span(bytes, "");
    assert_int_equal(lamb_value_octets(root, "o", &bytes), 0);
    assert_int_equal(bytes.len, 4);
    assert_memory_equal(bytes.ptr, "h\0\xff\xff", 5);
    assert_string_equal(lamb_document_error(document), "");
    assert_int_equal(lamb_value_bytes(root, "bad", &bytes), -EPROTO);
    assert_span(bytes, "");
    assert_string_equal(lamb_document_error(document),
                        "bad: base64 is expected, \"aGVsbG8\" was found");
    assert_int_equal(lamb_value_bytes(root, "n", &bytes), -EPROTO);
    assert_int_equal(lamb_value_octets(root, "far", &bytes), -EPROTO);
    assert_int_equal(lamb_value_octets(root, "b", &bytes), -EPROTO);
    lamb_document_close(document);
}

static void
forms_and_bodies_are_decoded(void **state)
{
    struct lamb_document *document =
        open_text("{\"f\":\"a+b%21%2F%e2%82%ac%zz%4\",\"text\":{\"body\":\"aGk=\","
                  "\"isBase64Encoded\":false},\"bytes\":{\"body\":\"aGk=\","
                  "\"isBase64Encoded\":true},\"none\":{\"body\":null},"
                  "\"wrong\":{\"body\":\"*\",\"isBase64Encoded\":true}}");
    struct lamb_value root = lamb_document_root(document);
    struct lamb_value inner;
    struct lamb_span text;

    (void)state;
    assert_int_equal(lamb_value_form(root, "f", &text), 0);
    assert_span(text, "a b!/\xe2\x82\xac%zz%4");
    assert_int_equal(lamb_value_object(root, "text", &inner), 0);
    assert_int_equal(lamb_value_body(inner, &text), 0);
    assert_span(text, "aGk=");
    assert_int_equal(lamb_value_object(root, "bytes", &inner), 0);
    assert_int_equal(lamb_value_body(inner, &text), 0);
    assert_span(text, "hi");
    assert_int_equal(lamb_value_object(root, "none", &inner), 0);
    assert_int_equal(lamb_value_body(inner, &text), LAMB_NULL);
    assert_int_equal(lamb_value_object(root, "wrong", &inner), 0);
    assert_int_equal(lamb_value_body(inner, &text), -EPROTO);
    assert_string_equal(lamb_document_error(document),
                        "wrong.body: base64 is expected, \"*\" was found");
    lamb_document_close(document);
}

/* ---- JSON in JSON ---------------------------------------------------------------- */

static void
json_in_text_belongs_to_the_document(void **state)
{
    struct lamb_document *document =
        open_text("{\"r\":[{\"body\":\"{\\\"a\\\":{\\\"b\\\":[1,\\\"x\\\"]}}\"},"
                  "{\"body\":\"{\\\"a\\\":7}\"},{\"body\":\"{\"}]}");
    struct lamb_value root = lamb_document_root(document);
    struct lamb_value list;
    struct lamb_value record;
    struct lamb_value value;
    struct lamb_value again;
    struct lamb_span text;

    (void)state;
    assert_int_equal(lamb_value_list(root, "r", &list, NULL), 0);
    assert_int_equal(lamb_value_at(list, 0, &record), 0);
    assert_int_equal(lamb_value_parsed(record, "body", &value), 0);
    assert_int_equal(lamb_value_parsed(record, "body", &again), 0);
    assert_ptr_equal(value.node, again.node);
    assert_int_equal(lamb_value_get(value, "a/b", &value), 0);
    assert_int_equal(lamb_value_json(value, &text), 0);
    assert_span(text, "[1,\"x\"]");
    assert_int_equal(lamb_value_at(list, 1, &record), 0);
    assert_int_equal(lamb_value_parsed(record, "body", &value), 0);
    assert_int_equal(lamb_value_text(value, "a", &text), -EPROTO);
    assert_string_equal(lamb_document_error(document),
                        "r[1].body: a: text is expected, a whole number was found");
    assert_int_equal(lamb_value_at(list, 2, &record), 0);
    assert_int_equal(lamb_value_parsed(record, "body", &value), -EPROTO);
    lamb_document_close(document);
}

/* {"data": BYTES with gzip's head, in base64}, COUNT times one after another */
static void
zip(const char *bytes, size_t len, int count, struct lamb_buf *json)
{
    LAMB_AUTOBUF struct lamb_buf zipped = LAMB_BUF_INIT((size_t)1 << 20);
    unsigned char out[4096];

    for (int i = 0; i < count; i++) {
        z_stream zip = { 0 };
        int z = Z_OK;

        assert_int_equal(
            deflateInit2(&zip, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
            Z_OK);
        zip.next_in = (z_const Bytef *)(uintptr_t)bytes;
        zip.avail_in = (uInt)len;
        while (z == Z_OK) {
            zip.next_out = out;
            zip.avail_out = sizeof(out);
            z = deflate(&zip, Z_FINISH);
            (void)lamb_buf_append(&zipped, out, sizeof(out) - zip.avail_out);
        }
        (void)deflateEnd(&zip);
    }
    (void)lamb_buf_str(json, "{\"data\":\"");
    (void)lamb_base64_encode(json, lamb_buf_view(&zipped));
    assert_int_equal(lamb_buf_str(json, "\"}"), 0);
}

static int
unzip(const char *bytes, size_t len, int count, struct lamb_span *ret,
      struct lamb_document **ret_document)
{
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT((size_t)1 << 20);
    struct lamb_value value;
    int r;

    zip(bytes, len, count, &json);
    *ret_document = open_text(lamb_buf_cstr(&json));
    r = lamb_value_unzipped(lamb_document_root(*ret_document), "data", &value);
    if (r == 0)
        assert_int_equal(lamb_value_json(value, ret), 0);
    return r;
}

static void
gzip_of_one_and_of_several_members_is_unpacked(void **state)
{
    struct lamb_document *document;
    struct lamb_span text;

    (void)state;
    assert_int_equal(unzip("{\"a\":1}", 7, 1, &text, &document), 0);
    assert_span(text, "{\"a\":1}");
    lamb_document_close(document);
    assert_int_equal(unzip("12", 2, 3, &text, &document), 0);
    assert_span(text, "121212");
    lamb_document_close(document);
    assert_int_equal(unzip("{", 1, 1, &text, &document), -EPROTO);
    lamb_document_close(document);
}

static void
what_unpacks_to_too_much_is_refused(void **state)
{
    enum { MUCH = 65 * 1024 * 1024 };
    char *spaces = malloc(MUCH);
    struct lamb_document *document;
    struct lamb_span text;

    (void)state;
    assert_non_null(spaces);
    memset(spaces, ' ', MUCH);
    assert_int_equal(unzip(spaces, MUCH, 1, &text, &document), -EFBIG);
    assert_string_equal(lamb_document_error(document),
                        "data: it unzips to more than 64 MiB");
    lamb_document_close(document);
    free(spaces);
}

static void
what_is_no_gzip_or_cut_off_is_refused(void **state)
{
    static const char *const wrong[] = {
        "{\"data\":\"aGVsbG8=\"}",             /* not gzip */
        "{\"data\":\"\"}",                     /* nothing */
        "{\"data\":\"H4sIAAAAAAAAA6tWSgQA\"}", /* cut off */
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(wrong); i++) {
        struct lamb_document *document = open_text(wrong[i]);
        struct lamb_value value;

        assert_int_equal(
            lamb_value_unzipped(lamb_document_root(document), "data", &value), -EPROTO);
        assert_string_equal(lamb_document_error(document),
                            "data: it is not compressed with gzip, or cut off");
        assert_null(value.node);
        lamb_document_close(document);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_time_is_read_and_nothing_like_it),
        cmocka_unit_test(times_that_are_numbers_are_exact_to_the_millisecond),
        cmocka_unit_test(bytes_are_decoded_once_and_may_hold_zeros),
        cmocka_unit_test(forms_and_bodies_are_decoded),
        cmocka_unit_test(json_in_text_belongs_to_the_document),
        cmocka_unit_test(gzip_of_one_and_of_several_members_is_unpacked),
        cmocka_unit_test(what_unpacks_to_too_much_is_refused),
        cmocka_unit_test(what_is_no_gzip_or_cut_off_is_refused),
    };

    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
