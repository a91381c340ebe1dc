/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_LIST_H
#define LAMB_BASE_LIST_H

/*
 * list - intrusive circular doubly linked list. A node is in at most one list; a node
 * outside any list points to itself, so removing it twice is harmless.
 *
 * Owns:    nothing; the nodes are parts of what their owners allocate.
 * Threads: one at a time for a list and all that is in it.
 */

#include <stdbool.h>
#include <stddef.h>

struct lamb_list {
    struct lamb_list *prev, *next;
};

#define LAMB_CONTAINER(ptr, type, member)                                              \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
#define LAMB_LIST_FOREACH(it, head)                                                    \
    for (struct lamb_list *it = (head)->next; it != (head); it = it->next)
/* The current node may be removed (not its successor). */
#define LAMB_LIST_FOREACH_SAFE(it, head)                                               \
    for (struct lamb_list *it = (head)->next, *it##_next = it->next; it != (head);     \
         it = it##_next, it##_next = it->next)

static inline void
lamb_list_init(struct lamb_list *node)
{
    node->prev = node->next = node;
}

static inline bool
lamb_list_is_empty(const struct lamb_list *head)
{
    return head->next == head;
}

static inline void
lamb_list_insert(struct lamb_list *before, struct lamb_list *node)
{
    node->prev = before->prev;
    node->next = before;
    before->prev->next = node;
    before->prev = node;
}

static inline void
lamb_list_push_back(struct lamb_list *head, struct lamb_list *node)
{
    lamb_list_insert(head, node);
}

static inline void
lamb_list_push_front(struct lamb_list *head, struct lamb_list *node)
{
    lamb_list_insert(head->next, node);
}

static inline void
lamb_list_remove(struct lamb_list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    lamb_list_init(node);
}

/* The first node, removed; NULL when the list is empty. */
static inline struct lamb_list *
lamb_list_take_front(struct lamb_list *head)
{
    struct lamb_list *node = head->next;

    if (node == head)
        return NULL;
    lamb_list_remove(node);
    return node;
}

#endif
