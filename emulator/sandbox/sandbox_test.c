/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/host.h"
#include "emulator/sandbox/kin.h"
#include "emulator/sandbox/testbed.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

static const struct sandbox_spec plain = { 0 };

/* Put a file below the test's folder. */
static void
put(const struct play *play, const char *name, const char *text, mode_t mode)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", play->dir, name);
    assert_int_equal(files_create(AT_FDCWD, path, text, mode), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* -- running ---------------------------------------------------------------------- */

static void
output_comes_in_order_and_before_the_exit(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    assert_string_equal(play_script(guest, "echo one; echo two; echo three; exit 3"),
                        "one\ntwo\nthree\n");
    assert_false(guest->proc[1].exit.signaled);
    assert_int_equal(guest->proc[1].exit.code, 3);
    assert_false(guest->proc[1].exit.out_of_memory);
}

static void
the_two_streams_are_told_apart(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    assert_string_equal(
        play_script(guest, "echo out; echo err >&2; echo dev >/dev/stderr"), "out\n");
    assert_string_equal(guest->proc[1].out[1], "err\ndev\n");
}

static void
signals_are_reported_as_on_any_system(void **state)
{
    static const struct {
        const char *script;
        int signal;
    } deaths[] = { { "kill -SEGV $$", SIGSEGV },
                   { "kill -ABRT $$", SIGABRT },
                   { "kill -KILL $$", SIGKILL } };
    struct guest *guest = play_guest(play_of(state), plain);

    for (size_t i = 0; i < LAMB_COUNT(deaths); i++) {
        (void)play_script(guest, deaths[i].script);
        assert_true(guest->proc[1].exit.signaled);
        assert_int_equal(guest->proc[1].exit.code, deaths[i].signal);
        assert_false(guest->proc[1].exit.out_of_memory);
    }
}

static void
a_failed_exec_says_what_to_do(void **state)
{
    struct play *play = play_of(state);
    struct guest *guest = play_guest(play, plain);
    static const struct {
        const char *file;
        int code;
        const char *text;
    } cases[] = { { "missing", -ENOENT, "No such file" },
                  { "no-loader", -ENOENT, "interpreter or loader" },
                  { "no-rights", -EACCES, "chmod 755" },
                  { "no-program", -ENOEXEC, "#! line" } };

    put(play, "task/no-loader", "#!/nowhere/interpreter\n", 0755);
    put(play, "task/no-rights", "#!/bin/sh\n", 0644);
    put(play, "task/no-program", "just text", 0755);
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/%s",
                       sandbox_view(guest->sandbox)->task_root, cases[i].file);
        guest->proc[1].start_err = (struct lamb_err){ 0 };
        play_exec(guest, 1, (const char *const[]){ path, NULL });
        play_until(guest, guest_has_started);
        print_message("# %s\n", guest->proc[1].start_err.text);
        assert_int_equal(guest->proc[1].start_err.code, cases[i].code);
        assert_non_null(strstr(guest->proc[1].start_err.text, cases[i].text));
        assert_non_null(strstr(guest->proc[1].start_err.text, "exec '"));
    }
    assert_string_equal(play_script(guest, "echo still here"), "still here\n");
}

static void
a_missing_working_folder_is_named(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);
    struct sandbox_process process = { .argv = (const char *const[]){ "/bin/sh", NULL },
                                       .envp = (const char *const[]){ NULL },
                                       .cwd = "/no/such/folder" };

    assert_int_equal(sandbox_start(guest->sandbox, 1, &process, NULL), 0);
    play_until(guest, guest_has_started);
    assert_non_null(strstr(guest->proc[1].start_err.text,
                           "change to the working folder '/no/such/folder'"));
}

static void
environment_and_working_folder_are_as_asked(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);
    char want[160];

    (void)snprintf(want, sizeof(want), "hello 2 %s\n",
                   sandbox_view(guest->sandbox)->task_root);
    assert_string_equal(play_script(guest, "echo $GREETING $(env -u PWD -u OLDPWD -u _ "
                                           "-u SHLVL env | wc -l) $(pwd)"),
                        want);
}

static void
only_three_descriptors_are_open(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    /* The fourth is the one through which ls reads the folder. */
    assert_string_equal(play_script(guest, "exec ls /proc/self/fd"), "0\n1\n2\n3\n");
    assert_string_equal(
        play_script(guest, "readlink /proc/self/fd/0; umask; ulimit -n"),
        "/dev/null\n0022\n1024\n");
}

