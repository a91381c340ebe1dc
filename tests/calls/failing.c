/* SPDX-License-Identifier: Apache-2.0 */

/*
 * failing - an extension that cannot start ("init-fails"), cannot go on ("exit-fails"),
 * or hears what the function logs ("listens"): its file name says which.
 */

#include <errno.h>
#include <lamb/extension.h>
#include <stdio.h>
#include <string.h>

static void
hear(const struct lamb_telemetry *record, void *log)
{
    (void)fprintf(log, "HEARD %s %.*s\n", record->type, (int)record->record.len,
                  record->record.ptr);
}

static int
fail_at_start(struct lamb_extension *ext, struct lamb_extension_event *event)
{
    (void)event;
    printf("REPORTED init: %d\n",
           lamb_extension_init_error(ext, "Test.NoConfig", "there is none"));
    return -1;
}

static int
fail_later(struct lamb_extension *ext, struct lamb_extension_event *event)
{
    int r = lamb_extension_next(ext, event);

    if (r == 0)
        printf("REPORTED exit: %d\n",
               lamb_extension_exit_error(ext, "Test.Lost", "it is gone"));
    return -1;
}

static int
listen(struct lamb_extension *ext, struct lamb_extension_event *event)
{
    const struct lamb_telemetry_options options = { .struct_size = sizeof(options),
                                                    .types = "function",
                                                    .timeout_ms = 25 };
    int r = lamb_extension_subscribe(ext, &options, hear, stdout);

    while (r == 0 && event->kind != LAMB_ON_SHUTDOWN)
        r = lamb_extension_next(ext, event);
    return r;
}

int
main(void)
{
    static const struct {
        const char *name;
        int (*run)(struct lamb_extension *ext, struct lamb_extension_event *event);
    } kinds[] = { { "init-fails", fail_at_start },
                  { "exit-fails", fail_later },
                  { "listens", listen } };
    struct lamb_extension_event event = { 0 };
    struct lamb_extension *ext = lamb_extension_new(NULL);
    int r = lamb_extension_register(ext, LAMB_ON_INVOKE | LAMB_ON_SHUTDOWN);

    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; r == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(program_invocation_short_name, kinds[i].name) == 0)
            r = kinds[i].run(ext, &event);
    if (*lamb_extension_error(ext))
        (void)fprintf(stderr, "%s\n", lamb_extension_error(ext));
    lamb_extension_free(ext);
    return r != 0;
}
