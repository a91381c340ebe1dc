/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/num.h"

enum { SPARE_HANDLES = 8, FIELD_MAX = 64 * 1024 };
static const size_t max_body_default = (size_t)256 * 1024 * 1024;

struct http_call {
    struct http_client *client;
    struct lamb_list node; /* in client->calls */
    CURL *easy;
    struct curl_slist *fields;
    struct lamb_blob *sent;
    struct lamb_blob *body;
    size_t max_body;
    int sock;  /* given, not yet connected; -EBADF: none */
    int error; /* why our own callback stopped the transfer */
    http_result_fn fn;
    void *data;
    char text[CURL_ERROR_SIZE];
};

struct http_client {
    struct loop *loop;
    CURLM *multi;
    struct timer timer;
    struct lamb_list calls;
    CURL *spare[SPARE_HANDLES]; /* a handle costs more than a request on a warm one */
    size_t n_spare;
    bool is_busy; /* telling of results: must not be freed under us */
    bool is_freed;
};

/* -- ends of calls ---------------------------------------------------------------- */

static void
call_free(struct http_call *call)
{
    struct http_client *client = call->client;

    lamb_list_remove(&call->node);
    (void)curl_multi_remove_handle(client->multi, call->easy);
    if (client->n_spare < SPARE_HANDLES && !client->is_freed) {
        curl_easy_reset(call->easy);
        client->spare[client->n_spare++] = call->easy;
    } else {
        curl_easy_cleanup(call->easy);
    }
    curl_slist_free_all(call->fields);
    lamb_close(&call->sock);
    lamb_blob_unref(call->sent);
    lamb_blob_unref(call->body);
    free(call);
}

void
http_call_cancel(struct http_call *call)
{
    call_free(call);
}

static int
errno_of(const struct http_call *call, CURLcode code)
{
    static const struct {
        CURLcode code;
        int error;
    } table[] = {
        { CURLE_UNSUPPORTED_PROTOCOL, -EPROTONOSUPPORT },
        { CURLE_URL_MALFORMAT, -EINVAL },
        { CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH },
        { CURLE_COULDNT_CONNECT, -ECONNREFUSED },
        { CURLE_WEIRD_SERVER_REPLY, -EPROTO },
        { CURLE_PARTIAL_FILE, -ECONNRESET },
        { CURLE_OUT_OF_MEMORY, -ENOMEM },
        { CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT },
        { CURLE_GOT_NOTHING, -ECONNRESET },
        { CURLE_SEND_ERROR, -ECONNRESET },
        { CURLE_RECV_ERROR, -ECONNRESET },
        { CURLE_FILESIZE_EXCEEDED, -EMSGSIZE },
    };

    if (call->error)
        return call->error;
    for (size_t i = 0; i < LAMB_COUNT(table); i++)
        if (table[i].code == code)
            return table[i].error;
    return -EIO;
}

