/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/log_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* What was handed out, one "LEVEL TIME TEXT|" after the other. */
struct heard {
    struct lamb_buf text;
    size_t longest;
};

static void
hear(void *data, const struct log_frame *frame)
{
    struct heard *heard = data;

    if (frame->text.len > heard->longest)
        heard->longest = frame->text.len;
    assert_int_equal(lamb_buf_printf(&heard->text, "%s %lld %.*s|",
                                     log_level_text(frame->level),
                                     (long long)frame->at_us,
                                     (int)(frame->text.len < 60 ? frame->text.len : 60),
                                     frame->text.len ? frame->text.ptr : ""),
                     0);
}

static void
put_head(struct lamb_buf *ret, unsigned type, uint32_t len, int64_t at_us)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        (void)lamb_buf_char(ret, (char)(type >> shift));
    for (int shift = 24; shift >= 0; shift -= 8)
        (void)lamb_buf_char(ret, (char)(len >> shift));
    for (int shift = 56; shift >= 0; shift -= 8)
        (void)lamb_buf_char(ret, (char)((uint64_t)at_us >> shift));
}

static void
put_frame(struct lamb_buf *ret, unsigned type, int64_t at_us, const char *text)
{
    put_head(ret, type, (uint32_t)strlen(text), at_us);
    (void)lamb_buf_str(ret, text);
}

/* Cut BYTES in pieces of STEP and compare; frees BYTES. */
static void
check(struct lamb_buf *bytes, size_t step, const char *wanted)
{
    struct heard heard = { .text = LAMB_BUF_INIT(1 << 20) };
    struct frame_cutter cutter;
    struct lamb_span all = lamb_buf_view(bytes);

    frame_cutter_init(&cutter);
    for (size_t at = 0; at < all.len; at += step)
        frame_cutter_feed(
            &cutter,
            lamb_span_of(all.ptr + at, all.len - at < step ? all.len - at : step), hear,
            &heard);
    frame_cutter_end(&cutter, hear, &heard);
    assert_string_equal(lamb_buf_cstr(&heard.text), wanted);
    assert_true(heard.longest <= LINE_MAX_BYTES);
    frame_cutter_fini(&cutter);
    lamb_buf_fini(&heard.text);
}

static void
check_all_steps(struct lamb_buf *bytes, const char *wanted)
{
    for (size_t step = 1; step <= bytes->len; step++)
        check(bytes, step, wanted);
    lamb_buf_fini(bytes);
}

static void
every_type_has_its_level_however_the_bytes_are_cut(void **state)
{
    static const unsigned types[] = { 0xa55a0003, 0xa55a0007, 0xa55a000b, 0xa55a000f,
                                      0xa55a0013, 0xa55a0017, 0xa55a001b, 0xa55a0002,
                                      0xa55a0006, 0xa55a000a, 0xa55a000e, 0xa55a0012,
                                      0xa55a0016, 0xa55a001a };
    struct lamb_buf bytes = LAMB_BUF_INIT(4096);

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(types); i++)
        put_frame(&bytes, types[i], (int64_t)i + 1, i % 2 ? "a\nb" : "");
    check_all_steps(&bytes,
                    " 1 |TRACE 2 a\nb|DEBUG 3 |INFO 4 a\nb|WARN 5 |ERROR 6 a\nb|"
                    "FATAL 7 | 8 a\nb|TRACE 9 |DEBUG 10 a\nb|INFO 11 |"
                    "WARN 12 a\nb|ERROR 13 |FATAL 14 a\nb|");
}

