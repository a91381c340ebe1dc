/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/wish.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

/* Each sandbox has its own there; what is put below would be hidden, or is not ours. */
static const char *const taken[] = { "/dev",  "/mnt", "/opt",
                                     "/proc", "/tmp", "/var/task" };

static bool
is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);

    return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static int
check_place(const char *text, const char *to, struct lamb_err *err)
{
    if (to[0] != '/' || !to[1] || strstr(to, "//") || strstr(to, "/../") ||
        strstr(to, "/./") || to[strlen(to) - 1] == '/' || strlen(to) >= PATH_MAX / 2)
        return lamb_refuse(err, -EINVAL, "--mount %s: '%s' is no plain absolute path",
                           text, to);
    for (size_t i = 0; i < LAMB_COUNT(taken); i++)
        if (is_below(to, taken[i]))
            return lamb_refuse(err, -EINVAL,
                               "--mount %s: %s belongs to each sandbox: choose another "
                               "place behind the colon",
                               text, taken[i]);
    return 0;
}

/* SRC or SRC:DST; a colon in SRC is no separator unless a slash is behind it. */
static int
add_mount(struct wish *wish, size_t at, const char *text, struct lamb_err *err)
{
    LAMB_AUTOFREE char *from = strdup(text);
    char *colon, *to = NULL;
    int r;

    if (!from)
        return lamb_raise(err, -ENOMEM, "--mount %s", text);
    colon = strstr(from, ":/");
    if (colon) {
        *colon = '\0';
        to = colon + 1;
    }
    wish->mounts[at] = realpath(from, NULL);
    if (!wish->mounts[at])
        return lamb_refuse(err, -errno, "--mount %s: cannot show '%s': %s", text, from,
                           strerror(errno));
    wish->mounts[at + 1] = strdup(to ? to : wish->mounts[at]);
    if (!wish->mounts[at + 1])
        return lamb_raise(err, -ENOMEM, "--mount %s", text);
    r = check_place(text, wish->mounts[at + 1], err);
    return r;
}

static int
set_root(struct wish *wish, const char *root, struct lamb_err *err)
{
    struct stat st;

    wish->root = realpath(root, NULL);
    if (!wish->root)
        return lamb_refuse(err, -errno, "--root %s: %s", root, strerror(errno));
    if (stat(wish->root, &st) < 0 || !S_ISDIR(st.st_mode))
        return lamb_refuse(err, -ENOTDIR,
                           "--root %s: it has to be a folder (an unpacked image)",
                           root);
    return 0;
}

int
wish_init(struct wish *wish, const struct sandbox_options *options,
          struct lamb_err *err)
{
    int r = 0;

    *wish = (struct wish){ 0 };
    if (options->root)
        r = set_root(wish, options->root, err);
    for (size_t i = 0; r == 0 && options->mounts && options->mounts[i]; i++) {
        if (i == WISH_MOUNTS_MAX)
            return lamb_refuse(err, -E2BIG, "--mount is given more than %d times",
                               WISH_MOUNTS_MAX);
        r = add_mount(wish, 2 * i, options->mounts[i], err);
    }
    return r;
}

void
wish_fini(struct wish *wish)
{
    free(wish->root);
    for (size_t i = 0; i < LAMB_COUNT(wish->mounts); i++)
        free(wish->mounts[i]);
    *wish = (struct wish){ 0 };
}
