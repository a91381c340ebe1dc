/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/functions.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>

#include "emulator/functions/fleet.h"
#include "emulator/functions/functions_internal.h"
#include "emulator/functions/machine.h"
#include "emulator/functions/route.h"
#include "sdk/base/auto.h"

/* A function version that exists. */
struct known {
    struct function_key key; /* the record's texts */
    struct function_record *record;
    struct fleet *fleet;
    struct usage *usage;
};

struct functions {
    struct functions_config config;
    struct concurrency *concurrency;
    struct capacity *capacity;
    struct lifespan lifespan;
    struct catalog *catalog;
    uint64_t random; /* of weighted aliases */
    struct machine machine;
    void *entries; /* tsearch(3) tree of struct known, by key */
    size_t n_entries;
    size_t n_fleets; /* retired ones included */
    size_t n_puts;   /* on their way to the disk */
    bool is_stopping;
    void (*stopped)(void *data);
    void *stopped_data;
    struct loop_task stop_task;
};

static int
compare(const void *a, const void *b)
{
    const struct function_key *x = &((const struct known *)a)->key;
    const struct function_key *y = &((const struct known *)b)->key;
    int r = strcmp(x->name, y->name);

    if (!r)
        r = strcmp(x->version, y->version);
    if (!r)
        r = strcmp(x->region, y->region);
    return r ? r : strcmp(x->account, y->account);
}

static struct known *
find_entry(const struct functions *fns, const struct function_key *key)
{
    const struct known wanted = { .key = *key };
    void *node = tfind(&wanted, &fns->entries, compare);

    return node ? *(struct known **)node : NULL;
}

/* -- stopping --------------------------------------------------------------------- */

static void
check_stopped(struct functions *fns)
{
    if (fns->is_stopping && !fns->n_fleets && !fns->n_puts)
        loop_defer(fns->config.host->loop, &fns->stop_task);
}

static void
tell_stopped(void *data)
{
    struct functions *fns = data;

    fns->stopped(fns->stopped_data);
}

static void
on_fleet_empty(void *data)
{
    struct functions *fns = data;

    fns->n_fleets--;
    check_stopped(fns);
}

static void
stop_entry(const void *node, VISIT visit, void *data)
{
    (void)data;
    if (visit == postorder || visit == leaf)
        fleet_stop((*(struct known *const *)node)->fleet);
}

void
functions_stop(struct functions *fns, void (*done)(void *data), void *data)
{
    fns->is_stopping = true;
    fns->stopped = done;
    fns->stopped_data = data;
    twalk_r(fns->entries, stop_entry, NULL);
    check_stopped(fns);
}

static void
free_entry(void *data)
{
    struct known *entry = data;

    record_unref(entry->record);
    usage_close(entry->usage);
    free(entry);
}

void
functions_free(struct functions *fns)
{
    if (!fns)
        return;
    lamb_assert(fns->n_fleets == 0);
    tdestroy(fns->entries, free_entry);
    capacity_free(fns->capacity);
    catalog_free(fns->catalog);
    concurrency_free(fns->concurrency);
    free(fns);
}

/* -- records ---------------------------------------------------------------------- */

int
functions_publish(struct functions *fns, struct function_record *record)
{
    struct known *entry = find_entry(fns, &record->key);
    struct fleet *fleet =
        fleet_new(fns->config.host, record, &fns->lifespan, on_fleet_empty, fns);

    if (!fleet)
        return -ENOMEM;
    if (entry) {
        fleet_retire(entry->fleet);
        record_unref(entry->record);
    } else {
        entry = calloc(1, sizeof(*entry));
        if (!entry)
            lamb_panic(__FILE__, __LINE__, "out of memory after COMMIT");
        entry->key = record->key;
        entry->usage = usage_open(fns->concurrency, record->key.account,
                                  record->key.region, record->key.name);
        if (!entry->usage || !tsearch(entry, &fns->entries, compare))
            lamb_panic(__FILE__, __LINE__, "out of memory after COMMIT");
        fns->n_entries++;
    }
    entry->key = record->key; /* the same key, in the new record's texts */
    entry->record = record;
    entry->fleet = fleet;
    fns->n_fleets++;
    functions_provision(fns, &entry->key);
    return 0;
}

