/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_BANNED_H
#define LAMB_BASE_BANNED_H

/* banned - calls that have no safe use here. Forced into every file by the build. */

#ifndef __cplusplus
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __clang__ /* which has macros of several of these */
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll strtol strtoul sscanf
#pragma GCC poison system popen mktemp tmpnam
#endif
#endif

#endif
