/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/testbed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

enum { LEN = 32 * 1024 * 1024 + 1 };

/* A file that is answered with: LEN bytes are announced, LEFT are in it. */
struct download {
    int fd;
    uint8_t *bytes;
    size_t left;
};

static void
answer_file(struct bed_server *at, struct http_request *req)
{
    struct download *download = at->data;
    const struct http_field type = { "Content-Type", "application/zip" };

    if (http_path(req).len > 1) {
        bed_reply(req, 200, "something else");
        return;
    }
    download->fd = memfd_create("download", MFD_CLOEXEC);
    assert_true(download->fd >= 0);
    assert_int_equal(write(download->fd, download->bytes, download->left),
                     download->left);
    http_reply_file(
        req, &(struct http_answer){ .status = 200, .fields = &type, .n_fields = 1 },
        download->fd, LEN);
}

static struct bed_server *
serve(struct bed *bed, struct download *download, size_t left)
{
    struct bed_server *at = bed_serve(bed, (struct http_server_config){ 0 });

    *download = (struct download){ .bytes = malloc(LEN), .left = left };
    assert_non_null(download->bytes);
    for (size_t i = 0; i < LEN; i++)
        download->bytes[i] = (uint8_t)(i * 7 + i / 251 + i / 65536);
    at->handle = answer_file;
    at->data = download;
    return at;
}

static bool
is_closed(void *data)
{
    const struct download *download = data;

    return fcntl(download->fd, F_GETFD) < 0 && errno == EBADF;
}

static bool
has_all(void *data)
{
    const struct peer *peer = data;

    return peer->got.len > LEN;
}

static void
a_file_arrives_as_it_is_and_is_closed(void **state)
{
    struct download download;
    struct bed_server *at = serve(*state, &download, LEN);
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    bed_until(*state, has_all, peer);
    bed_until(*state, is_closed, &download);
    assert_true(peer_has(peer, "Content-Length: 33554433\r\n"));
    assert_true(peer_has(peer, "Content-Type: application/zip\r\n"));
    assert_false(peer_has(peer, "chunked"));
    assert_memory_equal(peer->got.ptr + peer->got.len - LEN, download.bytes, LEN);
    peer_forget(peer); /* and the connection lives on */
    peer_send(peer, GET("/else"));
    peer_until(peer, "something else");
    free(download.bytes);
}

static void
others_are_served_while_a_client_does_not_take_its_file(void **state)
{
    struct download download;
    struct bed_server *at = serve(*state, &download, LEN);
    struct peer *slow = peer_connect(at);
    struct peer *other = peer_connect(at);

    peer_send(slow, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    loop_unwatch(&slow->watch); /* reads nothing from here on */
    peer_send(other, GET("/else"));
    peer_until(other, "something else");
    assert_true(bed_for_ms(*state, 20) < 100); /* it waits for the socket, asleep */
    assert_false(is_closed(&download));
    peer_close(slow);
    bed_until(*state, is_closed, &download);
    free(download.bytes);
}

static void
a_file_that_was_cut_breaks_the_connection(void **state)
{
    struct download download;
    struct bed_server *at = serve(*state, &download, LEN / 2);
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    peer_until_closed(peer);
    assert_true(peer->got.len < LEN);
    assert_true(is_closed(&download));
    free(download.bytes);
}

static void
an_answer_to_head_does_not_read_the_file(void **state)
{
    struct download download;
    struct bed_server *at = serve(*state, &download, 0);
    struct peer *peer = peer_connect(at);

    peer_send(peer, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    peer_until(peer, "Content-Length: 33554433\r\n");
    bed_until(*state, is_closed, &download);
    peer_send(peer, GET("/else"));
    peer_until(peer, "\r\n\r\nHTTP/1.1 200 OK\r\n");
    peer_until(peer, "something else");
    free(download.bytes);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
    const struct CMUnitTest tests[] = {
        BED_TEST(a_file_arrives_as_it_is_and_is_closed),
        BED_TEST(others_are_served_while_a_client_does_not_take_its_file),
        BED_TEST(a_file_that_was_cut_breaks_the_connection),
        BED_TEST(an_answer_to_head_does_not_read_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
