/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/fleet.h"

#include <errno.h>
#include <stdlib.h>

/* The environments on demand of one tenant. */
struct tenant {
    struct lamb_list node;
    char *id; /* "": of those who name none */
    struct pool *pool;
};

struct fleet {
    const struct environment_host *host;
    struct function_record *record;
    struct lifespan *lifespan;
    void (*empty)(void *data);
    void *data;
    struct lamb_list tenants; /* the latest used first */
    struct warm *warm;
    size_t n_open; /* pools and warms that have not ended, retired ones included */
    bool is_ending;
    struct loop_task end;
};

static void
free_tenants(struct fleet *fleet)
{
    struct lamb_list *node;

    while ((node = lamb_list_take_front(&fleet->tenants)) != NULL) {
        struct tenant *tenant = LAMB_CONTAINER(node, struct tenant, node);

        free(tenant->id);
        free(tenant);
    }
}

static void
end(void *data)
{
    struct fleet *fleet = data;
    void (*empty)(void *data) = fleet->empty;
    void *empty_data = fleet->data;

    free_tenants(fleet);
    record_unref(fleet->record);
    free(fleet);
    empty(empty_data);
}

static void
check_end(struct fleet *fleet)
{
    if (fleet->is_ending && !fleet->n_open)
        loop_defer(fleet->host->loop, &fleet->end);
}

static void
on_pool_empty(void *data, struct pool *pool)
{
    struct fleet *fleet = data;

    (void)pool;
    fleet->n_open--;
    check_end(fleet);
}

static void
on_warm_empty(void *data, struct warm *warm)
{
    on_pool_empty(data, NULL);
    (void)warm;
}

/* -- tenants ---------------------------------------------------------------------- */

static struct tenant *
find_tenant(const struct fleet *fleet, const char *id)
{
    LAMB_LIST_FOREACH (it, &fleet->tenants) {
        struct tenant *tenant = LAMB_CONTAINER(it, struct tenant, node);

        if (strcmp(tenant->id, id ? id : "") == 0)
            return tenant;
    }
    return NULL;
}

static struct tenant *
add_tenant(struct fleet *fleet, const char *id)
{
    struct tenant *tenant = calloc(1, sizeof(*tenant));

    if (!tenant)
        return NULL;
    tenant->id = lamb_span_dup(lamb_span_str(id ? id : ""));
    tenant->pool = tenant->id ? pool_new(fleet->host, fleet->record, fleet->lifespan,
                                         on_pool_empty, fleet)
                              : NULL;
    if (!tenant->pool) {
        free(tenant->id);
        free(tenant);
        return NULL;
    }
    fleet->n_open++;
    lamb_list_push_front(&fleet->tenants, &tenant->node);
    return tenant;
}

/* -- life ------------------------------------------------------------------------- */

struct fleet *
fleet_new(const struct environment_host *host, struct function_record *record,
          struct lifespan *lifespan, void (*empty)(void *data), void *data)
{
    struct fleet *fleet = calloc(1, sizeof(*fleet));

    if (!fleet)
        return NULL;
    fleet->host = host;
    fleet->record = record_ref(record);
    fleet->lifespan = lifespan;
    fleet->empty = empty;
    fleet->data = data;
    lamb_list_init(&fleet->tenants);
    loop_task_init(&fleet->end, "fleet end", end, fleet);
    return fleet;
}

static void
finish(struct fleet *fleet, bool at_once)
{
    fleet->is_ending = true;
    LAMB_LIST_FOREACH (it, &fleet->tenants) {
        struct pool *pool = LAMB_CONTAINER(it, struct tenant, node)->pool;

        if (at_once)
            pool_stop(pool);
        else
            pool_retire(pool);
    }
    if (fleet->warm)
        warm_end(fleet->warm, at_once);
    fleet->warm = NULL;
    check_end(fleet);
}

void
fleet_retire(struct fleet *fleet)
{
    finish(fleet, false);
}

