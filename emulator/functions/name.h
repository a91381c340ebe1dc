/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_NAME_H
#define LAMB_EMULATOR_FUNCTIONS_NAME_H

/*
 * name - the forms in which a client names a function: name, name:qualifier, partial
 * and full ARN (API model, NamespacedFunctionName).
 *
 * Owns:    nothing.
 * Never:   looks a function up.
 * Threads: any.
 */

#include "sdk/base/span.h"

struct function_name {
    struct lamb_span region;  /* empty: not given */
    struct lamb_span account; /* empty: not given */
    struct lamb_span name;
    struct lamb_span qualifier; /* empty: not given */
};

/* The pattern as the service prints it in a ValidationException. */
extern const char function_name_pattern[];

enum { NAME_E_PATTERN = 1 };
/* 0, or NAME_E_PATTERN; the spans point into TEXT. */
int function_name_parse(struct lamb_span text, struct function_name *ret);

/* Is TEXT a legal `Qualifier` query value? */
bool function_qualifier_is_valid(struct lamb_span text);
/* Is TEXT a legal bare function name of at most 64 characters? */
bool function_name_is_plain(struct lamb_span text);

#endif
