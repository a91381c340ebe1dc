/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/invoke/async_store.h"

#include <errno.h>
#include <stdlib.h>

struct async_event *
async_event_new(const struct function_key *key, const char *request_id,
                struct lamb_span trace_id, struct lamb_span content_type,
                struct lamb_span tenant_id, struct lamb_blob *payload,
                int64_t accepted_ns)
{
    struct async_event *event = calloc(1, sizeof(*event));

    if (!event)
        return NULL;
    if (lamb_format(event->request_id, sizeof(event->request_id), "%s", request_id)) {
        free(event);
        return NULL;
    }
    event->account = lamb_span_dup(lamb_span_str(key->account));
    event->region = lamb_span_dup(lamb_span_str(key->region));
    event->name = lamb_span_dup(lamb_span_str(key->name));
    event->qualifier = lamb_span_dup(lamb_span_str(key->version));
    event->trace_id = lamb_span_dup(trace_id);
    event->content_type = lamb_span_dup(content_type);
    event->tenant_id = lamb_span_dup(tenant_id);
    event->payload = lamb_blob_ref(payload);
    event->accepted_ns = accepted_ns;
    if (event->account && event->region && event->name && event->qualifier &&
        event->trace_id && event->content_type && event->tenant_id)
        return event;
    async_event_free(event);
    return NULL;
}

void
async_event_free(struct async_event *event)
{
    if (!event)
        return;
    free(event->account);
    free(event->region);
    free(event->name);
    free(event->qualifier);
    free(event->trace_id);
    free(event->content_type);
    free(event->tenant_id);
    lamb_blob_unref(event->payload);
    free(event);
}

/* One change on its way. */
struct change {
    struct store_command cmd;
    struct async_event *event; /* to insert */
    int64_t id;
    async_done_fn done;
    void *data;
};

static int
insert_apply(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);
    const struct async_event *e = change->event;
    int r = STORE_EXEC(
        db, err,
        "INSERT INTO async_events(account, region, name, qualifier, "
        "request_id, trace_id, content_type, tenant_id, payload, "
        "accepted_ns) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        store_text(e->account), store_text(e->region), store_text(e->name),
        store_text(e->qualifier), store_text(e->request_id), store_text(e->trace_id),
        store_text(e->content_type), store_text(e->tenant_id),
        store_blob(lamb_blob_view(e->payload)), store_int(e->accepted_ns));

    if (!r)
        change->id = sqlite3_last_insert_rowid(db);
    return r;
}

static int
delete_apply(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);

    return STORE_EXEC(db, err, "DELETE FROM async_events WHERE id = ?",
                      store_int(change->id));
}

static void
change_done(struct store_command *cmd, int result, const struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);

    if (!result && change->event)
        change->event->id = change->id;
    change->done(change->data, result ? err : NULL);
    free(change);
}

static int
submit(struct store *store, const struct change *what, struct lamb_err *err)
{
    struct change *change = malloc(sizeof(*change));

    if (!change)
        return lamb_raise(err, -ENOMEM, "asynchronous event");
    *change = *what;
    store_submit(store, &change->cmd);
    return 0;
}

int
async_event_insert(struct store *store, struct async_event *event, async_done_fn done,
                   void *data, struct lamb_err *err)
{
    const struct change change = { .cmd = { .apply = insert_apply,
                                            .done = change_done },
                                   .event = event,
                                   .done = done,
                                   .data = data };

    return submit(store, &change, err);
}

int
async_event_delete(struct store *store, int64_t id, async_done_fn done, void *data,
                   struct lamb_err *err)
{
    const struct change change = { .cmd = { .apply = delete_apply,
                                            .done = change_done },
                                   .id = id,
                                   .done = done,
                                   .data = data };

    return submit(store, &change, err);
}

/* -- reading ---------------------------------------------------------------------- */

enum { READ_MAX = 64 };

struct reading {
    struct store_command cmd;
    struct async_event_read ask;
    char *texts[3]; /* account, region, name */
    int64_t *known;
    struct async_event *found[READ_MAX];
    size_t n_found;
    struct lamb_err *err; /* while it is applied */
};

static void
free_reading(struct reading *reading)
{
    for (size_t i = 0; i < LAMB_COUNT(reading->texts); i++)
        free(reading->texts[i]);
    for (size_t i = 0; i < reading->n_found; i++)
        async_event_free(reading->found[i]);
    free(reading->known);
    free(reading);
}

static bool
is_known(const struct reading *reading, int64_t id)
{
    for (size_t i = 0; i < reading->ask.n_known; i++)
        if (reading->known[i] == id)
            return true;
    return false;
}

