/* SPDX-License-Identifier: Apache-2.0 */

/* defer - what is released when the handler has returned. */

#include <errno.h>
#include <stdlib.h>

#include "sdk/src/invocation.h"

struct deferred {
    struct lamb_at_end at_end;
    lamb_release_fn release;
    void *object;
};

static void
end(struct lamb_at_end *at_end)
{
    struct deferred *deferred = LAMB_CONTAINER(at_end, struct deferred, at_end);

    deferred->release(deferred->object);
    free(deferred);
}

int
lamb_defer(struct lamb_invocation *inv, lamb_release_fn release, void *object)
{
    struct deferred *deferred = malloc(sizeof(*deferred));

    if (!deferred) {
        release(object);
        return -ENOMEM;
    }
    *deferred =
        (struct deferred){ .at_end.end = end, .release = release, .object = object };
    lamb_list_push_front(&inv->left_open, &deferred->at_end.node);
    return 0;
}
