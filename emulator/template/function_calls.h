/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_FUNCTION_CALLS_H
#define LAMB_EMULATOR_TEMPLATE_FUNCTION_CALLS_H

/* function_calls - the calls that make a function, of SAM or of CloudFormation, with
 * all that hangs on it. */

#include "emulator/template/template_internal.h"

enum { SAM_FUNCTION_STEPS = 9, FUNCTION_STEPS = 3 };
extern const step_fn sam_function_steps[SAM_FUNCTION_STEPS];
extern const step_fn function_steps[FUNCTION_STEPS];

/* The event with number I of a function of SAM; TEMPLATE_E_END behind the last. */
int sam_function_event(struct template *t, struct resource *resource, size_t i,
                       struct template_call *ret);

#endif
