/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/code_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

enum { COPY_BYTES = 65536 };

struct copying {
    struct code_tree *tree;
    const struct stat *left_out;
    struct sha256_ctx sha;
    struct lamb_buf name; /* of the entry, relative to the top */
};

/* -- the stream that is hashed ---------------------------------------------------- */

static void
hash_entry(struct copying *c, char letter)
{
    sha256_update(&c->sha, 1, (const uint8_t *)&letter);
    sha256_update(&c->sha, c->name.len + 1, (const uint8_t *)lamb_buf_cstr(&c->name));
}

static void
hash_content(struct copying *c, struct sha256_ctx *content)
{
    struct code_digest digest;

    sha256_digest(content, sizeof(digest.bytes), digest.bytes);
    sha256_update(&c->sha, sizeof(digest.bytes), digest.bytes);
}

/* -- entries ---------------------------------------------------------------------- */

static int
copy_bytes(struct copying *c, int from, int to, struct lamb_err *err)
{
    LAMB_AUTOFREE uint8_t *bytes = malloc(COPY_BYTES);
    struct sha256_ctx content;
    int r = bytes ? 0 : lamb_raise(err, -ENOMEM, "copy the file");

    sha256_init(&content);
    while (!r) {
        ssize_t n = read(from, bytes, COPY_BYTES);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return lamb_raise(err, -errno, "read the file");
        if (n == 0)
            break;
        sha256_update(&content, (size_t)n, bytes);
        r = code_tree_write(c->tree, to, bytes, (size_t)n, err);
    }
    hash_content(c, &content);
    return r;
}

/* FD: a regular file. */
static int
copy_open_file(struct copying *c, int fd, bool is_executable, struct lamb_err *err)
{
    LAMB_AUTOFD int to = -EBADF;
    int r = code_tree_file(c->tree, lamb_buf_cstr(&c->name), &to, err);

    if (r)
        return r;
    hash_entry(c, is_executable ? 'x' : 'f');
    r = copy_bytes(c, fd, to, err);
    return r ? r : code_tree_end(to, is_executable, err);
}

/* Not blocking: what was a file a moment ago may be a fifo now. */
static int
open_file(const struct copying *c, int dir_fd, const char *name, int flags, int *ret_fd,
          struct stat *ret, struct lamb_err *err)
{
    LAMB_AUTOFD int fd =
        openat(dir_fd, name, flags | O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int r;

    if (fd < 0 || fstat(fd, ret) < 0)
        return lamb_raise(err, -errno, "open the file");
    if (!S_ISREG(ret->st_mode))
        return lamb_refuse(err, -EPERM, "it is not a regular file");
    r = code_tree_has_room(c->tree, (uint64_t)ret->st_size, err);
    if (r)
        return r;
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}

static int
copy_file(struct copying *c, int dir_fd, const char *leaf, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    struct stat st;
    int r = open_file(c, dir_fd, leaf, O_NOFOLLOW, &fd, &st, err);

    if (r)
        return r;
    return copy_open_file(c, fd, st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH), err);
}

static int
copy_link(struct copying *c, int dir_fd, const char *leaf, struct lamb_err *err)
{
    struct sha256_ctx content;
    char target[PATH_MAX];
    ssize_t n = readlinkat(dir_fd, leaf, target, sizeof(target) - 1);
    int r;

    if (n < 0)
        return lamb_raise(err, -errno, "read the link");
    target[n] = '\0';
    r = code_tree_link(c->tree, lamb_buf_cstr(&c->name), target, err);
    if (r)
        return r;
    hash_entry(c, 'l');
    sha256_init(&content);
    sha256_update(&content, (size_t)n, (const uint8_t *)target);
    hash_content(c, &content);
    return 0;
}

/* -- folders ---------------------------------------------------------------------- */

struct names {
    char **list;
    size_t count;
    size_t cap;
};

