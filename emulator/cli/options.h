/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_OPTIONS_H
#define LAMB_EMULATOR_CLI_OPTIONS_H

/*
 * options - one list of options per verb: it is the parser, the help and the reference.
 *
 * A value comes from the flag, else from the variable, else it is the default that the
 * target already holds.
 *
 * Owns:    nothing: values point into argv and the environment.
 * Never:   acts on a value.
 * Threads: one at a time.
 */

#include "sdk/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values of an option that may be given several times. */
enum { OPTION_LIST_MAX = 128 };
struct option_list {
    const char *items[OPTION_LIST_MAX + 1]; /* NULL-ended */
    size_t count;
};

enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_NUMBER, /* unsigned, MIN..MAX */
    OPTION_TEXTS,  /* struct option_list */
    OPTION_CHOICE, /* an enumeration: the number of the value that was named */
};

struct option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    enum option_kind kind;
    const char *value;    /* what the help calls the value; NULL for a flag */
    const char *variable; /* environment variable; NULL: none */
    size_t offset;        /* of the target in the verb's structure */
    unsigned min, max;    /* OPTION_NUMBER */
    /* OPTION_CHOICE: value I in words, in any case; "": none that may be chosen; NULL
     * behind the last. Parser and help read them here. */
    const char *(*choice)(unsigned i);
    const char *text; /* one sentence for the help; of a choice, behind its values */
};

enum { OPTIONS_MAX = 64 }; /* of one verb */

struct arguments {
    const char *items[OPTION_LIST_MAX + 1]; /* positional, NULL-ended */
    size_t count;
    const char *const *command; /* behind `--`; NULL: there was none */
    /* Which options stood there as flags, by their place in the list. */
    bool given[OPTIONS_MAX];
};

/*
 * Read ARGV (behind the verb) into TARGET by OPTIONS (N of them). -EINVAL with a
 * sentence that names the nearest known option for an unknown one.
 */
int options_parse(const struct option *options, size_t n, const char *const *argv,
                  void *target, struct arguments *ret, struct lamb_err *err);

/* The lines of the help that describe OPTIONS, on standard output. */
void options_print(const struct option *options, size_t n);

#endif
