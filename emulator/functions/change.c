/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/change.h"

#include <errno.h>
#include <stdlib.h>

#include "emulator/functions/functions_internal.h"
#include "sdk/base/auto.h"

enum { MAX_RECORD_JSON = 512 * 1024 };

enum edit_kind {
    EDIT_PUT,
    EDIT_REMOVE,
    EDIT_PUT_ALIAS,
    EDIT_REMOVE_ALIAS,
    EDIT_PUT_RECORD,
    EDIT_REMOVE_RECORD
};

struct edit {
    enum edit_kind kind;
    char *key;  /* of a document */
    char *text; /* what is stored */
    json_t *body;
    struct function_record *record;
    char *account, *region, *name, *version; /* of an alias, or a record that goes */
};

struct change {
    struct store_command cmd;
    struct functions *fns;
    struct edit *edits;
    size_t n;
    size_t cap;
    int error;
    void (*done)(void *data, const struct lamb_err *err);
    void *data;
};

struct change *
change_new(struct functions *fns)
{
    struct change *change = calloc(1, sizeof(*change));

    if (change)
        change->fns = fns;
    return change;
}

static void
free_edit(struct edit *edit)
{
    free(edit->key);
    free(edit->text);
    json_decref(edit->body);
    record_unref(edit->record);
    free(edit->account);
    free(edit->region);
    free(edit->name);
    free(edit->version);
}

void
change_free(struct change *change)
{
    if (!change)
        return;
    for (size_t i = 0; i < change->n; i++)
        free_edit(&change->edits[i]);
    free(change->edits);
    free(change);
}

/* Takes what EDIT owns in any case. */
static void
add(struct change *change, struct edit *edit, bool is_whole)
{
    if (is_whole && change->n == change->cap) {
        size_t cap = change->cap ? 2 * change->cap : 8;
        struct edit *edits = realloc(change->edits, cap * sizeof(*edits));

        is_whole = edits != NULL;
        if (edits) {
            change->edits = edits;
            change->cap = cap;
        }
    }
    if (is_whole) {
        change->edits[change->n++] = *edit;
    } else {
        free_edit(edit);
        change->error = -ENOMEM;
    }
}

static bool
copy_key(struct edit *edit, const struct function_key *key)
{
    edit->account = lamb_span_dup(lamb_span_str(key->account));
    edit->region = lamb_span_dup(lamb_span_str(key->region));
    edit->name = lamb_span_dup(lamb_span_str(key->name));
    edit->version = lamb_span_dup(lamb_span_str(key->version));
    return edit->account && edit->region && edit->name && edit->version;
}

static struct function_key
key_of(const struct edit *edit)
{
    return (struct function_key){ edit->account, edit->region, edit->name,
                                  edit->version };
}

static bool
copy_alias(struct edit *edit, const struct document_key *key)
{
    return copy_key(
        edit, &(struct function_key){ key->account, key->region, key->name, key->sub });
}

static bool
is_alias(const struct document_key *key)
{
    return strcmp(key->kind, "alias") == 0;
}

void
change_put(struct change *change, const struct document_key *key, json_t *body)
{
    struct edit edit = { .kind = is_alias(key) ? EDIT_PUT_ALIAS : EDIT_PUT,
                         .body = body };
    bool is_whole = !is_alias(key) || copy_alias(&edit, key);

    edit.key = catalog_key_text(key);
    edit.text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    add(change, &edit, is_whole && edit.key && edit.text);
}

void
change_remove(struct change *change, const struct document_key *key)
{
    struct edit edit = { .kind = is_alias(key) ? EDIT_REMOVE_ALIAS : EDIT_REMOVE };
    bool is_whole = !is_alias(key) || copy_alias(&edit, key);

    edit.key = catalog_key_text(key);
    add(change, &edit, is_whole && edit.key);
}

void
change_put_record(struct change *change, struct function_record *record)
{
    struct edit edit = { .kind = EDIT_PUT_RECORD, .record = record };
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(MAX_RECORD_JSON);
    int r = record_to_json(record, &json);

    edit.text = r ? NULL : lamb_buf_take(&json);
    add(change, &edit, edit.text != NULL);
}

void
change_remove_record(struct change *change, const struct function_key *key)
{
    struct edit edit = { .kind = EDIT_REMOVE_RECORD };
    bool is_whole = copy_key(&edit, key);

    add(change, &edit, is_whole);
}

/* -- on the writer thread --------------------------------------------------------- */

static int
store_record(const struct edit *edit, sqlite3 *db, struct lamb_err *err)
{
    const struct function_record *record = edit->record;

    return STORE_EXEC(
        db, err,
        "INSERT OR REPLACE INTO functions(account, region, name, version, record, "
        "code_digest, revision) VALUES(?, ?, ?, ?, ?, coalesce(?, ''), ?)",
        store_text(record->key.account), store_text(record->key.region),
        store_text(record->key.name), store_text(record->key.version),
        store_text(edit->text), store_text(record->code_digest),
        store_text(record->revision));
}

