/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/quotas.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/limits.h"

LAMB_ENUM_TEXT_FN(quota_text, quota, QUOTAS, QUOTA_N)

enum profile { PROFILE_CURRENT, PROFILE_NEW_ACCOUNT, PROFILE_N };

static const char *const profile_names[PROFILE_N] = { "current", "new-account" };

/* An account that raised its limits has asked for more than this nowhere yet. */
#define MANY INT64_C(1000000)

static const struct {
    int64_t values[PROFILE_N];
    int64_t min;
    int64_t max;
} rows[QUOTA_N] = {
    /* developer guide, Lambda quotas */
    [QUOTA_CONCURRENCY] = { { 1000, 10 }, 1, MANY },
    /* recorded error texts (PutFunctionConcurrency) */
    [QUOTA_UNRESERVED_MINIMUM] = { { 100, 10 }, 0, MANY },
    /* developer guide, concurrency scaling rate */
    [QUOTA_SCALING_ENVIRONMENTS] = { { 1000, 1000 }, 1, MANY },
    [QUOTA_SCALING_SECONDS] = { { 10, 10 }, 1, 3600 },
    /* developer guide, requests per second of an environment */
    [QUOTA_REQUESTS] = { { 10, 10 }, 1, MANY },
    /* recorded GetAccountSettings; the most is what the code store unpacks */
    [QUOTA_CODE_TOTAL] = { { INT64_C(80530636800), INT64_C(80530636800) },
                           0,
                           INT64_MAX },
    [QUOTA_CODE_UNZIPPED] = { { LAMB_LIMIT_UNZIPPED, LAMB_LIMIT_UNZIPPED },
                              0,
                              LAMB_LIMIT_UNZIPPED },
    [QUOTA_CODE_ZIPPED] = { { 52428800, 52428800 }, 0, INT64_MAX },
    /* recorded error texts (CreateFunction) */
    [QUOTA_FUNCTION_MEMORY_MB] = { { 10240, 3008 }, 128, 10240 },
    /* lamb's own: memory left to the rest of the machine */
    [QUOTA_MACHINE_MEMORY_MB] = { { 128, 128 }, 0, INT64_C(1) << 40 },
    /* lamb's own: environments at once; 0: as many as fit */
    [QUOTA_MACHINE_ENVIRONMENTS] = { { 0, 0 }, 0, MANY },
};

int
quotas_profile(const char *name, struct quotas *ret, struct lamb_err *err)
{
    for (size_t p = 0; p < PROFILE_N; p++) {
        if (strcmp(name, profile_names[p]) != 0)
            continue;
        for (size_t q = 0; q < QUOTA_N; q++)
            ret->values[q] = rows[q].values[p];
        return 0;
    }
    return lamb_refuse(err, -ENOENT,
                       "there is no quota profile '%s': it is current or new-account",
                       name);
}

void
quotas_set_concurrency(struct quotas *quotas, int64_t concurrency)
{
    quotas->values[QUOTA_CONCURRENCY] = concurrency;
    if (quotas->values[QUOTA_UNRESERVED_MINIMUM] > concurrency)
        quotas->values[QUOTA_UNRESERVED_MINIMUM] = concurrency;
}

static int
set_one(struct quotas *quotas, const char *name, const json_t *value,
        struct lamb_err *err)
{
    json_int_t number = json_integer_value(value);

    for (size_t q = 0; q < QUOTA_N; q++) {
        if (strcmp(name, quota_text((enum quota)q)) != 0)
            continue;
        if (!json_is_integer(value) || number < rows[q].min || number > rows[q].max)
            return lamb_refuse(err, -EINVAL,
                               "the quota %s must be a whole number from %lld to %lld",
                               name, (long long)rows[q].min, (long long)rows[q].max);
        if (q == QUOTA_CONCURRENCY)
            quotas_set_concurrency(quotas, number);
        else
            quotas->values[q] = number;
        return 0;
    }
    return lamb_refuse(err, -EINVAL,
                       "there is no quota '%s'; some are %s, %s and %s (README.md "
                       "lists them all)",
                       name, quota_text(QUOTA_CONCURRENCY),
                       quota_text(QUOTA_UNRESERVED_MINIMUM),
                       quota_text(QUOTA_SCALING_ENVIRONMENTS));
}

static int
set_all(struct quotas *quotas, json_t *json, struct lamb_err *err)
{
    const json_t *first = json_object_get(json, quota_text(QUOTA_CONCURRENCY));
    const char *name;
    json_t *value;
    int r = 0;

    if (first) /* the others may be above what it lowers them to */
        r = set_one(quotas, quota_text(QUOTA_CONCURRENCY), first, err);
    if (r)
        return r;
    json_object_foreach(json, name, value)
    {
        if (strcmp(name, "Profile") == 0 ||
            strcmp(name, quota_text(QUOTA_CONCURRENCY)) == 0)
            continue;
        r = set_one(quotas, name, value, err);
        if (r)
            return r;
    }
    if (quotas->values[QUOTA_UNRESERVED_MINIMUM] > quotas->values[QUOTA_CONCURRENCY])
        return lamb_refuse(err, -EINVAL, "%s cannot be more than %s (%lld)",
                           quota_text(QUOTA_UNRESERVED_MINIMUM),
                           quota_text(QUOTA_CONCURRENCY),
                           (long long)quotas->values[QUOTA_CONCURRENCY]);
    return 0;
}

int
quotas_parse(struct lamb_span text, struct quotas *ret, struct lamb_err *err)
{
    struct quotas quotas;
    json_error_t why;
    json_t *json =
        json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &why);
    const json_t *profile = json_object_get(json, "Profile");
    int r;

    if (!json)
        return lamb_refuse(err, -EINVAL, "line %d: %s", why.line, why.text);
    if (!json_is_object(json) || (profile && !json_is_string(profile)))
        r = lamb_refuse(err, -EINVAL, "%s",
                        profile ? "\"Profile\" is a text: current or new-account"
                                : "quotas are a JSON object of names and numbers");
    else
        r = quotas_profile(profile ? json_string_value(profile) : "current", &quotas,
                           err);
    if (!r)
        r = set_all(&quotas, json, err);
    json_decref(json);
    if (!r)
        *ret = quotas;
    return r;
}

int
quotas_load(const char *name_or_path, struct quotas *ret, struct lamb_err *err)
{
    enum { MAX_FILE = 64 * 1024 };
    struct lamb_err unknown = { 0 };
    char text[MAX_FILE];
    LAMB_AUTOFD int fd = -EBADF;
    ssize_t n;
    int r = quotas_profile(name_or_path, ret, &unknown);

    if (!r)
        return 0;
    fd = open(name_or_path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return lamb_raise(err, -errno, "quotas '%s' (current, new-account, or a file)",
                          name_or_path);
    n = read(fd, text, sizeof(text));
    if (n < 0)
        return lamb_raise(err, -errno, "read the quotas '%s'", name_or_path);
    if (n == MAX_FILE)
        return lamb_refuse(err, -EFBIG, "the quotas '%s' are too long", name_or_path);
    r = quotas_parse(lamb_span_of(text, (size_t)n), ret, err);
    return r ? lamb_wrap(err, r, "quotas '%s'", name_or_path) : 0;
}
