/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_RUNTIME_VERSION_H
#define LAMB_EMULATOR_ENVIRONMENT_RUNTIME_VERSION_H

/*
 * runtime_version - what INIT_START and GetFunction call the build of a runtime. The
 * service numbers its builds; what runs here is the host's, so the number is 0, and the
 * ARN's hash is made of the name alone.
 *
 * Owns:    nothing.
 * Never:   looks at what is installed.
 * Threads: any.
 */

enum { RUNTIME_VERSION_SIZE = 64, RUNTIME_VERSION_ARN_SIZE = 160 };

/* RUNTIME NULL: provided.al2023. "python3.12" is python:3.12.v0. */
void runtime_version_name(const char *runtime, char ret[RUNTIME_VERSION_SIZE]);
void runtime_version_arn(const char *region, const char *runtime,
                         char ret[RUNTIME_VERSION_ARN_SIZE]);

#endif