static void
call_finish(struct http_call *call, CURLcode code)
{
    struct http_result result = { .call = call };
    long status = 0;

    if (code == CURLE_OK) {
        (void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
        result.status = (unsigned)status;
        if (!call->body)
            call->body = lamb_blob_new(0);
        result.body = call->body;
    } else {
        result.error = errno_of(call, code);
        result.error_text = call->error == -EMSGSIZE ? "the answer is too large"
                            : *call->text            ? call->text
                                                     : curl_easy_strerror(code);
    }
    if (code == CURLE_OK && !result.body) {
        result.error = -ENOMEM;
        result.error_text = "out of memory";
    }
    /* Off the list first: a client freed by FN does not cancel what is being told. */
    lamb_list_remove(&call->node);
    call->fn(call->data, &result);
    call_free(call);
}

static void
client_destroy(struct http_client *client)
{
    while (!lamb_list_is_empty(&client->calls))
        call_free(LAMB_CONTAINER(client->calls.next, struct http_call, node));
    while (client->n_spare)
        curl_easy_cleanup(client->spare[--client->n_spare]);
    (void)curl_multi_cleanup(client->multi); /* unwatches through socket_wanted */
    timer_stop(&client->timer);
    free(client);
}

/* Tell of all that is finished. May free CLIENT. */
static void
tell(struct http_client *client)
{
    CURLMsg *message;
    int left;

    if (client->is_busy)
        return;
    client->is_busy = true;
    while (!client->is_freed &&
           (message = curl_multi_info_read(client->multi, &left)) != NULL) {
        struct http_call *call = NULL;

        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        if (call)
            call_finish(call, message->data.result);
    }
    client->is_busy = false;
    if (client->is_freed)
        client_destroy(client);
}

/* -- curl's callbacks ------------------------------------------------------------- */

static size_t
body_arrived(char *bytes, size_t size, size_t count, void *data)
{
    struct http_call *call = data;
    curl_off_t announced = -1;
    size_t len = size * count;

    if (!call->body) {
        (void)curl_easy_getinfo(call->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                                &announced);
        if (announced < (curl_off_t)len || (size_t)announced > call->max_body)
            announced = (curl_off_t)len;
        call->body = lamb_blob_new((size_t)announced);
        if (!call->body)
            call->error = -ENOMEM;
    }
    if (!call->error && len > call->max_body - call->body->len)
        call->error = -EMSGSIZE;
    if (!call->error)
        call->error = lamb_blob_append(&call->body, bytes, len);
    return call->error ? 0 : len;
}

/* The socket that was given, once: it leads elsewhere than one of our own would. */
static curl_socket_t
open_given(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_call *call = data;

    if (call->sock < 0 || purpose != CURLSOCKTYPE_IPCXN || address->family != AF_INET)
        return CURL_SOCKET_BAD;
    return lamb_take_fd(&call->sock);
}

static void
socket_ready(void *data, int fd, unsigned events)
{
    struct http_client *client = data;
    int flags = (events & LOOP_READABLE ? CURL_CSELECT_IN : 0) |
                (events & LOOP_WRITABLE ? CURL_CSELECT_OUT : 0) |
                (events & LOOP_HANGUP ? CURL_CSELECT_IN : 0);
    int running;

    (void)curl_multi_socket_action(client->multi, fd, flags, &running);
    tell(client);
}

static int
socket_wanted(CURL *easy, curl_socket_t fd, int what, void *data, void *slot)
{
    struct http_client *client = data;
    struct loop_fd *watch = slot;
    unsigned events = (what & CURL_POLL_IN ? LOOP_READABLE : 0u) |
                      (what & CURL_POLL_OUT ? LOOP_WRITABLE : 0u);

    (void)easy;
    if (what == CURL_POLL_REMOVE)
        loop_unwatch(&watch);
    else if (watch)
        return loop_rewatch(watch, events) ? -1 : 0;
    else if (loop_watch(client->loop, fd, events, "http client", socket_ready, client,
                        &watch, NULL))
        return -1;
    (void)curl_multi_assign(client->multi, fd, watch);
    return 0;
}

static int
timer_wanted(CURLM *multi, long wait_ms, void *data)
{
    struct http_client *client = data;

    (void)multi;
    if (wait_ms < 0)
        timer_stop(&client->timer);
    else
        timer_start(&client->timer, lamb_mono_ns() + wait_ms * LAMB_NS_PER_MS);
    return 0;
}

static void
timer_due(void *data)
{
    struct http_client *client = data;
    int running;

    (void)curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    tell(client);
}

/* -- setting up a call ------------------------------------------------------------ */

static int
add_line(struct http_call *call, const char *line)
{
    struct curl_slist *longer = curl_slist_append(call->fields, line);

    if (!longer)
        return -ENOMEM;
    call->fields = longer;
    return 0;
}

static int
add_fields(struct http_call *call, const struct http_call_spec *spec)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(FIELD_MAX);
    bool has_type = false;
    /* Without this curl waits up to a second for a "100 Continue" before a body. */
    int r = add_line(call, "Expect:");

    for (size_t i = 0; !r && i < spec->n_fields; i++) {
        const struct http_field *field = &spec->fields[i];

        if (strpbrk(field->name, "\r\n:;") || strpbrk(field->value, "\r\n"))
            return -EINVAL;
        has_type |=
            lamb_span_eq_nocase(lamb_span_str(field->name), LAMB_SPAN("Content-Type"));
        lamb_buf_clear(&line);
        /* "Name;" is how curl is told of an empty value; "Name:" would remove it. */
        r = *field->value ? lamb_buf_printf(&line, "%s: %s", field->name, field->value)
                          : lamb_buf_printf(&line, "%s;", field->name);
        if (!r)
            r = add_line(call, lamb_buf_cstr(&line));
    }
    /* curl would call every body a form. */
    return r || has_type ? r : add_line(call, "Content-Type:");
}

static bool
is_one_of(const char *method, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(method, *list) == 0)
            return true;
    return false;
}

/* A method that is sent with a body says so even when it is empty. */
static CURLcode
set_method(struct http_call *call, const char *method)
{
    static const char *const with_body[] = { "POST", "PUT", "PATCH", NULL };
    struct lamb_span body = lamb_blob_view(call->sent);
    CURL *easy = call->easy;
    CURLcode c = CURLE_OK;

    if (strcmp(method, "HEAD") == 0)
        return curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (body.len || is_one_of(method, with_body)) {
        c = curl_easy_setopt(easy, CURLOPT_POST, 1L);
        if (!c)
            c = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                 (curl_off_t)body.len);
        if (!c)
            c = curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.len ? body.ptr : "");
    }
    return c ? c : curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static CURLcode
set_numbers(struct http_call *call, const struct http_call_spec *spec)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        { CURLOPT_NOSIGNAL, 1 },
        { CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
        { CURLOPT_FOLLOWLOCATION, 0 },
        { CURLOPT_TIMEOUT_MS,
          (long)((spec->timeout_ns + LAMB_NS_PER_MS - 1) / LAMB_NS_PER_MS) },
    };
    CURLcode c = CURLE_OK;

    for (size_t i = 0; !c && i < LAMB_COUNT(numbers); i++)
        c = curl_easy_setopt(call->easy, numbers[i].option, numbers[i].value);
    return c;
}

