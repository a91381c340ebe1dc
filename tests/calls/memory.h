/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTS_CALLS_MEMORY_H
#define LAMB_TESTS_CALLS_MEMORY_H

/* memory - lets an allocation of lamb's or jansson's fail, in the thread that asks. */

/* Once, before anything is allocated. */
void memory_init(void);
/* The Nth allocation from now on fails; 0: none. */
void memory_refuse(int n);
/* No more fail; how many there were. */
int memory_stop(void);

#endif
