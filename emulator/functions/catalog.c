/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/catalog.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/buf.h"

/* Sorts before everything that names are made of, so that "a" comes before "a-b". */
#define SEPARATOR "\n"

struct catalog {
    struct document *items; /* by key */
    size_t n;
    size_t cap;
};

struct catalog *
catalog_new(void)
{
    return calloc(1, sizeof(struct catalog));
}

static void
free_texts(struct document *document)
{
    free(document->key);
    free(document->name);
    free(document->sub);
}

static void
drop(struct document *document)
{
    free_texts(document);
    json_decref(document->body);
}

void
catalog_free(struct catalog *catalog)
{
    if (!catalog)
        return;
    for (size_t i = 0; i < catalog->n; i++)
        drop(&catalog->items[i]);
    free(catalog->items);
    free(catalog);
}

char *
catalog_key_text(const struct document_key *key)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(4096);

    (void)lamb_buf_strs(&text, key->account, SEPARATOR, key->region, SEPARATOR,
                        key->kind, SEPARATOR, NULL);
    if (key->name)
        (void)lamb_buf_strs(&text, key->name, SEPARATOR, NULL);
    if (key->name && key->sub)
        (void)lamb_buf_str(&text, key->sub);
    return lamb_buf_error(&text) ? NULL : lamb_buf_take(&text);
}

/* Where KEY is, or belongs. */
static size_t
find_place(const struct catalog *catalog, const char *key)
{
    size_t low = 0;
    size_t high = catalog->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(catalog->items[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_at(const struct catalog *catalog, size_t place, const char *key)
{
    return place < catalog->n && strcmp(catalog->items[place].key, key) == 0;
}

json_t *
catalog_find(const struct catalog *catalog, const struct document_key *key)
{
    char *text = catalog->n ? catalog_key_text(key) : NULL;
    size_t place = text ? find_place(catalog, text) : catalog->n;
    json_t *body =
        text && is_at(catalog, place, text) ? catalog->items[place].body : NULL;

    free(text);
    return body;
}

const struct document *
catalog_range(const struct catalog *catalog, const struct document_key *key,
              size_t *ret_n)
{
    char *text = catalog_key_text(key);
    size_t len = text ? strlen(text) : 0;
    size_t first = text ? find_place(catalog, text) : catalog->n;
    size_t end = first;

    while (end < catalog->n && strncmp(catalog->items[end].key, text, len) == 0)
        end++;
    free(text);
    *ret_n = end - first;
    return catalog->items + first;
}

bool
catalog_mentions(const struct catalog *catalog, const char *member, const char *text)
{
    for (size_t i = 0; i < catalog->n; i++) {
        const char *found =
            json_string_value(json_object_get(catalog->items[i].body, member));

        if (found && strcmp(found, text) == 0)
            return true;
    }
    return false;
}

/* Take the name and what is below it out of the key. */
static int
fill(struct document *document, const char *key)
{
    struct lamb_span rest = lamb_span_str(key);
    struct lamb_span part;

    for (int i = 0; i < 3; i++)
        (void)lamb_span_cut(rest, SEPARATOR[0], &part, &rest);
    (void)lamb_span_cut(rest, SEPARATOR[0], &part, &rest);
    document->key = lamb_span_dup(lamb_span_str(key));
    document->name = lamb_span_dup(part);
    document->sub = lamb_span_dup(rest);
    if (document->key && document->name && document->sub)
        return 0;
    free_texts(document);
    return -ENOMEM;
}

int
catalog_put(struct catalog *catalog, const char *key, json_t *body)
{
    size_t place = find_place(catalog, key);
    struct document document = { .body = body };

    if (is_at(catalog, place, key)) {
        json_decref(catalog->items[place].body);
        catalog->items[place].body = json_incref(body);
        return 0;
    }
    if (catalog->n == catalog->cap) {
        size_t cap = catalog->cap ? 2 * catalog->cap : 64;
        struct document *items = realloc(catalog->items, cap * sizeof(struct document));

        if (!items)
            return -ENOMEM;
        catalog->items = items;
        catalog->cap = cap;
    }
    if (fill(&document, key))
        return -ENOMEM;
    json_incref(body);
    memmove(catalog->items + place + 1, catalog->items + place,
            (catalog->n - place) * sizeof(document));
    catalog->items[place] = document;
    catalog->n++;
    return 0;
}

void
catalog_remove(struct catalog *catalog, const char *key)
{
    size_t place = find_place(catalog, key);

    if (!is_at(catalog, place, key))
        return;
    drop(&catalog->items[place]);
    catalog->n--;
    memmove(catalog->items + place, catalog->items + place + 1,
            (catalog->n - place) * sizeof(struct document));
}
