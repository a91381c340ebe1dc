/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/http_response.h"

#include <errno.h>

#include "sdk/base/enum.h"
#include "sdk/base/num.h"

/* What a step works on; a step moves res->at and res->stage. */
struct input {
    char *bytes;
    size_t len;
    bool at_end;
};

typedef int (*step_fn)(struct lamb_http_response *res, const struct input *in);

void
lamb_http_response_init(struct lamb_http_response *res)
{
    *res = (struct lamb_http_response){ .keep_alive = true };
}

/* The next line without its CR LF, consumed. */
static int
take_line(struct lamb_http_response *res, const struct input *in,
          struct lamb_span *ret_line)
{
    const char *line = in->bytes + res->at;
    const char *lf;
    size_t line_len;

    lf = memchr(in->bytes + res->scanned, '\n', in->len - res->scanned);
    res->scanned = lf ? (size_t)(lf - in->bytes) + 1 : in->len;
    if (res->scanned - res->section > LAMB_HTTP_HEAD_MAX)
        return -EMSGSIZE;
    if (!lf)
        return LAMB_HTTP_MORE;
    line_len = (size_t)(lf - line);
    if (line_len == 0 || line[line_len - 1] != '\r')
        return -EBADMSG;
    *ret_line = lamb_span_of(line, line_len - 1);
    res->at = res->scanned;
    return 0;
}

static void
start_lines(struct lamb_http_response *res, enum lamb_http_stage stage)
{
    res->stage = stage;
    res->section = res->scanned = res->at;
}

static int
status_line(struct lamb_http_response *res, const struct input *in)
{
    struct lamb_span line;
    uint64_t status;
    int r = take_line(res, in, &line);

    if (r)
        return r;
    if (line.len < 12 || !lamb_span_starts(line, "HTTP/1.") || line.ptr[8] != ' ' ||
        (line.len > 12 && line.ptr[12] != ' '))
        return -EBADMSG;
    if (lamb_parse_u64(lamb_span_of(line.ptr + 9, 3), 100, 599, &status))
        return -EBADMSG;
    res->status = (unsigned)status;
    res->keep_alive = line.ptr[7] != '0'; /* HTTP/1.0 closes */
    res->stage = LAMB_HTTP_FIELD_LINES;
    return 0;
}

static bool
is_token(struct lamb_span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] <= ' ' || name.ptr[i] > '~')
            return false;
    return name.len > 0;
}

static int
note_field(struct lamb_http_response *res, const struct input *in,
           struct lamb_span line, struct lamb_http_field *ret)
{
    struct lamb_span name;
    struct lamb_span value;

    if (res->field_count == LAMB_HTTP_FIELDS_MAX)
        return -EMSGSIZE;
    if (!lamb_span_cut(line, ':', &name, &value) || !is_token(name) ||
        (value.len &&
         (memchr(value.ptr, '\0', value.len) || memchr(value.ptr, '\r', value.len))))
        return -EBADMSG;
    value = lamb_span_trim(value);
    if (!value.len)
        value = lamb_span_of(line.ptr + line.len, 0);
    *ret = (struct lamb_http_field){
        .name = (uint32_t)(name.ptr - in->bytes),
        .name_len = (uint32_t)name.len,
        .value = (uint32_t)(value.ptr - in->bytes),
        .value_len = (uint32_t)value.len,
    };
    in->bytes[ret->value + ret->value_len] = '\0'; /* white space, or the line's CR */
    res->fields[res->field_count++] = *ret;
    return 0;
}

static int
apply_length(struct lamb_http_response *res, struct lamb_span value)
{
    uint64_t length;
    int r = lamb_parse_u64(value, 0, LAMB_HTTP_BODY_MAX, &length);

    if (r)
        return r == -ERANGE ? -EMSGSIZE : -EBADMSG;
    if (res->has_length && res->missing != length)
        return -EBADMSG;
    res->has_length = true;
    res->missing = length;
    return 0;
}

