/* SPDX-License-Identifier: Apache-2.0 */

/*
 * cold_sandbox - what a sandbox adds to fork and exec.
 *
 *     cold_sandbox [-n COUNT] [-l LEVEL] STATE_DIR COMMAND [ARGUMENT...]
 *
 * COUNT times (50), one after the other with a pause between: from sandbox_new to the
 * news that COMMAND, which should do nothing, has ended. Without -l the same with
 * posix_spawn and waitpid, which is the floor. Prints one JSON object with all samples.
 */

#include <err.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/loop/timer.h"
#include "emulator/sandbox/sandbox.h"
#include "sdk/base/clock.h"
#include "sdk/base/err.h"
#include "sdk/base/num.h"

enum { SAMPLES_MAX = 10000 };
#define PAUSE_NS (40 * LAMB_NS_PER_MS) /* the spawner prepares the next /tmp in it */

struct bench {
    struct loop *loop;
    struct sandbox_host *host;
    struct sandbox *sandbox;
    struct timer pause;
    char *const *command;
    uint64_t left;
    uint64_t number;
    int64_t started_ns;
    const char *separator;
};

static void
print_sample(struct bench *bench)
{
    (void)printf("%s%.1f", bench->separator,
                 (double)(lamb_mono_ns() - bench->started_ns) / 1000.0);
    bench->separator = ", ";
}

/* -- the floor -------------------------------------------------------------------- */

static void
measure_spawn(struct bench *bench)
{
    for (; bench->left; bench->left--) {
        pid_t pid;
        int status;

        bench->started_ns = lamb_mono_ns();
        if (posix_spawn(&pid, bench->command[0], NULL, NULL, bench->command,
                        (char *const[]){ NULL }) ||
            waitpid(pid, &status, 0) != pid || status)
            errx(1, "%s could not be run", bench->command[0]);
        print_sample(bench);
        (void)usleep((useconds_t)(PAUSE_NS / LAMB_NS_PER_US));
    }
}

/* -- sandboxes -------------------------------------------------------------------- */

static void
on_created(void *data, const struct lamb_err *why)
{
    struct bench *bench = data;
    struct sandbox_process process = { .argv = (const char *const *)bench->command,
                                       .envp = (const char *const[]){ NULL },
                                       .cwd = "/" };
    struct lamb_err e = { 0 };

    if (why || sandbox_start(bench->sandbox, 1, &process, &e))
        errx(1, "%s", why ? why->text : e.text);
}

static void
on_started(void *data, unsigned proc, const struct lamb_err *why)
{
    (void)data;
    (void)proc;
    if (why)
        errx(1, "%s", why->text);
}

static void
on_exited(void *data, unsigned proc, const struct sandbox_exit *exit_)
{
    struct bench *bench = data;

    (void)proc;
    (void)exit_;
    print_sample(bench);
    sandbox_free(bench->sandbox);
    timer_start(&bench->pause, lamb_mono_ns() + PAUSE_NS);
}

static void
make_next(void *data)
{
    static const struct sandbox_events events = { .created = on_created,
                                                  .started = on_started,
                                                  .exited = on_exited };
    struct bench *bench = data;
    char id[32];
    struct sandbox_spec spec = {
        .id = id, .task_dir = "/usr", .memory_mb = 128, .tmp_mb = 512
    };
    struct lamb_err e = { 0 };

    if (bench->left-- == 0) {
        loop_stop(bench->loop);
        return;
    }
    (void)snprintf(id, sizeof(id), "bench-%llu", (unsigned long long)bench->number++);
    bench->started_ns = lamb_mono_ns();
    if (sandbox_new(bench->host, &spec, &events, bench, &bench->sandbox, &e))
        errx(1, "%s", e.text);
}

static void
measure_sandboxes(struct bench *bench, const char *state, enum sandbox_level level)
{
    struct sandbox_options options = { .level = level };
    struct lamb_err e = { 0 };

    if (sandbox_host_start(state, &bench->host, &e) || loop_new(&bench->loop, &e) ||
        sandbox_host_attach(bench->host, bench->loop, &options, &e))
        errx(1, "%s", e.text);
    timer_init(&bench->pause, loop_timers(bench->loop), "pause", make_next, bench);
    timer_start(&bench->pause, lamb_mono_ns());
    loop_run(bench->loop);
    sandbox_host_stop(bench->host);
    loop_free(bench->loop);
}

static enum sandbox_level
find_level(const char *name)
{
    for (int level = 0; level < SANDBOX_LEVEL_N; level++)
        if (strcmp(sandbox_level_text((enum sandbox_level)level), name) == 0)
            return (enum sandbox_level)level;
    errx(2, "there is no level '%s'", name);
}

int
main(int argc, char **argv)
{
    struct bench bench = { .left = 50, .separator = "" };
    const char *level = NULL;
    int opt;

    while ((opt = getopt(argc, argv, "+n:l:")) != -1) {
        if (opt == 'l')
            level = optarg;
        else if (opt != 'n' ||
                 lamb_parse_u64(lamb_span_str(optarg), 1, SAMPLES_MAX, &bench.left))
            errx(2, "usage: cold_sandbox [-n COUNT] [-l LEVEL] STATE_DIR COMMAND");
    }
    if (argc - optind < 2)
        errx(2, "name a state folder and a command");
    bench.command = argv + optind + 1;
    (void)printf("{\"samples_us\": [");
    if (level)
        measure_sandboxes(&bench, argv[optind], find_level(level));
    else
        measure_spawn(&bench);
    (void)printf("]}\n");
    return 0;
}
