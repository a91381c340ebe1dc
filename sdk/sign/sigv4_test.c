/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The published vectors (tests/vectors/sigv4, AWS's own signing test suite): each is a
 * request, what is signed, and the request signed in its header and in its query. Their
 * folder is the argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "sdk/base/auto.h"
#include "sdk/sign/sigv4.h"
#include "sdk/sign/uri.h"

#define SECRET LAMB_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
enum { FILE_MAX = 64 * 1024, FIELDS_MAX = 16, FEWEST_VECTORS = 30 };

static const char *vectors;

struct message {
    char *text;
    struct lamb_buf path; /* of those that are not normalized: encoded as on the wire */
    struct sigv4_field fields[FIELDS_MAX];
    struct sigv4_request req;
    char hash[SIGV4_HASH_SIZE];
};

static char *
read_file(const char *vector, const char *file)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(FILE_MAX);
    char path[1024];
    char part[4096];
    size_t n;
    FILE *f;

    assert_int_equal(lamb_format(path, sizeof(path), "%s/%s/%s", vectors, vector, file),
                     0);
    f = fopen(path, "re");
    if (!f)
        return NULL;
    while ((n = fread(part, 1, sizeof(part), f)) > 0)
        (void)lamb_buf_append(&text, part, n);
    (void)fclose(f);
    return lamb_buf_take(&text);
}

/* BUILT is what the file says, which may end in a line feed. */
static void
assert_is_file(const struct lamb_buf *built, const char *vector, const char *form,
               const char *what)
{
    LAMB_AUTOFREE char *wanted = NULL;
    char file[64];

    assert_int_equal(lamb_format(file, sizeof(file), "%s-%s.txt", form, what), 0);
    wanted = read_file(vector, file);
    assert_non_null(wanted);
    if (wanted[strlen(wanted) - 1] == '\n')
        wanted[strlen(wanted) - 1] = '\0';
    assert_string_equal(lamb_buf_cstr(built), wanted);
}

static struct lamb_span
cut_line(struct lamb_span *rest)
{
    struct lamb_span line;

    (void)lamb_span_cut(*rest, '\n', &line, rest);
    return line;
}

/* One field; a line that begins with a blank continues the one before. */
static void
add_field(struct message *m, struct lamb_span line)
{
    struct sigv4_field *last = &m->fields[m->req.n_fields];

    if (line.ptr[0] == ' ') {
        last[-1].value.len = (size_t)(line.ptr + line.len - last[-1].value.ptr);
        return;
    }
    assert_in_range(m->req.n_fields, 0, FIELDS_MAX - 1);
    assert_true(lamb_span_cut(line, ':', &last->name, &last->value));
    m->req.n_fields++;
}

static void
parse(struct message *m, bool is_normalized)
{
    struct lamb_span rest = lamb_span_str(m->text);
    struct lamb_span line = cut_line(&rest);

    m->req.fields = m->fields;
    (void)lamb_span_cut(line, ' ', &m->req.method, &line);
    if (line.len > 9 &&
        lamb_span_is(lamb_span_of(line.ptr + line.len - 9, 9), " HTTP/1.1"))
        line.len -= 9;
    (void)lamb_span_cut(line, '?', &m->req.path, &m->req.query);
    while (rest.len) {
        line = cut_line(&rest);
        if (line.len == 0)
            break;
        add_field(m, line);
    }
    lamb_sigv4_hash(rest, m->hash);
    m->req.payload_hash = lamb_span_str(m->hash);
    m->path = LAMB_BUF_INIT(4096);
    if (!is_normalized) {
        lamb_uri_encode(&m->path, m->req.path, "/");
        m->req.path = lamb_buf_view(&m->path);
        m->req.keep_path = true;
    }
}

static bool
read_message(const char *vector, const char *file, struct message *m)
{
    LAMB_AUTOFREE char *context = read_file(vector, "context.json");

    *m = (struct message){ .text = read_file(vector, file) };
    if (!m->text)
        return false;
    parse(m, !context || !strstr(context, "\"normalize\": false"));
    return true;
}

static void
forget(struct message *m)
{
    lamb_buf_fini(&m->path);
    free(m->text);
}

