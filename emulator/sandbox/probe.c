/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

/* A throwaway sandbox takes a millisecond; this is for machines in trouble. */
#define PROBE_PATIENCE_NS (2 * LAMB_NS_PER_S)

/* Wait for a message of TYPE from the init; an error in it is the result. */
static int
await(int control, enum wire_type type, struct wire_msg *ret, struct lamb_err *err)
{
    int64_t until_ns = lamb_mono_ns() + PROBE_PATIENCE_NS;

    for (;;) {
        struct pollfd wait = { .fd = control, .events = POLLIN };
        int64_t left_ns = until_ns - lamb_mono_ns();
        struct wire_fds fds;
        int r;

        if (left_ns <= 0)
            return lamb_raise(err, -ETIMEDOUT, "wait for %s", wire_type_name(type));
        if (poll(&wait, 1, (int)(left_ns / LAMB_NS_PER_MS) + 1) <= 0)
            continue;
        r = wire_recv(control, ret, &fds, MSG_DONTWAIT);
        if (r == 0)
            return lamb_refuse(err, -EPIPE, "the sandbox init died before %s",
                               wire_type_name(type));
        if (r < 0 || ret->type != (uint32_t)type)
            continue;
        *err = ret->err;
        return ret->err.code;
    }
}

/* Order a process without a command: it goes through the steps and exits with 0. */
static int
send_start(int control, struct lamb_err *err)
{
    static const char *const cwd[] = { "/", NULL };
    const char *const *const lists[WIRE_LISTS] = { cwd, NULL, NULL };
    struct wire_msg msg = wire_msg(WIRE_START, 0);
    LAMB_AUTOFD int strings = -EBADF;
    LAMB_AUTOFD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int fds[3], r = wire_strings_write(lists, &strings, err);

    if (r < 0)
        return r;
    if (null < 0)
        return lamb_raise(err, -errno, "open /dev/null");
    fds[0] = strings;
    fds[1] = fds[2] = null;
    msg.proc = 1;
    r = wire_send(control, &msg, fds, 3, 0);
    return r < 0 ? lamb_raise(err, r, "talk to the sandbox init") : 0;
}

static int
converse(int control, enum sandbox_step *ret_step, struct lamb_err *err)
{
    struct wire_msg msg;
    int r = await(control, WIRE_READY, &msg, err);

    if (r == 0)
        r = send_start(control, err);
    if (r == 0)
        r = await(control, WIRE_STARTED, &msg, err);
    if (r < 0) {
        *ret_step = (enum sandbox_step)msg.value;
        return r;
    }
    r = await(control, WIRE_EXITED, &msg, err);
    if (r == 0 && msg.value != 0)
        return lamb_refuse(err, -ECANCELED, "the trial process ended with status %#x",
                           (unsigned)msg.value);
    return r;
}

static void
ignore_gone(void *data, uint32_t number)
{
    (void)data;
    (void)number;
}

static void
settle_all(struct cells *cells)
{
    int64_t until_ns = lamb_mono_ns() + PROBE_PATIENCE_NS;

    while (!lamb_list_is_empty(&cells->list) && lamb_mono_ns() < until_ns) {
        struct timespec nap = { .tv_nsec = 200 * LAMB_NS_PER_US };

        (void)cells_settle(cells, ignore_gone, NULL);
        if (!lamb_list_is_empty(&cells->list))
            (void)nanosleep(&nap, NULL);
    }
}

static int
try_once(struct cells *cells, enum sandbox_step *ret_step, struct lamb_err *err)
{
    static char *const no_dirs[] = { NULL };
    struct cell_spec spec = {
        .id = "probe",
        .task_dir = "/usr",
        .bootstrap = "",
        .opt_dirs = no_dirs,
        .file_systems = no_dirs,
        .limits = { .memory_mb = 64, .processes = 16, .descriptors = 64 }
    };
    struct cell_ends ends;
    struct cell *cell;
    int r = cell_make(cells, &spec, &cell, &ends, err);

    *ret_step = STEP_CLONE;
    if (r == 0) {
        r = converse(ends.control, ret_step, err);
        cell_kill(cell);
        cell_ends_close(&ends);
    }
    settle_all(cells);
    return r;
}

static int
try_level(struct cells *cells, enum sandbox_level level, struct lamb_err *err)
{
    enum sandbox_step step = STEP_TEMPLATE;
    int r;

    r = cells_prepare(cells, level, err);
    if (r == 0)
        r = try_once(cells, &step, err);
    if (r < 0 && (step == STEP_ENTER || step == STEP_CLONE)) {
        /* Groups that can be made but not entered: do without them. */
        cgroups_give_up(&cells->groups);
        r = try_once(cells, &step, err);
    }
    if (r < 0)
        return lamb_wrap(err, r, "isolation level %s", sandbox_level_text(level));
    return 0;
}

/* Add why LEVEL does not work to what was said of better ones. */
static void
add_missing(struct lamb_err *missing, const struct lamb_err *why)
{
    size_t used = strlen(missing->text);

    missing->code = why->code;
    (void)snprintf(missing->text + used, sizeof(missing->text) - used, "%s%s",
                   used ? "; " : "", why->text);
}

int
probe_level(struct cells *cells, enum sandbox_level asked, struct lamb_err *ret_missing,
            struct lamb_err *err)
{
    *ret_missing = (struct lamb_err){ 0 };
    if (asked != SANDBOX_LEVEL_N) {
        if (asked != SANDBOX_FULL)
            (void)lamb_refuse(ret_missing, -ECANCELED, "level %s was asked for",
                              sandbox_level_text(asked));
        return try_level(cells, asked, err);
    }
    for (int level = SANDBOX_FULL; level < SANDBOX_LEVEL_N; level++) {
        struct lamb_err why = { 0 };

        if (try_level(cells, (enum sandbox_level)level, &why) == 0)
            return 0;
        add_missing(ret_missing, &why);
    }
    return lamb_refuse(err, -EOPNOTSUPP, "no isolation level works here: %s",
                       ret_missing->text);
}
