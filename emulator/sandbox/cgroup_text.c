/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/cgroup_text.h"

#include <errno.h>
#include <string.h>

#include "sdk/base/buf.h"
#include "sdk/base/err.h"
#include "sdk/base/num.h"

/* -- where we are ----------------------------------------------------------------- */

static const struct {
    const char *controller; /* v1: the name in both files; NULL: v2 */
    const char *fstype;
} trees[CGROUP_TREE_N] = {
    [CGROUP_V1_MEMORY] = { "memory", "cgroup" },
    [CGROUP_V1_PIDS] = { "pids", "cgroup" },
    [CGROUP_V1_CPU] = { "cpu", "cgroup" },
    [CGROUP_V2] = { NULL, "cgroup2" },
};

/* Is WORD one of the comma-separated LIST? */
static bool
list_has(struct lamb_span list, const char *word)
{
    while (list.len) {
        struct lamb_span head;

        (void)lamb_span_cut(list, ',', &head, &list);
        if (lamb_span_is(head, word))
            return true;
    }
    return false;
}

/* The path in "4:memory:/path" or "0::/path". */
static int
own_path(struct lamb_span text, enum cgroup_tree tree, struct lamb_span *ret)
{
    while (text.len) {
        struct lamb_span line, number, names, path;
        bool is_ours;

        (void)lamb_span_cut(text, '\n', &line, &text);
        (void)lamb_span_cut(line, ':', &number, &line);
        (void)lamb_span_cut(line, ':', &names, &path);
        is_ours = trees[tree].controller ? list_has(names, trees[tree].controller)
                                         : lamb_span_is(number, "0") && names.len == 0;
        if (is_ours && lamb_span_starts(path, "/")) {
            *ret = path;
            return 0;
        }
    }
    return -ENOENT;
}

struct mount {
    struct lamb_span root, point, fstype, super;
};

/* proc(5): id parent major:minor root point options [tags...] - type source super */
static void
parse_mount(struct lamb_span line, struct mount *ret)
{
    struct lamb_span word;

    for (size_t i = 0; i < 5; i++) {
        (void)lamb_span_cut(line, ' ', &word, &line);
        if (i == 3)
            ret->root = word;
        if (i == 4)
            ret->point = word;
    }
    do {
        (void)lamb_span_cut(line, ' ', &word, &line);
    } while (line.len && !lamb_span_is(word, "-"));
    (void)lamb_span_cut(line, ' ', &ret->fstype, &line);
    (void)lamb_span_cut(line, ' ', &word, &ret->super);
}

/* PATH as seen through the mount, "" for its top; false: it lies outside. */
static bool
path_in_mount(const struct mount *mount, struct lamb_span path, struct lamb_span *ret)
{
    size_t skip = mount->root.len == 1 ? 0 : mount->root.len;

    if (path.len < skip || memcmp(path.ptr, mount->root.ptr, skip) != 0)
        return false;
    *ret = lamb_span_of(path.ptr + skip, path.len - skip);
    if (ret->len && ret->ptr[0] != '/')
        return false;
    if (lamb_span_is(*ret, "/"))
        ret->len = 0;
    return true;
}

int
cgroup_locate(const char *self_cgroup, const char *mountinfo, enum cgroup_tree tree,
              char *ret, size_t size)
{
    struct lamb_span text = lamb_span_str(mountinfo), path, below;
    int r = own_path(lamb_span_str(self_cgroup), tree, &path);

    if (r < 0)
        return r;
    while (text.len) {
        struct mount mount;
        struct lamb_span line;

        (void)lamb_span_cut(text, '\n', &line, &text);
        parse_mount(line, &mount);
        if (!lamb_span_is(mount.fstype, trees[tree].fstype) ||
            (trees[tree].controller &&
             !list_has(mount.super, trees[tree].controller)) ||
            memchr(mount.point.ptr, '\\', mount.point.len) ||
            !path_in_mount(&mount, path, &below))
            continue;
        return lamb_format(ret, size, "%.*s%.*s", (int)mount.point.len, mount.point.ptr,
                           (int)below.len, below.ptr);
    }
    return -ENOENT;
}

enum { QUOTA_LEAST_US = 1000, MB_PER_CORE = 1769 };

void
cgroup_quota_text(enum cpu_means means, unsigned memory_mb, char ret[CGROUP_QUOTA_TEXT])
{
    unsigned quota_us =
        (unsigned)((uint64_t)memory_mb * CGROUP_QUOTA_PERIOD_US / MB_PER_CORE);
    const char *period = means == CPU_V2 ? " 20000" : "";
    int r;

    if (quota_us < QUOTA_LEAST_US) /* the least that the kernel takes */
        quota_us = QUOTA_LEAST_US;
    if (memory_mb)
        r = lamb_format(ret, CGROUP_QUOTA_TEXT, "%u%s", quota_us, period);
    else
        r = lamb_format(ret, CGROUP_QUOTA_TEXT, "%s%s", means == CPU_V2 ? "max" : "-1",
                        period);
    lamb_assert(r == 0);
}

uint64_t
cgroup_oom_count(const char *text)
{
    struct lamb_span rest = lamb_span_str(text);
    uint64_t count = 0;

    while (rest.len) {
        struct lamb_span line, word;

        (void)lamb_span_cut(rest, '\n', &line, &rest);
        (void)lamb_span_cut(line, ' ', &word, &line);
        if (lamb_span_is(word, "oom_kill"))
            (void)lamb_parse_u64(line, 0, UINT64_MAX, &count);
    }
    return count;
}
