/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/machine.h"

#include <errno.h>
#include <fcntl.h>

#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

enum {
    FRESH_MS = 20,
    STARTING_MB = 16, /* a small runtime with the init of its sandbox */
    STARTING_TASKS = 8,
    SPARE_TASKS = 64,
};

static uint64_t
number(struct lamb_span text)
{
    uint64_t value;

    return lamb_parse_u64(lamb_span_trim(text), 0, UINT64_MAX, &value) ? 0 : value;
}

/* The number behind KEY in lines of "KEY:   NUMBER kB". */
static bool
find_kb(struct lamb_span text, const char *key, uint64_t *ret)
{
    struct lamb_span line;
    struct lamb_span name;
    struct lamb_span rest;

    while (text.len) {
        (void)lamb_span_cut(text, '\n', &line, &text);
        if (!lamb_span_cut(line, ':', &name, &rest) || !lamb_span_is(name, key))
            continue;
        (void)lamb_span_cut(lamb_span_trim(rest), ' ', &rest, &line);
        *ret = number(rest);
        return true;
    }
    return false;
}

void
machine_parse(struct lamb_span meminfo, struct lamb_span loadavg,
              struct lamb_span threads_max, struct lamb_span pid_max,
              struct machine_state *ret)
{
    struct lamb_span tasks;
    struct lamb_span rest;
    uint64_t available_kb = 0;
    uint64_t threads = number(threads_max);
    uint64_t pids = number(pid_max);

    *ret = (struct machine_state){ 0 };
    ret->is_known = find_kb(meminfo, "MemAvailable", &available_kb);
    ret->available_mb = available_kb / 1024;
    (void)lamb_span_cut(loadavg, '/', &rest, &tasks); /* "0.20 0.18 0.12 1/80 11206" */
    (void)lamb_span_cut(tasks, ' ', &tasks, &rest);
    ret->tasks = number(tasks);
    ret->tasks_max = pids && (pids < threads || !threads) ? pids : threads;
}

int
machine_decide(const struct machine_state *state, uint64_t reserve_mb,
               size_t n_starting, struct lamb_err *err)
{
    uint64_t wanted_mb = reserve_mb + (n_starting + 1) * STARTING_MB;
    uint64_t tasks = state->tasks + (n_starting + 1) * STARTING_TASKS + SPARE_TASKS;

    if (!state->is_known)
        return 0;
    if (state->available_mb < wanted_mb)
        return lamb_refuse(err, -ENOMEM,
                           "This machine has no memory for another execution "
                           "environment: %llu MB are available, %llu MB stay reserved "
                           "(quota MachineMemoryReserveMb)",
                           (unsigned long long)state->available_mb,
                           (unsigned long long)reserve_mb);
    if (state->tasks_max && tasks > state->tasks_max)
        return lamb_refuse(err, -EAGAIN,
                           "This machine has no processes for another execution "
                           "environment: %llu of %llu are in use",
                           (unsigned long long)state->tasks,
                           (unsigned long long)state->tasks_max);
    return 0;
}

struct text {
    char bytes[8192];
};

static struct lamb_span
read_text(const char *path, struct text *text)
{
    LAMB_AUTOFD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text->bytes, sizeof(text->bytes));

    return lamb_span_of(text->bytes, n > 0 ? (size_t)n : 0);
}

int
machine_has_room(struct machine *machine, uint64_t reserve_mb, size_t n_starting,
                 struct lamb_err *err)
{
    int64_t now = lamb_mono_ns();
    struct text texts[4];

    if (!machine->read_ns || now - machine->read_ns > FRESH_MS * LAMB_NS_PER_MS) {
        machine_parse(read_text("/proc/meminfo", &texts[0]),
                      read_text("/proc/loadavg", &texts[1]),
                      read_text("/proc/sys/kernel/threads-max", &texts[2]),
                      read_text("/proc/sys/kernel/pid_max", &texts[3]),
                      &machine->state);
        machine->read_ns = now;
    }
    return machine_decide(&machine->state, reserve_mb, n_starting, err);
}