/* A version goes: what runs of it ends in its own time. */
static void
remove_entry(struct functions *fns, struct known *entry)
{
    (void)tdelete(entry, &fns->entries, compare);
    fleet_retire(entry->fleet);
    fns->n_entries--;
    free_entry(entry);
}

struct gather {
    const struct function_key *key;
    struct known **entries;
    size_t n;
};

static void
gather_versions(const void *node, VISIT visit, void *data)
{
    struct gather *gather = data;
    struct known *entry = *(struct known *const *)node;

    if ((visit == postorder || visit == leaf) &&
        strcmp(entry->key.name, gather->key->name) == 0 &&
        strcmp(entry->key.region, gather->key->region) == 0 &&
        strcmp(entry->key.account, gather->key->account) == 0)
        gather->entries[gather->n++] = entry;
}

void
functions_unpublish(struct functions *fns, const struct function_key *key)
{
    struct gather gather = { .key = key };
    bool is_whole = strcmp(key->version, "$LATEST") == 0;
    struct known *entry = find_entry(fns, key);

    capacity_forget(fns->capacity, key, is_whole);
    if (is_whole) {
        gather.entries = calloc(fns->n_entries + 1, sizeof(struct known *));
        if (!gather.entries)
            lamb_panic(__FILE__, __LINE__, "out of memory after COMMIT");
        twalk_r(fns->entries, gather_versions, &gather);
        for (size_t i = 0; i < gather.n; i++)
            remove_entry(fns, gather.entries[i]);
        free(gather.entries);
    } else if (entry) {
        remove_entry(fns, entry);
    }
}

struct store *
functions_store(struct functions *fns)
{
    return fns->config.store;
}

int64_t
functions_now_ns(const struct functions *fns)
{
    return platform_clock_now_ns(fns->config.host->clock);
}

struct catalog *
functions_catalog(struct functions *fns)
{
    return fns->catalog;
}

void
functions_change_begins(struct functions *fns)
{
    fns->n_puts++;
}

void
functions_change_ends(struct functions *fns)
{
    fns->n_puts--;
    check_stopped(fns);
}

int
functions_put(struct functions *fns, struct function_record *record,
              void (*done)(void *data, const struct lamb_err *err), void *data,
              struct lamb_err *err)
{
    struct change *change = change_new(fns);

    if (!change)
        return lamb_raise(err, -ENOMEM, "record of '%s'", record->key.name);
    change_put_record(change, record_ref(record));
    return change_commit(change, done, data, err);
}

struct code_use {
    const char *digest;
    bool is_used;
};

struct fleet *
functions_fleet(const struct functions *fns, const struct function_key *key)
{
    const struct known *entry = find_entry(fns, key);

    return entry ? entry->fleet : NULL;
}

bool
functions_are_stopping(const struct functions *fns)
{
    return fns->is_stopping;
}

struct capacity *
functions_capacity(struct functions *fns)
{
    return fns->capacity;
}

struct concurrency *
functions_concurrency(struct functions *fns)
{
    return fns->concurrency;
}

/* The counts, and what is set apart. */
static int
make_capacity(struct functions *fns, struct lamb_err *err)
{
    struct capacity_config capacity = { .store = fns->config.store,
                                        .clock = fns->config.host->clock,
                                        .provisioned = functions_on_provisioned,
                                        .data = fns };
    int r = concurrency_new(fns->config.quotas, &fns->concurrency, err);

    capacity.concurrency = fns->concurrency;
    if (!r)
        r = capacity_new(&capacity, &fns->capacity, err);
    return r;
}

