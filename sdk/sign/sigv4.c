/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/sign/sigv4.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "sdk/base/auto.h"
#include "sdk/base/num.h"
#include "sdk/sign/hash.h"
#include "sdk/sign/uri.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

/* A request that passes an HTTP server's own limits fits. */
enum { CANONICAL_MAX = 512 * 1024, MAX_FIELDS = 256, WEEK_S = 7 * 24 * 3600 };

/* -- hashes and times ------------------------------------------------------------- */

static void
to_hex(const uint8_t digest[SIGV4_DIGEST_SIZE], char ret[SIGV4_HASH_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SIGV4_DIGEST_SIZE; i++) {
        ret[2 * i] = digits[digest[i] >> 4];
        ret[2 * i + 1] = digits[digest[i] & 15];
    }
    ret[SIGV4_HASH_SIZE - 1] = '\0';
}

void
lamb_sigv4_hash(struct lamb_span bytes, char ret[SIGV4_HASH_SIZE])
{
    uint8_t digest[SIGV4_DIGEST_SIZE];

    lamb_sigv4_sha256(bytes, digest);
    to_hex(digest, ret);
}

void
lamb_sigv4_time(int64_t epoch_s, char ret[SIGV4_TIME_SIZE])
{
    time_t when = (time_t)epoch_s;
    struct tm tm = { 0 };

    (void)gmtime_r(&when, &tm);
    if (strftime(ret, SIGV4_TIME_SIZE, "%Y%m%dT%H%M%SZ", &tm) == 0)
        ret[0] = '\0';
}

/* "20150830T123600Z"; false when it is no such time. */
static bool
read_time(struct lamb_span text, char ret_time[SIGV4_TIME_SIZE], int64_t *ret_epoch_s)
{
    struct tm tm = { 0 };
    char again[SIGV4_TIME_SIZE];

    if (text.len != SIGV4_TIME_SIZE - 1)
        return false;
    memcpy(ret_time, text.ptr, text.len);
    ret_time[text.len] = '\0';
    if (!strptime(ret_time, "%Y%m%dT%H%M%SZ", &tm))
        return false;
    *ret_epoch_s = timegm(&tm);
    lamb_sigv4_time(*ret_epoch_s, again); /* there is no 31st of June */
    return strcmp(again, ret_time) == 0;
}

/* -- the canonical request -------------------------------------------------------- */

static void
put_path(struct lamb_buf *ret, const struct sigv4_request *req)
{
    LAMB_AUTOBUF struct lamb_buf plain = LAMB_BUF_INIT(CANONICAL_MAX);

    if (req->keep_path) {
        (void)lamb_buf_span(ret, req->path);
        return;
    }
    lamb_uri_normalize(&plain, req->path);
    if (lamb_buf_error(&plain))
        ret->error = lamb_buf_error(&plain);
    lamb_uri_encode(ret, lamb_buf_view(&plain), "/");
}

/* One parameter of the query, encoded anew. */
struct parameter {
    struct lamb_buf name;
    struct lamb_buf value;
};

static int
compare_buf(const struct lamb_buf *a, const struct lamb_buf *b)
{
    return strcmp(lamb_buf_cstr(a), lamb_buf_cstr(b)); /* encoded: there is no NUL */
}

static int
compare_parameters(const void *a, const void *b)
{
    const struct parameter *left = a;
    const struct parameter *right = b;
    int r = compare_buf(&left->name, &right->name);

    return r ? r : compare_buf(&left->value, &right->value);
}

static int
encode_again(struct lamb_buf *ret, struct lamb_span text)
{
    LAMB_AUTOBUF struct lamb_buf plain = LAMB_BUF_INIT(CANONICAL_MAX);

    *ret = LAMB_BUF_INIT(CANONICAL_MAX);
    lamb_uri_decode_query(&plain, text);
    lamb_uri_encode(ret, lamb_buf_view(&plain), "");
    return lamb_buf_error(&plain) ? lamb_buf_error(&plain) : lamb_buf_error(ret);
}

