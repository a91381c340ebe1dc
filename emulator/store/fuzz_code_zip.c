/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Unpack any bytes as a zip, with small limits. Whether it goes well or not, nothing
 * may lie outside the folder, and no link in it may lead out.
 */

#include "emulator/store/code_zip.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/store/tree.h"
#include "sdk/base/auto.h"

enum { MAX_BYTES = 64 * 1024, MAX_ENTRIES = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The kernel's own opinion: it follows the link, and must not want to leave ROOT_FD. */
static void
check_link(int root_fd, const char *path)
{
    struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH };
    LAMB_AUTOFD int fd = (int)syscall(SYS_openat2, root_fd, path, &how, sizeof(how));

    lamb_assert(fd >= 0 || errno != EXDEV);
}

static void
check_folder(int root_fd, char *path, size_t used)
{
    LAMB_AUTO(tree_close) DIR *folder = NULL;
    const struct dirent *entry;
    int fd = openat(root_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    lamb_assert(fd >= 0);
    folder = fdopendir(fd);
    while ((entry = tree_next(folder))) {
        size_t more = strlen(entry->d_name);

        path[used] = '/';
        memcpy(path + used + 1, entry->d_name, more + 1);
        lamb_assert(entry->d_type != DT_UNKNOWN);
        if (entry->d_type == DT_LNK)
            check_link(root_fd, path);
        if (entry->d_type == DT_DIR)
            check_folder(root_fd, path, used + 1 + more);
    }
    path[used] = '\0';
}

/* In memory, and the folder as well where there is /dev/shm. */
static int
open_scratch(char *name, size_t size)
{
    static const char *const parents[] = { "/dev/shm", "/tmp" };

    for (size_t i = 0; i < 2; i++) {
        lamb_assert((size_t)snprintf(name, size, "%s/lamb-fuzz-XXXXXX", parents[i]) <
                    size);
        if (mkdtemp(name))
            return open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    return -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    LAMB_AUTOFD int zip = memfd_create("zip", MFD_CLOEXEC);
    LAMB_AUTOFD int scratch = -EBADF;
    LAMB_AUTOFD int root = -EBADF;
    char path[CODE_DEPTH_MAX * 256 + 4096] = ".";
    char name[64];
    struct code_tree tree = { .max_bytes = MAX_BYTES, .max_entries = MAX_ENTRIES };
    struct lamb_err err = { 0 };
    struct stat st;
    int r;

    scratch = open_scratch(name, sizeof(name));
    lamb_assert(zip >= 0 && scratch >= 0 && mkdirat(scratch, "tree", 0700) == 0);
    root = openat(scratch, "tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lamb_assert(root >= 0 && write(zip, bytes, len) == (ssize_t)len);
    tree.root_fd = root;

    r = code_zip_unpack(zip, "fuzz.zip", &tree, &err);
    lamb_assert(r == 0 || (r < 0 && err.code == r && *err.text));
    lamb_assert(tree.bytes <= MAX_BYTES && tree.entries <= MAX_ENTRIES);
    check_folder(root, path, 1);
    lamb_assert(fstat(scratch, &st) == 0 && st.st_nlink == 3); /* "tree" alone */
    lamb_assert(code_tree_seal(&tree, NULL) == 0);
    lamb_assert(tree_remove(AT_FDCWD, name, NULL) == 0);
    return 0;
}
