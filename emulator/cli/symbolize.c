/* SPDX-License-Identifier: Apache-2.0 */

/* symbolize - `lamb symbolize`: file and line for the frames of a crash report. */

#include <errno.h>
#include <stdio.h>

#include "emulator/cli/debug_lines.h"
#include "emulator/cli/options.h"
#include "emulator/cli/verbs.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

#define BUILD_ID_MARK ", build-id "

enum { PLACE_MAX = 8 * 1024 };

struct settings {
    struct option_list objects;
};

static const struct option options[] = {
    { .name = "object",
      .kind = OPTION_TEXTS,
      .value = "FILE",
      .offset = offsetof(struct settings, objects),
      .text = "an unstripped object that frames may be in; it is taken for those with "
              "its build-id" },
};

static void
help(void)
{
    (void)printf(
        "usage: lamb symbolize [OPTION ...] [FILE ...]\n\n"
        "Copy a log, or an error as JSON, from the FILEs or from standard input, and\n"
        "add file and line to each frame of a crash report in it:\n\n"
        "  touch+0x4 (/var/task/orders.so+0x12e4, build-id 8867..., orders.c:21)\n\n"
        "An object is looked for among those of --object, at its own path, and by its\n"
        "name in the current folder. It has to have the frame's build-id, and has to "
        "be\n"
        "compiled with -g.\n\n");
    options_print(options, LAMB_COUNT(options));
}

/* ---- Frames --------------------------------------------------------------------- */

/* "(OBJECT+0xADDRESS, build-id HEX)", the last part of it where the object has one. */
struct frame {
    struct lamb_span object;
    struct lamb_span build_id;
    uint64_t address;
    const char *end; /* its closing parenthesis */
};

static const char *
read_hex(const char *at, uint64_t *ret)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit;

    *ret = 0;
    while (*at && (digit = strchr(digits, *at)) != NULL) {
        *ret = *ret << 4 | (uint64_t)(digit - digits);
        at++;
    }
    return at;
}

/* Whether a frame's place begins at AT, an opening parenthesis. */
static bool
read_frame(const char *at, struct frame *ret)
{
    const char *end = strchr(at, ')');
    const char *mark = NULL;
    const char *behind;
    uint64_t unused;

    if (at[1] != '/' || !end)
        return false;
    for (const char *next = at; (next = strstr(next, "+0x")) && next < end; next++)
        mark = next;
    if (!mark)
        return false;
    *ret = (struct frame){ .object = lamb_span_of(at + 1, (size_t)(mark - at - 1)),
                           .end = end };
    behind = read_hex(mark + 3, &ret->address);
    if (behind == mark + 3)
        return false;
    if (strncmp(behind, BUILD_ID_MARK, sizeof(BUILD_ID_MARK) - 1) == 0) {
        const char *id = behind + sizeof(BUILD_ID_MARK) - 1;

        behind = read_hex(id, &unused);
        ret->build_id = lamb_span_of(id, (size_t)(behind - id));
    }
    return behind == end;
}

static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Without a build-id only the name can say that PATH is meant. */
static int
try_object(const struct frame *frame, const char *object, const char *path,
           struct lamb_buf *ret)
{
    if (frame->build_id.len == 0 && strcmp(name_of(object), name_of(path)) != 0)
        return DEBUG_LINES_OTHER;
    return debug_lines_find(path, frame->build_id, frame->address, ret);
}

/* File and line of FRAME into RET; or what kept us from it. */
static int
find_line(const struct settings *settings, const struct frame *frame,
          struct lamb_buf *ret)
{
    LAMB_AUTOBUF struct lamb_buf object = LAMB_BUF_INIT(PLACE_MAX);
    int best = DEBUG_LINES_OTHER;
    int r;

    if (lamb_buf_span(&object, frame->object))
        return best;
    for (size_t i = 0; i < settings->objects.count + 2; i++) {
        size_t given = settings->objects.count;
        const char *path = i < given    ? settings->objects.items[i]
                           : i == given ? object.ptr
                                        : name_of(object.ptr);

        r = try_object(frame, object.ptr, path, ret);
        if (r == 0)
            return 0;
        if (r == DEBUG_LINES_NONE)
            best = r;
    }
    return best;
}

