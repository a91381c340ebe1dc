/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/sandbox/files.h"

/* A launch at level none from this very process, with its output in a pipe. */
struct stage {
    struct plan plan;
    struct launch_ground ground;
    struct launcher launcher;
    struct launch job;
    int ends[2];
};

static char *const no_env[] = { NULL };

static void
set_stage(struct stage *stage, char *const *argv)
{
    *stage = (struct stage){
        .plan = { .level = SANDBOX_NONE, .userns = -EBADF, .leaf = CGROUP_LEAF_NONE },
        .ground = { .null = open("/dev/null", O_RDWR | O_CLOEXEC) },
        .job = { .descriptors = 64,
                 .processes = RLIM_INFINITY,
                 .cwd = "/",
                 .argv = argv,
                 .envp = no_env },
    };
    stage->ground.plan = &stage->plan;
    launcher_init(&stage->launcher, &stage->ground);
    assert_true(stage->ground.null > 2);
    assert_int_equal(pipe2(stage->ends, O_CLOEXEC), 0);
    stage->job.streams[0] = stage->job.streams[1] = stage->ends[1];
}

static void
clear_stage(struct stage *stage)
{
    launcher_forget(&stage->launcher);
    (void)close(stage->ends[0]);
    (void)close(stage->ends[1]);
    (void)close(stage->ground.null);
}

static void
a_launched_program_runs(void **state)
{
    char *const argv[] = { (char[]){ "/bin/echo" }, (char[]){ "hello" }, NULL };
    enum sandbox_step step = STEP_N;
    struct lamb_err err = { 0 };
    char text[16] = "";
    struct stage stage;
    pid_t pid;
    int status;

    (void)state;
    set_stage(&stage, argv);
    assert_int_equal(launch(&stage.launcher, &stage.job, &pid, &step, &err), 0);
    assert_int_equal(step, STEP_NONE);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(read(stage.ends[0], text, sizeof(text) - 1), 6);
    assert_string_equal(text, "hello\n");
    clear_stage(&stage);
}

static void
a_failed_step_is_named_and_nobody_is_left(void **state)
{
    char *const argv[] = { (char[]){ "/bin/echo" }, NULL };
    enum sandbox_step step = STEP_N;
    struct lamb_err err = { 0 };
    struct stage stage;
    pid_t pid;

    (void)state;
    set_stage(&stage, argv);
    stage.job.cwd = "/no/such/folder";
    assert_int_equal(launch(&stage.launcher, &stage.job, &pid, &step, &err), -ENOENT);
    assert_int_equal(step, STEP_CWD);
    assert_non_null(strstr(err.text, "/no/such/folder"));
    assert_int_equal(waitpid(-1, NULL, 0), -1);
    assert_int_equal(errno, ECHILD);
    clear_stage(&stage);
}

static void
without_a_program_all_steps_but_exec_are_tried(void **state)
{
    enum sandbox_step step = STEP_N;
    struct lamb_err err = { 0 };
    struct stage stage;
    pid_t pid;
    int status;

    (void)state;
    set_stage(&stage, no_env);
    assert_int_equal(launch(&stage.launcher, &stage.job, &pid, &step, &err), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    clear_stage(&stage);
}

/* Where our own v2 group is mounted and writable; "" where it is not. */
static void
make_group(char path[PATH_MAX])
{
    static char self[8192], mounts[65536];
    char own[PATH_MAX - 40];

    path[0] = '\0';
    assert_int_equal(files_get(AT_FDCWD, "/proc/self/cgroup", self, sizeof(self)), 0);
    assert_int_equal(
        files_get(AT_FDCWD, "/proc/self/mountinfo", mounts, sizeof(mounts)), 0);
    if (cgroup_locate(self, mounts, CGROUP_V2, own, sizeof(own)) < 0)
        return;
    (void)snprintf(path, PATH_MAX, "%s/lamb-test-%d", own, getpid());
    if (mkdir(path, 0755) < 0)
        path[0] = '\0';
}

static void
the_child_is_born_in_its_v2_group(void **state)
{
    char *const argv[] = { (char[]){ "/bin/cat" }, (char[]){ "/proc/self/cgroup" },
                           NULL };
    char group[PATH_MAX], text[4096] = "", want[40];
    enum sandbox_step step;
    struct lamb_err err = { 0 };
    struct stage stage;
    pid_t pid;

    (void)state;
    make_group(group);
    if (!group[0]) {
        print_message("# left out: there is no cgroup v2 that may be written\n");
        return;
    }
    set_stage(&stage, argv);
    stage.plan.leaf.v2 = open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (launch(&stage.launcher, &stage.job, &pid, &step, &err) == 0) {
        (void)waitpid(pid, NULL, 0);
        assert_true(read(stage.ends[0], text, sizeof(text) - 1) > 0);
    }
    cgroup_leaf_close(&stage.plan.leaf);
    clear_stage(&stage);
    assert_int_equal(rmdir(group), 0);
    assert_string_equal(err.text, "");
    (void)snprintf(want, sizeof(want), "/lamb-test-%d\n", getpid());
    assert_non_null(strstr(text, want));
}

/* A stage on which a child waits to become /bin/true. */
static pid_t
set_stage_with_child(struct stage *stage)
{
    static char name[] = "/bin/true";
    static char *const argv[] = { name, NULL };

    set_stage(stage, argv);
    launcher_prepare(&stage->launcher);
    if (!stage->launcher.child) { /* a build whose children copy memory */
        clear_stage(stage);
        skip();
    }
    return stage->launcher.child;
}

static pid_t
launch_to_the_end(struct stage *stage)
{
    enum sandbox_step step = STEP_N;
    struct lamb_err err = { 0 };
    pid_t pid = 0;
    int status;

    assert_int_equal(launch(&stage->launcher, &stage->job, &pid, &step, &err), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    return pid;
}

static void
who_waits_becomes_the_program(void **state)
{
    struct stage stage;
    pid_t waits = set_stage_with_child(&stage);

    (void)state;
    assert_int_equal(launch_to_the_end(&stage), waits);
    clear_stage(&stage);
}

static void
who_died_waiting_is_replaced(void **state)
{
    struct stage stage;
    pid_t waits = set_stage_with_child(&stage);

    (void)state;
    assert_int_equal(kill(waits, SIGKILL), 0);
    assert_int_equal(waitpid(waits, NULL, 0), waits);
    (void)launch_to_the_end(&stage);
    clear_stage(&stage);
}

static void
who_waits_ends_when_nobody_can_call_it_any_more(void **state)
{
    struct stage stage;
    pid_t waits = set_stage_with_child(&stage);
    int status;

    (void)state;
    launcher_forget(&stage.launcher);
    assert_int_equal(waitpid(waits, &status, 0), waits);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 127);
    clear_stage(&stage);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_launched_program_runs),
        cmocka_unit_test(who_waits_becomes_the_program),
        cmocka_unit_test(who_died_waiting_is_replaced),
        cmocka_unit_test(who_waits_ends_when_nobody_can_call_it_any_more),
        cmocka_unit_test(a_failed_step_is_named_and_nobody_is_left),
        cmocka_unit_test(without_a_program_all_steps_but_exec_are_tried),
        cmocka_unit_test(the_child_is_born_in_its_v2_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
