/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/schema.h"

#include <errno.h>

#include "emulator/store/sql.h"
#include "emulator/store/store.h"

static const struct schema_migration migrations[] = {
    { "settings and functions",
      "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
      "CREATE TABLE functions ("
      "    account     TEXT NOT NULL,"
      "    region      TEXT NOT NULL,"
      "    name        TEXT NOT NULL,"
      "    version     TEXT NOT NULL,"
      "    record      TEXT NOT NULL," /* JSON of the immutable record */
      "    code_digest TEXT NOT NULL," /* a folder of the code store */
      "    revision    TEXT,"
      "    PRIMARY KEY (account, region, name, version)"
      ") WITHOUT ROWID;" },
    { "asynchronous events",
      "CREATE TABLE async_events ("
      "    id           INTEGER PRIMARY KEY AUTOINCREMENT," /* order of acceptance */
      "    account      TEXT NOT NULL,"
      "    region       TEXT NOT NULL,"
      "    name         TEXT NOT NULL,"
      "    qualifier    TEXT NOT NULL," /* as given */
      "    request_id   TEXT NOT NULL,"
      "    trace_id     TEXT NOT NULL,"
      "    content_type TEXT NOT NULL,"
      "    tenant_id    TEXT NOT NULL,"
      "    accepted_ns  INTEGER NOT NULL,"
      "    payload      BLOB"
      ");"
      "CREATE INDEX async_events_of ON async_events(account, region, name, id);" },
    { "concurrency",
      "CREATE TABLE reserved_concurrency ("
      "    account TEXT NOT NULL,"
      "    region  TEXT NOT NULL,"
      "    name    TEXT NOT NULL,"
      "    amount  INTEGER NOT NULL,"
      "    PRIMARY KEY (account, region, name)"
      ") WITHOUT ROWID;"
      "CREATE TABLE provisioned_concurrency ("
      "    account     TEXT NOT NULL,"
      "    region      TEXT NOT NULL,"
      "    name        TEXT NOT NULL,"
      "    qualifier   TEXT NOT NULL," /* version or alias it was set on */
      "    amount      INTEGER NOT NULL,"
      "    modified_ns INTEGER NOT NULL,"
      "    PRIMARY KEY (account, region, name, qualifier)"
      ") WITHOUT ROWID;" },
    { "aliases, layers, policies and other documents",
      "CREATE TABLE documents ("
      "    key  TEXT PRIMARY KEY," /* account, region, kind, name, sub */
      "    body TEXT NOT NULL"
      ") WITHOUT ROWID;" },
};

static int
keep_int(void *data, sqlite3_stmt *stmt)
{
    *(int64_t *)data = store_column_int(stmt, 0);
    return 0;
}

static int
run_migration(sqlite3 *db, const char *sql, size_t version, struct lamb_err *err)
{
    char bump[64];
    int rc;
    int r = lamb_format(bump, sizeof(bump), "PRAGMA user_version = %zu", version);

    if (r)
        return lamb_raise(err, r, "count the migration");
    rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, bump, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        return 0;
    r = sql_raise(db, rc, "change the schema", err);
    if (!sqlite3_get_autocommit(db))
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return r;
}

int
schema_migrate_with(sqlite3 *db, const char *path, const struct schema_migration *list,
                    size_t n_list, struct lamb_err *err)
{
    int64_t version = 0;
    int r = store_query(db, "PRAGMA user_version", NULL, 0, keep_int, &version, err);

    if (r)
        return lamb_wrap(err, r, "read the schema version of %s", path);
    if (version < 0 || (uint64_t)version > n_list)
        return lamb_refuse(err, -EPROTO,
                           "%s has schema %lld and this lamb (%s) knows %zu: start the "
                           "newer lamb that made it, or choose another folder with "
                           "--state",
                           path, (long long)version, LAMB_VERSION, n_list);
    for (size_t i = (size_t)version; i < n_list; i++) {
        r = run_migration(db, list[i].sql, i + 1, err);
        if (r)
            return lamb_wrap(err, r, "%s: migration %zu (%s)", path, i + 1,
                             list[i].name);
    }
    return 0;
}

int
schema_migrate(sqlite3 *db, const char *path, struct lamb_err *err)
{
    return schema_migrate_with(db, path, migrations, LAMB_COUNT(migrations), err);
}
