/* SPDX-License-Identifier: Apache-2.0 */

/*
 * probe - a handler that uses what it stands in: it runs a shell, resolves the name in
 * its event, and calls a library that came with it.
 * {"shell":...,"address":...,"own":...}
 */

#include <arpa/inet.h>
#include <jansson.h>
#include <lamb/lamb.h>
#include <netdb.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/ship/own.h"

/* What a shell prints for COMMAND, a line, into LINE. */
static const char *
ask_shell(char *command, char *line, size_t size)
{
    char shell[] = "/bin/sh", option[] = "-c";
    char *argv[] = { shell, option, command, NULL };
    posix_spawn_file_actions_t actions;
    int ends[2], status = -1;
    ssize_t len;
    pid_t pid;

    if (pipe(ends) < 0)
        return "no pipe";
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (posix_spawn(&pid, shell, &actions, NULL, argv, environ) == 0)
        waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    len = read(ends[0], line, size - 1);
    close(ends[0]);
    line[len > 0 ? len : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return status == 0 ? line : "no shell";
}

static const char *
resolve(const char *name, char *text, socklen_t size)
{
    struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    struct sockaddr_in address;
    struct addrinfo *found;
    int r = getaddrinfo(name, NULL, &hints, &found);

    if (r)
        return gai_strerror(r);
    memcpy(&address, found->ai_addr, sizeof(address));
    freeaddrinfo(found);
    return inet_ntop(AF_INET, &address.sin_addr, text, size);
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);
    json_t *request = json_loadb(event.ptr, event.len, 0, NULL);
    const char *name = json_string_value(json_object_get(request, "resolve"));
    char command[] = "echo $((6 * 7))", line[64], address[INET_ADDRSTRLEN];
    json_t *answer = json_pack(
        "{s:s, s:s, s:s}", "shell", ask_shell(command, line, sizeof(line)), "address",
        resolve(name ? name : "", address, sizeof(address)), "own", own_name());
    char *text = json_dumps(answer, JSON_COMPACT);
    int r = text ? lamb_reply(inv, text, strlen(text)) : -1;

    free(text);
    json_decref(answer);
    json_decref(request);
    return r;
}
