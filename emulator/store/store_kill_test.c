/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A process that stores a function is killed before, during and after the commit; then
 * the store is opened again. The row must be there whole or not at all: not when its
 * transaction had not begun to commit, and in any case when `done` was told.
 *
 * The child does it to itself at a chosen place: in a hook of SQLite, or in a write or
 * sync of the log, whose file methods are wrapped. Nothing of this is in the product.
 */

#include "emulator/store/store.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "emulator/store/testbed.h"

enum { RECORD_BYTES = 30000 }; /* several pages */

/* -- the child -------------------------------------------------------------------- */

enum place {
    IN_APPLY,     /* before the row is inserted */
    AFTER_APPLY,  /* before COMMIT */
    AT_COMMIT,    /* SQLite begins to commit */
    IN_LOG,       /* at operation number AT on the log */
    AFTER_COMMIT, /* before `done` reaches the loop */
    AFTER_DONE,   /* after it was told to the parent */
    IN_OPEN,      /* at operation number AT on the log while the tables are made */
    NOWHERE,
};

/* How operation number AT on the log ends. */
enum manner { BEFORE_IT, HALF_WAY, AFTER_IT, MANNER_N };

struct insertion {
    struct store_command cmd;
    struct loop *loop;
    struct store *store;
    enum place place;
    int told_fd;
    unsigned number; /* of the function */
    unsigned last;
};

static void
die(void)
{
    (void)raise(SIGKILL);
}

static int
on_commit(void *data)
{
    (void)data;
    die();
    return 0;
}

static int
on_logged(void *data, sqlite3 *db, const char *name, int pages)
{
    (void)data;
    (void)db;
    (void)name;
    (void)pages;
    die();
    return SQLITE_OK;
}

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    const sqlite3_io_methods *real_methods;
    sqlite3_io_methods methods;
    bool is_armed;
    unsigned count; /* of writes and syncs since it was armed */
    unsigned at;
    enum manner manner;
} shim;

static bool
is_the_one(void)
{
    return shim.is_armed && shim.count++ == shim.at;
}

static int
shim_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    bool dies = is_the_one();
    int rc;

    if (dies && shim.manner == BEFORE_IT)
        die();
    if (dies && shim.manner == HALF_WAY)
        len /= 2;
    rc = shim.real_methods->xWrite(file, bytes, len, offset);
    if (dies)
        die();
    return rc;
}

static int
shim_sync(sqlite3_file *file, int flags)
{
    bool dies = is_the_one();
    int rc;

    if (dies && shim.manner != AFTER_IT)
        die();
    rc = shim.real_methods->xSync(file, flags);
    if (dies)
        die();
    return rc;
}

static int
shim_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
          int *ret_flags)
{
    int rc = shim.real->xOpen(shim.real, name, file, flags, ret_flags);

    (void)vfs;
    if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL) && !shim.real_methods) {
        shim.real_methods = file->pMethods;
        shim.methods = *file->pMethods;
        shim.methods.xWrite = shim_write;
        shim.methods.xSync = shim_sync;
        file->pMethods = &shim.methods;
    }
    return rc;
}

static void
shim_install(unsigned at, enum manner manner)
{
    shim.real = sqlite3_vfs_find(NULL);
    shim.vfs = *shim.real;
    shim.vfs.zName = "shim";
    shim.vfs.xOpen = shim_open;
    shim.at = at;
    shim.manner = manner;
    assert_int_equal(sqlite3_vfs_register(&shim.vfs, 1), SQLITE_OK);
}

/* What every byte of the record of function NUMBER is. */
static char
letter_of(unsigned number)
{
    return (char)('a' + number % 26);
}

static int
insert_function(sqlite3 *db, unsigned number, struct lamb_err *err)
{
    char record[RECORD_BYTES + 1];
    char name[16];

    memset(record, letter_of(number), RECORD_BYTES);
    record[RECORD_BYTES] = '\0';
    lamb_assert(lamb_format(name, sizeof(name), "%u", number) == 0);
    return STORE_EXEC(db, err,
                      "INSERT INTO functions (account, region, name, version, record, "
                      "code_digest) VALUES ('000000000000', 'eu-west-1', ?, '$LATEST', "
                      "?, 'digest')",
                      store_text(name), store_text(record));
}

