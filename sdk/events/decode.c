/* SPDX-License-Identifier: Apache-2.0 */

/* decode - the fields that are something else than they look like. */

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "sdk/base/base64.h"
#include "sdk/base/buf.h"
#include "sdk/events/document.h"
#include "sdk/events/event_time.h"
#include "sdk/json/tree.h"

enum { ZIP_STEP = 64 * 1024, UNZIPPED_MAX = 64 * 1024 * 1024 };

/* base64 of the longest payload that the service has, and then some */
static const size_t decoded_max = (size_t)256 * 1024 * 1024;
static const struct lamb_value nothing;

/* ---- Bytes ---- */

static int
decode_base64(struct lamb_span text, struct lamb_buf *ret)
{
    return lamb_base64_decode(text, ret);
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A '%' without two hexadecimal digits stands for itself, as browsers have it. */
static int
decode_form(struct lamb_span text, struct lamb_buf *ret)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int high = -1;
        int low = -1;

        if (c == '%' && i + 2 < text.len) {
            high = hex_digit(text.ptr[i + 1]);
            low = hex_digit(text.ptr[i + 2]);
        }
        if (c == '+')
            c = ' ';
        if (high >= 0 && low >= 0) {
            c = (char)(high * 16 + low);
            i += 2;
        }
        (void)lamb_buf_char(ret, c);
    }
    return lamb_buf_error(ret);
}

/* Text of OBJECT, decoded by DECODE the first time and remembered as WAY. */
static int
decoded_text(struct lamb_value object, const char *name, enum way way,
             int (*decode)(struct lamb_span, struct lamb_buf *), const char *wanted,
             struct lamb_span *ret)
{
    LAMB_AUTOBUF struct lamb_buf bytes = LAMB_BUF_INIT(decoded_max);
    struct lamb_value value;
    struct lamb_span text;
    const struct decoded *done;
    int r = lamb_value_text(object, name, &text);

    *ret = (struct lamb_span){ "", 0 };
    if (r)
        return r;
    (void)lamb_value_get(object, name, &value);
    done = lamb_document_find(object.document, value.node, way);
    if (!done) {
        r = decode(text, &bytes);
        if (r == -EINVAL)
            return lamb_document_blame(object.document, -EPROTO, object.node, name,
                                       "%s is expected, \"%.40s\" was found", wanted,
                                       text.ptr);
        if (r < 0)
            return lamb_document_blame(object.document, r == -ENOMEM ? r : -EFBIG,
                                       object.node, name, "no room to decode it");
        done = lamb_document_keep(object.document, value.node, way,
                                  lamb_buf_view(&bytes), NULL);
    }
    if (!done)
        return lamb_document_blame(object.document, -ENOMEM, object.node, name,
                                   "no memory");
    *ret = (struct lamb_span){ done->bytes, done->len };
    return 0;
}

int
lamb_value_bytes(struct lamb_value object, const char *name,
                 struct lamb_span *ret_bytes)
{
    return decoded_text(object, name, WAY_BASE64, decode_base64, "base64", ret_bytes);
}

int
lamb_value_form(struct lamb_value object, const char *name, struct lamb_span *ret_text)
{
    return decoded_text(object, name, WAY_FORM, decode_form, "text of a form",
                        ret_text);
}

int
lamb_value_body(struct lamb_value object, struct lamb_span *ret_bytes)
{
    bool is_base64;
    int r = lamb_value_bool(object, "isBase64Encoded", &is_base64);

    *ret_bytes = (struct lamb_span){ "", 0 };
    if (r < 0)
        return r;
    return is_base64 ? lamb_value_bytes(object, "body", ret_bytes)
                     : lamb_value_text(object, "body", ret_bytes);
}

