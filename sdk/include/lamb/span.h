/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SPAN_H
#define LAMB_SPAN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_span - bytes that somebody else owns.
 * @ptr: the first byte, not terminated; may be NULL when @len is 0.
 * @len: how many, in bytes.
 *
 * Passed by value. How long the bytes live is said where the span comes from.
 * Since: 0.1
 */
struct lamb_span {
    const char *ptr;
    size_t len;
};

#ifdef __cplusplus
}
#endif

#endif
