/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

static struct wire_msg
a_start(void)
{
    struct wire_msg msg = wire_msg(WIRE_START, 7);

    msg.proc = 1;
    return msg;
}

static void
a_sound_message_passes_the_check(void **state)
{
    struct wire_msg msg = a_start(), got;

    (void)state;
    assert_int_equal(wire_check(&msg, sizeof(msg), 3, &got), 0);
    assert_int_equal(got.sandbox, 7);
    assert_int_equal(got.type, WIRE_START);
}

static void
each_unsound_field_is_refused(void **state)
{
    struct wire_msg sound = a_start(), bad[8], got = { 0 };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(bad); i++)
        bad[i] = sound;
    bad[0].magic++;
    bad[1].type = WIRE_TYPE_N;
    bad[2].proc = 0;
    bad[3].proc = WIRE_PROC_MAX + 1;
    bad[4].out_of_memory = 2;
    bad[5].err.code = 1;
    bad[6].pid = -1;
    memset(bad[7].err.text, 'x', sizeof(bad[7].err.text));
    for (size_t i = 0; i < LAMB_COUNT(bad); i++) {
        print_message("# field %zu\n", i);
        assert_int_equal(wire_check(&bad[i], sizeof(bad[i]), 3, &got), -EBADMSG);
    }
    assert_int_equal(got.magic, 0);
}

static void
a_message_of_another_size_is_refused(void **state)
{
    struct wire_msg msg = a_start(), got;

    (void)state;
    for (size_t len = 0; len < sizeof(msg); len++)
        assert_int_equal(wire_check(&msg, len, 3, &got), -EBADMSG);
}

static void
each_message_wants_its_descriptors(void **state)
{
    struct wire_msg msg = a_start(), got;

    (void)state;
    for (size_t fds = 0; fds < 3; fds++)
        assert_int_equal(wire_check(&msg, sizeof(msg), fds, &got), -EBADMSG);
    msg = wire_msg(WIRE_KILL, 7);
    assert_int_equal(wire_check(&msg, sizeof(msg), 0, &got), 0);
    assert_int_equal(wire_check(&msg, sizeof(msg), 1, &got), -EBADMSG);
}

static void
a_signal_must_be_one(void **state)
{
    static const int numbers[] = { -1, 0, 65, 1000 };
    struct wire_msg msg = wire_msg(WIRE_SIGNAL, 7), got;

    (void)state;
    msg.proc = 3;
    msg.value = 15;
    assert_int_equal(wire_check(&msg, sizeof(msg), 0, &got), 0);
    for (size_t i = 0; i < LAMB_COUNT(numbers); i++) {
        msg.value = numbers[i];
        assert_int_equal(wire_check(&msg, sizeof(msg), 0, &got), -EBADMSG);
    }
}

static void
a_message_travels_with_its_descriptors(void **state)
{
    struct wire_msg msg = a_start(), got;
    struct wire_fds fds;
    struct stat st;
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    assert_int_equal(wire_recv(pair[1], &got, &fds, MSG_DONTWAIT), -EAGAIN);
    assert_int_equal(wire_send(pair[0], &msg, (int[]){ 0, 1, 2 }, 3, 0), 0);
    assert_int_equal(wire_recv(pair[1], &got, &fds, MSG_DONTWAIT), 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(fstat(fds.fd[i], &st), 0);
        assert_int_equal(fcntl(fds.fd[i], F_GETFD), FD_CLOEXEC);
    }
    wire_fds_close(&fds);
    (void)close(pair[0]);
    assert_int_equal(wire_recv(pair[1], &got, &fds, MSG_DONTWAIT), 0);
    (void)close(pair[1]);
}

/* The lowest free descriptor: the same before and after, if nothing leaked. */
static int
lowest_free(void)
{
    int fd = dup(0);

    (void)close(fd);
    return fd;
}

static void
garbage_is_dropped_and_its_descriptors_closed(void **state)
{
    struct wire_msg msg = wire_msg(WIRE_KILL, 1), got; /* takes no descriptor */
    struct wire_fds fds;
    int pair[2], before;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    before = lowest_free();
    assert_int_equal(wire_send(pair[0], &msg, (int[]){ 0, 1, 2 }, 3, 0), 0);
    assert_int_equal(send(pair[0], "hello", 5, 0), 5);
    assert_int_equal(wire_recv(pair[1], &got, &fds, MSG_DONTWAIT), -EBADMSG);
    assert_int_equal(wire_recv(pair[1], &got, &fds, MSG_DONTWAIT), -EBADMSG);
    assert_int_equal(lowest_free(), before);
    (void)close(pair[0]);
    (void)close(pair[1]);
}

static void
strings_come_back_as_they_were(void **state)
{
    static const char *const argv[] = { "/bin/sh", "-c", "", "two words", NULL };
    static const char *const envp[] = { "A=1", NULL };
    const char *const *const lists[WIRE_LISTS] = { NULL, argv, envp };
    struct wire_strings got = { 0 };
    struct lamb_err err = { 0 };
    int fd;

    (void)state;
    assert_int_equal(wire_strings_write(lists, &fd, &err), 0);
    assert_int_equal(wire_strings_read(fd, &got, &err), 0);
    assert_int_equal(got.count[0], 0);
    assert_null(got.list[0][0]);
    assert_int_equal(got.count[1], 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(got.list[1][i], argv[i]);
    assert_null(got.list[1][4]);
    assert_string_equal(got.list[2][0], "A=1");
    wire_strings_fini(&got);
    (void)close(fd);
}

static void
too_many_strings_are_refused_with_advice(void **state)
{
    LAMB_AUTOFREE char *big = malloc(WIRE_STRINGS_MAX + 1);
    const char *const argv[] = { big, NULL };
    const char *const *const lists[WIRE_LISTS] = { NULL, argv, NULL };
    struct lamb_err err = { 0 };
    int fd;

    (void)state;
    assert_non_null(big);
    memset(big, 'x', WIRE_STRINGS_MAX);
    big[WIRE_STRINGS_MAX] = '\0';
    assert_int_equal(wire_strings_write(lists, &fd, &err), -E2BIG);
    assert_non_null(strstr(err.text, "environment smaller"));
}

static void
cut_strings_are_refused(void **state)
{
    struct {
        uint32_t count[3];
        char bytes[8];
    } good = { { 1, 1, 0 }, "ab\0cde\0" };
    const size_t len = sizeof(good.count) + 7;
    struct wire_strings got = { 0 };

    (void)state;
    assert_int_equal(wire_strings_parse((const char *)&good, len, &got), 0);
    assert_string_equal(got.list[1][0], "cde");
    wire_strings_fini(&got);
    for (size_t cut = 0; cut < len; cut++)
        assert_int_equal(wire_strings_parse((const char *)&good, cut, &got), -EBADMSG);
    assert_int_equal(wire_strings_parse((const char *)&good, len + 1, &got), -EBADMSG);
    good.count[2] = UINT32_MAX;
    assert_int_equal(wire_strings_parse((const char *)&good, len, &got), -EBADMSG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_message_passes_the_check),
        cmocka_unit_test(each_unsound_field_is_refused),
        cmocka_unit_test(a_message_of_another_size_is_refused),
        cmocka_unit_test(each_message_wants_its_descriptors),
        cmocka_unit_test(a_signal_must_be_one),
        cmocka_unit_test(a_message_travels_with_its_descriptors),
        cmocka_unit_test(garbage_is_dropped_and_its_descriptors_closed),
        cmocka_unit_test(strings_come_back_as_they_were),
        cmocka_unit_test(too_many_strings_are_refused_with_advice),
        cmocka_unit_test(cut_strings_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
