/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/signed_request.h"
#include "sdk/base/enum.h"

#include <errno.h>
#include <string.h>

enum { FIELDS_MAX = 64, OWN_FIELDS = 5, FIELD_MAX = 16 * 1024 };

/* ---- What may be sent
 * ---------------------------------------------------------------- */

static bool
is_token(const char *text)
{
    return *text && text[strspn(text, "!#$%&'*+-.^_`|~0123456789"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

/* Visible ASCII without what ends it. */
static bool
is_part_of_url(const char *text, const char *without)
{
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c >= 0x7f || strchr(without, *c))
            return false;
    return true;
}

static bool
is_field_value(const char *text)
{
    for (const char *c = text; *c; c++)
        if ((*c > 0 && *c < ' ' && *c != '\t') || *c == 0x7f)
            return false;
    return true;
}

/* Fields that the client, or libcurl, says itself. */
static bool
is_reserved(const char *name)
{
    static const char *const ours[] = {
        "host",
        "authorization",
        "x-amz-date",
        "x-amz-security-token",
        "content-length",
        "transfer-encoding",
        "connection",
        "expect",
        "x-amz-content-sha256",
    };

    for (size_t i = 0; i < LAMB_COUNT(ours); i++)
        if (lamb_span_eq_nocase(lamb_span_str(name), lamb_span_str(ours[i])))
            return true;
    return false;
}

static int
check_field(const struct lamb_aws_header *field, struct lamb_err *err)
{
    if (!field->name || !is_token(field->name))
        return lamb_refuse(err, -EINVAL, "a header field has no name that may be sent");
    if (is_reserved(field->name))
        return lamb_refuse(err, -EINVAL,
                           "the header field %s is set by the client itself",
                           field->name);
    if (!field->value || !is_field_value(field->value) ||
        strlen(field->value) > FIELD_MAX - 512)
        return lamb_refuse(err, -EINVAL, "the value of header field %s cannot be sent",
                           field->name);
    return 0;
}

int
lamb_request_check(const struct lamb_aws_request *request, struct lamb_err *err)
{
    int r = 0;

    if (!request->service)
        return lamb_refuse(err, -EINVAL, "the request names no service");
    if (request->method && !is_token(request->method))
        return lamb_refuse(err, -EINVAL, "'%s' is no method", request->method);
    if (request->path &&
        (request->path[0] != '/' || !is_part_of_url(request->path, "?#")))
        return lamb_refuse(
            err, -EINVAL,
            "the path '%s' does not begin with '/', or has characters that "
            "have to be escaped",
            request->path);
    if (request->query && !is_part_of_url(request->query, "#"))
        return lamb_refuse(err, -EINVAL,
                           "the query '%s' has characters that have to be escaped",
                           request->query);
    if (request->n_headers > FIELDS_MAX - OWN_FIELDS)
        return lamb_refuse(err, -EINVAL, "more than %d header fields",
                           FIELDS_MAX - OWN_FIELDS);
    if (request->body.len > 0 && !request->body.ptr)
        return lamb_refuse(err, -EINVAL, "the body has a length and no bytes");
    for (size_t i = 0; i < request->n_headers && r == 0; i++)
        r = check_field(&request->headers[i], err);
    return r;
}

/* ---- Its fields
 * ----------------------------------------------------------------------- */

struct fields {
    struct sigv4_field at[FIELDS_MAX];
    size_t n;
};

static void
put(struct fields *fields, const char *name, struct lamb_span value)
{
    fields->at[fields->n++] =
        (struct sigv4_field){ .name = lamb_span_str(name), .value = value };
}

/* Append "NAME: VALUE" to LIST in the form that libcurl takes. */
static int
send_field(const struct lamb_curl *curl, struct curl_slist **list,
           struct lamb_span name, struct lamb_span value)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(FIELD_MAX);
    struct curl_slist *more;

    (void)lamb_buf_span(&line, name);
    (void)lamb_buf_str(&line, value.len > 0 ? ": " : ";"); /* ';': without a value */
    if (lamb_buf_span(&line, value) != 0)
        return lamb_buf_error(&line);
    more = curl->slist_append(*list, lamb_buf_cstr(&line));
    if (!more)
        return -ENOMEM;
    *list = more;
    return 0;
}

/* What libcurl would say on its own account is left out: an empty value after ':'. */
static int
leave_out(const struct lamb_curl *curl, struct curl_slist **list, const char *field)
{
    struct curl_slist *more = curl->slist_append(*list, field);

    if (more)
        *list = more;
    return more ? 0 : -ENOMEM;
}

static int
make_signature(const struct lamb_request_plan *plan, const struct fields *fields,
               const struct lamb_credentials *credentials, int64_t epoch_s,
               struct lamb_buf *ret)
{
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(FIELD_MAX);
    const struct lamb_aws_request *request = plan->request;
    const struct sigv4_key key = { .access_key = lamb_span_str(credentials->access_key),
                                   .secret_key =
                                       lamb_span_str(credentials->secret_key) };

    (void)lamb_buf_span(&path, plan->parts.path);
    if (lamb_buf_str(&path, request->path ? request->path : "/") != 0)
        return lamb_buf_error(&path);
    return lamb_sigv4_sign(
        &(struct sigv4_request){
            .method = lamb_span_str(request->method ? request->method : "POST"),
            .path = lamb_buf_view(&path),
            .query = lamb_span_str(request->query),
            .fields = fields->at,
            .n_fields = fields->n,
            .payload_hash = lamb_span_str(plan->payload_hash),
            .keep_path = strcmp(request->service, "s3") == 0,
        },
        &key, lamb_span_str(plan->region), lamb_span_str(request->service), epoch_s,
        ret);
}

static int
put_all(const struct lamb_request_plan *plan, const struct fields *fields,
        struct lamb_span signature, const struct lamb_curl *curl,
        struct curl_slist **list)
{
    bool has_type = false;
    int r = 0;

    for (size_t i = 0; i < fields->n && r == 0; i++) {
        r = send_field(curl, list, fields->at[i].name, fields->at[i].value);
        has_type |= lamb_span_eq_nocase(fields->at[i].name, LAMB_SPAN("content-type"));
    }
    if (r == 0)
        r = send_field(curl, list, LAMB_SPAN("Authorization"), signature);
    /* Those on the way may change it: it is not signed. */
    if (r == 0 && plan->trace_id && is_field_value(plan->trace_id))
        r = send_field(curl, list, LAMB_SPAN("X-Amzn-Trace-Id"),
                       lamb_span_str(plan->trace_id));
    if (r == 0)
        r = leave_out(curl, list, "Expect:");
    if (r == 0 && !has_type)
        r = leave_out(curl, list, "Content-Type:");
    return r;
}

int
lamb_request_sign(const struct lamb_request_plan *plan,
                  const struct lamb_credentials *credentials, int64_t epoch_s,
                  const struct lamb_curl *curl, struct curl_slist **ret)
{
    LAMB_AUTOBUF struct lamb_buf signature = LAMB_BUF_INIT(FIELD_MAX);
    const struct lamb_aws_request *request = plan->request;
    struct curl_slist *list = NULL;
    struct fields fields = { .n = 0 };
    char time[SIGV4_TIME_SIZE];
    int r;

    lamb_sigv4_time(epoch_s, time);
    put(&fields, "Host", plan->parts.host);
    put(&fields, "X-Amz-Date", lamb_span_str(time));
    if (credentials->token[0])
        put(&fields, "X-Amz-Security-Token", lamb_span_str(credentials->token));
    if (strcmp(request->service, "s3") == 0)
        put(&fields, "X-Amz-Content-Sha256", lamb_span_str(plan->payload_hash));
    for (size_t i = 0; i < request->n_headers; i++)
        put(&fields, request->headers[i].name,
            lamb_span_str(request->headers[i].value));
    r = make_signature(plan, &fields, credentials, epoch_s, &signature);
    if (r == 0)
        r = put_all(plan, &fields, lamb_buf_view(&signature), curl, &list);
    if (r == 0)
        *ret = list;
    else
        curl->slist_free_all(list);
    return r;
}
