/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/view.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

/* -- mounts ----------------------------------------------------------------------- */

/* PATH with everything mounted below it; ATTRIBUTES hold for all of that. */
static int
bind_with(const char *from, const char *to, uint64_t attributes)
{
    struct mount_attr attr = { .attr_set = attributes, .propagation = MS_PRIVATE };

    if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) < 0)
        return -errno;
    if (mount_setattr(AT_FDCWD, to, AT_RECURSIVE, &attr, sizeof(attr)) < 0)
        return -errno;
    return 0;
}

static int
bind_read_only(const char *from, const char *to)
{
    return bind_with(from, to,
                     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

static int
path_of(char *ret, const struct view *view, const char *below)
{
    return lamb_format(ret, PATH_MAX, "%s%s", view->root, below);
}

/* -- the template ----------------------------------------------------------------- */

enum part_kind { PART_FOLDER, PART_BIND, PART_COPY, PART_TEXT, PART_LINK, PART_DEVICE };

struct part {
    enum part_kind kind;
    mode_t mode;
    const char *path; /* on the host as well as in the view */
    const char *text;
};

#define FOLDER(path_, mode_)                                                           \
    {                                                                                  \
        PART_FOLDER, mode_, path_, NULL                                                \
    }
#define BIND(path_)                                                                    \
    {                                                                                  \
        PART_BIND, 0755, path_, NULL                                                   \
    }
#define COPY(path_)                                                                    \
    {                                                                                  \
        PART_COPY, 0644, path_, NULL                                                   \
    }
#define TEXT(path_, text_)                                                             \
    {                                                                                  \
        PART_TEXT, 0644, path_, text_                                                  \
    }
#define LINK(path_, to_)                                                               \
    {                                                                                  \
        PART_LINK, 0777, path_, to_                                                    \
    }
#define DEVICE(path_)                                                                  \
    {                                                                                  \
        PART_DEVICE, 0666, path_, NULL                                                 \
    }

/* What is not on the host is left out; a folder that is a link there is a link here. */
/* clang-format off */
static const struct part parts[] = {
    BIND("/usr"), BIND("/bin"), BIND("/sbin"),
    BIND("/lib"), BIND("/lib32"), BIND("/lib64"), BIND("/libx32"),

    FOLDER("/etc", 0755),
    TEXT("/etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\n"
                        "nobody:x:65534:65534:nobody:/:/sbin/nologin\n"),
    TEXT("/etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    TEXT("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"
                               "services: files\nprotocols: files\n"),
    COPY("/etc/hosts"),
    TEXT("/etc/hostname", "sandbox\n"),
    COPY("/etc/resolv.conf"), COPY("/etc/host.conf"), COPY("/etc/gai.conf"),
    COPY("/etc/ld.so.cache"), COPY("/etc/localtime"), COPY("/etc/timezone"),
    COPY("/etc/os-release"), COPY("/etc/services"), COPY("/etc/protocols"),
    COPY("/etc/mime.types"),
    BIND("/etc/alternatives"), BIND("/etc/ca-certificates"), BIND("/etc/pki"),
    BIND("/etc/ssl"),

    FOLDER("/dev", 0755), FOLDER("/dev/shm", 0755),
    DEVICE("/dev/full"), DEVICE("/dev/null"), DEVICE("/dev/random"),
    DEVICE("/dev/tty"), DEVICE("/dev/urandom"), DEVICE("/dev/zero"),
    LINK("/dev/fd", "/proc/self/fd"), LINK("/dev/stdin", "/proc/self/fd/0"),
    LINK("/dev/stdout", "/proc/self/fd/1"), LINK("/dev/stderr", "/proc/self/fd/2"),

    FOLDER("/opt", 0755), FOLDER("/proc", 0755), FOLDER("/tmp", 0755),
    FOLDER("/var", 0755), FOLDER("/var/runtime", 0755), FOLDER("/var/task", 0755),
};
/* clang-format on */

static int
copy_link(const char *from, const char *to)
{
    char target[PATH_MAX];
    ssize_t n = readlink(from, target, sizeof(target) - 1);

    if (n < 0)
        return -errno;
    target[n] = '\0';
    return symlink(target, to) < 0 ? -errno : 0;
}

static int
build_bind(const struct part *part, const char *to)
{
    struct stat st;

    if (lstat(part->path, &st) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (S_ISLNK(st.st_mode))
        return copy_link(part->path, to);
    if (mkdir(to, part->mode) < 0)
        return -errno;
    return bind_read_only(part->path, to);
}

/* Write the host's file PATH anew at TO, in place: running sandboxes see the change. */
static int
copy_file(const char *path, const char *to, mode_t mode)
{
    LAMB_AUTOFD int in = open(path, O_RDONLY | O_CLOEXEC);
    LAMB_AUTOFD int out = -EBADF;
    char block[16384];
    ssize_t n;

    if (in < 0)
        return errno == ENOENT || errno == EACCES ? 0 : -errno;
    out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (out < 0)
        return -errno;
    while ((n = read(in, block, sizeof(block))) > 0)
        if (write(out, block, (size_t)n) != n)
            return -EIO;
    return n < 0 ? -errno : 0;
}

static int
build_device(const struct part *part, const char *to)
{
    int r;

    if (access(part->path, F_OK) < 0)
        return 0;
    r = files_create(AT_FDCWD, to, "", 0666);
    if (r < 0)
        return r;
    return bind_with(part->path, to, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

static int
build_part(const struct part *part, const char *to)
{
    switch (part->kind) {
    case PART_FOLDER:
        return mkdir(to, part->mode) < 0 ? -errno : 0;
    case PART_BIND:
        return build_bind(part, to);
    case PART_COPY:
        return copy_file(part->path, to, part->mode);
    case PART_TEXT:
        return files_create(AT_FDCWD, to, part->text, part->mode);
    case PART_LINK:
        return symlink(part->text, to) < 0 ? -errno : 0;
    case PART_DEVICE:
        return build_device(part, to);
    }
    return -ENOTRECOVERABLE;
}

/* What has a version or a machine in its name: see parts[]. */
static const char *const prefixes[] = { "java-", "ld-musl-" };

static int
build_prefixed(void *data, const char *name)
{
    const struct view *view = data;
    char path[PATH_MAX], to[PATH_MAX];
    struct part part = { .kind = PART_COPY, .mode = 0644, .path = path };
    struct stat st;

    for (size_t i = 0; i < LAMB_COUNT(prefixes); i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) != 0 ||
            lamb_format(path, sizeof(path), "/etc/%s", name) < 0 ||
            path_of(to, view, path) < 0 || stat(path, &st) < 0)
            continue;
        if (S_ISDIR(st.st_mode))
            part = (struct part){ .kind = PART_BIND, .mode = 0755, .path = path };
        return build_part(&part, to);
    }
    return 0;
}

static int
build_parts(const struct view *view, struct lamb_err *err)
{
    for (size_t i = 0; i < LAMB_COUNT(parts); i++) {
        char to[PATH_MAX];
        int r = path_of(to, view, parts[i].path);

        if (r == 0)
            r = build_part(&parts[i], to);
        if (r < 0)
            return lamb_raise(err, r, "show %s in the sandboxes", parts[i].path);
    }
    return 0;
}

static int
append_line(const struct view *view, const char *file, const char *line)
{
    LAMB_AUTOFD int fd = -EBADF;
    char path[PATH_MAX];
    int r = path_of(path, view, file);

    if (r < 0)
        return r;
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    return write(fd, line, strlen(line)) < 0 ? -errno : 0;
}

int
view_build(struct view *view, const char *root, struct lamb_err *err)
{
    int r;

    if (unshare(CLONE_NEWNS | CLONE_NEWUTS) < 0)
        return errno == EPERM
                   ? lamb_refuse(err, -EPERM,
                                 "mount namespaces are for root with all its rights")
                   : lamb_raise(err, -errno, "make a mount namespace");
    /* What the host mounts later is still seen here; nothing goes the other way. */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
        return lamb_raise(err, -errno, "cut the mounts off from the host's");
    if (mount("lamb", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=16m") < 0)
        return lamb_raise(err, -errno, "mount a tmpfs on '%s'", root);
    r = lamb_format(view->root, sizeof(view->root), "%s", root);
    if (r < 0)
        return lamb_raise(err, r, "build the view at '%s'", root);
    if (mount(NULL, root, NULL, MS_PRIVATE, NULL) < 0)
        return lamb_raise(err, -errno, "make '%s' private", root);
    if (sethostname("sandbox", strlen("sandbox")) < 0)
        return lamb_raise(err, -errno, "name the host of the sandboxes");
    r = build_parts(view, err);
    if (r < 0)
        return r;
    r = files_each(AT_FDCWD, "/etc", build_prefixed, view);
    if (r == 0) /* so that a program can look up its own host */
        r = append_line(view, "/etc/hosts",
                        "127.0.0.1 sandbox.localdomain sandbox.local sandbox\n");
    return r < 0 ? lamb_raise(err, r, "fill /etc of the sandboxes") : 0;
}

void
view_unbuild(struct view *view)
{
    if (view->root[0])
        (void)umount2(view->root, MNT_DETACH);
    view->root[0] = '\0';
}

void
view_refresh(struct view *view)
{
    static const char file[] = "/etc/resolv.conf";
    char to[PATH_MAX];
    struct stat now;

    if (!view->root[0] || path_of(to, view, file) < 0 || stat(file, &now) < 0)
        return;
    if (now.st_dev == view->resolv.st_dev && now.st_ino == view->resolv.st_ino &&
        now.st_mtim.tv_sec == view->resolv.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == view->resolv.st_mtim.tv_nsec)
        return;
    if (copy_file(file, to, 0644) == 0)
        view->resolv = now;
}

/* The service's name for its user is sbx_user1051; the next one here is 1052. */
int
view_name_user(const struct view *view, uid_t uid, unsigned number,
               struct lamb_err *err)
{
    char user[128], group[128];
    int r = lamb_format(user, sizeof(user),
                        "sbx_user%u:x:%u:%u::/home/sbx_user%u:/sbin/nologin\n",
                        1051 + number, uid, uid, 1051 + number);

    if (r == 0)
        r = lamb_format(group, sizeof(group), "sbx_user%u:x:%u:\n", 1051 + number, uid);
    if (r == 0)
        r = append_line(view, "/etc/passwd", user);
    if (r == 0)
        r = append_line(view, "/etc/group", group);
    return r < 0 ? lamb_raise(err, r, "name user %u", uid) : 0;
}

/* -- one sandbox ------------------------------------------------------------------ */

const char *
view_bootstrap_layer(const char *const *dirs)
{
    for (size_t i = 0; dirs && dirs[i]; i++) {
        char path[PATH_MAX];
        struct stat st;

        if (lamb_format(path, sizeof(path), "%s/bootstrap", dirs[i]) == 0 &&
            lstat(path, &st) == 0)
            return dirs[i];
    }
    return NULL;
}

/* Append DIR to the list of overlay's lower folders, with its separators escaped. */
static void
append_lower(struct lamb_buf *data, const char *dir)
{
    (void)lamb_buf_str(data, data->len ? ":" : "lowerdir=");
    for (; *dir; dir++) {
        if (strchr("\\:,", *dir))
            (void)lamb_buf_char(data, '\\');
        (void)lamb_buf_char(data, *dir);
    }
}

static int
mount_overlay(const char *const *dirs, const char *to)
{
    /* mount(2) takes one page of options. */
    LAMB_AUTOBUF struct lamb_buf data = LAMB_BUF_INIT(4095);

    for (size_t i = 0; dirs[i]; i++)
        append_lower(&data, dirs[i]);
    if (lamb_buf_error(&data) < 0)
        return lamb_buf_error(&data);
    if (mount("lamb", to, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV,
              lamb_buf_cstr(&data)) < 0)
        return -errno;
    return 0;
}

enum { OPT_DIRS_MAX = 16 };

/* The folders that make up /opt, first wins; returns how many. */
static size_t
list_opt(const struct view_parts *from, const char *dirs[OPT_DIRS_MAX + 2],
         bool *ret_has_place)
{
    size_t count = 0;

    while (from->opt_dirs[count] && count < OPT_DIRS_MAX) {
        dirs[count] = from->opt_dirs[count];
        count++;
    }
    dirs[count] = NULL;
    *ret_has_place = from->bootstrap[0] && !view_bootstrap_layer(dirs);
    if (*ret_has_place) { /* an empty file to bind the bootstrap on */
        dirs[count++] = from->opt_mounts;
        dirs[count] = NULL;
    }
    return count;
}

static int
mount_opt(const struct view *view, const struct view_parts *from,
          enum sandbox_step *step)
{
    const char *dirs[OPT_DIRS_MAX + 2];
    char to[PATH_MAX], bootstrap[PATH_MAX];
    bool has_place;
    size_t count;
    int r = path_of(to, view, "/opt");

    *step = STEP_OPT;
    if (r == 0)
        r = path_of(bootstrap, view, "/opt/bootstrap");
    if (r < 0)
        return r;
    count = list_opt(from, dirs, &has_place);
    if (count == 0)
        return 0;
    r = count == 1 ? bind_read_only(dirs[0], to) : mount_overlay(dirs, to);
    if (r < 0 || !has_place)
        return r;
    *step = STEP_BOOTSTRAP;
    return bind_read_only(from->bootstrap, bootstrap);
}

static int
mount_tmp(const struct view_parts *from, const char *to)
{
    char options[40];

    if (from->tmp_mount >= 0)
        return move_mount(from->tmp_mount, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH) <
                       0
                   ? -errno
                   : 0;
    if (!from->tmp_mb)
        return bind_with(from->tmp_dir, to, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    if (lamb_format(options, sizeof(options), "mode=1777,size=%um", from->tmp_mb) < 0)
        return -ENAMETOOLONG;
    return mount("tmp", to, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0 ? -errno : 0;
}

/* A function sees the processes of its own user only: not the init. */
static int
mount_proc(const struct view_parts *from, const char *to)
{
    (void)from;
    if (mount("proc", to, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "hidepid=invisible") == 0)
        return 0;
    if (errno != EINVAL) /* before Linux 5.8 the same was written as a number */
        return -errno;
    return mount("proc", to, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2") < 0
               ? -errno
               : 0;
}

static int
mount_task(const struct view_parts *from, const char *to)
{
    return bind_read_only(from->task_dir, to);
}

static int
mount_shm(const struct view_parts *from, const char *to)
{
    (void)from;
    return mount("shm", to, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") < 0 ? -errno
                                                                            : 0;
}

static int
mount_own(const struct view *view, const struct view_parts *from,
          enum sandbox_step *step)
{
    static const struct {
        enum sandbox_step step;
        int (*fn)(const struct view_parts *from, const char *to);
        const char *to;
    } own[] = {
        { STEP_PROC, mount_proc, "/proc" },
        { STEP_SHM, mount_shm, "/dev/shm" },
        { STEP_TMP, mount_tmp, "/tmp" },
        { STEP_TASK, mount_task, "/var/task" },
    };

    for (size_t i = 0; i < LAMB_COUNT(own); i++) {
        char to[PATH_MAX];
        int r = path_of(to, view, own[i].to);

        *step = own[i].step;
        if (r == 0)
            r = own[i].fn(from, to);
        if (r < 0)
            return r;
    }
    return mount_opt(view, from, step);
}

/* pivot_root(2): the new root may be put on top of the old one, which then goes. */
static int
pivot(const struct view *view)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

    if (chdir(view->root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
        umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return -errno;
    return mount_setattr(AT_FDCWD, "/", 0, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int
view_enter(const struct view *view, const struct view_parts *from,
           enum sandbox_step *ret_step, struct lamb_err *err)
{
    int r = mount_own(view, from, ret_step);

    if (r == 0) {
        *ret_step = STEP_PIVOT;
        r = pivot(view);
    }
    if (r < 0)
        return lamb_raise(err, r, "%s", sandbox_step_text(*ret_step));
    *ret_step = STEP_NONE;
    return 0;
}