static int
apply_insertion(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    const struct insertion *ins = LAMB_CONTAINER(cmd, struct insertion, cmd);
    int r;

    if (ins->place == IN_APPLY)
        die();
    r = insert_function(db, ins->number, err);
    if (ins->place == AFTER_APPLY)
        die();
    if (ins->place == AT_COMMIT)
        (void)sqlite3_commit_hook(db, on_commit, NULL);
    if (ins->place == AFTER_COMMIT)
        (void)sqlite3_wal_hook(db, on_logged, NULL);
    shim.is_armed = ins->place == IN_LOG;
    return r;
}

static void
insertion_done(struct store_command *cmd, int result, const struct lamb_err *err)
{
    struct insertion *ins = LAMB_CONTAINER(cmd, struct insertion, cmd);

    (void)err;
    if (result || write(ins->told_fd, &ins->number, sizeof(ins->number)) < 0)
        _exit(2);
    if (ins->place == AFTER_DONE)
        die();
    if (ins->number == ins->last) {
        loop_stop(ins->loop);
        return;
    }
    ins->number++;
    store_submit(ins->store, cmd);
}

/* Store functions FIRST to LAST one after the other, telling each, and die at PLACE. */
static _Noreturn void
child_main(const char *dir, enum place place, int told_fd, unsigned first,
           unsigned last)
{
    struct insertion ins = { .cmd = { .apply = apply_insertion,
                                      .done = insertion_done },
                             .place = place,
                             .told_fd = told_fd,
                             .number = first,
                             .last = last };

    shim.is_armed = place == IN_OPEN;
    if (loop_new(&ins.loop, NULL) != 0 ||
        store_open(ins.loop, dir, &ins.store, NULL) != 0)
        _exit(3);
    store_submit(ins.store, &ins.cmd);
    loop_run(ins.loop);
    _exit(0); /* without closing: that it would move the log into the file */
}

/* -- the parent ------------------------------------------------------------------- */

struct child {
    pid_t pid;
    int told_fd;
};

static struct child
start_child(const char *dir, enum place place, unsigned first, unsigned last)
{
    struct child child;
    int fds[2];

    assert_int_equal(pipe(fds), 0);
    child.pid = fork();
    assert_true(child.pid >= 0);
    if (child.pid == 0) {
        (void)close(fds[0]);
        child_main(dir, place, fds[1], first, last);
    }
    (void)close(fds[1]);
    child.told_fd = fds[0];
    return child;
}

/* Wait for its end; *ret_told is what was told last, unchanged if nothing. */
static bool
was_killed(struct child *child, unsigned *ret_told)
{
    unsigned number;
    int status;

    while (read(child->told_fd, &number, sizeof(number)) == (ssize_t)sizeof(number))
        *ret_told = number;
    (void)close(child->told_fd);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return true;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    return false;
}

struct found {
    unsigned count;
    bool has_hole;
};

/* Functions are named 1, 2, 3...: each is whole, and none is missing before another. */
static int
check_function(void *data, sqlite3_stmt *stmt)
{
    struct found *found = data;
    struct lamb_span record = store_column(stmt, 1);

    found->count++;
    found->has_hole |= store_column_int(stmt, 0) != (int64_t)found->count;
    assert_int_equal(record.len, RECORD_BYTES);
    for (size_t i = 0; i < record.len; i++)
        if (record.ptr[i] != letter_of(found->count))
            fail_msg("function %u is torn at byte %zu", found->count, i);
    return 0;
}

static int
is_ok(void *data, sqlite3_stmt *stmt)
{
    *(bool *)data = lamb_span_is(store_column(stmt, 0), "ok");
    return 0;
}

/* How many functions are there, after the kill, in a store that is whole. */
static unsigned
count_functions(struct testbed *bed)
{
    struct lamb_err err = { 0 };
    struct store *store = NULL;
    struct found found = { 0 };
    bool is_whole = false;

    if (store_open(bed->loop, bed->dir, &store, &err) != 0)
        fail_msg("%s", err.text);
    assert_int_equal(
        store_read(store, "PRAGMA integrity_check", is_ok, &is_whole, NULL), 0);
    assert_true(is_whole);
    assert_int_equal(store_read(store,
                                "SELECT CAST(name AS INTEGER) AS number, record "
                                "FROM functions ORDER BY number",
                                check_function, &found, NULL),
                     0);
    assert_false(found.has_hole);
    store_close(store);
    return found.count;
}

static int
setup(void **state)
{
    struct testbed *bed = calloc(1, sizeof(*bed));

    testbed_init(bed);
    *state = bed;
    return 0;
}

