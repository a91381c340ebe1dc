/* SPDX-License-Identifier: Apache-2.0 */

/*
 * warm - counts words in an SQLite database under /tmp. An environment that is used
 * again finds its open database, and the file outlives the process too; a new
 * environment starts from nothing. So the counts are a cache, never the truth.
 */

#include <jansson.h>
#include <lamb/lamb.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static sqlite3 *db;
static sqlite3_stmt *count; /* prepared once */
static unsigned served;     /* invocations of this process */

int
handler_init(struct lamb_runtime *rt)
{
    /* The emulator without a sandbox has a folder of its own instead of /tmp. */
    const char *tmp = getenv("TMPDIR");
    char path[4096];

    snprintf(path, sizeof(path), "%s/words.db", tmp ? tmp : "/tmp");
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(
            db, "CREATE TABLE IF NOT EXISTS words (word TEXT PRIMARY KEY, n INTEGER)",
            NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db,
                           "INSERT INTO words VALUES (?, 1) ON CONFLICT (word) "
                           "DO UPDATE SET n = n + 1 RETURNING n",
                           -1, &count, NULL) != SQLITE_OK)
        return lamb_init_fail(rt, "Words.NoDatabase", "%s", sqlite3_errmsg(db));
    return 0;
}

void
handler_shutdown(struct lamb_runtime *rt)
{
    (void)rt;
    sqlite3_finalize(count);
    sqlite3_close(db);
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span bytes = lamb_event(inv);
    json_t *event = json_loadb(bytes.ptr, bytes.len, 0, NULL);
    const json_t *word = json_object_get(event, "word");
    int r;

    served++;
    if (!json_is_string(word)) {
        json_decref(event);
        return lamb_fail(inv, "BadEvent",
                         "expected an object like {\"word\":\"lamb\"}");
    }
    sqlite3_bind_text(count, 1, json_string_value(word), (int)json_string_length(word),
                      SQLITE_TRANSIENT);
    if (sqlite3_step(count) == SQLITE_ROW)
        r = lamb_printf(inv, "{\"count\":%d,\"warm\":%s}", sqlite3_column_int(count, 0),
                        served > 1 ? "true" : "false");
    else
        r = lamb_fail(inv, "Words.Database", "%s", sqlite3_errmsg(db));
    sqlite3_reset(count);
    json_decref(event);
    return r;
}
