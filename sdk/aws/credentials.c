/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/credentials.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/num.h"
#include "sdk/json/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RENEW_BEFORE_S = 300, ANSWER_MAX = 64 * 1024, TOKEN_MAX = 4096 };

void
lamb_credentials_init(struct lamb_credential_store *store, lamb_getenv_fn variable)
{
    *store = (struct lamb_credential_store){ .variable = variable };
    (void)pthread_mutex_init(&store->lock, NULL);
}

void
lamb_credentials_fini(struct lamb_credential_store *store)
{
    explicit_bzero(&store->kept, sizeof(store->kept));
    (void)pthread_mutex_destroy(&store->lock);
}

static const char *
said(const struct lamb_credential_store *store, const char *name)
{
    const char *value = store->variable(name);

    return value && *value ? value : NULL;
}

static int
from_environment(const struct lamb_credential_store *store,
                 struct lamb_credentials *ret, struct lamb_err *err)
{
    const char *access_key = said(store, "AWS_ACCESS_KEY_ID");
    const char *secret_key = said(store, "AWS_SECRET_ACCESS_KEY");
    const char *token = said(store, "AWS_SESSION_TOKEN");

    if (!access_key || !secret_key)
        return -ENOENT;
    ret->expires_s = 0;
    if (lamb_format(ret->access_key, sizeof(ret->access_key), "%s", access_key) != 0 ||
        lamb_format(ret->secret_key, sizeof(ret->secret_key), "%s", secret_key) != 0 ||
        lamb_format(ret->token, sizeof(ret->token), "%s", token ? token : "") != 0)
        return lamb_refuse(err, -EINVAL,
                           "the credentials in the environment are too long");
    return 0;
}

/* ---- From an address ---------------------------------------------------------------
 */

bool
lamb_credentials_may_ask(const char *url)
{
    /* The addresses of ECS, of EKS (also IPv6), and this machine itself. */
    static const char *const hosts[] = { "169.254.170.2",  "169.254.170.23",
                                         "[fd00:ec2::23]", "127.0.0.1",
                                         "[::1]",          "localhost" };
    struct lamb_span rest = lamb_span_str(url), host, tail;

    if (lamb_span_starts(rest, "https://"))
        return true;
    if (!lamb_span_starts(rest, "http://"))
        return false;
    (void)lamb_span_cut(lamb_span_of(url + 7, rest.len - 7), '/', &host, &tail);
    for (size_t i = 0; i < LAMB_COUNT(hosts); i++) {
        size_t n = strlen(hosts[i]);
        uint64_t port;

        if (lamb_span_is(host, hosts[i]))
            return true;
        if (lamb_span_starts(host, hosts[i]) && host.ptr[n] == ':' &&
            lamb_parse_u64(lamb_span_of(host.ptr + n + 1, host.len - n - 1), 1, 65535,
                           &port) == 0)
            return true;
    }
    return false;
}

/* "2030-01-02T03:04:05Z"; what cannot be read ends at once, and is asked for again. */
static int64_t
read_expiry(const char *text)
{
    struct tm tm = { 0 };

    if (!text)
        return 0;
    return strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) ? (int64_t)timegm(&tm) : 1;
}

int
lamb_credentials_parse(struct lamb_span body, struct lamb_credentials *ret,
                       struct lamb_err *err)
{
    struct lamb_json_check why;
    int r;
    json_t *json = lamb_json_tree(body, &r, &why);
    const char *access_key = json_string_value(json_object_get(json, "AccessKeyId"));
    const char *secret_key =
        json_string_value(json_object_get(json, "SecretAccessKey"));
    const char *token = json_string_value(json_object_get(json, "Token"));

    if (r == -ENOMEM)
        r = lamb_raise(err, r, "read the container's credentials");
    else if (!access_key || !secret_key)
        r = lamb_refuse(err, -EBADMSG,
                        "what serves the container's credentials answered without an "
                        "AccessKeyId and a SecretAccessKey");
    else if (lamb_format(ret->access_key, sizeof(ret->access_key), "%s", access_key) !=
                 0 ||
             lamb_format(ret->secret_key, sizeof(ret->secret_key), "%s", secret_key) !=
                 0 ||
             lamb_format(ret->token, sizeof(ret->token), "%s", token ? token : "") != 0)
        r = lamb_refuse(err, -EBADMSG, "the container's credentials are too long");
    else
        ret->expires_s =
            read_expiry(json_string_value(json_object_get(json, "Expiration")));
    json_decref(json);
    return r;
}

