/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/host.h"
#include "emulator/sandbox/kin.h"
#include "emulator/sandbox/testbed.h"
#include "sdk/base/enum.h"

static const struct sandbox_spec plain = { 0 };
static const char busy[] = "(setsid sh -c 'trap \"\" TERM; sleep 1000' &)\n"
                           "touch $TMPDIR/file; sleep 1000 & sleep 1000";

/* -- whom to look for ------------------------------------------------------------- */

enum { WATCHED_MAX = 32 };

struct watched {
    int count;
    pid_t pids[WATCHED_MAX];
};

static void
watch(void *data, pid_t pid)
{
    struct watched *watched = data;

    lamb_assert(watched->count < WATCHED_MAX);
    watched->pids[watched->count++] = pid;
}

/* A zombie is dead; when the machine's init reaps it is not ours to wait for. */
static bool
is_alive(pid_t pid)
{
    char path[40], stat[512];
    const char *name_end;

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    if (files_get(AT_FDCWD, path, stat, sizeof(stat)) < 0)
        return false;
    name_end = strrchr(stat, ')');
    return name_end && name_end[1] == ' ' && name_end[2] != 'Z' && name_end[2] != 'X';
}

static bool
all_are_gone(void *data)
{
    const struct watched *watched = data;

    for (int i = 0; i < watched->count; i++)
        if (is_alive(watched->pids[i]))
            return false;
    return true;
}

/* The init and everything in the sandbox, once all of it runs. */
static void
watch_guest(struct guest *guest, struct watched *ret)
{
    do {
        (void)usleep(2000);
        *ret = (struct watched){ 0 };
        kin_each(sandbox_pid(guest->sandbox), watch, ret);
    } while (ret->count < 5);
    watch(ret, sandbox_pid(guest->sandbox));
}

static struct guest *
busy_guest(struct play *play, struct watched *ret)
{
    struct guest *guest = play_guest(play, plain);

    play_sh(guest, 1, busy);
    play_until(guest, guest_has_started);
    watch_guest(guest, ret);
    return guest;
}

/* -- the spare one ---------------------------------------------------------------- */

static void
find_spare(void *data, pid_t pid)
{
    pid_t *spare = data;
    char path[40], name[32];

    (void)snprintf(path, sizeof(path), "/proc/%d/comm", pid);
    if (files_get(AT_FDCWD, path, name, sizeof(name)) == 0 &&
        strcmp(name, "lamb-spare\n") == 0)
        *spare = pid;
}

static pid_t
spare_of(const struct play *play)
{
    pid_t spare = 0;

    kin_children(play->host->spawner, find_spare, &spare);
    return spare;
}

static bool
there_is_a_spare(void *data)
{
    return spare_of(data) != 0;
}

/* -- scenes ----------------------------------------------------------------------- */

static void
a_stop_leaves_nothing(void **state)
{
    struct play *play = play_of(state);
    struct watched watched;

    (void)busy_guest(play, &watched);
    (void)play_ask(play, plain);
    play_stop_host(play);
    assert_true(all_are_gone(&watched));
    assert_true(play_is_swept(play));
}

static void
a_freed_sandbox_is_cleared_with_its_folder(void **state)
{
    struct play *play = play_of(state);
    struct watched watched;
    struct guest *guest = busy_guest(play, &watched);
    char path[100];
    struct stat st;

    (void)snprintf(path, sizeof(path), "%s/sandbox/guest-0/tmp", play->state);
    assert_int_equal(stat(path, &st), 0);
    sandbox_free(guest->sandbox);
    assert_true(play_wait(all_are_gone, &watched));
    for (int i = 0; i < 600 && stat(path, &st) == 0; i++)
        (void)usleep(5000);
    assert_int_equal(stat(path, &st), -1);
}

/* A whole emulator in a process of its own, which tells whom to look for, then waits.
 */
