/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_CELL_PRIVATE_H
#define LAMB_EMULATOR_SANDBOX_CELL_PRIVATE_H

/*
 * cell_private - what cell.c (one sandbox, until it is somebody's), furnish.c (from
 * then on) and cells.c (what all share) know of each other.
 *
 * Threads: the spawner's only.
 */

#include "emulator/sandbox/cell.h"

/* A process that removes a folder which a function filled. */
struct remover {
    struct lamb_list node;
    pid_t pid;
};

/* A path in the cell's folder; RET takes PATH_MAX bytes. */
int cell_path(const struct cells *cells, const struct cell *cell, const char *below,
              char *ret);
/* Make of a cell what SPEC says (furnish.c); with a failure it is good for nothing. */
int cell_furnish(struct cells *cells, struct cell *cell, const struct cell_spec *spec,
                 struct lamb_err *err);

/* Remove the folder NAME of cells->dir: at once when it is small, else beside us. */
void cells_discard(struct cells *cells, const char *name);

#endif