static int
apply_coding(struct lamb_http_response *res, struct lamb_span value)
{
    if (res->is_chunked || !lamb_span_eq_nocase(value, LAMB_SPAN("chunked")))
        return -EBADMSG;
    res->is_chunked = true;
    return 0;
}

/* A list such as "keep-alive, Upgrade"; only "close" matters. */
static int
apply_connection(struct lamb_http_response *res, struct lamb_span value)
{
    struct lamb_span item;

    while (value.len) {
        (void)lamb_span_cut(value, ',', &item, &value);
        if (lamb_span_eq_nocase(lamb_span_trim(item), LAMB_SPAN("close")))
            res->keep_alive = false;
    }
    return 0;
}

/* The headers that say where the response ends. */
static int
apply_field(struct lamb_http_response *res, struct lamb_span name,
            struct lamb_span value)
{
    static const struct {
        struct lamb_span name;
        int (*apply)(struct lamb_http_response *res, struct lamb_span value);
    } framing[] = {
        { { "Content-Length", 14 }, apply_length },
        { { "Transfer-Encoding", 17 }, apply_coding },
        { { "Connection", 10 }, apply_connection },
    };

    for (size_t i = 0; i < LAMB_COUNT(framing); i++)
        if (lamb_span_eq_nocase(name, framing[i].name))
            return framing[i].apply(res, value);
    return 0;
}

/* The empty line was read: what follows? */
static int
start_body(struct lamb_http_response *res)
{
    if (res->status < 200) {
        if (res->status == 101)
            return -EBADMSG; /* we never ask to leave HTTP/1.1 */
        *res = (struct lamb_http_response){ .at = res->at };
        start_lines(res, LAMB_HTTP_STATUS_LINE);
        return 0;
    }
    if (res->has_length && res->is_chunked)
        return -EBADMSG;
    res->body = res->at;
    if (res->status == 204 || res->status == 304) {
        res->missing = 0;
        res->stage = LAMB_HTTP_BODY_LENGTH;
    } else if (res->is_chunked) {
        start_lines(res, LAMB_HTTP_CHUNK_SIZE);
    } else if (res->has_length) {
        res->stage = LAMB_HTTP_BODY_LENGTH;
    } else {
        res->keep_alive = false;
        res->stage = LAMB_HTTP_BODY_TO_CLOSE;
    }
    return 0;
}

static int
field_line(struct lamb_http_response *res, const struct input *in)
{
    struct lamb_http_field field = { 0 };
    struct lamb_span line;
    int r = take_line(res, in, &line);

    if (r)
        return r;
    if (!line.len)
        return start_body(res);
    r = note_field(res, in, line, &field);
    if (r)
        return r;
    return apply_field(res, lamb_span_of(in->bytes + field.name, field.name_len),
                       lamb_span_of(in->bytes + field.value, field.value_len));
}

/* Bytes that are the body are there already: move them to its end, when apart. */
static void
take_body(struct lamb_http_response *res, const struct input *in, size_t count)
{
    if (count && res->at != res->body + res->body_len)
        memmove(in->bytes + res->body + res->body_len, in->bytes + res->at, count);
    res->body_len += count;
    res->at += count;
    res->scanned = res->at;
}

static size_t
take_missing(struct lamb_http_response *res, const struct input *in)
{
    size_t there = in->len - res->at;

    if (there > res->missing)
        there = (size_t)res->missing;
    take_body(res, in, there);
    res->missing -= there;
    return there;
}

static int
body_length(struct lamb_http_response *res, const struct input *in)
{
    (void)take_missing(res, in);
    if (res->missing)
        return LAMB_HTTP_MORE;
    res->stage = LAMB_HTTP_DONE;
    return 0;
}