static pid_t
fork_emulator(struct play *play, struct watched *ret)
{
    int pipe_ends[2];
    pid_t pid;

    assert_int_equal(pipe(pipe_ends), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct watched watched;

        play_start_host(play);
        (void)busy_guest(play, &watched);
        watch(&watched, play->host->spawner);
        if (write(pipe_ends[1], &watched, sizeof(watched)) < 0)
            _exit(1);
        for (;;)
            (void)pause();
    }
    play->helper = pid;
    (void)close(pipe_ends[1]);
    assert_int_equal(read(pipe_ends[0], ret, sizeof(*ret)), sizeof(*ret));
    (void)close(pipe_ends[0]);
    return pid;
}

static void
end_helper(struct play *play)
{
    (void)kill(play->helper, SIGKILL);
    (void)waitpid(play->helper, NULL, 0);
    play->helper = 0;
}

/* The control groups that a running spawner noted. */
static void
read_groups(const struct play *play, char *ret, size_t size)
{
    char path[100];

    (void)snprintf(path, sizeof(path), "%s/sandbox/.groups", play->state);
    assert_int_equal(files_get(AT_FDCWD, path, ret, size), 0);
    print_message("# groups: %zu bytes of paths\n", strlen(ret));
}

static void
assert_groups_are_gone(const char *groups)
{
    struct lamb_span rest = lamb_span_str(groups);

    while (rest.len) {
        struct lamb_span line;
        char path[4096];

        (void)lamb_span_cut(rest, '\n', &line, &rest);
        (void)snprintf(path, sizeof(path), "%.*s", (int)line.len, line.ptr);
        assert_int_equal(access(path, F_OK), -1);
    }
}

static void
everything_dies_with_the_emulator(void **state)
{
    struct play *play = play_of(state);
    struct watched watched;
    char groups[8192];

    play_stop_host(play);
    (void)fork_emulator(play, &watched);
    read_groups(play, groups, sizeof(groups));
    assert_false(all_are_gone(&watched));
    end_helper(play);
    assert_true(play_wait(all_are_gone, &watched));
    assert_true(play_wait(play_is_swept, play));
    assert_groups_are_gone(groups);
}

static void
the_next_start_sweeps_what_was_left(void **state)
{
    struct play *play = play_of(state);
    struct watched watched;
    char groups[8192];
    pid_t spawner;

    play_stop_host(play);
    (void)fork_emulator(play, &watched);
    read_groups(play, groups, sizeof(groups));
    /* The spawner cannot clear up: it dies first. */
    spawner = watched.pids[watched.count - 1];
    assert_int_equal(kill(spawner, SIGKILL), 0);
    end_helper(play);
    assert_true(play_wait(all_are_gone, &watched));
    assert_false(play_is_swept(play));
    play_start_host(play);
    assert_string_equal(play_script(play_guest(play, plain), "echo fresh"), "fresh\n");
    play_stop_host(play);
    assert_true(play_is_swept(play));
    assert_groups_are_gone(groups);
}

static void
a_dead_spawner_is_told_and_takes_all_along(void **state)
{
    struct play *play = play_of(state);
    struct watched watched;
    struct guest *guest = busy_guest(play, &watched);
    struct sandbox_spec spec = { .id = "late", .task_dir = play->task };
    struct sandbox *late;
    struct lamb_err err = { 0 };

    assert_int_equal(kill(play->host->spawner, SIGKILL), 0);
    play_until(guest, guest_is_lost);
    assert_non_null(strstr(guest->err.text, "spawner died"));
    assert_true(play->is_host_lost);
    assert_true(play_wait(all_are_gone, &watched));
    assert_int_equal(sandbox_new(play->host, &spec, &(struct sandbox_events){ 0 }, NULL,
                                 &late, &err),
                     -EPIPE);
    sandbox_free(guest->sandbox);
    /* Nobody is left who could clear the folder: the next start does. */
    play_stop_host(play);
    play_start_host(play);
}

