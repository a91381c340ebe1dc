/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/signal_text.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

void
lamb_signal_text_bytes(struct lamb_signal_text *text, const char *bytes, size_t len)
{
    size_t room = text->cap - text->len;

    if (len > room)
        len = room;
    if (len)
        memcpy(text->ptr + text->len, bytes, len);
    text->len += len;
}

void
lamb_signal_text_str(struct lamb_signal_text *text, const char *str)
{
    if (str)
        lamb_signal_text_bytes(text, str, strlen(str));
}

static void
number_in(struct lamb_signal_text *text, uint64_t number, unsigned base)
{
    char reversed[20]; /* the digits of UINT64_MAX in base 10 */
    size_t at = sizeof(reversed);

    do
        reversed[--at] = digits[number % base];
    while (number /= base);
    lamb_signal_text_bytes(text, reversed + at, sizeof(reversed) - at);
}

void
lamb_signal_text_hex(struct lamb_signal_text *text, uint64_t number)
{
    lamb_signal_text_str(text, "0x");
    number_in(text, number, 16);
}

void
lamb_signal_text_decimal(struct lamb_signal_text *text, uint64_t number)
{
    number_in(text, number, 10);
}

void
lamb_signal_text_json(struct lamb_signal_text *text, const char *bytes, size_t len)
{
    lamb_signal_text_bytes(text, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char shown = c > '~' ? '?' : (char)c;

        if (c < ' ') {
            const char escaped[] = { '\\',           'u', '0', '0', digits[c >> 4],
                                     digits[c & 0xf] };

            lamb_signal_text_bytes(text, escaped, sizeof(escaped));
            continue;
        }
        if (c == '"' || c == '\\')
            lamb_signal_text_bytes(text, "\\", 1);
        lamb_signal_text_bytes(text, &shown, 1);
    }
    lamb_signal_text_bytes(text, "\"", 1);
}
