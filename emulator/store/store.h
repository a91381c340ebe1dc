/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_STORE_H
#define LAMB_EMULATOR_STORE_STORE_H

/*
 * store - durable state: one SQLite file, one writer thread.
 *
 * Commands queue up; the writer takes all that wait, runs each in a savepoint of one
 * transaction, commits, and only then the loop hears of them: memory changes after the
 * COMMIT. A command that fails is rolled back alone; when the COMMIT fails, every
 * command of the batch does.
 *
 *     static int
 *     apply_delete(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
 *     {
 *         struct deletion *del = LAMB_CONTAINER(cmd, struct deletion, cmd);
 *
 *         return STORE_EXEC(db, err, "DELETE FROM functions WHERE name = ?",
 *                           store_text(del->name));
 *     }
 *
 * Owns:    the state folder's database file, the writer thread, schema and migrations.
 * Never:   decides; a command is SQL with bound values, its meaning is the caller's.
 * Threads: loop thread; a command's `apply` runs on the writer thread.
 */

#include "emulator/loop/loop.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/span.h"

#include <sqlite3.h>

struct store;

/*
 * Open (or create, or migrate) DIR/state.db and start the writer. The caller holds the
 * folder (state_dir.h). A schema newer than ours is refused by name. WAL,
 * synchronous=FULL, 0600.
 */
int store_open(struct loop *loop, const char *dir, struct store **ret,
               struct lamb_err *err);
/*
 * Waits for queued commands to commit, calls their `done` (which may submit more: they
 * are waited for as well), then closes. Not from within a `done`. NULL is fine.
 */
void store_close(struct store *store);

/*
 * One durable change. Embedded by its owner (zeroed, `apply` and `done` set), alive
 * until `done`, which may free it or submit it again.
 * apply: on the writer thread, inside a savepoint; returns 0 or -errno. It begins and
 *        ends no transaction, and reads nothing that the loop may change meanwhile. It
 *        is called again when another command took the transaction with it.
 * done:  on the loop, after COMMIT (result 0) or rollback (result < 0, err filled), in
 *        the order of submission.
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

/* -- small settings -------------------------------------------------------------- */

enum { STORE_E_ABSENT = 1 };

/* As last committed, appended to RET; STORE_E_ABSENT. Read at start, as store_read. */
int store_meta_get(struct store *store, const char *key, struct lamb_buf *ret,
                   struct lamb_err *err);
/*
 * A command that sets KEY to VALUE (both copied; NULL removes it). DONE may be NULL:
 * then a failure is logged. Fails with -ENOMEM only.
 */
int store_meta_set(struct store *store, const char *key, const char *value,
                   void (*done)(void *data, int result, const struct lamb_err *err),
                   void *data, struct lamb_err *err);

/* -- for `apply` and for rows -------------------------------------------------------
 */

/* Values to bind, borrowed until the statement is done. */
enum store_type { STORE_NULL, STORE_INT, STORE_TEXT, STORE_BLOB };
struct store_value {
    enum store_type type;
    int64_t number;
    struct lamb_span bytes;
};
struct store_value store_int(int64_t number);
struct store_value store_text(const char *text); /* NULL becomes STORE_NULL */
struct store_value store_blob(struct lamb_span bytes);

/*
 * Run one statement with bound values to its end; rows are dropped. SQL is a constant:
 * prepared once for each connection and kept with it. What SQLite says is in ERR; the
 * result is -EEXIST for a broken constraint, -ENOSPC for a full disk, else -EIO or
 * nearer.
 */
int store_exec(sqlite3 *db, const char *sql, const struct store_value *values,
               size_t n_values, struct lamb_err *err);
/* The same with the values (one at least) written out as arguments. */
#define STORE_EXEC(db, err, sql, ...)                                                  \
    store_exec(db, sql, (const struct store_value[]){ __VA_ARGS__ },                   \
               LAMB_COUNT(((const struct store_value[]){ __VA_ARGS__ })), err)

/* The same for its rows; ROW as in store_read. */
int store_query(sqlite3 *db, const char *sql, const struct store_value *values,
                size_t n_values, int (*row)(void *data, sqlite3_stmt *stmt), void *data,
                struct lamb_err *err);

/* Text or blob of a column (from 0), borrowed until ROW returns; NULL: ptr is NULL. */
struct lamb_span store_column(sqlite3_stmt *stmt, int column);
int64_t store_column_int(sqlite3_stmt *stmt, int column);

#endif
