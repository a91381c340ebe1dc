/* SPDX-License-Identifier: Apache-2.0 */

/* functions_load - what is stored of functions, put back into memory at the start. */

#include <errno.h>
#include <jansson.h>

#include "emulator/functions/functions_internal.h"

struct load {
    struct functions *fns;
    struct code_store *code;
    struct lamb_err *err;
};

static const char *
column(sqlite3_stmt *stmt, int i)
{
    return (const char *)sqlite3_column_text(stmt, i);
}

static int
load_row(void *data, sqlite3_stmt *stmt)
{
    struct load *load = data;
    const struct function_key key = { column(stmt, 0), column(stmt, 1), column(stmt, 2),
                                      column(stmt, 3) };
    const char *json = column(stmt, 4);
    const char *digest = column(stmt, 5);
    struct code_copy copy = { 0 };
    struct function_record *record;
    int r = 0;

    if (!key.account || !key.region || !key.name || !key.version || !json || !digest)
        return lamb_refuse(load->err, -EINVAL, "a stored function has no key");
    if (digest[0])
        r = code_find(load->code, digest, &copy, load->err);
    if (!r)
        r = record_from_json(&key, lamb_span_str(json), copy.path, load->code, &record,
                             load->err);
    if (!r) {
        r = functions_publish(load->fns, record);
        if (r) {
            record_unref(record);
            r = lamb_raise(load->err, r, "load");
        }
    }
    return r ? lamb_wrap(load->err, r, "stored function '%s'", key.name) : 0;
}

static int
load_document(void *data, sqlite3_stmt *stmt)
{
    struct load *load = data;
    const char *key = column(stmt, 0);
    struct lamb_span text = store_column(stmt, 1);
    json_t *body = text.ptr ? json_loadb(text.ptr, text.len, 0, NULL) : NULL;
    int r =
        key && body ? catalog_put(functions_catalog(load->fns), key, body) : -EPROTO;

    json_decref(body);
    return r ? lamb_raise(load->err, r, "a stored document of functions") : 0;
}

int
functions_load(struct functions *fns, const struct functions_config *config,
               struct lamb_err *err)
{
    struct load load = { fns, config->code, err };
    int r = store_read(config->store, "SELECT key, body FROM documents", load_document,
                       &load, err);

    return r ? r
             : store_read(config->store,
                          "SELECT account, region, name, version, record, code_digest "
                          "FROM functions",
                          load_row, &load, err);
}
