/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/telemetry.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

enum {
    EARLY_MAX = 256 * 1024, /* bytes of early events kept for late subscribers */
    RETRY_FIRST_MS = 100,
    RETRY_LAST_MS = 5000,
    ASK_PATIENCE_MS = 1000,      /* for a socket; what was lost is never answered */
    EVENT_MAX = 4 * 1024 * 1024, /* one event: a line of 256 KiB, escaped */
    SUBSCRIBER_DISK = 64 * 1024 * 1024,
};

struct subscriber {
    struct lamb_list node;
    struct telemetry *telemetry;
    char *name;
    struct telemetry_subscription what;
    struct telemetry_buffer buffer;
    struct timer timer;      /* the next batch, or the next attempt */
    struct lamb_blob *batch; /* under way; NULL: none */
    unsigned failures;       /* of this batch, one after the other */
    bool is_asking;          /* for a socket, to connect to the subscriber */
    struct http_call *call;
    int fd; /* TCP; -EBADF: not connected */
    struct loop_fd *watch;
    size_t sent; /* bytes of the batch, TCP */
};

/* An event with the texts it borrows. */
struct early {
    struct lamb_list node;
    struct event event;
    char bytes[];
};

static void send_next(struct subscriber *s);

/* -- events -------------------------------------------------------------------------
 */

static void
give(struct subscriber *s, const struct event *event)
{
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(EVENT_MAX);

    if (!telemetry_subscription_wants(&s->what, event->type))
        return;
    if (event_json(event, s->what.schema, &json)) {
        s->buffer.dropped_records++;
        s->buffer.dropped_bytes += event->text.len;
        return;
    }
    telemetry_buffer_add(&s->buffer, lamb_buf_view(&json), lamb_mono_ns());
}

/* Tell the subscriber what it missed, once there is room for it again. */
static void
give_dropped(struct subscriber *s)
{
    const struct event event = {
        .type = EVENT_LOGS_DROPPED,
        .at_ns = platform_clock_now_ns(s->telemetry->clock),
        .origin = s->telemetry->origin,
        .dropped_records = s->buffer.dropped_records,
        .dropped_bytes = s->buffer.dropped_bytes,
    };

    if (!event.dropped_records)
        return;
    s->buffer.dropped_records = s->buffer.dropped_bytes = 0;
    give(s, &event);
}

static const char *
keep_text(const char *text, char **at)
{
    const char *kept = *at;
    size_t size = text ? strlen(text) + 1 : 0;

    if (!text)
        return NULL;
    memcpy(*at, text, size);
    *at += size;
    return kept;
}

static void
keep_early(struct telemetry *telemetry, const struct event *event)
{
    const char *texts[] = { event->request_id, event->trace_id, event->tenant_id,
                            event->error_type, event->name,     event->state,
                            event->items };
    size_t size = event->text.len;
    struct early *early;
    char *at;

    for (size_t i = 0; i < LAMB_COUNT(texts); i++)
        size += texts[i] ? strlen(texts[i]) + 1 : 0;
    if (telemetry->early_bytes + sizeof(*early) + size > EARLY_MAX)
        return; /* who subscribes now misses it; there was nobody when it was told */
    early = malloc(sizeof(*early) + size);
    if (!early)
        return;
    early->event = *event;
    at = early->bytes;
    early->event.request_id = keep_text(event->request_id, &at);
    early->event.trace_id = keep_text(event->trace_id, &at);
    early->event.tenant_id = keep_text(event->tenant_id, &at);
    early->event.error_type = keep_text(event->error_type, &at);
    early->event.name = keep_text(event->name, &at);
    early->event.state = keep_text(event->state, &at);
    early->event.items = keep_text(event->items, &at);
    if (event->text.len)
        memcpy(at, event->text.ptr, event->text.len);
    early->event.text = lamb_span_of(at, event->text.len);
    telemetry->early_bytes += sizeof(*early) + size;
    lamb_list_push_back(&telemetry->early, &early->node);
}

