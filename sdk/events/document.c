/* SPDX-License-Identifier: Apache-2.0 */

#include "sdk/events/document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/json/tree.h"

enum { PATH_DEPTH_MAX = 64, FIRST_SLOTS = 64 };

struct lamb_document {
    json_t *root;
    struct decoded **slots; /* open addressing; a power of two, never full */
    size_t slot_count;
    size_t used;
    char error[512];
};

/* ---- What was decoded ---- */

static size_t
slot_of(struct decoded *const *slots, size_t count, const void *node, enum way way)
{
    uint64_t hash = ((uint64_t)(uintptr_t)node >> 4) * 8 + (uint64_t)way;
    size_t i = (size_t)((hash * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (count - 1);

    while (slots[i] && (slots[i]->node != node || slots[i]->way != way))
        i = (i + 1) & (count - 1);
    return i;
}

static int
grow(struct lamb_document *document)
{
    size_t count = document->slot_count ? document->slot_count * 2 : FIRST_SLOTS;
    struct decoded **slots = calloc(count, sizeof(struct decoded *));

    if (!slots)
        return -ENOMEM;
    for (size_t i = 0; i < document->slot_count; i++) {
        struct decoded *one = document->slots[i];

        if (one)
            slots[slot_of(slots, count, one->node, one->way)] = one;
    }
    free(document->slots);
    document->slots = slots;
    document->slot_count = count;
    return 0;
}

const struct decoded *
lamb_document_find(const struct lamb_document *document, const void *node, enum way way)
{
    if (!document->slots)
        return NULL;
    return document->slots[slot_of(document->slots, document->slot_count, node, way)];
}

const struct decoded *
lamb_document_keep(struct lamb_document *document, const void *node, enum way way,
                   struct lamb_span bytes, json_t *tree)
{
    struct decoded *one = NULL;

    if (document->used * 2 < document->slot_count || grow(document) == 0)
        one = malloc(sizeof(*one) + bytes.len + 1);
    if (!one) {
        json_decref(tree);
        return NULL;
    }
    *one = (struct decoded){ .node = node, .way = way, .tree = tree, .len = bytes.len };
    if (bytes.len)
        memcpy(one->bytes, bytes.ptr, bytes.len);
    one->bytes[bytes.len] = '\0';
    document->slots[slot_of(document->slots, document->slot_count, node, way)] = one;
    document->used++;
    return one;
}

/* ---- What was wrong ---- */

/* The way to a node, from the root down. */
struct trail {
    const void *wanted;
    char text[256];
};

static bool search(const json_t *at, struct trail *trail, size_t len, unsigned depth);

/* One step further, to member NAME or (NULL) element INDEX; too long a path is cut. */
static bool
step(const json_t *child, struct trail *trail, size_t len, unsigned depth,
     const char *name, size_t index)
{
    char *end = trail->text + len;
    size_t room = sizeof(trail->text) - len;
    int n = name ? snprintf(end, room, "%s%s", len ? "." : "", name)
                 : snprintf(end, room, "[%zu]", index);
    size_t next = n < 0 ? len : len + (size_t)n;

    if (next >= sizeof(trail->text))
        next = sizeof(trail->text) - 1;
    if (search(child, trail, next, depth + 1))
        return true;
    trail->text[len] = '\0';
    return false;
}

static bool
search(const json_t *at, struct trail *trail, size_t len, unsigned depth)
{
    if (at == trail->wanted)
        return true;
    if (depth == PATH_DEPTH_MAX)
        return false;
    if (json_is_array(at))
        for (size_t i = 0; i < json_array_size(at); i++)
            if (step(json_array_get(at, i), trail, len, depth, NULL, i))
                return true;
    if (json_is_object(at)) {
        /* the iterator of jansson 2.14 wants a tree that may be changed */
        json_t *object = json_incref((json_t *)(uintptr_t)at);
        const char *name;
        json_t *child;
        bool found = false;

        json_object_foreach(object, name, child)
        {
            found = step(child, trail, len, depth, name, 0);
            if (found)
                break;
        }
        json_decref(object);
        return found;
    }
    return false;
}

/* The path of NODE, also when it was decoded from something else. */
static void
find_path(const struct lamb_document *document, struct trail *trail)
{
    if (search(document->root, trail, 0, 0))
        return;
    for (size_t i = 0; i < document->slot_count; i++) {
        const struct decoded *one = document->slots[i];

        if (!one || !one->tree || !search(one->tree, trail, 0, 0))
            continue;
        /* what is in it is said after a colon: "Records[0].body: detail.id" */
        struct trail outer = { .wanted = one->node };
        char inner[sizeof(trail->text)];
        int n;

        memcpy(inner, trail->text, sizeof(inner));
        if (!search(document->root, &outer, 0, 0))
            return;
        n = snprintf(trail->text, sizeof(trail->text), "%s: %s", outer.text, inner);
        if (n < 0)
            trail->text[0] = '\0';
        return;
    }
}

int
lamb_document_blame(struct lamb_document *document, int r, const void *node,
                    const char *name, const char *fmt, ...)
{
    struct trail trail = { .wanted = node };
    size_t len;
    va_list ap;

    if (document->error[0])
        return r;
    if (node)
        find_path(document, &trail);
    len = strlen(trail.text);
    for (const char *c = name; *c && len + 2 < sizeof(trail.text); c++) {
        if (c == name && len && trail.text[len - 1] != ' ')
            trail.text[len++] = '.';
        trail.text[len++] = *c == '/' ? '.' : *c;
    }
    trail.text[len] = '\0';
    (void)snprintf(document->error, sizeof(document->error),
                   "%s: ", trail.text[0] ? trail.text : "the event");
    len = strlen(document->error);
    va_start(ap, fmt);
    (void)vsnprintf(document->error + len, sizeof(document->error) - len, fmt, ap);
    va_end(ap);
    return r;
}

/* ---- The document ---- */

int
lamb_document_open(struct lamb_span json, struct lamb_document **ret_document)
{
    struct lamb_document *document = calloc(1, sizeof(*document));
    struct lamb_json_check why;
    int r;

    *ret_document = document;
    if (!document)
        return -ENOMEM;
    if (json.len == 0)
        json = (struct lamb_span){ "null", 4 };
    document->root = lamb_json_tree(json, &r, &why);
    if (r == -ENOMEM) {
        free(document);
        *ret_document = NULL;
        return r;
    }
    if (r < 0)
        (void)lamb_document_blame(document, r, NULL, "",
                                  "not JSON, line %zu, column %zu: %s", why.line,
                                  why.column, why.text);
    return r;
}

static void
close_document(void *document)
{
    lamb_document_close(document);
}

int
lamb_event_document(struct lamb_invocation *inv, struct lamb_document **ret_document)
{
    int r = lamb_document_open(lamb_event(inv), ret_document);

    if (*ret_document && lamb_defer(inv, close_document, *ret_document) < 0) {
        *ret_document = NULL;
        return -ENOMEM;
    }
    return r;
}

void
lamb_document_close(struct lamb_document *document)
{
    if (!document)
        return;
    for (size_t i = 0; i < document->slot_count; i++) {
        if (document->slots[i])
            json_decref(document->slots[i]->tree);
        free(document->slots[i]);
    }
    free(document->slots);
    json_decref(document->root);
    free(document);
}

struct lamb_value
lamb_document_root(struct lamb_document *document)
{
    if (!document)
        return (struct lamb_value){ NULL, NULL };
    return (struct lamb_value){ document, document->root };
}

const char *
lamb_document_error(const struct lamb_document *document)
{
    return document ? document->error : "no memory for the event";
}
