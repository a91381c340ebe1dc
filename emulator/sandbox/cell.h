/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_CELL_H
#define LAMB_EMULATOR_SANDBOX_CELL_H

/*
 * cell - a sandbox as the spawner sees it: a folder, a control group, a user, an init.
 *
 * Owns:    STATE_DIR/sandbox with all in it, the base control groups, the template of
 *          the mount view, the user namespace, every sandbox init.
 * Never:   talks to the emulator (spawner.c does), or to an init after its first word.
 * Threads: the spawner's only.
 */

#include "emulator/sandbox/image.h"
#include "emulator/sandbox/plan.h"
#include "emulator/sandbox/userns.h"
#include "sdk/base/list.h"

enum {
    CELL_UIDS = 4096, /* uids of one state folder; so many sandboxes at once at full */
    CELL_ID_MAX = 64,
};

/* What the emulator gets of a sandbox. */
struct cell_ends {
    int pidfd;
    int control;
    int peak;
    int quota; /* -EBADF: none */
};
#define CELL_ENDS_NONE ((struct cell_ends){ -EBADF, -EBADF, -EBADF, -EBADF })

struct cell {
    struct lamb_list node;
    uint32_t number;          /* 0: a spare, or one that never became anybody's */
    char id[CELL_ID_MAX + 1]; /* the name of its folder */
    char group[16];           /* the name of its control groups */
    pid_t init;               /* 0: reaped */
    unsigned slot;   /* its uid is the first of its level + slot; CELL_UIDS: none */
    uid_t uid;       /* of its processes, as its init sees it */
    uid_t outer_uid; /* the same as the emulator sees it */
    struct cell_ends ends;   /* until it is somebody's, and so */
    struct cgroup_leaf leaf; /* the descriptors of its control groups */
};

struct cells {
    char dir[PATH_MAX]; /* STATE_DIR/sandbox */
    int dirfd;          /* locked: one spawner works in a state folder */
    int userns;         /* -EBADF: not made, or not allowed here */
    uid_t uid_base;
    enum sandbox_level level; /* of sandboxes made from now on */
    struct cgroups groups;
    struct view view;
    struct filter filter;
    struct wire_wishes wishes;
    struct view_wishes view_wishes;
    struct userns_own own; /* at rootless */
    struct images images;
    enum tmp_means tmp;
    bool slot_is_used[CELL_UIDS];
    unsigned named_slots;  /* that the view's passwd knows */
    struct lamb_list list; /* the spare among them */
    struct cell *spare;    /* NULL: none */
    bool wants_spare;      /* since somebody took one; not when one failed */
    unsigned long long made;
    struct lamb_list removers; /* processes that remove big folders */
    unsigned long long removed;
};

/* Take the state folder (waiting a little for an earlier spawner), sweep leftovers. */
int cells_init(struct cells *cells, const char *state_dir,
               const struct wire_wishes *wishes, struct lamb_err *err);
/* Remove the folders and groups; every cell must be gone. */
void cells_fini(struct cells *cells);
/* Prepare for LEVEL: at full the mount view and the user namespace. */
int cells_prepare(struct cells *cells, enum sandbox_level level, struct lamb_err *err);

struct cell_spec {
    uint32_t number;
    const char *id;
    const char *task_dir;
    const char *bootstrap;     /* "": none */
    char *const *opt_dirs;     /* NULL-ended */
    char *const *file_systems; /* pairs, NULL-ended */
    struct wire_limits limits;
};
/*
 * What is the same for every sandbox is done ahead of time where it can be: a cell with
 * its folder, control groups, user and an init in namespaces of its own is kept spare.
 * Whoever comes takes it, or waits until one is made, and puts in what SPEC says.
 * Gives descriptors: close them.
 */
int cell_make(struct cells *cells, const struct cell_spec *spec, struct cell **ret,
              struct cell_ends *ret_ends, struct lamb_err *err);
void cell_ends_close(struct cell_ends *ends);
/* Make the spare one when it is missing; false: there was nothing to do. */
bool cells_make_spare(struct cells *cells);
/* Kill it: what all have in common changes. */
void cells_drop_spare(struct cells *cells);

struct cell *cells_find(struct cells *cells, uint32_t number);
/* Kill its init; what is left is cleared by cells_settle. */
void cell_kill(struct cell *cell);
/*
 * Reap, kill what dead inits left behind, clear their cells and call GONE for each.
 * True: something is dying still, call again soon.
 */
bool cells_settle(struct cells *cells, void (*gone)(void *data, uint32_t number),
                  void *data);

enum memory_means cells_memory(const struct cells *cells);
enum processes_means cells_processes(const struct cells *cells);
enum kill_means cells_kill(const struct cells *cells);
enum users_means cells_users(const struct cells *cells);
enum outbound_means cells_outbound(const struct cells *cells);

#endif
