/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/body.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/alloc.h"
#include "sdk/base/auto.h"
#include "sdk/base/base64.h"
#include "sdk/base/enum.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

/* Below it, the way to the pool and back takes longer than the work. */
enum { LARGE = 64 * 1024 };

struct parse {
    struct loop_work work;
    struct lamb_blob *bytes;
    struct body body;
    void (*done)(void *data, struct body *body);
    void *data;
};

/* Where the service's operations have it. */
static json_t *
find_upload(json_t *members)
{
    static const char *const places[] = { "Code", "Content" };
    json_t *place = members;

    for (size_t i = 0; !json_object_get(place, "ZipFile") && i < LAMB_COUNT(places);
         i++)
        place = json_object_get(members, places[i]);
    return json_is_string(json_object_get(place, "ZipFile")) ? place : NULL;
}

static void
take_upload(struct body *body)
{
    json_t *place = find_upload(body->members);
    LAMB_AUTOBUF struct lamb_buf bytes = LAMB_BUF_INIT(LAMB_LIMIT_REQUEST_LARGEST);
    int r;

    if (!place)
        return;
    r = lamb_base64_decode(
        lamb_span_str(json_string_value(json_object_get(place, "ZipFile"))), &bytes);
    body->is_bad_upload = r != 0;
    if (!r)
        body->upload = lamb_blob_copy(lamb_buf_view(&bytes));
    body->is_whole = r ? r != -ENOMEM : body->upload != NULL;
    (void)json_object_set_new(place, "ZipFile", json_string(""));
}

static void
parse(struct body *body, struct lamb_span text)
{
    uint64_t failures = lamb_alloc_failures(); /* of this thread, perhaps the pool's */
    json_error_t why = { 0 };

    body->is_whole = true;
    body->members = text.len ? json_loadb(text.ptr, text.len, 0, &why) : json_object();
    if (json_is_object(body->members))
        take_upload(body);
    if (failures != lamb_alloc_failures())
        body->is_whole = false;
    if (json_is_object(body->members))
        return;
    if (body->members
            ? lamb_format(body->why, sizeof(body->why), "it is not an object")
            : lamb_format(body->why, sizeof(body->why), "%s (line %d, column %d)",
                          why.text, why.line, why.column))
        body->why[0] = '\0'; /* jansson's texts are shorter */
    json_decref(body->members);
    body->members = NULL;
}

static void
tell(struct parse *p)
{
    p->done(p->data, &p->body);
    json_decref(p->body.members);
    lamb_blob_unref(p->body.upload);
}

static void
run(struct loop_work *work)
{
    struct parse *p = LAMB_CONTAINER(work, struct parse, work);

    parse(&p->body, lamb_blob_view(p->bytes));
}

static void
done(struct loop_work *work)
{
    LAMB_AUTOFREE struct parse *p = LAMB_CONTAINER(work, struct parse, work);

    lamb_blob_unref(p->bytes); /* on the loop: its count is not atomic */
    tell(p);
}

int
body_parse(struct loop *loop, struct lamb_blob *bytes,
           void (*fn)(void *data, struct body *body), void *data)
{
    struct parse small = { .done = fn, .data = data };
    LAMB_AUTOFREE struct parse *p = NULL;
    struct lamb_err err = { 0 };

    if (!bytes || bytes->len < LARGE) {
        parse(&small.body, lamb_blob_view(bytes));
        lamb_blob_unref(bytes);
        tell(&small);
        return 0;
    }
    p = calloc(1, sizeof(*p));
    if (p)
        *p = (struct parse){ .work = { .name = "request", .run = run, .done = done },
                             .bytes = bytes,
                             .done = fn,
                             .data = data };
    if (!p || loop_work(loop, &p->work, &err)) {
        lamb_blob_unref(bytes);
        return -ENOMEM;
    }
    (void)lamb_take_ptr(&p);
    return 0;
}
