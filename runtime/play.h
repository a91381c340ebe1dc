/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_PLAY_H
#define LAMB_RUNTIME_PLAY_H

/*
 * play - for tests: a Runtime API that follows a script, good or bad.
 *
 * Steps are carried out one after the other by a thread on a loopback port of its own.
 * A request is read whole (by its length or its chunks), however it arrives; what was
 * sent behind it stays for the next PLAY_EXPECT.
 *
 * Owns:    its sockets, its thread, and the requests it read.
 * Threads: the test's, between play_start and play_finish.
 */

#include "sdk/base/buf.h"

#include <pthread.h>

enum play_verb {
    PLAY_ACCEPT,      /* wait for a connection; ends the one before */
    PLAY_EXPECT,      /* read a request, which must have TEXT in it */
    PLAY_EXPECT_ONLY, /* the same, and nothing may have been sent behind it */
    PLAY_EXPECT_HEAD, /* read as far as the empty line; the body stays unread */
    PLAY_EXPECT_END,  /* the peer closes, and sends nothing before */
    PLAY_SEND,        /* send TEXT at once */
    PLAY_SEND_SLOWLY, /* send TEXT byte by byte */
    PLAY_CLOSE,       /* close, properly */
    PLAY_RESET,       /* close with a reset */
    PLAY_KEEP,        /* put the connection aside, open, until the end */
    PLAY_SIGNAL,      /* send SIGTERM to the process TARGET */
};

struct play_step {
    enum play_verb verb;
    const char *text;
};

struct play {
    char endpoint[32]; /* as AWS_LAMBDA_RUNTIME_API */
    int port;          /* of it */
    const struct play_step *steps;
    size_t count;
    pthread_t thread;
    int listener, peer;
    int kept;                 /* what PLAY_KEEP put aside */
    _Atomic int target;       /* the process that PLAY_SIGNAL is for; waited for */
    struct lamb_buf in;       /* received, not yet read */
    struct lamb_buf requests; /* all requests read, for the test to look at */
    char failure[512];        /* "": all went as written */
};

void play_start(struct play *play, const struct play_step *steps, size_t count);
/* Wait for the end; fails the test when the script was not followed to it. */
void play_finish(struct play *play);
/* The same, when the program has ended early and nobody will follow the script. */
void play_abandon(struct play *play);
/* Forget the requests. */
void play_fini(struct play *play);

#define PLAY_START(play, steps) play_start(play, steps, LAMB_COUNT(steps))

#endif
