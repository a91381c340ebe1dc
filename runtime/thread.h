/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_THREAD_H
#define LAMB_RUNTIME_THREAD_H

/*
 * thread - threads that run code of the function: with a stack like the main one's,
 * whatever the C library's own idea of a stack is.
 */

#include <pthread.h>

/* 0 or -errno. A detached thread when RET_THREAD is NULL. */
int lamb_thread_start(void *(*run)(void *), void *data, pthread_t *ret_thread);

#endif
