/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/concurrency.h"

#include <errno.h>
#include <stdlib.h>

#include "emulator/functions/rate.h"
#include "sdk/base/list.h"
#include "sdk/base/num.h"

LAMB_ENUM_TEXT_FN(throttle_text, throttle, THROTTLES, THROTTLE_N)

/* One account in one region. */
struct scope {
    struct lamb_list node;
    struct concurrency *concurrency;
    char *account;
    char *region;
    struct lamb_list usages;
    int64_t running;      /* every lease */
    int64_t answered;     /* those of them that are about to end */
    int64_t sharing;      /* leases on demand of functions that reserved nothing */
    int64_t reserved;     /* by all functions */
    int64_t provisioned;  /* for functions that reserved nothing */
    struct rate requests; /* of functions that reserved nothing */
};

struct usage {
    struct lamb_list node;
    struct scope *scope;
    char *name;
    size_t refs;
    int64_t reserved; /* USAGE_NOT_RESERVED */
    int64_t provisioned;
    int64_t on_demand; /* leases */
    int64_t in_provisioned;
    int64_t answered; /* of both: about to end */
    struct rate requests;
    struct rate provisioned_requests;
    struct rate scaling;
};

struct concurrency {
    struct quotas quotas;
    struct lamb_list scopes;
};

int
concurrency_new(const struct quotas *quotas, struct concurrency **ret,
                struct lamb_err *err)
{
    struct concurrency *c = calloc(1, sizeof(*c));

    if (!c)
        return lamb_raise(err, -ENOMEM, "concurrency");
    c->quotas = *quotas;
    lamb_list_init(&c->scopes);
    *ret = c;
    return 0;
}

static void
free_usage(struct usage *usage)
{
    lamb_assert(!usage->refs && !usage->on_demand && !usage->in_provisioned);
    lamb_list_remove(&usage->node);
    free(usage->name);
    free(usage);
}

static void
free_scope(struct scope *scope)
{
    LAMB_LIST_FOREACH_SAFE (it, &scope->usages)
        free_usage(LAMB_CONTAINER(it, struct usage, node));
    lamb_list_remove(&scope->node);
    free(scope->account);
    free(scope->region);
    free(scope);
}

void
concurrency_free(struct concurrency *c)
{
    if (!c)
        return;
    LAMB_LIST_FOREACH_SAFE (it, &c->scopes)
        free_scope(LAMB_CONTAINER(it, struct scope, node));
    free(c);
}

const struct quotas *
concurrency_quotas(const struct concurrency *c)
{
    return &c->quotas;
}

size_t
concurrency_running(const struct concurrency *c)
{
    size_t n = 0;

    LAMB_LIST_FOREACH (it, &c->scopes)
        n += (size_t)LAMB_CONTAINER(it, struct scope, node)->running;
    return n;
}

/* -- finding ---------------------------------------------------------------------- */

static struct scope *
find_scope(const struct concurrency *c, const char *account, const char *region)
{
    LAMB_LIST_FOREACH (it, &c->scopes) {
        struct scope *scope = LAMB_CONTAINER(it, struct scope, node);

        if (strcmp(scope->account, account) == 0 && strcmp(scope->region, region) == 0)
            return scope;
    }
    return NULL;
}

static struct scope *
make_scope(struct concurrency *c, const char *account, const char *region)
{
    struct scope *scope = calloc(1, sizeof(*scope));

    if (!scope)
        return NULL;
    lamb_list_init(&scope->usages);
    lamb_list_push_back(&c->scopes, &scope->node);
    scope->concurrency = c;
    scope->account = lamb_span_dup(lamb_span_str(account));
    scope->region = lamb_span_dup(lamb_span_str(region));
    if (scope->account && scope->region)
        return scope;
    free_scope(scope);
    return NULL;
}

static struct usage *
make_usage(struct scope *scope, const char *name)
{
    struct usage *usage = calloc(1, sizeof(*usage));

    if (!usage)
        return NULL;
    usage->name = lamb_span_dup(lamb_span_str(name));
    if (!usage->name) {
        free(usage);
        return NULL;
    }
    usage->scope = scope;
    usage->reserved = USAGE_NOT_RESERVED;
    lamb_list_push_back(&scope->usages, &usage->node);
    return usage;
}

