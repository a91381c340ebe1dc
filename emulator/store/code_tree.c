/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/code_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/span.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
enum {
    MODE_SEALED = S_IRUSR | S_IXUSR | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH,
    MODE_DATA = S_IRUSR | S_IRGRP | S_IROTH,
};

struct code_name
code_show(const char *name)
{
    enum { KEPT = 64, ESCAPED = 4 };
    struct code_name shown = { "" };
    size_t len = strlen(name);
    size_t used = 0;

    if (len > KEPT) { /* the end of a path says more than its beginning */
        name += len - KEPT;
        used = (size_t)snprintf(shown.text, sizeof(shown.text), "...");
    }
    for (; *name && used + ESCAPED < sizeof(shown.text); name++) {
        unsigned char c = (unsigned char)*name;

        if (c >= ' ' && c != 0x7f)
            shown.text[used++] = *name;
        else
            used += (size_t)snprintf(shown.text + used, ESCAPED + 1, "\\x%02x", c);
    }
    return shown;
}

/* -- names ------------------------------------------------------------------------ */

/*
 * Take the next component of *REST; false at the end. Empty ones and "." mean nothing
 * and are passed over.
 */
static bool
next_component(struct lamb_span *rest, struct lamb_span *ret)
{
    while (rest->len) {
        (void)lamb_span_cut(*rest, '/', ret, rest);
        if (ret->len && !lamb_span_is(*ret, "."))
            return true;
    }
    return false;
}

static bool
has_more(struct lamb_span rest)
{
    struct lamb_span unused;

    return next_component(&rest, &unused);
}

bool
code_link_is_inside(unsigned depth, const char *target)
{
    struct lamb_span rest = lamb_span_str(target);
    struct lamb_span part;
    bool goes_down = false;

    if (!rest.len || rest.ptr[0] == '/')
        return false;
    while (next_component(&rest, &part)) {
        if (!lamb_span_is(part, "..")) {
            goes_down = true;
            continue;
        }
        if (goes_down || !depth)
            return false;
        depth--;
    }
    return true;
}

/* Where an entry goes: its folder, open, and its last component. */
struct place {
    int folder_fd;
    unsigned depth; /* of the folder */
    char leaf[NAME_MAX + 1];
};
#define PLACE_EMPTY                                                                    \
    {                                                                                  \
        .folder_fd = -EBADF                                                            \
    }

static void
place_fini(struct place *place)
{
    lamb_close(&place->folder_fd);
}

static int
count_entry(struct code_tree *tree, struct lamb_err *err)
{
    if (tree->entries >= tree->max_entries)
        return lamb_refuse(err, -EPERM, "there are more than %u files and folders",
                           tree->max_entries);
    tree->entries++;
    return 0;
}

/* The folder NAME in PLACE, made if it is not there; PLACE moves into it. */
static int
enter_folder(struct code_tree *tree, struct place *place, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = openat(place->folder_fd, place->leaf, FOLDER_FLAGS);
    int r;

    if (fd < 0 && errno == ENOENT) {
        r = count_entry(tree, err);
        if (r)
            return r;
        if (mkdirat(place->folder_fd, place->leaf, S_IRWXU) < 0)
            return lamb_raise(err, -errno, "make the folder");
        fd = openat(place->folder_fd, place->leaf, FOLDER_FLAGS);
    }
    if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
        return lamb_refuse(err, -EPERM, "it goes through something that is no folder");
    if (fd < 0)
        return lamb_raise(err, -errno, "open the folder");
    lamb_close(&place->folder_fd);
    place->folder_fd = lamb_take_fd(&fd);
    place->depth++;
    return 0;
}

/* Find or make the folder of NAME. The top itself has an empty leaf. */
static int
find_place(struct code_tree *tree, const char *name, struct place *place,
           struct lamb_err *err)
{
    struct lamb_span rest = lamb_span_str(name);
    struct lamb_span part;
    int r = 0;

    if (!rest.len || rest.ptr[0] == '/')
        return lamb_refuse(err, -EPERM, "its name is not relative to the archive");
    place->folder_fd = fcntl(tree->root_fd, F_DUPFD_CLOEXEC, 0);
    if (place->folder_fd < 0)
        return lamb_raise(err, -errno, "open the top folder");
    while (!r && next_component(&rest, &part)) {
        if (lamb_span_is(part, ".."))
            return lamb_refuse(err, -EPERM, "its name contains '..'");
        if (part.len > NAME_MAX || place->depth >= CODE_DEPTH_MAX)
            return lamb_refuse(err, -EPERM, "its name is too long or too deep");
        memcpy(place->leaf, part.ptr, part.len);
        place->leaf[part.len] = '\0';
        if (has_more(rest))
            r = enter_folder(tree, place, err);
    }
    return r;
}