/* The address that serves them in RET; -ENOENT: none is said. */
static int
find_address(const struct lamb_credential_store *store, struct lamb_buf *ret,
             struct lamb_err *err)
{
    const char *relative = said(store, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = said(store, "AWS_CONTAINER_CREDENTIALS_FULL_URI");

    if (!relative && !full)
        return lamb_refuse(err, -ENOENT,
                           "there are no credentials: set AWS_ACCESS_KEY_ID and "
                           "AWS_SECRET_ACCESS_KEY");
    if (relative)
        return lamb_buf_printf(ret, "http://169.254.170.2%s", relative);
    if (!lamb_credentials_may_ask(full))
        return lamb_refuse(err, -EINVAL,
                           "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or name "
                           "this machine or its host");
    return lamb_buf_str(ret, full);
}

/* Append the text that proves to the address who asks; it may be in a file. */
static int
put_authorization(const struct lamb_credential_store *store, struct lamb_buf *ret,
                  struct lamb_err *err)
{
    const char *file = said(store, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *text = said(store, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
    LAMB_AUTOFD int fd = -EBADF;
    char bytes[TOKEN_MAX];
    struct lamb_span token = lamb_span_str(text);
    ssize_t n;

    if (file) {
        fd = open(file, O_RDONLY | O_CLOEXEC);
        n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
        if (n < 0)
            return lamb_raise(err, -errno, "reading %s", file);
        token = lamb_span_trim(lamb_span_of(bytes, (size_t)n));
    }
    if (memchr(token.ptr ? token.ptr : "", '\n', token.len) ||
        memchr(token.ptr ? token.ptr : "", '\r', token.len))
        return lamb_refuse(err, -EINVAL,
                           "the container's authorization token has lines");
    if (token.len == 0)
        return 0;
    (void)lamb_buf_str(ret, "Authorization: ");
    return lamb_buf_span(ret, token);
}

static int
fetch(const struct lamb_credential_store *store, struct lamb_transport *transport,
      const struct lamb_exchange *how, struct lamb_credentials *ret,
      struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf url = LAMB_BUF_INIT(4096);
    LAMB_AUTOBUF struct lamb_buf field = LAMB_BUF_INIT(TOKEN_MAX + 64);
    struct lamb_aws_result *answer;
    struct lamb_exchange x = *how;
    const struct lamb_curl *curl = lamb_curl_load(err);
    int r = find_address(store, &url, err);

    if (r == 0)
        r = put_authorization(store, &field, err);
    if (r != 0 || !curl)
        return r != 0 ? r : -ENOSYS;
    answer = lamb_result_new(ANSWER_MAX);
    if (!answer)
        return lamb_refuse(err, -ENOMEM, "no memory");
    x.method = "GET";
    x.url = lamb_buf_cstr(&url);
    x.body = (struct lamb_span){ 0 };
    x.fields = field.len ? curl->slist_append(NULL, lamb_buf_cstr(&field)) : NULL;
    r = lamb_transport_exchange(transport, &x, answer, err);
    if (r == 0 && answer->status != 200)
        r = lamb_refuse(
            err, -ENOENT,
            "what serves the container's credentials answered with status %d",
            answer->status);
    if (r == 0)
        r = lamb_credentials_parse(lamb_aws_body(answer), ret, err);
    curl->slist_free_all(x.fields);
    lamb_aws_result_free(answer);
    return r;
}

int
lamb_credentials_get(struct lamb_credential_store *store,
                     struct lamb_transport *transport, const struct lamb_exchange *how,
                     struct lamb_credentials *ret, struct lamb_err *err)
{
    int r = from_environment(store, ret, err);

    if (r != -ENOENT)
        return r;
    r = 0;
    (void)pthread_mutex_lock(&store->lock);
    if (!store->kept.access_key[0] ||
        (store->kept.expires_s != 0 &&
         store->kept.expires_s - RENEW_BEFORE_S <= lamb_wall_ns() / LAMB_NS_PER_S))
        r = fetch(store, transport, how, &store->kept, err);
    if (r == 0)
        *ret = store->kept;
    (void)pthread_mutex_unlock(&store->lock);
    return r;
}
