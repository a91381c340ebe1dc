/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/deploy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/api/op.h"
#include "emulator/cli/build.h"
#include "emulator/store/tree.h"
#include "emulator/template/template.h"
#include "sdk/base/alloc.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

#define CONFLICT "ResourceConflictException: "

struct deploy {
    struct emulator *emulator;
    struct template *template;
    struct template_value parameters[OPTION_LIST_MAX + 1];
    char folder[PATH_MAX]; /* of the template: paths in it begin there */
    char file[PATH_MAX];
    char artifacts[PATH_MAX];        /* what make makes */
    struct template_call call;       /* the one under way */
    struct build *build;             /* of its code; NULL: nothing is being built */
    struct deploy **handle;          /* the caller's, until DONE */
    json_t *layer;                   /* that was published last */
    const struct fallback *fallback; /* what CALL was turned into; NULL: nothing */
    size_t step;                     /* of the fallback */
    uint64_t failures;               /* lamb_alloc_failures when it began */
    void (*done)(void *data, const struct lamb_err *err);
    void *data;
};

static void next(struct deploy *deploy);

const char *
deploy_find_template(void)
{
    static const char *const names[] = { "template.yaml", "template.yml",
                                         "template.json" };

    for (size_t i = 0; i < LAMB_COUNT(names); i++)
        if (access(names[i], F_OK) == 0)
            return names[i];
    return NULL;
}

static void
finish(struct deploy *deploy, const struct lamb_err *err)
{
    (void)tree_remove(AT_FDCWD, deploy->artifacts, NULL); /* the next start tries too */
    if (deploy->handle)
        *deploy->handle = NULL;
    deploy->done(deploy->data, err);
    template_call_free(&deploy->call);
    json_decref(deploy->layer);
    template_free(deploy->template);
    for (struct template_value *v = deploy->parameters; v->name; v++)
        free((void *)(uintptr_t)v->name);
    free(deploy);
}

static void
print_ignored(void *data, const char *text)
{
    (void)data;
    (void)fprintf(stderr, "  not made: %s\n", text);
}

/* -- what is there already -----------------------------------------------------------
 */

/*
 * An operation that is refused because the thing exists, and the operations that
 * bring it up to date instead, with the members that they do not take.
 */
struct fallback {
    const char *operation;
    struct {
        const char *operation;
        bool has_code;
        const char *without[4];
    } steps[2];
};

static const struct fallback fallbacks[] = {
    { "CreateFunction",
      { { "UpdateFunctionConfiguration",
          false,
          { "Tags", "PackageType", "Architectures", "Code" } },
        { "UpdateFunctionCode", true, { 0 } } } },
    { "CreateAlias", { { "UpdateAlias", false, { 0 } } } },
    { "CreateFunctionUrlConfig", { { "UpdateFunctionUrlConfig", false, { 0 } } } },
    { "CreateEventSourceMapping",
      { { "UpdateEventSourceMapping",
          false,
          { "EventSourceArn", "StartingPosition", "StartingPositionTimestamp",
            "Tags" } } } },
    { "AddPermission", { { NULL, false, { 0 } } } }, /* the statement is there */
};

static const struct fallback *
fallback_of(const char *operation)
{
    for (size_t i = 0; i < LAMB_COUNT(fallbacks); i++)
        if (strcmp(fallbacks[i].operation, operation) == 0)
            return &fallbacks[i];
    return NULL;
}

/* The members that stay for step STEP of the fallback; NULL: out of memory. */
static json_t *
members_for(const struct deploy *deploy)
{
    const json_t *all = deploy->call.members;
    bool has_code = deploy->fallback->steps[deploy->step].has_code;
    const char *const *without = deploy->fallback->steps[deploy->step].without;
    json_t *code = json_object_get(all, "Code");
    json_t *members;

    if (has_code) { /* UpdateFunctionCode has the code's members in its own */
        members = code ? json_copy(code) : json_object();
        if (members)
            (void)json_object_set(members, "FunctionName",
                                  json_object_get(all, "FunctionName"));
        return members;
    }
    members = json_copy((json_t *)(uintptr_t)all);
    for (size_t i = 0; members && i < LAMB_COUNT(deploy->fallback->steps[0].without);
         i++)
        if (without[i])
            (void)json_object_del(members, without[i]);
    return members;
}

