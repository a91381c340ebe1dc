/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/log_frame.h"

#define TIME_MAX_US (INT64_C(253402300800) * 1000000) /* the year 10000 */

/* Types are A55A00xx; xx is a form in the two lowest bits and a level above them. */
static const unsigned char magic[] = { 0xa5, 0x5a, 0x00 };

enum { FORM_MASK = 0x03, FORM_JSON = 0x02, FORM_TEXT = 0x03 };

static const enum log_level levels[] = { LEVEL_UNSET, LEVEL_TRACE, LEVEL_DEBUG,
                                         LEVEL_INFO,  LEVEL_WARN,  LEVEL_ERROR,
                                         LEVEL_FATAL };

void
frame_cutter_init(struct frame_cutter *cutter)
{
    *cutter = (struct frame_cutter){ .payload = LAMB_BUF_INIT(LINE_MAX_BYTES) };
    line_cutter_init(&cutter->stray);
}

void
frame_cutter_fini(struct frame_cutter *cutter)
{
    line_cutter_fini(&cutter->stray);
    lamb_buf_fini(&cutter->payload);
}

/* -- the head --------------------------------------------------------------------- */

static uint64_t
number(const unsigned char *bytes, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | bytes[i];
    return value;
}

static bool
is_kind(unsigned char kind)
{
    unsigned form = kind & FORM_MASK;

    return (form == FORM_JSON || form == FORM_TEXT) && kind >> 2 < LAMB_COUNT(levels);
}

/* Can a frame begin with the N bytes of HEAD? */
static bool
can_be_head(const unsigned char *head, size_t n)
{
    size_t n_magic = n < sizeof(magic) ? n : sizeof(magic);

    if (memcmp(head, magic, n_magic) != 0)
        return false;
    if (n > sizeof(magic) && !is_kind(head[sizeof(magic)]))
        return false;
    return n < 8 || number(head + 4, 4) <= FRAME_MAX_BYTES;
}

/* -- handing out ------------------------------------------------------------------ */

struct target {
    frame_fn fn;
    void *data;
};

static void
tell_stray(void *data, struct lamb_span line)
{
    const struct target *target = data;
    const struct log_frame frame = { .level = LEVEL_UNSET, .text = line };

    target->fn(target->data, &frame);
}

static void
tell_frame(struct frame_cutter *cutter, const struct target *target)
{
    uint64_t at_us = number(cutter->head + 8, 8);
    const struct log_frame frame = {
        .level = levels[cutter->head[sizeof(magic)] >> 2],
        .at_us = at_us < TIME_MAX_US ? (int64_t)at_us : 0,
        .text = lamb_buf_view(&cutter->payload),
    };

    target->fn(target->data, &frame);
    lamb_buf_fini(&cutter->payload); /* a long record's memory is not kept */
    cutter->payload = LAMB_BUF_INIT(LINE_MAX_BYTES);
    cutter->n_head = 0;
}

/* -- cutting ---------------------------------------------------------------------- */

/* No frame begins at the head's first byte: look for one behind it. */
static void
skip_stray(struct frame_cutter *cutter, struct target *target)
{
    do {
        struct lamb_span first = lamb_span_of((const char *)cutter->head, 1);

        line_cutter_feed(&cutter->stray, first, tell_stray, target);
        cutter->n_head--;
        memmove(cutter->head, cutter->head + 1, cutter->n_head);
    } while (cutter->n_head && !can_be_head(cutter->head, cutter->n_head));
}

static void
add_to_head(struct frame_cutter *cutter, char byte, struct target *target)
{
    cutter->head[cutter->n_head++] = (unsigned char)byte;
    if (!can_be_head(cutter->head, cutter->n_head))
        skip_stray(cutter, target);
    if (cutter->n_head < FRAME_HEAD_BYTES)
        return;
    line_cutter_flush(&cutter->stray, tell_stray, target);
    cutter->n_left = (size_t)number(cutter->head + 4, 4);
    if (!cutter->n_left)
        tell_frame(cutter, target);
}

/* Returns what is left of BYTES behind the payload. What does not fit is skipped. */
static struct lamb_span
add_to_payload(struct frame_cutter *cutter, struct lamb_span bytes,
               const struct target *target)
{
    size_t n = bytes.len < cutter->n_left ? bytes.len : cutter->n_left;
    size_t room = LINE_MAX_BYTES - cutter->payload.len;

    (void)lamb_buf_append(&cutter->payload, bytes.ptr, n < room ? n : room);
    cutter->n_left -= n;
    if (!cutter->n_left)
        tell_frame(cutter, target);
    return lamb_span_of(bytes.ptr + n, bytes.len - n);
}

void
frame_cutter_feed(struct frame_cutter *cutter, struct lamb_span bytes, frame_fn fn,
                  void *data)
{
    struct target target = { fn, data };

    while (bytes.len) {
        if (cutter->n_left) {
            bytes = add_to_payload(cutter, bytes, &target);
            continue;
        }
        add_to_head(cutter, bytes.ptr[0], &target);
        bytes = lamb_span_of(bytes.ptr + 1, bytes.len - 1);
    }
}

void
frame_cutter_end(struct frame_cutter *cutter, frame_fn fn, void *data)
{
    struct target target = { fn, data };
    struct lamb_span head = lamb_span_of((const char *)cutter->head, cutter->n_head);

    if (cutter->n_left)
        tell_frame(cutter, &target);
    else
        line_cutter_feed(&cutter->stray, head, tell_stray, &target);
    cutter->n_head = cutter->n_left = 0;
    line_cutter_flush(&cutter->stray, tell_stray, &target);
}
