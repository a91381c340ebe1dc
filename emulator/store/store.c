/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emulator/store/schema.h"
#include "emulator/store/sql.h"
#include "emulator/store/writer.h"
#include "sdk/base/auto.h"
#include "sdk/base/log.h"

struct store {
    sqlite3 *db; /* the writer's while it runs */
    sqlite3 *reader;
    struct writer *writer;
    struct loop_mailbox *mailbox;
    size_t pending;
};

/* -- opening ---------------------------------------------------------------------- */

/* SQLite would make the file with the umask's mode, and its log with the file's. */
static int
make_private_file(const char *path, struct lamb_err *err)
{
    LAMB_AUTOFD int fd =
        open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);

    return fd < 0 ? lamb_raise(err, -errno, "open %s", path) : 0;
}

static int
check_wal(void *data, sqlite3_stmt *stmt)
{
    *(bool *)data = lamb_span_is(store_column(stmt, 0), "wal");
    return 0;
}

static int
prepare_database(sqlite3 *db, const char *path, struct lamb_err *err)
{
    bool is_wal = false;
    int r =
        store_query(db, "PRAGMA journal_mode = WAL", NULL, 0, check_wal, &is_wal, err);

    if (!r && !is_wal)
        r = lamb_refuse(
            err, -EOPNOTSUPP,
            "its file system cannot share memory, which SQLite's log needs: "
            "choose a local folder with --state");
    if (!r)
        r = sql_run(db, "PRAGMA synchronous = FULL", err);
    return r ? lamb_wrap(err, r, "%s", path) : schema_migrate(db, path, err);
}

static void
deliver(struct store *store, struct lamb_list *finished)
{
    struct lamb_list *node;

    while ((node = lamb_list_take_front(finished))) {
        struct store_command *cmd = LAMB_CONTAINER(node, struct store_command, node);

        store->pending--;
        cmd->done(cmd, cmd->result, &cmd->err);
    }
}

static void
on_mail(void *data)
{
    struct store *store = data;
    struct lamb_list finished;

    lamb_list_init(&finished);
    writer_take_finished(store->writer, &finished);
    deliver(store, &finished);
}

static void
on_finished(void *data)
{
    struct store *store = data;

    loop_mailbox_signal(store->mailbox);
}

static void
store_freep(struct store **slot)
{
    struct store *store = *slot;

    if (!store)
        return;
    if (store->writer)
        writer_stop(store->writer);
    loop_mailbox_free(&store->mailbox);
    /* The last connection to go moves the log into the file: not the read-only one. */
    sql_close(store->reader);
    sql_close(store->db);
    free(store);
    *slot = NULL;
}

int
store_open(struct loop *loop, const char *dir, struct store **ret, struct lamb_err *err)
{
    LAMB_AUTO(store_freep) struct store *store = calloc(1, sizeof(*store));
    char path[PATH_MAX];
    int r;

    if (!store)
        return lamb_raise(err, -ENOMEM, "open the store");
    r = lamb_format(path, sizeof(path), "%s/state.db", dir);
    if (r)
        return lamb_raise(err, r, "open the store in %s", dir);
    r = make_private_file(path, err);
    if (!r)
        r = sql_open(path, false, &store->db, err);
    if (!r)
        r = prepare_database(store->db, path, err);
    if (!r)
        r = sql_open(path, true, &store->reader, err);
    if (!r)
        r = loop_mailbox_new(loop, "store", on_mail, store, &store->mailbox, err);
    if (!r)
        r = writer_start(store->db, on_finished, store, &store->writer, err);
    if (r)
        return r;
    *ret = lamb_take_ptr(&store);
    return 0;
}

void
store_close(struct store *store)
{
    struct lamb_list finished;

    lamb_list_init(&finished);
    while (store && store->pending) {
        writer_wait_finished(store->writer, &finished);
        deliver(store, &finished);
    }
    store_freep(&store);
}

/* -- commands and reads ----------------------------------------------------------- */

void
store_submit(struct store *store, struct store_command *cmd)
{
    store->pending++;
    writer_submit(store->writer, cmd);
}

size_t
store_pending(const struct store *store)
{
    return store->pending;
}

int
store_read(struct store *store, const char *sql,
           int (*row)(void *data, sqlite3_stmt *stmt), void *data, struct lamb_err *err)
{
    return store_query(store->reader, sql, NULL, 0, row, data, err);
}

/* -- small settings --------------------------------------------------------------- */

struct setting {
    struct store_command cmd;
    void (*done)(void *data, int result, const struct lamb_err *err);
    void *data;
    char *key;
    char *value; /* NULL: remove */
};

static void
setting_freep(struct setting **slot)
{
    struct setting *set = *slot;

    if (!set)
        return;
    free(set->key);
    free(set->value);
    free(set);
    *slot = NULL;
}

static int
apply_setting(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    const struct setting *set = LAMB_CONTAINER(cmd, struct setting, cmd);

    if (!set->value)
        return STORE_EXEC(db, err, "DELETE FROM meta WHERE key = ?",
                          store_text(set->key));
    return STORE_EXEC(db, err, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                      store_text(set->key), store_text(set->value));
}

static void
setting_done(struct store_command *cmd, int result, const struct lamb_err *err)
{
    LAMB_AUTO(setting_freep)
    struct setting *set = LAMB_CONTAINER(cmd, struct setting, cmd);

    if (set->done)
        set->done(set->data, result, err);
    else if (result)
        lamb_log(LAMB_LOG_WARN, "store", "the setting '%s' is not kept (ignored): %s",
                 set->key, err->text);
}

int
store_meta_set(struct store *store, const char *key, const char *value,
               void (*done)(void *data, int result, const struct lamb_err *err),
               void *data, struct lamb_err *err)
{
    LAMB_AUTO(setting_freep) struct setting *set = calloc(1, sizeof(*set));

    if (set) {
        set->key = strdup(key);
        set->value = value ? strdup(value) : NULL;
    }
    if (!set || !set->key || (value && !set->value))
        return lamb_raise(err, -ENOMEM, "set '%s'", key);
    set->cmd.apply = apply_setting;
    set->cmd.done = setting_done;
    set->done = done;
    set->data = data;
    store_submit(store, &lamb_take_ptr(&set)->cmd);
    return 0;
}

struct found_setting {
    struct lamb_buf *value;
    bool is_there;
};

static int
keep_setting(void *data, sqlite3_stmt *stmt)
{
    struct found_setting *found = data;

    found->is_there = true;
    return lamb_buf_span(found->value, store_column(stmt, 0));
}

int
store_meta_get(struct store *store, const char *key, struct lamb_buf *ret,
               struct lamb_err *err)
{
    struct found_setting found = { .value = ret };
    const struct store_value value = store_text(key);
    int r = store_query(store->reader, "SELECT value FROM meta WHERE key = ?", &value,
                        1, keep_setting, &found, err);

    if (r)
        return lamb_wrap(err, r, "read the setting '%s'", key);
    return found.is_there ? 0 : STORE_E_ABSENT;
}
