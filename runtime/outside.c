/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/outside.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/notice.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

/* Tells the program that lamb starts without a Runtime API not to start lamb again. */
static const char mark[] = "LAMB_SELF_SERVED";

enum { WORDS_MAX = 8 };

/* The arguments of lamb that make it serve the program at SELF; ended by NULL. */
static void
choose_words(bool loads_objects, char *self, const char *words[WORDS_MAX])
{
    const char *handler = getenv("_HANDLER");
    const char *root = getenv("LAMBDA_TASK_ROOT");
    size_t n = 0;

    words[n++] = "lamb";
    words[n++] = "start";
    if (handler && *handler) {
        words[n++] = "--handler";
        words[n++] = handler;
    }
    words[n++] = loads_objects ? "--bootstrap" : "--";
    words[n++] = self;
    if (loads_objects)
        words[n++] = root && *root ? root : ".";
    words[n] = NULL;
}

static void
say_command(const char *const words[WORDS_MAX], struct lamb_buf *ret)
{
    for (size_t i = 0; words[i]; i++)
        lamb_buf_printf(ret, "%s%s", i ? " " : "", words[i]);
}

/* Become lamb; returns with errno set when there is none that runs. */
static void
exec_lamb(const char *self, const char *const words[WORDS_MAX])
{
    static const char *const places[] = { "lamb", "../../bin/lamb" };
    char *const *argv = (char *const *)(uintptr_t)words;
    int dir = (int)(strrchr(self, '/') - self);
    char path[PATH_MAX];

    for (size_t i = 0; i < LAMB_COUNT(places); i++)
        if (lamb_format(path, sizeof(path), "%.*s/%s", dir, self, places[i]) == 0)
            (void)execv(path, argv);
    (void)execvp("lamb", argv);
}

void
lamb_outside_run(bool loads_objects)
{
    LAMB_AUTOBUF struct lamb_buf command = LAMB_BUF_INIT((size_t)3 * PATH_MAX);
    const char *handler = getenv("_HANDLER");
    const char *words[WORDS_MAX];
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (n <= 0 || self[0] != '/') {
        lamb_notice("AWS_LAMBDA_RUNTIME_API is not set. Run this inside AWS Lambda, or "
                    "on your machine as: lamb start -- PROGRAM");
        return;
    }
    self[n] = '\0';
    if (loads_objects && (!handler || !*handler)) {
        lamb_notice("AWS_LAMBDA_RUNTIME_API is not set, so this is not AWS Lambda; and "
                    "_HANDLER does not say which function of which shared object to "
                    "serve. Type: lamb start hello.so   or: _HANDLER=hello.handler %s",
                    self);
        return;
    }
    choose_words(loads_objects, self, words);
    say_command(words, &command);
    if (getenv(mark)) {
        lamb_notice("AWS_LAMBDA_RUNTIME_API is not set, although lamb has started this "
                    "program (%s is set): is the lamb in PATH the emulator?",
                    mark);
        return;
    }
    if (setenv(mark, "1", 1) == 0) {
        lamb_notice("AWS_LAMBDA_RUNTIME_API is not set, so this is not AWS Lambda: "
                    "becoming: %s",
                    lamb_buf_cstr(&command));
        exec_lamb(self, words);
    }
    if (errno == ENOENT)
        lamb_notice("there is no lamb beside this program or in PATH. Install it, or "
                    "run this program inside AWS Lambda");
    else
        lamb_notice("lamb cannot be started: %s", strerror(errno));
}
