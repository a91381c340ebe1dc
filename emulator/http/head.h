/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_HEAD_H
#define LAMB_EMULATOR_HTTP_HEAD_H

/*
 * head - is the head of a request one that every HTTP program reads alike?
 *
 * MHD 0.9.75 takes several shapes that two readers frame differently, which is how one
 * request smuggles another. They are refused here, before any handler runs.
 *
 * Owns:    nothing; pure.
 * Threads: any.
 */

#include "sdk/base/span.h"

#include <stdint.h>

struct head_facts {
    unsigned hosts;
    unsigned lengths;
    unsigned codings;
    bool expects_continue;
    uint64_t announced;  /* Content-Length, when there is one */
    const char *refusal; /* static text: why the head is refused; NULL: it is not */
};

/* Refuse it for a reason seen elsewhere; the first reason stays. WHY: static text. */
void head_refuse(struct head_facts *facts, const char *why);
/* The first line: METHOD, raw TARGET (without query), VERSION ("HTTP/1.1"). */
void head_line(struct head_facts *facts, struct lamb_span method,
               struct lamb_span target, struct lamb_span query);
/* One header field, in order. */
void head_field(struct head_facts *facts, struct lamb_span name,
                struct lamb_span value);
/* After the last field: what only all of them together show. */
void head_end(struct head_facts *facts, struct lamb_span version);

#endif