struct usage *
usage_open(struct concurrency *c, const char *account, const char *region,
           const char *name)
{
    struct scope *scope = find_scope(c, account, region);
    struct usage *usage = NULL;

    if (!scope)
        scope = make_scope(c, account, region);
    if (!scope)
        return NULL;
    LAMB_LIST_FOREACH (it, &scope->usages) {
        usage = LAMB_CONTAINER(it, struct usage, node);
        if (strcmp(usage->name, name) == 0)
            break;
        usage = NULL;
    }
    if (!usage)
        usage = make_usage(scope, name);
    if (usage)
        usage->refs++;
    return usage;
}

void
usage_close(struct usage *usage)
{
    if (!usage)
        return;
    lamb_assert(usage->refs > 0);
    usage->refs--;
    if (!usage->refs && !usage->provisioned && usage->reserved == USAGE_NOT_RESERVED)
        free_usage(usage);
}

/* -- limits ----------------------------------------------------------------------- */

static int64_t
quota(const struct scope *scope, enum quota which)
{
    return scope->concurrency->quotas.values[which];
}

static int64_t
at_least_zero(int64_t value)
{
    return value > 0 ? value : 0;
}

static bool
has_reserved(const struct usage *usage)
{
    return usage->reserved != USAGE_NOT_RESERVED;
}

/* How many may run on demand, and how many do: of this function alone when it reserved
 * something, else of all that share the rest. */
static int64_t
on_demand_limit(const struct usage *usage)
{
    const struct scope *scope = usage->scope;

    if (has_reserved(usage))
        return at_least_zero(usage->reserved - usage->provisioned);
    return at_least_zero(quota(scope, QUOTA_CONCURRENCY) - scope->reserved -
                         scope->provisioned);
}

static int64_t
on_demand_running(const struct usage *usage)
{
    return has_reserved(usage) ? usage->on_demand : usage->scope->sharing;
}

/* Only a moment after a limit was changed can this be the one that counts. */
static bool
is_full(const struct scope *scope)
{
    return scope->running >= quota(scope, QUOTA_CONCURRENCY);
}

/* -- leases ----------------------------------------------------------------------- */

static bool
takes_provisioned(struct usage *usage, const struct lease_ask *ask)
{
    uint64_t per_second =
        (uint64_t)(usage->provisioned * quota(usage->scope, QUOTA_REQUESTS));

    if (!ask->has_provisioned || usage->in_provisioned >= usage->provisioned ||
        is_full(usage->scope))
        return false;
    if (ask->is_async)
        return true;
    if (!rate_allows(&usage->provisioned_requests, per_second, LAMB_NS_PER_S,
                     ask->now_ns))
        return false; /* spills over to on demand */
    rate_take(&usage->provisioned_requests, per_second, LAMB_NS_PER_S, ask->now_ns);
    return true;
}

/* May one more run on demand? Takes from the rates when it may. */
static enum throttle
takes_on_demand(struct usage *usage, const struct lease_ask *ask)
{
    struct scope *scope = usage->scope;
    bool reserved = has_reserved(usage);
    struct rate *requests = reserved ? &usage->requests : &scope->requests;
    int64_t limit = on_demand_limit(usage);
    uint64_t per_second = (uint64_t)(limit * quota(scope, QUOTA_REQUESTS));
    uint64_t step = (uint64_t)quota(scope, QUOTA_SCALING_ENVIRONMENTS);
    int64_t period = quota(scope, QUOTA_SCALING_SECONDS) * LAMB_NS_PER_S;

    if (on_demand_running(usage) >= limit)
        return reserved ? THROTTLE_RESERVED : THROTTLE_ACCOUNT;
    if (is_full(scope))
        return THROTTLE_ACCOUNT;
    if (!ask->is_async &&
        !rate_allows(requests, per_second, LAMB_NS_PER_S, ask->now_ns))
        return reserved ? THROTTLE_RESERVED_RATE : THROTTLE_RATE;
    if (ask->needs_environment &&
        !rate_allows(&usage->scaling, step, period, ask->now_ns))
        return THROTTLE_ACCOUNT;
    if (!ask->is_async)
        rate_take(requests, per_second, LAMB_NS_PER_S, ask->now_ns);
    if (ask->needs_environment)
        rate_take(&usage->scaling, step, period, ask->now_ns);
    return THROTTLE_NONE;
}

