/* SPDX-License-Identifier: Apache-2.0 */

/* event - `lamb event`: print a sample of what a source sends. */

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "emulator/cli/options.h"
#include "emulator/cli/verbs.h"
#include "sdk/base/enum.h"
#include "sdk/events/sample.h"

struct event_options {
    bool list;
    struct option_list set;
};

static const struct option options[] = {
    { .name = "list",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct event_options, list),
      .text = "name the sources" },
    { .name = "set",
      .kind = OPTION_TEXTS,
      .value = "PATH=VALUE",
      .offset = offsetof(struct event_options, set),
      .text = "change a field, as in Records.0.body=hi; JSON, else text" },
};

static void
help(void)
{
    (void)printf(
        "usage: lamb event [OPTION ...] SOURCE\n\n"
        "Print a sample event of the source, as in\n"
        "  lamb event sqs --set Records.0.body=hi | lamb invoke hello -F -\n\n");
    options_print(options, LAMB_COUNT(options));
}

static enum exit_code
complain(const char *what, const char *name)
{
    (void)fprintf(stderr, "lamb event: %s%s\n", what, name);
    return EXIT_USAGE;
}

static enum exit_code
print(const struct lamb_event_sample *sample, const struct event_options *wanted)
{
    json_t *event = json_loads(sample->json, 0, NULL);
    enum exit_code code = EXIT_OK;

    for (size_t i = 0; i < wanted->set.count && code == EXIT_OK; i++)
        if (lamb_event_change(event, wanted->set.items[i]))
            code = complain("the event has no place for ", wanted->set.items[i]);
    if (code == EXIT_OK) {
        (void)json_dumpf(event, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(16));
        (void)putchar('\n');
    }
    json_decref(event);
    return code;
}

static enum exit_code
run(const char *const *argv)
{
    struct event_options wanted = { 0 };
    struct arguments args;
    struct lamb_err err = { 0 };

    if (options_parse(options, LAMB_COUNT(options), argv, &wanted, &args, &err))
        return complain(err.text, "");
    if (args.command || args.count != !wanted.list)
        return complain("name one source; `lamb event --list` has them", "");
    for (const struct lamb_event_sample *s = lamb_event_samples; s->name; s++) {
        if (wanted.list)
            (void)printf("%-18s %s\n", s->name, s->title);
        else if (strcmp(s->name, args.items[0]) == 0)
            return print(s, &wanted);
    }
    return wanted.list
               ? EXIT_OK
               : complain("`lamb event --list` has the sources, not ", args.items[0]);
}

const struct verb verb_event = {
    .name = "event",
    .summary = "print a sample event of a source",
    .help = help,
    .run = run,
};
