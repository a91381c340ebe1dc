/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_SCHEMA_H
#define LAMB_EMULATOR_STORE_SCHEMA_H

/*
 * schema - the tables, as the ordered list of migrations that lead to them.
 *
 * PRAGMA user_version counts the migrations that a file has behind it. Each runs in one
 * transaction together with its count, so a file stands between two of them, never
 * within one. A migration that was released is not changed any more.
 *
 * Owns:    the list.
 * Never:   goes back; a file from a newer lamb is refused.
 * Threads: any; at start, on the loop thread.
 */

#include "sdk/base/err.h"

#include <sqlite3.h>
#include <stddef.h>

struct schema_migration {
    const char *name; /* what it brings, for the error when it fails */
    const char *sql;  /* statements without BEGIN and COMMIT */
};

/* Bring DB up to the newest of ours. PATH names it in errors. */
int schema_migrate(sqlite3 *db, const char *path, struct lamb_err *err);

/* The same with another list. */
int schema_migrate_with(sqlite3 *db, const char *path,
                        const struct schema_migration *migrations, size_t n_migrations,
                        struct lamb_err *err);

#endif