static void
signals_and_session_are_a_new_process_s(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    assert_string_equal(
        play_script(guest,
                    "grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2 | uniq; "
                    "read pid name state ppid pgrp session rest </proc/$$/stat; "
                    "echo $((pid - pgrp)) $((pid - session))"),
        "0000000000000000\n0 0\n");
}

static void
a_large_environment_arrives_and_a_larger_one_is_refused(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);
    LAMB_AUTOFREE char *big = malloc(300 * 1024);
    const char *envp[] = { big, NULL, NULL };
    struct sandbox_process process = {
        .argv = (const char *const[]){ "/bin/sh", "-c", "echo ${#BIG}", NULL },
        .envp = envp,
        .cwd = "/"
    };
    struct lamb_err err = { 0 };

    assert_non_null(big);
    memset(big, 'x', 300 * 1024 - 1);
    memcpy(big, "BIG=", 4);
    big[300 * 1024 - 1] = '\0';
    assert_int_equal(sandbox_start(guest->sandbox, 1, &process, &err), -E2BIG);
    big[4 + 100000] = '\0';
    assert_int_equal(sandbox_start(guest->sandbox, 1, &process, &err), 0);
    play_until(guest, guest_has_exited);
    assert_string_equal(guest->proc[1].out[0], "100000\n");
}

static void
a_pipe_held_by_a_grandchild_hangs_nobody(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    assert_string_equal(play_script(guest, "(sleep 100; echo late) & echo now"),
                        "now\n");
    assert_int_equal(guest->proc[1].exit.code, 0);
    assert_string_equal(play_script(guest, "echo again"), "again\n");
}

static void
what_lies_in_the_pipes_can_be_drained(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    play_sh(guest, 1, "echo waiting; exec sleep 100");
    play_until(guest, guest_has_started);
    for (int i = 0; i < 600 && !guest->proc[1].out[0]; i++) { /* without the loop */
        (void)usleep(5000);
        sandbox_drain(guest->sandbox);
    }
    assert_non_null(guest->proc[1].out[0]);
    assert_string_equal(guest->proc[1].out[0], "waiting\n");
}

static void
a_flood_arrives_whole(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    (void)play_script(guest, "head -c 200000 /dev/zero | tr '\\0' x");
    assert_int_equal(guest->proc[1].out_len[0], 200000);
}

/* -- signals and death ------------------------------------------------------------ */

static void
a_signal_reaches_the_whole_group(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    play_sh(guest, 1, "sleep 100 & trap 'wait; exit 9' TERM; wait");
    play_until(guest, guest_has_started);
    (void)usleep(50000); /* until the shell has set its trap */
    sandbox_signal(guest->sandbox, 1, SIGTERM);
    play_until(guest, guest_has_exited);
    /* Where the trap came too late the signal itself is the end. */
    assert_true(guest->proc[1].exit.code == 9 || guest->proc[1].exit.signaled);
}

static void
count(void *data, pid_t pid)
{
    (void)pid;
    ++*(int *)data;
}

static int
count_kin(const struct guest *guest)
{
    int kin = 0;

    kin_each(sandbox_pid(guest->sandbox), count, &kin);
    return kin;
}

static const char stubborn[] =
    "trap '' TERM INT HUP\n"
    "(setsid sh -c 'trap \"\" TERM INT HUP; sleep 1000 & sleep 1000' &)\n"
    "(trap '' TERM; setsid sleep 1000 &)\n"
    "echo up; sleep 1000";

static bool
is_up(const struct guest *guest)
{
    return guest->proc[1].out_len[0] >= 3 && count_kin(guest) >= 4;
}

static void
kill_ends_whoever_hides(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    play_sh(guest, 1, stubborn);
    play_until(guest, guest_has_started);
    while (!is_up(guest)) {
        sandbox_drain(guest->sandbox);
        (void)usleep(2000);
    }
    sandbox_kill(guest->sandbox);
    play_until(guest, guest_is_empty);
    assert_int_equal(count_kin(guest), 0);
    assert_true(guest->proc[1].has_exited);
    assert_true(guest->proc[1].exit.signaled);
    assert_int_equal(guest->proc[1].exit.code, SIGKILL);
    assert_false(guest->proc[1].exit.out_of_memory);
}

static void
kill_of_nothing_is_told_as_well(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    sandbox_kill(guest->sandbox);
    sandbox_kill(guest->sandbox);
    play_until(guest, guest_is_empty);
    assert_int_equal(guest->emptied, 1);
}

static bool
guest_has_spoken(const struct guest *guest)
{
    return guest->proc[1].out_len[0] > 0;
}

