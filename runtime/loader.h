/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_LOADER_H
#define LAMB_RUNTIME_LOADER_H

/*
 * loader - the handler out of a shared object, as _HANDLER=FILE.SYMBOL names it.
 *
 * Owns:    nothing: what is loaded stays loaded.
 * Never:   part of liblamb.a, which links without dlopen.
 * Threads: the main one, before others exist (it runs the object's constructors).
 */

#include "runtime/entry.h"
#include "sdk/src/failure.h"

/* A lamb_find_handler_fn; DATA is not used. The object is kept open for ever. */
int lamb_loader_find(const void *data, const char *handler_string,
                     struct lamb_entry *ret, struct lamb_failure *failure);

#endif
