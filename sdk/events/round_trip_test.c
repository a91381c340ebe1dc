/* SPDX-License-Identifier: Apache-2.0 */

/*
 * round_trip - an event with every field of its source is read by the functions of its
 * header alone, and written again from what they say: it is the same event, so nothing
 * is lost and nothing is read from a wrong place.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>
#include <jansson.h>

#include "sdk/base/base64.h"
#include "sdk/base/buf.h"
#include "sdk/events/reading_testing.h"
#include "sdk/events/testing.h"

enum { DEPTH_MAX = 32, TEXT_MAX = 1 << 20 };

struct level {
    struct seen seen;
    json_t *made;
};

struct writer {
    struct listener listener;
    struct lamb_value event;
    struct level levels[DEPTH_MAX];
    size_t depth;
};

/* ---- Comparing ------------------------------------------------------------------- */

static bool same(const json_t *made, const json_t *want);

static bool
same_object(const json_t *made, const json_t *want)
{
    const char *name;
    json_t *value;

    if (json_object_size(made) != json_object_size(want))
        return false;
    json_object_foreach((json_t *)(uintptr_t)want, name, value)
    {
        if (!same(json_object_get(made, name), value))
            return false;
    }
    return true;
}

/* A number may stand as text in the event, and whole seconds without a fraction. */
static bool
same(const json_t *made, const json_t *want)
{
    char text[32];

    if (!made)
        return false;
    if (json_is_object(made) && json_is_object(want))
        return same_object(made, want);
    if (json_is_array(made) && json_is_array(want)) {
        for (size_t i = 0; i < json_array_size(want); i++)
            if (!same(json_array_get(made, i), json_array_get(want, i)))
                return false;
        return json_array_size(made) == json_array_size(want);
    }
    if (json_is_number(made) && json_is_number(want)) {
        double difference = json_number_value(made) - json_number_value(want);

        return !(difference < 0 || difference > 0);
    }
    if (json_is_number(made) && json_is_string(want)) {
        (void)snprintf(text, sizeof(text), "%.15g", json_number_value(made));
        return strcmp(text, json_string_value(want)) == 0;
    }
    return json_equal(made, want);
}

static void
assert_same(const char *what, const json_t *made, const json_t *want)
{
    char *one;
    char *other;

    if (same(made, want))
        return;
    one = json_dumps(made, JSON_ENCODE_ANY | JSON_SORT_KEYS);
    other = json_dumps(want, JSON_ENCODE_ANY | JSON_SORT_KEYS);
    print_error("%s\nmade: %s\nwant: %s\n", what, one, other);
    free(one);
    free(other);
    fail();
}

/* ---- Writing --------------------------------------------------------------------- */

/* VALUE (taken) at PATH of the object, or as its next element. */
static void
put(json_t *nest, const struct seen *seen, json_t *value)
{
    const char *path = seen->path;
    json_t *before;

    assert_non_null(value);
    if (json_is_array(nest)) {
        (void)json_array_append_new(nest, value);
        return;
    }
    if (seen->name) {
        (void)json_object_set_new(nest, seen->name, value);
        return;
    }
    for (size_t len; path[len = strcspn(path, "/")]; path += len + 1) {
        json_t *inner = json_object_getn(nest, path, len);

        if (!inner) {
            (void)json_object_setn_new(nest, path, len, json_object());
            inner = json_object_getn(nest, path, len);
        }
        nest = inner;
    }
    before = json_object_get(nest, path);
    if (before && json_is_object(before) && json_is_object(value))
        (void)json_object_update_missing(before, value); /* two views of one field */
    else if (before)
        assert_same(path, value, before);
    else
        (void)json_object_set(nest, path, value);
    json_decref(value);
}

static json_t *
as_base64(struct lamb_span bytes)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(TEXT_MAX);

    assert_int_equal(lamb_base64_encode(&text, bytes), 0);
    return json_string(lamb_buf_cstr(&text));
}

static json_t *
as_form(struct lamb_span bytes)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(TEXT_MAX);

    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];

        if (c == ' ')
            (void)lamb_buf_char(&text, '+');
        else if (strchr("-_./", c) || (c >= '0' && c <= '9') ||
                 ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            (void)lamb_buf_char(&text, (char)c);
        else
            (void)lamb_buf_printf(&text, "%%%02X", c);
    }
    return json_string(lamb_buf_cstr(&text));
}

static json_t *
as_time(const char *kind, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    char text[64] = "";
    struct tm tm;

    if (strcmp(kind, "time_ms") == 0)
        return json_integer(ms);
    if (strcmp(kind, "time_s") == 0)
        return json_real((double)ms / 1000);
    if (strcmp(kind, "time_ms_text") == 0)
        (void)snprintf(text, sizeof(text), "%lld", (long long)ms);
    assert_non_null(gmtime_r(&seconds, &tm));
    if (strcmp(kind, "time_log") == 0)
        (void)strftime(text, sizeof(text), "%d/%b/%Y:%H:%M:%S +0000", &tm);
    if (strcmp(kind, "time_x509") == 0)
        (void)strftime(text, sizeof(text), "%b %e %H:%M:%S %Y GMT", &tm);
    if (strcmp(kind, "time_rabbitmq") == 0)
        (void)strftime(text, sizeof(text), "%b %-d, %Y, %-I:%M:%S %p", &tm);
    if (strcmp(kind, "time_iso") == 0) {
        (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
        if (ms % 1000)
            (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), ".%03d",
                           (int)(ms % 1000));
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "Z");
    }
    return json_string(text);
}