/* ---- The text ------------------------------------------------------------------- */

struct work {
    struct settings settings;
    size_t frames;
    struct lamb_buf told; /* the objects that were complained of, one a line */
};

/* Once for an object. */
static void
complain_of(struct work *work, const struct frame *frame, int why)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(PLACE_MAX);

    if (lamb_buf_printf(&line, "%.*s\n", (int)frame->object.len, frame->object.ptr) ||
        strstr(lamb_buf_cstr(&work->told), line.ptr))
        return;
    lamb_buf_str(&work->told, line.ptr);
    if (why == DEBUG_LINES_NONE)
        (void)fprintf(stderr,
                      "lamb: %.*s has no lines for its frames: compile it with -g, and "
                      "keep the unstripped file for --object\n",
                      (int)frame->object.len, frame->object.ptr);
    else
        (void)fprintf(
            stderr,
            "lamb: no object for frames of %.*s (build-id %.*s): name it with "
            "--object\n",
            (int)frame->object.len, frame->object.ptr,
            frame->build_id.len ? (int)frame->build_id.len : 4,
            frame->build_id.len ? frame->build_id.ptr : "none");
}

/* The text may be JSON: nothing that would need an escape in it. */
static void
put_place(const struct lamb_buf *place)
{
    (void)fputs(", ", stdout);
    for (size_t i = 0; i < place->len; i++) {
        char c = place->ptr[i];

        (void)putchar(c < ' ' || c == '"' || c == '\\' ? '?' : c);
    }
}

static void
copy_line(struct work *work, const char *line, size_t len)
{
    LAMB_AUTOBUF struct lamb_buf place = LAMB_BUF_INIT(PLACE_MAX);
    const char *at = line;
    struct frame frame;
    int r;

    for (const char *open = line; (open = strchr(open, '(')) != NULL; open++) {
        if (!read_frame(open, &frame))
            continue;
        work->frames++;
        lamb_buf_clear(&place);
        r = find_line(&work->settings, &frame, &place);
        (void)fwrite(at, 1, (size_t)(frame.end - at), stdout);
        at = frame.end;
        if (r == 0)
            put_place(&place);
        else
            complain_of(work, &frame, r);
    }
    (void)fwrite(at, 1, len - (size_t)(at - line), stdout);
}

static void
copy_file(struct work *work, FILE *file)
{
    LAMB_AUTOFREE char *line = NULL;
    size_t size = 0;
    ssize_t n;

    while ((n = getline(&line, &size, file)) > 0)
        copy_line(work, line, (size_t)n);
}

static enum exit_code
copy_named(struct work *work, const char *path)
{
    FILE *file = fopen(path, "re");

    if (!file) {
        (void)fprintf(stderr, "lamb: cannot read %s: %s\n", path, strerror(errno));
        return EXIT_USAGE;
    }
    copy_file(work, file);
    (void)fclose(file);
    return EXIT_OK;
}

static enum exit_code
run(const char *const *argv)
{
    struct work work = { .told = LAMB_BUF_INIT(1024 * 1024) };
    enum exit_code code = EXIT_OK;
    struct lamb_err err = { 0 };
    struct arguments args;

    if (options_parse(options, LAMB_COUNT(options), argv, &work.settings, &args,
                      &err)) {
        (void)fprintf(stderr, "lamb: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (!debug_lines_are_known()) {
        (void)fprintf(stderr, "lamb: this lamb was built without libdw (Debian: "
                              "libdw-dev), so it cannot find lines. For one frame: "
                              "addr2line -e OBJECT ADDRESS\n");
        return EXIT_UNAVAILABLE;
    }
    if (args.count == 0)
        copy_file(&work, stdin);
    for (size_t i = 0; i < args.count && !code; i++)
        code = copy_named(&work, args.items[i]);
    lamb_buf_fini(&work.told);
    if (!code && !work.frames)
        (void)fprintf(stderr, "lamb: there is no frame of a crash report in it\n");
    return code;
}

const struct verb verb_symbolize = {
    .name = "symbolize",
    .summary = "add file and line to the frames of a crash report",
    .help = help,
    .run = run,
};
