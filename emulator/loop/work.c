/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/loop.h"

#include <errno.h>
#include <stdlib.h>

#include "emulator/loop/loop_private.h"
#include "sdk/base/auto.h"

struct job {
    uv_work_t req;
    struct loop *loop;
    struct loop_work *work;
};

struct loop_mailbox {
    uv_async_t async;
    struct loop *loop;
    const char *name;
    void (*fn)(void *data);
    void *data;
};

static void
on_run(uv_work_t *req)
{
    struct job *job = req->data;

    job->work->run(job->work);
}

static void
on_done(uv_work_t *req, int status)
{
    struct job *job = req->data;
    struct loop *loop = job->loop;
    struct loop_work *work = job->work;
    const char *name = work->name; /* DONE may free the work */

    (void)status; /* it is never cancelled */
    free(job);
    work->priv = NULL;
    loop->work_count--;
    (void)watchdog_begin(&loop->dog);
    work->done(work);
    watchdog_end(&loop->dog, name);
}

int
loop_work(struct loop *loop, struct loop_work *work, struct lamb_err *err)
{
    struct job *job = calloc(1, sizeof(*job));

    if (!job)
        return lamb_raise(err, -ENOMEM, "start '%s' in the background", work->name);
    job->req.data = job;
    job->loop = loop;
    job->work = work;
    work->priv = job;
    loop->work_count++;
    lamb_assert(uv_queue_work(&loop->uv, &job->req, on_run, on_done) == 0);
    return 0;
}

static void
on_async(uv_async_t *async)
{
    struct loop_mailbox *box = async->data;

    loop_call(box->loop, box->name, box->fn, box->data);
}

int
loop_mailbox_new(struct loop *loop, const char *name, void (*fn)(void *data),
                 void *data, struct loop_mailbox **ret, struct lamb_err *err)
{
    LAMB_AUTOFREE struct loop_mailbox *box = calloc(1, sizeof(*box));
    int r;

    if (!box)
        return lamb_raise(err, -ENOMEM, "make the mailbox '%s'", name);
    r = uv_async_init(&loop->uv, &box->async, on_async);
    if (r < 0)
        return lamb_raise(err, r, "make the mailbox '%s'", name);
    box->async.data = box;
    box->loop = loop;
    box->name = name;
    box->fn = fn;
    box->data = data;
    loop->mailbox_count++;
    *ret = lamb_take_ptr(&box);
    return 0;
}

void
loop_mailbox_signal(struct loop_mailbox *box)
{
    (void)uv_async_send(&box->async); /* fails on no live mailbox */
}

void
loop_mailbox_free(struct loop_mailbox **box)
{
    struct loop_mailbox *taken = lamb_take_ptr(box);

    if (!taken)
        return;
    taken->loop->mailbox_count--;
    loop_close((uv_handle_t *)&taken->async);
}
