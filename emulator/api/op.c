/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/op.h"

#include <errno.h>
#include <stdlib.h>

#include "emulator/api/body.h"
#include "emulator/api/dispatch.h"
#include "emulator/api/error.h"
#include "emulator/api/shape.h"
#include "sdk/base/alloc.h"
#include "sdk/base/auto.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

#define NO_MEMORY "The emulator is out of memory."
enum { MESSAGE_MAX = 256 * 1024, QUERY_MAX = 50 };

/* -- life ------------------------------------------------------------------------- */

static struct op *
op_new(struct api *api, struct http_request *req, const struct operation_match *match)
{
    struct op *op = calloc(1, sizeof(*op));

    if (!op)
        return NULL;
    call_init(&op->call, api, req, match);
    op->failures = lamb_alloc_failures();
    lamb_list_init(&op->node);
    return op;
}

static void next_turn(struct api *api);

/* It is answered: whoever waits is next. */
static void
end(struct op *op)
{
    struct api *api = op->call.api;
    bool had_turn = op->has_turn;
    bool had_begun = op->has_begun;

    lamb_list_remove(&op->node);
    json_decref(op->in);
    free(op->code_path);
    lamb_blob_unref(op->upload);
    call_fini(&op->call);
    free(op);
    if (had_turn) {
        api->is_changing = false;
        next_turn(api);
    }
    if (had_begun)
        functions_change_ends(api->functions);
}

static void
begin(struct op *op)
{
    op->has_begun = true;
    functions_change_begins(op->call.api->functions);
}

/* A change that ends at once comes back here: the loop, not the stack, goes on. */
static void
next_turn(struct api *api)
{
    struct lamb_list *node;
    struct op *op;

    if (api->is_turning)
        return;
    api->is_turning = true;
    while (!api->is_changing && (node = lamb_list_take_front(&api->waiting))) {
        op = LAMB_CONTAINER(node, struct op, node);
        lamb_list_init(&op->node);
        api->is_changing = true;
        op->has_turn = true;
        op->spec->run(op);
    }
    api->is_turning = false;
}

void
op_go(struct op *op)
{
    struct api *api = op->call.api;

    if (!op->spec->is_change) {
        op->spec->run(op);
        return;
    }
    lamb_list_push_back(&api->waiting, &op->node);
    next_turn(api);
}

/* -- answers ---------------------------------------------------------------------- */

static void
tell_refusal(struct op *op, const char *exception, const char *message)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(MESSAGE_MAX);
    int r = lamb_buf_printf(&text, "%s: %s", exception, message ? message : "");

    op->told(op->told_data, 0,
             r ? "ServiceException: " NO_MEMORY : lamb_buf_cstr(&text), NULL);
}

/* Is all there that jansson was asked for? Other requests' failures count as well where
 * this one waited in between. */
static bool
is_whole(const struct op *op)
{
    return op->failures == lamb_alloc_failures();
}

static void
refuse(struct op *op, const char *exception, const char *message, bool is_bare)
{
    if (!is_whole(op)) { /* what was found wrong may only have been missing */
        exception = "ServiceException";
        message = NO_MEMORY;
        is_bare = false;
    }
    if (op->told)
        tell_refusal(op, exception, message);
    else if (op->call.req && is_bare)
        api_reply_bare_error(op->call.req, op->call.request_id, exception, message);
    else if (op->call.req)
        api_reply_error(op->call.req, op->call.request_id, exception, message, NULL);
    end(op);
}

void
op_refuse_text(struct op *op, const char *exception, const char *message)
{
    refuse(op, exception, message, false);
}

void
op_refuse_bare(struct op *op, const char *exception, const char *message)
{
    refuse(op, exception, message, true);
}

void
op_refuse_memory(struct op *op)
{
    refuse(op, "ServiceException", NO_MEMORY, false);
}

bool
op_is_whole(struct op *op)
{
    if (is_whole(op))
        return true;
    op_refuse_memory(op);
    return false;
}

void
op_refuse(struct op *op, const char *exception, const char *fmt, ...)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(MESSAGE_MAX);
    va_list ap;

    va_start(ap, fmt);
    (void)lamb_buf_vprintf(&text, fmt, ap);
    va_end(ap);
    refuse(op, exception, lamb_buf_cstr(&text), false);
}

void
op_reply(struct op *op, unsigned status, json_t *answer)
{
    LAMB_AUTOFREE char *text =
        answer && op->call.req ? json_dumps(answer, JSON_COMPACT) : NULL;

    if (!is_whole(op)) {
        json_decref(answer);
        op_refuse_memory(op);
        return;
    }
    if (op->told)
        op->told(op->told_data, status, NULL, answer);
    else if (op->call.req)
        api_reply_json(op->call.req, op->call.request_id, status, text ? text : "");
    json_decref(answer);
    end(op);
}

