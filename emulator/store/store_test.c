/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/store.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "emulator/store/testbed.h"

struct bed {
    struct testbed base;
    struct store *store;
    unsigned awaited; /* commands until the loop stops */
    unsigned done;
    bool is_waiting; /* the loop runs */
};

/* A command as a room above writes one. */
struct change {
    struct store_command cmd;
    struct bed *bed;
    const char *sql;
    const char *key;
    bool is_hiding;    /* begin again what SQL ended */
    int result_wanted; /* what apply returns when the SQL went well */
    sem_t *entered;    /* posted first, then GATE is waited for; NULL: neither */
    sem_t *gate;
    unsigned order; /* in which it was done, from 1 */
    int result;
    struct lamb_err err;
};

static int
apply_change(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);
    int r = 0;

    if (change->gate) {
        assert_int_equal(sem_post(change->entered), 0);
        assert_int_equal(sem_wait(change->gate), 0);
    }
    if (change->key)
        r = STORE_EXEC(db, err, change->sql, store_text(change->key));
    else if (change->sql)
        r = store_exec(db, change->sql, NULL, 0, err);
    if (!r && change->is_hiding)
        r = store_exec(db, "SAVEPOINT command", NULL, 0, err);
    return r ? r : change->result_wanted;
}

static void
change_done(struct store_command *cmd, int result, const struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);
    struct bed *bed = change->bed;

    change->result = result;
    change->err = *err;
    change->order = ++bed->done;
    if (bed->is_waiting && bed->done == bed->awaited)
        loop_stop(bed->base.loop);
}

static void
submit(struct bed *bed, struct change *change)
{
    change->cmd.apply = apply_change;
    change->cmd.done = change_done;
    change->bed = bed;
    bed->awaited++;
    store_submit(bed->store, &change->cmd);
}

static void
wait_all(struct bed *bed)
{
    bed->is_waiting = true;
    if (bed->done < bed->awaited)
        loop_run(bed->base.loop);
    bed->is_waiting = false;
    assert_int_equal(store_pending(bed->store), 0);
}

#define INSERT "INSERT INTO meta (key, value) VALUES (?, 'v')"

static void
open_store(struct bed *bed)
{
    struct lamb_err err = { 0 };

    if (store_open(bed->base.loop, bed->base.dir, &bed->store, &err) != 0)
        fail_msg("%s", err.text);
}

static void
reopen(struct bed *bed)
{
    store_close(bed->store);
    open_store(bed);
}

static int
setup(void **state)
{
    struct bed *bed = calloc(1, sizeof(*bed));

    testbed_init(&bed->base);
    open_store(bed);
    *state = bed;
    return 0;
}

static int
teardown(void **state)
{
    struct bed *bed = *state;

    store_close(bed->store);
    testbed_fini(&bed->base);
    free(bed);
    return 0;
}

static int
count_row(void *data, sqlite3_stmt *stmt)
{
    (void)stmt;
    (*(int *)data)++;
    return 0;
}

static int
count_settings(struct bed *bed)
{
    int count = 0;

    assert_int_equal(
        store_read(bed->store, "SELECT key FROM meta", count_row, &count, NULL), 0);
    return count;
}

/* -- commands --------------------------------------------------------------------- */

static void
what_is_done_can_be_read_and_is_there_after_a_restart(void **state)
{
    struct bed *bed = *state;
    struct change change = { .sql = INSERT, .key = "a" };

    submit(bed, &change);
    assert_int_equal(store_pending(bed->store), 1);
    wait_all(bed);
    assert_int_equal(change.result, 0);
    assert_int_equal(count_settings(bed), 1);
    reopen(bed);
    assert_int_equal(count_settings(bed), 1);
}

