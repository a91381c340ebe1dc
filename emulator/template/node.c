/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/template/node.h"

#include <stdlib.h>

enum { CHUNK = 16 * 1024, ALIGN = 16 };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    _Alignas(ALIGN) char bytes[];
};

struct arena {
    struct chunk *chunks;
};

struct arena *
arena_new(void)
{
    return calloc(1, sizeof(struct arena));
}

void
arena_free(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->chunks) {
        struct chunk *chunk = arena->chunks;

        arena->chunks = chunk->next;
        free(chunk);
    }
    free(arena);
}

void *
arena_alloc(struct arena *arena, size_t size)
{
    struct chunk *chunk = arena->chunks;
    void *place;

    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (!chunk || chunk->size - chunk->used < size) {
        size_t room = size > CHUNK ? size : CHUNK;

        chunk = calloc(1, sizeof(*chunk) + room);
        if (!chunk)
            return NULL;
        chunk->size = room;
        chunk->next = arena->chunks;
        arena->chunks = chunk;
    }
    place = chunk->bytes + chunk->used;
    chunk->used += size;
    return place;
}

char *
arena_text(struct arena *arena, struct lamb_span text)
{
    char *copy = arena_alloc(arena, text.len + 1);

    if (copy && text.len)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

struct node *
node_text(struct arena *arena, struct place place, struct lamb_span text)
{
    struct node *node = arena_alloc(arena, sizeof(*node));
    char *copy = arena_text(arena, text);

    if (!node || !copy)
        return NULL;
    *node = (struct node){ .kind = NODE_TEXT, .place = place, .text = copy };
    return node;
}

struct node *
node_branch(struct arena *arena, struct place place, enum node_kind kind,
            size_t max_pairs)
{
    struct node *node = arena_alloc(arena, sizeof(*node));
    struct pair *pairs = arena_alloc(arena, (max_pairs + 1) * sizeof(*pairs));

    if (!node || !pairs)
        return NULL;
    *node = (struct node){ .kind = kind, .place = place, .pairs = pairs };
    return node;
}

const struct node *
node_find(const struct node *node, const char *key)
{
    if (!node || node->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < node->n_pairs; i++)
        if (strcmp(node->pairs[i].key, key) == 0)
            return node->pairs[i].value;
    return NULL;
}

bool
node_is_null(const struct node *node)
{
    return node->kind == NODE_TEXT && node->is_plain &&
           (!*node->text || strcmp(node->text, "~") == 0 ||
            strcmp(node->text, "null") == 0);
}