/* An answer that waits for its commit. */
struct pending {
    struct op *op;
    json_t *answer;
    unsigned status;
};

static void
on_committed(void *data, const struct lamb_err *err)
{
    LAMB_AUTOFREE struct pending *pending = data;

    pending->op->failures = lamb_alloc_failures(); /* the answer was whole before */
    if (err) {
        json_decref(pending->answer);
        op_refuse(pending->op, "ServiceException", "%s", err->text);
    } else {
        op_reply(pending->op, pending->status, pending->answer);
    }
}

void
op_commit(struct op *op, struct change *change, unsigned status, json_t *answer)
{
    LAMB_AUTOFREE struct pending *pending = calloc(1, sizeof(*pending));
    struct lamb_err err = { 0 };

    if (!pending || !change || !is_whole(op)) {
        change_free(change);
    } else {
        *pending = (struct pending){ op, answer, status };
        if (!change_commit(change, on_committed, pending, &err)) {
            (void)lamb_take_ptr(&pending);
            return;
        }
    }
    json_decref(answer);
    op_refuse_memory(op);
}

/* -- the members of a request -------------------------------------------------------
 */

/* A text from the path or the query as the member's type. */
static json_t *
read_text(const struct member *member, const char *text)
{
    uint64_t number;
    json_t *value;

    if (member->shape->type == SHAPE_STRING || member->shape->type == SHAPE_TIMESTAMP) {
        value = json_string(text);
        return value ? value : json_string("\xef\xbf\xbd"); /* it is no UTF-8 */
    }
    if (member->shape->type == SHAPE_BOOLEAN)
        return json_boolean(strcmp(text, "true") == 0);
    if (text[0] == '-' &&
        !lamb_parse_u64(lamb_span_str(text + 1), 0, INT32_MAX, &number))
        return json_integer(-(json_int_t)number);
    if (lamb_parse_u64(lamb_span_str(text), 0, INT64_MAX, &number))
        return json_string(text); /* refused as another type */
    return json_integer((json_int_t)number);
}

/* Every value of a query parameter that may come several times. */
static json_t *
read_query_list(const struct op *op, const char *name)
{
    struct lamb_span query = http_query(op->call.req);
    json_t *list = json_array();
    struct lamb_span pair;
    struct lamb_span key;
    struct lamb_span value;
    char *text;

    for (int i = 0; list && query.len && i < QUERY_MAX; i++) {
        (void)lamb_span_cut(query, '&', &pair, &query);
        (void)lamb_span_cut(pair, '=', &key, &value);
        if (!lamb_span_is(key, name) || http_decode_segment(value, &text))
            continue;
        for (char *c = text; *c; c++)
            *c = *c == '+' ? ' ' : *c;
        (void)json_array_append_new(list, json_string(text));
        free(text);
    }
    return list;
}

static json_t *
read_query(const struct op *op, const struct member *member)
{
    LAMB_AUTOFREE char *text = NULL;
    json_t *list;

    if (member->shape->type == SHAPE_LIST) {
        list = read_query_list(op, member->wire);
        if (json_array_size(list))
            return list;
        json_decref(list);
        return NULL;
    }
    if (http_query_param(op->call.req, member->wire, &text)) {
        text = NULL;
        return NULL;
    }
    return read_text(member, text);
}

static json_t *
read_path(const struct op *op, const struct operation_shape *shape,
          const struct member *member)
{
    LAMB_AUTOFREE char *text = NULL;

    for (size_t i = 0; i < op->call.match.n_labels; i++) {
        if (!shape->labels[i] || strcmp(shape->labels[i], member->wire) != 0)
            continue;
        if (http_decode_segment(op->call.match.labels[i], &text)) {
            text = NULL;
            return NULL;
        }
        return read_text(member, text);
    }
    return NULL;
}

/* What the operation has no member for is passed over, as the service does. */
static void
drop_unknown(struct op *op, const struct shape *input)
{
    const char *name;
    json_t *value;
    void *next;

    json_object_foreach_safe(op->in, next, name, value)
    {
        bool is_known = false;

        for (size_t i = 0; i < input->n_members && !is_known; i++)
            is_known = strcmp(input->members[i].name, name) == 0;
        if (!is_known)
            (void)json_object_del(op->in, name);
    }
}

/* Members of the path and the query join those of the body. */
static int
gather(struct op *op, const struct operation_shape *shape)
{
    for (size_t i = 0; i < shape->input->n_members; i++) {
        const struct member *member = &shape->input->members[i];
        json_t *value = NULL;

        if (member->place == IN_BODY)
            continue;
        value = member->place == IN_PATH ? read_path(op, shape, member)
                                         : read_query(op, member);
        (void)json_object_del(op->in, member->name);
        if (value && json_object_set_new(op->in, member->name, value))
            return -ENOMEM;
    }
    drop_unknown(op, shape->input);
    return 0;
}

