/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/crash_frames.h"

#include "runtime/unwind.h"

enum { NAME_MAX_LEN = 160 };

static void
add_build_id(struct lamb_signal_text *text, const struct lamb_image *image)
{
    static const char digits[] = "0123456789abcdef";

    if (!image->build_id_len)
        return;
    lamb_signal_text_str(text, ", build-id ");
    for (size_t i = 0; i < image->build_id_len; i++) {
        const char pair[] = { digits[image->build_id[i] >> 4],
                              digits[image->build_id[i] & 0xf] };

        lamb_signal_text_bytes(text, pair, sizeof(pair));
    }
}

/* FUNCTION+0xOFFSET (OBJECT+0xADDRESS, build-id HEX); what is not known is left out. */
static void
write_frame(struct lamb_signal_text *text, uintptr_t address)
{
    const struct lamb_image *image = lamb_image_of(address);
    char name[NAME_MAX_LEN];
    uintptr_t offset;

    if (!image) {
        lamb_signal_text_str(text, "?? (");
        lamb_signal_text_hex(text, address);
    } else {
        if (lamb_image_symbol(image, address, name, sizeof(name), &offset)) {
            lamb_signal_text_str(text, name);
            lamb_signal_text_str(text, "+");
            lamb_signal_text_hex(text, offset);
        } else {
            lamb_signal_text_str(text, "??");
        }
        lamb_signal_text_str(text, " (");
        lamb_signal_text_str(text, image->path);
        lamb_signal_text_str(text, "+");
        lamb_signal_text_hex(text, address - image->bias);
        add_build_id(text, image);
    }
    lamb_signal_text_str(text, ")");
}

static void
add_frame(struct lamb_crash_report *report, uintptr_t address)
{
    char *frame = report->frames[report->frame_count];
    struct lamb_signal_text text = { .ptr = frame, .cap = LAMB_CRASH_FRAME_MAX - 1 };

    write_frame(&text, address);
    frame[text.len] = '\0';
    report->frame_count++;
}

void
lamb_crash_frames(struct lamb_crash_report *report, const void *context)
{
    struct lamb_unwind unwind;

    lamb_images_read();
    lamb_unwind_start(&unwind, context);
    do /* inside the call, so that it is the line of the call */
        add_frame(report, unwind.is_call ? unwind.pc - 1 : unwind.pc);
    while (report->frame_count < LAMB_CRASH_FRAMES_MAX && lamb_unwind_step(&unwind));
}