/* -- calls
 * ------------------------------------------------------------------------------ */

/* What of an answer the rest of the template may refer to. */
static const struct {
    const char *operation;
    const char *member;
    const char *attribute;
} lessons[] = {
    { "PublishLayerVersion", "LayerVersionArn", "Ref" },
    { "PublishVersion", "Version", "Version" },
    { "PublishVersion", "FunctionArn", "Ref" },
    { "CreateAlias", "AliasArn", "Ref" },
    { "CreateAlias", "AliasArn", "Alias" },
    { "CreateFunctionUrlConfig", "FunctionUrl", "FunctionUrl" },
    { "CreateFunctionUrlConfig", "FunctionArn", "FunctionArn" },
    { "CreateEventSourceMapping", "UUID", "Ref" },
    { "CreateEventSourceMapping", "UUID", "Id" },
};

static void
learn(struct deploy *deploy, const json_t *answer)
{
    for (size_t i = 0; i < LAMB_COUNT(lessons); i++) {
        const char *value =
            json_string_value(json_object_get(answer, lessons[i].member));

        if (value && strcmp(lessons[i].operation, deploy->call.operation) == 0)
            (void)template_learn(deploy->template, deploy->call.id,
                                 lessons[i].attribute, value);
    }
}

static void
fail(struct deploy *deploy, const char *why)
{
    struct lamb_err err = { 0 };

    (void)lamb_refuse(&err, -EINVAL, "%s:%u: the resource '%s': %s", deploy->file,
                      deploy->call.place.line, deploy->call.id, why);
    finish(deploy, &err);
}

/* -- layers: the version before is kept when it has the same content
 * ------------------- */

static const json_t *
content_hash(const json_t *layer)
{
    return json_object_get(json_object_get(layer, "Content"), "CodeSha256");
}

/* MEMBERS are given; CODE: the path of its code, NULL: none. */
static void
op(struct deploy *deploy, const char *operation, json_t *members, const char *code,
   void (*then)(void *data, unsigned status, const char *error, const json_t *answer))
{
    struct lamb_err err = { 0 };

    if (!members || deploy->failures != lamb_alloc_failures()) {
        json_decref(members); /* what they were made of is not all there */
        fail(deploy, "out of memory");
    } else if (op_call(emulator_api(deploy->emulator), operation, members, code, then,
                       deploy, &err)) {
        fail(deploy, err.text);
    }
}

static json_t *
layer_members(const struct deploy *deploy, const json_t *version)
{
    return json_pack("{s:O, s:O}", "LayerName",
                     json_object_get(deploy->call.members, "LayerName"),
                     "VersionNumber", version);
}

/* The new version is removed, or could not be: the older one serves. */
static void
on_layer_removed(void *data, unsigned status, const char *error, const json_t *answer)
{
    (void)status;
    (void)error;
    (void)answer;
    next(data);
}

static void
on_older_layer(void *data, unsigned status, const char *error, const json_t *answer)
{
    struct deploy *deploy = data;
    const json_t *version = json_object_get(deploy->layer, "Version");

    (void)status;
    if (error || !json_equal(content_hash(answer), content_hash(deploy->layer))) {
        next(deploy);
        return;
    }
    learn(deploy, answer);
    op(deploy, "DeleteLayerVersion", layer_members(deploy, version), NULL,
       on_layer_removed);
}

/* Newest first: the second is the one before. */
static void
on_layers(void *data, unsigned status, const char *error, const json_t *answer)
{
    struct deploy *deploy = data;
    const json_t *older = json_array_get(json_object_get(answer, "LayerVersions"), 1);

    (void)status;
    if (error || !older)
        next(deploy);
    else
        op(deploy, "GetLayerVersion",
           layer_members(deploy, json_object_get(older, "Version")), NULL,
           on_older_layer);
}

