/* SPDX-License-Identifier: Apache-2.0 */

/*
 * reset - `lamb reset`: forget what a stopped emulator kept. Only what lamb made in the
 * state folder goes; other files in it stay.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/cli/session.h"
#include "emulator/cli/verbs.h"
#include "emulator/store/state_dir.h"
#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

struct reset {
    struct session_options session;
};

static const struct option options[] = {
    { .name = "state",
      .kind = OPTION_TEXT,
      .value = "DIR",
      .variable = "LAMB_STATE",
      .offset = offsetof(struct reset, session.state),
      .text = "state folder (default .lamb)" },
};

/* The database first: without it nothing else is looked at. */
static const char *const made_by_us[] = { "state.db", "state.db-wal", "state.db-shm",
                                          "code",     "endpoint",     "control.sock" };

static void
help(void)
{
    (void)printf("usage: lamb reset [--state DIR]\n\n"
                 "Forget the functions, versions, layers, settings and waiting events\n"
                 "that an emulator kept in its state folder. It must be stopped.\n\n");
    options_print(options, LAMB_COUNT(options));
}

static int
forget(const char *path, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd < 0 ? lamb_raise(err, -errno, "open the state folder %s", path) : 0;

    for (size_t i = 0; !r && i < LAMB_COUNT(made_by_us); i++)
        r = tree_remove(fd, made_by_us[i], err);
    if (!r && fsync(fd))
        r = lamb_raise(err, -errno, "sync the state folder %s", path);
    return r;
}

static enum exit_code
run(const char *const *argv)
{
    struct reset reset = { .session = SESSION_DEFAULTS };
    struct arguments args;
    struct state_dir *dir = NULL;
    struct lamb_err err = { 0 };
    const char *path;
    int r;

    if (options_parse(options, LAMB_COUNT(options), argv, &reset, &args, &err) ||
        args.count || args.command) {
        (void)fprintf(stderr, "lamb: %s\n",
                      err.text[0] ? err.text : "reset takes no argument");
        return EXIT_USAGE;
    }
    path = session_state_path(&reset.session);
    if (access(path, F_OK) && errno == ENOENT)
        return EXIT_OK; /* nothing is kept there */
    r = state_dir_open(path, &dir, &err);
    if (r) {
        (void)fprintf(stderr, "lamb: %s\n", err.text);
        return EXIT_UNAVAILABLE;
    }
    r = forget(state_dir_path(dir), &err);
    state_dir_close(dir);
    if (r)
        (void)fprintf(stderr, "lamb: %s\n", err.text);
    return r ? EXIT_UNAVAILABLE : EXIT_OK;
}

const struct verb verb_reset = {
    .name = "reset",
    .summary = "forget what a stopped emulator kept",
    .help = help,
    .run = run,
};
