/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/capacity.h"

#include <errno.h>
#include <stdlib.h>

struct capacity {
    struct capacity_config config;
    struct lamb_list provisioned; /* by qualifier */
    struct lamb_list waiting;     /* changes behind the one under way */
    bool is_busy;
};

/* A key of its own. */
static int
copy_key(const struct function_key *key, struct function_key *ret)
{
    *ret = (struct function_key){
        .account = lamb_span_dup(lamb_span_str(key->account)),
        .region = lamb_span_dup(lamb_span_str(key->region)),
        .name = lamb_span_dup(lamb_span_str(key->name)),
        .version = lamb_span_dup(lamb_span_str(key->version)),
    };
    return ret->account && ret->region && ret->name && ret->version ? 0 : -ENOMEM;
}

static void
free_key(const struct function_key *key)
{
    free((void *)(uintptr_t)key->account);
    free((void *)(uintptr_t)key->region);
    free((void *)(uintptr_t)key->name);
    free((void *)(uintptr_t)key->version);
}

static struct usage *
open_usage(const struct capacity *capacity, const struct function_key *key)
{
    return usage_open(capacity->config.concurrency, key->account, key->region,
                      key->name);
}

static bool
is_of(const struct provisioned *p, const struct function_key *key)
{
    return strcmp(p->key.name, key->name) == 0 &&
           strcmp(p->key.region, key->region) == 0 &&
           strcmp(p->key.account, key->account) == 0;
}

/* -- in memory -------------------------------------------------------------------- */

static void
free_provisioned(struct provisioned *p)
{
    lamb_list_remove(&p->node);
    free_key(&p->key);
    usage_close(p->usage);
    free(p);
}

struct provisioned *
capacity_find(const struct capacity *capacity, const struct function_key *key)
{
    LAMB_LIST_FOREACH (it, &capacity->provisioned) {
        struct provisioned *p = LAMB_CONTAINER(it, struct provisioned, node);

        if (is_of(p, key) && strcmp(p->key.version, key->version) == 0)
            return p;
    }
    return NULL;
}

void
capacity_each(const struct capacity *capacity, const struct function_key *key,
              void (*fn)(void *data, struct provisioned *p), void *data)
{
    LAMB_LIST_FOREACH_SAFE (it, &capacity->provisioned) {
        struct provisioned *p = LAMB_CONTAINER(it, struct provisioned, node);

        if (is_of(p, key))
            fn(data, p);
    }
}

int64_t
capacity_reserved(const struct capacity *capacity, const struct function_key *key)
{
    struct usage *usage = open_usage(capacity, key);
    int64_t reserved = usage ? usage_reserved(usage) : USAGE_NOT_RESERVED;

    usage_close(usage);
    return reserved;
}

int64_t
capacity_provisioned(const struct capacity *capacity, const struct function_key *key)
{
    struct usage *usage = open_usage(capacity, key);
    int64_t provisioned = usage ? usage_provisioned(usage) : 0;

    usage_close(usage);
    return provisioned;
}

static struct provisioned *
add_provisioned(struct capacity *capacity, const struct function_key *key)
{
    struct provisioned *p = calloc(1, sizeof(*p));
    struct lamb_list *before = &capacity->provisioned;

    if (!p)
        return NULL;
    lamb_list_init(&p->node);
    p->usage = open_usage(capacity, key);
    if (copy_key(key, &p->key) || !p->usage) {
        free_provisioned(p);
        return NULL;
    }
    LAMB_LIST_FOREACH (it, &capacity->provisioned)
        if (strcmp(LAMB_CONTAINER(it, struct provisioned, node)->key.version,
                   key->version) > 0) {
            before = it;
            break;
        }
    lamb_list_insert(before, &p->node);
    return p;
}

/* Put an amount in force. -ENOMEM. */
static int
set_provisioned(struct capacity *capacity, const struct function_key *key,
                int64_t amount, int64_t modified_ns)
{
    struct provisioned *p = capacity_find(capacity, key);

    if (!p && !amount)
        return 0;
    if (!p)
        p = add_provisioned(capacity, key);
    if (!p)
        return -ENOMEM;
    usage_provision(p->usage, p->amount, amount);
    p->amount = amount;
    p->modified_ns = modified_ns;
    capacity->config.provisioned(capacity->config.data, p);
    if (!amount)
        free_provisioned(p);
    return 0;
}

