/* SPDX-License-Identifier: Apache-2.0 */

/*
 * bootstrap - the program that Lambda starts for a handler in a shared object. Its
 * exports (sdk/lamb.symbols) are what that object is resolved against.
 */

#include "runtime/loader.h"
#include "runtime/program.h"

int
main(void)
{
    return lamb_program_run(lamb_loader_find, NULL, true);
}
