/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/session.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/num.h"

#define FREEZE_GRACE_NS LAMB_NS_PER_MS
#define FREEZE_GRACE_MAX_NS (3600 * LAMB_NS_PER_S)

const char *
session_level_choice(unsigned i)
{
    return i < SANDBOX_LEVEL_N ? sandbox_level_text((enum sandbox_level)i) : NULL;
}

const char *
session_network_choice(unsigned i)
{
    return i < SANDBOX_NETWORK_N ? sandbox_network_text((enum sandbox_network)i) : NULL;
}

const char *
session_cpu_choice(unsigned i)
{
    static const char *const texts[] = {
        [SESSION_CPU_FULL] = "full", [SESSION_CPU_SHARE] = "share"
    };

    return i < LAMB_COUNT(texts) ? texts[i] : NULL;
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

static struct sandbox_options
sandbox_options(const struct session_options *options)
{
    return (struct sandbox_options){ .level = options->isolation,
                                     .network = options->network,
                                     .cpu_share = options->cpu == SESSION_CPU_SHARE,
                                     .root = options->root,
                                     .mounts = options->mounts.items };
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
    ret->sandbox = sandbox_options(options);
    return r;
}
