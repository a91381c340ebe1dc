/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_OUTLOOK_H
#define LAMB_EMULATOR_SANDBOX_OUTLOOK_H

/*
 * outlook - what a sandbox will look like from inside, told from its description: which
 * paths its processes see, and whether this level can show them at all.
 *
 * Owns:    the texts that the view points to.
 * Never:   mounts or makes anything (view.c does).
 * Threads: loop thread only.
 */

#include "emulator/sandbox/sandbox.h"

struct outlook {
    struct sandbox_view view;
    char *texts[4]; /* NULL where the view points to static text */
};

/* Is the description sound, and possible at LEVEL? 0, or negative with what to do. */
int outlook_check(const struct sandbox_spec *spec, enum sandbox_level level,
                  struct lamb_err *err);
/* 0 or -ENOMEM; outlook_fini is due in both cases. */
int outlook_init(struct outlook *outlook, const struct sandbox_spec *spec,
                 enum sandbox_level level, const char *state_dir);
void outlook_fini(struct outlook *outlook);

#endif
