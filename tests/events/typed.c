/* SPDX-License-Identifier: Apache-2.0 */

/*
 * typed - a handler that reads every field of whatever event it gets with the functions
 * of the event's source, and says how that went. It closes nothing.
 */

#include "sdk/events/reading_testing.h"

#include <string.h>

int handler(struct lamb_invocation *inv);

struct count {
    struct listener listener;
    int found;
    int wrong;
};

static void
see(struct listener *listener, const struct seen *seen)
{
    struct count *count = (struct count *)listener;

    count->found += seen->r == 0;
    count->wrong += seen->r < 0;
}

int
handler(struct lamb_invocation *inv)
{
    struct count count = { .listener.see = see };
    const struct event_reader *reader = event_readers;
    struct lamb_document *document;
    const char *source;

    if (lamb_event_document(inv, &document))
        return lamb_fail(inv, "BadEvent", "%s", lamb_document_error(document));
    source = lamb_document_source(document);
    while (source && reader->source && strcmp(reader->source, source) != 0)
        reader++;
    if (!source || !reader->source)
        return lamb_fail(inv, "BadEvent", "nobody sends such an event");
    reader->read(document, &count.listener);
    return lamb_printf(inv,
                       "{\"source\":\"%s\",\"found\":%d,\"wrong\":%d,\"error\":\"%s\"}",
                       source, count.found, count.wrong, lamb_document_error(document));
}
