/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/freezer.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/kin.h"
#include "sdk/base/buf.h"

enum { SPINNERS = 2 };

/* A child and its child, both at work; their pids. */
static void
fork_spinners(pid_t pids[SPINNERS])
{
    volatile unsigned turns = 0;
    int ends[2];

    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    assert_int_equal(pipe(ends), 0);
    if (fork() == 0) {
        pid_t pid;

        (void)fork();
        pid = getpid();
        if (write(ends[1], &pid, sizeof(pid)) == sizeof(pid))
            for (;;)
                turns++;
        _exit(1);
    }
    for (size_t i = 0; i < SPINNERS; i++)
        assert_int_equal(read(ends[0], &pids[i], sizeof(pids[i])), sizeof(pids[i]));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static char
state_of(pid_t pid)
{
    char path[40], text[512];

    assert_int_equal(lamb_format(path, sizeof(path), "/proc/%d/stat", pid), 0);
    assert_true(files_get(AT_FDCWD, path, text, sizeof(text)) >= 0);
    return strrchr(text, ')')[2];
}

/* A signal takes a moment to arrive. */
static void
wait_for(const pid_t pids[SPINNERS], char state)
{
    for (size_t i = 0; i < SPINNERS; i++) {
        for (unsigned tries = 0; tries < 5000 && state_of(pids[i]) != state; tries++)
            (void)usleep(1000);
        assert_int_equal(state_of(pids[i]), state);
    }
}

static void
signals_stop_a_whole_tree_and_let_it_go_on(void **unused)
{
    pid_t pids[SPINNERS];

    (void)unused;
    fork_spinners(pids);
    assert_int_equal(kin_running(getpid()), SPINNERS);
    freezer_freeze(false, -EBADF);
    wait_for(pids, 'T');
    assert_int_equal(kin_running(getpid()), 0);
    freezer_thaw(false, -EBADF);
    wait_for(pids, 'R');
}

static void
a_group_is_written_and_nobody_is_signalled(void **unused)
{
    pid_t pids[SPINNERS];
    FILE *group = tmpfile();
    char byte = 0;

    (void)unused;
    fork_spinners(pids);
    assert_non_null(group);
    freezer_freeze(false, fileno(group));
    assert_int_equal(pread(fileno(group), &byte, 1, 0), 1);
    assert_int_equal(byte, '1');
    wait_for(pids, 'R');
    freezer_thaw(false, fileno(group));
    assert_int_equal(pread(fileno(group), &byte, 1, 0), 1);
    assert_int_equal(byte, '0');
    (void)fclose(group);
}

static int
reap_all(void **unused)
{
    (void)unused;
    do
        kin_kill(getpid());
    while (waitpid(-1, NULL, 0) > 0);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(signals_stop_a_whole_tree_and_let_it_go_on, reap_all),
        cmocka_unit_test_teardown(a_group_is_written_and_nobody_is_signalled, reap_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
