/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/calls/ops.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS_MAX = 32 };

struct together {
    struct lamb_aws *aws; /* of all of them, or NULL: each makes its own */
    json_t *wish;
    int n_calls;
};

/* How many of its calls one thread got a good answer to. */
static void *
call_often(void *data)
{
    const struct together *all = data;
    struct lamb_aws *own = all->aws ? NULL : lamb_aws_new(NULL);
    intptr_t n_good = 0;

    for (int i = 0; i < all->n_calls; i++) {
        struct lamb_aws_result *result = NULL;

        n_good += calls_make(own ? own : all->aws, all->wish, &result) == 0 &&
                  lamb_aws_status(result) == 200 && lamb_aws_value(result).len > 0;
        lamb_aws_result_free(result);
    }
    lamb_aws_free(own);
    return (void *)n_good;
}

json_t *
calls_together(struct lamb_aws *aws, json_t *wish)
{
    json_int_t n = json_integer_value(json_object_get(wish, "threads"));
    struct together all = {
        .aws = json_is_true(json_object_get(wish, "own")) ? NULL : aws,
        .wish = wish,
        .n_calls = (int)json_integer_value(json_object_get(wish, "each")),
    };
    pthread_t threads[THREADS_MAX];
    intptr_t n_good = 0;

    if (n > THREADS_MAX)
        exit(2);
    for (int i = 0; i < n; i++)
        if (pthread_create(&threads[i], NULL, call_often, &all) != 0)
            exit(3);
    for (int i = 0; i < n; i++) {
        void *good;

        (void)pthread_join(threads[i], &good);
        n_good += (intptr_t)good;
    }
    return json_pack("{s:I}", "good", (json_int_t)n_good);
}
