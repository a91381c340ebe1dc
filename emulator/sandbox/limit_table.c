/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/limit_table.h"

#include <string.h>

#include "emulator/sandbox/terms.h"
#include "sdk/base/buf.h"
#include "sdk/base/err.h"

LAMB_ENUM_TEXT_FN(limit_strength_text, limit_strength, LIMIT_STRENGTHS,
                  LIMIT_STRENGTH_N)
LAMB_ENUM_TEXT_FN(limit_kind_text, limit_kind, LIMIT_KINDS, LIMIT_KIND_N)

#define AT(full_, rootless_, limits_, none_)                                           \
    {                                                                                  \
        [SANDBOX_FULL] = LIMIT_##full_, [SANDBOX_ROOTLESS] = LIMIT_##rootless_,        \
        [SANDBOX_LIMITS] = LIMIT_##limits_, [SANDBOX_NONE] = LIMIT_##none_,            \
    }
#define EVERYWHERE AT(EXACT, EXACT, EXACT, EXACT)

/* clang-format off */
const struct limit_rule limit_rules[] = {
    { LIMIT_MEMORY, "cgroup v2, tmpfs", AT(APPROXIMATE, APPROXIMATE, APPROXIMATE, APPROXIMATE),
      "memory.max, raised by the size of /tmp, whose files count as memory" },
    { LIMIT_MEMORY, "cgroup v1, tmpfs", AT(APPROXIMATE, APPROXIMATE, APPROXIMATE, APPROXIMATE),
      "memory.limit_in_bytes, raised by the size of /tmp, whose files count as memory" },
    { LIMIT_MEMORY, "cgroup v2", EVERYWHERE,
      "memory.max: the kernel kills; swap is off" },
    { LIMIT_MEMORY, "cgroup v1", EVERYWHERE,
      "memory.limit_in_bytes: the kernel kills" },
    { LIMIT_MEMORY, "polling", AT(APPROXIMATE, APPROXIMATE, APPROXIMATE, APPROXIMATE),
      "every 20 ms the resident sizes are added up; over the limit the biggest process is killed" },

    { LIMIT_PEAK, "cgroup v2", EVERYWHERE,
      "memory.peak, page cache included (from Linux 5.19, else 0)" },
    { LIMIT_PEAK, "cgroup v1", EVERYWHERE,
      "memory.max_usage_in_bytes, page cache included" },
    { LIMIT_PEAK, "polling", AT(APPROXIMATE, APPROXIMATE, APPROXIMATE, APPROXIMATE),
      "the sum of each process's highest resident size" },

    { LIMIT_CPU, "cgroup v2", EVERYWHERE,
      "with --cpu share: cpu.max, one core for 1,769 MB, never during INIT" },
    { LIMIT_CPU, "cgroup v1", EVERYWHERE,
      "with --cpu share: cpu.cfs_quota_us, one core for 1,769 MB, never during INIT" },
    { LIMIT_CPU, "none", AT(NOT_HELD, NOT_HELD, NOT_HELD, NOT_HELD),
      "every core, at any memory size (--cpu share asks for the service's share)" },

    { LIMIT_TIMEOUT, NULL, EVERYWHERE,
      "a timer at the deadline; then everything in the environment is killed" },

    { LIMIT_PROCESSES, "cgroup v2", EVERYWHERE, "pids.max" },
    { LIMIT_PROCESSES, "cgroup v1", EVERYWHERE, "pids.max" },
    { LIMIT_PROCESSES, "RLIMIT_NPROC", AT(EXACT, APPROXIMATE, APPROXIMATE, NOT_HELD),
      "RLIMIT_NPROC: exact for a user of its own, else counted from what the user runs already" },
    { LIMIT_PROCESSES, "none", AT(NOT_HELD, NOT_HELD, NOT_HELD, NOT_HELD),
      "no group can be made, and RLIMIT_NPROC does not bind root" },

    { LIMIT_DESCRIPTORS, NULL, EVERYWHERE,
      "RLIMIT_NOFILE, 1,024 for each process" },
    { LIMIT_RLIMITS, NULL, EVERYWHERE,
      "stack 8 MiB, locked memory 64 KiB (soft); no core files, where the service has 10 GiB" },

    { LIMIT_TMP, "ext4 image", EVERYWHERE,
      "a file system of that size on a loop device; not function memory" },
    { LIMIT_TMP, "tmpfs", EVERYWHERE,
      "a tmpfs of that size; what lies in it counts as memory, whose limit is raised" },
    { LIMIT_TMP, "folder", AT(NOT_HELD, NOT_HELD, NOT_HELD, NOT_HELD),
      "a folder in the state folder, as big as its disk" },

    { LIMIT_VARIABLES, NULL, EVERYWHERE,
      "4 KB: a function with more is refused" },
    { LIMIT_OUTPUT, NULL, EVERYWHERE,
      "drained before END; what nobody reads is bounded, dropped and counted" },
};
/* clang-format on */
const size_t limit_rule_count = LAMB_COUNT(limit_rules);

