/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_QUOTAS_H
#define LAMB_EMULATOR_FUNCTIONS_QUOTAS_H

/*
 * quotas - what an account may use, in one table: name, and value in each profile.
 *
 * A file that changes some of them is a JSON object of names and numbers; "Profile"
 * names the profile that it starts from (else "current").
 *
 * Owns:    the table.
 * Never:   counts what is used.
 * Threads: any.
 */

#include "sdk/base/enum.h"
#include "sdk/base/err.h"
#include "sdk/base/span.h"

#include <stdint.h>

#define QUOTAS(X)                                                                      \
    X(QUOTA_CONCURRENCY, "ConcurrentExecutions")                                       \
    X(QUOTA_UNRESERVED_MINIMUM, "UnreservedConcurrencyMinimum")                        \
    X(QUOTA_SCALING_ENVIRONMENTS, "ScalingEnvironments")                               \
    X(QUOTA_SCALING_SECONDS, "ScalingSeconds")                                         \
    X(QUOTA_REQUESTS, "RequestsPerSecondPerConcurrency")                               \
    X(QUOTA_CODE_TOTAL, "TotalCodeSize")                                               \
    X(QUOTA_CODE_UNZIPPED, "CodeSizeUnzipped")                                         \
    X(QUOTA_CODE_ZIPPED, "CodeSizeZipped")                                             \
    X(QUOTA_FUNCTION_MEMORY_MB, "FunctionMemoryMb")                                    \
    X(QUOTA_MACHINE_MEMORY_MB, "MachineMemoryReserveMb")                               \
    X(QUOTA_MACHINE_ENVIRONMENTS, "MachineEnvironments")
LAMB_ENUM(quota, QUOTAS, QUOTA_N);
const char *quota_text(enum quota quota); /* its name */

struct quotas {
    int64_t values[QUOTA_N];
};

/* The profile "current" or "new-account"; -ENOENT for another name. */
int quotas_profile(const char *name, struct quotas *ret, struct lamb_err *err);
/* JSON makes them; errors name the line, or the quota and what it may be. */
int quotas_parse(struct lamb_span json, struct quotas *ret, struct lamb_err *err);
/* The profile of that name, else the file: what the option --quotas means. */
int quotas_load(const char *name_or_path, struct quotas *ret, struct lamb_err *err);
/* Another account concurrency; the part that stays unreserved fits into it. */
void quotas_set_concurrency(struct quotas *quotas, int64_t concurrency);

#endif
