/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_HANDLER_STRING_H
#define LAMB_RUNTIME_HANDLER_STRING_H

/*
 * handler_string - take _HANDLER apart: "FILE.SYMBOL", cut at the last dot.
 *
 * Never: looks at files. Threads: any.
 */

#include "sdk/base/buf.h"

enum { LAMB_HANDLER_CANDIDATES = 3 };

struct lamb_handler_string {
    struct lamb_span file;   /* may have folders in it: "lib/orders" */
    struct lamb_span symbol; /* a C identifier */
};

/* 0, or -EINVAL when there is no file, no symbol, or the symbol is none of C. */
int lamb_handler_string_parse(struct lamb_span text, struct lamb_handler_string *ret);

/*
 * Append candidate INDEX for the file: ROOT/FILE.so, ROOT/DIR/libNAME.so, ROOT/FILE.
 * An absolute FILE stands without ROOT. 0, or the failure of BUF.
 */
int lamb_handler_string_candidate(const struct lamb_handler_string *handler,
                                  const char *root, unsigned index,
                                  struct lamb_buf *buf);

#endif
