/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/template/step.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/buf.h"

int
step_no_memory(struct template *t)
{
    return lamb_raise(t->scope.err, -ENOMEM, "%s", t->file);
}

int
step_refuse(struct template *t, const struct resource *resource, const char *text)
{
    return scope_refuse(&t->scope, resource->place, "the resource '%s': %s",
                        resource->id, text);
}

int
step_begin(struct template *t, struct template_call *ret, const char *operation)
{
    ret->operation = operation;
    ret->members = json_object();
    return ret->members ? 0 : step_no_memory(t);
}

const char *
step_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

int
step_copy(struct template *t, const json_t *from, json_t *to,
          const struct rename *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_t *value = json_object_get(from, names[i].property);
        const char *member = names[i].member ? names[i].member : names[i].property;

        if (value && json_object_set(to, member, value))
            return step_no_memory(t);
    }
    return 0;
}

int
step_copy_all(struct template *t, const json_t *from, json_t *to)
{
    return json_object_update(to, (json_t *)(uintptr_t)from) ? step_no_memory(t) : 0;
}

int
step_set_text(struct template *t, json_t *object, const char *key, const char *text)
{
    return json_object_set_new(object, key, json_string(text)) ? step_no_memory(t) : 0;
}

int
step_set_tags(struct template *t, const json_t *list, json_t *members)
{
    json_t *tags;
    json_t *tag;
    size_t i;

    if (!list)
        return 0;
    tags = json_object();
    json_array_foreach(list, i, tag)
    {
        const char *key = step_text(tag, "Key");

        if (key && json_object_set(tags, key, json_object_get(tag, "Value"))) {
            json_decref(tags);
            return step_no_memory(t);
        }
    }
    return json_object_set_new(members, "Tags", tags) ? step_no_memory(t) : 0;
}

/* -- code ------------------------------------------------------------------------- */

/* "s3://bucket/key" */
static bool
cut_s3(const char *uri, struct lamb_span *bucket, struct lamb_span *key)
{
    return strncmp(uri, "s3://", 5) == 0 &&
           lamb_span_cut(lamb_span_str(uri + 5), '/', bucket, key) && key->len;
}

static int
s3_code(struct template *t, json_t *members, const char *member, json_t *bucket,
        json_t *key, json_t *version)
{
    json_t *code = json_object();
    int r = !code || json_object_set_new(code, "S3Bucket", bucket) ||
            json_object_set_new(code, "S3Key", key) ||
            (version && json_object_set_new(code, "S3ObjectVersion", version)) ||
            json_object_set(members, member, code);

    json_decref(code);
    return r ? step_no_memory(t) : 0;
}

/* Is its code built with make? Whatever else it is to be built with is named. */
static bool
is_makefile(struct template *t, const struct resource *resource)
{
    const struct node *metadata = node_find(resource->node, "Metadata");
    const struct node *method = node_find(metadata, "BuildMethod");

    if (!method || method->kind != NODE_TEXT)
        return false;
    if (strcmp(method->text, "makefile") == 0)
        return true;
    template_ignore(t, "the build of %s (BuildMethod %s): its code is taken as it is",
                    resource->id, method->text);
    return false;
}

int
step_add_code(struct template *t, const struct resource *resource, const char *property,
              const char *member, struct template_call *call)
{
    const json_t *code = json_object_get(resource->json, property);
    const char *text = json_string_value(code);
    json_t *bucket = json_object_get(code, "Bucket");
    json_t *key = json_object_get(code, "Key");
    json_t *version = json_object_get(code, "Version");
    struct lamb_span bucket_name;
    struct lamb_span key_name;

    if (!bucket) {
        bucket = json_object_get(code, "S3Bucket");
        key = json_object_get(code, "S3Key");
        version = json_object_get(code, "S3ObjectVersion");
    }
    if (bucket && key)
        return s3_code(t, call->members, member, json_incref(bucket), json_incref(key),
                       version ? json_incref(version) : NULL);
    if (json_is_object(code))
        return step_refuse(t, resource,
                           "its code is neither a path nor an object of a bucket "
                           "(inline code and images are not supported)");
    if (text && cut_s3(text, &bucket_name, &key_name))
        return s3_code(t, call->members, member,
                       json_stringn(bucket_name.ptr, bucket_name.len),
                       json_stringn(key_name.ptr, key_name.len), NULL);
    if (text && strncmp(text, "s3://", 5) == 0)
        return step_refuse(t, resource,
                           "its code is s3://BUCKET/KEY, and a part is missing");
    call->path = strdup(text ? text : ".");
    call->is_make = is_makefile(t, resource);
    return call->path ? 0 : step_no_memory(t);
}