enum throttle
lease_take(struct usage *usage, const struct lease_ask *ask, struct lease *ret)
{
    struct scope *scope = usage->scope;
    enum throttle throttle;

    if (takes_provisioned(usage, ask)) {
        usage->in_provisioned++;
        ret->kind = LEASE_PROVISIONED;
    } else {
        throttle = takes_on_demand(usage, ask);
        if (throttle != THROTTLE_NONE)
            return throttle;
        usage->on_demand++;
        if (!has_reserved(usage))
            scope->sharing++;
        ret->kind = LEASE_ON_DEMAND;
    }
    scope->running++;
    usage->refs++;
    ret->usage = usage;
    ret->is_answered = false;
    return THROTTLE_NONE;
}

void
lease_answered(struct lease *lease)
{
    if (lease->kind == LEASE_NONE || lease->is_answered)
        return;
    lease->is_answered = true;
    lease->usage->answered++;
    lease->usage->scope->answered++;
}

bool
lease_comes_soon(const struct usage *usage)
{
    return has_reserved(usage) ? usage->answered > 0 : usage->scope->answered > 0;
}

void
lease_give_back(struct lease *lease)
{
    struct usage *usage = lease->usage;
    int64_t *count;

    if (lease->kind == LEASE_NONE)
        return;
    count =
        lease->kind == LEASE_PROVISIONED ? &usage->in_provisioned : &usage->on_demand;
    lamb_assert(*count > 0 && usage->scope->running > 0);
    --*count;
    usage->scope->running--;
    usage->answered -= lease->is_answered;
    usage->scope->answered -= lease->is_answered;
    if (lease->kind == LEASE_ON_DEMAND && !has_reserved(usage))
        usage->scope->sharing--;
    *lease = (struct lease){ 0 };
    usage_close(usage);
}

/* -- what is set apart ------------------------------------------------------------ */

int64_t
usage_reserved(const struct usage *usage)
{
    return usage->reserved;
}

int64_t
usage_provisioned(const struct usage *usage)
{
    return usage->provisioned;
}

/* What would stay for those who reserved nothing, without USAGE's own part. */
static int64_t
left_by_others(const struct usage *usage)
{
    const struct scope *scope = usage->scope;
    int64_t left =
        quota(scope, QUOTA_CONCURRENCY) - scope->reserved - scope->provisioned;

    return left + (has_reserved(usage) ? usage->reserved : usage->provisioned);
}

enum capacity_refusal
usage_may_reserve(const struct usage *usage, int64_t amount)
{
    int64_t minimum = quota(usage->scope, QUOTA_UNRESERVED_MINIMUM);

    if (amount < usage->provisioned)
        return CAPACITY_BELOW_PROVISIONED;
    if (amount > at_least_zero(usage->reserved) &&
        left_by_others(usage) - amount < minimum)
        return CAPACITY_UNRESERVED_TOO_LOW;
    return CAPACITY_OK;
}

void
usage_reserve(struct usage *usage, int64_t amount)
{
    struct scope *scope = usage->scope;

    lamb_assert(amount >= USAGE_NOT_RESERVED);
    if (has_reserved(usage)) {
        scope->reserved -= usage->reserved;
    } else {
        scope->provisioned -= usage->provisioned;
        scope->sharing -= usage->on_demand;
    }
    usage->reserved = amount;
    if (has_reserved(usage)) {
        scope->reserved += amount;
    } else {
        scope->provisioned += usage->provisioned;
        scope->sharing += usage->on_demand;
    }
}

enum capacity_refusal
usage_may_provision(const struct usage *usage, int64_t from, int64_t to)
{
    const struct scope *scope = usage->scope;
    int64_t total = usage->provisioned - from + to;

    if (has_reserved(usage))
        return total > usage->reserved ? CAPACITY_ABOVE_RESERVED : CAPACITY_OK;
    if (to <= from)
        return CAPACITY_OK;
    if (total > quota(scope, QUOTA_CONCURRENCY) - scope->reserved)
        return CAPACITY_ABOVE_UNRESERVED;
    if (left_by_others(usage) - total < quota(scope, QUOTA_UNRESERVED_MINIMUM))
        return CAPACITY_UNRESERVED_TOO_LOW;
    return CAPACITY_OK;
}

void
usage_provision(struct usage *usage, int64_t from, int64_t to)
{
    usage->provisioned += to - from;
    lamb_assert(usage->provisioned >= 0);
    if (!has_reserved(usage))
        usage->scope->provisioned += to - from;
}

int64_t
concurrency_unreserved(const struct concurrency *c, const char *account,
                       const char *region)
{
    const struct scope *scope = find_scope(c, account, region);

    return c->quotas.values[QUOTA_CONCURRENCY] - (scope ? scope->reserved : 0);
}