static size_t
count_parameters(struct lamb_span query)
{
    size_t n = 1;

    for (size_t i = 0; i < query.len; i++)
        n += query.ptr[i] == '&';
    return n;
}

/* All parameters sorted, but for the signature itself. */
static int
put_query(struct lamb_buf *ret, struct lamb_span query)
{
    struct parameter *all = calloc(count_parameters(query), sizeof(*all));
    size_t n = 0;
    int r = all ? 0 : -ENOMEM;

    while (!r && query.len) {
        struct lamb_span one;
        struct lamb_span name;
        struct lamb_span value;

        (void)lamb_span_cut(query, '&', &one, &query);
        (void)lamb_span_cut(one, '=', &name, &value);
        if (one.len == 0 || lamb_span_is(name, "X-Amz-Signature"))
            continue;
        r = encode_again(&all[n].name, name);
        if (!r)
            r = encode_again(&all[n].value, value);
        n++;
    }
    if (!r)
        qsort(all, n, sizeof(*all), compare_parameters);
    for (size_t i = 0; i < n; i++) {
        if (!r)
            (void)lamb_buf_printf(ret, "%s%s=%s", i ? "&" : "",
                                  lamb_buf_cstr(&all[i].name),
                                  lamb_buf_cstr(&all[i].value));
        lamb_buf_fini(&all[i].name);
        lamb_buf_fini(&all[i].value);
    }
    free(all);
    return r;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* VALUE without blanks around it, runs of them as one. */
static void
put_value(struct lamb_buf *ret, struct lamb_span value)
{
    value = lamb_span_trim(value);
    for (size_t i = 0; i < value.len; i++)
        if (!is_blank(value.ptr[i]))
            (void)lamb_buf_char(ret, value.ptr[i]);
        else if (!is_blank(value.ptr[i - 1]))
            (void)lamb_buf_char(ret, ' ');
}

/* The field NAME with the values of all fields of that name. */
static void
put_field(struct lamb_buf *ret, const struct sigv4_request *req, struct lamb_span name)
{
    bool is_first = true;

    (void)lamb_buf_span(ret, name);
    (void)lamb_buf_char(ret, ':');
    for (size_t i = 0; i < req->n_fields; i++) {
        if (!lamb_span_eq_nocase(req->fields[i].name, name))
            continue;
        if (!is_first)
            (void)lamb_buf_char(ret, ',');
        put_value(ret, req->fields[i].value);
        is_first = false;
    }
    (void)lamb_buf_char(ret, '\n');
}

int
lamb_sigv4_canonical(const struct sigv4_request *req, struct lamb_span signed_fields,
                     struct lamb_buf *ret)
{
    struct lamb_span rest = signed_fields;
    struct lamb_span name;
    int r;

    (void)lamb_buf_span(ret, req->method);
    (void)lamb_buf_char(ret, '\n');
    put_path(ret, req);
    (void)lamb_buf_char(ret, '\n');
    r = put_query(ret, req->query);
    if (r)
        return r;
    (void)lamb_buf_char(ret, '\n');
    while (rest.len) {
        (void)lamb_span_cut(rest, ';', &name, &rest);
        put_field(ret, req, name);
    }
    (void)lamb_buf_char(ret, '\n');
    (void)lamb_buf_span(ret, signed_fields);
    (void)lamb_buf_char(ret, '\n');
    (void)lamb_buf_span(ret, req->payload_hash);
    return lamb_buf_error(ret);
}

int
lamb_sigv4_string_to_sign(struct lamb_span canonical, struct lamb_span time,
                          struct lamb_span region, struct lamb_span service,
                          struct lamb_buf *ret)
{
    char hash[SIGV4_HASH_SIZE];

    lamb_sigv4_hash(canonical, hash);
    (void)lamb_buf_str(ret, ALGORITHM "\n");
    (void)lamb_buf_span(ret, time);
    (void)lamb_buf_char(ret, '\n');
    (void)lamb_buf_append(ret, time.ptr, time.len < 8 ? time.len : 8);
    (void)lamb_buf_char(ret, '/');
    (void)lamb_buf_span(ret, region);
    (void)lamb_buf_char(ret, '/');
    (void)lamb_buf_span(ret, service);
    return lamb_buf_printf(ret, "/aws4_request\n%s", hash);
}

/* -- the signature ---------------------------------------------------------------- */

/* The key becomes its digest of TEXT, and with that the next key. */
static void
derive(uint8_t key[SIGV4_DIGEST_SIZE], struct lamb_span text)
{
    lamb_sigv4_hmac(lamb_span_of((const char *)key, SIGV4_DIGEST_SIZE), text, key);
}

/* In a time that does not tell where they differ. */
static bool
is_equal(const char *a, const char *b, size_t len)
{
    volatile unsigned char difference = 0;

    for (size_t i = 0; i < len; i++)
        difference |= (unsigned char)(a[i] ^ b[i]);
    return difference == 0;
}

/* What the signature of a request is bound to. */
struct scope {
    struct lamb_span time;
    struct lamb_span region;
    struct lamb_span service;
};

static int
make_signature(const struct sigv4_request *req, struct lamb_span signed_fields,
               const struct scope *scope, struct lamb_span secret,
               char ret[SIGV4_HASH_SIZE])
{
    LAMB_AUTOBUF struct lamb_buf canonical = LAMB_BUF_INIT(CANONICAL_MAX);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(CANONICAL_MAX);
    LAMB_AUTOBUF struct lamb_buf start = LAMB_BUF_INIT(4096);
    uint8_t key[SIGV4_DIGEST_SIZE];
    int r = lamb_sigv4_canonical(req, signed_fields, &canonical);

    if (!r)
        r = lamb_sigv4_string_to_sign(lamb_buf_view(&canonical), scope->time,
                                      scope->region, scope->service, &text);
    if (!r)
        r = lamb_buf_printf(&start, "AWS4%.*s", (int)secret.len, secret.ptr);
    if (r)
        return r;
    lamb_sigv4_hmac(lamb_buf_view(&start), lamb_span_of(scope->time.ptr, 8), key);
    derive(key, scope->region);
    derive(key, scope->service);
    derive(key, LAMB_SPAN("aws4_request"));
    derive(key, lamb_buf_view(&text));
    to_hex(key, ret);
    return 0;
}

static int
compare_names(const void *a, const void *b)
{
    const struct lamb_span *left = a;
    const struct lamb_span *right = b;
    size_t n = left->len < right->len ? left->len : right->len;
    int r = strncasecmp(left->ptr, right->ptr, n);

    return r ? r : (left->len > right->len) - (left->len < right->len);
}

/* The names of all fields: lower case, sorted, each once. */
static int
list_fields(const struct sigv4_request *req, struct lamb_buf *ret)
{
    struct lamb_span names[MAX_FIELDS];

    if (req->n_fields > MAX_FIELDS)
        return -EMSGSIZE;
    for (size_t i = 0; i < req->n_fields; i++)
        names[i] = req->fields[i].name;
    qsort(names, req->n_fields, sizeof(names[0]), compare_names);
    for (size_t i = 0; i < req->n_fields; i++) {
        if (i && lamb_span_eq_nocase(names[i], names[i - 1]))
            continue;
        if (i)
            (void)lamb_buf_char(ret, ';');
        for (size_t j = 0; j < names[i].len; j++) {
            char c = names[i].ptr[j];

            (void)lamb_buf_char(ret, c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
        }
    }
    return lamb_buf_error(ret);
}

int
lamb_sigv4_sign(const struct sigv4_request *req, const struct sigv4_key *key,
                struct lamb_span region, struct lamb_span service, int64_t epoch_s,
                struct lamb_buf *ret)
{
    LAMB_AUTOBUF struct lamb_buf names = LAMB_BUF_INIT(CANONICAL_MAX);
    struct scope scope = { .region = region, .service = service };
    char time[SIGV4_TIME_SIZE];
    char signature[SIGV4_HASH_SIZE];
    int r = list_fields(req, &names);

    lamb_sigv4_time(epoch_s, time);
    scope.time = lamb_span_str(time);
    if (!r)
        r = make_signature(req, lamb_buf_view(&names), &scope, key->secret_key,
                           signature);
    if (r)
        return r;
    return lamb_buf_printf(ret,
                           ALGORITHM " Credential=%.*s/%.8s/%.*s/%.*s/aws4_request, "
                                     "SignedHeaders=%s, Signature=%s",
                           (int)key->access_key.len, key->access_key.ptr, time,
                           (int)region.len, region.ptr, (int)service.len, service.ptr,
                           lamb_buf_cstr(&names), signature);
}

/* -- reading a signature ---------------------------------------------------------- */

static struct lamb_span
find_field(const struct sigv4_request *req, const char *name)
{
    for (size_t i = 0; i < req->n_fields; i++)
        if (lamb_span_eq_nocase(req->fields[i].name, lamb_span_str(name)))
            return lamb_span_trim(req->fields[i].value);
    return (struct lamb_span){ 0 };
}

/* "AKID/20150830/us-east-1/lambda/aws4_request" */
static bool
read_credential(struct lamb_span text, struct sigv4_claim *claim)
{
    struct lamb_span end;

    return lamb_span_cut(text, '/', &claim->access_key, &text) &&
           lamb_span_cut(text, '/', &claim->day, &text) &&
           lamb_span_cut(text, '/', &claim->region, &text) &&
           lamb_span_cut(text, '/', &claim->service, &text) &&
           !lamb_span_cut(text, '/', &end, &text) && lamb_span_is(end, "aws4_request");
}

/* What both ways of signing have in common, once the parts are found. */
static enum sigv4_verdict
check_parts(struct sigv4_claim *claim, struct lamb_span credential,
            struct lamb_span time)
{
    if (!read_credential(credential, claim) || !claim->signed_fields.len ||
        claim->signature.len != SIGV4_HASH_SIZE - 1 ||
        !read_time(time, claim->time, &claim->epoch_s) || claim->day.len != 8 ||
        memcmp(claim->day.ptr, claim->time, 8) != 0)
        return SIGV4_E_INCOMPLETE;
    return SIGV4_OK;
}

static enum sigv4_verdict
read_header(const struct sigv4_request *req, struct lamb_span text,
            struct sigv4_claim *claim)
{
    struct lamb_span credential = { 0 };
    const struct {
        const char *name;
        struct lamb_span *place;
    } parts[] = { { "Credential", &credential },
                  { "SignedHeaders", &claim->signed_fields },
                  { "Signature", &claim->signature } };

    text = lamb_span_of(text.ptr + strlen(ALGORITHM), text.len - strlen(ALGORITHM));
    while (text.len) {
        struct lamb_span part;
        struct lamb_span name;
        struct lamb_span value;

        (void)lamb_span_cut(text, ',', &part, &text);
        (void)lamb_span_cut(lamb_span_trim(part), '=', &name, &value);
        for (size_t i = 0; i < LAMB_COUNT(parts); i++)
            if (lamb_span_is(name, parts[i].name))
                *parts[i].place = value;
    }
    return check_parts(claim, credential, find_field(req, "X-Amz-Date"));
}

/* The parameter NAME decoded into the next free bytes of CLAIM; empty: not there. */
static struct lamb_span
find_parameter(struct lamb_span query, const char *name, struct sigv4_claim *claim,
               size_t *used)
{
    while (query.len) {
        LAMB_AUTOBUF struct lamb_buf plain = LAMB_BUF_INIT(sizeof(claim->texts));
        struct lamb_span one;
        struct lamb_span key;
        struct lamb_span value;
        char *place = claim->texts + *used;

        (void)lamb_span_cut(query, '&', &one, &query);
        (void)lamb_span_cut(one, '=', &key, &value);
        if (!lamb_span_is(key, name))
            continue;
        lamb_uri_decode_query(&plain, value);
        if (lamb_buf_error(&plain) || plain.len > sizeof(claim->texts) - *used)
            break;
        if (plain.len)
            memcpy(place, plain.ptr, plain.len);
        *used += plain.len;
        return lamb_span_of(place, plain.len);
    }
    return (struct lamb_span){ 0 };
}

static enum sigv4_verdict
read_query(const struct sigv4_request *req, struct sigv4_claim *claim)
{
    size_t used = 0;
    struct lamb_span credential =
        find_parameter(req->query, "X-Amz-Credential", claim, &used);
    struct lamb_span time = find_parameter(req->query, "X-Amz-Date", claim, &used);
    struct lamb_span expires =
        find_parameter(req->query, "X-Amz-Expires", claim, &used);
    uint64_t seconds;

    claim->signed_fields =
        find_parameter(req->query, "X-Amz-SignedHeaders", claim, &used);
    claim->signature = find_parameter(req->query, "X-Amz-Signature", claim, &used);
    if (lamb_parse_u64(expires, 1, WEEK_S, &seconds))
        return SIGV4_E_INCOMPLETE;
    claim->is_presigned = true;
    claim->expires_s = (int64_t)seconds;
    return check_parts(claim, credential, time);
}

enum sigv4_verdict
lamb_sigv4_read(const struct sigv4_request *req, struct sigv4_claim *ret)
{
    struct lamb_span header = find_field(req, "Authorization");
    size_t used = 0;

    *ret = (struct sigv4_claim){ 0 };
    if (lamb_span_starts(header, ALGORITHM " "))
        return read_header(req, header, ret);
    if (header.len)
        return SIGV4_E_INCOMPLETE;
    if (lamb_span_is(find_parameter(req->query, "X-Amz-Algorithm", ret, &used),
                     ALGORITHM))
        return read_query(req, ret);
    return SIGV4_E_ABSENT;
}

/* -- the verdict ------------------------------------------------------------------ */

static bool
is_signed(const struct sigv4_claim *claim, struct lamb_span name)
{
    struct lamb_span rest = claim->signed_fields;
    struct lamb_span one;

    while (rest.len) {
        (void)lamb_span_cut(rest, ';', &one, &rest);
        if (lamb_span_eq_nocase(one, name))
            return true;
    }
    return false;
}

/* X-Amz-* changes what a request means; only the token of a session may be added when
 * all is signed. */
static bool
must_be_signed(struct lamb_span name)
{
    static const char prefix[] = "x-amz-";

    return name.len >= sizeof(prefix) - 1 &&
           strncasecmp(name.ptr, prefix, sizeof(prefix) - 1) == 0 &&
           !lamb_span_eq_nocase(name, LAMB_SPAN("x-amz-security-token"));
}

static bool
signs_enough(const struct sigv4_request *req, const struct sigv4_claim *claim)
{
    if (!is_signed(claim, LAMB_SPAN("host")))
        return false;
    for (size_t i = 0; i < req->n_fields; i++)
        if (must_be_signed(req->fields[i].name) &&
            !is_signed(claim, req->fields[i].name))
            return false;
    return true;
}

enum sigv4_verdict
lamb_sigv4_verify(const struct sigv4_request *req, const struct sigv4_claim *claim,
                  struct lamb_span secret_key, int64_t now_s)
{
    struct scope scope = { .time = lamb_span_str(claim->time),
                           .region = claim->region,
                           .service = claim->service };
    int64_t good_s = claim->is_presigned ? claim->expires_s : SIGV4_SKEW_S;
    char wanted[SIGV4_HASH_SIZE];

    if (!signs_enough(req, claim))
        return SIGV4_E_UNSIGNED;
    if (claim->epoch_s - now_s > SIGV4_SKEW_S)
        return SIGV4_E_EARLY;
    if (now_s - claim->epoch_s > good_s)
        return SIGV4_E_EXPIRED;
    if (make_signature(req, claim->signed_fields, &scope, secret_key, wanted) ||
        !is_equal(wanted, claim->signature.ptr, SIGV4_HASH_SIZE - 1))
        return SIGV4_E_MISMATCH;
    return SIGV4_OK;
}