static void
after_a_kill_the_same_tmp_is_used_again(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);
    char script[200];

    (void)snprintf(script, sizeof(script),
                   "echo kept > %s/file; echo ready; sleep 1000",
                   sandbox_view(guest->sandbox)->tmp);
    play_sh(guest, 1, script);
    play_until(guest, guest_has_spoken);
    sandbox_kill(guest->sandbox);
    play_until(guest, guest_is_empty);
    (void)snprintf(script, sizeof(script), "cat %s/file",
                   sandbox_view(guest->sandbox)->tmp);
    assert_string_equal(play_script(guest, script), "kept\n");
}

static void
a_running_number_is_refused(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);
    struct sandbox_process process = {
        .argv = (const char *const[]){ "/bin/sh", NULL },
        .envp = (const char *const[]){ NULL },
        .cwd = "/",
    };
    struct lamb_err err = { 0 };

    play_sh(guest, 1, "sleep 1000");
    assert_int_equal(sandbox_start(guest->sandbox, 1, &process, &err), -EEXIST);
    sandbox_kill(guest->sandbox);
    assert_int_equal(sandbox_start(guest->sandbox, 2, &process, &err), -EBUSY);
    play_until(guest, guest_is_empty);
}

static void
a_sandbox_can_be_freed_at_any_moment(void **state)
{
    struct play *play = play_of(state);
    struct guest *early = play_ask(play, plain);
    struct guest *later, *last;

    sandbox_free(early->sandbox);
    later = play_guest(play, plain);
    play_sh(later, 1, stubborn);
    sandbox_free(later->sandbox);
    last = play_guest(play, plain);
    play_sh(last, 1, stubborn);
    play_until(last, guest_has_started);
    assert_false(early->is_created);
    assert_int_equal(play->host->count, 1);
}

/* -- limits ----------------------------------------------------------------------- */

static void
too_much_memory_is_out_of_memory(void **state)
{
    struct play *play = play_of(state);
    struct guest *guest = play_guest(play, (struct sandbox_spec){ .memory_mb = 32 });
    uint64_t peak;

    print_message("# memory: %s\n", sandbox_host_abilities(play->host)->memory);
    (void)play_script(guest, "exec tail /dev/zero"); /* one endless line */
    assert_true(guest->proc[1].exit.signaled);
    assert_int_equal(guest->proc[1].exit.code, SIGKILL);
    assert_true(guest->proc[1].exit.out_of_memory);
    peak = sandbox_memory_peak(guest->sandbox);
    assert_true(peak > 24 * 1024 * 1024);
    if (strcmp(sandbox_host_abilities(play->host)->memory, "polling") != 0)
        assert_true(peak <= 32 * 1024 * 1024);
    /* The next death is not blamed on it. */
    (void)play_script(guest, "kill -KILL $$");
    assert_false(guest->proc[1].exit.out_of_memory);
}

static void
processes_are_bounded(void **state)
{
    struct play *play = play_of(state);
    const char *means = sandbox_host_abilities(play->host)->processes;
    struct guest *guest = play_guest(play, (struct sandbox_spec){ .processes = 8 });

    print_message("# processes: %s\n", means);
    if (strcmp(means, "none") == 0) /* root without control groups */
        return;
    (void)play_script(guest, "i=0; while [ $i -lt 12 ]; do sleep 1000 & i=$((i + 1)); "
                             "done; exit 0");
    assert_false(guest->proc[1].exit.signaled);
    assert_int_not_equal(guest->proc[1].exit.code, 0);
    assert_non_null(strstr(guest->proc[1].out[1], "fork"));
    sandbox_kill(guest->sandbox);
    play_until(guest, guest_is_empty);
    assert_string_equal(play_script(guest, "echo $(echo forked)"), "forked\n");
}

static void
a_fork_bomb_ends_with_a_kill(void **state)
{
    struct play *play = play_of(state);
    struct guest *guest = play_guest(play, (struct sandbox_spec){ .processes = 24 });

    if (strcmp(sandbox_host_abilities(play->host)->processes, "none") == 0)
        return; /* nothing would stop it but our kill */
    play_sh(guest, 1,
            "bomb() { bomb 2>/dev/null | bomb 2>/dev/null & }; bomb; sleep 100");
    play_until(guest, guest_has_started);
    (void)usleep(20000);
    sandbox_kill(guest->sandbox);
    play_until(guest, guest_is_empty);
    assert_int_equal(count_kin(guest), 0);
}

