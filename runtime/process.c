/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/auto.h"

enum { TIME_LIMIT_S = 60 };

static void
read_back(int fd, char *text, size_t size)
{
    ssize_t n = pread(fd, text, size - 1, 0);

    assert_true(n >= 0);
    text[n] = '\0';
}

void
process_run(const char *program, const char *const *env, _Atomic int *ret_pid,
            struct outcome *ret)
{
    LAMB_AUTOFD int errors = memfd_create("errors", MFD_CLOEXEC);
    LAMB_AUTOFD int output = memfd_create("output", MFD_CLOEXEC);
    int status;
    pid_t pid;

    assert_true(errors >= 0 && output >= 0);
    (void)fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)alarm(TIME_LIMIT_S); /* a program that hangs is a failure, not a wait */
        char *const argv[] = { (char *)(uintptr_t)program, NULL };

        if (dup2(errors, STDERR_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0)
            (void)execve(program, argv, (char *const *)(uintptr_t)env);
        _exit(99);
    }
    if (ret_pid)
        *ret_pid = pid;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ret->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    read_back(errors, ret->errors, sizeof(ret->errors));
    read_back(output, ret->output, sizeof(ret->output));
}

void
process_expect(const char *text, const char *want)
{
    if (!strstr(text, want))
        fail_msg("'%s' is not in '%s'", want, text);
}
