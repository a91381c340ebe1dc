/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/wrapper.h"

#include <fcntl.h>
#include <limits.h>

#include "runtime/notice.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

/* Tells the runtime that the wrapper starts from the one that starts the wrapper. */
static const char mark[] = "LAMB_EXEC_WRAPPED";

enum { EXIT_NO_WRAPPER = 127, ARGUMENTS_MAX = 2 * 1024 * 1024, ARGUMENTS_STEP = 4096 };

/* Our own arguments, each with its NUL, as the kernel has them. */
static int
read_arguments(struct lamb_buf *ret)
{
    LAMB_AUTOFD int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t n;
    int r = 0;

    do {
        r = lamb_buf_reserve(ret, ARGUMENTS_STEP);
        n = r ? -1 : read(fd, ret->ptr + ret->len, ARGUMENTS_STEP);
        if (n > 0)
            ret->len += (size_t)n;
    } while (n > 0);
    return n < 0 ? -1 : lamb_buf_char(ret, '\0');
}

/* WRAPPER, SELF, and our arguments behind the first. Never returns but in failure. */
static void
exec_wrapper(char *wrapper, char *self)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(ARGUMENTS_MAX + 1);
    LAMB_AUTOFREE char **argv = NULL;
    size_t count = 2;
    size_t room = 3;

    if (read_arguments(&text))
        return;
    for (size_t i = 0; i < text.len; i++)
        room += !text.ptr[i];
    argv = calloc(room, sizeof(char *));
    if (!argv)
        return;
    argv[0] = wrapper;
    argv[1] = self;
    for (char *at = text.ptr + strlen(text.ptr) + 1; at < text.ptr + text.len - 1;
         at += strlen(at) + 1)
        argv[count++] = at;
    (void)execv(wrapper, argv);
}

void
lamb_wrapper_run(void)
{
    char *wrapper = getenv("AWS_LAMBDA_EXEC_WRAPPER");
    char self[PATH_MAX];
    ssize_t n;

    if (!wrapper || !*wrapper)
        return;
    if (getenv(mark)) {
        (void)unsetenv(mark);
        return;
    }
    n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (n > 0 && setenv(mark, "1", 1) == 0) {
        self[n] = '\0';
        errno = ENOMEM;
        exec_wrapper(wrapper, self);
    }
    lamb_notice_error(
        "AWS_LAMBDA_EXEC_WRAPPER is '%s', which cannot be started: %s. Is it in "
        "the package or a layer, executable, and is its first line right?",
        wrapper, strerror(errno));
    _exit(EXIT_NO_WRAPPER);
}