static void
new_namespaces_are_refused(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    (void)play_script(guest, "unshare -U true && exit 0; grep -q 'NoNewPrivs:.*1' "
                             "/proc/self/status && exit 7");
    assert_int_equal(guest->proc[1].exit.code, 7);
}

static bool
all_have_exited(const struct guest *guest)
{
    for (size_t i = 0; i < PLAY_GUESTS; i++)
        if (!guest->play->guests[i].proc[1].has_exited)
            return false;
    return true;
}

static void
twenty_live_at_once(void **state)
{
    struct play *play = play_of(state);

    for (size_t i = 0; i < PLAY_GUESTS; i++)
        (void)play_ask(play, plain);
    for (size_t i = 0; i < PLAY_GUESTS; i++) {
        play_until(&play->guests[i], guest_is_settled);
        assert_true(play->guests[i].is_created);
        play_sh(&play->guests[i], 1, "echo $$; sleep 0.05; exit 5");
    }
    assert_int_equal(play->host->count, PLAY_GUESTS);
    play_until(&play->guests[0], all_have_exited);
    for (size_t i = 0; i < PLAY_GUESTS; i++) {
        assert_int_equal(play->guests[i].proc[1].exit.code, 5);
        for (size_t j = 0; j < i && play->level == SANDBOX_FULL; j++)
            assert_int_not_equal(sandbox_uid(play->guests[i].sandbox),
                                 sandbox_uid(play->guests[j].sandbox));
    }
}

/* -- what is refused -------------------------------------------------------------- */

static void
an_id_that_is_taken_or_wrong_is_refused(void **state)
{
    struct play *play = play_of(state);
    struct sandbox_spec spec = { .id = "one", .task_dir = play->task };
    const struct sandbox_events none = { 0 };
    struct sandbox *sandbox;
    struct lamb_err err = { 0 };
    struct guest *second;

    (void)play_guest(play, spec);
    second = play_ask(play, spec);
    play_until(second, guest_is_settled);
    assert_int_equal(second->err.code, -EEXIST);
    for (const char *const *id = (const char *const[]){ "", "Up", "a/b", "..", NULL };
         *id; id++) {
        spec.id = *id;
        assert_int_equal(sandbox_new(play->host, &spec, &none, NULL, &sandbox, &err),
                         -EINVAL);
    }
}

static void
layers_that_cannot_be_merged_are_refused(void **state)
{
    struct play *play = play_of(state);
    const char *const dirs[] = { play->task, play->task, NULL };
    struct sandbox_spec spec = { .id = "x", .task_dir = play->task, .opt_dirs = dirs };
    struct sandbox *sandbox;
    struct lamb_err err = { 0 };

    assert_int_equal(sandbox_new(play->host, &spec, &(struct sandbox_events){ 0 }, NULL,
                                 &sandbox, &err),
                     -EOPNOTSUPP);
    assert_non_null(strstr(err.text, "merge them into one"));
}

int
main(void)
{
    static const struct scene scenes[] = {
        SCENE(output_comes_in_order_and_before_the_exit),
        SCENE(the_two_streams_are_told_apart),
        SCENE(signals_are_reported_as_on_any_system),
        SCENE(a_failed_exec_says_what_to_do),
        SCENE(a_missing_working_folder_is_named),
        SCENE(environment_and_working_folder_are_as_asked),
        SCENE(only_three_descriptors_are_open),
        SCENE(signals_and_session_are_a_new_process_s),
        SCENE(a_large_environment_arrives_and_a_larger_one_is_refused),
        SCENE(a_pipe_held_by_a_grandchild_hangs_nobody),
        SCENE(what_lies_in_the_pipes_can_be_drained),
        SCENE(a_flood_arrives_whole),
        SCENE(a_signal_reaches_the_whole_group),
        SCENE(kill_ends_whoever_hides),
        SCENE(kill_of_nothing_is_told_as_well),
        SCENE(after_a_kill_the_same_tmp_is_used_again),
        SCENE(a_running_number_is_refused),
        SCENE(a_sandbox_can_be_freed_at_any_moment),
        SCENE(too_much_memory_is_out_of_memory),
        SCENE(processes_are_bounded),
        SCENE(a_fork_bomb_ends_with_a_kill),
        SCENE_AT(new_namespaces_are_refused,
                 PLAY_AT(SANDBOX_LIMITS) | PLAY_AT(SANDBOX_FULL)),
        SCENE(twenty_live_at_once),
        SCENE(an_id_that_is_taken_or_wrong_is_refused),
        SCENE_BELOW_FULL(layers_that_cannot_be_merged_are_refused),
    };

    return play_all(scenes, LAMB_COUNT(scenes));
}
