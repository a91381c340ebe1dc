/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_ROUTE_H
#define LAMB_EMULATOR_FUNCTIONS_ROUTE_H

/* route - which version an alias leads to, this time. */

#include <jansson.h>
#include <stdint.h>

/* RANDOM: not 0; the row of choices follows from it. Borrowed from ALIAS; NULL: it has
 * no version. */
const char *route_choose(json_t *alias, uint64_t *random);

#endif
