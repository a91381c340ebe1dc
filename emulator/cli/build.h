/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_BUILD_H
#define LAMB_EMULATOR_CLI_BUILD_H

/*
 * build - what `Metadata: {BuildMethod: makefile}` asks for: `make build-ID` in the
 * code's own folder, with ARTIFACTS_DIR in its environment, an empty folder that
 * becomes the code.
 *
 * Owns:    make and what it started, until it ended or build_stop.
 * Never:   says more than one line, and that on a terminal only; what make says is
 * shown when it fails. Threads: loop thread only.
 */

#include "emulator/loop/loop.h"

struct build;

/*
 * FOLDER has the Makefile; ARTIFACTS is made anew. DONE exactly once, later, unless
 * build_stop comes before it; ERR NULL when make ended with 0. It may start another.
 */
int build_start(struct loop *loop, const char *folder, const char *id,
                const char *artifacts,
                void (*done)(void *data, const struct lamb_err *err), void *data,
                struct build **ret, struct lamb_err *err);
/* End what is under way, without DONE; up to 2 s. NULL is fine. */
void build_stop(struct build *build);

#endif
