/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_ERR_H
#define LAMB_BASE_ERR_H

/*
 * err - how a failure travels.
 *
 * Three kinds of result, one rule each: 0 is success; a positive number is a named
 * outcome of one module, handled by its direct caller; a negative number is -Exxx,
 * forwarded unchanged, each layer adding the clause that only it knows.
 *
 * Owns:    nothing; the error object is the caller's and failing needs no memory.
 * Never:   allocates, logs or exits (lamb_panic apart, which is for our own mistakes).
 * Threads: any; an object belongs to one thread at a time.
 */

#include <stdint.h>

struct lamb_err {
    int32_t code;  /* -errno of the first cause; 0: nothing recorded */
    uint32_t line; /* where the first cause was raised */
    char file[40];
    char text[208]; /* "context: cause", always terminated, cut at the end */
};
_Static_assert(sizeof(struct lamb_err) == 256, "one atomic pipe write carries it");

/*
 * lamb_raise - a system or library call failed: record FMT and the text of errno -R.
 * lamb_refuse - we refuse: record FMT alone, which must say what to do about it.
 * lamb_wrap - put "FMT: " before what was recorded; a stray positive R becomes
 *             -ENOTRECOVERABLE.
 *
 * All return the (negative) result to return; ERR may be NULL.
 */
#define lamb_raise(err, r, ...) lamb_raise_at(err, __FILE__, __LINE__, r, __VA_ARGS__)
#define lamb_refuse(err, r, ...) lamb_refuse_at(err, __FILE__, __LINE__, r, __VA_ARGS__)

int lamb_raise_at(struct lamb_err *err, const char *file, unsigned line, int r,
                  const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int lamb_refuse_at(struct lamb_err *err, const char *file, unsigned line, int r,
                   const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int lamb_wrap(struct lamb_err *err, int r, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* lamb_assert - our own mistakes only; stays on in every build; aborts with place. */
#define lamb_assert(cond) ((cond) ? (void)0 : lamb_panic(__FILE__, __LINE__, #cond))
_Noreturn void lamb_panic(const char *file, unsigned line, const char *what);

#endif
