/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/view_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

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

int
view_path_of(char *ret, const struct view *view, const char *below)
{
    return lamb_format(ret, PATH_MAX, "%s%s", view->root, below);
}

/* -- the template ----------------------------------------------------------------- */

enum part_kind { PART_FOLDER, PART_BIND, PART_COPY, PART_TEXT, PART_LINK, PART_DEVICE };

/* Whose a part is when the root is an image (--root). */
enum part_owner {
    OF_VIEW,  /* ours, whatever the image has there */
    OF_IMAGE, /* the image's, when it has one */
    OF_HOST,  /* the host's: not shown in an image */
};

struct part {
    enum part_kind kind;
    enum part_owner owner;
    mode_t mode;
    const char *path; /* on the host as well as in the view */
    const char *text;
};

#define PART(kind_, owner_, mode_, path_, text_)                                       \
    {                                                                                  \
        .kind = PART_##kind_, .owner = OF_##owner_, .mode = (mode_), .path = (path_),  \
        .text = (text_),                                                               \
    }
#define FOLDER(path_) PART(FOLDER, VIEW, 0755, path_, NULL)
#define BIND(path_) PART(BIND, HOST, 0755, path_, NULL)
#define COPY(path_) PART(COPY, HOST, 0644, path_, NULL)
#define FRESH(path_) PART(COPY, VIEW, 0644, path_, NULL)
#define TEXT(path_, text_) PART(TEXT, IMAGE, 0644, path_, text_)
#define LINK(path_, to_) PART(LINK, VIEW, 0777, path_, to_)
#define DEVICE(path_) PART(DEVICE, VIEW, 0666, path_, NULL)

/* What is not on the host is left out; a folder that is a link there is a link here. */
/* clang-format off */
static const struct part parts[] = {
    BIND("/usr"), BIND("/bin"), BIND("/sbin"),
    BIND("/lib"), BIND("/lib32"), BIND("/lib64"), BIND("/libx32"),

    FOLDER("/etc"),
    TEXT("/etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\n"
                        "nobody:x:65534:65534:nobody:/:/sbin/nologin\n"),
    TEXT("/etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    TEXT("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"
                               "services: files\nprotocols: files\n"),
    FRESH("/etc/hosts"),
    TEXT("/etc/hostname", "sandbox\n"),
    FRESH("/etc/resolv.conf"), COPY("/etc/host.conf"), COPY("/etc/gai.conf"),
    COPY("/etc/ld.so.cache"), COPY("/etc/localtime"), COPY("/etc/timezone"),
    COPY("/etc/os-release"), COPY("/etc/services"), COPY("/etc/protocols"),
    COPY("/etc/mime.types"),
    BIND("/etc/alternatives"), BIND("/etc/ca-certificates"), BIND("/etc/pki"),
    BIND("/etc/ssl"),

    FOLDER("/dev"), FOLDER("/dev/shm"),
    DEVICE("/dev/full"), DEVICE("/dev/null"), DEVICE("/dev/random"),
    DEVICE("/dev/tty"), DEVICE("/dev/urandom"), DEVICE("/dev/zero"),
    LINK("/dev/fd", "/proc/self/fd"), LINK("/dev/stdin", "/proc/self/fd/0"),
    LINK("/dev/stdout", "/proc/self/fd/1"), LINK("/dev/stderr", "/proc/self/fd/2"),

    FOLDER("/mnt"), FOLDER("/opt"), FOLDER("/proc"), FOLDER("/tmp"),
    FOLDER("/var"), FOLDER("/var/runtime"), FOLDER("/var/task"),
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
        return files_mkdir(AT_FDCWD, to, part->mode);
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

/*
 * Make place at TO for a part of ours. An image may have anything there: a link would
 * lead out of it, to the host.
 */
static int
make_place(const struct part *part, const char *to)
{
    struct stat st;

    if (lstat(to, &st) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (part->kind == PART_FOLDER)
        return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
    return unlink(to) < 0 ? -errno : 0;
}

static int
build_in_image(const struct part *part, const char *to)
{
    int r;

    if (part->owner == OF_HOST || (part->owner == OF_IMAGE && access(to, F_OK) == 0))
        return 0;
    r = make_place(part, to);
    return r < 0 ? r : build_part(part, to);
}

/* What has a version or a machine in its name: see parts[]. */
static const char *const prefixes[] = { "java-", "ld-musl-" };

static int
build_prefixed(void *data, const char *name)
{
    const struct view *view = data;
    char path[PATH_MAX], to[PATH_MAX];
    struct part part = {
        .kind = PART_COPY, .owner = OF_HOST, .mode = 0644, .path = path
    };
    struct stat st;

    for (size_t i = 0; i < LAMB_COUNT(prefixes); i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) != 0 ||
            lamb_format(path, sizeof(path), "/etc/%s", name) < 0 ||
            view_path_of(to, view, path) < 0 || stat(path, &st) < 0)
            continue;
        if (S_ISDIR(st.st_mode))
            part = (struct part){
                .kind = PART_BIND, .owner = OF_HOST, .mode = 0755, .path = path
            };
        return build_part(&part, to);
    }
    return 0;
}

