/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/loop/loop_testing.h"
#include "sdk/base/enum.h"

/* A watch, what it saw last, and what it does about it. */
struct eye {
    struct loop *loop;
    struct loop_fd *watch;
    struct loop_fd **victim; /* unwatched when something is seen */
    unsigned calls;
    unsigned events;
    int fd;
};

static void
see(void *data, int fd, unsigned events)
{
    struct eye *eye = data;

    eye->calls++;
    eye->events = events;
    eye->fd = fd;
    if (eye->victim)
        loop_unwatch(eye->victim);
}

static void
eye_open(struct eye *eye, struct loop *loop, int fd, unsigned events)
{
    struct lamb_err err;

    *eye = (struct eye){ .loop = loop, .fd = -1 };
    assert_int_equal(loop_watch(loop, fd, events, "eye", see, eye, &eye->watch, &err),
                     0);
}

static void
make_pipe(int fds[2])
{
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
}

static void
close_both(const int fds[2])
{
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void
a_descriptor_is_reported_while_it_is_readable(void **state)
{
    struct eye eye;
    int fds[2];
    char byte;

    make_pipe(fds);
    eye_open(&eye, *state, fds[0], LOOP_READABLE);
    run_turns(*state, 1);
    assert_int_equal(eye.calls, 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    run_turns(*state, 2); /* level-triggered */
    assert_int_equal(eye.calls, 2);
    assert_int_equal(eye.events, LOOP_READABLE);
    assert_int_equal(eye.fd, fds[0]);
    assert_int_equal(read(fds[0], &byte, 1), 1);
    run_turns(*state, 1);
    assert_int_equal(eye.calls, 2);
    loop_unwatch(&eye.watch);
    assert_null(eye.watch);
    loop_unwatch(&eye.watch); /* harmless */
    close_both(fds);
}

static void
the_wanted_events_can_change(void **state)
{
    static const struct {
        unsigned wanted;
        unsigned seen;
    } story[] = {
        { LOOP_WRITABLE, LOOP_WRITABLE },
        { 0, 0 },
        { LOOP_READABLE | LOOP_WRITABLE, LOOP_READABLE | LOOP_WRITABLE },
        { LOOP_READABLE, LOOP_READABLE },
        { LOOP_READABLE, LOOP_READABLE },
        { LOOP_HANGUP, 0 },
    };
    struct eye eye;
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    eye_open(&eye, *state, fds[0], 0);
    for (size_t i = 0; i < LAMB_COUNT(story); i++) {
        print_message("# wanted %u\n", story[i].wanted);
        eye.events = 0;
        assert_int_equal(loop_rewatch(eye.watch, story[i].wanted), 0);
        run_turns(*state, 1);
        assert_int_equal(eye.events, story[i].seen);
    }
    loop_unwatch(&eye.watch);
    close_both(fds);
}

static void
the_peers_shutdown_is_a_hangup(void **state)
{
    struct eye eye;
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    eye_open(&eye, *state, fds[0], LOOP_HANGUP);
    run_turns(*state, 1);
    assert_int_equal(eye.calls, 0);
    assert_int_equal(shutdown(fds[1], SHUT_WR), 0);
    run_turns(*state, 1);
    assert_int_equal(eye.events, LOOP_HANGUP);
    loop_unwatch(&eye.watch);
    close_both(fds);
}

static void
a_pipe_whose_writer_left_is_readable(void **state)
{
    struct eye eye;
    int fds[2];

    make_pipe(fds);
    eye_open(&eye, *state, fds[0], LOOP_READABLE);
    (void)close(fds[1]);
    run_turns(*state, 1);
    assert_true(eye.events & LOOP_READABLE);
    loop_unwatch(&eye.watch);
    (void)close(fds[0]);
}

static void
an_error_reports_all_that_was_wanted_until_it_is_handled(void **state)
{
    struct eye eye;
    int fds[2];

    make_pipe(fds);
    eye_open(&eye, *state, fds[1], 0);
    (void)close(fds[0]); /* EPOLLERR for the writer */
    run_turns(*state, 1);
    assert_int_equal(eye.calls, 0);
    assert_int_equal(loop_rewatch(eye.watch, LOOP_WRITABLE), 0);
    run_turns(*state, 1);
    assert_int_equal(eye.events & LOOP_WRITABLE, LOOP_WRITABLE);
    eye.calls = 0;
    run_turns(*state, 2);
    assert_int_equal(eye.calls, 2);
    loop_unwatch(&eye.watch);
    (void)close(fds[1]);
}

static void
a_reset_by_the_peer_is_readable(void **state)
{
    struct eye eye;
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    assert_int_equal(write(fds[0], "x", 1), 1); /* unread by the peer: ECONNRESET */
    eye_open(&eye, *state, fds[0], LOOP_READABLE);
    (void)close(fds[1]);
    run_turns(*state, 1);
    assert_true(eye.events & LOOP_READABLE);
    loop_unwatch(&eye.watch);
    (void)close(fds[0]);
}

static void
unwatching_in_its_own_callback_is_fine(void **state)
{
    struct eye eye;
    int fds[2];

    make_pipe(fds);
    assert_int_equal(write(fds[1], "x", 1), 1);
    eye_open(&eye, *state, fds[0], LOOP_READABLE);
    eye.victim = &eye.watch;
    run_turns(*state, 3);
    assert_int_equal(eye.calls, 1);
    close_both(fds);
}

static void
what_was_unwatched_is_not_called_in_the_same_turn(void **state)
{
    struct eye eye[2];
    int fds[2][2];

    for (size_t i = 0; i < 2; i++) {
        make_pipe(fds[i]);
        assert_int_equal(write(fds[i][1], "x", 1), 1);
        eye_open(&eye[i], *state, fds[i][0], LOOP_READABLE);
    }
    eye[0].victim = &eye[1].watch;
    eye[1].victim = &eye[0].watch;
    run_turns(*state, 1);
    assert_int_equal(eye[0].calls + eye[1].calls, 1);
    for (size_t i = 0; i < 2; i++) {
        loop_unwatch(&eye[i].watch);
        close_both(fds[i]);
    }
}

static void
a_reused_descriptor_number_belongs_to_the_new_watch(void **state)
{
    struct eye before, after;
    int fds[2];

    make_pipe(fds);
    eye_open(&before, *state, fds[0], LOOP_READABLE);
    run_turns(*state, 1);
    loop_unwatch(&before.watch);
    close_both(fds);
    make_pipe(fds); /* the same numbers */
    eye_open(&after, *state, fds[0], LOOP_READABLE);
    assert_int_equal(write(fds[1], "x", 1), 1);
    run_turns(*state, 1);
    assert_int_equal(before.calls, 0);
    assert_int_equal(after.calls, 1);
    loop_unwatch(&after.watch);
    close_both(fds);
}

static void
a_second_watch_of_a_descriptor_is_refused(void **state)
{
    struct loop_fd *second = NULL;
    struct lamb_err err;
    struct eye eye;
    int fds[2];

    make_pipe(fds);
    eye_open(&eye, *state, fds[0], LOOP_READABLE);
    assert_int_equal(
        loop_watch(*state, fds[0], LOOP_READABLE, "second", see, &eye, &second, &err),
        -EEXIST);
    assert_null(second);
    assert_non_null(strstr(err.text, "watched already"));
    loop_unwatch(&eye.watch);
    close_both(fds);
}

static void
a_regular_file_is_refused(void **state)
{
    struct loop_fd *watch = NULL;
    struct lamb_err err;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(
        loop_watch(*state, fd, LOOP_READABLE, "file", see, NULL, &watch, &err), -EPERM);
    assert_non_null(strstr(err.text, "(file)"));
    (void)close(fd);
}

static void
note_signal(void *data, int signum)
{
    *(int *)data = signum;
}

static void
a_signal_arrives_as_a_callback(void **state)
{
    struct loop_signal *sig = NULL;
    struct lamb_err err;
    int seen = 0;

    assert_int_equal(loop_signal_new(*state, SIGUSR2, note_signal, &seen, &sig, &err),
                     0);
    assert_int_equal(raise(SIGUSR2), 0);
    while (!seen)
        run_turns(*state, 1);
    assert_int_equal(seen, SIGUSR2);
    loop_signal_free(&sig);
    assert_null(sig);
    loop_signal_free(&sig); /* harmless */
}

static void
a_signal_that_nobody_can_catch_is_refused(void **state)
{
    struct loop_signal *sig = NULL;
    struct lamb_err err;

    assert_int_equal(loop_signal_new(*state, SIGKILL, note_signal, NULL, &sig, &err),
                     -EINVAL);
    assert_null(sig);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(a_descriptor_is_reported_while_it_is_readable),
        LOOP_TEST(the_wanted_events_can_change),
        LOOP_TEST(the_peers_shutdown_is_a_hangup),
        LOOP_TEST(a_pipe_whose_writer_left_is_readable),
        LOOP_TEST(an_error_reports_all_that_was_wanted_until_it_is_handled),
        LOOP_TEST(a_reset_by_the_peer_is_readable),
        LOOP_TEST(unwatching_in_its_own_callback_is_fine),
        LOOP_TEST(what_was_unwatched_is_not_called_in_the_same_turn),
        LOOP_TEST(a_reused_descriptor_number_belongs_to_the_new_watch),
        LOOP_TEST(a_second_watch_of_a_descriptor_is_refused),
        LOOP_TEST(a_regular_file_is_refused),
        LOOP_TEST(a_signal_arrives_as_a_callback),
        LOOP_TEST(a_signal_that_nobody_can_catch_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
