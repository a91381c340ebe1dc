/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { OTHER_UID = 54321 };

static int
listen_somewhere(struct sockaddr_in *ret)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof(*ret);

    *ret = (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    assert_int_equal(bind(fd, (struct sockaddr *)ret, len), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)ret, &len), 0);
    return fd;
}

static void
a_connection_tells_whose_it_is(void **state)
{
    struct sockaddr_in address;
    int listener = listen_somewhere(&address), accepted, client;
    uid_t uid = 0xdead;

    (void)state;
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
    accepted = accept(listener, NULL, NULL);
    assert_int_equal(peer_uid(accepted, &uid), 0);
    assert_int_equal(uid, geteuid());
    (void)close(client);
    (void)close(accepted);
    (void)close(listener);
}

static void
another_user_is_told_apart(void **state)
{
    struct sockaddr_in address;
    int listener = listen_somewhere(&address), accepted;
    uid_t uid = 0xdead;
    pid_t pid;

    (void)state;
    if (geteuid() != 0)
        skip();
    pid = fork();
    if (pid == 0) {
        int client;

        if (setuid(OTHER_UID) < 0)
            _exit(1);
        client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        _exit(connect(client, (struct sockaddr *)&address, sizeof(address)) < 0 ||
              pause() == 0);
    }
    accepted = accept(listener, NULL, NULL);
    assert_int_equal(peer_uid(accepted, &uid), 0);
    assert_int_equal(uid, OTHER_UID);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    (void)close(accepted);
    (void)close(listener);
}

static void
what_is_no_tcp_connection_is_an_error(void **state)
{
    int pair[2];
    uid_t uid;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(peer_uid(pair[0], &uid), -EAFNOSUPPORT);
    (void)close(pair[0]);
    (void)close(pair[1]);
    assert_int_equal(peer_uid(-1, &uid), -EBADF);
    assert_true(peer_works());
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_tells_whose_it_is),
        cmocka_unit_test(another_user_is_told_apart),
        cmocka_unit_test(what_is_no_tcp_connection_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
