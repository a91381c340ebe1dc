/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/testbed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/num.h"

#define PATIENCE_NS (10 * LAMB_NS_PER_S)

/* -- what guests do --------------------------------------------------------------- */

/* Events may come outside the loop as well: sandbox_drain. */
static void
wake(struct play *play)
{
    if (play->is_running)
        loop_stop(play->loop);
}

static void
on_created(void *data, const struct lamb_err *err)
{
    struct guest *guest = data;

    guest->is_created = !err;
    if (err)
        guest->err = *err;
    wake(guest->play);
}

static void
on_started(void *data, unsigned proc, const struct lamb_err *err)
{
    struct guest *guest = data;

    guest->proc[proc].has_started = !err;
    if (err)
        guest->proc[proc].start_err = *err;
    wake(guest->play);
}

static void
on_exited(void *data, unsigned proc, const struct sandbox_exit *exit)
{
    struct guest *guest = data;

    guest->proc[proc].has_exited = true;
    guest->proc[proc].exit = *exit;
    wake(guest->play);
}

static void
on_emptied(void *data)
{
    struct guest *guest = data;

    guest->emptied++;
    wake(guest->play);
}

static void
on_output(void *data, unsigned proc, enum sandbox_stream stream, struct lamb_span bytes)
{
    struct guest *guest = data;
    struct guest_proc *it = &guest->proc[proc];
    size_t room = PLAY_OUTPUT - 1 - it->out_len[stream];

    if (!it->out[stream])
        it->out[stream] = calloc(1, PLAY_OUTPUT);
    assert_non_null(it->out[stream]);
    if (bytes.len > room)
        bytes.len = room;
    memcpy(it->out[stream] + it->out_len[stream], bytes.ptr, bytes.len);
    it->out_len[stream] += bytes.len;
    wake(guest->play);
}

static void
on_lost(void *data, const struct lamb_err *err)
{
    struct guest *guest = data;

    guest->is_lost = true;
    guest->err = *err;
    wake(guest->play);
}

static void
on_host_lost(void *data)
{
    struct play *play = data;

    play->is_host_lost = true;
}

static const struct sandbox_events guest_events = {
    .created = on_created,
    .started = on_started,
    .exited = on_exited,
    .emptied = on_emptied,
    .output = on_output,
    .lost = on_lost,
};

/* -- host ------------------------------------------------------------------------- */

static void
on_deadline(void *data)
{
    struct play *play = data;

    wake(play);
}

static int
try_host(struct play *play, struct lamb_err *err)
{
    int r = sandbox_host_start(play->state, &play->host, err);

    if (r == 0)
        r = loop_new(&play->loop, err);
    if (r == 0)
        r = sandbox_host_attach(play->host, play->loop,
                                &(struct sandbox_options){ .level = play->level }, err);
    if (r < 0)
        return r;
    sandbox_host_on_lost(play->host, on_host_lost, play);
    timer_init(&play->deadline, loop_timers(play->loop), "play", on_deadline, play);
    return 0;
}

void
play_start_host(struct play *play)
{
    struct lamb_err err = { 0 };

    if (try_host(play, &err) < 0)
        fail_msg("%s", err.text);
}

static void
forget_guest(struct guest *guest)
{
    for (size_t i = 0; i < PLAY_PROCS; i++) {
        free(guest->proc[i].out[0]);
        free(guest->proc[i].out[1]);
    }
    *guest = (struct guest){ 0 };
}

void
play_stop_host(struct play *play)
{
    sandbox_host_stop(play->host);
    play->host = NULL;
    for (size_t i = 0; i < PLAY_GUESTS; i++)
        forget_guest(&play->guests[i]);
    if (!play->loop)
        return;
    if (play->deadline.timers)
        timer_stop(&play->deadline);
    loop_free(play->loop);
    play->loop = NULL;
    play->deadline = (struct timer){ 0 };
}

/* -- guests ----------------------------------------------------------------------- */

struct guest *
play_ask(struct play *play, struct sandbox_spec spec)
{
    struct lamb_err err = { 0 };
    struct guest *guest = play->guests;
    char id[32];

    while (guest->play)
        guest++;
    assert_true(guest < play->guests + PLAY_GUESTS);
    (void)snprintf(id, sizeof(id), "guest-%zu", (size_t)(guest - play->guests));
    guest->play = play;
    if (!spec.id)
        spec.id = id;
    if (!spec.task_dir)
        spec.task_dir = play->task;
    if (sandbox_new(play->host, &spec, &guest_events, guest, &guest->sandbox, &err) < 0)
        fail_msg("%s", err.text);
    return guest;
}

struct guest *
play_guest(struct play *play, struct sandbox_spec spec)
{
    struct guest *guest = play_ask(play, spec);

    play_until(guest, guest_is_settled);
    if (!guest->is_created)
        fail_msg("%s", guest->err.text);
    return guest;
}

void
play_exec(struct guest *guest, unsigned proc, const char *const *argv)
{
    static const char *const envp[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
                                        "GREETING=hello", NULL };
    struct sandbox_process process = {
        .argv = argv,
        .envp = envp,
        .cwd = sandbox_view(guest->sandbox)->task_root,
    };
    struct lamb_err err = { 0 };

    if (sandbox_start(guest->sandbox, proc, &process, &err) < 0)
        fail_msg("%s", err.text);
}

void
play_sh(struct guest *guest, unsigned proc, const char *script)
{
    play_exec(guest, proc, (const char *const[]){ "/bin/sh", "-c", script, NULL });
}