static void
note_use(const void *node, VISIT visit, void *data)
{
    struct code_use *use = data;
    const struct function_record *record = (*(struct known *const *)node)->record;

    if (visit != postorder && visit != leaf)
        return;
    if (record->code_digest && strcmp(record->code_digest, use->digest) == 0)
        use->is_used = true;
    for (const char *const *path = record->config.layers; path && *path; path++)
        if (strstr(*path, use->digest))
            use->is_used = true;
}

/* Code of a version, of one of its layers, or of a layer. */
static bool
is_code_used(void *data, const char *digest)
{
    struct functions *fns = data;
    struct code_use use = { digest, false };

    twalk_r(fns->entries, note_use, &use);
    return use.is_used || catalog_mentions(fns->catalog, "Digest", digest);
}

int
functions_new(const struct functions_config *config, struct functions **ret,
              struct lamb_err *err)
{
    struct functions *fns = calloc(1, sizeof(*fns));
    int r;

    *ret = fns;
    if (!fns)
        return lamb_raise(err, -ENOMEM, "functions");
    fns->config = *config;
    fns->lifespan = config->lifespan;
    r = make_capacity(fns, err);
    if (r) {
        concurrency_free(fns->concurrency);
        free(fns);
        *ret = NULL;
        return r;
    }
    fns->catalog = catalog_new();
    if (!fns->catalog)
        r = lamb_raise(err, -ENOMEM, "functions");
    fns->random = config->seed ? config->seed
                               : (uint64_t)platform_clock_now_ns(config->host->clock);
    loop_task_init(&fns->stop_task, "functions stopped", tell_stopped, fns);
    if (!r)
        r = functions_load(fns, config, err);
    if (!r)
        code_sweep(config->code, is_code_used, fns);
    return r ? r : capacity_load(fns->capacity, err);
}

struct function_record *
functions_version(struct functions *fns, const struct function_key *key)
{
    struct known *entry = find_entry(fns, key);

    return entry ? entry->record : NULL;
}

struct function_record *
functions_find(struct functions *fns, const struct function_key *key)
{
    struct function_key wanted = *key;
    json_t *alias;

    if (!wanted.version[0])
        wanted.version = "$LATEST";
    alias = catalog_find(fns->catalog,
                         &(struct document_key){ key->account, key->region, "alias",
                                                 key->name, wanted.version });
    if (alias)
        wanted.version = route_choose(alias, &fns->random);
    return wanted.version ? functions_version(fns, &wanted) : NULL;
}

struct each {
    void (*fn)(void *data, struct function_record *record);
    void *data;
};

static void
each_entry(const void *node, VISIT visit, void *data)
{
    const struct each *each = data;

    if (visit == postorder || visit == leaf)
        each->fn(each->data, (*(struct known *const *)node)->record);
}

void
functions_each(struct functions *fns,
               void (*fn)(void *data, struct function_record *record), void *data)
{
    struct each each = { fn, data };

    twalk_r(fns->entries, each_entry, &each);
}

/* -- placement -------------------------------------------------------------------- */

static void
count_entry(const void *node, VISIT visit, void *data)
{
    if (visit == postorder || visit == leaf)
        fleet_count((*(struct known *const *)node)->fleet, data);
}

static bool
machine_is_full(struct functions *fns, struct lamb_err *err)
{
    const int64_t *quotas = concurrency_quotas(fns->concurrency)->values;
    int64_t most = quotas[QUOTA_MACHINE_ENVIRONMENTS];
    struct fleet_counts counts = { 0 };

    twalk_r(fns->entries, count_entry, &counts);
    if (most && counts.environments - counts.ending >= (size_t)most)
        return lamb_refuse(err, -EAGAIN,
                           "This machine runs %lld execution environments and may run "
                           "no more (quota MachineEnvironments)",
                           (long long)most) < 0;
    return machine_has_room(&fns->machine, (uint64_t)quotas[QUOTA_MACHINE_MEMORY_MB],
                            counts.starting, err) < 0;
}