static void
forget_early(struct telemetry *telemetry)
{
    LAMB_LIST_FOREACH_SAFE (it, &telemetry->early)
        free(LAMB_CONTAINER(it, struct early, node));
    lamb_list_init(&telemetry->early);
    telemetry->early_bytes = 0;
}

/* -- delivery -----------------------------------------------------------------------
 */

static void
disconnect(struct subscriber *s)
{
    loop_unwatch(&s->watch);
    lamb_close(&s->fd);
}

static void
tell_idle(struct telemetry *telemetry)
{
    void (*fn)(void *data) = telemetry->on_idle;

    if (!fn || !telemetry_is_idle(telemetry))
        return;
    telemetry->on_idle = NULL;
    fn(telemetry->on_idle_data);
}

static void
delivered(struct subscriber *s)
{
    struct telemetry *telemetry = s->telemetry;

    lamb_blob_unref(s->batch);
    s->batch = NULL;
    s->sent = 0;
    s->failures = 0;
    give_dropped(s);
    send_next(s);
    tell_idle(telemetry);
}

/* The same batch again, later and later. */
static void
not_delivered(struct subscriber *s)
{
    int64_t ms = RETRY_FIRST_MS;

    disconnect(s);
    for (unsigned i = 0; i < s->failures && ms < RETRY_LAST_MS; i++)
        ms *= 2;
    s->failures++;
    timer_start(&s->timer, lamb_mono_ns() + (ms < RETRY_LAST_MS ? ms : RETRY_LAST_MS) *
                                                LAMB_NS_PER_MS);
}

static void
on_http_result(void *data, const struct http_result *result)
{
    struct subscriber *s = data;

    s->call = NULL;
    if (!result->error && result->status / 100 == 2)
        delivered(s);
    else
        not_delivered(s);
}

static void
send_http(struct subscriber *s, int sock)
{
    char url[640];
    char host[80];
    const struct http_field fields[] = { { "Content-Type", "application/json" },
                                         { "Host", host } };
    const struct http_call_spec spec = { .method = s->what.is_put ? "PUT" : "POST",
                                         .url = url,
                                         .fields = fields,
                                         .n_fields = LAMB_COUNT(fields),
                                         .body = s->batch,
                                         .sock = sock < 0 ? NULL : &sock,
                                         .max_body = 1024 * 1024 };
    struct lamb_err err;

    int r = lamb_format(url, sizeof(url), "http://127.0.0.1:%u%s", s->what.port,
                        s->what.path);

    lamb_assert(r == 0);
    r = lamb_format(host, sizeof(host), "%s:%u", s->what.host, s->what.port);
    lamb_assert(r == 0); /* a subscription's texts are shorter */
    if (http_call(s->telemetry->client, &spec, on_http_result, s, &s->call, &err))
        not_delivered(s);
}

/* A connection that broke in the middle of a line: the line is sent again, whole. */
static void
rewind_to_line(struct subscriber *s)
{
    struct lamb_span batch = lamb_blob_view(s->batch);

    while (s->sent && batch.ptr[s->sent - 1] != '\n')
        s->sent--;
}

