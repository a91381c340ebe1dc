/* SPDX-License-Identifier: Apache-2.0 */

/*
 * fuzz_events - the first byte chooses a source; what follows is read as an event of
 * it, every field, and as a batch of records. Whatever the bytes are, each function
 * says one of the things that lamb/events.h lists, sets its result to nothing unless it
 * says 0, ends every text with a NUL, and what was wrong has a sentence.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/span.h"
#include "sdk/events/reading_testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
    if (!holds)
        abort();
}

static void
check_span(int r, struct lamb_span span)
{
    demand(span.ptr[span.len] == '\0');
    demand(r == 0 || span.len == 0);
}

static void
check(struct listener *listener, const struct seen *seen)
{
    (void)listener;
    demand(seen->r == 0 || seen->r == LAMB_ABSENT || seen->r == LAMB_NULL ||
           seen->r == -EPROTO || seen->r == -EFBIG);
    if (seen->bytes.ptr)
        check_span(seen->r, seen->bytes);
    if (seen->r == 0)
        return;
    demand(seen->number == 0 && !seen->truth && seen->count == 0);
    demand(!(seen->real < 0 || seen->real > 0));
    demand(lamb_value_kind(seen->value) <= LAMB_KIND_NULL);
}

static void
check_records(struct lamb_document *document)
{
    static int (*const parts[])(struct lamb_record, struct lamb_span *) = {
        lamb_record_id,        lamb_record_key,      lamb_record_value,
        lamb_record_partition, lamb_record_position,
    };
    struct lamb_batch batch;
    struct lamb_record record;
    struct lamb_span text;
    int64_t ms;

    if (lamb_batch_of(document, &batch)) {
        demand(lamb_document_error(document)[0] != '\0');
        return;
    }
    while (lamb_batch_next(&batch, &record) == 0) {
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            int r = parts[i](record, &text);

            check_span(r, text);
        }
        demand(lamb_record_time(record, &ms) == 0 || ms == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct listener listener = { .see = check };
    const struct event_reader *reader = event_readers;
    struct lamb_document *document;
    struct lamb_value event;
    size_t count = 0;
    int r;

    if (size < 1)
        return 0;
    while (event_readers[count].source)
        count++;
    reader += (size_t)(uint8_t)(data[0] - 'A') % count;
    r = lamb_document_open(lamb_span_of(data + 1, size - 1), &document);
    demand((r == 0) == (lamb_document_error(document)[0] == '\0'));
    reader->read(document, &listener);
    check_records(document);
    r = lamb_document_expect(document, reader->source, &event);
    demand(r == 0 || lamb_document_error(document)[0] != '\0');
    lamb_document_close(document);
    return 0;
}
