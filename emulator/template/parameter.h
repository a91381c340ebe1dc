/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_PARAMETER_H
#define LAMB_EMULATOR_TEMPLATE_PARAMETER_H

/*
 * parameter - the value of a template's parameter, by its type and constraints.
 *
 * Source: "Parameters", CloudFormation user guide.
 *
 * Owns:    nothing.
 * Never:   knows who refers to it.
 * Threads: one at a time.
 */

#include "emulator/template/resolve.h"

/*
 * The value of PARAMETER (its entry in the template) called NAME: GIVEN, else its
 * default; a list for the types that are lists. AT is where it is used.
 */
int parameter_value(struct scope *scope, struct place at, const char *name,
                    const struct node *parameter, const char *given,
                    const struct node **ret);

#endif
