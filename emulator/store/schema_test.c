/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/schema.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "emulator/store/sql.h"
#include "emulator/store/store.h"

static const struct schema_migration list[] = {
    { "a table", "CREATE TABLE t (x); INSERT INTO t VALUES (1)" },
    { "a value", "INSERT INTO t VALUES (2)" },
    { "nonsense", "INSERT INTO t VALUES (3); INSERT INTO nowhere VALUES (1)" },
};

static int
keep_int(void *data, sqlite3_stmt *stmt)
{
    *(int64_t *)data = store_column_int(stmt, 0);
    return 0;
}

static int64_t
ask(sqlite3 *db, const char *sql)
{
    int64_t value = -1;

    assert_int_equal(store_query(db, sql, NULL, 0, keep_int, &value, NULL), 0);
    return value;
}

static int
setup(void **state)
{
    sqlite3 *db = NULL;

    assert_int_equal(sql_open(":memory:", false, &db, NULL), 0);
    *state = db;
    return 0;
}

static int
teardown(void **state)
{
    sql_close(*state);
    return 0;
}

static void
migrations_run_once_and_in_order(void **state)
{
    sqlite3 *db = *state;

    assert_int_equal(schema_migrate_with(db, "x.db", list, 1, NULL), 0);
    assert_int_equal(ask(db, "PRAGMA user_version"), 1);
    assert_int_equal(schema_migrate_with(db, "x.db", list, 2, NULL), 0);
    assert_int_equal(schema_migrate_with(db, "x.db", list, 2, NULL), 0);
    assert_int_equal(ask(db, "PRAGMA user_version"), 2);
    assert_int_equal(ask(db, "SELECT sum(x) FROM t"), 3);
}

static void
a_migration_that_fails_leaves_what_was_before_it(void **state)
{
    sqlite3 *db = *state;
    struct lamb_err err = { 0 };

    assert_int_equal(schema_migrate_with(db, "x.db", list, 3, &err), -EINVAL);
    assert_string_equal(err.text, "x.db: migration 3 (nonsense): change the schema: no "
                                  "such table: nowhere (SQLite 1)");
    assert_int_equal(ask(db, "PRAGMA user_version"), 2);
    assert_int_equal(ask(db, "SELECT sum(x) FROM t"), 3);
    assert_true(sqlite3_get_autocommit(db));
}

static void
a_newer_schema_is_refused_by_name_and_left_alone(void **state)
{
    sqlite3 *db = *state;
    struct lamb_err err = { 0 };

    assert_int_equal(schema_migrate_with(db, "x.db", list, 2, NULL), 0);
    assert_int_equal(schema_migrate_with(db, "x.db", list, 1, &err), -EPROTO);
    assert_non_null(strstr(err.text, "x.db has schema 2 and this lamb"));
    assert_non_null(strstr(err.text, "knows 1: start the newer lamb that made it, or "
                                     "choose another folder with --state"));
    assert_int_equal(ask(db, "PRAGMA user_version"), 2);
}

static void
the_first_schema_keeps_functions_and_settings(void **state)
{
    sqlite3 *db = *state;

    assert_int_equal(schema_migrate(db, "x.db", NULL), 0);
    assert_true(ask(db, "PRAGMA user_version") >= 1); /* one for each migration */
    assert_int_equal(STORE_EXEC(db, NULL,
                                "INSERT INTO functions (account, region, name, "
                                "version, record, code_digest, revision) VALUES (?, ?, "
                                "?, ?, ?, ?, ?)",
                                store_text("a"), store_text("r"), store_text("n"),
                                store_text("1"), store_text("{}"), store_text("d"),
                                store_text(NULL)),
                     0);
    assert_int_equal(store_exec(db,
                                "INSERT INTO functions (account, region, name, "
                                "version, code_digest) VALUES ('a', 'r', 'n', '2', "
                                "'d')",
                                NULL, 0, NULL),
                     -EEXIST); /* a record there must be */
    assert_int_equal(ask(db, "SELECT count(*) FROM functions"), 1);
    assert_int_equal(ask(db, "SELECT count(*) FROM meta"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(migrations_run_once_and_in_order),
        TEST(a_migration_that_fails_leaves_what_was_before_it),
        TEST(a_newer_schema_is_refused_by_name_and_left_alone),
        TEST(the_first_schema_keeps_functions_and_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
