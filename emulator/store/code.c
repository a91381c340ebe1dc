/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/code.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <nettle/base16.h>
#include <nettle/base64.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/store/code_folder.h"
#include "emulator/store/code_staging.h"
#include "emulator/store/code_zip.h"
#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/limits.h"
#include "sdk/base/log.h"
#include "sdk/base/num.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
enum {
    MODE_PASS = S_IRWXU | S_IXGRP | S_IXOTH,
    COPY_BYTES = 65536,
};
#define ZIP_NAME "zip"

struct code_store {
    struct loop *loop;
    int fd;               /* of DIR/code */
    struct stat state_st; /* of DIR */
    size_t importing;
    char path[PATH_MAX]; /* DIR/code */
};

_Static_assert(sizeof(((struct code_copy *)0)->path) >= PATH_MAX, "holds any path");

/* -- the copies that are there ---------------------------------------------------- */

static void
spell_digest(struct code_copy *copy, const struct code_digest *digest)
{
    base16_encode_update(copy->digest, sizeof(digest->bytes), digest->bytes);
    copy->digest[BASE16_ENCODE_LENGTH(sizeof(digest->bytes))] = '\0';
    base64_encode_raw(copy->sha256_b64, sizeof(digest->bytes), digest->bytes);
    copy->sha256_b64[BASE64_ENCODE_RAW_LENGTH(sizeof(digest->bytes))] = '\0';
}

/* The one spelling that we give out: it becomes a path. */
static int
parse_digest(const char *text, struct code_digest *ret)
{
    struct base16_decode_ctx ctx;
    size_t len = sizeof(ret->bytes);

    if (strlen(text) != BASE16_ENCODE_LENGTH(sizeof(ret->bytes)) ||
        strspn(text, "0123456789abcdef") != strlen(text))
        return -EINVAL;
    base16_decode_init(&ctx);
    return base16_decode_update(&ctx, &len, ret->bytes, strlen(text), text) ? 0
                                                                            : -EINVAL;
}

static int
read_sizes(int dir_fd, struct code_copy *copy)
{
    LAMB_AUTOFD int fd = -EBADF;
    struct lamb_span first;
    struct lamb_span second;
    char name[96];
    char text[64];
    ssize_t n;
    int r = lamb_format(name, sizeof(name), "%s/size", copy->digest);

    if (r)
        return r;
    fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    n = read(fd, text, sizeof(text));
    if (n < 0)
        return -errno;
    copy->unpacked_bytes = 0;
    if (lamb_span_cut(lamb_span_trim(lamb_span_of(text, (size_t)n)), ' ', &first,
                      &second))
        r = lamb_parse_u64(second, 0, UINT64_MAX, &copy->unpacked_bytes);
    return r ? r : lamb_parse_u64(first, 0, UINT64_MAX, &copy->size_bytes);
}

/* Fill COPY from what the folder of its digest says; -ENOENT: there is none. */
static int
find_copy(const struct code_store *store, struct code_copy *copy, struct lamb_err *err)
{
    int r = read_sizes(store->fd, copy);

    if (r)
        return lamb_raise(err, r, "find the code %s in %s", copy->digest, store->path);
    r = lamb_format(copy->path, sizeof(copy->path), "%s/%s/tree", store->path,
                    copy->digest);
    return r ? lamb_raise(err, r, "name the code %s", copy->digest) : 0;
}

int
code_find(struct code_store *store, const char *digest, struct code_copy *ret,
          struct lamb_err *err)
{
    struct code_digest parsed;
    struct code_copy copy;
    int r = parse_digest(digest, &parsed);

    if (r)
        return lamb_refuse(err, r, "'%s' is not a digest: 64 lower-case hex digits",
                           code_show(digest).text);
    spell_digest(&copy, &parsed);
    r = find_copy(store, &copy, err);
    if (!r)
        *ret = copy;
    return r;
}

/* -- importing -------------------------------------------------------------------- */

enum { IMPORT_E_KNOWN = 1 }; /* this digest is there already */

struct import {
    struct loop_work work;
    struct code_store *store;
    enum code_source source;
    void (*done)(void *data, const struct code_copy *copy, const struct lamb_err *err);
    void *data;
    int result;
    struct lamb_err err;
    struct code_copy copy;
    struct lamb_blob *bytes; /* of a zip that came as bytes; NULL: PATH is read */
    char path[];
};

/* Copy what is at FROM to the end of TO and hash it. */
static int
copy_and_hash(int from, int to, struct code_digest *ret_digest, uint64_t *ret_size,
              struct lamb_err *err)
{
    LAMB_AUTOFREE uint8_t *bytes = malloc(COPY_BYTES);
    struct code_tree unlimited = { .root_fd = -EBADF, .max_bytes = UINT64_MAX };
    struct sha256_ctx sha;
    int r = bytes ? 0 : lamb_raise(err, -ENOMEM, "copy the zip");

