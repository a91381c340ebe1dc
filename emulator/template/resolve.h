/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_RESOLVE_H
#define LAMB_EMULATOR_TEMPLATE_RESOLVE_H

/*
 * resolve - parameters, conditions and intrinsic functions: a tree of nodes becomes one
 * without any.
 *
 * Source: "Intrinsic function reference", CloudFormation user guide.
 *
 * Owns:    nothing; what it makes lies in the arena.
 * Never:   knows a resource type.
 * Threads: one at a time.
 */

#include "emulator/template/node.h"

/* A name and its text, as given on the command line. */
struct template_value {
    const char *name;
    const char *value;
};

enum condition_state {
    CONDITION_UNKNOWN,
    CONDITION_BUSY,
    CONDITION_FALSE,
    CONDITION_TRUE
};

struct scope {
    struct arena *arena;
    const char *file;
    struct lamb_err *err;
    const struct node *parameters; /* the sections; NULL: there is none */
    const struct node *mappings;
    const struct node *conditions;
    const struct node *resources;
    const struct template_value *overrides; /* of parameters; ends with a NULL name */
    const struct template_value *pseudo;    /* "AWS::Region" ...; ends likewise */
    enum condition_state *states;           /* one per condition */
    /* What `Ref` ("Ref") or GetAtt of resource ID gives; NULL: it has no such. */
    const char *(*attribute)(void *data, const char *id, const char *attribute);
    void *data;
    unsigned depth;
    size_t steps; /* work done, so that aliases cannot make it endless */
};

/* Check what is given for the parameters, and that every condition is a map's entry. */
int scope_check(struct scope *scope);

/* Resolve NODE. *ret is NULL when it is AWS::NoValue. -EINVAL with place and reason. */
int resolve(struct scope *scope, const struct node *node, const struct node **ret);
int resolve_condition(struct scope *scope, const char *name, struct place place,
                      bool *ret);

/* -EINVAL "FILE:LINE:COLUMN: ..." */
int scope_refuse(struct scope *scope, struct place place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
