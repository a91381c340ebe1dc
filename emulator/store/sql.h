/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_SQL_H
#define LAMB_EMULATOR_STORE_SQL_H

/*
 * sql - this room's side of SQLite: its errors as ours, its connections opened the way
 * we want them. The helpers for the rooms above are declared in store.h.
 *
 * Owns:    nothing.
 * Never:   knows a table.
 * Threads: any; a connection belongs to one thread at a time.
 */

#include "sdk/base/err.h"

#include <sqlite3.h>
#include <stdbool.h>

/* Record "WHAT: what SQLite says (its number)" for RC of DB (may be NULL) and return
 * -errno. */
int sql_raise(sqlite3 *db, int rc, const char *what, struct lamb_err *err);

/* Open an existing file; waits up to 5 s for whoever has it locked. */
int sql_open(const char *path, bool is_read_only, sqlite3 **ret, struct lamb_err *err);
/* NULL is fine; forgets the statements that store_exec kept. */
void sql_close(sqlite3 *db);

/* One statement without values or rows, by store_exec. */
int sql_run(sqlite3 *db, const char *sql, struct lamb_err *err);

#endif
