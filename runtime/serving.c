/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/serving.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "runtime/loop.h"
#include "runtime/runtime_api.h"
#include "sdk/base/auto.h"

struct serving serving;

int
serve(struct play *play, lamb_handler_fn handler, struct lamb_err *err)
{
    LAMB_AUTOFD int capture = memfd_create("notices", MFD_CLOEXEC);
    LAMB_AUTOFD int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    const struct lamb_entry entry = { .handler = { .name = "handler", .fn = handler } };
    struct lamb_runtime rt;
    const struct lamb_loop loop = { .entry = &entry, .rt = &rt };
    struct lamb_runtime_api api;
    ssize_t n;
    int r;

    serving.calls = 0;
    *err = (struct lamb_err){ 0 };
    assert_true(capture >= 0 && saved >= 0);
    assert_true(dup2(capture, STDERR_FILENO) >= 0);
    lamb_runtime_init(&rt);
    r = lamb_runtime_api_init(&api, play->endpoint, err);
    if (!r)
        r = lamb_loop_run(&loop, &api.source, err);
    lamb_runtime_api_fini(&api);
    lamb_runtime_fini(&rt);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    n = pread(capture, serving.notices, sizeof(serving.notices) - 1, 0);
    assert_true(n >= 0);
    serving.notices[n] = '\0';
    return r;
}

void
perform_to(int result, const char *text, lamb_handler_fn handler,
           const struct play_step *steps, size_t count)
{
    struct lamb_err err;
    struct play play;
    int r;

    play_start(&play, steps, count);
    r = serve(&play, handler, &err);
    play_finish(&play);
    play_fini(&play);
    assert_int_equal(r, result);
    if (!strstr(err.text, text))
        fail_msg("'%s' does not say '%s'", err.text, text);
}

int
echo(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);

    serving.calls++;
    return lamb_reply(inv, event.ptr, event.len);
}
