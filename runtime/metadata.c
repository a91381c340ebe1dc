/* SPDX-License-Identifier: Apache-2.0 */

/*
 * metadata - what the metadata endpoint of the execution environment says about it.
 *
 * Owns:    the answer, kept as long as the process: it does not change.
 * Threads: any.
 */

#include <lamb/lamb.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/time.h>

#include "runtime/connection.h"
#include "runtime/notice.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"
#include "sdk/base/json_check.h"

#define METADATA_PATH "/2026-01-15/metadata/execution-environment"

enum { ZONE_MAX = 63, WAIT_S = 2, TOKEN_MAX = 4096 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char zone[ZONE_MAX + 1]; /* empty: not known yet */

/* The end of the string that begins behind the quote at AT, in JSON that was checked.
 */
static size_t
end_of_string(struct lamb_span json, size_t at)
{
    while (json.ptr[at] != '"')
        at += json.ptr[at] == '\\' ? 2 : 1;
    return at;
}

/*
 * The string that the object JSON has under NAME; empty when there is none. JSON was
 * checked. An escape in it stays as it is: names and zones have none.
 */
static struct lamb_span
member(struct lamb_span json, const char *name)
{
    struct lamb_span last = { 0 }; /* the string read last */
    bool is_value = false;         /* a colon stands behind NAME */
    size_t depth = 0;

    for (size_t i = 0; i < json.len; i++) {
        size_t begin = i + 1;

        switch (json.ptr[i]) {
        case '"':
            i = end_of_string(json, begin);
            last = lamb_span_of(json.ptr + begin, i - begin);
            if (is_value)
                return last;
            break;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth--;
            break;
        case ':':
            is_value = depth == 1 && lamb_span_is(last, name);
            break;
        case ',':
            is_value = false;
            break;
        default:
            break;
        }
    }
    return lamb_span_of(NULL, 0);
}

static int
take_zone(struct lamb_span body, struct lamb_err *err)
{
    struct lamb_json_check check;
    struct lamb_span found = { 0 };

    lamb_json_check_init(&check);
    if (!lamb_json_check_feed(&check, body) && !lamb_json_check_finish(&check))
        found = member(body, "AvailabilityZoneID");
    if (!found.len || found.len > ZONE_MAX)
        return lamb_refuse(err, -EBADMSG, "it does not name an AvailabilityZoneID");
    memcpy(zone, found.ptr, found.len);
    zone[found.len] = '\0';
    return 0;
}

/* Send the request and read the answer, each step for no longer than WAIT_S. */
static int
exchange(struct lamb_connection *conn, struct lamb_span request, struct lamb_err *err)
{
    const struct timeval wait = { .tv_sec = WAIT_S };
    struct iovec part = { .iov_base = (void *)(uintptr_t)request.ptr,
                          .iov_len = request.len };
    struct lamb_http_response res;
    char *bytes;
    int r = lamb_connection_open(conn, err);

    if (r)
        return r;
    (void)setsockopt(conn->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    (void)lamb_connection_send(conn, &part, 1);
    r = lamb_connection_receive(conn, &res, &bytes, err);
    if (r == LAMB_CONNECTION_LOST)
        return lamb_refuse(err, -EIO, "%s gives no answer", conn->endpoint);
    if (r)
        return r;
    if (res.status != 200)
        return lamb_refuse(err, -EPROTO, "%s answers with status %u", conn->endpoint,
                           res.status);
    return take_zone(lamb_http_response_body(&res, bytes), err);
}

static int
ask(struct lamb_err *err)
{
    LAMB_AUTO(lamb_connection_fini) struct lamb_connection conn = { .fd = -EBADF };
    LAMB_AUTOBUF struct lamb_buf request = LAMB_BUF_INIT(2 * TOKEN_MAX);
    const char *endpoint = getenv("AWS_LAMBDA_METADATA_API");
    const char *token = getenv("AWS_LAMBDA_METADATA_TOKEN");
    int r;

    if (!endpoint || !token)
        return lamb_refuse(err, -ENOENT,
                           "AWS_LAMBDA_METADATA_API and "
                           "AWS_LAMBDA_METADATA_TOKEN are not set");
    r = lamb_connection_init(&conn, endpoint, err);
    if (r)
        return lamb_refuse(err, r,
                           "AWS_LAMBDA_METADATA_API is '%s', which is not "
                           "ADDRESS:PORT",
                           endpoint);
    r = lamb_buf_printf(&request,
                        "GET " METADATA_PATH " HTTP/1.1\r\nHost: %s\r\n"
                        "User-Agent: lamb/" LAMB_VERSION "\r\n"
                        "Authorization: Bearer %s\r\nConnection: close\r\n\r\n",
                        conn.endpoint, token);
    return r ? lamb_raise(err, r, "make the request")
             : exchange(&conn, lamb_buf_view(&request), err);
}

const char *
lamb_availability_zone_id(const struct lamb_runtime *rt)
{
    struct lamb_err err = { 0 };
    const char *ret = NULL;

    (void)rt;
    (void)pthread_mutex_lock(&mutex);
    if (zone[0] || ask(&err) == 0)
        ret = zone;
    (void)pthread_mutex_unlock(&mutex);
    if (!ret)
        lamb_notice("the availability zone is not known: the metadata endpoint cannot "
                    "be used: %s",
                    err.text);
    return ret;
}
