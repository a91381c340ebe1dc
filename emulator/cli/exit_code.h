/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_EXIT_CODE_H
#define LAMB_EMULATOR_CLI_EXIT_CODE_H

/*
 * exit_code - what the exit status of every verb means. Scripts depend on the numbers.
 */

enum exit_code {
    EXIT_OK = 0,
    EXIT_FUNCTION_ERROR = 1, /* the function returned an error or crashed */
    EXIT_USAGE = 2,          /* usage, configuration, unknown function, missing file */
    EXIT_TIMEOUT = 3,
    EXIT_OUT_OF_MEMORY = 4, /* killed by the memory limit */
    EXIT_THROTTLED = 5,
    EXIT_INIT_FAILED = 6,
    EXIT_UNAVAILABLE = 7, /* the emulator could not start or be reached */
    EXIT_INTERRUPTED = 130,
};

#endif