static json_t *
as_json(struct lamb_value value)
{
    struct lamb_span text;

    assert_int_equal(lamb_value_json(value, &text), 0);
    return json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

static json_t *
as_field(const struct writer *writer, const struct seen *seen)
{
    struct lamb_span text;
    const char *kind = seen->kind;
    bool is_base64 = false;

    if (seen->r == LAMB_NULL)
        return json_null();
    if (strcmp(kind, "body") == 0)
        (void)lamb_value_bool(writer->event, "isBase64Encoded", &is_base64);
    if (strcmp(kind, "bytes") == 0 || is_base64)
        return as_base64(seen->bytes);
    if (strcmp(kind, "text") == 0 || strcmp(kind, "body") == 0)
        return json_stringn(seen->bytes.ptr, seen->bytes.len);
    if (strcmp(kind, "form") == 0)
        return as_form(seen->bytes);
    if (strcmp(kind, "int") == 0)
        return json_integer(seen->number);
    if (strcmp(kind, "double") == 0)
        return json_real(seen->real);
    if (strcmp(kind, "bool") == 0)
        return json_boolean(seen->truth);
    if (strncmp(kind, "time_", 5) == 0)
        return as_time(kind, seen->number);
    if (strcmp(kind, "parsed") == 0) {
        assert_int_equal(lamb_value_json(seen->value, &text), 0);
        return json_stringn(text.ptr, text.len);
    }
    return as_json(seen->value); /* a map, or any JSON */
}

static bool
is_nest(const char *kind)
{
    static const char *const kinds[] = { "object", "list", "map_of", "unzipped",
                                         "record" };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static void
see(struct listener *listener, const struct seen *seen)
{
    struct writer *writer = (struct writer *)listener;

    assert_true(seen->r == 0 || seen->r == LAMB_NULL || seen->r == LAMB_ABSENT);
    if (seen->r == LAMB_ABSENT || (seen->r == 0 && is_nest(seen->kind)))
        return;
    put(writer->levels[writer->depth].made, seen, as_field(writer, seen));
}

static void
begin(struct listener *listener, const struct seen *seen)
{
    struct writer *writer = (struct writer *)listener;

    assert_in_range(writer->depth + 1, 1, DEPTH_MAX - 1);
    writer->levels[++writer->depth] =
        (struct level){ .seen = *seen,
                        .made = strcmp(seen->kind, "list") == 0 ? json_array()
                                                                : json_object() };
}

/* What was packed, or stands in the event by itself, is compared here. */
static void
end(struct listener *listener)
{
    struct writer *writer = (struct writer *)listener;
    struct level *level = &writer->levels[writer->depth--];
    json_t *nest = writer->levels[writer->depth].made;
    const char *kind = level->seen.kind;
    struct lamb_span text;

    if (strcmp(kind, "unzipped") != 0 && strcmp(kind, "record") != 0) {
        put(nest, &level->seen, level->made);
        return;
    }
    assert_same(kind, level->made, level->seen.value.node);
    json_decref(level->made);
    if (strcmp(kind, "unzipped") == 0) {
        assert_int_equal(lamb_value_text(writer->event, level->seen.path, &text), 0);
        put(nest, &level->seen, json_stringn(text.ptr, text.len));
    }
}

/* Read and write EVENT; UNKNOWN is what no function reads. */
static void
round_trip(const struct event_reader *reader, json_t *event, json_t *unknown)
{
    struct writer writer = { .listener = { .see = see, .enter = begin, .leave = end } };
    char *text = json_dumps(event, 0);
    struct lamb_document *document = open_text(text);

    writer.event = lamb_document_root(document);
    writer.levels[0].made = json_object();
    reader->read(document, &writer.listener);
    assert_int_equal(writer.depth, 0);
    if (unknown)
        (void)json_object_set_new(writer.levels[0].made, "unknown", unknown);
    assert_same(reader->source, writer.levels[0].made, event);
    json_decref(writer.levels[0].made);
    lamb_document_close(document);
    free(text);
}

static void
every_event_is_written_again_from_its_fields(void **state)
{
    (void)state;
    for (const struct event_reader *reader = event_readers; reader->source; reader++) {
        json_t *event = json_loads(reader->json, 0, NULL);

        assert_non_null(event);
        round_trip(reader, event, NULL);
        json_decref(event);
    }
}

static void
what_is_unknown_changes_nothing_and_is_reached(void **state)
{
    (void)state;
    for (const struct event_reader *reader = event_readers; reader->source; reader++) {
        json_t *event = json_loads(reader->json, 0, NULL);
        struct lamb_document *document;
        struct lamb_value value;
        json_t *unknown;
        char *text;

        (void)json_object_set_new(event, "unknown",
                                  json_pack("{s:[i,s]}", "in", 1, "x"));
        text = json_dumps(event, 0);
        document = open_text(text);
        assert_int_equal(
            lamb_value_get(lamb_document_root(document), "unknown/in", &value), 0);
        assert_int_equal(
            lamb_value_get(lamb_document_root(document), "unknown", &value), 0);
        unknown = as_json(value);
        round_trip(reader, event, unknown);
        lamb_document_close(document);
        json_decref(event);
        free(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_written_again_from_its_fields),
        cmocka_unit_test(what_is_unknown_changes_nothing_and_is_reached),
    };

    return cmocka_run_group_tests_name("round trip", tests, NULL, NULL);
}