struct recycle {
    const char *name;
    struct recycled sum;
    size_t n_found;
};

static void
recycle_entry(const void *node, VISIT visit, void *data)
{
    struct known *entry = *(struct known *const *)node;
    struct recycle *recycle = data;

    if ((visit != postorder && visit != leaf) ||
        strcmp(entry->key.name, recycle->name) != 0)
        return;
    recycle->n_found++;
    fleet_recycle(entry->fleet, &recycle->sum);
}

struct oldest {
    struct fleet *fleet;
    int64_t ns;
};

static void
compare_oldest(const void *node, VISIT visit, void *data)
{
    struct oldest *oldest = data;
    struct fleet *fleet = (*(struct known *const *)node)->fleet;
    int64_t ns;

    if (visit != postorder && visit != leaf)
        return;
    ns = fleet_oldest_ns(fleet);
    if (ns < oldest->ns)
        *oldest = (struct oldest){ fleet, ns };
}

/* Is there room for one more, perhaps because the least recently used idle one goes? */
static bool
make_room(struct functions *fns, struct lamb_err *err)
{
    struct oldest oldest = { .ns = INT64_MAX };

    if (!machine_is_full(fns, err))
        return true;
    twalk_r(fns->entries, compare_oldest, &oldest);
    if (!oldest.fleet)
        return false;
    fleet_stop_oldest(oldest.fleet);
    return true;
}

int
functions_recycle(struct functions *fns, const char *name, struct recycled *ret)
{
    struct recycle recycle = { .name = name };

    if (!fns->is_stopping)
        twalk_r(fns->entries, recycle_entry, &recycle);
    *ret = recycle.sum;
    return recycle.n_found ? 0 : -ENOENT;
}

static void
refuse_invocation(struct invocation *inv, const char *why)
{
    const struct invocation_answer answer = { .outcome = OUTCOME_PLATFORM_ERROR,
                                              .detail = why };

    invocation_answer(inv, &answer);
    invocation_close(inv);
}

bool
functions_has_room_soon(const struct functions *fns,
                        const struct function_record *record)
{
    const struct known *entry = find_entry(fns, &record->key);

    return entry && lease_comes_soon(entry->usage);
}

enum throttle
functions_place(struct functions *fns, struct function_record *record,
                struct invocation *inv, bool is_async, bool may_wait, struct lease *ret,
                struct lamb_err *err)
{
    struct known *entry = find_entry(fns, &record->key);
    struct lease_ask ask = { .is_async = is_async,
                             .now_ns = platform_clock_now_ns(fns->config.host->clock) };
    enum throttle throttle;

    if (!entry) {
        refuse_invocation(inv, "the function was deleted");
        return THROTTLE_NONE;
    }
    if (!fns->is_stopping)
        fleet_look(entry->fleet, inv->tenant_id, &ask);
    if (may_wait && ask.needs_environment && !ask.has_provisioned &&
        fleet_comes_soon(entry->fleet, inv->tenant_id))
        return THROTTLE_MOMENT;
    if (ask.needs_environment && !ask.has_provisioned && !make_room(fns, err))
        return THROTTLE_MACHINE;
    throttle = lease_take(entry->usage, &ask, ret);
    if (throttle != THROTTLE_NONE)
        return throttle;
    if (fns->is_stopping) /* the fleets are ending, or have ended */
        refuse_invocation(inv, "the emulator is shutting down");
    else if (fleet_place(entry->fleet, ret->kind, inv))
        refuse_invocation(inv, "the emulator is out of memory");
    return THROTTLE_NONE;
}

void
functions_count(const struct functions *fns, struct functions_counts *ret)
{
    struct fleet_counts counts = { 0 };

    if (!fns->is_stopping)
        twalk_r(fns->entries, count_entry, &counts);
    *ret = (struct functions_counts){ .functions = fns->n_entries,
                                      .environments = counts.environments,
                                      .running = concurrency_running(fns->concurrency),
                                      .waiting = counts.waiting };
}
