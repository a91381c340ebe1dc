/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_PROGRAM_H
#define LAMB_RUNTIME_PROGRAM_H

/*
 * program - what bootstrap and programs with their own main do alike: find the
 * handler, prepare it, serve, and say why it ended.
 *
 * Threads: the main one, once in a process.
 */

#include "runtime/entry.h"
#include "sdk/src/failure.h"

/*
 * Find the handler that HANDLER_STRING (_HANDLER; "" when not set) names and fill
 * *ret. Anything but 0: FAILURE says why.
 */
typedef int (*lamb_find_handler_fn)(const void *data, const char *handler_string,
                                    struct lamb_entry *ret,
                                    struct lamb_failure *failure);

/*
 * Serve until the process is ended; returns its exit status (see lamb_run).
 * LOADS_OBJECTS: FIND takes the handler from a shared object.
 */
int lamb_program_run(lamb_find_handler_fn find, const void *data, bool loads_objects);

#endif
