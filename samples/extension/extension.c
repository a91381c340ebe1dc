/* SPDX-License-Identifier: Apache-2.0 */

/*
 * extension - an external extension: one line for each invocation, with how long the
 * function took, and one at the end.
 */

#include <lamb/extension.h>
#include <stdio.h>
#include <string.h>

static void
look(const struct lamb_telemetry *record, void *log)
{
    if (strcmp(record->type, "platform.report") == 0)
        fprintf(log, "REPORTED %.*s\n", (int)record->record.len, record->record.ptr);
}

int
main(void)
{
    struct lamb_extension_event event = { 0 };
    struct lamb_extension *ext = lamb_extension_new(NULL);
    int r = lamb_extension_register(ext, LAMB_ON_INVOKE | LAMB_ON_SHUTDOWN);

    setvbuf(stdout, NULL, _IOLBF, 0); /* lines, also into a pipe */
    if (r == 0)
        r = lamb_extension_subscribe(ext, NULL, look, stdout);
    while (r == 0 && event.kind != LAMB_ON_SHUTDOWN) {
        r = lamb_extension_next(ext, &event);
        if (r == 0 && event.kind == LAMB_ON_INVOKE)
            printf("INVOKED %s\n", event.request_id);
    }
    if (r == 0)
        printf("ENDED %s\n", event.shutdown_reason);
    else
        fprintf(stderr, "%s\n", lamb_extension_error(ext));
    lamb_extension_free(ext);
    return r != 0;
}
