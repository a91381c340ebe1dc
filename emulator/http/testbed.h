/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_TESTBED_H
#define LAMB_EMULATOR_HTTP_TESTBED_H

/*
 * testbed - for this folder's tests: servers and raw clients ("peers") on one loop, so
 * that a test reads as a dialogue and each wait ends when the thing happened.
 *
 * Owns:    the loop, the room, its servers and peers.
 * Threads: one.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulator/http/server.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

enum { BED_SERVERS = 4, BED_REQUESTS = 2048 };

struct bed;

/* One server and what its handler was told, in order. */
struct bed_server {
    struct bed *bed;
    struct http_server *server;
    uint16_t port;
    /* What to do with a request; the default parks it. */
    void (*handle)(struct bed_server *at, struct http_request *req);
    struct http_request *requests[BED_REQUESTS];
    size_t n_requests;
    size_t n_gone;
    enum http_gone why;
    size_t max_body;
    size_t n_bodies;
    int outcome;          /* of the last body */
    struct lamb_buf body; /* the last one */
    size_t n_chunks;
    struct lamb_buf trace; /* whatever a test notes */
    void *data;
};

struct bed {
    struct loop *loop;
    struct http_room *room;
    struct bed_server servers[BED_SERVERS];
    size_t n_servers;
    struct loop_hook hook;
    bool (*is_met)(void *data);
    void *data;
    bool is_met_now;
    struct timer deadline;
    struct lamb_list peers;
};

struct peer {
    struct bed *bed;
    int fd;
    struct loop_fd *watch;
    struct lamb_list node;
    struct lamb_buf got;
    struct lamb_buf rest; /* not sent yet */
    bool is_closed;
};

int bed_setup(void **state);
int bed_teardown(void **state);

/* A server on a free port of 127.0.0.1; CONFIG's listen_fd and handlers are filled in.
 */
struct bed_server *bed_serve(struct bed *bed, struct http_server_config config);
void bed_unserve(struct bed_server *at);

/* Turn the loop until IS_MET says true; fails the test after ten seconds. */
void bed_until(struct bed *bed, bool (*is_met)(void *data), void *data);
void bed_until_count(struct bed *bed, const size_t *count, size_t wanted);
/* Turn it for a while and say how many turns it took. */
uint64_t bed_for_ms(struct bed *bed, int64_t ms);

struct peer *peer_connect(struct bed_server *at);
struct peer *peer_unix(struct bed *bed, const char *path);
void peer_send(struct peer *peer, const char *text);
void peer_send_bytes(struct peer *peer, const void *bytes, size_t len);
/* Turn the loop until TEXT has arrived. */
void peer_until(struct peer *peer, const char *text);
void peer_until_closed(struct peer *peer);
bool peer_has(const struct peer *peer, const char *text);
void peer_forget(struct peer *peer); /* what has arrived so far */
void peer_close(struct peer *peer);

/* Answers for handlers. */
void bed_reply(struct http_request *req, unsigned status, const char *body);
void bed_park(struct bed_server *at, struct http_request *req);
/* Collect the body (max_body) and park. */
void bed_collect(struct bed_server *at, struct http_request *req);

#endif
