/* SPDX-License-Identifier: Apache-2.0 */

/*
 * late - the bug that only freezing shows. `hasty` answers and leaves a record of the
 * order to a thread, which needs a second for it. Between invocations nothing runs, so
 * the record waits for the next invocation, or for ever. `careful` sends it before it
 * answers.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pthread_setname_np */
#endif

#include <lamb/lamb.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static unsigned queued, sent;

/* Stands for a slow connection: a hundred pieces, one every ten milliseconds. */
static void
send_record(unsigned number)
{
    const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

    for (int piece = 0; piece < 100; piece++)
        nanosleep(&pause, NULL);
    fprintf(stderr, "record %u sent\n", number);
}

static void *
send_all(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    for (;;) {
        unsigned number = sent + 1;

        while (sent == queued)
            pthread_cond_wait(&more, &lock);
        pthread_mutex_unlock(&lock);
        send_record(number);
        pthread_mutex_lock(&lock);
        sent++;
    }
    return NULL;
}

int
hasty_init(struct lamb_runtime *rt)
{
    pthread_t sender;

    if (pthread_create(&sender, NULL, send_all, NULL) != 0)
        return lamb_init_fail(rt, "Late.NoThread", "the sender does not start");
    pthread_setname_np(sender, "sender"); /* for lamb start --freeze-report */
    pthread_detach(sender);
    return 0;
}

int
hasty(struct lamb_invocation *inv)
{
    unsigned before, now;

    pthread_mutex_lock(&lock);
    before = sent;
    now = ++queued;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
    return lamb_printf(inv, "{\"order\":%u,\"records sent\":%u}", now, before);
}

int
careful(struct lamb_invocation *inv)
{
    unsigned now, done;

    pthread_mutex_lock(&lock);
    now = ++queued;
    pthread_mutex_unlock(&lock);
    send_record(now);
    pthread_mutex_lock(&lock);
    done = ++sent;
    pthread_mutex_unlock(&lock);
    return lamb_printf(inv, "{\"order\":%u,\"records sent\":%u}", now, done);
}
