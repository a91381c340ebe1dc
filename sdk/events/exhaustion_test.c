/* SPDX-License-Identifier: Apache-2.0 */

/*
 * exhaustion - reading while one allocation fails, whichever: every function says what
 * it says with enough memory, or -ENOMEM, and what was begun is closed without a leak.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include "sdk/base/refuse_testing.h"
#include "sdk/events/document.h"
#include "sdk/events/reading_testing.h"
#include "sdk/events/testing.h"

int __real_inflateInit2_(z_stream *zip, int bits, const char *version, int size);
int __wrap_inflateInit2_(z_stream *zip, int bits, const char *version, int size);

/* zlib has an allocator of its own, that of the C library. */
int
__wrap_inflateInit2_(z_stream *zip, int bits, const char *version, int size)
{
    return refuse_this() ? Z_MEM_ERROR : __real_inflateInit2_(zip, bits, version, size);
}

enum { SAID_MAX = 1024 };

/* What the functions said, one after another. */
struct said {
    struct listener listener;
    size_t count;
    bool has_no_memory;
    uint64_t sums[SAID_MAX];
};

static uint64_t
mix(uint64_t sum, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * UINT64_C(1099511628211);
    return sum;
}

static void
say(struct said *said, int r, const void *bytes, size_t len)
{
    assert_in_range(said->count, 0, SAID_MAX - 1);
    said->has_no_memory |= r == -ENOMEM;
    said->sums[said->count++] = r == -ENOMEM ? 0 : mix((uint64_t)r, bytes, len) | 1;
}

static void
hear(struct listener *listener, const struct seen *seen)
{
    struct said *said = (struct said *)listener;

    if (seen->bytes.ptr)
        say(said, seen->r, seen->bytes.ptr, seen->bytes.len);
    else
        say(said, seen->r, &seen->number, sizeof(seen->number));
}

static void
hear_records(struct said *said, struct lamb_document *document)
{
    static int (*const parts[])(struct lamb_record, struct lamb_span *) = {
        lamb_record_id,        lamb_record_key,      lamb_record_value,
        lamb_record_partition, lamb_record_position,
    };
    struct lamb_batch batch;
    struct lamb_record record;
    struct lamb_span text;

    if (lamb_batch_of(document, &batch))
        return;
    while (lamb_batch_next(&batch, &record) == 0)
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            int r = parts[i](record, &text);

            say(said, r, text.ptr, text.len);
        }
}

static void
read_all(const struct event_reader *reader, struct said *said)
{
    struct lamb_span json = { reader->json, strlen(reader->json) };
    struct lamb_document *document;
    struct lamb_span text;
    int r;

    *said = (struct said){ .listener.see = hear };
    r = lamb_document_open(json, &document);
    if (r == -ENOMEM) {
        assert_null(document);
        said->has_no_memory = true;
    } else {
        assert_int_equal(r, 0);
        reader->read(document, &said->listener);
        hear_records(said, document);
        r = lamb_value_json(lamb_document_root(document), &text);
        say(said, r, text.ptr, text.len);
    }
    lamb_document_close(document);
}

/* Whatever was answered under WANT was also answered in FOUND, but for -ENOMEM. */
static void
compare(const struct event_reader *reader, int at, const struct said *found,
        const struct said *want)
{
    size_t count = found->count < want->count ? found->count : want->count;

    if (!found->has_no_memory && found->count != want->count)
        fail_msg("%s, allocation %d: %zu answers of %zu", reader->source, at,
                 found->count, want->count);
    /* what is below an object that was not read is not asked for */
    for (size_t i = 0; i < count; i++) {
        if (found->sums[i] == 0)
            return;
        if (found->sums[i] != want->sums[i])
            fail_msg("%s, allocation %d: answer %zu is another", reader->source, at, i);
    }
}

static void
every_source_is_read_whichever_allocation_fails(void **state)
{
    static struct said want;
    static struct said found;

    (void)state;
    for (const struct event_reader *reader = event_readers; reader->source; reader++) {
        bool has_failed = true;
        int at;

        read_all(reader, &want);
        assert_false(want.has_no_memory);
        for (at = 1; has_failed && at < REFUSE_MAX; at++) {
            refuse_start(at);
            read_all(reader, &found);
            has_failed = refuse_stop();
            if (has_failed != found.has_no_memory)
                fail_msg("%s, allocation %d: nothing said so", reader->source, at);
            compare(reader, at, &found, &want);
        }
        assert_false(has_failed);
        assert_in_range(at, 10, REFUSE_MAX); /* there was something to refuse */
    }
}

static void
an_error_is_told_whichever_allocation_fails(void **state)
{
    static const char wrong[] = "{\"b\":\"*\",\"z\":\"aGVsbG8=\",\"j\":\"{\","
                                "\"o\":[1,300],\"t\":\"x\"}";
    bool has_failed = true;

    (void)state;
    for (int at = 1; has_failed; at++) {
        struct lamb_document *document;
        struct lamb_span text;
        struct lamb_value value;
        int64_t ms;
        int r;

        assert_in_range(at, 1, REFUSE_MAX);
        refuse_start(at);
        r = lamb_document_open((struct lamb_span){ wrong, strlen(wrong) }, &document);
        if (r == 0) {
            struct lamb_value root = lamb_document_root(document);

            assert_int_equal(lamb_value_time(root, "t", LAMB_TIME_ISO, &ms), -EPROTO);
            r = lamb_value_bytes(root, "b", &text);
            assert_true(r == -EPROTO || r == -ENOMEM);
            r = lamb_value_unzipped(root, "z", &value);
            assert_true(r == -EPROTO || r == -ENOMEM);
            r = lamb_value_parsed(root, "j", &value);
            assert_true(r == -EPROTO || r == -ENOMEM);
            r = lamb_value_octets(root, "o", &text);
            assert_true(r == -EPROTO || r == -ENOMEM);
        }
        has_failed = refuse_stop();
        assert_string_not_equal(lamb_document_error(document), "");
        lamb_document_close(document);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_is_read_whichever_allocation_fails),
        cmocka_unit_test(an_error_is_told_whichever_allocation_fails),
    };

    /* jansson's trees and texts count as well */
    json_set_alloc_funcs(refuse_malloc, free);
    return cmocka_run_group_tests_name("exhaustion", tests, NULL, NULL);
}