static int
find_new_place(struct code_tree *tree, const char *name, struct place *place,
               struct lamb_err *err)
{
    int r = find_place(tree, name, place, err);

    if (r)
        return r;
    if (!*place->leaf)
        return lamb_refuse(err, -EPERM, "its name is empty");
    return count_entry(tree, err);
}

static int
raise_making(const char *what, struct lamb_err *err)
{
    if (errno == EEXIST)
        return lamb_refuse(err, -EPERM, "its name is there already: remove one");
    return lamb_raise(err, -errno, "make the %s", what);
}

/* -- entries ---------------------------------------------------------------------- */

int
code_tree_folder(struct code_tree *tree, const char *name, struct lamb_err *err)
{
    LAMB_AUTO(place_fini) struct place place = PLACE_EMPTY;
    int r = find_place(tree, name, &place, err);

    if (r || !*place.leaf)
        return r;
    return enter_folder(tree, &place, err);
}

int
code_tree_link(struct code_tree *tree, const char *name, const char *target,
               struct lamb_err *err)
{
    LAMB_AUTO(place_fini) struct place place = PLACE_EMPTY;
    int r = find_new_place(tree, name, &place, err);

    if (r)
        return r;
    if (!code_link_is_inside(place.depth, target))
        return lamb_refuse(err, -EPERM,
                           "it is a link to '%s': only links that stay inside are kept",
                           code_show(target).text);
    if (symlinkat(target, place.folder_fd, place.leaf) < 0)
        return raise_making("link", err);
    return 0;
}

int
code_tree_file(struct code_tree *tree, const char *name, int *ret_fd,
               struct lamb_err *err)
{
    LAMB_AUTO(place_fini) struct place place = PLACE_EMPTY;
    int r = find_new_place(tree, name, &place, err);
    int fd;

    if (r)
        return r;
    fd =
        openat(place.folder_fd, place.leaf,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return raise_making("file", err);
    *ret_fd = fd;
    return 0;
}

int
code_tree_has_room(const struct code_tree *tree, uint64_t more, struct lamb_err *err)
{
    if (more > tree->max_bytes - tree->bytes)
        return lamb_refuse(err, -EFBIG, "the files are larger than %llu bytes together",
                           (unsigned long long)tree->max_bytes);
    return 0;
}

int
code_tree_write(struct code_tree *tree, int fd, const void *bytes, size_t len,
                struct lamb_err *err)
{
    const char *at = bytes;
    int r = code_tree_has_room(tree, len, err);

    if (r)
        return r;
    tree->bytes += len;
    while (len) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return lamb_raise(err, -errno, "write the file");
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

int
code_tree_end(int fd, bool is_executable, struct lamb_err *err)
{
    if (fchmod(fd, is_executable ? MODE_SEALED : MODE_DATA) < 0)
        return lamb_raise(err, -errno, "set the mode");
    if (fsync(fd) < 0)
        return lamb_raise(err, -errno, "sync the file");
    return 0;
}

/* -- sealing ---------------------------------------------------------------------- */

/* Folders below first; at most CODE_DEPTH_MAX calls deep, since we made them. */
static int
seal(int parent_fd, const char *name, struct lamb_err *err)
{
    LAMB_AUTO(tree_close) DIR *folder = NULL;
    const struct dirent *entry;
    int fd = openat(parent_fd, name, FOLDER_FLAGS);
    int r = 0;

    if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
        return 0;
    folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return lamb_raise(err, -errno, "open the folder '%s'", code_show(name).text);
    while (!r && (entry = tree_next(folder)))
        r = seal(fd, entry->d_name, err);
    if (!r && errno)
        r = lamb_raise(err, -errno, "read the folder '%s'", code_show(name).text);
    if (!r && (fchmod(fd, MODE_SEALED) < 0 || fsync(fd) < 0))
        r = lamb_raise(err, -errno, "sync the folder '%s'", code_show(name).text);
    return r;
}

int
code_tree_seal(const struct code_tree *tree, struct lamb_err *err)
{
    return seal(tree->root_fd, ".", err);
}
