/* SPDX-License-Identifier: Apache-2.0 */

/* Whatever file is where a program was: it has no symbol, or a name that ends. */

#include <stdlib.h>

#include "runtime/image.h"
#include "sdk/base/auto.h"
#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAME_SIZE = 32, FIRST = 0x280, PLACES = 32, STEP = 8 };

static void
look_up(const struct lamb_image *image, struct lamb_span file)
{
    for (uintptr_t place = 0; place < PLACES; place++) {
        char name[NAME_SIZE];
        uintptr_t offset = UINTPTR_MAX;

        if (!lamb_image_file_symbol(image, file, image->bias + FIRST + place * STEP,
                                    name, sizeof(name), &offset))
            continue;
        lamb_assert(strnlen(name, sizeof(name)) < sizeof(name));
        lamb_assert(offset <= FIRST + place * STEP);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* of the corpus: -Wl,--build-id=0x6c616d62 */
    static const struct lamb_image images[] = {
        { .path = "plain", .bias = 0x400000 },
        { .path = "known", .build_id_len = 4, .build_id = "lamb" },
    };
    LAMB_AUTOFREE char *file = malloc(size ? size : 1); /* aligned, and not longer */

    lamb_assert(file);
    if (size)
        memcpy(file, data, size);
    for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
        look_up(&images[i], lamb_span_of(file, size));
    return 0;
}
