/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/lambda_code.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "emulator/api/error.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"
#include "sdk/base/limits.h"

static void
on_imported(void *data, const struct code_copy *copy, const struct lamb_err *err)
{
    struct op *op = data;
    int64_t most = op_quota(op, QUOTA_CODE_UNZIPPED);

    if (copy ? copy->unpacked_bytes > (uint64_t)most : err->code == -EFBIG) { /* 26 */
        op_refuse(op, "InvalidParameterValueException",
                  "Unzipped size must be smaller than %lld bytes", (long long)most);
    } else if (copy) {
        op->code = *copy;
        op_go(op);
    } else if (err->code == -EBADMSG) { /* 25 */
        op_refuse(op, "InvalidParameterValueException",
                  "Could not unzip uploaded file. Please check your file, then try to "
                  "upload again.");
    } else if (err->code == -EPERM) {
        op_refuse(op, "InvalidParameterValueException", "%s", err->text);
    } else {
        op_refuse(op, "ServiceException", "%s", err->text);
    }
}

static void
import_path(struct op *op, const char *path, enum code_source source)
{
    struct lamb_err err = { 0 };

    if (code_import(op->call.api->code, source, path, on_imported, op, &err))
        op_refuse(op, "ServiceException", "%s", err.text);
}

/* A file or a folder of this machine (op_call). */
static void
import_local(struct op *op)
{
    struct lamb_span path = lamb_span_str(op->code_path);
    bool is_object = path.len > 3 && strcmp(path.ptr + path.len - 3, ".so") == 0;
    struct stat st;

    if (stat(op->code_path, &st))
        op_refuse(op, "InvalidParameterValueException",
                  "The code '%s' cannot be read: "
                  "%s",
                  op->code_path, strerror(errno));
    else
        import_path(op, op->code_path,
                    S_ISDIR(st.st_mode) ? CODE_DIR
                    : is_object         ? CODE_FILE
                                        : CODE_ZIP);
}

static void
refuse_zip_size(struct op *op)
{
    op_refuse(op, "RequestEntityTooLargeException", /* 27 */
              "Zipped size must be smaller than %lld bytes",
              (long long)op_quota(op, QUOTA_CODE_ZIPPED));
}

static void
import_upload(struct op *op)
{
    struct lamb_err err = { 0 };

    if (op->is_bad_upload)
        op_refuse(op, "InvalidRequestContentException",
                  "Could not parse request body into json: ZipFile is not base64");
    else if (op->upload && op->upload->len >= (size_t)op_quota(op, QUOTA_CODE_ZIPPED))
        refuse_zip_size(op);
    else if (!op->upload ||
             code_import_bytes(op->call.api->code, op->upload, on_imported, op, &err))
        op_refuse_memory(op);
}

/* -- buckets: folders of this machine -----------------------------------------------
 */

static const char *
find_bucket(const struct op *op, const char *name)
{
    const char *const *bucket = op->call.api->buckets;
    size_t len = strlen(name);

    for (; bucket && *bucket; bucket++)
        if (strncmp(*bucket, name, len) == 0 && (*bucket)[len] == '=')
            return *bucket + len + 1;
    return NULL;
}

/* A key is a path below the folder: no part of it may lead out. */
static bool
is_path_below(const char *key)
{
    struct lamb_span rest = lamb_span_str(key);
    struct lamb_span part;
    bool has_more = true;

    while (has_more) {
        has_more = lamb_span_cut(rest, '/', &part, &rest);
        if (!part.len || lamb_span_is(part, ".") || lamb_span_is(part, ".."))
            return false;
    }
    return true;
}

static void
import_object(struct op *op, const char *bucket, const char *key, const char *version)
{
    const char *folder = find_bucket(op, bucket);
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(4096);
    struct stat st;

    if (!folder) { /* 33 */
        op_refuse(op, "InvalidParameterValueException",
                  "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 "
                  "Error Message: The specified bucket does not exist");
        return;
    }
    if (version) {
        op_refuse(op, "InvalidParameterValueException",
                  "S3ObjectVersion is not supported by this emulator: a bucket is a "
                  "folder and keeps no versions");
        return;
    }
    if (!is_path_below(key) || lamb_buf_printf(&path, "%s/%s", folder, key) ||
        stat(lamb_buf_cstr(&path), &st) || !S_ISREG(st.st_mode)) /* 34 */
        op_refuse(op, "InvalidParameterValueException",
                  "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error "
                  "Message: The specified key does not exist.");
    else if (st.st_size >= op_quota(op, QUOTA_CODE_UNZIPPED))
        op_refuse(op, "InvalidParameterValueException",
                  "Unzipped size must be smaller than %lld bytes",
                  (long long)op_quota(op, QUOTA_CODE_UNZIPPED));
    else
        import_path(op, lamb_buf_cstr(&path), CODE_ZIP);
}