static void
names_fini(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

static int
names_add(struct names *names, const char *name)
{
    if (names->count == names->cap) {
        size_t cap = names->cap ? names->cap * 2 : 16;
        char **list = reallocarray(names->list, cap, sizeof(*list));

        if (!list)
            return -ENOMEM;
        names->list = list;
        names->cap = cap;
    }
    names->list[names->count] = strdup(name);
    if (!names->list[names->count])
        return -ENOMEM;
    names->count++;
    return 0;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What is in FOLDER, in byte order. */
static int
read_names(DIR *folder, size_t max, struct names *names, struct lamb_err *err)
{
    const struct dirent *entry;
    int r;

    while ((entry = tree_next(folder))) {
        if (names->count >= max)
            return lamb_refuse(err, -EPERM, "it holds more than %zu files", max);
        r = names_add(names, entry->d_name);
        if (r)
            return lamb_raise(err, r, "read the folder");
    }
    if (errno)
        return lamb_raise(err, -errno, "read the folder");
    if (names->count)
        qsort(names->list, names->count, sizeof(*names->list), compare_names);
    return 0;
}

static int copy_folder(struct copying *c, int dir_fd, const char *leaf,
                       struct lamb_err *err);

static int
copy_entry(struct copying *c, int dir_fd, const char *leaf, struct lamb_err *err)
{
    struct stat st;
    int r;

    if (fstatat(dir_fd, leaf, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return lamb_raise(err, -errno, "look at it");
    if (S_ISREG(st.st_mode))
        return copy_file(c, dir_fd, leaf, err);
    if (S_ISLNK(st.st_mode))
        return copy_link(c, dir_fd, leaf, err);
    if (!S_ISDIR(st.st_mode))
        return lamb_refuse(err, -EPERM, "it is neither a file, a folder nor a link");
    if (st.st_dev == c->left_out->st_dev && st.st_ino == c->left_out->st_ino)
        return 0;
    r = code_tree_folder(c->tree, lamb_buf_cstr(&c->name), err);
    if (r)
        return r;
    hash_entry(c, 'd');
    return copy_folder(c, dir_fd, leaf, err);
}

/* The entry LEAF of the folder that c->name names; an error tells its whole name. */
static int
copy_named(struct copying *c, int dir_fd, const char *leaf, struct lamb_err *err)
{
    size_t before = c->name.len;
    int r;

    if (before)
        (void)lamb_buf_char(&c->name, '/');
    (void)lamb_buf_str(&c->name, leaf);
    r = lamb_buf_error(&c->name);
    if (r)
        return lamb_raise(err, r, "the name of '%s'", code_show(leaf).text);
    r = copy_entry(c, dir_fd, leaf, err);
    if (r)
        return r;
    c->name.len = before;
    c->name.ptr[before] = '\0';
    return 0;
}

/* At most CODE_DEPTH_MAX calls deep: code_tree refuses more. */
static int
copy_folder(struct copying *c, int dir_fd, const char *leaf, struct lamb_err *err)
{
    LAMB_AUTO(names_fini) struct names names = { 0 };
    LAMB_AUTO(tree_close) DIR *folder = NULL;
    /* The folder to import may be given as a link to it. */
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (c->name.len ? O_NOFOLLOW : 0);
    LAMB_AUTOFD int fd = openat(dir_fd, leaf, flags);
    int r;

    folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return lamb_raise(err, -errno, "open the folder");
    fd = -EBADF; /* FOLDER's now */
    r = read_names(folder, c->tree->max_entries, &names, err);
    for (size_t i = 0; !r && i < names.count; i++)
        r = copy_named(c, dirfd(folder), names.list[i], err);
    return r;
}

/* -- both kinds ------------------------------------------------------------------- */

static void
copying_init(struct copying *c, struct code_tree *tree, const struct stat *left_out)
{
    *c = (struct copying){ .tree = tree,
                           .left_out = left_out,
                           .name = LAMB_BUF_INIT(PATH_MAX - 1) };
    sha256_init(&c->sha);
}

static int
copying_end(struct copying *c, int r, const char *path, struct code_digest *ret,
            struct lamb_err *err)
{
    if (!r)
        sha256_digest(&c->sha, sizeof(ret->bytes), ret->bytes);
    else if (c->name.len)
        r = lamb_wrap(err, r, "%s: '%s'", code_show(path).text,
                      code_show(c->name.ptr).text);
    else
        r = lamb_wrap(err, r, "%s", code_show(path).text);
    lamb_buf_fini(&c->name);
    return r;
}

int
code_folder_copy_file(const char *path, struct code_tree *tree, struct code_digest *ret,
                      struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    const char *slash = strrchr(path, '/');
    struct copying c;
    struct stat st;
    int r;

    copying_init(&c, tree, NULL);
    r = open_file(&c, AT_FDCWD, path, 0, &fd, &st, err);
    if (!r)
        r = lamb_buf_str(&c.name, slash ? slash + 1 : path);
    if (!r)
        r = copy_open_file(&c, fd, true, err);
    return copying_end(&c, r, path, ret, err);
}

int
code_folder_copy(const char *path, const struct stat *left_out, struct code_tree *tree,
                 struct code_digest *ret, struct lamb_err *err)
{
    struct copying c;
    int r;

    copying_init(&c, tree, left_out);
    r = copy_folder(&c, AT_FDCWD, path, err);
    return copying_end(&c, r, path, ret, err);
}
