/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/outlook.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/sandbox/mounts.h"
#include "sdk/base/buf.h"

enum { ID_MAX = 64 };

static size_t
count_dirs(const char *const *dirs)
{
    size_t count = 0;

    while (dirs && dirs[count])
        count++;
    return count;
}

static bool
id_is_valid(const char *id)
{
    return id && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id) &&
           strlen(id) > 0 && strlen(id) <= ID_MAX;
}

/* As the API's model has it. */
static bool
is_mnt_path(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.";
    const char *name = path && strncmp(path, "/mnt/", 5) == 0 ? path + 5 : "";

    return name[0] && name[strspn(name, allowed)] == '\0' && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0 && strlen(name) < 160;
}

int
outlook_check(const struct sandbox_spec *spec, enum sandbox_level level,
              struct lamb_err *err)
{
    size_t dirs = count_dirs(spec->opt_dirs);

    if (!id_is_valid(spec->id))
        return lamb_refuse(err, -EINVAL, "sandbox id '%s': want [a-z0-9-]{1,%d}",
                           spec->id ? spec->id : "", ID_MAX);
    if (dirs > 1 && !sandbox_level_is_apart(level))
        return lamb_refuse(
            err, -EOPNOTSUPP,
            "sandbox '%s': isolation level %s cannot merge %zu layers at "
            "/opt: merge them into one, or use level full or rootless",
            spec->id, sandbox_level_text(level), dirs);
    if (spec->file_systems && spec->file_systems[0] && !sandbox_level_is_apart(level))
        return lamb_refuse(err, -EOPNOTSUPP,
                           "sandbox '%s': isolation level %s cannot show '%s' at '%s': "
                           "use level full or rootless",
                           spec->id, sandbox_level_text(level), spec->file_systems[0],
                           spec->file_systems[1]);
    if (count_dirs(spec->file_systems) > 2 * MOUNTS_FILE_SYSTEMS_MAX)
        return lamb_refuse(err, -E2BIG, "sandbox '%s': at most %d file systems go",
                           spec->id, MOUNTS_FILE_SYSTEMS_MAX);
    for (size_t i = 0; spec->file_systems && spec->file_systems[i]; i += 2)
        if (!is_mnt_path(spec->file_systems[i + 1]))
            return lamb_refuse(
                err, -EINVAL,
                "sandbox '%s': '%s' is no place for a file system: want "
                "/mnt/ and a name of letters, digits, - _ .",
                spec->id, spec->file_systems[i + 1] ? spec->file_systems[i + 1] : "");
    if (dirs > MOUNTS_LAYERS_MAX)
        return lamb_refuse(err, -E2BIG, "sandbox '%s': %zu layers; at most %d go",
                           spec->id, dirs, MOUNTS_LAYERS_MAX);
    return 0;
}

/* DIR followed by BELOW, kept in SLOT; NULL when memory is short. */
static const char *
keep(struct outlook *outlook, size_t slot, const char *dir, const char *below)
{
    struct lamb_buf buf = LAMB_BUF_INIT(2 * PATH_MAX);

    (void)lamb_buf_str(&buf, dir);
    (void)lamb_buf_str(&buf, below);
    outlook->texts[slot] = lamb_buf_take(&buf);
    return outlook->texts[slot];
}

static void
see_mounts(struct outlook *outlook, const struct sandbox_spec *spec)
{
    bool has_bootstrap = spec->bootstrap || mounts_bootstrap_layer(spec->opt_dirs);
    bool has_opt = has_bootstrap || count_dirs(spec->opt_dirs);

    outlook->view = (struct sandbox_view){
        .task_root = "/var/task",
        .opt = has_opt ? "/opt" : NULL,
        .bootstrap = has_bootstrap ? "/opt/bootstrap" : NULL,
        .tmp = "/tmp",
    };
}

/* Without mounts the paths are the host's. */
static int
see_host(struct outlook *outlook, const struct sandbox_spec *spec,
         const char *state_dir)
{
    const char *layer = mounts_bootstrap_layer(spec->opt_dirs);
    struct sandbox_view *view = &outlook->view;
    char tmp[ID_MAX + 40];

    if (lamb_format(tmp, sizeof(tmp), "/sandbox/%s/tmp", spec->id) < 0)
        return -ENOMEM;
    view->task_root = keep(outlook, 0, spec->task_dir, "");
    view->tmp = keep(outlook, 1, state_dir, tmp);
    if (!view->task_root || !view->tmp)
        return -ENOMEM;
    if (count_dirs(spec->opt_dirs)) {
        view->opt = keep(outlook, 2, spec->opt_dirs[0], "");
        if (!view->opt)
            return -ENOMEM;
    }
    if (!layer && !spec->bootstrap)
        return 0;
    view->bootstrap = layer ? keep(outlook, 3, layer, "/bootstrap")
                            : keep(outlook, 3, spec->bootstrap, "");
    return view->bootstrap ? 0 : -ENOMEM;
}

int
outlook_init(struct outlook *outlook, const struct sandbox_spec *spec,
             enum sandbox_level level, const char *state_dir)
{
    *outlook = (struct outlook){ 0 };
    if (!sandbox_level_is_apart(level))
        return see_host(outlook, spec, state_dir);
    see_mounts(outlook, spec);
    return 0;
}

void
outlook_fini(struct outlook *outlook)
{
    for (size_t i = 0; i < sizeof(outlook->texts) / sizeof(outlook->texts[0]); i++)
        free(outlook->texts[i]);
    *outlook = (struct outlook){ 0 };
}
