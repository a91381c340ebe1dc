/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/spool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* Lines that all differ, of lengths up to 2000 bytes. */
static struct lamb_span
line(unsigned i, char text[2048])
{
    int n = snprintf(text, 2048, "%u:%0*u\n", i, (int)(i * 37 % 2000) + 1, i);

    return lamb_span_of(text, (size_t)n);
}

static void
expect_line(struct spool *spool, unsigned i)
{
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(4096);
    char text[2048];
    struct lamb_span want = line(i, text);

    assert_true(spool_take_line(spool, &got));
    assert_int_equal(got.len, want.len - 1);
    assert_memory_equal(got.ptr, want.ptr, got.len);
}

static void
lines_come_back_in_order_from_memory_and_disk(void **unused)
{
    char text[2048];
    struct spool spool;
    unsigned out = 0;
    uint64_t bytes = 0;

    (void)unused;
    spool_init(&spool, "/tmp", 16 * 1024 * 1024);
    for (unsigned i = 0; i < 6000; i++) { /* 6 MB, a reader of a quarter the speed */
        bytes += line(i, text).len;
        assert_int_equal(spool_push(&spool, line(i, text)), 0);
        if (i % 4 == 0) {
            bytes -= line(out, text).len;
            expect_line(&spool, out++);
        }
        assert_int_equal(spool_len(&spool), bytes);
    }
    assert_true(spool.fd >= 0);
    while (out < 6000)
        expect_line(&spool, out++);
    assert_int_equal(spool_peek(&spool).len, 0);
    assert_int_equal(lseek(spool.fd, 0, SEEK_END), 0); /* read is gone from the disk */
    spool_fini(&spool);
}

static void
the_ring_wraps_around(void **unused)
{
    char text[2048];
    struct spool spool;
    unsigned in = 0;
    unsigned out = 0;

    (void)unused;
    spool_init(&spool, "/tmp", 300001);
    while (spool_push(&spool, line(in, text)) == 0)
        in++;
    for (int i = 0; i < 5000; i++) {
        expect_line(&spool, out++);
        while (spool_push(&spool, line(in, text)) == 0)
            in++;
    }
    assert_true(lseek(spool.fd, 0, SEEK_END) <= 300001);
    while (out < in)
        expect_line(&spool, out++);
    assert_int_equal(spool_len(&spool), 0);
    spool_fini(&spool);
}

static void
what_does_not_fit_is_refused_whole(void **unused)
{
    char text[2048];
    struct spool spool;
    uint64_t before;
    unsigned in = 0;

    (void)unused;
    spool_init(&spool, NULL, 0);
    while (spool_push(&spool, line(in, text)) == 0)
        in++;
    before = spool_len(&spool);
    assert_true(before <= SPOOL_MEMORY && before > SPOOL_MEMORY - 4096);
    assert_int_equal(spool_push(&spool, line(1999, text)), SPOOL_E_FULL);
    assert_int_equal(spool_len(&spool), before);
    for (unsigned out = 0; out < in; out++)
        expect_line(&spool, out);
    assert_int_equal(spool_push(&spool, LAMB_SPAN("again\n")), 0);
    spool_fini(&spool);
}

static void
a_disk_that_cannot_be_written_is_one_that_is_full(void **unused)
{
    char text[2048];
    struct spool spool;
    unsigned in = 0;

    (void)unused;
    spool_init(&spool, "/nonexistent", SPOOL_DISK);
    while (spool_push(&spool, line(in, text)) == 0)
        in++;
    assert_true(spool_len(&spool) <= SPOOL_MEMORY + SPOOL_BLOCK);
    for (unsigned out = 0; out < in; out++)
        expect_line(&spool, out);
    spool_fini(&spool);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_back_in_order_from_memory_and_disk),
        cmocka_unit_test(the_ring_wraps_around),
        cmocka_unit_test(what_does_not_fit_is_refused_whole),
        cmocka_unit_test(a_disk_that_cannot_be_written_is_one_that_is_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
