/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/transport.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

void
lamb_transport_init(struct lamb_transport *transport, int64_t idle_ms)
{
    *transport = (struct lamb_transport){ .idle_ns = idle_ms * LAMB_NS_PER_MS };
    (void)pthread_mutex_init(&transport->lock, NULL);
}

void
lamb_transport_fini(struct lamb_transport *transport)
{
    /* Something is only kept after libcurl was loaded. */
    for (size_t i = 0; i < transport->n_kept; i++)
        lamb_curl_load(NULL)->easy_cleanup(transport->kept[i].handle);
    (void)pthread_mutex_destroy(&transport->lock);
}

/* ---- Kept connections -------------------------------------------------------------
 */

static bool
is_stale(const struct lamb_transport *transport, const struct lamb_kept *kept)
{
    /* A machine that was suspended may have stopped the one clock and set the other. */
    return lamb_clock_ns_(CLOCK_BOOTTIME) - kept->boot_ns > transport->idle_ns ||
           lamb_wall_ns() - kept->wall_ns > transport->idle_ns;
}

/* A handle, with a connection if there is one that is not stale; NULL: no memory. */
static CURL *
take_handle(struct lamb_transport *transport, const struct lamb_curl *curl)
{
    CURL *stale[LAMB_TRANSPORT_KEPT], *found = NULL;
    size_t n_stale = 0;

    (void)pthread_mutex_lock(&transport->lock);
    while (!found && transport->n_kept > 0) {
        /* the one used last is the likeliest to live */
        struct lamb_kept *kept = &transport->kept[--transport->n_kept];

        if (is_stale(transport, kept))
            stale[n_stale++] = kept->handle;
        else
            found = kept->handle;
    }
    (void)pthread_mutex_unlock(&transport->lock);
    while (n_stale > 0)
        curl->easy_cleanup(stale[--n_stale]);
    return found ? found : curl->easy_init();
}

static void
put_handle(struct lamb_transport *transport, const struct lamb_curl *curl, CURL *handle)
{
    curl->easy_reset(handle); /* its connections stay */
    (void)pthread_mutex_lock(&transport->lock);
    if (transport->n_kept < LAMB_TRANSPORT_KEPT) {
        transport->kept[transport->n_kept++] = (struct lamb_kept){
            .handle = handle,
            .boot_ns = lamb_clock_ns_(CLOCK_BOOTTIME),
            .wall_ns = lamb_wall_ns(),
        };
        handle = NULL;
    }
    (void)pthread_mutex_unlock(&transport->lock);
    if (handle)
        curl->easy_cleanup(handle);
}

/* ---- What libcurl calls ------------------------------------------------------------
 */

static size_t
take_field(char *bytes, size_t one, size_t n, void *to)
{
    struct lamb_span line = lamb_span_trim(lamb_span_of(bytes, one * n)), name, value;
    struct lamb_aws_result *result = to;

    if (lamb_span_starts(line, "HTTP/")) /* another answer: the last was a 1xx */
        lamb_buf_clear(&result->fields);
    else if (lamb_span_cut(line, ':', &name, &value) &&
             lamb_result_field(result, lamb_span_trim(name), lamb_span_trim(value)) !=
                 0)
        return 0;
    return n * one;
}

static size_t
take_body(char *bytes, size_t one, size_t n, void *to)
{
    struct lamb_aws_result *result = to;

    return lamb_buf_append(&result->body, bytes, one * n) == 0 ? one * n : 0;
}

/* What was sent and is not acknowledged in time means that the peer is gone. */
static int
watch_peer(void *limit_ms, curl_socket_t socket, curlsocktype purpose)
{
    unsigned int limit = (unsigned int)*(const int64_t *)limit_ms;

    (void)purpose;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof(limit));
    return CURL_SOCKOPT_OK; /* it only makes the end come earlier */
}

/* ---- One exchange ------------------------------------------------------------------
 */

static void
set_method(const struct lamb_curl *curl, CURL *handle, const struct lamb_exchange *x)
{
    bool has_body = x->body.len > 0 || strcmp(x->method, "POST") == 0 ||
                    strcmp(x->method, "PUT") == 0;

    if (strcmp(x->method, "HEAD") == 0) {
        (void)curl->easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (has_body) {
        (void)curl->easy_setopt(handle, CURLOPT_POST, 1L);
        (void)curl->easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                                (curl_off_t)x->body.len);
        (void)curl->easy_setopt(handle, CURLOPT_POSTFIELDS,
                                x->body.ptr ? x->body.ptr : "");
        (void)curl->easy_setopt(handle, CURLOPT_CUSTOMREQUEST, x->method);
    } else {
        (void)curl->easy_setopt(handle, CURLOPT_HTTPGET, 1L);
        (void)curl->easy_setopt(handle, CURLOPT_CUSTOMREQUEST, x->method);
    }
}