static void
keep_older_layer(struct deploy *deploy, const json_t *published)
{
    json_decref(deploy->layer);
    deploy->layer = json_deep_copy(published);
    op(deploy, "ListLayerVersions",
       json_pack("{s:O}", "LayerName",
                 json_object_get(deploy->call.members, "LayerName")),
       NULL, on_layers);
}

/* -- one call
 * ----------------------------------------------------------------------------- */

/* Where a call's code stands: relative to the template's folder. */
static int
locate(const struct deploy *deploy, char ret[2 * PATH_MAX])
{
    return deploy->call.path[0] == '/'
               ? lamb_format(ret, 2 * PATH_MAX, "%s", deploy->call.path)
               : lamb_format(ret, 2 * PATH_MAX, "%s/%s", deploy->folder,
                             deploy->call.path);
}

static void told(void *data, unsigned status, const char *error, const json_t *answer);

static void
call(struct deploy *deploy, const char *operation, json_t *members, bool has_code)
{
    char path[2 * PATH_MAX];
    const char *code = NULL;

    if (has_code && deploy->call.path) {
        if (locate(deploy, path)) {
            json_decref(members);
            fail(deploy, "the path of its code is too long");
            return;
        }
        code = path;
    }
    op(deploy, operation, members, code, told);
}

/* The last 36 characters of the conflict's text are the id of what exists. */
static void
set_uuid(const struct deploy *deploy, json_t *members, const char *error)
{
    size_t len = strlen(error);

    if (strcmp(deploy->call.operation, "CreateEventSourceMapping") == 0 && len > 36)
        (void)json_object_set_new(members, "UUID", json_string(error + len - 36));
}

/* It exists: go on with the steps that bring it up to date. */
static void
update(struct deploy *deploy, const char *error)
{
    const char *operation = deploy->fallback->steps[deploy->step].operation;
    json_t *members;

    if (!operation) {
        next(deploy);
        return;
    }
    members = members_for(deploy);
    if (members && error)
        set_uuid(deploy, members, error);
    call(deploy, operation, members, deploy->fallback->steps[deploy->step].has_code);
}

static void
told(void *data, unsigned status, const char *error, const json_t *answer)
{
    struct deploy *deploy = data;

    (void)status;
    if (!error) {
        learn(deploy, answer);
        deploy->step++;
        if (strcmp(deploy->call.operation, "PublishLayerVersion") == 0)
            keep_older_layer(deploy, answer);
        else if (deploy->fallback && deploy->step < LAMB_COUNT(deploy->fallback->steps))
            update(deploy, NULL);
        else
            next(deploy);
        return;
    }
    if (!deploy->fallback && strncmp(error, CONFLICT, strlen(CONFLICT)) == 0) {
        deploy->fallback = fallback_of(deploy->call.operation);
        deploy->step = 0;
        if (deploy->fallback) {
            update(deploy, error);
            return;
        }
    }
    fail(deploy, error);
}

/* -- what is built first ------------------------------------------------------------
 */

static void
on_built(void *data, const struct lamb_err *err)
{
    struct deploy *deploy = data;

    deploy->build = NULL;
    if (err)
        fail(deploy, err->text);
    else
        call(deploy, deploy->call.operation, json_copy(deploy->call.members), true);
}

/* Build the code of the call under way; what comes out is its code. */
static void
make(struct deploy *deploy)
{
    struct lamb_err err = { 0 };
    char source[2 * PATH_MAX];
    char *path;

    if (locate(deploy, source)) {
        fail(deploy, "the path of its code is too long");
        return;
    }
    path = strdup(deploy->artifacts);
    if (!path) {
        fail(deploy, "out of memory");
        return;
    }
    free(deploy->call.path);
    deploy->call.path = path;
    if (build_start(emulator_loop(deploy->emulator), source, deploy->call.id,
                    deploy->artifacts, on_built, deploy, &deploy->build, &err))
        fail(deploy, err.text);
}

