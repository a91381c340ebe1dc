/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_NODE_H
#define LAMB_EMULATOR_TEMPLATE_NODE_H

/*
 * node - a template as a tree of text, lists and maps, each with its place in the file.
 *
 * Intrinsic functions stand in their long form, however they were written: !Sub x is
 * the map {"Fn::Sub": x}. A scalar has no type: the property it fills gives it one.
 *
 * Owns:    struct arena owns every node; all are freed at once. Nodes are never changed
 *          once they stand in a tree and may be shared.
 * Never:   knows what a key means.
 * Threads: one at a time.
 */

#include "sdk/base/err.h"
#include "sdk/base/span.h"

#include <stddef.h>

struct arena;

struct arena *arena_new(void); /* NULL: out of memory */
void arena_free(struct arena *arena);
/* Zeroed, aligned for anything; NULL: out of memory. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_text(struct arena *arena, struct lamb_span text); /* NUL-terminated */

struct place {
    unsigned line; /* 1 is the first */
    unsigned column;
};

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct pair {
    const char *key; /* NULL in a list */
    struct place place;
    const struct node *value;
};

struct node {
    enum node_kind kind;
    struct place place;
    const char *text; /* NODE_TEXT */
    bool is_plain;    /* NODE_TEXT without quotes: may be a number, true, null */
    struct pair *pairs;
    size_t n_pairs;
};

/* New nodes; NULL: out of memory. PLACE is what messages about it point at. */
struct node *node_text(struct arena *arena, struct place place, struct lamb_span text);
struct node *node_branch(struct arena *arena, struct place place, enum node_kind kind,
                         size_t max_pairs);

/* The value of KEY in the map NODE; NULL: it is no map or there is none. */
const struct node *node_find(const struct node *node, const char *key);
bool node_is_null(const struct node *node); /* empty, ~ or null, without quotes */

/* Read YAML (JSON is YAML too). FILE names it in messages. */
int node_parse(struct arena *arena, const char *file, struct lamb_span text,
               const struct node **ret, struct lamb_err *err);

#endif