void
capacity_forget(struct capacity *capacity, const struct function_key *key,
                bool is_whole)
{
    struct usage *usage;

    LAMB_LIST_FOREACH_SAFE (it, &capacity->provisioned) {
        struct provisioned *p = LAMB_CONTAINER(it, struct provisioned, node);

        if (!is_of(p, key) || (!is_whole && strcmp(p->key.version, key->version) != 0))
            continue;
        usage_provision(p->usage, p->amount, 0);
        p->amount = 0;
        capacity->config.provisioned(capacity->config.data, p);
        free_provisioned(p);
    }
    usage = is_whole ? open_usage(capacity, key) : NULL;
    if (!usage)
        return;
    usage_reserve(usage, USAGE_NOT_RESERVED);
    usage_close(usage);
}

/* -- changes ---------------------------------------------------------------------- */

enum change_kind { CHANGE_RESERVED, CHANGE_PROVISIONED };

struct change {
    struct store_command cmd;
    struct lamb_list node;
    struct capacity *capacity;
    enum change_kind kind;
    struct function_key key;
    struct usage *usage;
    int64_t amount;
    int64_t modified_ns;
    capacity_done_fn done;
    void *data;
};

static void next_change(struct capacity *capacity);

static void
finish(struct change *change, enum capacity_refusal refusal, const struct lamb_err *err)
{
    struct capacity *capacity = change->capacity;

    capacity->is_busy = false;
    change->done(change->data, refusal, err);
    usage_close(change->usage);
    free_key(&change->key);
    free(change);
    next_change(capacity);
}

static int
store_reserved(const struct change *change, sqlite3 *db, struct lamb_err *err)
{
    const struct function_key *key = &change->key;

    if (change->amount == USAGE_NOT_RESERVED)
        return STORE_EXEC(db, err,
                          "DELETE FROM reserved_concurrency WHERE account = ? AND "
                          "region = ? AND name = ?",
                          store_text(key->account), store_text(key->region),
                          store_text(key->name));
    return STORE_EXEC(db, err,
                      "INSERT OR REPLACE INTO reserved_concurrency(account, region, "
                      "name, amount) VALUES(?, ?, ?, ?)",
                      store_text(key->account), store_text(key->region),
                      store_text(key->name), store_int(change->amount));
}

static int
store_provisioned(const struct change *change, sqlite3 *db, struct lamb_err *err)
{
    const struct function_key *key = &change->key;

    if (!change->amount)
        return STORE_EXEC(db, err,
                          "DELETE FROM provisioned_concurrency WHERE account = ? AND "
                          "region = ? AND name = ? AND qualifier = ?",
                          store_text(key->account), store_text(key->region),
                          store_text(key->name), store_text(key->version));
    return STORE_EXEC(db, err,
                      "INSERT OR REPLACE INTO provisioned_concurrency(account, region, "
                      "name, qualifier, amount, modified_ns) VALUES(?, ?, ?, ?, ?, ?)",
                      store_text(key->account), store_text(key->region),
                      store_text(key->name), store_text(key->version),
                      store_int(change->amount), store_int(change->modified_ns));
}

static int
change_apply(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    const struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);

    return change->kind == CHANGE_RESERVED ? store_reserved(change, db, err)
                                           : store_provisioned(change, db, err);
}

static void
change_done(struct store_command *cmd, int result, const struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);

    if (result) {
        finish(change, CAPACITY_OK, err);
        return;
    }
    if (change->kind == CHANGE_RESERVED)
        usage_reserve(change->usage, change->amount);
    else if (set_provisioned(change->capacity, &change->key, change->amount,
                             change->modified_ns))
        lamb_panic(__FILE__, __LINE__, "out of memory after COMMIT");
    finish(change, CAPACITY_OK, NULL);
}

static enum capacity_refusal
judge(const struct change *change)
{
    const struct provisioned *p;

    if (change->kind == CHANGE_RESERVED)
        return change->amount == USAGE_NOT_RESERVED
                   ? CAPACITY_OK
                   : usage_may_reserve(change->usage, change->amount);
    p = capacity_find(change->capacity, &change->key);
    return usage_may_provision(change->usage, p ? p->amount : 0, change->amount);
}

