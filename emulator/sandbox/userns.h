/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_USERNS_H
#define LAMB_EMULATOR_SANDBOX_USERNS_H

/*
 * userns - user namespaces: made with a given map and kept by a descriptor, or entered
 * for good by the spawner of an ordinary user.
 *
 * Owns:    nothing; what it gives is the caller's.
 * Never:   leaves a process behind.
 * Threads: the spawner's only (a process with threads cannot enter one).
 */

#include "sdk/base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* Ids INSIDE.. mean OUTSIDE..; users and groups alike but for where they begin. */
struct userns_map {
    uid_t inside_uid, outside_uid;
    gid_t inside_gid, outside_gid;
    unsigned count;
};
/* A namespace with this map, kept open: gives a descriptor, or -errno. */
int userns_make(const struct userns_map *map);

/* What an ordinary user's namespace has for sandboxes. */
struct userns_own {
    uid_t first;         /* the first id inside that is free for them */
    uid_t outside_first; /* what it is outside */
    unsigned count;      /* 1: they all are the user that we run as */
    bool has_range;      /* ids of the user's own range (newuidmap) are mapped */
};
/*
 * Enter a new user namespace in which we have all capabilities. Ids come from the
 * ranges of /etc/subuid and /etc/subgid by newuidmap and newgidmap where they are; else
 * the one id that everybody may map. When this fails, nothing has changed.
 */
int userns_enter(struct userns_own *ret, struct lamb_err *err);

/*
 * The first range for the user NAME or UID in TEXT (subuid(5)); -ENOENT: none that has
 * two ids.
 */
int userns_find_range(const char *text, const char *name, uid_t uid, uid_t *ret_first,
                      unsigned *ret_count);

#endif