static void
run(struct play *play)
{
    play->is_running = true;
    loop_run(play->loop);
    play->is_running = false;
}

void
play_until(struct guest *guest, bool (*is_true)(const struct guest *guest))
{
    struct play *play = guest->play;
    int64_t until_ns = lamb_mono_ns() + PATIENCE_NS;

    timer_start(&play->deadline, until_ns);
    while (!is_true(guest) && lamb_mono_ns() < until_ns)
        run(play);
    timer_stop(&play->deadline);
    if (!is_true(guest))
        fail_msg("it did not happen in ten seconds (%s)", guest->err.text);
}

bool
guest_has_exited(const struct guest *guest)
{
    return guest->proc[1].has_exited;
}

bool
guest_has_started(const struct guest *guest)
{
    return guest->proc[1].has_started || guest->proc[1].start_err.code;
}

bool
guest_is_empty(const struct guest *guest)
{
    return guest->emptied > 0;
}

bool
guest_is_lost(const struct guest *guest)
{
    return guest->is_lost;
}

bool
guest_is_settled(const struct guest *guest)
{
    return guest->is_created || guest->err.code;
}

const char *
play_script(struct guest *guest, const char *script)
{
    guest->proc[1].has_exited = false;
    guest->proc[1].out_len[0] = 0;
    if (guest->proc[1].out[0])
        memset(guest->proc[1].out[0], 0, PLAY_OUTPUT);
    play_sh(guest, 1, script);
    play_until(guest, guest_has_exited);
    return guest->proc[1].out[0] ? guest->proc[1].out[0] : "";
}

bool
play_wait(bool (*is_true)(void *data), void *data)
{
    for (int i = 0; i < 600 && !is_true(data); i++)
        (void)usleep(5000);
    return is_true(data);
}

bool
play_is_swept(void *data)
{
    const struct play *play = data;
    char path[80];

    (void)snprintf(path, sizeof(path), "%s/sandbox", play->state);
    return access(path, F_OK) < 0;
}

/* -- scenes ----------------------------------------------------------------------- */

static int
make_folders(struct play *play)
{
    (void)snprintf(play->dir, sizeof(play->dir), "/tmp/lamb-play-XXXXXX");
    if (!mkdtemp(play->dir))
        return -1;
    (void)snprintf(play->state, sizeof(play->state), "%s/state", play->dir);
    (void)snprintf(play->task, sizeof(play->task), "%s/task", play->dir);
    return mkdir(play->state, 0700) < 0 || mkdir(play->task, 0755) < 0 ? -1 : 0;
}

static int
end(void **state)
{
    struct play *play = *state;
    bool is_swept;

    if (play->helper) {
        (void)kill(play->helper, SIGKILL);
        (void)waitpid(play->helper, NULL, 0);
        (void)play_wait(play_is_swept, play);
    }
    play_stop_host(play);
    is_swept = play_is_swept(play);
    (void)files_remove(AT_FDCWD, play->dir);
    free(play);
    if (!is_swept)
        print_message("# the state folder was not cleared\n");
    return is_swept ? 0 : -1;
}

static int
begin(void **state)
{
    struct play *play = calloc(1, sizeof(*play));
    struct lamb_err err = { 0 };
    int r;

    if (!play)
        return -1;
    play->level = *(const enum sandbox_level *)*state;
    *state = play;
    if (make_folders(play) < 0)
        return -1;
    r = try_host(play, &err);
    if (r < 0) {
        print_message("# %s\n", err.text);
        (void)end(state);
    }
    return r;
}

struct play *
play_of(void **state)
{
    return *state;
}

/*
 * Full takes root with all its rights: without them its scenes are left out, and said
 * to be. Any other failure shows in each of its scenes.
 */
static bool
can_be_had(enum sandbox_level level)
{
    struct play play = { .level = level };
    struct lamb_err err = { 0 };
    bool is_out;

    if (!sandbox_level_is_apart(level) || make_folders(&play) < 0)
        return true;
    is_out = try_host(&play, &err) < 0 && (geteuid() != 0 || err.code == -EPERM);
    if (is_out)
        print_message("# left out: %s\n", err.text);
    play_stop_host(&play);
    (void)files_remove(AT_FDCWD, play.dir);
    return !is_out;
}

int
play_all(const struct scene *scenes, size_t count)
{
    static enum sandbox_level levels[] = { SANDBOX_NONE, SANDBOX_LIMITS,
                                           SANDBOX_ROOTLESS, SANDBOX_FULL };
    struct CMUnitTest tests[128] = { { 0 } };
    char names[128][120];
    size_t used = 0;

    for (size_t l = 0; l < LAMB_COUNT(levels); l++) {
        if (!can_be_had(levels[l]))
            continue;
        for (size_t i = 0; i < count; i++) {
            if (!(scenes[i].levels & PLAY_AT(levels[l])))
                continue;
            lamb_assert(used < LAMB_COUNT(tests));
            (void)snprintf(names[used], sizeof(names[used]), "%s: %s",
                           sandbox_level_text(levels[l]), scenes[i].name);
            tests[used] = (struct CMUnitTest){ .name = names[used],
                                               .test_func = scenes[i].fn,
                                               .setup_func = begin,
                                               .teardown_func = end,
                                               .initial_state = &levels[l] };
            used++;
        }
    }
    return _cmocka_run_group_tests("sandbox", tests, used, NULL, NULL);
}