static void
done_comes_in_the_order_of_submission(void **state)
{
    struct bed *bed = *state;
    struct change changes[200] = { 0 };
    char keys[200][8];

    for (unsigned i = 0; i < LAMB_COUNT(changes); i++) {
        assert_int_equal(lamb_format(keys[i], sizeof(keys[i]), "%u", i), 0);
        changes[i] = (struct change){ .sql = INSERT, .key = keys[i] };
        submit(bed, &changes[i]);
    }
    wait_all(bed);
    for (unsigned i = 0; i < LAMB_COUNT(changes); i++) {
        assert_int_equal(changes[i].result, 0);
        assert_int_equal(changes[i].order, i + 1);
    }
    assert_int_equal(count_settings(bed), LAMB_COUNT(changes));
}

/* Submit CHANGES so that they are one batch: the writer is held in one before them. */
static void
run_as_one_batch(struct bed *bed, struct change *changes, size_t count)
{
    struct change first = { 0 };
    sem_t entered;
    sem_t gate;

    assert_int_equal(sem_init(&entered, 0, 0), 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    first.entered = &entered;
    first.gate = &gate;
    submit(bed, &first);
    assert_int_equal(sem_wait(&entered), 0);
    for (size_t i = 0; i < count; i++)
        submit(bed, &changes[i]);
    assert_int_equal(sem_post(&gate), 0);
    wait_all(bed);
    assert_int_equal(first.result, 0);
    assert_int_equal(sem_destroy(&gate), 0);
    assert_int_equal(sem_destroy(&entered), 0);
}

static void
a_command_that_fails_is_rolled_back_alone(void **state)
{
    struct bed *bed = *state;
    struct change changes[] = {
        { .sql = INSERT, .key = "a" },
        { .sql = INSERT, .key = "b", .result_wanted = -ENOENT },
        { .sql = INSERT, .key = "a" },
        { .sql = INSERT, .key = "c", .result_wanted = 7 },
        { .sql = INSERT, .key = "d" },
    };

    run_as_one_batch(bed, changes, LAMB_COUNT(changes));
    assert_int_equal(changes[0].result, 0);
    assert_int_equal(changes[1].result, -ENOENT);
    assert_string_equal(changes[1].err.text,
                        "change the state: No such file or directory");
    assert_int_equal(changes[2].result, -EEXIST);
    assert_non_null(strstr(changes[2].err.text, "UNIQUE constraint failed: meta.key"));
    assert_int_equal(changes[3].result, -ENOTRECOVERABLE);
    assert_int_equal(changes[4].result, 0);
    assert_int_equal(count_settings(bed), 2);
}

static void
a_command_that_takes_the_transaction_with_it_fails_alone(void **state)
{
    struct bed *bed = *state;
    struct change changes[] = {
        { .sql = INSERT, .key = "a" },
        { .sql = INSERT, .key = "b", .result_wanted = -ENOENT },
        { .sql = "ROLLBACK" }, /* as a failing disk makes SQLite do */
        { .sql = "ROLLBACK", .is_hiding = true },
        { .sql = INSERT, .key = "c" },
    };

    run_as_one_batch(bed, changes, LAMB_COUNT(changes));
    assert_int_equal(changes[0].result, 0);
    assert_int_equal(changes[1].result, -ENOENT);
    assert_int_equal(changes[2].result, -EINVAL);
    assert_string_equal(changes[2].err.text,
                        "no such savepoint: command (SQLite 1), in: RELEASE command");
    assert_int_equal(changes[3].result, -ENOTRECOVERABLE);
    assert_string_equal(changes[3].err.text, "a command ended the transaction");
    assert_int_equal(changes[4].result, 0);
    assert_int_equal(count_settings(bed), 2);
}

/* -- failing disks ---------------------------------------------------------------- */

#define INSERT_MUCH "INSERT INTO meta (key, value) VALUES (?, zeroblob(400000))"

static void
a_commit_that_fails_fails_the_batch_and_the_next_one_works(void **state)
{
    struct bed *bed = *state;
    struct change changes[] = {
        { .sql = INSERT_MUCH, .key = "a" },
        { .sql = INSERT, .key = "b" },
    };
    struct change after = { .sql = INSERT, .key = "c" };
    struct rlimit before;
    struct rlimit small;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){ .rlim_cur = 100000, .rlim_max = before.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    run_as_one_batch(bed, changes, LAMB_COUNT(changes));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    for (size_t i = 0; i < LAMB_COUNT(changes); i++) {
        assert_int_equal(changes[i].result, -EIO);
        assert_string_equal(changes[i].err.text,
                            "save the state: disk I/O error (SQLite 778), in: COMMIT");
    }
    submit(bed, &after);
    wait_all(bed);
    assert_int_equal(after.result, 0);
    assert_int_equal(count_settings(bed), 1);
}

static void
a_full_disk_fails_the_command_that_needs_more(void **state)
{
    struct bed *bed = *state;
    struct change full = { .sql = "PRAGMA max_page_count = 20" };
    struct change changes[] = {
        { .sql = INSERT, .key = "a" },
        { .sql = INSERT_MUCH, .key = "b" },
        { .sql = INSERT, .key = "c" },
    };

    submit(bed, &full);
    wait_all(bed);
    assert_int_equal(full.result, 0);
    run_as_one_batch(bed, changes, LAMB_COUNT(changes));
    assert_int_equal(changes[0].result, 0);
    assert_int_equal(changes[1].result, -ENOSPC);
    assert_non_null(strstr(changes[1].err.text, "database or disk is full"));
    assert_int_equal(changes[2].result, 0);
    assert_int_equal(count_settings(bed), 2);
}

/* -- closing ---------------------------------------------------------------------- */

static struct change follow_up = { .sql = INSERT, .key = "later" };

static void
done_then_submit_more(struct store_command *cmd, int result, const struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);

    change_done(cmd, result, err);
    submit(change->bed, &follow_up);
}

