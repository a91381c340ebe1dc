/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/ship/own.h"

const char *
own_name(void)
{
    return "a library of its own";
}
