/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_IMAGE_H
#define LAMB_RUNTIME_IMAGE_H

/*
 * image - the programs and libraries in this process, as a signal handler can find
 * them: by /proc/self/maps, which is right also for what was loaded a moment ago and
 * needs no lock of the dynamic linker.
 *
 * Owns:    one table, of the last lamb_images_read, and the files it maps meanwhile.
 * Never:   allocates, or trusts a file: of one in memory it reads what is mapped, and
 *          when that has lost its file the signal is the caller's to survive (it has
 *          a handler for that).
 * Threads: one at a time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdk/base/span.h"

enum { LAMB_IMAGE_PATH_MAX = 256, LAMB_BUILD_ID_MAX = 32 };

struct lamb_image {
    char path[LAMB_IMAGE_PATH_MAX];
    uintptr_t start, end; /* of its mappings */
    bool is_code;         /* one of them can be executed */
    uintptr_t bias;       /* what was added to the addresses of the file */
    uintptr_t unwind;     /* its .eh_frame_hdr; 0: none */
    size_t build_id_len;
    unsigned char build_id[LAMB_BUILD_ID_MAX];
};

/* Look anew. */
void lamb_images_read(void);
/* The image that has ADDRESS in it; NULL: none. Valid until the next reading. */
const struct lamb_image *lamb_image_of(uintptr_t address);

/*
 * The function of IMAGE that ADDRESS lies in: its name into RET, and its distance from
 * its start. False: no symbol says so.
 */
bool lamb_image_symbol(const struct lamb_image *image, uintptr_t address, char *ret,
                       size_t size, uintptr_t *ret_offset);
/* The same, FILE being what is at the image's path: it may be anything. */
bool lamb_image_file_symbol(const struct lamb_image *image, struct lamb_span file,
                            uintptr_t address, char *ret, size_t size,
                            uintptr_t *ret_offset);

#endif
