/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_VIEW_H
#define LAMB_EMULATOR_SANDBOX_VIEW_H

/*
 * view - the file system as a function sees it at level full: an allow-list.
 *
 * A template is built once, in a mount namespace of the spawner's own: a small tmpfs
 * with the host's programs read-only, a generated /etc and a minimal /dev. Each sandbox
 * copies that namespace, adds a /proc and a /dev/shm, and makes the template its root:
 * the host's mounts are left behind. What a function brings (/var/task, /opt, /tmp and
 * file systems) is put in later, from descriptors (mounts.h), so that all that comes
 * before can be done ahead of time. All mounts vanish with the last process that sees
 * them.
 *
 * Owns:    the template; the mounts of a sandbox belong to its namespace.
 * Never:   mounts anything that the host sees.
 * Threads: the spawner's only; view_enter and view_furnish are the sandbox init's.
 */

#include "emulator/sandbox/terms.h"
#include "sdk/base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct view {
    char root[PATH_MAX]; /* where the template is mounted; "": not built */
    bool has_own_dns;    /* resolv.conf is not the host's */
    struct stat resolv;  /* the host's resolv.conf that was copied last */
};

/* What the user wants all sandboxes to see; the paths are absolute. */
struct view_wishes {
    const char *image; /* an unpacked image instead of the host's programs; "": none */
    const char *dns;   /* the one name server; NULL: the host's */
    char *const *mounts; /* pairs: host path, path in the view; NULL-ended; read-only */
};
/* Leave the host's mount namespace and build the template at ROOT, an empty folder. */
int view_build(struct view *view, const char *root, const struct view_wishes *wishes,
               struct lamb_err *err);
/* Unmount the template; what sandboxes see of it stays until they are gone. */
void view_unbuild(struct view *view);
/* Copy the host's resolv.conf anew when it changed (another network). */
void view_refresh(struct view *view);
/* Make UID (and the group of the same number) known by name in every sandbox. */
int view_name_user(const struct view *view, uid_t uid, unsigned number,
                   struct lamb_err *err);

/* In a fresh copy of the spawner's namespaces: finish the template and enter it. */
int view_enter(const struct view *view, enum sandbox_step *ret_step,
               struct lamb_err *err);
/* Inside: put each mount (a descriptor, borrowed) at its place; NULL-ended PLACES. */
int view_furnish(const int *mounts, char *const *places, struct lamb_err *err);

#endif
