/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/runtime_version.h"

#include <inttypes.h>
#include <string.h>

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

static const char *
name_or_default(const char *runtime)
{
    return runtime ? runtime : "provided.al2023";
}

void
runtime_version_name(const char *runtime, char ret[RUNTIME_VERSION_SIZE])
{
    const char *name = name_or_default(runtime);
    const char *digit = strpbrk(name, ".0123456789");
    size_t len = digit ? (size_t)(digit - name) : strlen(name);

    /* python3.12 is python:3.12.v0, provided.al2023 is provided:al2023.v0 */
    lamb_assert(lamb_format(ret, RUNTIME_VERSION_SIZE, "%.*s:%.20s.v0",
                            len < 30 ? (int)len : 30, name,
                            digit ? digit + (*digit == '.') : "") == 0);
}

void
runtime_version_arn(const char *region, const char *runtime,
                    char ret[RUNTIME_VERSION_ARN_SIZE])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (const char *c = name_or_default(runtime); *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    lamb_assert(lamb_format(ret, RUNTIME_VERSION_ARN_SIZE,
                            "arn:aws:lambda:%.40s::runtime:%016" PRIx64 "%016" PRIx64
                            "%016" PRIx64 "%016" PRIx64,
                            region, hash, ~hash, hash * 31, ~(hash * 31)) == 0);
}
