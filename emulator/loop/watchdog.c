/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/watchdog.h"

#include <inttypes.h>
#include <string.h>

#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/log.h"
#include "sdk/base/num.h"

/* The entry of NAME, else the one warned about longest ago. */
static struct watchdog_entry *
find_entry(struct watchdog *dog, const char *name)
{
    struct watchdog_entry *oldest = &dog->entries[0];

    for (size_t i = 0; i < LAMB_COUNT(dog->entries); i++) {
        struct watchdog_entry *entry = &dog->entries[i];

        if (!entry->name || strcmp(entry->name, name) == 0)
            return entry;
        if (entry->warned_ns < oldest->warned_ns)
            oldest = entry;
    }
    return oldest;
}

static void
warn(struct watchdog *dog, const char *name, int64_t now_ns, int64_t took_ns)
{
    struct watchdog_entry *entry = find_entry(dog, name);
    bool is_same = entry->name && strcmp(entry->name, name) == 0;

    /* Also with more slow names than entries: a flood of warnings helps nobody. */
    if (entry->name && now_ns - entry->warned_ns < LAMB_NS_PER_S) {
        entry->muted++;
        return;
    }
    lamb_log(LAMB_LOG_WARN, "loop",
             "'%s' kept the event loop busy for %" PRId64 " ms, everything else had to "
             "wait (%" PRIu64 " more since the last such warning)",
             name, took_ns / LAMB_NS_PER_MS, is_same ? entry->muted : 0);
    *entry = (struct watchdog_entry){ .name = name, .warned_ns = now_ns };
}

static void
note_slow(struct watchdog *dog, const char *name, int64_t now_ns, int64_t took_ns)
{
    dog->stats.slow_callbacks++;
    if (took_ns > dog->stats.slowest_ns) {
        dog->stats.slowest_ns = took_ns;
        dog->stats.slowest_name = name;
    }
    if (!dog->is_quiet)
        warn(dog, name, now_ns, took_ns);
}

int64_t
watchdog_begin(struct watchdog *dog)
{
    if (!dog->is_marked) {
        dog->mark_ns = lamb_mono_ns();
        dog->is_marked = true;
    }
    return dog->mark_ns;
}

void
watchdog_end(struct watchdog *dog, const char *name)
{
    int64_t now_ns = lamb_mono_ns();
    int64_t took_ns = now_ns - dog->mark_ns;

    dog->stats.callbacks++;
    dog->mark_ns = now_ns;
    dog->is_marked = true;
    if (took_ns > LOOP_SLOW_NS)
        note_slow(dog, name, now_ns, took_ns);
}

void
watchdog_rest(struct watchdog *dog)
{
    dog->is_marked = false;
}
