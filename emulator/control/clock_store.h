/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CONTROL_CLOCK_STORE_H
#define LAMB_EMULATOR_CONTROL_CLOCK_STORE_H

/*
 * clock_store - the platform clock's offset and hold survive a restart.
 *
 * Owns:    the row "platform_clock" of the store's meta table.
 * Never:   moves the clock but once, when it is restored.
 * Threads: loop thread only.
 */

#include "emulator/loop/platform_clock.h"
#include "emulator/store/store.h"

struct clock_store;
/*
 * Restores what is stored and listens for changes from now on. SAVED is told when every
 * change so far is committed, with what went wrong last (NULL: nothing).
 */
int clock_store_new(struct store *store, struct platform_clock *clock,
                    void (*saved)(void *data, const struct lamb_err *err), void *data,
                    struct clock_store **ret, struct lamb_err *err);
/* Is a change on its way to the disk? */
bool clock_store_is_saving(const struct clock_store *clock_store);
/*
 * Stops listening and telling. What was submitted is committed by store_close, which
 * comes before this.
 */
void clock_store_free(struct clock_store *clock_store);

#endif
