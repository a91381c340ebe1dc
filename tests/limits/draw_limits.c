/* SPDX-License-Identifier: Apache-2.0 */

/*
 * draw_limits - draws docs/limits.md from the tables of emulator/sandbox/limit_table.c
 * and filter.c.
 *
 *     draw_limits docs/limits.md            compare the file with the tables
 *     draw_limits --write docs/limits.md    write it anew
 *
 * Owns:    the file.
 * Never:   knows a limit or a call itself.
 */

#include "emulator/sandbox/filter.h"
#include "emulator/sandbox/limit_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/err.h"

enum { FILE_MAX = 64 * 1024 };

static void
add_line(void *data, const char *line)
{
    (void)lamb_buf_printf(data, "%s\n", line);
}

static void
add_filter(struct lamb_buf *page)
{
    (void)lamb_buf_str(page, "| call | answer | why |\n|---|---|---|\n");
    for (size_t i = 0; i < filter_rule_count; i++) {
        const struct filter_rule *rule = &filter_rules[i];

        (void)lamb_buf_printf(page, "| `%s`%s | %s | %s |\n", rule->name,
                              rule->mask ? " with such flags" : "",
                              rule->answer == ENOSYS ? "ENOSYS" : "EPERM", rule->why);
    }
}

static void
draw(struct lamb_buf *page)
{
    (void)lamb_buf_str(
        page,
        "# How limits are held\n\n"
        "Drawn from the tables in `emulator/sandbox`; do not edit. `lamb doctor` says "
        "which rows\nhold on a machine.\n\n"
        "*exact*: held to the byte or the number. *approximate*: held, but late, or "
        "counted\ndifferently; the last column says how. *none*: not held. An empty "
        "cell cannot occur.\n\n## Limits by isolation level\n\n");
    limits_draw(add_line, page);
    (void)lamb_buf_str(page,
                       "\n## Refused system calls\n\nAt the levels full, rootless and "
                       "limits; all others are allowed. Calls of another\nmachine "
                       "(32-bit, x32) answer ENOSYS.\n\n");
    add_filter(page);
}

static int
complain(const char *path, const char *what)
{
    (void)fprintf(stderr, "draw_limits: %s: %s\n", path, what);
    return 1;
}

static int
write_page(const char *path, const struct lamb_buf *page)
{
    FILE *file = fopen(path, "w");
    bool is_whole;

    if (!file)
        return complain(path, "cannot be written");
    is_whole = fwrite(page->ptr, 1, page->len, file) == page->len;
    return fclose(file) == 0 && is_whole ? 0 : complain(path, "is not whole");
}

static int
compare_page(const char *path, const struct lamb_buf *page)
{
    LAMB_AUTOFREE char *found = malloc(FILE_MAX);
    FILE *file = fopen(path, "r");
    size_t len;

    if (!file)
        return complain(path, "is not there; `ninja -C build draw-limits` makes it");
    lamb_assert(found);
    len = fread(found, 1, FILE_MAX, file);
    (void)fclose(file);
    if (len == page->len && memcmp(found, page->ptr, len) == 0)
        return 0;
    return complain(path, "differs from the tables in emulator/sandbox; "
                          "`ninja -C build draw-limits` renews it");
}

int
main(int argc, char **argv)
{
    LAMB_AUTOBUF struct lamb_buf page = LAMB_BUF_INIT(FILE_MAX);
    bool renews = argc == 3 && strcmp(argv[1], "--write") == 0;

    if (argc != 2 && !renews) {
        (void)fprintf(stderr, "usage: draw_limits [--write] docs/limits.md\n");
        return 2;
    }
    draw(&page);
    lamb_assert(!lamb_buf_error(&page));
    return renews ? write_page(argv[2], &page) : compare_page(argv[1], &page);
}
