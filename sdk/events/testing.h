/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_TESTING_H
#define LAMB_EVENTS_TESTING_H

/* testing - what the tests of this room share. */

#include <string.h>

#include <lamb/events.h>

static inline struct lamb_document *
open_text(const char *json)
{
    struct lamb_document *document;

    (void)lamb_document_open((struct lamb_span){ json, strlen(json) }, &document);
    return document;
}

#define assert_span(span, text)                                                        \
    do {                                                                               \
        struct lamb_span span_ = (span);                                               \
        assert_int_equal(span_.len, strlen(text));                                     \
        assert_memory_equal(span_.ptr, text, span_.len);                               \
        assert_int_equal(span_.ptr[span_.len], 0);                                     \
    } while (0)

#endif
