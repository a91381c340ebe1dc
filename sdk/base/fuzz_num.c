/* SPDX-License-Identifier: Apache-2.0 */

/* What is read as a number, printed and read again, is the same number. */

#include "sdk/base/num.h"

#include <inttypes.h>

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
check_u64(struct lamb_span text)
{
    char printed[32];
    uint64_t value;
    uint64_t again;

    if (lamb_parse_u64(text, 0, UINT64_MAX, &value))
        return;
    lamb_assert(lamb_format(printed, sizeof(printed), "%" PRIu64, value) == 0);
    lamb_assert(text.ptr[0] == '0' || lamb_span_is(text, printed));
    lamb_assert(!lamb_parse_u64(lamb_span_str(printed), value, value, &again));
    lamb_assert(again == value);
}

static void
check_i64(struct lamb_span text)
{
    char printed[32];
    int64_t value;
    int64_t again;

    if (lamb_parse_i64(text, INT64_MIN, INT64_MAX, &value))
        return;
    lamb_assert(lamb_format(printed, sizeof(printed), "%" PRId64, value) == 0);
    lamb_assert(!lamb_parse_i64(lamb_span_str(printed), value, value, &again));
    lamb_assert(again == value);
}

static void
check_duration(struct lamb_span text)
{
    char printed[32];
    int64_t value;
    int64_t again;

    if (lamb_parse_duration(text, 0, INT64_MAX, &value))
        return;
    lamb_assert(lamb_format(printed, sizeof(printed), "%" PRId64 "ns", value) == 0);
    lamb_assert(!lamb_parse_duration(lamb_span_str(printed), value, value, &again));
    lamb_assert(again == value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct lamb_span text = lamb_span_of(bytes, len);

    check_u64(text);
    check_i64(text);
    check_duration(text);
    return 0;
}
