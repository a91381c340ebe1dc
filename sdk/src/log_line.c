/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/log_line.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sdk/base/clock.h"
#include "sdk/base/json_text.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

static const char pipe_variable[] = "_LAMBDA_TELEMETRY_LOG_FD";

static struct {
    bool is_json;
    enum lamb_level least; /* of what is written */
    int pipe;              /* negative: there is none */
} settings = { .pipe = -EBADF };

/* A frame of the log pipe, in network order; the record follows. */
struct frame {
    uint32_t type;
    uint32_t len;
    uint64_t us; /* since the Unix epoch */
};
enum {
    FRAME_JSON = (int)0xa55a0002,
    FRAME_TEXT = (int)0xa55a0003,
    RECORD_MAX = 256 * 1024, /* what the service takes as one */
};

static LAMB_ENUM_TEXT_FN(level_text, lamb_level, LAMB_LOG_LINE_LEVELS, LAMB_LEVEL_N)

    static enum lamb_level parse_level(const char *text)
{
    for (int i = LAMB_LEVEL_TRACE; text && i < LAMB_LEVEL_N; i++)
        if (strcasecmp(text, level_text((enum lamb_level)i)) == 0)
            return (enum lamb_level)i;
    return LAMB_LEVEL_INFO;
}

void
lamb_log_line_setup(void)
{
    const char *format = getenv("AWS_LAMBDA_LOG_FORMAT");
    const char *pipe = getenv(pipe_variable);
    uint64_t fd;

    settings.is_json = format && strcasecmp(format, "JSON") == 0;
    settings.least = settings.is_json ? parse_level(getenv("AWS_LAMBDA_LOG_LEVEL"))
                                      : LAMB_LEVEL_NONE;
    settings.pipe = -EBADF;
    if (pipe && lamb_parse_u64(lamb_span_str(pipe), 0, INT32_MAX, &fd) == 0 &&
        fcntl((int)fd, F_GETFD) >= 0)
        settings.pipe = (int)fd;
}

void
lamb_log_line_keep_pipe(void)
{
    (void)unsetenv(pipe_variable);
    if (settings.pipe >= 0)
        (void)fcntl(settings.pipe, F_SETFD, FD_CLOEXEC);
}

bool
lamb_log_line_wants(enum lamb_level level)
{
    return level >= settings.least;
}

/* PARTS in one go, as far as the kernel does that. */
static int
write_parts(int fd, struct iovec *parts, int count)
{
    while (count) {
        ssize_t n = writev(fd, parts, count);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        while (count && (size_t)n >= parts->iov_len) {
            n -= (ssize_t)parts->iov_len;
            parts++;
            count--;
        }
        if (count) {
            parts->iov_base = (char *)parts->iov_base + n;
            parts->iov_len -= (size_t)n;
        }
    }
    return 0;
}

bool
lamb_log_line_has_pipe(void)
{
    return settings.pipe >= 0;
}

int
lamb_log_line_frame(enum lamb_level level, int64_t now_ns, struct lamb_span record)
{
    /* What is longer than a pipe's buffer is written in several goes. */
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    uint32_t base = (uint32_t)(settings.is_json ? FRAME_JSON : FRAME_TEXT);
    struct frame frame = {
        .type = htobe32(base | (uint32_t)level << 2),
        .len = htobe32((uint32_t)record.len),
        .us = htobe64((uint64_t)(now_ns / LAMB_NS_PER_US)),
    };
    struct iovec parts[] = {
        { .iov_base = &frame, .iov_len = sizeof(frame) },
        { .iov_base = (void *)(uintptr_t)record.ptr, .iov_len = record.len },
    };

    int r;

    (void)pthread_mutex_lock(&mutex);
    r = write_parts(settings.pipe, parts, LAMB_COUNT(parts));
    (void)pthread_mutex_unlock(&mutex);
    return r;
}

static void
write_record(enum lamb_level level, int64_t now_ns, struct lamb_span record)
{
    struct iovec parts[] = {
        { .iov_base = (void *)(uintptr_t)record.ptr, .iov_len = record.len },
        { .iov_base = (void *)(uintptr_t) "\n", .iov_len = 1 },
    };

    if (settings.pipe >= 0)
        (void)lamb_log_line_frame(level, now_ns, record);
    else
        (void)write_parts(STDERR_FILENO, parts, LAMB_COUNT(parts));
}

static int
make_json(enum lamb_level level, int64_t now_ns, const char *request_id,
          struct lamb_span message, struct lamb_buf *ret)
{
    char time[LAMB_TIME_SIZE];

    lamb_time_iso_ms(now_ns, time);
    lamb_buf_printf(ret, "{\"timestamp\":\"%s\",\"level\":\"%s\",\"message\":", time,
                    level_text(level));
    lamb_json_string(ret, message);
    if (request_id) {
        lamb_buf_str(ret, ",\"requestId\":");
        lamb_json_string(ret, lamb_span_str(request_id));
    }
    return lamb_buf_char(ret, '}');
}

void
lamb_log_line_write(enum lamb_level level, const char *request_id,
                    struct lamb_span message)
{
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(RECORD_MAX);
    int64_t now_ns = lamb_wall_ns();
    int saved = errno;

    if (!lamb_log_line_wants(level))
        return;
    /* Without memory a record says at least what it has to say. */
    if (settings.is_json && make_json(level, now_ns, request_id, message, &json) == 0)
        message = lamb_buf_view(&json);
    write_record(level, now_ns, message);
    errno = saved;
}
