/* SPDX-License-Identifier: Apache-2.0 */

/* Records are bounded, and no more bytes are handed out than went in. */

#include "emulator/observe/log_frame.h"
#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
count(void *data, const struct log_frame *frame)
{
    size_t *sum = data;

    lamb_assert(frame->text.len <= LINE_MAX_BYTES && frame->level < LOG_LEVEL_N);
    lamb_assert(frame->at_us >= 0);
    *sum += frame->text.len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t step = size ? data[0] + 1U : 1;
    struct frame_cutter cutter;
    size_t sum = 0;

    frame_cutter_init(&cutter);
    for (size_t at = 0; at < size; at += step)
        frame_cutter_feed(&cutter,
                          lamb_span_of(data + at, size - at < step ? size - at : step),
                          count, &sum);
    frame_cutter_end(&cutter, count, &sum);
    lamb_assert(sum <= size);
    frame_cutter_fini(&cutter);
    return 0;
}