    sha256_init(&sha);
    while (!r) {
        ssize_t n = read(from, bytes, COPY_BYTES);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return lamb_raise(err, -errno, "read the zip");
        if (n == 0)
            break;
        sha256_update(&sha, (size_t)n, bytes);
        r = code_tree_write(&unlimited, to, bytes, (size_t)n, err);
    }
    if (r)
        return r;
    sha256_digest(&sha, sizeof(ret_digest->bytes), ret_digest->bytes);
    *ret_size = unlimited.bytes;
    return 0;
}

static int
write_and_hash(const struct import *im, int to, struct code_digest *ret_digest,
               uint64_t *ret_size, struct lamb_err *err)
{
    struct lamb_span bytes = lamb_blob_view(im->bytes);
    struct code_tree unlimited = { .root_fd = -EBADF, .max_bytes = UINT64_MAX };
    struct sha256_ctx sha;

    sha256_init(&sha);
    sha256_update(&sha, bytes.len, (const uint8_t *)bytes.ptr);
    sha256_digest(&sha, sizeof(ret_digest->bytes), ret_digest->bytes);
    *ret_size = bytes.len;
    return code_tree_write(&unlimited, to, bytes.ptr, bytes.len, err);
}

/*
 * Into a copy of our own, which is then unpacked: so what has the digest is what was
 * unpacked, even if somebody rewrites the file meanwhile. The copy stays beside the
 * tree, for who wants it back.
 */
