/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_TEMPLATE_INTERNAL_H
#define LAMB_EMULATOR_TEMPLATE_TEMPLATE_INTERNAL_H

/*
 * template_internal - what the files of this room share.
 *
 * Owns:    nothing by itself.
 * Threads: one at a time.
 */

#include "emulator/template/spec.h"
#include "emulator/template/template.h"

/* A resource whose condition holds. */
struct resource {
    const char *id;
    const char *type;
    struct place place;
    const struct node *node;          /* its entry */
    const struct node *properties;    /* with Globals merged in; not resolved */
    const struct resource_kind *kind; /* NULL: lamb does not make it */
    json_t *json;                     /* its properties, once resolved */
};

/* One call, or nothing, that makes a part of a resource. */
typedef int (*step_fn)(struct template *t, struct resource *resource,
                       struct template_call *ret);

struct resource_kind {
    const char *type;
    unsigned rank; /* those of a lower rank are made first */
    const struct shape *shape;
    const step_fn *steps;
    size_t n_steps;
};

struct learned {
    struct learned *next;
    const char *id;
    const char *attribute;
    const char *value;
};

enum { PSEUDO_MAX = 9, IGNORED_MAX = 256 };

struct template
{
    struct arena *arena;
    const char *file;
    const char *account;
    const char *region;
    const char *url;
    struct scope scope;
    struct template_value pseudo[PSEUDO_MAX];
    const struct node *root;
    struct resource *resources;
    size_t n_resources;
    size_t n_made; /* iteration: resources before this one are done */
    size_t step;
    struct learned *learned;
    const char *ignored[IGNORED_MAX];
    size_t n_ignored;
};

/* calls.c: the resources that lamb makes; NULL: TYPE is none of them. */
const struct resource_kind *resource_kind_find(const char *type);
const char *resource_kind_near(const char *type);
/* The next call for RESOURCE, from *STEP on, which is moved; TEMPLATE_E_END behind the
 * last. */
int resource_make(struct template *t, struct resource *resource, size_t *step,
                  struct template_call *ret);

/* attribute.c: what Ref ("Ref") and GetAtt give. NULL: nothing. In the arena. */
const char *template_attribute(void *data, const char *id, const char *attribute);
/* The physical name of RESOURCE: its own property, else its logical id. */
const char *resource_name(struct template *t, const struct resource *resource);

struct resource *template_find(struct template *t, const char *id);
/* Note that something valid is not made. */
void template_ignore(struct template *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