static void
next_change(struct capacity *capacity)
{
    struct lamb_list *node;
    struct change *change;
    enum capacity_refusal refusal;

    if (capacity->is_busy || !(node = lamb_list_take_front(&capacity->waiting)))
        return;
    capacity->is_busy = true;
    change = LAMB_CONTAINER(node, struct change, node);
    refusal = judge(change);
    if (refusal == CAPACITY_OK)
        store_submit(capacity->config.store, &change->cmd);
    else
        finish(change, refusal, NULL);
}

static int
change_new(struct capacity *capacity, const struct change *what,
           const struct function_key *key, struct lamb_err *err)
{
    struct change *change = malloc(sizeof(*change));

    if (!change)
        return lamb_raise(err, -ENOMEM, "change of concurrency");
    *change = *what;
    change->cmd = (struct store_command){ .apply = change_apply, .done = change_done };
    change->capacity = capacity;
    change->usage = open_usage(capacity, key);
    change->modified_ns = platform_clock_now_ns(capacity->config.clock);
    if (copy_key(key, &change->key) || !change->usage) {
        usage_close(change->usage);
        free_key(&change->key);
        free(change);
        return lamb_raise(err, -ENOMEM, "change of concurrency");
    }
    lamb_list_push_back(&capacity->waiting, &change->node);
    next_change(capacity);
    return 0;
}

int
capacity_reserve(struct capacity *capacity, const struct function_key *key,
                 int64_t amount, capacity_done_fn done, void *data,
                 struct lamb_err *err)
{
    const struct change change = {
        .kind = CHANGE_RESERVED, .amount = amount, .done = done, .data = data
    };

    return change_new(capacity, &change, key, err);
}

int
capacity_provision(struct capacity *capacity, const struct function_key *key,
                   int64_t amount, capacity_done_fn done, void *data,
                   struct lamb_err *err)
{
    const struct change change = {
        .kind = CHANGE_PROVISIONED, .amount = amount, .done = done, .data = data
    };

    return change_new(capacity, &change, key, err);
}

/* -- life ------------------------------------------------------------------------- */

int
capacity_new(const struct capacity_config *config, struct capacity **ret,
             struct lamb_err *err)
{
    struct capacity *capacity = calloc(1, sizeof(*capacity));

    if (!capacity)
        return lamb_raise(err, -ENOMEM, "capacity");
    capacity->config = *config;
    lamb_list_init(&capacity->provisioned);
    lamb_list_init(&capacity->waiting);
    *ret = capacity;
    return 0;
}

static int
load_reserved(void *data, sqlite3_stmt *stmt)
{
    struct capacity *capacity = data;
    const struct function_key key = { store_column(stmt, 0).ptr,
                                      store_column(stmt, 1).ptr,
                                      store_column(stmt, 2).ptr, "" };
    struct usage *usage;

    if (!key.account || !key.region || !key.name)
        return -EPROTO;
    usage = open_usage(capacity, &key);
    if (!usage)
        return -ENOMEM;
    usage_reserve(usage, store_column_int(stmt, 3));
    usage_close(usage); /* what is reserved keeps it */
    return 0;
}

static int
load_provisioned(void *data, sqlite3_stmt *stmt)
{
    const struct function_key key = { store_column(stmt, 0).ptr,
                                      store_column(stmt, 1).ptr,
                                      store_column(stmt, 2).ptr,
                                      store_column(stmt, 3).ptr };

    if (!key.account || !key.region || !key.name || !key.version)
        return -EPROTO;
    return set_provisioned(data, &key, store_column_int(stmt, 4),
                           store_column_int(stmt, 5));
}

int
capacity_load(struct capacity *capacity, struct lamb_err *err)
{
    int r = store_read(capacity->config.store,
                       "SELECT account, region, name, amount FROM reserved_concurrency",
                       load_reserved, capacity, err);

    if (!r)
        r = store_read(capacity->config.store,
                       "SELECT account, region, name, qualifier, amount, modified_ns "
                       "FROM provisioned_concurrency ORDER BY qualifier",
                       load_provisioned, capacity, err);
    return r ? lamb_wrap(err, r, "what is reserved for functions") : 0;
}

void
capacity_free(struct capacity *capacity)
{
    if (!capacity)
        return;
    LAMB_LIST_FOREACH_SAFE (it, &capacity->provisioned)
        free_provisioned(LAMB_CONTAINER(it, struct provisioned, node));
    free(capacity);
}
