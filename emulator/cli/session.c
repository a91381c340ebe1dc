/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/session.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/num.h"

#define FREEZE_GRACE_NS LAMB_NS_PER_MS
#define FREEZE_GRACE_MAX_NS (3600 * LAMB_NS_PER_S)

static int
find_level(const char *name, enum sandbox_level *ret, struct lamb_err *err)
{
    for (int level = 0; level < SANDBOX_LEVEL_N; level++)
        if (strcmp(sandbox_level_text((enum sandbox_level)level), name) == 0) {
            *ret = (enum sandbox_level)level;
            return 0;
        }
    return lamb_refuse(err, -EINVAL,
                       "there is no isolation level '%s': it is full, rootless, limits "
                       "or none",
                       name);
}

const char *
session_region(const struct session_options *options)
{
    static const char *const variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };
    const char *given = options->region;

    for (size_t i = 0; !given && i < LAMB_COUNT(variables); i++) {
        given = getenv(variables[i]);
        if (given && !*given)
            given = NULL;
    }
    return given ? given : "us-east-1";
}

const char *
session_state_path(const struct session_options *options)
{
    return options->state ? options->state : ".lamb";
}

int
session_access_key(const struct session_options *options, struct sigv4_key *ret,
                   struct lamb_err *err)
{
    struct lamb_span text = lamb_span_str(options->access_key);
    struct sigv4_key key = { 0 };

    if (text.len && (!lamb_span_cut(text, ':', &key.access_key, &key.secret_key) ||
                     !key.access_key.len || !key.secret_key.len ||
                     memchr(key.access_key.ptr, '/', key.access_key.len)))
        return lamb_refuse(err, -EINVAL,
                           "--access-key is an id, a colon and a secret, as in "
                           "--access-key AKIDLOCAL:secret");
    *ret = key;
    return 0;
}

static int
find_network(const char *name, enum sandbox_network *ret, struct lamb_err *err)
{
    for (int n = 0; name && n < SANDBOX_NETWORK_N; n++)
        if (strcmp(sandbox_network_text((enum sandbox_network)n), name) == 0) {
            *ret = (enum sandbox_network)n;
            return 0;
        }
    return name ? lamb_refuse(err, -EINVAL,
                              "--network takes host, private or none, not '%s'", name)
                : 0;
}

static int
find_cpu(const char *name, bool *ret_is_shared, struct lamb_err *err)
{
    *ret_is_shared = name && strcmp(name, "share") == 0;
    if (!name || *ret_is_shared || strcmp(name, "full") == 0)
        return 0;
    return lamb_refuse(err, -EINVAL, "--cpu takes full or share, not '%s'", name);
}

int
session_sandbox_options(const struct session_options *options,
                        struct sandbox_options *ret, struct lamb_err *err)
{
    int r = 0;

    *ret = (struct sandbox_options){ .level = SANDBOX_LEVEL_N,
                                     .root = options->root,
                                     .mounts = options->mounts.items };
    if (options->isolation)
        r = find_level(options->isolation, &ret->level, err);
    if (!r)
        r = find_network(options->network, &ret->network, err);
    return r ? r : find_cpu(options->cpu, &ret->cpu_share, err);
}

/* "off", or for how long an environment is idle before it is frozen. */
static int
find_freeze(const char *text, int64_t *ret_ns, struct lamb_err *err)
{
    *ret_ns = FREEZE_GRACE_NS;
    if (!text)
        return 0;
    if (strcmp(text, "off") == 0) {
        *ret_ns = -1;
        return 0;
    }
    if (lamb_parse_duration(lamb_span_str(text), 0, FREEZE_GRACE_MAX_NS, ret_ns) == 0)
        return 0;
    return lamb_refuse(err, -EINVAL,
                       "'%s' is no grace before environments are frozen: give a "
                       "duration up to an hour as in 1ms, or off",
                       text);
}

int
session_emulator_options(const struct session_options *options, bool show_log,
                         struct emulator_options *ret, struct lamb_err *err)
{
    int r;

    *ret = (struct emulator_options){
        .state_path = options->ephemeral ? NULL : session_state_path(options),
        .port = options->port,
        .region = session_region(options),
        .account = options->account,
        .runtime_clients = options->runtime_clients.items,
        .pass_credentials = options->pass_credentials,
        .show_log = show_log,
        .lifespan = { .idle_ns = options->idle_limit * LAMB_NS_PER_S },
    };
    r = session_access_key(options, &ret->access_key, err);
    if (!r)
        r = quotas_load(options->quotas ? options->quotas : "current", &ret->quotas,
                        err);
    if (!r && options->account_concurrency)
        quotas_set_concurrency(&ret->quotas, options->account_concurrency);
    if (!r && options->recycle)
        r = lifespan_parse(options->recycle, &ret->lifespan, err);
    if (!r)
        r = find_freeze(options->freeze, &ret->freeze_grace_ns, err);
    if (!r)
        r = session_sandbox_options(options, &ret->sandbox, err);
    return r;
}