static int
take_zip(struct import *im, struct code_staging *st, int *ret_fd, struct lamb_err *err)
{
    LAMB_AUTOFD int from =
        im->bytes ? -EBADF : open(im->path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    LAMB_AUTOFD int to = -EBADF;
    struct code_digest digest;
    int r;

    if (from < 0 && !im->bytes)
        return lamb_raise(err, -errno, "open the zip");
    to = openat(st->fd, ZIP_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR);
    if (to < 0)
        return lamb_raise(err, -errno, "copy the zip");
    r = im->bytes ? write_and_hash(im, to, &digest, &im->copy.size_bytes, err)
                  : copy_and_hash(from, to, &digest, &im->copy.size_bytes, err);
    if (!r && fsync(to) < 0)
        r = lamb_raise(err, -errno, "sync the zip");
    if (r)
        return r;
    spell_digest(&im->copy, &digest);
    *ret_fd = lamb_take_fd(&to);
    return 0;
}

static int
import_zip(struct import *im, struct code_staging *st, struct code_tree *tree,
           struct lamb_err *err)
{
    LAMB_AUTOFD int zip = -EBADF;
    int r = take_zip(im, st, &zip, err);

    if (r)
        return lamb_wrap(err, r, "%s", code_show(im->path).text);
    if (faccessat(im->store->fd, im->copy.digest, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return IMPORT_E_KNOWN;
    return code_zip_unpack(zip, im->path, tree, err);
}

static int
import_copy(struct import *im, struct code_staging *st, struct code_tree *tree,
            struct lamb_err *err)
{
    struct code_digest digest;
    int r;

    (void)st;
    if (im->source == CODE_FILE)
        r = code_folder_copy_file(im->path, tree, &digest, err);
    else
        r = code_folder_copy(im->path, &im->store->state_st, tree, &digest, err);
    if (r)
        return r;
    spell_digest(&im->copy, &digest);
    im->copy.size_bytes = tree->bytes;
    return 0;
}

static int
import_source(struct import *im, struct lamb_err *err)
{
    static int (*const importers[])(struct import * im, struct code_staging * st,
                                    struct code_tree * tree, struct lamb_err * err) = {
        [CODE_FILE] = import_copy,
        [CODE_ZIP] = import_zip,
        [CODE_DIR] = import_copy,
    };
    LAMB_AUTO(code_staging_fini) struct code_staging st = CODE_STAGING_EMPTY;
    struct code_tree tree = { .max_bytes = LAMB_LIMIT_UNZIPPED,
                              .max_entries = CODE_ENTRIES_MAX };
    int r = code_staging_init(&st, im->store->fd, err);

    if (r)
        return r;
    tree.root_fd = st.tree_fd;
    r = importers[im->source](im, &st, &tree, err);
    if (r)
        return r == IMPORT_E_KNOWN ? 0 : r;
    r = code_tree_seal(&tree, err);
    im->copy.unpacked_bytes = tree.bytes;
    return r ? r : code_staging_publish(&st, &im->copy, err);
}

static void
import_run(struct loop_work *work)
{
    struct import *im = LAMB_CONTAINER(work, struct import, work);

    im->result = import_source(im, &im->err);
    if (!im->result)
        im->result = find_copy(im->store, &im->copy, &im->err);
}

static void
import_done(struct loop_work *work)
{
    LAMB_AUTOFREE struct import *im = LAMB_CONTAINER(work, struct import, work);

    im->store->importing--;
    lamb_blob_unref(im->bytes);
    im->done(im->data, im->result ? NULL : &im->copy, &im->err);
}

static int
import(struct code_store *store, enum code_source source, const char *path,
       struct lamb_blob *bytes,
       void (*done)(void *data, const struct code_copy *copy,
                    const struct lamb_err *err),
       void *data, struct lamb_err *err)
{
    size_t path_size = strlen(path) + 1;
    LAMB_AUTOFREE struct import *im = calloc(1, sizeof(*im) + path_size);
    int r;

    if (!im)
        return lamb_raise(err, -ENOMEM, "import %s", code_show(path).text);
    im->work = (struct loop_work){ .name = "code import",
                                   .run = import_run,
                                   .done = import_done };
    im->store = store;
    im->source = source;
    im->done = done;
    im->data = data;
    memcpy(im->path, path, path_size);
    im->bytes = bytes;
    r = loop_work(store->loop, &im->work, err);
    if (r)
        return r;
    (void)lamb_blob_ref(bytes); /* counted here and in import_done: on the loop */
    store->importing++;
    (void)lamb_take_ptr(&im);
    return 0;
}

int
code_import(struct code_store *store, enum code_source source, const char *path,
            void (*done)(void *data, const struct code_copy *copy,
                         const struct lamb_err *err),
            void *data, struct lamb_err *err)
{
    return import(store, source, path, NULL, done, data, err);
}

int
code_import_bytes(struct code_store *store, struct lamb_blob *zip,
                  void (*done)(void *data, const struct code_copy *copy,
                               const struct lamb_err *err),
                  void *data, struct lamb_err *err)
{
    return import(store, CODE_ZIP, "the uploaded zip", zip, done, data, err);
}

int
code_open_zip(struct code_store *store, const char *digest)
{
    struct code_digest parsed;
    char name[96];
    int fd;

    if (parse_digest(digest, &parsed) ||
        lamb_format(name, sizeof(name), "%s/" ZIP_NAME, digest))
        return -EINVAL;
    fd = openat(store->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* -- the store -------------------------------------------------------------------- */

static void
code_store_freep(struct code_store **slot)
{
    struct code_store *store = *slot;

    if (!store)
        return;
    lamb_assert(store->importing == 0);
    lamb_close(&store->fd);
    free(store);
    *slot = NULL;
}

/* What an emulator was making when it was killed. */
static void
sweep(const struct code_store *store)
{
    LAMB_AUTO(tree_close) DIR *folder = opendir(store->path);
    const struct dirent *entry;

    while (folder && (entry = tree_next(folder))) {
        struct lamb_err err = { 0 };

        if (strncmp(entry->d_name, CODE_STAGING_PREFIX, strlen(CODE_STAGING_PREFIX)) ==
                0 &&
            tree_remove(store->fd, entry->d_name, &err) != 0)
            lamb_log(LAMB_LOG_WARN, "store",
                     "half-made code in %s stays (ignored): %s; remove it by hand",
                     store->path, err.text);
    }
}

void
code_sweep(struct code_store *store, bool (*is_used)(void *data, const char *digest),
           void *data)
{
    LAMB_AUTO(tree_close) DIR *folder = opendir(store->path);
    const struct dirent *entry;
    struct code_digest parsed;

    while (folder && (entry = tree_next(folder))) {
        struct lamb_err err = { 0 };

        if (parse_digest(entry->d_name, &parsed) || is_used(data, entry->d_name))
            continue;
        if (tree_remove(store->fd, entry->d_name, &err))
            lamb_log(LAMB_LOG_WARN, "store", "unused code in %s stays: %s", store->path,
                     err.text);
    }
}

/* DIR/code, made if it is not there. */
static int
open_folder(struct code_store *store, const char *dir, struct lamb_err *err)
{
    LAMB_AUTOFD int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (dir_fd < 0 || fstat(dir_fd, &store->state_st) < 0)
        return lamb_raise(err, -errno, "open the state folder %s", dir);
    if (mkdirat(dir_fd, "code", S_IRWXU) < 0 && errno != EEXIST)
        return lamb_raise(err, -errno, "make the folder %s", store->path);
    store->fd = openat(dir_fd, "code", FOLDER_FLAGS);
    if (store->fd < 0)
        return lamb_raise(err, -errno, "open the folder %s", store->path);
    if (fchmod(store->fd, MODE_PASS) < 0)
        return lamb_raise(err, -errno, "set the mode of %s", store->path);
    if (fsync(dir_fd) < 0)
        return lamb_raise(err, -errno, "sync the state folder %s", dir);
    return 0;
}

int
code_store_open(struct loop *loop, const char *dir, struct code_store **ret,
                struct lamb_err *err)
{
    LAMB_AUTO(code_store_freep) struct code_store *store = calloc(1, sizeof(*store));
    int r;

    if (!store)
        return lamb_raise(err, -ENOMEM, "open the code store");
    store->loop = loop;
    store->fd = -EBADF;
    r = lamb_format(store->path, sizeof(store->path), "%s/code", dir);
    if (r)
        return lamb_raise(err, r, "open the code store in %s", dir);
    r = open_folder(store, dir, err);
    if (r)
        return r;
    sweep(store);
    *ret = lamb_take_ptr(&store);
    return 0;
}

void
code_store_close(struct code_store *store)
{
    code_store_freep(&store);
}
