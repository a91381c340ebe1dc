/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/testbed.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sdk/base/auto.h"

static void
any_free_port_is_found_and_a_taken_one_is_named(void **state)
{
    LAMB_AUTOFD int fd = -EBADF;
    struct lamb_err err = { 0 };
    char wanted[96];
    uint16_t port = 0;
    uint16_t again = 0;
    int second = -1;

    (void)state;
    assert_int_equal(http_listen("127.0.0.1", 0, &fd, &port, &err), 0);
    assert_true(port > 0);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(http_listen("127.0.0.1", port, &second, &again, &err),
                     -EADDRINUSE);
    assert_int_equal(second, -1);
    assert_int_equal(lamb_format(wanted, sizeof(wanted),
                                 "port %u is taken: stop the other server", port),
                     0);
    assert_ptr_equal(strstr(err.text, wanted), err.text);
}

static void
the_same_port_is_had_in_both_families(void **state)
{
    LAMB_AUTOFD int four = -EBADF;
    LAMB_AUTOFD int six = -EBADF;
    LAMB_AUTOFD int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in6 any = { .sin6_family = AF_INET6,
                                .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    uint16_t port = 0;
    uint16_t port6 = 0;
    int r;

    (void)state;
    if (probe < 0 || bind(probe, (const struct sockaddr *)&any, sizeof(any)))
        skip(); /* a machine without IPv6 */
    assert_int_equal(http_listen("127.0.0.1", 0, &four, &port, NULL), 0);
    r = http_listen("::1", port, &six, &port6, NULL);
    if (r == -EADDRINUSE)
        skip(); /* somebody else has that one */
    assert_int_equal(r, 0);
    assert_int_equal(port, port6);
}

static void
make_path(char *path, size_t size, const char *dir, const char *name)
{
    assert_int_equal(lamb_format(path, size, "%s/%s", dir, name), 0);
}

static void
answer_hello(struct bed_server *at, struct http_request *req)
{
    (void)at;
    bed_reply(req, 200, "hello");
}

static void
a_unix_socket_is_private_and_serves(void **state)
{
    char dir[] = "/tmp/lamb-http-XXXXXX";
    struct http_server_config config = { .name = "unix", .watch_parked = true };
    struct bed_server *at;
    struct peer *peer;
    struct stat st;
    char path[64];
    mode_t mask;

    assert_non_null(mkdtemp(dir));
    make_path(path, sizeof(path), dir, "s");
    mask = umask(0777);
    assert_int_equal(http_listen_unix(path, &config.listen_fd, NULL), 0);
    (void)umask(mask);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);

    at = bed_serve(*state, config);
    at->handle = answer_hello;
    peer = peer_unix(*state, path);
    peer_send(peer, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    peer_until(peer, "hello");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void
a_stale_socket_is_replaced_a_living_one_and_a_file_are_not(void **state)
{
    char dir[] = "/tmp/lamb-http-XXXXXX";
    struct lamb_err err = { 0 };
    int first = -EBADF;
    int second = -EBADF;
    char path[64];
    char file[64];
    int fd;

    (void)state;
    assert_non_null(mkdtemp(dir));
    make_path(path, sizeof(path), dir, "s");
    make_path(file, sizeof(file), dir, "f");
    assert_int_equal(http_listen_unix(path, &first, &err), 0);
    assert_int_equal(http_listen_unix(path, &second, &err), -EADDRINUSE);
    assert_non_null(strstr(err.text, "another server answers on"));
    (void)close(first);
    assert_int_equal(http_listen_unix(path, &second, &err), 0);
    (void)close(second);

    fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(http_listen_unix(file, &second, &err), -EEXIST);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void
a_path_that_does_not_fit_is_refused(void **state)
{
    struct lamb_err err = { 0 };
    char path[200];
    int fd = -EBADF;

    (void)state;
    memset(path, 'a', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(http_listen_unix(path, &fd, &err), -ENAMETOOLONG);
    assert_non_null(strstr(err.text, "--state"));
    assert_int_equal(http_listen_unix("", &fd, &err), -ENAMETOOLONG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_free_port_is_found_and_a_taken_one_is_named),
        cmocka_unit_test(the_same_port_is_had_in_both_families),
        cmocka_unit_test_setup_teardown(a_unix_socket_is_private_and_serves, bed_setup,
                                        bed_teardown),
        cmocka_unit_test(a_stale_socket_is_replaced_a_living_one_and_a_file_are_not),
        cmocka_unit_test(a_path_that_does_not_fit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