static void
close_waits_for_what_was_submitted_and_for_what_done_submits(void **state)
{
    struct bed *bed = *state;
    struct change change = { .sql = INSERT, .key = "a" };

    submit(bed, &change);
    change.cmd.done = done_then_submit_more;
    store_close(bed->store); /* the loop does not run */
    bed->store = NULL;
    assert_int_equal(change.order, 1);
    assert_int_equal(follow_up.order, 2);
    assert_int_equal(follow_up.result, 0);
    open_store(bed);
    assert_int_equal(count_settings(bed), 2);
}

/* -- values and rows -------------------------------------------------------------- */

static int
apply_values(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    (void)cmd;
    return STORE_EXEC(db, err, "INSERT INTO functions VALUES (?, ?, ?, ?, ?, ?, ?)",
                      store_int(INT64_MIN), store_text("r\xc3\xa9gion"),
                      store_text("name"), store_text(""),
                      store_blob(lamb_span_of("a\0b", 3)),
                      store_blob((struct lamb_span){ 0 }), store_text(NULL));
}

static int
check_values(void *data, sqlite3_stmt *stmt)
{
    *(bool *)data = true;
    assert_true(store_column_int(stmt, 0) == INT64_MIN);
    assert_true(lamb_span_is(store_column(stmt, 1), "r\xc3\xa9gion"));
    assert_true(lamb_span_is(store_column(stmt, 2), "name"));
    assert_non_null(store_column(stmt, 3).ptr);
    assert_int_equal(store_column(stmt, 3).len, 0);
    assert_true(lamb_span_eq(store_column(stmt, 4), lamb_span_of("a\0b", 3)));
    assert_non_null(store_column(stmt, 5).ptr);
    assert_int_equal(store_column(stmt, 5).len, 0);
    assert_null(store_column(stmt, 6).ptr);
    return 0;
}

static void
values_come_back_as_they_were_bound(void **state)
{
    struct bed *bed = *state;
    struct change change = { 0 };
    bool is_there = false;

    submit(bed, &change);
    wait_all(bed);
    change.cmd.apply = apply_values;
    bed->awaited++;
    store_submit(bed->store, &change.cmd);
    wait_all(bed);
    assert_string_equal(change.err.text, "");
    assert_int_equal(store_read(bed->store, "SELECT * FROM functions", check_values,
                                &is_there, NULL),
                     0);
    assert_true(is_there);
}