static void
a_dead_init_is_told_when_all_are_dead(void **state)
{
    struct play *play = play_of(state);
    struct watched watched;
    struct guest *guest = busy_guest(play, &watched);

    assert_int_equal(kill(sandbox_pid(guest->sandbox), SIGKILL), 0);
    play_until(guest, guest_is_lost);
    assert_true(all_are_gone(&watched));
    assert_non_null(strstr(guest->err.text, "init died"));
    assert_false(play->is_host_lost);
    sandbox_free(guest->sandbox);
    assert_string_equal(play_script(play_guest(play, plain), "echo other"), "other\n");
}

static void
the_next_sandbox_is_the_one_that_was_made_ahead_of_time(void **state)
{
    struct play *play = play_of(state);
    struct guest *guest;
    pid_t spare;

    assert_true(play_wait(there_is_a_spare, play));
    spare = spare_of(play);
    guest = play_guest(play, plain);
    assert_int_equal(sandbox_pid(guest->sandbox), spare);
    assert_string_equal(play_script(guest, "echo here"), "here\n");
    assert_true(play_wait(there_is_a_spare, play));
}

static void
a_spare_sandbox_that_died_is_given_to_nobody(void **state)
{
    struct play *play = play_of(state);
    struct watched spare = { 0 };
    struct guest *guest;

    assert_true(play_wait(there_is_a_spare, play));
    watch(&spare, spare_of(play));
    assert_int_equal(kill(spare.pids[0], SIGKILL), 0);
    assert_true(play_wait(all_are_gone, &spare));
    guest = play_guest(play, plain);
    assert_int_not_equal(sandbox_pid(guest->sandbox), spare.pids[0]);
    assert_string_equal(play_script(guest, "echo another"), "another\n");
}

static void
a_state_folder_has_one_owner(void **state)
{
    struct play *play = play_of(state);
    struct sandbox_host *second;
    struct lamb_err err = { 0 };
    struct loop *loop;

    assert_int_equal(loop_new(&loop, &err), 0);
    assert_int_equal(sandbox_host_start(play->state, &second, &err), 0);
    assert_int_equal(
        sandbox_host_attach(second, loop,
                            &(struct sandbox_options){ .level = play->level }, &err),
        -EBUSY);
    assert_non_null(strstr(err.text, "in use by another emulator"));
    sandbox_host_stop(second);
    loop_free(loop);
}

static void
the_best_level_that_works_is_taken(void **state)
{
    struct play *play = play_of(state);
    const struct sandbox_abilities *abilities;

    play_stop_host(play);
    play->level = SANDBOX_LEVEL_N;
    play_start_host(play);
    abilities = sandbox_host_abilities(play->host);
    print_message("# %s, memory: %s, processes: %s, kill: %s, missing: %s\n",
                  sandbox_level_text(abilities->level), abilities->memory,
                  abilities->processes, abilities->kill,
                  abilities->missing ? abilities->missing : "nothing");
    if (abilities->level == SANDBOX_FULL)
        assert_null(abilities->missing);
    else
        assert_non_null(strstr(abilities->missing, "full"));
    assert_string_equal(play_script(play_guest(play, plain), "echo best"), "best\n");
}

int
main(void)
{
    static const struct scene scenes[] = {
        SCENE(a_stop_leaves_nothing),
        SCENE(a_freed_sandbox_is_cleared_with_its_folder),
        SCENE(everything_dies_with_the_emulator),
        SCENE(the_next_start_sweeps_what_was_left),
        SCENE(a_dead_spawner_is_told_and_takes_all_along),
        SCENE(a_dead_init_is_told_when_all_are_dead),
        SCENE(the_next_sandbox_is_the_one_that_was_made_ahead_of_time),
        SCENE(a_spare_sandbox_that_died_is_given_to_nobody),
        SCENE_AT(a_state_folder_has_one_owner, PLAY_AT(SANDBOX_NONE)),
        SCENE_AT(the_best_level_that_works_is_taken, PLAY_AT(SANDBOX_NONE)),
    };

    return play_all(scenes, LAMB_COUNT(scenes));
}
