/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTS_SHIP_OWN_H
#define LAMB_TESTS_SHIP_OWN_H

/*
 * own - a library that a function brings along in lib/ of its zip.
 *
 * Owns:    nothing.
 * Never:   does anything useful.
 * Threads: any.
 */

/* Says who it is; borrows, valid for ever. */
const char *own_name(void);

#endif