static void
check_and_go(struct op *op, const struct operation_shape *shape)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(MESSAGE_MAX);
    /* The code of a call from within is not in its members. */
    bool has_stand_in = op->code_path != NULL;

    if (shape_check_types(shape->input, op->in, &text)) {
        op_refuse_text(op, "InvalidRequestContentException", lamb_buf_cstr(&text));
        return;
    }
    if (has_stand_in) {
        (void)json_object_set_new(op->in, "Code", json_object());
        (void)json_object_set_new(op->in, "Content", json_object());
    }
    if (shape_check(shape->input, op->in, &text))
        op_refuse_text(op, "ValidationException", lamb_buf_cstr(&text));
    else if (op->spec->prepare)
        op->spec->prepare(op);
    else
        op_go(op);
}

/* What the body says; false: it is answered. */
static bool
take_members(struct op *op, struct body *body)
{
    op->in = lamb_take_ptr(&body->members);
    op->upload = lamb_take_ptr(&body->upload);
    op->is_bad_upload = body->is_bad_upload;
    if (op->in && body->is_whole)
        return true;
    if (!body->is_whole)
        op_refuse_memory(op);
    else
        op_refuse(op, "InvalidRequestContentException",
                  "Could not parse request body into json: %s", body->why);
    return false;
}

static void
on_parsed(void *data, struct body *body)
{
    struct op *op = data;
    const struct operation_shape *shape = operation_shape_find(op->spec->name);

    if (!op->call.req)
        end(op); /* the client has left, and nothing was begun */
    else if (take_members(op, body)) {
        if (gather(op, shape))
            op_refuse_memory(op);
        else
            check_and_go(op, shape);
    }
}

static void
on_body(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct op *op = data;

    (void)req;
    begin(op);
    if (outcome == HTTP_E_TOO_LARGE) {
        op_refuse(op, "RequestEntityTooLargeException",
                  "Request must be smaller than %d bytes for the %s operation",
                  LAMB_LIMIT_REQUEST_LARGEST, op->spec->name);
        lamb_blob_unref(body);
    } else if (body_parse(op->call.api->loop, body, on_parsed, op)) {
        op_refuse_memory(op);
    }
}

static void
on_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct op *op = data;

    (void)req;
    (void)why;
    op->call.req = NULL; /* what was begun is brought to its end */
    if (!op->has_begun)
        end(op);
}

/* Two operations may share method and path: a member of the query tells them apart. */
static const char *
find_name(const struct http_request *req, const struct operation_match *match)
{
    static const struct {
        const char *name, *param, *with, *without;
    } shared[] = {
        { "GetLayerVersionByArn", "find", "GetLayerVersionByArn", "ListLayers" },
        { "GetProvisionedConcurrencyConfig", "List",
          "ListProvisionedConcurrencyConfigs", "GetProvisionedConcurrencyConfig" },
    };
    LAMB_AUTOFREE char *given = NULL;

    for (size_t i = 0; i < LAMB_COUNT(shared); i++) {
        if (strcmp(match->operation->name, shared[i].name) != 0)
            continue;
        if (http_query_param(req, shared[i].param, &given))
            given = NULL;
        return given ? shared[i].with : shared[i].without;
    }
    return match->operation->name;
}

void
op_serve(struct api *api, struct http_request *req, const struct operation_match *match)
{
    struct op *op = op_new(api, req, match);

    if (!op) {
        http_reply(req, &(struct http_answer){ .status = 500, .close_after = true });
        return;
    }
    op->spec = op_spec_find(find_name(req, match));
    lamb_assert(op->spec);
    http_on_gone(req, on_gone, op);
    http_read_body(req, LAMB_LIMIT_REQUEST_LARGEST, on_body, op);
}

int
op_call(struct api *api, const char *name, json_t *members, const char *code_path,
        void (*told)(void *data, unsigned status, const char *error,
                     const json_t *answer),
        void *data, struct lamb_err *err)
{
    static const struct operation_match no_match;
    const struct op_spec *spec = op_spec_find(name);
    struct op *op = spec ? op_new(api, NULL, &no_match) : NULL;

    if (!op) {
        json_decref(members);
        return spec ? lamb_raise(err, -ENOMEM, "%s", name)
                    : lamb_refuse(err, -ENOENT, "%s is not supported", name);
    }
    begin(op);
    op->spec = spec;
    op->in = members;
    op->told = told;
    op->told_data = data;
    op->code_path = code_path ? lamb_span_dup(lamb_span_str(code_path)) : NULL;
    if (code_path && !op->code_path)
        op_refuse_memory(op);
    else
        check_and_go(op, operation_shape_find(name));
    return 0;
}