static int
build_parts(const struct view *view, bool is_image, struct lamb_err *err)
{
    for (size_t i = 0; i < LAMB_COUNT(parts); i++) {
        char to[PATH_MAX];
        int r = view_path_of(to, view, parts[i].path);

        if (r == 0)
            r = is_image ? build_in_image(&parts[i], to) : build_part(&parts[i], to);
        if (r == -ENOTDIR && is_image)
            return lamb_refuse(err, r,
                               "'%s' of the root folder is a file or a link: it has to "
                               "be a folder, or not be there",
                               parts[i].path);
        if (r < 0)
            return lamb_raise(err, r, "show %s in the sandboxes", parts[i].path);
    }
    return 0;
}

/* -- what the user adds ----------------------------------------------------------- */

/* Make the folders above PATH (which begins behind the view's root). */
static int
make_parents(char *path, size_t root)
{
    for (char *at = strchr(path + root + 1, '/'); at; at = strchr(at + 1, '/')) {
        int r;

        *at = '\0';
        r = files_mkdir(AT_FDCWD, path, 0755);
        *at = '/';
        if (r < 0)
            return r;
    }
    return 0;
}

static int
add_mount(const struct view *view, const char *from, const char *below)
{
    char to[PATH_MAX];
    struct stat st;
    int r = view_path_of(to, view, below);

    if (r == 0 && stat(from, &st) < 0)
        r = -errno;
    if (r == 0)
        r = make_parents(to, strlen(view->root));
    if (r == 0)
        r = S_ISDIR(st.st_mode) ? files_mkdir(AT_FDCWD, to, 0755)
                                : files_create(AT_FDCWD, to, "", 0644);
    return r < 0 ? r : bind_read_only(from, to);
}

static int
add_mounts(const struct view *view, char *const *mounts, struct lamb_err *err)
{
    for (size_t i = 0; mounts[i] && mounts[i + 1]; i += 2) {
        int r = add_mount(view, mounts[i], mounts[i + 1]);

        if (r < 0)
            return lamb_raise(err, r, "show '%s' at '%s' in the sandboxes", mounts[i],
                              mounts[i + 1]);
    }
    return 0;
}

/* DIR as an option of an overlay behind KEY ("lowerdir="), escaped. */
static void
append_dir(struct lamb_buf *options, const char *key, const char *dir)
{
    (void)lamb_buf_str(options, key);
    for (; *dir; dir++) {
        if (strchr("\\:,", *dir))
            (void)lamb_buf_char(options, '\\');
        (void)lamb_buf_char(options, *dir);
    }
}

/* The image with a layer of our own above it, so that it can be added to. */
static int
mount_image(const char *root, const char *image, struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf options = LAMB_BUF_INIT(4095);
    char upper[PATH_MAX], work[PATH_MAX];
    int r = lamb_format(upper, sizeof(upper), "%s/upper", root);

    if (r == 0)
        r = lamb_format(work, sizeof(work), "%s/work", root);
    if (r < 0 || mkdir(upper, 0755) < 0 || mkdir(work, 0755) < 0)
        return lamb_raise(err, r < 0 ? r : -errno, "prepare '%s'", root);
    append_dir(&options, "lowerdir=", image);
    append_dir(&options, ",upperdir=", upper);
    append_dir(&options, ",workdir=", work);
    if (lamb_buf_error(&options) < 0)
        return lamb_raise(err, lamb_buf_error(&options), "path of '%s'", image);
    if (mount("lamb", root, "overlay", MS_NOSUID | MS_NODEV, lamb_buf_cstr(&options)) <
        0)
        return lamb_raise(err, -errno, "use '%s' as the root folder", image);
    return 0;
}