void
fleet_stop(struct fleet *fleet)
{
    finish(fleet, true);
}

/* -- provisioned ------------------------------------------------------------------ */

int
fleet_provision(struct fleet *fleet, size_t amount)
{
    if (!amount) {
        if (fleet->warm)
            warm_end(fleet->warm, false);
        fleet->warm = NULL;
        return 0;
    }
    if (!fleet->warm) {
        fleet->warm =
            warm_new(fleet->host, fleet->record, fleet->lifespan, on_warm_empty, fleet);
        if (!fleet->warm)
            return -ENOMEM;
        fleet->n_open++;
    }
    warm_set(fleet->warm, amount);
    return 0;
}

const struct warm *
fleet_warm(const struct fleet *fleet)
{
    return fleet->warm;
}

/* -- placing ---------------------------------------------------------------------- */

void
fleet_look(const struct fleet *fleet, const char *id, struct lease_ask *ret)
{
    const struct tenant *tenant = find_tenant(fleet, id);

    /* A provisioned environment belongs to no tenant. */
    ret->has_provisioned = !id && fleet->warm && warm_has_idle(fleet->warm);
    ret->needs_environment = !tenant || pool_needs_environment(tenant->pool);
}

bool
fleet_comes_soon(const struct fleet *fleet, const char *id)
{
    return !id && fleet->warm && warm_comes_soon(fleet->warm);
}

int
fleet_place(struct fleet *fleet, enum lease_kind kind, struct invocation *inv)
{
    struct tenant *tenant;

    if (kind == LEASE_PROVISIONED) {
        warm_place(fleet->warm, inv);
        return 0;
    }
    tenant = find_tenant(fleet, inv->tenant_id);
    if (!tenant)
        tenant = add_tenant(fleet, inv->tenant_id);
    if (!tenant)
        return -ENOMEM;
    lamb_list_remove(&tenant->node);
    lamb_list_push_front(&fleet->tenants, &tenant->node);
    pool_place(tenant->pool, inv);
    return 0;
}

/* -- ending ----------------------------------------------------------------------- */

void
fleet_recycle(struct fleet *fleet, struct recycled *sum)
{
    LAMB_LIST_FOREACH (it, &fleet->tenants) {
        pool_recycle(LAMB_CONTAINER(it, struct tenant, node)->pool, sum);
    }
    if (fleet->warm)
        warm_recycle(fleet->warm, sum);
}

static struct pool *
find_oldest(const struct fleet *fleet, int64_t *ret_ns)
{
    struct pool *oldest = NULL;

    *ret_ns = INT64_MAX;
    LAMB_LIST_FOREACH (it, &fleet->tenants) {
        struct pool *pool = LAMB_CONTAINER(it, struct tenant, node)->pool;
        int64_t ns = pool_oldest_ns(pool);

        if (ns < *ret_ns) {
            *ret_ns = ns;
            oldest = pool;
        }
    }
    return oldest;
}

int64_t
fleet_oldest_ns(const struct fleet *fleet)
{
    int64_t ns;

    (void)find_oldest(fleet, &ns);
    return ns;
}

void
fleet_stop_oldest(struct fleet *fleet)
{
    int64_t ns;

    pool_stop_oldest(find_oldest(fleet, &ns));
}

void
fleet_count(const struct fleet *fleet, struct fleet_counts *sum)
{
    struct warm_status warm = { 0 };

    LAMB_LIST_FOREACH (it, &fleet->tenants) {
        const struct pool *pool = LAMB_CONTAINER(it, struct tenant, node)->pool;

        sum->environments += pool_environments(pool);
        sum->ending += pool_ending(pool);
        sum->waiting += pool_waiting(pool);
        sum->starting += pool_starting(pool);
    }
    if (fleet->warm)
        warm_status(fleet->warm, &warm);
    sum->environments += warm.environments;
    sum->ending += warm.ending;
}
