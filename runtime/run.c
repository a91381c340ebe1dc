/* SPDX-License-Identifier: Apache-2.0 */
#include <lamb/lamb.h>

#include <string.h>

#include "runtime/program.h"

/* There when the program has C++ in it; see lamb/exceptions.h. */
int lamb_border_handler(lamb_handler_fn fn, struct lamb_invocation *inv)
    __attribute__((weak));
int lamb_border_init(lamb_init_fn fn, struct lamb_runtime *rt) __attribute__((weak));
int lamb_border_shutdown(lamb_shutdown_fn fn, struct lamb_runtime *rt)
    __attribute__((weak));

/* Choose from the table DATA: by the name, or what follows the last dot. */
static int
find_in_table(const void *data, const char *handler_string, struct lamb_entry *ret,
              struct lamb_failure *failure)
{
    const struct lamb_handler *table = (const struct lamb_handler *)data;
    const char *dot = strrchr(handler_string, '.');
    const char *name = dot ? dot + 1 : handler_string;

    for (const struct lamb_handler *entry = table; entry->name; entry++)
        if (strcmp(entry->name, handler_string) == 0 ||
            strcmp(entry->name, name) == 0 ||
            (entry == table && !entry[1].name)) { /* the only one */
            *ret = (struct lamb_entry){
                .handler = *entry,
                .border_handler = lamb_border_handler,
                .border_init = lamb_border_init,
                .border_shutdown = lamb_border_shutdown,
            };
            return 0;
        }
    lamb_failure_set(
        failure, "Runtime.HandlerNotFound",
        "this program has no handler '%s' (from _HANDLER=%s): the first in "
        "its table is '%s'",
        name, handler_string, table->name ? table->name : "");
    return -1;
}

int
lamb_run(const struct lamb_handler *handlers)
{
    return lamb_program_run(find_in_table, handlers, false);
}
