/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_NOTICE_H
#define LAMB_RUNTIME_NOTICE_H

/*
 * notice - what the runtime itself has to say, as one line of the function's log.
 *
 * Each line is one write to standard error. Errno survives. Threads: any.
 */

void lamb_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