static int
teardown(void **state)
{
    testbed_fini(*state);
    free(*state);
    return 0;
}

/* -- the tests -------------------------------------------------------------------- */

static void
killed_at_a_place_the_function_is_there_or_not_as_it_must(void **state)
{
    static const struct {
        const char *name;
        enum place place;
        unsigned told;
        unsigned there;
    } cases[] = {
        { "before its SQL", IN_APPLY, 0, 0 },
        { "before COMMIT", AFTER_APPLY, 0, 0 },
        { "at the beginning of COMMIT", AT_COMMIT, 0, 0 },
        { "after COMMIT", AFTER_COMMIT, 0, 1 },
        { "after it was told", AFTER_DONE, 1, 1 },
    };
    struct testbed *bed = *state;

    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        unsigned before = count_functions(bed);
        unsigned told = 0;
        struct child child =
            start_child(bed->dir, cases[i].place, before + 1, before + 1);

        print_message("# killed %s\n", cases[i].name);
        assert_true(was_killed(&child, &told));
        assert_int_equal(told, cases[i].told ? before + 1 : 0);
        assert_int_equal(count_functions(bed), before + cases[i].there);
    }
}

/* One child that dies at operation AT; false when COMMIT has fewer. */
static bool
kill_in_log(struct testbed *bed, enum place place, unsigned before, unsigned at,
            enum manner manner)
{
    unsigned told = 0;
    unsigned after;
    bool is_killed;
    struct child child;

    shim_install(at, manner); /* for the child; taken off again below */
    child = start_child(bed->dir, place, before + 1, before + 1);
    assert_int_equal(sqlite3_vfs_unregister(&shim.vfs), SQLITE_OK);
    assert_int_equal(sqlite3_vfs_register(shim.real, 1), SQLITE_OK);
    is_killed = was_killed(&child, &told);
    after = count_functions(bed);
    assert_true(after == before || after == before + 1);
    /* One that is slow to exit may still be killed in a checkpoint. */
    if (told || !is_killed) {
        assert_int_equal(told, before + 1);
        assert_int_equal(after, told);
    }
    return is_killed;
}

static void
killed_at_any_write_or_sync_of_the_commit_the_store_is_whole(void **state)
{
    struct testbed *bed = *state;

    for (int manner = 0; manner < MANNER_N; manner++) {
        unsigned at = 0;

        while (kill_in_log(bed, IN_LOG, count_functions(bed), at, (enum manner)manner))
            at++;
        print_message("# %u operations\n", at);
        assert_true(at > 8); /* the header, a frame for each page, the sync */
    }
}

static void
killed_while_it_is_made_the_store_can_be_opened_afterwards(void **state)
{
    struct testbed *bed = *state;

    for (int manner = 0; manner < MANNER_N; manner++) {
        unsigned at = 0;

        while (kill_in_log(bed, IN_OPEN, 0, at, (enum manner)manner)) {
            assert_int_equal(unlink(testbed_path(bed, "state.db")), 0);
            at++;
        }
        assert_int_equal(unlink(testbed_path(bed, "state.db")), 0);
        print_message("# %u operations\n", at);
        assert_true(at > 4);
    }
}

static void
killed_at_any_time_nothing_that_was_told_is_lost(void **state)
{
    struct testbed *bed = *state;
    unsigned there = count_functions(bed);

    srandom(20221128);
    for (int round = 0; round < 12; round++) {
        struct timespec moment = { .tv_nsec = random() % (6 * 1000 * 1000) };
        struct child child = start_child(bed->dir, NOWHERE, there + 1, UINT32_MAX);
        unsigned told = 0;
        unsigned after;

        assert_int_equal(read(child.told_fd, &told, sizeof(told)), sizeof(told));
        (void)nanosleep(&moment, NULL);
        assert_int_equal(kill(child.pid, SIGKILL), 0);
        assert_true(was_killed(&child, &told));
        after = count_functions(bed);
        /* One more may have been committed and not told. */
        assert_in_range(after, told, told + 1);
        there = after;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(killed_at_a_place_the_function_is_there_or_not_as_it_must),
        TEST(killed_at_any_write_or_sync_of_the_commit_the_store_is_whole),
        TEST(killed_while_it_is_made_the_store_can_be_opened_afterwards),
        TEST(killed_at_any_time_nothing_that_was_told_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
