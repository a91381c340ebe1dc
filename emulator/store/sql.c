/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/sql.h"

#include <errno.h>
#include <string.h>

#include "emulator/store/store.h"

enum { BUSY_TIMEOUT_MS = 5000 };

/* -- errors ----------------------------------------------------------------------- */

static const struct {
    int code; /* a primary result code */
    int r;
} results[] = {
    { SQLITE_FULL, -ENOSPC },       { SQLITE_BUSY, -EBUSY },
    { SQLITE_LOCKED, -EBUSY },      { SQLITE_NOMEM, -ENOMEM },
    { SQLITE_READONLY, -EROFS },    { SQLITE_PERM, -EACCES },
    { SQLITE_CONSTRAINT, -EEXIST }, { SQLITE_CORRUPT, -EBADMSG },
    { SQLITE_NOTADB, -EBADMSG },    { SQLITE_TOOBIG, -EMSGSIZE },
    { SQLITE_MISUSE, -EINVAL },     { SQLITE_ERROR, -EINVAL },
};

static int
result_of(int rc)
{
    for (size_t i = 0; i < LAMB_COUNT(results); i++)
        if (results[i].code == (rc & 0xff))
            return results[i].r;
    return -EIO;
}

static const char *
text_of(sqlite3 *db, int rc)
{
    bool is_latest = db && (sqlite3_errcode(db) & 0xff) == (rc & 0xff);

    return is_latest ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
}

int
sql_raise(sqlite3 *db, int rc, const char *what, struct lamb_err *err)
{
    return lamb_refuse(err, result_of(rc), "%s: %s (SQLite %d)", what, text_of(db, rc),
                       rc);
}

/* The statement comes last, since it may be long. */
static int
raise_statement(sqlite3 *db, int rc, const char *sql, struct lamb_err *err)
{
    return lamb_refuse(err, result_of(rc), "%s (SQLite %d), in: %s", text_of(db, rc),
                       rc, sql);
}

/* -- connections ------------------------------------------------------------------ */

int
sql_open(const char *path, bool is_read_only, sqlite3 **ret, struct lamb_err *err)
{
    /* One thread at a time has each connection: the mutex of SQLite is not needed. */
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, flags, NULL);
    int r;

    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    if (rc == SQLITE_OK) {
        *ret = db;
        return 0;
    }
    r = sql_raise(db, rc, path, err);
    sql_close(db);
    return r;
}

void
sql_close(sqlite3 *db)
{
    sqlite3_stmt *stmt;

    if (!db)
        return;
    while ((stmt = sqlite3_next_stmt(db, NULL)))
        (void)sqlite3_finalize(stmt);
    lamb_assert(sqlite3_close(db) == SQLITE_OK);
}

/* -- statements ------------------------------------------------------------------- */

/* The connection's own list of statements is the cache: there are a few dozen. */
static sqlite3_stmt *
find_prepared(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = sqlite3_next_stmt(db, NULL);

    while (stmt && (sqlite3_stmt_busy(stmt) || strcmp(sqlite3_sql(stmt), sql) != 0))
        stmt = sqlite3_next_stmt(db, stmt);
    return stmt;
}

static int
prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct lamb_err *err)
{
    sqlite3_stmt *stmt = find_prepared(db, sql);
    const char *tail = "";
    int rc;

    if (!stmt) {
        rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);
        if (rc != SQLITE_OK)
            return raise_statement(db, rc, sql, err);
        lamb_assert(stmt && !*tail); /* one statement, no more */
    }
    *ret = stmt;
    return 0;
}

static int
bind_one(sqlite3_stmt *stmt, int at, const struct store_value *value)
{
    const char *ptr = value->bytes.ptr ? value->bytes.ptr : "";

    switch (value->type) {
    case STORE_NULL:
        return sqlite3_bind_null(stmt, at);
    case STORE_INT:
        return sqlite3_bind_int64(stmt, at, value->number);
    case STORE_TEXT:
        return sqlite3_bind_text64(stmt, at, ptr, value->bytes.len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case STORE_BLOB:
        return sqlite3_bind_blob64(stmt, at, ptr, value->bytes.len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static int
bind_all(sqlite3 *db, sqlite3_stmt *stmt, const struct store_value *values,
         size_t n_values, struct lamb_err *err)
{
    lamb_assert((size_t)sqlite3_bind_parameter_count(stmt) == n_values);
    for (size_t i = 0; i < n_values; i++) {
        int rc = bind_one(stmt, (int)i + 1, &values[i]);

        if (rc != SQLITE_OK)
            return raise_statement(db, rc, sqlite3_sql(stmt), err);
    }
    return 0;
}

static int
step_all(sqlite3 *db, sqlite3_stmt *stmt, int (*row)(void *data, sqlite3_stmt *stmt),
         void *data, struct lamb_err *err)
{
    for (;;) {
        int rc = sqlite3_step(stmt);
        int r;

        if (rc == SQLITE_DONE)
            return 0;
        if (rc != SQLITE_ROW)
            return raise_statement(db, rc, sqlite3_sql(stmt), err);
        r = row ? row(data, stmt) : 0;
        if (r)
            return r;
    }
}

int
store_query(sqlite3 *db, const char *sql, const struct store_value *values,
            size_t n_values, int (*row)(void *data, sqlite3_stmt *stmt), void *data,
            struct lamb_err *err)
{
    sqlite3_stmt *stmt = NULL;
    int r = prepare(db, sql, &stmt, err);

    if (r)
        return r;
    r = bind_all(db, stmt, values, n_values, err);
    if (!r)
        r = step_all(db, stmt, row, data, err);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step, if it failed */
    (void)sqlite3_clear_bindings(stmt);
    return r;
}

int
store_exec(sqlite3 *db, const char *sql, const struct store_value *values,
           size_t n_values, struct lamb_err *err)
{
    return store_query(db, sql, values, n_values, NULL, NULL, err);
}

int
sql_run(sqlite3 *db, const char *sql, struct lamb_err *err)
{
    return store_exec(db, sql, NULL, 0, err);
}

/* -- values ----------------------------------------------------------------------- */

struct store_value
store_int(int64_t number)
{
    return (struct store_value){ .type = STORE_INT, .number = number };
}

struct store_value
store_text(const char *text)
{
    return (struct store_value){ .type = text ? STORE_TEXT : STORE_NULL,
                                 .bytes = lamb_span_str(text) };
}

struct store_value
store_blob(struct lamb_span bytes)
{
    return (struct store_value){ .type = STORE_BLOB, .bytes = bytes };
}

struct lamb_span
store_column(sqlite3_stmt *stmt, int column)
{
    bool is_blob = sqlite3_column_type(stmt, column) == SQLITE_BLOB;
    const void *ptr = is_blob ? sqlite3_column_blob(stmt, column)
                              : (const void *)sqlite3_column_text(stmt, column);
    size_t len = (size_t)sqlite3_column_bytes(stmt, column);

    if (!ptr && is_blob)
        ptr = ""; /* SQLite's blob of no bytes */
    return lamb_span_of(ptr, len);
}

int64_t
store_column_int(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt, column);
}
