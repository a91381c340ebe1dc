/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_VERBS_H
#define LAMB_EMULATOR_CLI_VERBS_H

/*
 * verbs - what `lamb VERB` can be. A verb that is not built does not stand here.
 */

#include "emulator/cli/exit_code.h"

struct verb {
    const char *name;
    const char *summary; /* one line for the list of verbs */
    void (*help)(void);
    /* ARGV: what stands behind the verb, NULL-ended. */
    enum exit_code (*run)(const char *const *argv);
};

extern const struct verb verb_start;     /* start.c */
extern const struct verb verb_invoke;    /* invoke.c */
extern const struct verb verb_event;     /* event.c */
extern const struct verb verb_recycle;   /* recycle.c */
extern const struct verb verb_reset;     /* reset.c */
extern const struct verb verb_doctor;    /* doctor.c */
extern const struct verb verb_symbolize; /* symbolize.c */
extern const struct verb verb_version;   /* main.c */
extern const struct verb verb_help;      /* main.c */

#endif