static void
prepare(const struct lamb_curl *curl, CURL *handle, const struct lamb_exchange *x,
        struct lamb_aws_result *result, char *why)
{
    (void)curl->easy_setopt(handle, CURLOPT_URL, x->url);
    (void)curl->easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    (void)curl->easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl->easy_setopt(handle, CURLOPT_HTTPHEADER, x->fields);
    (void)curl->easy_setopt(handle, CURLOPT_USERAGENT, "lamb/" LAMB_VERSION);
    (void)curl->easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    (void)curl->easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)x->connect_ms);
    (void)curl->easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)x->limit_ms);
    (void)curl->easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, watch_peer);
    (void)curl->easy_setopt(handle, CURLOPT_SOCKOPTDATA, &x->connect_ms);
    (void)curl->easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_field);
    (void)curl->easy_setopt(handle, CURLOPT_HEADERDATA, result);
    (void)curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl->easy_setopt(handle, CURLOPT_WRITEDATA, result);
    (void)curl->easy_setopt(handle, CURLOPT_ERRORBUFFER, why);
    if (x->ca_file)
        (void)curl->easy_setopt(handle, CURLOPT_CAINFO, x->ca_file);
    set_method(curl, handle, x);
}

/* TLS libraries write without MSG_NOSIGNAL: keep SIGPIPE from the thread meanwhile. */
static CURLcode
perform_quietly(const struct lamb_curl *curl, CURL *handle)
{
    static const struct timespec now = { 0 };
    sigset_t pipe, before, pending;
    bool was_pending;
    CURLcode code;

    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    (void)sigpending(&pending);
    was_pending = sigismember(&pending, SIGPIPE) == 1;
    (void)pthread_sigmask(SIG_BLOCK, &pipe, &before);
    code = curl->easy_perform(handle);
    if (!was_pending)
        while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR)
            continue;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static int
to_errno(CURLcode code)
{
    static const struct {
        CURLcode code;
        int r;
    } rows[] = {
        { CURLE_OK, 0 },
        { CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH },
        { CURLE_COULDNT_RESOLVE_PROXY, -EHOSTUNREACH },
        { CURLE_COULDNT_CONNECT, -ECONNREFUSED },
        { CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT },
        { CURLE_GOT_NOTHING, -ECONNRESET },
        { CURLE_SEND_ERROR, -ECONNRESET },
        { CURLE_RECV_ERROR, -ECONNRESET },
        { CURLE_PARTIAL_FILE, -ECONNRESET },
        { CURLE_SSL_CONNECT_ERROR, -EPROTO },
        { CURLE_PEER_FAILED_VERIFICATION, -EPROTO },
        { CURLE_SSL_CACERT_BADFILE, -EPROTO },
        { CURLE_WEIRD_SERVER_REPLY, -EBADMSG },
        { CURLE_UNSUPPORTED_PROTOCOL, -EBADMSG }, /* bytes that are no HTTP/1 */
        { CURLE_BAD_CONTENT_ENCODING, -EBADMSG },
        { CURLE_OUT_OF_MEMORY, -ENOMEM },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].code == code)
            return rows[i].r;
    return -EIO;
}

/* Once, on HANDLE. *ret_was_dead: a kept connection broke before the answer began. */
static int
try_once(const struct lamb_curl *curl, CURL *handle, const struct lamb_exchange *x,
         struct lamb_aws_result *result, bool *ret_was_dead, struct lamb_err *err)
{
    char why[CURL_ERROR_SIZE] = "";
    long status = 0, connects = 0;
    CURLcode code;
    int r;

    lamb_result_clear(result);
    prepare(curl, handle, x, result, why);
    code = perform_quietly(curl, handle);
    r = to_errno(code);
    (void)curl->easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    (void)curl->easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connects);
    if (lamb_buf_error(&result->fields) || lamb_buf_error(&result->body))
        r = lamb_buf_error(&result->fields) ? lamb_buf_error(&result->fields)
                                            : lamb_buf_error(&result->body);
    *ret_was_dead = r == -ECONNRESET && connects == 0 && status == 0;
    if (r == 0)
        result->status = (int)status;
    else
        lamb_result_clear(result);
    if (r == -EMSGSIZE)
        return lamb_refuse(err, r, "the answer is longer than the client takes");
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return lamb_refuse(
            err, r, "%s (trusted is who %s vouches for; AWS_CA_BUNDLE names another)",
            why, x->ca_file ? x->ca_file : "libcurl's own bundle");
    return r == 0 ? 0
                  : lamb_refuse(err, r, "%s", why[0] ? why : curl->easy_strerror(code));
}

int
lamb_transport_exchange(struct lamb_transport *transport, const struct lamb_exchange *x,
                        struct lamb_aws_result *result, struct lamb_err *err)
{
    const struct lamb_curl *curl = lamb_curl_load(err);
    int64_t end_ns = lamb_mono_ns() + x->limit_ms * LAMB_NS_PER_MS;
    struct lamb_exchange attempt = *x;
    bool was_dead = true;
    int r = -ECONNRESET;

    if (!curl)
        return -ENOSYS;
    for (int i = 0; i < 2 && was_dead; i++) {
        CURL *handle = i == 0 ? take_handle(transport, curl) : curl->easy_init();

        if (!handle)
            return lamb_refuse(err, -ENOMEM, "no memory for a connection");
        attempt.limit_ms = (end_ns - lamb_mono_ns()) / LAMB_NS_PER_MS + 1;
        r = try_once(curl, handle, &attempt, result, &was_dead, err);
        if (r == 0)
            put_handle(transport, curl, handle);
        else
            curl->easy_cleanup(handle);
    }
    return r;
}
