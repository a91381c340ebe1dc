/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "emulator/store/sql.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/log.h"
#include "sdk/base/num.h"

/* A commit with a checkpoint after it costs two syncs instead of one. */
static const int64_t idle_ns = LAMB_NS_PER_S / 2;
enum { LONG_LOG_PAGES = 1000 };
enum { BATCH_E_LOST = 1 };

struct writer {
    sqlite3 *db;
    void (*finished_fn)(void *data);
    void *data;
    int log_pages; /* in the write-ahead log, not checkpointed; the thread's own */
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t has_work;
    pthread_cond_t has_finished;
    struct lamb_list submitted;
    struct lamb_list finished;
    bool is_stopping;
};

static void
move_all(struct lamb_list *from, struct lamb_list *to)
{
    struct lamb_list *node;

    while ((node = lamb_list_take_front(from)))
        lamb_list_push_back(to, node);
}

static struct store_command *
command_of(struct lamb_list *node)
{
    return LAMB_CONTAINER(node, struct store_command, node);
}

static void
lock(struct writer *w)
{
    lamb_assert(pthread_mutex_lock(&w->lock) == 0);
}

static void
unlock(struct writer *w)
{
    lamb_assert(pthread_mutex_unlock(&w->lock) == 0);
}

/* -- one batch -------------------------------------------------------------------- */

/* Every command that has not failed by itself fails with ERR. */
static void
fail_batch(struct lamb_list *batch, int r, const struct lamb_err *err)
{
    LAMB_LIST_FOREACH (node, batch) {
        struct store_command *cmd = command_of(node);

        if (cmd->result)
            continue;
        cmd->result = r;
        cmd->err = *err;
    }
}

static int
apply_in_savepoint(struct writer *w, struct store_command *cmd)
{
    struct lamb_err unused;
    int r = sql_run(w->db, "SAVEPOINT command", &cmd->err);

    if (r)
        return r;
    r = cmd->apply(cmd, w->db, &cmd->err);
    if (r > 0 || (r && !cmd->err.code))
        r = lamb_wrap(&cmd->err, r, "change the state");
    if (!r)
        r = sql_run(w->db, "RELEASE command", &cmd->err);
    if (r && !sqlite3_get_autocommit(w->db)) {
        (void)sql_run(w->db, "ROLLBACK TO command", &unused);
        (void)sql_run(w->db, "RELEASE command", &unused);
    }
    return r;
}

/*
 * Apply what has not failed and commit. BATCH_E_LOST: the command that failed last took
 * the transaction with it, as SQLite does on a full or failing disk.
 */
static int
apply_all(struct writer *w, struct lamb_list *batch, struct lamb_err *err)
{
    LAMB_LIST_FOREACH (node, batch) {
        struct store_command *cmd = command_of(node);

        if (cmd->result)
            continue;
        cmd->result = apply_in_savepoint(w, cmd);
        if (!sqlite3_get_autocommit(w->db))
            continue;
        if (!cmd->result)
            cmd->result = lamb_refuse(&cmd->err, -ENOTRECOVERABLE,
                                      "a command ended the transaction");
        return BATCH_E_LOST;
    }
    return sql_run(w->db, "COMMIT", err);
}

static void
run_batch(struct writer *w, struct lamb_list *batch)
{
    struct lamb_err err = { 0 };
    struct lamb_err unused;
    int r;

    /* Each round has one command less to apply. */
    do {
        r = sql_run(w->db, "BEGIN IMMEDIATE", &err);
        if (!r)
            r = apply_all(w, batch, &err);
    } while (r == BATCH_E_LOST);
    if (!r)
        return;
    if (!sqlite3_get_autocommit(w->db))
        (void)sql_run(w->db, "ROLLBACK", &unused);
    (void)lamb_wrap(&err, r, "save the state");
    fail_batch(batch, r, &err);
}

/* -- the log ---------------------------------------------------------------------- */

static int
on_logged(void *data, sqlite3 *db, const char *name, int pages)
{
    struct writer *w = data;

    (void)db;
    (void)name;
    w->log_pages = pages;
    return SQLITE_OK;
}

static void
checkpoint(struct writer *w)
{
    struct lamb_err err = { 0 };
    int rc =
        sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

    w->log_pages = 0; /* whatever happened: the next try is after the next commit */
    if (rc == SQLITE_OK || rc == SQLITE_BUSY)
        return;
    (void)sql_raise(w->db, rc, "move the log of state.db into it", &err);
    lamb_log(LAMB_LOG_WARN, "store", "%s (nothing is lost; tried again later)",
             err.text);
}

/* -- the thread ------------------------------------------------------------------- */