static int
append_line(const struct view *view, const char *file, const char *line)
{
    LAMB_AUTOFD int fd = -EBADF;
    char path[PATH_MAX];
    int r = view_path_of(path, view, file);

    if (r < 0)
        return r;
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    return write(fd, line, strlen(line)) < 0 ? -errno : 0;
}

static int
leave_host(struct lamb_err *err)
{
    if (unshare(CLONE_NEWNS | CLONE_NEWUTS) < 0)
        return errno == EPERM
                   ? lamb_refuse(err, -EPERM,
                                 "mount namespaces are for root with all its rights")
                   : lamb_raise(err, -errno, "make a mount namespace");
    /* What the host mounts later is still seen here; nothing goes the other way. */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
        return lamb_raise(err, -errno, "cut the mounts off from the host's");
    if (sethostname("sandbox", strlen("sandbox")) < 0)
        return lamb_raise(err, -errno, "name the host of the sandboxes");
    return 0;
}

static int
mount_root(struct view *view, const char *root, const char *image, struct lamb_err *err)
{
    int r = lamb_format(view->root, sizeof(view->root), "%s", root);

    if (r < 0)
        return lamb_raise(err, r, "build the view at '%s'", root);
    if (mount("lamb", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=16m") < 0)
        return lamb_raise(err, -errno, "mount a tmpfs on '%s'", root);
    if (mount(NULL, root, NULL, MS_PRIVATE, NULL) < 0)
        return lamb_raise(err, -errno, "make '%s' private", root);
    if (!image[0])
        return 0;
    r = mount_image(root, image, err);
    if (r == 0 && mount(NULL, root, NULL, MS_PRIVATE, NULL) < 0)
        r = lamb_raise(err, -errno, "make '%s' private", root);
    return r;
}

static int
set_dns(struct view *view, const char *server, struct lamb_err *err)
{
    char text[64], to[PATH_MAX];
    int r = lamb_format(text, sizeof(text), "nameserver %s\n", server);

    if (r == 0)
        r = view_path_of(to, view, "/etc/resolv.conf");
    if (r == 0)
        r = files_create(AT_FDCWD, to, text, 0644);
    view->has_own_dns = true;
    return r < 0 ? lamb_raise(err, r, "write /etc/resolv.conf of the sandboxes") : 0;
}

int
view_build(struct view *view, const char *root, const struct view_wishes *wishes,
           struct lamb_err *err)
{
    bool is_image = wishes->image[0] != '\0';
    int r = leave_host(err);

    if (r == 0)
        r = mount_root(view, root, wishes->image, err);
    if (r == 0)
        r = build_parts(view, is_image, err);
    if (r == 0 && wishes->dns)
        r = set_dns(view, wishes->dns, err);
    if (r < 0)
        return r;
    if (!is_image)
        r = files_each(AT_FDCWD, "/etc", build_prefixed, view);
    if (r == 0) /* so that a program can look up its own host */
        r = append_line(view, "/etc/hosts",
                        "127.0.0.1 sandbox.localdomain sandbox.local sandbox\n");
    if (r < 0)
        return lamb_raise(err, r, "fill /etc of the sandboxes");
    return add_mounts(view, wishes->mounts, err);
}

void
view_unbuild(struct view *view)
{
    while (view->root[0] && umount2(view->root, MNT_DETACH) == 0)
        continue; /* an image lies on a tmpfs */
    view->root[0] = '\0';
}

void
view_refresh(struct view *view)
{
    static const char file[] = "/etc/resolv.conf";
    char to[PATH_MAX];
    struct stat now;

    if (!view->root[0] || view->has_own_dns || view_path_of(to, view, file) < 0 ||
        stat(file, &now) < 0)
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
