/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_STEP_H
#define LAMB_EMULATOR_TEMPLATE_STEP_H

/*
 * step - building one call: its members from a resource's properties, its code.
 *
 * All return 0 or -errno with a text; what is missing is passed over.
 *
 * Owns:    nothing.
 * Never:   knows a type of resource.
 * Threads: one at a time.
 */

#include "emulator/template/template_internal.h"

/* A step that has nothing to do here. */
enum { STEP_NOTHING = 2 };

/* A property that is a member under the same name, or another. */
struct rename {
    const char *property;
    const char *member; /* NULL: the same */
};

int step_no_memory(struct template *t);
/* "the resource 'ID': TEXT" */
int step_refuse(struct template *t, const struct resource *resource, const char *text);

/* A call with no members yet. */
int step_begin(struct template *t, struct template_call *ret, const char *operation);
int step_set_text(struct template *t, json_t *object, const char *key,
                  const char *text);
int step_copy(struct template *t, const json_t *from, json_t *to,
              const struct rename *names, size_t n);
/* All properties are members of the same name. */
int step_copy_all(struct template *t, const json_t *from, json_t *to);
/* {"Tags": [{"Key","Value"}]} of CloudFormation as the API's map. */
int step_set_tags(struct template *t, const json_t *list, json_t *members);
/*
 * Where the code is, as PROPERTY says: a path, an s3 URI, or an object that names
 * bucket and key (by SAM's names or by CloudFormation's). MEMBER is what the API calls
 * it.
 */
int step_add_code(struct template *t, const struct resource *resource,
                  const char *property, const char *member, struct template_call *call);

/* Borrowed; NULL: there is no such text. */
const char *step_text(const json_t *object, const char *key);

#endif
