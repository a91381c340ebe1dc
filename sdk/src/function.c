/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/function.h"

#include <lamb/lamb.h>

#include "sdk/base/num.h"

const char lamb_abi_1 = 1;

static const char *
text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}

void
lamb_runtime_init(struct lamb_runtime *rt)
{
    *rt = (struct lamb_runtime){
        .function_name = text_or_null(getenv("AWS_LAMBDA_FUNCTION_NAME")),
        .function_version = text_or_null(getenv("AWS_LAMBDA_FUNCTION_VERSION")),
        .init_failure = LAMB_FAILURE_INIT,
    };
    /* Unknown stays 0: no function depends on a number that is not one. */
    (void)lamb_parse_i64(lamb_span_str(getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")), 1,
                         INT32_MAX, &rt->memory_mb);
}

void
lamb_runtime_fini(struct lamb_runtime *rt)
{
    lamb_failure_fini(&rt->init_failure);
}

const char *
lamb_function_name(const struct lamb_runtime *rt)
{
    return rt->function_name;
}

const char *
lamb_function_version(const struct lamb_runtime *rt)
{
    return rt->function_version;
}

int64_t
lamb_memory_mb(const struct lamb_runtime *rt)
{
    return rt->memory_mb;
}

int
lamb_init_fail(struct lamb_runtime *rt, const char *type, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    lamb_failure_vset(&rt->init_failure, type ? type : "Handler.InitError", fmt, ap);
    va_end(ap);
    return -1;
}