static int
read_row(void *data, sqlite3_stmt *stmt)
{
    struct reading *reading = data;
    int64_t id = store_column_int(stmt, 0);
    const struct function_key key = { reading->texts[0], reading->texts[1],
                                      reading->texts[2], store_column(stmt, 2).ptr };
    const char *request_id = store_column(stmt, 1).ptr;
    struct lamb_blob *payload;
    struct async_event *event;

    if (reading->n_found == reading->ask.n || is_known(reading, id))
        return 0;
    if (!request_id || !key.version)
        return lamb_refuse(reading->err, -EPROTO, "a stored event has no request id");
    payload = lamb_blob_copy(store_column(stmt, 6));
    event = payload ? async_event_new(&key, request_id, store_column(stmt, 3),
                                      store_column(stmt, 4), store_column(stmt, 5),
                                      payload, store_column_int(stmt, 7))
                    : NULL;
    lamb_blob_unref(payload);
    if (!event)
        return lamb_raise(reading->err, -ENOMEM, "read an asynchronous event");
    event->id = id;
    reading->found[reading->n_found++] = event;
    return 0;
}

static int
read_apply(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    struct reading *reading = LAMB_CONTAINER(cmd, struct reading, cmd);
    const struct store_value values[] = {
        store_text(reading->texts[0]),
        store_text(reading->texts[1]),
        store_text(reading->texts[2]),
        store_int((int64_t)(reading->ask.n + reading->ask.n_known)),
    };

    reading->err = err;
    while (reading->n_found) /* it may be called again */
        async_event_free(reading->found[--reading->n_found]);
    return store_query(db,
                       "SELECT id, request_id, qualifier, trace_id, content_type, "
                       "tenant_id, payload, accepted_ns FROM async_events "
                       "WHERE account = ? AND region = ? AND name = ? "
                       "ORDER BY id LIMIT ?",
                       values, LAMB_COUNT(values), read_row, reading, err);
}

static void
read_done(struct store_command *cmd, int result, const struct lamb_err *err)
{
    struct reading *reading = LAMB_CONTAINER(cmd, struct reading, cmd);

    for (size_t i = 0; !result && i < reading->n_found; i++) {
        reading->ask.found(reading->ask.data, reading->found[i]);
        reading->found[i] = NULL;
    }
    reading->ask.done(reading->ask.data, result ? err : NULL);
    free_reading(reading);
}

int
async_event_read(struct store *store, const struct async_event_read *read,
                 struct lamb_err *err)
{
    struct reading *reading = calloc(1, sizeof(*reading));
    bool is_whole = reading != NULL;

    if (!reading)
        return lamb_raise(err, -ENOMEM, "asynchronous events");
    reading->cmd = (struct store_command){ .apply = read_apply, .done = read_done };
    reading->ask = *read;
    if (reading->ask.n > READ_MAX)
        reading->ask.n = READ_MAX;
    reading->texts[0] = lamb_span_dup(lamb_span_str(read->account));
    reading->texts[1] = lamb_span_dup(lamb_span_str(read->region));
    reading->texts[2] = lamb_span_dup(lamb_span_str(read->name));
    reading->known = malloc((read->n_known + 1) * sizeof(*reading->known));
    for (size_t i = 0; i < LAMB_COUNT(reading->texts); i++)
        is_whole = is_whole && reading->texts[i];
    if (!is_whole || !reading->known) {
        free_reading(reading);
        return lamb_raise(err, -ENOMEM, "asynchronous events");
    }
    for (size_t i = 0; i < read->n_known; i++)
        reading->known[i] = read->known[i];
    store_submit(store, &reading->cmd);
    return 0;
}

struct counting {
    int (*fn)(void *data, const struct function_key *key, int64_t n);
    void *data;
};

static int
count_row(void *data, sqlite3_stmt *stmt)
{
    const struct counting *counting = data;
    const struct function_key key = { store_column(stmt, 0).ptr,
                                      store_column(stmt, 1).ptr,
                                      store_column(stmt, 2).ptr, "" };

    if (!key.account || !key.region || !key.name)
        return -EPROTO;
    return counting->fn(counting->data, &key, store_column_int(stmt, 3));
}

int
async_event_count(struct store *store,
                  int (*fn)(void *data, const struct function_key *key, int64_t n),
                  void *data, struct lamb_err *err)
{
    struct counting counting = { fn, data };

    return store_read(store,
                      "SELECT account, region, name, count(*) FROM async_events "
                      "GROUP BY account, region, name",
                      count_row, &counting, err);
}
