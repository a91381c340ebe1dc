/* SPDX-License-Identifier: Apache-2.0 */

/*
 * doctor - `lamb doctor`: what this machine lets lamb do, found out by trying it. Every
 * isolation level is tried with a throwaway sandbox; the table of limits says what that
 * means.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "emulator/cli/session.h"
#include "emulator/cli/verbs.h"
#include "emulator/sandbox/limit_table.h"
#include "emulator/store/state_dir.h"
#include "sdk/base/enum.h"

struct doctor {
    struct session_options session;
};

static const struct option options[] = {
    { .name = "isolation",
      .kind = OPTION_CHOICE,
      .value = "LEVEL",
      .variable = "LAMB_ISOLATION",
      .offset = offsetof(struct doctor, session.isolation),
      .choice = session_level_choice,
      .text = ": the level to look at (default: the best there is)" },
};

static void
help(void)
{
    (void)printf(
        "usage: lamb doctor [--isolation LEVEL]\n\n"
        "Try what this machine allows: which isolation levels work, how each\n"
        "limit of the service is held here, and what could be better. Nothing\n"
        "is changed.\n\n");
    options_print(options, LAMB_COUNT(options));
}

/* What a level can do here; WHY when it does not work. */
struct finding {
    bool works;
    struct sandbox_abilities abilities;
    char missing[sizeof(((struct lamb_err *)0)->text)];
    struct lamb_err why;
};

/* The host, and with it the texts of its abilities, is gone when this returns. */
static void
keep(struct finding *finding, const struct sandbox_abilities *abilities)
{
    finding->works = true;
    finding->abilities = *abilities;
    if (!abilities->missing)
        return;
    (void)snprintf(finding->missing, sizeof(finding->missing), "%s",
                   abilities->missing);
    finding->abilities.missing = finding->missing;
}

static void
examine(const char *state_dir, enum sandbox_level level, struct finding *ret)
{
    struct sandbox_options wanted = { .level = level, .cpu_share = true };
    struct sandbox_host *host = NULL;
    struct loop *loop = NULL;
    int r = sandbox_host_start(state_dir, &host, &ret->why);

    if (r == 0)
        r = loop_new(&loop, &ret->why);
    if (r == 0)
        r = sandbox_host_attach(host, loop, &wanted, &ret->why);
    if (r == 0)
        keep(ret, sandbox_host_abilities(host));
    sandbox_host_stop(host);
    if (loop)
        loop_free(loop);
}

static void
print_level(enum sandbox_level level, const struct finding *finding)
{
    (void)printf("  %-9s %s%s\n", sandbox_level_text(level),
                 finding->works ? "works" : "does not work: ",
                 finding->works ? "" : finding->why.text);
}

static void
print_limits(const struct sandbox_abilities *a)
{
    (void)printf("\nLimits at level %s:\n", sandbox_level_text(a->level));
    for (int limit = 0; limit < LIMIT_KIND_N; limit++) {
        const struct limit_rule *rule = limit_in_force((enum limit_kind)limit, a);

        (void)printf("  %-22s %-12s %s%s%s\n", limit_kind_text((enum limit_kind)limit),
                     limit_strength_text(rule->strength[a->level]),
                     rule->means ? rule->means : "", rule->means ? ": " : "",
                     rule->how);
    }
}

/* What is worse than it could be, and what would help. */
static void
print_advice(const struct sandbox_abilities *a)
{
    const struct {
        bool applies;
        const char *text;
    } advice[] = {
        { a->level != SANDBOX_FULL, "functions are less apart than they could be: run "
                                    "lamb as root for level full" },
        { strcmp(a->memory, "polling") == 0,
          "no memory control group can be written: as root, or in a session that "
          "systemd "
          "delegates (systemd-run --user --scope -p Delegate=yes lamb ...)" },
        { a->level == SANDBOX_FULL && strcmp(a->tmp, "tmpfs") == 0,
          "/tmp counts as memory: loop devices and mkfs.ext4 (package e2fsprogs) would "
          "give it a file system of its own" },
        { !a->has_own_users,
          "environments run as one user: whether a connection to the Runtime API comes "
          "from its own sandbox cannot be told" },
    };
    bool has_any = false;

    for (size_t i = 0; i < LAMB_COUNT(advice); i++) {
        if (!advice[i].applies)
            continue;
        (void)printf("%s  - %s\n", has_any ? "" : "\nWhat could be better:\n",
                     advice[i].text);
        has_any = true;
    }
    if (!has_any)
        (void)printf("\nNothing is missing.\n");
}

static const struct finding *
choose(const struct finding *findings, enum sandbox_level asked)
{
    if (asked != SANDBOX_LEVEL_N)
        return findings[asked].works ? &findings[asked] : NULL;
    for (int level = 0; level < SANDBOX_LEVEL_N; level++)
        if (findings[level].works)
            return &findings[level];
    return NULL;
}

static enum exit_code
report(const char *state_dir, enum sandbox_level asked)
{
    static struct finding findings[SANDBOX_LEVEL_N];
    const struct finding *chosen;

    (void)printf("Isolation levels:\n");
    for (int level = 0; level < SANDBOX_LEVEL_N; level++) {
        examine(state_dir, (enum sandbox_level)level, &findings[level]);
        print_level((enum sandbox_level)level, &findings[level]);
    }
    chosen = choose(findings, asked);
    if (!chosen) {
        (void)fprintf(stderr, "lamb: %s does not work here\n",
                      asked == SANDBOX_LEVEL_N ? "any level"
                                               : sandbox_level_text(asked));
        return EXIT_UNAVAILABLE;
    }
    print_limits(&chosen->abilities);
    print_advice(&chosen->abilities);
    return EXIT_OK;
}

static enum exit_code
run(const char *const *argv)
{
    struct doctor doctor = { .session = SESSION_DEFAULTS };
    struct arguments args;
    struct lamb_err err = { 0 };
    struct state_dir *state;
    enum exit_code code;

    if (options_parse(options, LAMB_COUNT(options), argv, &doctor, &args, &err)) {
        (void)fprintf(stderr, "lamb: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (args.count || args.command) {
        (void)fprintf(stderr, "lamb: doctor takes no arguments\n");
        return EXIT_USAGE;
    }
    if (state_dir_open_ephemeral(&state, &err)) {
        (void)fprintf(stderr, "lamb: %s\n", err.text);
        return EXIT_UNAVAILABLE;
    }
    code = report(state_dir_path(state), doctor.session.isolation);
    state_dir_close(state);
    return code;
}

const struct verb verb_doctor = {
    .name = "doctor",
    .summary = "say what this machine allows",
    .help = help,
    .run = run,
};
