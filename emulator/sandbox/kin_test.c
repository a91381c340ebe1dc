/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/kin.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { TOUCHED = 8 * 1024 * 1024 };

static int
be_a_subreaper(void **state)
{
    (void)state;
    return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* A process killed by a failed test must not outlive it. */
static int
reap_all(void **state)
{
    (void)state;
    do
        kin_kill(getpid());
    while (waitpid(-1, NULL, 0) > 0);
    return 0;
}

/* A child with a child of its own in another session; both say that they are there. */
static void
fork_a_family(void)
{
    int ready[2];
    char byte;

    assert_int_equal(pipe(ready), 0);
    if (fork() == 0) {
        if (fork() == 0)
            (void)setsid();
        (void)signal(SIGTERM, SIG_IGN);
        if (write(ready[1], "x", 1) == 1)
            (void)pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

static void
count(void *data, pid_t pid)
{
    assert_true(pid > 0);
    ++*(int *)data;
}

static void
children_are_fewer_than_descendants(void **state)
{
    int children = 0, all = 0;

    (void)state;
    assert_true(kin_works());
    fork_a_family();
    kin_children(getpid(), count, &children);
    kin_each(getpid(), count, &all);
    assert_int_equal(children, 1);
    assert_int_equal(all, 2);
}

static void
a_subreaper_can_kill_all_of_them(void **state)
{
    int left = 0;

    (void)state;
    fork_a_family();
    fork_a_family();
    kin_kill(getpid());
    for (int i = 0; i < 4; i++)
        assert_true(waitpid(-1, NULL, 0) > 0);
    kin_each(getpid(), count, &left);
    assert_int_equal(left, 0);
    assert_int_equal(waitpid(-1, NULL, 0), -1);
    assert_int_equal(errno, ECHILD);
}

static void
memory_is_summed_and_the_biggest_named(void **state)
{
    struct kin_memory memory;
    int ready[2];
    pid_t big;
    char byte;

    (void)state;
    fork_a_family();
    assert_int_equal(pipe(ready), 0);
    big = fork();
    if (big == 0) {
        void *bytes = mmap(NULL, TOUCHED, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (bytes != MAP_FAILED && memset(bytes, 1, TOUCHED) == bytes &&
            write(ready[1], "x", 1) == 1)
            (void)pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    memory = kin_memory(getpid());
    assert_int_equal(memory.biggest, big);
    assert_true(memory.now_bytes > TOUCHED);
    assert_true(memory.peak_bytes >= memory.now_bytes);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

static void
tasks_of_a_user_are_counted(void **state)
{
    (void)state;
    fork_a_family();
    assert_true(kin_tasks_of_uid(getuid()) >= 3);
    assert_int_equal(kin_tasks_of_uid(0x7ffffff0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(children_are_fewer_than_descendants, reap_all),
        cmocka_unit_test_teardown(a_subreaper_can_kill_all_of_them, reap_all),
        cmocka_unit_test_teardown(memory_is_summed_and_the_biggest_named, reap_all),
        cmocka_unit_test_teardown(tasks_of_a_user_are_counted, reap_all),
    };

    return cmocka_run_group_tests(tests, be_a_subreaper, NULL);
}