static int
body_to_close(struct lamb_http_response *res, const struct input *in)
{
    take_body(res, in, in->len - res->at);
    if (res->body_len > LAMB_HTTP_BODY_MAX)
        return -EMSGSIZE;
    if (!in->at_end)
        return LAMB_HTTP_MORE;
    res->stage = LAMB_HTTP_DONE;
    return 0;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int
chunk_size(struct lamb_http_response *res, const struct input *in)
{
    struct lamb_span line;
    struct lamb_span digits;
    struct lamb_span extension;
    uint64_t size = 0;
    int r = take_line(res, in, &line);

    if (r)
        return r;
    (void)lamb_span_cut(line, ';', &digits, &extension);
    digits = lamb_span_trim(digits);
    if (!digits.len)
        return -EBADMSG;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = hex_digit(digits.ptr[i]);

        if (digit < 0)
            return -EBADMSG;
        size = size * 16 + (uint64_t)digit;
        if (size > LAMB_HTTP_BODY_MAX - res->body_len)
            return -EMSGSIZE;
    }
    res->missing = size;
    if (size)
        res->stage = LAMB_HTTP_CHUNK_DATA;
    else
        start_lines(res, LAMB_HTTP_TRAILER_LINES);
    return 0;
}

static int
chunk_data(struct lamb_http_response *res, const struct input *in)
{
    (void)take_missing(res, in);
    if (res->missing)
        return LAMB_HTTP_MORE;
    start_lines(res, LAMB_HTTP_CHUNK_END);
    return 0;
}

static int
chunk_end(struct lamb_http_response *res, const struct input *in)
{
    struct lamb_span line;
    int r = take_line(res, in, &line);

    if (r)
        return r;
    if (line.len)
        return -EBADMSG;
    start_lines(res, LAMB_HTTP_CHUNK_SIZE);
    return 0;
}

/* Nobody sends the runtime a trailer that matters: read over them. */
static int
trailer_line(struct lamb_http_response *res, const struct input *in)
{
    struct lamb_span line;
    int r = take_line(res, in, &line);

    if (r)
        return r;
    if (!line.len)
        res->stage = LAMB_HTTP_DONE;
    return 0;
}

int
lamb_http_response_parse(struct lamb_http_response *res, char *bytes, size_t len,
                         bool at_end)
{
    static const step_fn steps[LAMB_HTTP_STAGE_N] = {
        [LAMB_HTTP_STATUS_LINE] = status_line,
        [LAMB_HTTP_FIELD_LINES] = field_line,
        [LAMB_HTTP_BODY_LENGTH] = body_length,
        [LAMB_HTTP_CHUNK_SIZE] = chunk_size,
        [LAMB_HTTP_CHUNK_DATA] = chunk_data,
        [LAMB_HTTP_CHUNK_END] = chunk_end,
        [LAMB_HTTP_TRAILER_LINES] = trailer_line,
        [LAMB_HTTP_BODY_TO_CLOSE] = body_to_close,
    };
    const struct input in = { .bytes = bytes, .len = len, .at_end = at_end };
    int r = len ? 0 : LAMB_HTTP_MORE;

    while (!r && res->stage != LAMB_HTTP_DONE)
        r = steps[res->stage](res, &in);
    return r == LAMB_HTTP_MORE && at_end ? -ECONNRESET : r;
}

size_t
lamb_http_response_want(const struct lamb_http_response *res, size_t len)
{
    enum { USUAL = 16 * 1024 };
    size_t there = len - res->at;

    if (res->stage == LAMB_HTTP_BODY_LENGTH && res->missing > there &&
        res->missing - there > USUAL)
        return (size_t)res->missing - there;
    return USUAL;
}

const char *
lamb_http_response_find(const struct lamb_http_response *res, const char *bytes,
                        const char *name)
{
    struct lamb_span want = lamb_span_str(name);

    for (size_t i = 0; i < res->field_count; i++) {
        const struct lamb_http_field *field = &res->fields[i];

        if (lamb_span_eq_nocase(lamb_span_of(bytes + field->name, field->name_len),
                                want))
            return field->value_len ? bytes + field->value : NULL;
    }
    return NULL;
}