static const char *
text_of(const json_t *source, const char *name)
{
    return json_string_value(json_object_get(source, name));
}

void
code_prepare(struct op *op, const json_t *source)
{
    const char *zip = text_of(source, "ZipFile");
    const char *bucket = text_of(source, "S3Bucket");
    const char *key = text_of(source, "S3Key");

    if (op->code_path)
        import_local(op);
    else if (zip && (bucket || key))
        op_refuse(
            op, "InvalidParameterValueException",
            "Please do not provide other FunctionCode parameters when providing a "
            "ZipFile.");
    else if (zip)
        import_upload(op);
    else if (bucket && key)
        import_object(op, bucket, key, text_of(source, "S3ObjectVersion"));
    else
        op_refuse(op, "InvalidParameterValueException",
                  "Please provide a source for function code.");
}

/* -- the machine's own ------------------------------------------------------------- */

static const char *
elf_architecture(const char *folder)
{
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(8192);
    LAMB_AUTOFD int fd = -EBADF;
    Elf64_Ehdr head;

    if (lamb_buf_printf(&path, "%s/bootstrap", folder))
        return NULL;
    fd = open(lamb_buf_cstr(&path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, &head, sizeof(head)) != (ssize_t)sizeof(head) ||
        memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return NULL;
    return head.e_machine == EM_X86_64    ? "x86_64"
           : head.e_machine == EM_AARCH64 ? "arm64"
                                          : "another processor";
}

bool
code_fits(struct op *op, const char *architecture)
{
    const char *found = op->code.digest[0] ? elf_architecture(op->code.path) : NULL;
    struct utsname machine;
    const char *here;

    if (!found)
        return true;
    if (strcmp(found, architecture) != 0) {
        op_refuse(op, "InvalidParameterValueException",
                  "The bootstrap in the code is built for %s, and the function's "
                  "architecture is %s: set Architectures, or build it for %s.",
                  found, architecture, architecture);
        return false;
    }
    if (uname(&machine))
        return true;
    here = strcmp(machine.machine, "aarch64") == 0 ? "arm64" : machine.machine;
    if (strcmp(here, architecture) == 0)
        return true;
    op_refuse(op, "InvalidParameterValueException",
              "The bootstrap in the code is built for %s, and this machine is %s: it "
              "cannot run here.",
              found, here);
    return false;
}

/* -- the way back ------------------------------------------------------------------ */

json_t *
code_location(const struct op *op, const char *digest)
{
    const struct api *api = op->call.api;

    return json_sprintf("%s" CODE_URL_PREFIX "%s/%s.zip", api->url, api->download_key,
                        digest ? digest : "none");
}

/* The zip that the URL of REQ names, or a negative number. */
static int
open_download(const struct api *api, const struct http_request *req)
{
    struct lamb_span path = http_path(req);
    struct lamb_span key;
    struct lamb_span file;
    LAMB_AUTOFREE char *digest = NULL;

    path = lamb_span_of(path.ptr + strlen(CODE_URL_PREFIX),
                        path.len - strlen(CODE_URL_PREFIX));
    (void)lamb_span_cut(path, '/', &key, &file);
    if (file.len > 4)
        digest = lamb_span_dup(lamb_span_of(file.ptr, file.len - 4));
    if (!digest || !lamb_span_is(key, api->download_key))
        return -ENOENT;
    return code_open_zip(api->code, digest);
}

static void
serve(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    const struct http_field type = { "Content-Type", "application/zip" };
    const struct http_answer answer = { .status = 200, .fields = &type, .n_fields = 1 };
    LAMB_AUTOFD int fd = outcome ? -EFBIG : open_download(data, req);
    char request_id[37];
    struct stat st;

    lamb_blob_unref(body);
    if (fd >= 0 && !fstat(fd, &st)) {
        http_reply_file(req, &answer, lamb_take_fd(&fd), (uint64_t)st.st_size);
        return;
    }
    lamb_uuid4(request_id);
    if (outcome)
        api_reply_error(req, request_id, "RequestEntityTooLargeException",
                        "A download takes no body.", NULL);
    else
        api_reply_error(req, request_id, "ResourceNotFoundException",
                        "There is no such code, it came as a folder, or the emulator "
                        "was started again: ask for its location once more.",
                        NULL);
}

void
code_serve(struct api *api, struct http_request *req)
{
    http_read_body(req, 0, serve, api);
}