static CURLcode
set_texts(struct http_call *call, const struct http_call_spec *spec)
{
    const struct {
        CURLoption option;
        const char *value;
    } texts[] = {
        { CURLOPT_URL, spec->url },
        { CURLOPT_UNIX_SOCKET_PATH, spec->unix_socket },
        { CURLOPT_PROTOCOLS_STR, "http,https" },
        { CURLOPT_PROXY, "" }, /* whatever the environment says */
        { CURLOPT_NOPROXY, "*" },
    };
    CURLcode c = CURLE_OK;

    for (size_t i = 0; !c && i < LAMB_COUNT(texts); i++)
        if (texts[i].value)
            c = curl_easy_setopt(call->easy, texts[i].option, texts[i].value);
    return c;
}

static CURLcode
set_callbacks(struct http_call *call)
{
    CURL *easy = call->easy;
    CURLcode c = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_arrived);

    if (!c)
        c = curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    if (!c)
        c = curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    if (!c)
        c = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->text);
    if (!c)
        c = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->fields);
    return c;
}

/* A connection of a socket that was given is nobody else's: the address it has means
 * another place there. */
static CURLcode
set_socket(struct http_call *call)
{
    CURL *easy = call->easy;
    CURLcode c = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_given);

    if (!c)
        c = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
    if (!c)
        c = curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    return c ? c : curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

static int
set_up(struct http_call *call, const struct http_call_spec *spec)
{
    CURLcode c;
    int r = add_fields(call, spec);

    if (r)
        return r;
    c = set_numbers(call, spec);
    if (!c)
        c = set_texts(call, spec);
    if (!c)
        c = set_method(call, spec->method);
    if (!c)
        c = set_callbacks(call);
    if (!c && spec->sock)
        c = set_socket(call);
    if (c)
        return c == CURLE_OUT_OF_MEMORY ? -ENOMEM : -EINVAL;
    return curl_multi_add_handle(call->client->multi, call->easy) ? -ENOMEM : 0;
}

int
http_call(struct http_client *client, const struct http_call_spec *spec,
          http_result_fn fn, void *data, struct http_call **ret, struct lamb_err *err)
{
    LAMB_AUTOFD int sock = spec->sock ? *spec->sock : -EBADF;
    struct http_call *call = calloc(1, sizeof(*call));
    int r;

    if (!call)
        return lamb_raise(err, -ENOMEM, "call %s", spec->url);
    lamb_list_init(&call->node);
    call->sock = -EBADF;
    call->client = client;
    call->fn = fn;
    call->data = data;
    call->max_body = spec->max_body ? spec->max_body : max_body_default;
    call->sent = lamb_blob_ref(spec->body);
    call->easy = client->n_spare ? client->spare[--client->n_spare] : curl_easy_init();
    if (!call->easy) {
        lamb_blob_unref(call->sent);
        free(call);
        return lamb_raise(err, -ENOMEM, "call %s", spec->url);
    }
    call->sock = lamb_take_fd(&sock);
    r = set_up(call, spec);
    if (r) {
        call_free(call);
        return lamb_raise(err, r, "call %s", spec->url);
    }
    lamb_list_push_back(&client->calls, &call->node);
    if (ret)
        *ret = call;
    return 0;
}

struct lamb_span
http_result_header(const struct http_result *result, const char *name)
{
    struct curl_header *header = NULL;

    if (result->error || curl_easy_header(result->call->easy, name, 0, CURLH_HEADER, -1,
                                          &header) != CURLHE_OK)
        return (struct lamb_span){ 0 };
    return lamb_span_str(header->value);
}

/* -- the client ------------------------------------------------------------------- */

static CURLcode global_result;

static void
init_globally(void)
{
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

int
http_client_new(struct loop *loop, struct http_client **ret, struct lamb_err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    LAMB_AUTOFREE struct http_client *client = calloc(1, sizeof(*client));

    (void)pthread_once(&once, init_globally);
    if (global_result)
        return lamb_refuse(err, -ENOTRECOVERABLE, "libcurl cannot start: %s",
                           curl_easy_strerror(global_result));
    if (!client)
        return lamb_raise(err, -ENOMEM, "prepare the HTTP client");
    client->loop = loop;
    lamb_list_init(&client->calls);
    timer_init(&client->timer, loop_timers(loop), "http client", timer_due, client);
    client->multi = curl_multi_init();
    if (!client->multi)
        return lamb_raise(err, -ENOMEM, "prepare the HTTP client");
    (void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
    (void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    (void)curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
    (void)curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    *ret = lamb_take_ptr(&client);
    return 0;
}

void
http_client_free(struct http_client *client)
{
    if (!client)
        return;
    client->is_freed = true;
    if (!client->is_busy)
        client_destroy(client);
}
