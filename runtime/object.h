/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_OBJECT_H
#define LAMB_RUNTIME_OBJECT_H

/*
 * object - what the ELF header of a file says against loading it here. The dynamic
 * linker answers "No such file or directory" for an object of another machine.
 *
 * Owns:    nothing.
 * Never:   trusts a byte: the file is whatever the package had under that name.
 * Threads: any.
 */

#include <stddef.h>

#include "sdk/base/span.h"

enum { LAMB_OBJECT_HEAD = 64 }; /* bytes of a file that are looked at */

/*
 * 0: the header HEAD has nothing against this machine. 1: it has, and RET says what,
 * and what to do about it.
 */
int lamb_object_judge(struct lamb_span head, char *ret, size_t size);

#endif
