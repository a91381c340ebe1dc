/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_CELL_PRIVATE_H
#define LAMB_EMULATOR_SANDBOX_CELL_PRIVATE_H

/*
 * cell_private - what cell.c (one sandbox) and cells.c (what all share) know of each
 * other.
 *
 * Threads: the spawner's only.
 */

#include "emulator/sandbox/cell.h"

/* A process that removes a folder which a function filled. */
struct remover {
    struct lamb_list node;
    pid_t pid;
};

/* Remove the folder NAME of cells->dir: at once when it is small, else beside us. */
void cells_discard(struct cells *cells, const char *name);

#endif
