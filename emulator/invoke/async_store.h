/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_INVOKE_ASYNC_STORE_H
#define LAMB_EMULATOR_INVOKE_ASYNC_STORE_H

/*
 * async_store - asynchronous events as rows: what one is made of, and the commands that
 * insert, delete and read them.
 *
 * Owns:    the table async_events.
 * Never:   decides when an event runs.
 * Threads: loop thread; the commands' SQL runs on the writer thread.
 */

#include "emulator/functions/record.h"
#include "emulator/store/store.h"

/* An event as accepted. Every text is there, "" for none. */
struct async_event {
    int64_t id; /* 0: not stored yet */
    char request_id[37];
    char *account;
    char *region;
    char *name;
    char *qualifier; /* as given */
    char *trace_id;
    char *content_type;
    char *tenant_id;
    struct lamb_blob *payload; /* NULL: empty */
    int64_t accepted_ns;       /* platform time */
};

struct async_event *async_event_new(const struct function_key *key,
                                    const char *request_id, struct lamb_span trace_id,
                                    struct lamb_span content_type,
                                    struct lamb_span tenant_id,
                                    struct lamb_blob *payload,
                                    int64_t accepted_ns); /* NULL: no memory */
void async_event_free(struct async_event *event);

/* ERR is NULL on success. The event got its id. */
typedef void (*async_done_fn)(void *data, const struct lamb_err *err);
/* EVENT stays the caller's and lives until DONE. -ENOMEM. */
int async_event_insert(struct store *store, struct async_event *event,
                       async_done_fn done, void *data, struct lamb_err *err);
int async_event_delete(struct store *store, int64_t id, async_done_fn done, void *data,
                       struct lamb_err *err);

/* The oldest events of one function, at most N, but for the N_KNOWN ids in KNOWN
 * (copied). Gives each to FOUND, then calls DONE. */
struct async_event_read {
    const char *account; /* borrowed until the call returns */
    const char *region;
    const char *name;
    const int64_t *known;
    size_t n_known;
    size_t n;
    void (*found)(void *data, struct async_event *event);
    async_done_fn done;
    void *data;
};
int async_event_read(struct store *store, const struct async_event_read *read,
                     struct lamb_err *err);

/* At start: how many there are of each function. */
int async_event_count(struct store *store,
                      int (*fn)(void *data, const struct function_key *key, int64_t n),
                      void *data, struct lamb_err *err);

#endif