/* The signed FORM ("header" or "query") of VECTOR: both texts, then the verdict. */
static void
check_signed(const char *vector, const char *form)
{
    LAMB_AUTOBUF struct lamb_buf canonical = LAMB_BUF_INIT(FILE_MAX);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(FILE_MAX);
    struct sigv4_claim claim;
    struct message m;
    char file[64];

    assert_int_equal(lamb_format(file, sizeof(file), "%s-signed-request.txt", form), 0);
    if (!read_message(vector, file, &m))
        return;
    assert_int_equal(lamb_sigv4_read(&m.req, &claim), SIGV4_OK);
    assert_int_equal(claim.is_presigned, strcmp(form, "query") == 0);
    assert_int_equal(lamb_sigv4_canonical(&m.req, claim.signed_fields, &canonical), 0);
    assert_is_file(&canonical, vector, form, "canonical-request");
    assert_int_equal(lamb_sigv4_string_to_sign(lamb_buf_view(&canonical),
                                               lamb_span_str(claim.time), claim.region,
                                               claim.service, &text),
                     0);
    assert_is_file(&text, vector, form, "string-to-sign");
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s),
                     SIGV4_OK);
    assert_int_equal(
        lamb_sigv4_verify(&m.req, &claim, LAMB_SPAN("other"), claim.epoch_s),
        SIGV4_E_MISMATCH);
    m.req.method = LAMB_SPAN("PATCH");
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s),
                     SIGV4_E_MISMATCH);
    forget(&m);
}

/* What is signed in its header, signed again by us. */
static void
check_signing(const char *vector)
{
    LAMB_AUTOBUF struct lamb_buf header = LAMB_BUF_INIT(FILE_MAX);
    struct sigv4_key key = { .access_key = LAMB_SPAN("AKIDEXAMPLE"),
                             .secret_key = SECRET };
    struct sigv4_field authorization = { 0 };
    struct sigv4_claim claim;
    struct message m;
    size_t n = 0;

    if (!read_message(vector, "header-signed-request.txt", &m))
        return;
    assert_int_equal(lamb_sigv4_read(&m.req, &claim), SIGV4_OK);
    for (size_t i = 0; i < m.req.n_fields; i++)
        if (lamb_span_is(m.fields[i].name, "Authorization"))
            authorization = m.fields[i];
        else if (!lamb_span_is(m.fields[i].name, "X-Amz-Security-Token") ||
                 memmem(claim.signed_fields.ptr, claim.signed_fields.len, "token", 5))
            m.fields[n++] = m.fields[i];
    m.req.n_fields = n;
    assert_int_equal(lamb_sigv4_sign(&m.req, &key, claim.region, claim.service,
                                     claim.epoch_s, &header),
                     0);
    authorization.value = lamb_span_trim(authorization.value);
    assert_true(lamb_span_eq(lamb_buf_view(&header), authorization.value));
    forget(&m);
}

static void
test_the_published_vectors_agree(void **state)
{
    DIR *dir = opendir(vectors);
    struct dirent *entry;
    size_t n = 0;

    (void)state;
    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        print_message("# %s\n", entry->d_name);
        check_signed(entry->d_name, "header");
        /* Only IoT lets a token be added to the query when all is signed. */
        if (strcmp(entry->d_name, "post-sts-header-after") != 0)
            check_signed(entry->d_name, "query");
        check_signing(entry->d_name);
        n++;
    }
    (void)closedir(dir);
    assert_in_range(n, FEWEST_VECTORS, 1000);
}

static void
test_a_signature_is_good_for_five_minutes_either_way(void **state)
{
    struct sigv4_claim claim;
    struct message m;

    (void)state;
    assert_true(read_message("get-vanilla", "header-signed-request.txt", &m));
    assert_int_equal(lamb_sigv4_read(&m.req, &claim), SIGV4_OK);
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s + 300),
                     SIGV4_OK);
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s + 301),
                     SIGV4_E_EXPIRED);
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s - 300),
                     SIGV4_OK);
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s - 301),
                     SIGV4_E_EARLY);
    forget(&m);
}