static int
stop_at_once(void *data, sqlite3_stmt *stmt)
{
    (void)stmt;
    (*(int *)data)++;
    return -ECANCELED;
}

static void
a_row_can_stop_the_reading_and_a_wrong_statement_is_named(void **state)
{
    struct bed *bed = *state;
    struct change changes[] = { { .sql = INSERT, .key = "a" },
                                { .sql = INSERT, .key = "b" } };
    struct lamb_err err = { 0 };
    int rows = 0;

    run_as_one_batch(bed, changes, LAMB_COUNT(changes));
    assert_int_equal(
        store_read(bed->store, "SELECT key FROM meta", stop_at_once, &rows, NULL),
        -ECANCELED);
    assert_int_equal(rows, 1);
    assert_int_equal(store_read(bed->store, "SELECT x FROM y", count_row, &rows, &err),
                     -EINVAL);
    assert_string_equal(err.text, "no such table: y (SQLite 1), in: SELECT x FROM y");
    assert_int_equal(store_read(bed->store, "DELETE FROM meta", NULL, NULL, &err),
                     -EROFS);
    assert_int_equal(count_settings(bed), 2);
}

/* -- settings --------------------------------------------------------------------- */

static void
setting_done(void *data, int result, const struct lamb_err *err)
{
    struct bed *bed = data;

    assert_int_equal(result, 0);
    assert_int_equal(err->code, 0);
    loop_stop(bed->base.loop);
}

static void
check_setting(struct bed *bed, const char *wanted)
{
    LAMB_AUTOBUF struct lamb_buf value = LAMB_BUF_INIT(100);
    int r = store_meta_get(bed->store, "clock", &value, NULL);

    assert_int_equal(r, wanted ? 0 : STORE_E_ABSENT);
    assert_string_equal(lamb_buf_cstr(&value), wanted ? wanted : "");
}

static void
set(struct bed *bed, const char *value)
{
    char key[] = "clock";

    assert_int_equal(store_meta_set(bed->store, key, value, setting_done, bed, NULL),
                     0);
    key[0] = '?'; /* it was copied */
    loop_run(bed->base.loop);
}

static void
a_setting_is_set_replaced_and_removed(void **state)
{
    struct bed *bed = *state;

    check_setting(bed, NULL);
    set(bed, "held");
    check_setting(bed, "held");
    set(bed, "advanced");
    reopen(bed);
    check_setting(bed, "advanced");
    set(bed, NULL);
    check_setting(bed, NULL);
    assert_int_equal(store_meta_set(bed->store, "clock", "last", NULL, NULL, NULL), 0);
    reopen(bed);
    check_setting(bed, "last");
}

/* -- the file --------------------------------------------------------------------- */

