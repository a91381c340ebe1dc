/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_CODE_STAGING_H
#define LAMB_EMULATOR_STORE_CODE_STAGING_H

/*
 * code_staging - the side folder in which one import is made, until it gets its name.
 *
 * Owns:    the folder tmp-XXXX; what is not published goes with it.
 * Never:   touches a published copy.
 * Threads: any; one at a time.
 */

#include "emulator/store/code.h"

struct code_staging {
    int parent_fd; /* borrowed: DIR/code */
    int fd;
    int tree_fd; /* the folder "tree" in it */
    char name[32];
};
#define CODE_STAGING_PREFIX "tmp-"
#define CODE_STAGING_EMPTY                                                             \
    {                                                                                  \
        .fd = -EBADF, .tree_fd = -EBADF                                                \
    }

int code_staging_init(struct code_staging *st, int parent_fd, struct lamb_err *err);
/*
 * Note the sizes, make everything durable, then give it the name COPY->digest. The tree
 * is sealed before. When it is there already that copy stays.
 */
int code_staging_publish(struct code_staging *st, const struct code_copy *copy,
                         struct lamb_err *err);
void code_staging_fini(struct code_staging *st);

#endif
