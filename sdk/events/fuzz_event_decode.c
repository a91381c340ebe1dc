/* SPDX-License-Identifier: Apache-2.0 */

/*
 * fuzz_event_decode - any bytes as what an event wraps: in base64 they come back as
 * they are; gzip unpacks to a bounded length or is refused; text is read as a form and
 * as JSON in JSON; a list of numbers is the bytes again.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "sdk/base/base64.h"
#include "sdk/base/buf.h"
#include "sdk/base/json_text.h"
#include "sdk/events/document.h"
#include "sdk/json/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 1 << 20 };

static void
demand(bool holds)
{
    if (!holds)
        abort();
}

/* BYTES with the head of gzip, packed in little memory: this runs often. */
static void
zip(struct lamb_span bytes, struct lamb_buf *ret)
{
    unsigned char out[4096];
    z_stream zip = { 0 };
    int z = Z_OK;

    demand(deflateInit2(&zip, 1, Z_DEFLATED, 16 + 9, 1, Z_DEFAULT_STRATEGY) == Z_OK);
    zip.next_in = (z_const Bytef *)(uintptr_t)bytes.ptr;
    zip.avail_in = (uInt)bytes.len;
    while (z == Z_OK) {
        zip.next_out = out;
        zip.avail_out = sizeof(out);
        z = deflate(&zip, Z_FINISH);
        (void)lamb_buf_append(ret, out, sizeof(out) - zip.avail_out);
    }
    (void)deflateEnd(&zip);
}

/* {"base64":…,"zipped":…,"octets":[…],"text":…} */
static void
wrap(struct lamb_span bytes, struct lamb_buf *json)
{
    LAMB_AUTOBUF struct lamb_buf zipped = LAMB_BUF_INIT(TEXT_MAX);

    zip(bytes, &zipped);
    (void)lamb_buf_str(json, "{\"base64\":\"");
    (void)lamb_base64_encode(json, bytes);
    (void)lamb_buf_str(json, "\",\"zipped\":\"");
    (void)lamb_base64_encode(json, lamb_buf_view(&zipped));
    (void)lamb_buf_str(json, "\",\"octets\":[");
    for (size_t i = 0; i < bytes.len; i++)
        (void)lamb_buf_printf(json, "%s%d", i ? "," : "", (signed char)bytes.ptr[i]);
    (void)lamb_buf_str(json, "],\"text\":");
    (void)lamb_json_string(json, bytes);
    (void)lamb_buf_str(json, "}");
}

static void
same(struct lamb_span found, struct lamb_span wanted)
{
    demand(found.len == wanted.len && found.ptr[found.len] == '\0');
    demand(wanted.len == 0 || memcmp(found.ptr, wanted.ptr, wanted.len) == 0);
}

static void
check(struct lamb_value root, struct lamb_span bytes)
{
    struct lamb_span found;
    struct lamb_span again;
    struct lamb_value value;
    struct lamb_json_check why;
    int is_json;
    json_t *tree = lamb_json_tree(bytes, &is_json, &why);

    json_decref(tree);
    demand(lamb_value_bytes(root, "base64", &found) == 0);
    same(found, bytes);
    demand(lamb_value_octets(root, "octets", &found) == 0);
    same(found, bytes);
    /* the bytes themselves as gzip: refused, or JSON that they unpack to */
    (void)lamb_value_unzipped(root, "base64", &value);
    demand(lamb_value_unzipped(root, "zipped", &value) == is_json);
    demand(lamb_value_form(root, "text", &found) == 0);
    demand(lamb_value_form(root, "text", &again) == 0);
    demand(found.ptr == again.ptr); /* decoded once */
    (void)lamb_value_bytes(root, "text", &found);
    if (lamb_value_parsed(root, "text", &value) == 0)
        demand(lamb_value_json(value, &found) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(TEXT_MAX);
    struct lamb_span bytes = lamb_span_of(data, size);
    struct lamb_document *document;

    wrap(bytes, &json);
    if (lamb_buf_error(&json))
        return 0;
    demand(lamb_document_open(lamb_buf_view(&json), &document) == 0);
    check(lamb_document_root(document), bytes);
    lamb_document_close(document);
    return 0;
}
