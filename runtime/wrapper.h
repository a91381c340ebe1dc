/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_WRAPPER_H
#define LAMB_RUNTIME_WRAPPER_H

/*
 * wrapper - AWS_LAMBDA_EXEC_WRAPPER: a program that starts the runtime in its own way.
 *
 * For provided.* runtimes Lambda leaves this to the bootstrap. The wrapper gets our own
 * path and arguments appended, and is expected to exec them.
 */

/*
 * Become the wrapper, when there is one and we were not started by it. Returns when
 * there is nothing to do; a wrapper that cannot be started ends the process with 127,
 * as a shell does.
 */
void lamb_wrapper_run(void);

#endif