/* What the machine does about LIMIT, as abilities name it. */
static const char *
means_of(enum limit_kind limit, const struct sandbox_abilities *a)
{
    switch (limit) {
    case LIMIT_MEMORY:
    case LIMIT_PEAK:
        return a->memory;
    case LIMIT_CPU:
        return a->cpu;
    case LIMIT_PROCESSES:
        return a->processes;
    case LIMIT_TMP:
        return a->tmp;
    case LIMIT_TIMEOUT:
    case LIMIT_DESCRIPTORS:
    case LIMIT_RLIMITS:
    case LIMIT_VARIABLES:
    case LIMIT_OUTPUT:
    case LIMIT_KIND_N:
        break;
    }
    return "";
}

static bool
is_in_force(const struct limit_rule *rule, const struct sandbox_abilities *a)
{
    char both[64];

    if (!rule->means || strcmp(rule->means, means_of(rule->limit, a)) == 0)
        return true;
    return rule->limit == LIMIT_MEMORY &&
           lamb_format(both, sizeof(both), "%s, %s", a->memory, a->tmp) == 0 &&
           strcmp(rule->means, both) == 0;
}

const struct limit_rule *
limit_in_force(enum limit_kind limit, const struct sandbox_abilities *abilities)
{
    for (size_t i = 0; i < limit_rule_count; i++)
        if (limit_rules[i].limit == limit && is_in_force(&limit_rules[i], abilities))
            return &limit_rules[i];
    lamb_panic(__FILE__, __LINE__, "a limit without a rule");
}

/* Can MEANS be in force at LEVEL at all? */
static bool
is_possible(const struct limit_rule *rule, enum sandbox_level level)
{
    bool has_mounts = level == SANDBOX_FULL || level == SANDBOX_ROOTLESS;
    const char *means = rule->means ? rule->means : "";

    if (strcmp(means, "ext4 image") == 0)
        return level == SANDBOX_FULL;
    if (strstr(means, "tmpfs"))
        return has_mounts;
    if (strcmp(means, "folder") == 0)
        return !has_mounts;
    if (strcmp(means, "RLIMIT_NPROC") == 0)
        return level != SANDBOX_NONE;
    return rule->limit != LIMIT_PROCESSES || strcmp(means, "none") != 0 ||
           level != SANDBOX_FULL;
}

void
limits_draw(void (*fn)(void *data, const char *line), void *data)
{
    char line[512];

    fn(data, "| limit | by | full | rootless | limits | none | how |");
    fn(data, "|---|---|---|---|---|---|---|");
    for (size_t i = 0; i < limit_rule_count; i++) {
        const struct limit_rule *rule = &limit_rules[i];
        const char *cells[SANDBOX_LEVEL_N];

        for (int l = 0; l < SANDBOX_LEVEL_N; l++)
            cells[l] = is_possible(rule, (enum sandbox_level)l)
                           ? limit_strength_text(rule->strength[l])
                           : "";
        lamb_assert(
            lamb_format(line, sizeof(line), "| %s | %s | %s | %s | %s | %s | %s |",
                        limit_kind_text(rule->limit), rule->means ? rule->means : "",
                        cells[0], cells[1], cells[2], cells[3], rule->how) == 0);
        fn(data, line);
    }
}