static void
what_is_no_frame_becomes_lines_and_the_next_frame_is_found(void **state)
{
    struct lamb_buf bytes = LAMB_BUF_INIT(4096);

    (void)state;
    (void)lamb_buf_str(&bytes, "plain\ntext \xa5");
    put_frame(&bytes, 0xa55a000f, 5, "one");
    put_head(&bytes, 0xa55a001f, 1, 1); /* no such level */
    (void)lamb_buf_str(&bytes, "\n");
    put_frame(&bytes, 0xa55a000f, 6, "two");
    (void)lamb_buf_str(&bytes, "\xa5\x5a\xa5\x5a");
    put_frame(&bytes, 0xa55a000f, 7, "three");
    for (size_t step = 1; step <= bytes.len; step++) {
        struct heard heard = { .text = LAMB_BUF_INIT(1 << 20) };
        struct frame_cutter cutter;
        const char *text;

        frame_cutter_init(&cutter);
        for (size_t at = 0; at < bytes.len; at += step)
            frame_cutter_feed(&cutter,
                              lamb_span_of(bytes.ptr + at, bytes.len - at < step
                                                               ? bytes.len - at
                                                               : step),
                              hear, &heard);
        text = lamb_buf_cstr(&heard.text);
        assert_non_null(strstr(text, " 0 plain| 0 text \xa5|INFO 5 one|"));
        assert_non_null(strstr(text, "INFO 6 two|"));
        assert_non_null(strstr(text, " 0 \xa5\x5a\xa5\x5a|INFO 7 three|"));
        frame_cutter_fini(&cutter);
        lamb_buf_fini(&heard.text);
    }
    lamb_buf_fini(&bytes);
}

static void
a_length_that_cannot_be_hides_nothing_that_follows(void **state)
{
    struct lamb_buf bytes = LAMB_BUF_INIT(4096);
    struct heard heard = { .text = LAMB_BUF_INIT(4096) };
    struct frame_cutter cutter;

    (void)state;
    put_head(&bytes, 0xa55a000f, UINT32_MAX, 1);
    put_frame(&bytes, 0xa55a0017, 2, "here");
    frame_cutter_init(&cutter);
    frame_cutter_feed(&cutter, lamb_buf_view(&bytes), hear, &heard);
    assert_non_null(strstr(lamb_buf_cstr(&heard.text), "|ERROR 2 here|"));
    frame_cutter_fini(&cutter);
    lamb_buf_fini(&heard.text);
    lamb_buf_fini(&bytes);
}

static void
a_payload_is_cut_at_the_limit_and_the_next_frame_follows(void **state)
{
    struct lamb_buf bytes = LAMB_BUF_INIT(4 << 20);
    char *text = malloc(LINE_MAX_BYTES + 8);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', LINE_MAX_BYTES + 7);
    text[LINE_MAX_BYTES + 7] = '\0';
    put_frame(&bytes, 0xa55a0003, 1, text);
    put_frame(&bytes, 0xa55a0003, 2, "after");
    check(&bytes, 1000,
          " 1 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx| 2 after|");
    lamb_buf_fini(&bytes);
    free(text);
}

static void
a_time_that_can_be_none_is_none(void **state)
{
    struct lamb_buf bytes = LAMB_BUF_INIT(4096);

    (void)state;
    put_frame(&bytes, 0xa55a0003, -1, "before");
    put_frame(&bytes, 0xa55a0003, INT64_MAX, "never");
    put_frame(&bytes, 0xa55a0003, INT64_C(1700000000000000), "then");
    check_all_steps(&bytes, " 0 before| 0 never| 1700000000000000 then|");
}

static void
the_end_hands_out_half_a_frame(void **state)
{
    struct lamb_buf bytes = LAMB_BUF_INIT(4096);

    (void)state;
    put_head(&bytes, 0xa55a0017, 100, 9);
    (void)lamb_buf_str(&bytes, "half");
    check_all_steps(&bytes, "ERROR 9 half|");
    (void)lamb_buf_str(&bytes, "\xa5\x5a");
    check_all_steps(&bytes, " 0 \xa5\x5a|");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_its_level_however_the_bytes_are_cut),
        cmocka_unit_test(what_is_no_frame_becomes_lines_and_the_next_frame_is_found),
        cmocka_unit_test(a_length_that_cannot_be_hides_nothing_that_follows),
        cmocka_unit_test(a_payload_is_cut_at_the_limit_and_the_next_frame_follows),
        cmocka_unit_test(a_time_that_can_be_none_is_none),
        cmocka_unit_test(the_end_hands_out_half_a_frame),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