static void
check_mode(struct bed *bed, const char *name, unsigned mode)
{
    struct stat st;

    assert_int_equal(stat(testbed_path(&bed->base, name), &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
}

static void
the_files_are_private_whatever_the_umask(void **state)
{
    struct bed *bed = *state;
    struct change change = { .sql = INSERT, .key = "a" };
    mode_t before;

    store_close(bed->store);
    assert_int_equal(unlink(testbed_path(&bed->base, "state.db")), 0);
    before = umask(0);
    open_store(bed);
    submit(bed, &change);
    wait_all(bed);
    (void)umask(before);
    check_mode(bed, "state.db", 0600);
    check_mode(bed, "state.db-wal", 0600);
    check_mode(bed, "state.db-shm", 0600);
}

static int
check_pragma(void *data, sqlite3_stmt *stmt)
{
    return lamb_span_is(store_column(stmt, 0), data) ? 0 : -EINVAL;
}

static int
apply_check_pragmas(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    static char full[] = "2";
    static char wal[] = "wal";
    static char by_ourselves[] = "0";
    int r = store_query(db, "PRAGMA synchronous", NULL, 0, check_pragma, full, err);

    (void)cmd;
    if (!r)
        r = store_query(db, "PRAGMA journal_mode", NULL, 0, check_pragma, wal, err);
    if (!r)
        r = store_query(db, "PRAGMA wal_autocheckpoint", NULL, 0, check_pragma,
                        by_ourselves, err);
    return r;
}

static void
every_commit_is_synced_to_the_log(void **state)
{
    struct bed *bed = *state;
    struct change change = { 0 };

    submit(bed, &change);
    wait_all(bed);
    change.cmd.apply = apply_check_pragmas;
    bed->awaited++;
    store_submit(bed->store, &change.cmd);
    wait_all(bed);
    assert_string_equal(change.err.text, "");
}

static off_t
database_size(struct bed *bed)
{
    struct stat st;

    assert_int_equal(stat(testbed_path(&bed->base, "state.db"), &st), 0);
    return st.st_size;
}

static void
a_long_log_is_moved_into_the_file_at_once(void **state)
{
    struct bed *bed = *state;
    struct change much = { .sql = "INSERT INTO meta VALUES (?, zeroblob(5000000))",
                           .key = "a" };
    struct change next = { .sql = INSERT, .key = "b" };

    submit(bed, &much);
    wait_all(bed);
    submit(bed, &next); /* the writer comes to it after the checkpoint */
    wait_all(bed);
    assert_true(database_size(bed) > 5000000);
}

static void
a_short_log_is_moved_into_the_file_when_idle(void **state)
{
    struct bed *bed = *state;
    struct change change = { .sql = INSERT_MUCH, .key = "a" };
    struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };

    submit(bed, &change);
    wait_all(bed);
    assert_true(database_size(bed) < 400000);
    for (int i = 0; i < 2000 && database_size(bed) < 400000; i++)
        (void)nanosleep(&moment, NULL);
    assert_true(database_size(bed) > 400000);
}

static void
a_file_that_is_no_database_is_refused(void **state)
{
    struct bed *bed = *state;
    char noise[4096];
    struct lamb_err err = { 0 };
    struct store *store = NULL;

    store_close(bed->store);
    memset(noise, 'x', sizeof(noise));
    testbed_write(&bed->base, "state.db", noise, sizeof(noise), 0600);
    assert_int_equal(store_open(bed->base.loop, bed->base.dir, &store, &err), -EBADMSG);
    assert_non_null(strstr(err.text, "/state.db: "));
    assert_non_null(strstr(err.text, "file is not a database"));
    assert_null(store);
    assert_int_equal(unlink(testbed_path(&bed->base, "state.db")), 0);
    open_store(bed);
}

static void
a_folder_that_is_not_there_is_named(void **state)
{
    struct bed *bed = *state;
    struct lamb_err err = { 0 };
    struct store *store = NULL;

    assert_int_equal(store_open(bed->base.loop, "/nowhere", &store, &err), -ENOENT);
    assert_string_equal(err.text, "open /nowhere/state.db: No such file or directory");
    store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_done_can_be_read_and_is_there_after_a_restart),
        TEST(done_comes_in_the_order_of_submission),
        TEST(a_command_that_fails_is_rolled_back_alone),
        TEST(a_command_that_takes_the_transaction_with_it_fails_alone),
        TEST(a_commit_that_fails_fails_the_batch_and_the_next_one_works),
        TEST(a_full_disk_fails_the_command_that_needs_more),
        TEST(close_waits_for_what_was_submitted_and_for_what_done_submits),
        TEST(values_come_back_as_they_were_bound),
        TEST(a_row_can_stop_the_reading_and_a_wrong_statement_is_named),
        TEST(a_setting_is_set_replaced_and_removed),
        TEST(the_files_are_private_whatever_the_umask),
        TEST(every_commit_is_synced_to_the_log),
        TEST(a_long_log_is_moved_into_the_file_at_once),
        TEST(a_short_log_is_moved_into_the_file_when_idle),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(a_folder_that_is_not_there_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