/* Has the other side left? What it says is not for us. */
static bool
is_closed(int fd)
{
    char ignored[512];
    ssize_t n = recv(fd, ignored, sizeof(ignored), MSG_DONTWAIT);

    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static void
on_tcp(void *data, int fd, unsigned events)
{
    struct subscriber *s = data;
    struct lamb_span batch;
    ssize_t n;

    if (!s->batch) { /* nothing to send: all that can come is the end */
        if (events & LOOP_HANGUP || is_closed(fd))
            disconnect(s); /* the next batch connects anew */
        return;
    }
    batch = lamb_blob_view(s->batch);
    n = send(fd, batch.ptr + s->sent, batch.len - s->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        rewind_to_line(s);
        not_delivered(s);
        return;
    }
    s->sent += n > 0 ? (size_t)n : 0;
    if (s->sent < batch.len)
        return;
    (void)loop_rewatch(s->watch, LOOP_READABLE);
    delivered(s);
}

static int
connect_tcp(struct subscriber *s, int sock)
{
    const struct sockaddr_in to = { .sin_family = AF_INET,
                                    .sin_port = htons(s->what.port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct lamb_err err;

    if (sock < 0)
        return -EMFILE;
    s->fd = sock;
    if (connect(s->fd, (const struct sockaddr *)(const void *)&to, sizeof(to)) &&
        errno != EINPROGRESS)
        return -errno;
    return loop_watch(s->telemetry->loop, s->fd, LOOP_WRITABLE, "telemetry", on_tcp, s,
                      &s->watch, &err);
}

/* Begin to send the batch over a new connection, which SOCK becomes. */
static void
connect_and_send(struct subscriber *s, int sock)
{
    if (!s->what.is_tcp)
        send_http(s, sock);
    else if (connect_tcp(s, sock))
        not_delivered(s);
}

static void
send_batch(struct subscriber *s)
{
    const struct telemetry *telemetry = s->telemetry;
    int sock = -EBADF;

    if (s->fd >= 0) {
        (void)loop_rewatch(s->watch, LOOP_WRITABLE);
        return;
    }
    if (telemetry->ask_socket) {
        s->is_asking = true;
        timer_start(&s->timer, lamb_mono_ns() + ASK_PATIENCE_MS * LAMB_NS_PER_MS);
        telemetry->ask_socket(telemetry->ask_data);
        return;
    }
    if (s->what.is_tcp)
        sock = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    connect_and_send(s, sock);
}

void
telemetry_socket(struct telemetry *telemetry, int sock)
{
    LAMB_LIST_FOREACH (it, &telemetry->subscribers) {
        struct subscriber *s = LAMB_CONTAINER(it, struct subscriber, node);

        if (!s->is_asking)
            continue;
        s->is_asking = false;
        timer_stop(&s->timer);
        if (sock < 0)
            not_delivered(s);
        else
            connect_and_send(s, sock);
        return;
    }
    lamb_close(&sock); /* who asked is gone */
}

/* Begin the next batch when it is due, else come back when it is. */
static void
send_next(struct subscriber *s)
{
    /* The last event of a batch may pass the limit. */
    LAMB_AUTOBUF struct lamb_buf batch = LAMB_BUF_INIT(s->what.max_bytes + EVENT_MAX);
    int64_t now_ns = lamb_mono_ns();
    int64_t due_ns = telemetry_buffer_due_ns(&s->buffer);

    if (s->batch || due_ns == TELEMETRY_NEVER)
        return;
    if (due_ns > now_ns) {
        timer_start(&s->timer, due_ns);
        return;
    }
    timer_stop(&s->timer);
    if (telemetry_buffer_take(&s->buffer, &batch, now_ns))
        return;
    s->batch = lamb_blob_copy(lamb_buf_view(&batch));
    send_batch(s);
}

static void
on_timer(void *data)
{
    struct subscriber *s = data;

    if (s->is_asking) { /* the answer was lost on its way */
        s->is_asking = false;
        not_delivered(s);
    } else if (s->batch) {
        send_batch(s);
    } else {
        send_next(s);
    }
}

/* -- subscribers --------------------------------------------------------------------
 */

static void
subscriber_free(struct subscriber *s)
{
    lamb_list_remove(&s->node);
    timer_stop(&s->timer);
    if (s->call)
        http_call_cancel(s->call);
    disconnect(s);
    lamb_blob_unref(s->batch);
    telemetry_buffer_fini(&s->buffer);
    free(s->name);
    free(s);
}

static struct subscriber *
find(struct telemetry *telemetry, const char *name)
{
    LAMB_LIST_FOREACH (it, &telemetry->subscribers) {
        struct subscriber *s = LAMB_CONTAINER(it, struct subscriber, node);

        if (strcmp(s->name, name) == 0)
            return s;
    }
    return NULL;
}

static bool
is_logs_api(const struct telemetry_subscription *subscription)
{
    return subscription->schema == SCHEMA_LOGS_2020 ||
           subscription->schema == SCHEMA_LOGS_2021;
}

int
telemetry_subscribe(struct telemetry *telemetry, const char *name,
                    const struct telemetry_subscription *subscription,
                    struct lamb_err *err)
{
    struct subscriber *old = find(telemetry, name);
    struct subscriber *s;

    if (!telemetry->is_open)
        return TELEMETRY_E_CLOSED;
    if (old && is_logs_api(&old->what) != is_logs_api(subscription))
        return TELEMETRY_E_OTHER;
    if (old && telemetry_subscription_equal(&old->what, subscription))
        return TELEMETRY_E_SAME;
    s = calloc(1, sizeof(*s));
    if (s)
        s->name = lamb_span_dup(lamb_span_str(name));
    if (!s || !s->name) {
        free(s);
        return lamb_raise(err, -ENOMEM, "subscription of %s", name);
    }
    if (old)
        subscriber_free(old);
    s->telemetry = telemetry;
    s->what = *subscription;
    s->fd = -EBADF;
    telemetry_buffer_init(&s->buffer, subscription, telemetry->spool_dir,
                          SUBSCRIBER_DISK);
    timer_init(&s->timer, loop_timers(telemetry->loop), "telemetry", on_timer, s);
    lamb_list_push_back(&telemetry->subscribers, &s->node);
    LAMB_LIST_FOREACH (it, &telemetry->early)
        give(s, &LAMB_CONTAINER(it, struct early, node)->event);
    send_next(s);
    return 0;
}

/* -- life ---------------------------------------------------------------------------
 */

void
telemetry_init(struct telemetry *telemetry)
{
    lamb_list_init(&telemetry->subscribers);
    lamb_list_init(&telemetry->early);
    telemetry->early_bytes = 0;
    telemetry->is_open = false;
}

void
telemetry_fini(struct telemetry *telemetry)
{
    LAMB_LIST_FOREACH_SAFE (it, &telemetry->subscribers)
        subscriber_free(LAMB_CONTAINER(it, struct subscriber, node));
    forget_early(telemetry);
}

void
telemetry_open(struct telemetry *telemetry)
{
    telemetry_fini(telemetry);
    telemetry->is_open = true;
}

void
telemetry_close(struct telemetry *telemetry)
{
    telemetry->is_open = false;
    forget_early(telemetry);
    telemetry_flush(telemetry);
}

void
telemetry_event(struct telemetry *telemetry, const struct event *event)
{
    if (telemetry->is_open)
        keep_early(telemetry, event);
    LAMB_LIST_FOREACH_SAFE (it, &telemetry->subscribers) {
        struct subscriber *s = LAMB_CONTAINER(it, struct subscriber, node);

        give(s, event);
        send_next(s);
    }
}

void
telemetry_flush(struct telemetry *telemetry)
{
    LAMB_LIST_FOREACH_SAFE (it, &telemetry->subscribers) {
        struct subscriber *s = LAMB_CONTAINER(it, struct subscriber, node);

        telemetry_buffer_flush(&s->buffer);
        send_next(s);
    }
}

bool
telemetry_is_idle(const struct telemetry *telemetry)
{
    LAMB_LIST_FOREACH (it, &telemetry->subscribers) {
        const struct subscriber *s = LAMB_CONTAINER(it, struct subscriber, node);

        if (s->batch || s->buffer.items)
            return false;
    }
    return true;
}

void
telemetry_when_idle(struct telemetry *telemetry, void (*fn)(void *data), void *data)
{
    telemetry->on_idle = fn;
    telemetry->on_idle_data = data;
}
