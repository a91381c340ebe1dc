/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_READING_TESTING_H
#define LAMB_EVENTS_READING_TESTING_H

/*
 * reading_testing - a walk that calls every function of every header in lamb/events/,
 * down to the last element of every list; scripts/make-events.py makes it from
 * events.table, in the macros below. What comes of it is up to the listener: the fuzz
 * target, the tests of exhaustion and of round trips are such.
 *
 * Owns:    nothing.
 * Never:   asks where an event comes from: any JSON is read as any source.
 * Threads: the one that uses the document.
 */

#include <lamb/events.h>
#include <lamb/record.h>

/* What one function said. */
struct seen {
    const char *path; /* in its object; NULL: an element of a list */
    const char *name; /* the member of a map of objects; else NULL */
    const char *kind; /* type of the table, its first word */
    int r;
    struct lamb_span bytes;
    int64_t number;
    double real;
    bool truth;
    struct lamb_value value; /* also of objects, lists and maps */
    size_t count;
};

struct listener {
    void (*see)(struct listener *listener, const struct seen *seen);
    /* Begin and end of the fields of an object, the elements of a list; may be NULL. */
    void (*enter)(struct listener *listener, const struct seen *seen);
    void (*leave)(struct listener *listener);
};

struct event_reader {
    const char *source;
    const char *json; /* an event of it that has every field */
    void (*read)(struct lamb_document *document, struct listener *listener);
};
extern const struct event_reader event_readers[]; /* ends with a source of NULL */

static inline void
enter(struct listener *listener, const struct seen *seen)
{
    listener->see(listener, seen);
    if (seen->r == 0 && listener->enter)
        listener->enter(listener, seen);
}

static inline void
leave(struct listener *listener, int r)
{
    if (r == 0 && listener->leave)
        listener->leave(listener);
}

/* A field that CALL reads into MEMBER of `seen`. */
#define SEE(path_, kind_, member, call)                                                \
    do {                                                                               \
        struct seen seen = { .path = (path_), .kind = (kind_) };                       \
        seen.r = call(object, &seen.member);                                           \
        listener->see(listener, &seen);                                                \
    } while (0)

/* A field that is an object of TYPE; READ reads that. */
#define SEE_OBJECT(path_, kind_, type, call, read)                                     \
    do {                                                                               \
        struct seen seen = { .path = (path_), .kind = (kind_) };                       \
        struct type inner;                                                             \
        seen.r = call(object, &inner);                                                 \
        seen.value = inner.value;                                                      \
        enter(listener, &seen);                                                        \
        if (seen.r == 0)                                                               \
            read(inner, listener);                                                     \
        leave(listener, seen.r);                                                       \
    } while (0)

/* The list itself, before its elements; READ_ELEMENT reads element I of `object`. */
#define SEE_LIST(path_, count_call, read_element)                                      \
    do {                                                                               \
        struct seen list = { .path = (path_), .kind = "list" };                        \
        list.r = count_call(object, &list.count);                                      \
        enter(listener, &list);                                                        \
        for (size_t i = 0; list.r == 0 && i < list.count; i++)                         \
            read_element;                                                              \
        leave(listener, list.r);                                                       \
    } while (0)

#define ELEMENT(kind_, member, call)                                                   \
    do {                                                                               \
        struct seen seen = { .kind = (kind_) };                                        \
        seen.r = call(object, i, &seen.member);                                        \
        listener->see(listener, &seen);                                                \
    } while (0)

#define ELEMENT_OBJECT(type, call, read)                                               \
    do {                                                                               \
        struct seen seen = { .kind = "object" };                                       \
        struct type inner;                                                             \
        seen.r = call(object, i, &inner);                                              \
        seen.value = inner.value;                                                      \
        enter(listener, &seen);                                                        \
        if (seen.r == 0)                                                               \
            read(inner, listener);                                                     \
        leave(listener, seen.r);                                                       \
    } while (0)

/* A map of objects: CALL is the map, CALL_OF a member of it. */
#define SEE_MAP_OF(path_, type, call, call_of, read)                                   \
    do {                                                                               \
        struct seen map = { .path = (path_), .kind = "map_of" };                       \
        struct seen seen = { .kind = "object" };                                       \
        struct lamb_value other;                                                       \
        struct type inner;                                                             \
        void *iterator = NULL;                                                         \
        map.r = call(object, &map.value);                                              \
        enter(listener, &map);                                                         \
        while (map.r == 0 &&                                                           \
               lamb_value_next(map.value, &iterator, &seen.name, &other) == 0) {       \
            seen.r = call_of(object, seen.name, &inner);                               \
            seen.value = inner.value;                                                  \
            enter(listener, &seen);                                                    \
            if (seen.r == 0)                                                           \
                read(inner, listener);                                                 \
            leave(listener, seen.r);                                                   \
        }                                                                              \
        leave(listener, map.r);                                                        \
    } while (0)

/* The records that only the view of lamb/record.h finds, as objects of TYPE. */
#define SEE_RECORDS(type, read)                                                        \
    do {                                                                               \
        struct seen seen = { .kind = "record" };                                       \
        struct lamb_batch batch;                                                       \
        struct lamb_record record;                                                     \
        if (lamb_batch_of(document, &batch))                                           \
            break;                                                                     \
        while (lamb_batch_next(&batch, &record) == 0) {                                \
            seen.value = record.value;                                                 \
            enter(listener, &seen);                                                    \
            read((struct type){ record.value }, listener);                             \
            leave(listener, 0);                                                        \
        }                                                                              \
    } while (0)

#endif