/* The emulator stops: what is there stays, and the rest is made at the next start. */
static bool
is_cancelled(struct deploy *deploy)
{
    struct lamb_err err = { 0 };

    if (!emulator_is_stopping(deploy->emulator))
        return false;
    (void)lamb_refuse(&err, -ECANCELED, "the emulator stops");
    finish(deploy, &err);
    return true;
}

static void
next(struct deploy *deploy)
{
    struct lamb_err err = { 0 };
    int r;

    if (is_cancelled(deploy))
        return;
    template_call_free(&deploy->call);
    deploy->fallback = NULL;
    r = template_next(deploy->template, &deploy->call, &err);
    if (r == TEMPLATE_E_END) {
        template_each_ignored(deploy->template, print_ignored, NULL);
        finish(deploy, NULL);
    } else if (r) {
        finish(deploy, &err);
    } else if (deploy->call.is_make) {
        make(deploy);
    } else {
        call(deploy, deploy->call.operation, json_copy(deploy->call.members), true);
    }
}

/* -- life
 * ---------------------------------------------------------------------------------- */

/* "NAME=VALUE" each. */
static int
read_parameters(struct deploy *deploy, const char *const *given, struct lamb_err *err)
{
    for (size_t i = 0; given && given[i]; i++) {
        char *name = lamb_span_dup(lamb_span_str(given[i]));
        char *eq = name ? strchr(name, '=') : NULL;

        deploy->parameters[i].name = name;
        if (!name)
            return lamb_raise(err, -ENOMEM, "parameters");
        if (!eq)
            return lamb_refuse(err, -EINVAL,
                               "--parameter-overrides takes NAME=VALUE, not '%s'",
                               given[i]);
        *eq = '\0';
        deploy->parameters[i].value = eq + 1;
    }
    return 0;
}

static int
find_folder(struct deploy *deploy, const char *path, struct lamb_err *err)
{
    if (lamb_format(deploy->file, sizeof(deploy->file), "%s", path) ||
        !realpath(path, deploy->folder))
        return lamb_refuse(err, -errno, "cannot read the template '%s': %s", path,
                           strerror(errno));
    *strrchr(deploy->folder, '/') = '\0';
    if (lamb_format(deploy->artifacts, sizeof(deploy->artifacts), "%s/artifacts",
                    emulator_state_path(deploy->emulator)))
        return lamb_raise(err, -ENAMETOOLONG, "path of what make makes");
    return 0;
}

int
deploy_start(struct emulator *emulator, const char *path, const char *const *parameters,
             void (*done)(void *data, const struct lamb_err *err), void *data,
             struct deploy **ret, struct lamb_err *err)
{
    struct deploy *deploy = calloc(1, sizeof(*deploy));
    struct template_config config = { .path = path,
                                      .region = emulator_region(emulator),
                                      .account = emulator_account(emulator),
                                      .url = emulator_url(emulator) };
    int r;

    if (!deploy)
        return lamb_raise(err, -ENOMEM, "deploy '%s'", path);
    deploy->emulator = emulator;
    deploy->failures = lamb_alloc_failures();
    deploy->done = done;
    deploy->data = data;
    config.parameters = deploy->parameters;
    r = find_folder(deploy, path, err);
    if (!r)
        r = read_parameters(deploy, parameters, err);
    if (!r)
        r = template_load(&config, &deploy->template, err);
    if (r) {
        for (struct template_value *v = deploy->parameters; v->name; v++)
            free((void *)(uintptr_t)v->name);
        free(deploy);
        return r;
    }
    deploy->handle = ret;
    *ret = deploy;
    next(deploy);
    return 0;
}

void
deploy_stop(struct deploy *deploy)
{
    if (!deploy || !deploy->build)
        return; /* a call is under way: its end sees that the emulator stops */
    build_stop(deploy->build);
    deploy->build = NULL;
    (void)is_cancelled(deploy);
}