static int
remove_record(const struct edit *edit, sqlite3 *db, struct lamb_err *err)
{
    static const char *const of_function[] = {
        "DELETE FROM functions WHERE account = ? AND region = ? AND name = ?",
        "DELETE FROM reserved_concurrency WHERE account = ? AND region = ? AND name = "
        "?",
        "DELETE FROM provisioned_concurrency WHERE account = ? AND region = ? AND name "
        "= ?",
    };
    static const char *const of_version[] = {
        "DELETE FROM functions WHERE account = ? AND region = ? AND name = ? AND "
        "version = ?",
        "DELETE FROM provisioned_concurrency WHERE account = ? AND region = ? AND name "
        "= ? AND qualifier = ?",
    };
    const struct store_value values[] = { store_text(edit->account),
                                          store_text(edit->region),
                                          store_text(edit->name),
                                          store_text(edit->version) };
    bool is_whole = strcmp(edit->version, "$LATEST") == 0;
    const char *const *sql = is_whole ? of_function : of_version;
    size_t n = is_whole ? LAMB_COUNT(of_function) : LAMB_COUNT(of_version);
    int r = 0;

    for (size_t i = 0; !r && i < n; i++)
        r = store_exec(db, sql[i], values, is_whole ? 3 : 4, err);
    return r;
}

static int
remove_document(const struct edit *edit, sqlite3 *db, struct lamb_err *err)
{
    return STORE_EXEC(db, err, "DELETE FROM documents WHERE key = ?",
                      store_text(edit->key));
}

static int
remove_provisioned(const struct edit *edit, sqlite3 *db, struct lamb_err *err)
{
    return STORE_EXEC(db, err,
                      "DELETE FROM provisioned_concurrency WHERE account = ? AND "
                      "region = ? AND name = ? AND qualifier = ?",
                      store_text(edit->account), store_text(edit->region),
                      store_text(edit->name), store_text(edit->version));
}

static int
apply(struct store_command *cmd, sqlite3 *db, struct lamb_err *err)
{
    const struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);
    int r = 0;

    for (size_t i = 0; !r && i < change->n; i++) {
        const struct edit *edit = &change->edits[i];

        switch (edit->kind) {
        case EDIT_PUT:
        case EDIT_PUT_ALIAS:
            r = STORE_EXEC(db, err,
                           "INSERT OR REPLACE INTO documents(key, body) VALUES(?, ?)",
                           store_text(edit->key), store_text(edit->text));
            break;
        case EDIT_REMOVE:
            r = remove_document(edit, db, err);
            break;
        case EDIT_REMOVE_ALIAS:
            r = remove_document(edit, db, err);
            if (!r)
                r = remove_provisioned(edit, db, err);
            break;
        case EDIT_PUT_RECORD:
            r = store_record(edit, db, err);
            break;
        case EDIT_REMOVE_RECORD:
            r = remove_record(edit, db, err);
            break;
        }
    }
    return r;
}

/* -- behind the commit ------------------------------------------------------------ */

static void
show(struct change *change, struct edit *edit)
{
    struct catalog *catalog = functions_catalog(change->fns);
    const struct function_key key = key_of(edit);
    int r = 0;

    switch (edit->kind) {
    case EDIT_PUT:
        r = catalog_put(catalog, edit->key, edit->body);
        break;
    case EDIT_REMOVE:
        catalog_remove(catalog, edit->key);
        break;
    case EDIT_PUT_ALIAS:
        r = functions_put_alias(change->fns, &key, edit->key, edit->body);
        break;
    case EDIT_REMOVE_ALIAS:
        functions_remove_alias(change->fns, &key, edit->key);
        break;
    case EDIT_PUT_RECORD:
        r = functions_publish(change->fns, lamb_take_ptr(&edit->record));
        break;
    case EDIT_REMOVE_RECORD:
        functions_unpublish(change->fns, &key);
        break;
    }
    if (r)
        lamb_panic(__FILE__, __LINE__, "out of memory after COMMIT");
}

static void
done(struct store_command *cmd, int result, const struct lamb_err *err)
{
    struct change *change = LAMB_CONTAINER(cmd, struct change, cmd);
    struct functions *fns = change->fns;

    for (size_t i = 0; !result && i < change->n; i++)
        show(change, &change->edits[i]);
    change->done(change->data, result ? err : NULL);
    change_free(change);
    functions_change_ends(fns);
}

int
change_commit(struct change *change, void (*fn)(void *data, const struct lamb_err *err),
              void *data, struct lamb_err *err)
{
    if (change->error) {
        int r = lamb_raise(err, change->error, "change of functions");

        change_free(change);
        return r;
    }
    change->cmd = (struct store_command){ .apply = apply, .done = done };
    change->done = fn;
    change->data = data;
    functions_change_begins(change->fns);
    store_submit(functions_store(change->fns), &change->cmd);
    return 0;
}