static void
test_a_presigned_request_is_good_for_as_long_as_it_says(void **state)
{
    struct sigv4_claim claim;
    struct message m;

    (void)state;
    assert_true(read_message("get-vanilla", "query-signed-request.txt", &m));
    assert_int_equal(lamb_sigv4_read(&m.req, &claim), SIGV4_OK);
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s + 3600),
                     SIGV4_OK);
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s + 3601),
                     SIGV4_E_EXPIRED);
    forget(&m);
}

static void
test_what_changes_the_meaning_must_be_signed(void **state)
{
    struct sigv4_claim claim;
    struct message m;

    (void)state;
    assert_true(read_message("get-vanilla", "header-signed-request.txt", &m));
    m.fields[m.req.n_fields++] =
        (struct sigv4_field){ LAMB_SPAN("X-Amz-Invocation-Type"), LAMB_SPAN("Event") };
    assert_int_equal(lamb_sigv4_read(&m.req, &claim), SIGV4_OK);
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s),
                     SIGV4_E_UNSIGNED);
    claim.signed_fields = LAMB_SPAN("x-amz-date;x-amz-invocation-type");
    assert_int_equal(lamb_sigv4_verify(&m.req, &claim, SECRET, claim.epoch_s),
                     SIGV4_E_UNSIGNED);
    forget(&m);
}

static void
test_each_missing_or_malformed_part_is_incomplete(void **state)
{
#define CREDENTIAL "Credential=AKID/20150830/us-east-1/service/aws4_request"
#define SIGNATURE                                                                      \
    "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    static const char *const headers[] = {
        "AWS4-HMAC-SHA256 SignedHeaders=host, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host",
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host, Signature=5fa0",
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/aws4_request, "
        "SignedHeaders=host, " SIGNATURE,
        "AWS4-HMAC-SHA256 Credential=AKID/20150831/us-east-1/service/aws4_request, "
        "SignedHeaders=host, " SIGNATURE,
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request/x, "
        "SignedHeaders=host, " SIGNATURE,
        "Bearer abc",
    };
    struct sigv4_field fields[] = {
        { LAMB_SPAN("Authorization"), LAMB_SPAN("") },
        { LAMB_SPAN("X-Amz-Date"), LAMB_SPAN("20150830T123600Z") },
    };
    struct sigv4_request req = { .fields = fields, .n_fields = LAMB_COUNT(fields) };
    struct sigv4_claim claim;

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(headers); i++) {
        fields[0].value = lamb_span_str(headers[i]);
        assert_int_equal(lamb_sigv4_read(&req, &claim), SIGV4_E_INCOMPLETE);
    }
    fields[0].value =
        LAMB_SPAN("AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host, " SIGNATURE);
    assert_int_equal(lamb_sigv4_read(&req, &claim), SIGV4_OK);
    fields[1].value = LAMB_SPAN("20150830T126000Z"); /* 12:60 */
    assert_int_equal(lamb_sigv4_read(&req, &claim), SIGV4_E_INCOMPLETE);
    fields[0].value = LAMB_SPAN("");
    assert_int_equal(lamb_sigv4_read(&req, &claim), SIGV4_E_ABSENT);
}

static void
test_a_presigned_request_that_is_too_long_is_incomplete(void **state)
{
    LAMB_AUTOBUF struct lamb_buf query = LAMB_BUF_INIT(FILE_MAX);
    struct sigv4_request req = { 0 };
    struct sigv4_claim claim;

    (void)state;
    (void)lamb_buf_str(&query, "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=");
    for (size_t i = 0; i < 2000; i++)
        (void)lamb_buf_char(&query, 'A');
    req.query = lamb_buf_view(&query);
    assert_int_equal(lamb_sigv4_read(&req, &claim), SIGV4_E_INCOMPLETE);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_vectors_agree),
        cmocka_unit_test(test_a_signature_is_good_for_five_minutes_either_way),
        cmocka_unit_test(test_a_presigned_request_is_good_for_as_long_as_it_says),
        cmocka_unit_test(test_what_changes_the_meaning_must_be_signed),
        cmocka_unit_test(test_each_missing_or_malformed_part_is_incomplete),
        cmocka_unit_test(test_a_presigned_request_that_is_too_long_is_incomplete),
    };

    if (argc != 2)
        return 2;
    vectors = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
