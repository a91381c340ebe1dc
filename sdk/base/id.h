/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_ID_H
#define LAMB_BASE_ID_H

/*
 * id - random identifiers, from the kernel's generator through a pool of the thread.
 *
 * A forked child would repeat its parent's pool: a process that forks without exec and
 * makes ids on both sides must not share one (the spawner makes none).
 */

#include "sdk/base/span.h"

/* A version 4 UUID in lower case, with its NUL. */
void lamb_uuid4(char ret[37]);
/* DIGITS random lower-case hex digits and a NUL. */
void lamb_random_hex(char *ret, size_t digits);
/* Has TEXT the form of a lower-case UUID? */
bool lamb_uuid_is_valid(struct lamb_span text);

#endif
