/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SRC_JSON_REAL_H
#define LAMB_SRC_JSON_REAL_H

/* json_real - a floating-point number as JSON has it, in every locale. */

#include "sdk/base/buf.h"

/* Append the shortest text that is read as REAL again; null when it is not finite. */
void lamb_json_real(struct lamb_buf *ret, double real);

#endif