/* The list as bytes; -EPROTO: an element is no byte (blamed on it). */
static int
gather_octets(struct lamb_value list, size_t count, struct lamb_buf *ret)
{
    struct lamb_value element;
    int64_t octet;

    for (size_t i = 0; i < count; i++) {
        (void)lamb_value_at(list, i, &element);
        octet = json_is_integer((const json_t *)element.node)
                    ? json_integer_value(element.node)
                    : 1000;
        if (octet < -128 || octet > 255)
            return lamb_document_blame(list.document, -EPROTO, list.node, "",
                                       "element %zu is not a byte (-128 to 255)", i);
        (void)lamb_buf_char(ret, (char)(uint8_t)octet);
    }
    return lamb_buf_error(ret);
}

int
lamb_value_octets(struct lamb_value object, const char *name,
                  struct lamb_span *ret_bytes)
{
    LAMB_AUTOBUF struct lamb_buf bytes = LAMB_BUF_INIT(decoded_max);
    struct lamb_value list;
    const struct decoded *done;
    size_t count;
    int r = lamb_value_list(object, name, &list, &count);

    *ret_bytes = (struct lamb_span){ "", 0 };
    if (r)
        return r;
    done = lamb_document_find(object.document, list.node, WAY_OCTETS);
    if (!done) {
        r = gather_octets(list, count, &bytes);
        if (r < 0)
            return r;
        done = lamb_document_keep(object.document, list.node, WAY_OCTETS,
                                  lamb_buf_view(&bytes), NULL);
    }
    if (!done)
        return -ENOMEM;
    *ret_bytes = (struct lamb_span){ done->bytes, done->len };
    return 0;
}

/* ---- Times ---- */

int
lamb_value_time(struct lamb_value object, const char *name, enum lamb_time_form form,
                int64_t *ret_ms)
{
    struct lamb_span text;
    double seconds;
    int r;

    *ret_ms = 0;
    if (form == LAMB_TIME_MS)
        return lamb_value_int(object, name, ret_ms);
    if (form == LAMB_TIME_SECONDS) {
        r = lamb_value_double(object, name, &seconds);
        if (r)
            return r;
        if (!(seconds > -1e15 && seconds < 1e15))
            return lamb_document_blame(object.document, -EPROTO, object.node, name,
                                       "%g seconds are no point in time", seconds);
        /* the nearest: 1795228243.123 has no exact double */
        *ret_ms = (int64_t)(seconds * 1000 + (seconds < 0 ? -0.5 : 0.5));
        return 0;
    }
    r = lamb_value_text(object, name, &text);
    if (r)
        return r;
    if (lamb_event_time(text, form, ret_ms) < 0)
        return lamb_document_blame(object.document, -EPROTO, object.node, name,
                                   "a point in time is expected, \"%.40s\" was found",
                                   text.ptr);
    return 0;
}

/* ---- JSON in JSON ---- */

static int
append_dump(const char *bytes, size_t len, void *buf)
{
    return lamb_buf_append(buf, bytes, len) ? -1 : 0;
}

int
lamb_value_json(struct lamb_value value, struct lamb_span *ret_text)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(decoded_max);
    const struct decoded *done;

    *ret_text = (struct lamb_span){ "", 0 };
    if (!value.node)
        return LAMB_ABSENT;
    done = lamb_document_find(value.document, value.node, WAY_JSON);
    if (!done) {
        if (json_dump_callback(value.node, append_dump, &text,
                               JSON_ENCODE_ANY | JSON_COMPACT) < 0)
            return -ENOMEM;
        done = lamb_document_keep(value.document, value.node, WAY_JSON,
                                  lamb_buf_view(&text), NULL);
    }
    if (!done)
        return -ENOMEM;
    *ret_text = (struct lamb_span){ done->bytes, done->len };
    return 0;
}

/* Parse TEXT, which is what FIELD of OBJECT says, and remember it under NODE as WAY. */
static int
parse_and_keep(struct lamb_value object, const char *field, const void *node,
               enum way way, struct lamb_span text, struct lamb_value *ret_value)
{
    struct lamb_json_check why;
    int r;
    json_t *tree = lamb_json_tree(text, &r, &why);
    const struct decoded *done = NULL;

