/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_ENTRY_H
#define LAMB_RUNTIME_ENTRY_H

/*
 * entry - the handler that a process serves, its hooks, and how they are called.
 *
 * C code is called directly. C++ code brings its own border along
 * (lamb/exceptions.h), which catches what is thrown: bootstrap then needs no C++.
 *
 * Owns:    nothing.
 * Threads: any, once it is filled.
 */

#include <lamb/lamb.h>

/* The functions of lamb/exceptions.h; NULL: the code is not C++. */
typedef int (*lamb_border_handler_fn)(lamb_handler_fn fn, struct lamb_invocation *inv);
typedef int (*lamb_border_init_fn)(lamb_init_fn fn, struct lamb_runtime *rt);
typedef int (*lamb_border_shutdown_fn)(lamb_shutdown_fn fn, struct lamb_runtime *rt);

struct lamb_entry {
    struct lamb_handler handler;
    lamb_border_handler_fn border_handler;
    lamb_border_init_fn border_init;
    lamb_border_shutdown_fn border_shutdown;
};

static inline int
lamb_entry_call(const struct lamb_entry *entry, struct lamb_invocation *inv)
{
    return entry->border_handler ? entry->border_handler(entry->handler.fn, inv)
                                 : entry->handler.fn(inv);
}

/* The init hook's result; 0 without one. */
static inline int
lamb_entry_init(const struct lamb_entry *entry, struct lamb_runtime *rt)
{
    if (!entry->handler.init)
        return 0;
    return entry->border_init ? entry->border_init(entry->handler.init, rt)
                              : entry->handler.init(rt);
}

/* Not 0: the hook threw, and RT's init_failure says what. */
static inline int
lamb_entry_shutdown(const struct lamb_entry *entry, struct lamb_runtime *rt)
{
    if (entry->border_shutdown)
        return entry->border_shutdown(entry->handler.shutdown, rt);
    entry->handler.shutdown(rt);
    return 0;
}

#endif
