/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_STORE_H
#define LAMB_EMULATOR_STORE_STORE_H

/*
 * store - durable state: one SQLite file, one writer thread.
 *
 * Commands queue up; the writer takes all that wait, runs each in a savepoint of one
 * transaction, commits, and only then the loop hears of them: memory changes after the
 * COMMIT. A command that fails is rolled back alone.
 *
 * Owns:    the state folder's database file, the writer thread, schema and migrations.
 * Never:   decides; a command is SQL with bound values, its meaning is the caller's.
 * Threads: loop thread; a command's `apply` runs on the writer thread.
 */

#include "emulator/loop/loop.h"
#include "sdk/base/span.h"

#include <sqlite3.h>

struct store;

/*
 * Open (or create, or migrate) DIR/state.db and start the writer. A schema newer than
 * ours is refused by name. WAL, synchronous=FULL.
 */
int store_open(struct loop *loop, const char *dir, struct store **ret,
               struct lamb_err *err);
/* Waits for queued commands to commit, then closes. */
void store_close(struct store *store);

/*
 * One durable change. Embedded by its owner, alive until `done`.
 * apply: on the writer thread, inside a savepoint; returns 0 or -errno.
 * done:  on the loop, after COMMIT (result 0) or rollback (result < 0, err filled).
 */
struct store_command {
    struct lamb_list node;
    int (*apply)(struct store_command *cmd, sqlite3 *db, struct lamb_err *err);
    void (*done)(struct store_command *cmd, int result, const struct lamb_err *err);
    int result;
    struct lamb_err err;
};
void store_submit(struct store *store, struct store_command *cmd);

/* Commands submitted and not yet done. */
size_t store_pending(const struct store *store);

/*
 * Read at start, on the loop thread, through a read-only connection: calls ROW for each
 * row of SQL. ROW returns 0 to go on or a negative result to stop with.
 */
int store_read(struct store *store, const char *sql,
               int (*row)(void *data, sqlite3_stmt *stmt), void *data,
               struct lamb_err *err);

/* Prepare-bind-step helpers for `apply`: run SQL with bound text/int/blob values. */
enum store_type { STORE_NULL, STORE_INT, STORE_TEXT, STORE_BLOB };
struct store_value {
    enum store_type type;
    int64_t number;
    struct lamb_span bytes;
};
struct store_value store_int(int64_t number);
struct store_value store_text(const char *text); /* NULL becomes STORE_NULL */
int store_exec(sqlite3 *db, const char *sql, const struct store_value *values,
               size_t n_values, struct lamb_err *err);

#endif