/* Wait for work, locked. False: none came while there was a log to checkpoint. */
static bool
wait_for_work(struct writer *w)
{
    int64_t until_ns = lamb_mono_ns() + idle_ns;
    struct timespec until = { .tv_sec = until_ns / LAMB_NS_PER_S,
                              .tv_nsec = until_ns % LAMB_NS_PER_S };

    while (lamb_list_is_empty(&w->submitted) && !w->is_stopping) {
        if (!w->log_pages)
            (void)pthread_cond_wait(&w->has_work, &w->lock);
        else if (pthread_cond_timedwait(&w->has_work, &w->lock, &until) == ETIMEDOUT)
            return false;
    }
    return true;
}

static void *
writer_main(void *data)
{
    struct writer *w = data;
    struct lamb_list batch;
    bool is_stopping = false;

    lamb_list_init(&batch);
    while (!is_stopping) {
        bool has_work;

        lock(w);
        has_work = wait_for_work(w);
        is_stopping = w->is_stopping;
        move_all(&w->submitted, &batch);
        unlock(w);
        if (!lamb_list_is_empty(&batch)) {
            run_batch(w, &batch);
            lock(w);
            move_all(&batch, &w->finished);
            lamb_assert(pthread_cond_signal(&w->has_finished) == 0);
            unlock(w);
            w->finished_fn(w->data);
        }
        if (!has_work || w->log_pages > LONG_LOG_PAGES)
            checkpoint(w);
    }
    return NULL;
}

static int
start_thread(struct writer *w)
{
    sigset_t all;
    sigset_t before;
    int r;

    (void)sigfillset(&all); /* signals are the loop's */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    r = pthread_create(&w->thread, NULL, writer_main, w);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!r)
        (void)pthread_setname_np(w->thread, "lamb-writer");
    return -r;
}

static void
writer_freep(struct writer **w)
{
    if (!*w)
        return;
    (void)pthread_cond_destroy(&(*w)->has_finished);
    (void)pthread_cond_destroy(&(*w)->has_work);
    (void)pthread_mutex_destroy(&(*w)->lock);
    free(*w);
    *w = NULL;
}

int
writer_start(sqlite3 *db, void (*finished)(void *data), void *data, struct writer **ret,
             struct lamb_err *err)
{
    LAMB_AUTO(writer_freep) struct writer *w = calloc(1, sizeof(*w));
    pthread_condattr_t attr;
    int r;

    if (!w)
        return lamb_raise(err, -ENOMEM, "start the writer");
    w->db = db;
    w->finished_fn = finished;
    w->data = data;
    lamb_list_init(&w->submitted);
    lamb_list_init(&w->finished);
    lamb_assert(pthread_mutex_init(&w->lock, NULL) == 0);
    lamb_assert(pthread_condattr_init(&attr) == 0);
    lamb_assert(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    lamb_assert(pthread_cond_init(&w->has_work, &attr) == 0);
    lamb_assert(pthread_cond_init(&w->has_finished, NULL) == 0);
    (void)pthread_condattr_destroy(&attr);
    /* Takes the place of SQLite's automatic checkpoints. */
    (void)sqlite3_wal_hook(db, on_logged, w);
    r = start_thread(w);
    if (r)
        return lamb_raise(err, r, "start the writer");
    *ret = lamb_take_ptr(&w);
    return 0;
}

void
writer_submit(struct writer *w, struct store_command *cmd)
{
    cmd->result = 0;
    cmd->err = (struct lamb_err){ 0 };
    lock(w);
    lamb_list_push_back(&w->submitted, &cmd->node);
    lamb_assert(pthread_cond_signal(&w->has_work) == 0);
    unlock(w);
}

void
writer_take_finished(struct writer *w, struct lamb_list *ret)
{
    lock(w);
    move_all(&w->finished, ret);
    unlock(w);
}

void
writer_wait_finished(struct writer *w, struct lamb_list *ret)
{
    lock(w);
    while (lamb_list_is_empty(&w->finished))
        (void)pthread_cond_wait(&w->has_finished, &w->lock);
    move_all(&w->finished, ret);
    unlock(w);
}

void
writer_stop(struct writer *writer)
{
    LAMB_AUTO(writer_freep) struct writer *w = writer;

    lock(w);
    lamb_assert(lamb_list_is_empty(&w->submitted));
    w->is_stopping = true;
    lamb_assert(pthread_cond_signal(&w->has_work) == 0);
    unlock(w);
    lamb_assert(pthread_join(w->thread, NULL) == 0);
    (void)sqlite3_wal_hook(w->db, NULL, NULL);
}