    if (r == -EPROTO)
        return lamb_document_blame(object.document, r, object.node, field,
                                   "it is not JSON, line %zu, column %zu: %s", why.line,
                                   why.column, why.text);
    if (tree)
        done = lamb_document_keep(object.document, node, way,
                                  (struct lamb_span){ NULL, 0 }, tree);
    if (!done)
        return -ENOMEM;
    *ret_value = (struct lamb_value){ object.document, done->tree };
    return 0;
}

int
lamb_value_parsed(struct lamb_value object, const char *name,
                  struct lamb_value *ret_value)
{
    struct lamb_value value;
    struct lamb_span text;
    const struct decoded *done;
    int r = lamb_value_text(object, name, &text);

    *ret_value = nothing;
    if (r)
        return r;
    (void)lamb_value_get(object, name, &value);
    done = lamb_document_find(object.document, value.node, WAY_PARSED);
    if (!done)
        return parse_and_keep(object, name, value.node, WAY_PARSED, text, ret_value);
    *ret_value = (struct lamb_value){ object.document, done->tree };
    return 0;
}

/* One step; Z_BUF_ERROR: the input ended too early. */
static int
unzip_step(z_stream *zip, unsigned char *block, size_t size, struct lamb_buf *ret)
{
    int z;

    zip->next_out = block;
    zip->avail_out = (uInt)size;
    z = inflate(zip, Z_NO_FLUSH);
    (void)lamb_buf_append(ret, block, size - zip->avail_out);
    if (z == Z_OK && zip->avail_in == 0 && zip->avail_out)
        return Z_BUF_ERROR;
    /* a file of several members is all of them, one after another */
    if (z == Z_STREAM_END && zip->avail_in)
        return inflateReset(zip);
    return z;
}

/* -EINVAL: not gzip; -ENOMEM; -EMSGSIZE or the like: beyond the limit of RET. */
static int
unzip(struct lamb_span in, struct lamb_buf *ret)
{
    unsigned char block[ZIP_STEP / 8];
    z_stream zip = { 0 };
    int z;

    /* 16: gzip and nothing else */
    if (inflateInit2(&zip, 16 + MAX_WBITS) != Z_OK)
        return -ENOMEM;
    zip.next_in = (z_const Bytef *)(uintptr_t)in.ptr;
    zip.avail_in = (uInt)in.len;
    do
        z = unzip_step(&zip, block, sizeof(block), ret);
    while (z == Z_OK && lamb_buf_error(ret) == 0);
    (void)inflateEnd(&zip);
    if (z == Z_MEM_ERROR)
        return -ENOMEM;
    if (lamb_buf_error(ret))
        return lamb_buf_error(ret);
    return z == Z_STREAM_END ? 0 : -EINVAL;
}

int
lamb_value_unzipped(struct lamb_value object, const char *name,
                    struct lamb_value *ret_value)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(UNZIPPED_MAX);
    struct lamb_value value;
    struct lamb_span bytes;
    const struct decoded *done;
    int r = lamb_value_bytes(object, name, &bytes);

    *ret_value = nothing;
    if (r)
        return r;
    (void)lamb_value_get(object, name, &value);
    done = lamb_document_find(object.document, value.node, WAY_UNZIPPED);
    if (done) {
        *ret_value = (struct lamb_value){ object.document, done->tree };
        return 0;
    }
    r = unzip(bytes, &text);
    if (r == -EINVAL)
        return lamb_document_blame(object.document, -EPROTO, object.node, name,
                                   "it is not compressed with gzip, or cut off");
    if (r == -ENOMEM)
        return r;
    if (r < 0)
        return lamb_document_blame(object.document, -EFBIG, object.node, name,
                                   "it unzips to more than %d MiB",
                                   UNZIPPED_MAX / (1024 * 1024));
    return parse_and_keep(object, name, value.node, WAY_UNZIPPED, lamb_buf_view(&text),
                          ret_value);
}
