/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/code_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

enum { BLOCK_BYTES = 65536 };

static void
free_archive(struct archive **archive)
{
    int saved = errno;

    (void)archive_read_free(*archive);
    errno = saved;
}

/* -- the locale ------------------------------------------------------------------- */

/*
 * libarchive converts names to the character set of the thread's locale. As UTF-8 it is
 * no conversion, whatever the user's locale is (other threads do not notice).
 */
struct utf8_names {
    locale_t utf8;
    locale_t before;
};

static void
utf8_names_begin(struct utf8_names *names)
{
    names->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (names->utf8)
        names->before = uselocale(names->utf8);
}

static void
utf8_names_end(struct utf8_names *names)
{
    if (!names->utf8)
        return;
    (void)uselocale(names->before);
    freelocale(names->utf8);
}

/* -- one entry -------------------------------------------------------------------- */

/*
 * libarchive's code is an errno, its own (negative: damaged) or none. Our own memory
 * and the disk below the zip apart, it is the archive that is wrong.
 */
static int
raise_archive(struct archive *archive, struct lamb_err *err)
{
    const char *says = archive_error_string(archive);
    int code = archive_errno(archive);
    int r = code == ENOMEM || code == EIO ? -code : -EBADMSG;

    return lamb_refuse(err, r, "%s", says ? says : "the archive is damaged");
}

static int
check_method(struct archive *archive, struct lamb_err *err)
{
    static const char *const known[] = { "(uncompressed)", "(deflation)" };
    const char *method = archive_format_name(archive);

    for (size_t i = 0; i < LAMB_COUNT(known); i++)
        if (method && strstr(method, known[i]))
            return 0;
    return lamb_refuse(err, -EPERM, "it is compressed as %s: use deflate",
                       method ? method : "something unknown");
}

static int
copy_data(struct archive *archive, struct code_tree *tree, int fd, struct lamb_err *err)
{
    int64_t expected = 0;

    for (;;) {
        const void *bytes;
        size_t len;
        int64_t offset;
        int r = archive_read_data_block(archive, &bytes, &len, &offset);

        if (r == ARCHIVE_EOF)
            return 0;
        if (r != ARCHIVE_OK) /* a warning is a wrong checksum or size */
            return raise_archive(archive, err);
        if (offset != expected)
            return lamb_refuse(err, -EBADMSG, "it has holes");
        r = code_tree_write(tree, fd, bytes, len, err);
        if (r)
            return r;
        expected += (int64_t)len;
    }
}

static int
unpack_file(struct archive *archive, const char *name, bool is_executable,
            struct code_tree *tree, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    int r = check_method(archive, err);

    if (!r)
        r = code_tree_file(tree, name, &fd, err);
    if (!r)
        r = copy_data(archive, tree, fd, err);
    return r ? r : code_tree_end(fd, is_executable, err);
}

static int
unpack_entry(struct archive *archive, struct archive_entry *entry, const char *name,
             struct code_tree *tree, struct lamb_err *err)
{
    mode_t mode = archive_entry_mode(entry);
    const char *target = archive_entry_symlink(entry);

    if (archive_entry_is_encrypted(entry))
        return lamb_refuse(err, -EPERM,
                           "it is encrypted: make the zip without a password");
    if (archive_entry_hardlink(entry))
        return lamb_refuse(err, -EPERM, "it is a hard link");
    if (S_ISDIR(mode))
        return code_tree_folder(tree, name, err);
    if (S_ISLNK(mode))
        return code_tree_link(tree, name, target ? target : "", err);
    if (S_ISREG(mode))
        return unpack_file(archive, name, mode & (S_IXUSR | S_IXGRP | S_IXOTH), tree,
                           err);
    return lamb_refuse(err, -EPERM, "it is neither a file, a folder nor a link");
}

/* -- the archive ------------------------------------------------------------------ */

/* The next entry; ARCHIVE_EOF (1) after the last. */
static int
next_entry(struct archive *archive, const char *zip, struct archive_entry **ret,
           struct lamb_err *err)
{
    int rc = archive_read_next_header(archive, ret);
    int r;

    if (rc == ARCHIVE_OK || rc == ARCHIVE_EOF)
        return rc;
    r = raise_archive(archive, err); /* a warning is a name that is not UTF-8 */
    return lamb_wrap(err, r, "%s", zip);
}

static int
unpack_all(struct archive *archive, const char *zip, struct code_tree *tree,
           struct lamb_err *err)
{
    struct archive_entry *entry;
    unsigned count = 0;
    int r;

    while ((r = next_entry(archive, zip, &entry, err)) == 0) {
        const char *name = archive_entry_pathname(entry);

        count++;
        if (!name)
            return lamb_refuse(err, -EPERM, "%s: entry %u has no name", zip, count);
        r = unpack_entry(archive, entry, name, tree, err);
        if (r)
            return lamb_wrap(err, r, "%s: entry '%s'", zip, code_show(name).text);
    }
    if (r < 0)
        return r;
    if (!count)
        return lamb_refuse(err, -EBADMSG, "%s is empty: put something into it", zip);
    return 0;
}

int
code_zip_unpack(int zip_fd, const char *name, struct code_tree *tree,
                struct lamb_err *err)
{
    LAMB_AUTO(free_archive) struct archive *archive = archive_read_new();
    LAMB_AUTO(utf8_names_end) struct utf8_names names = { 0 };
    const struct code_name shown = code_show(name);
    const char *zip = shown.text;

    if (!archive || archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK)
        return lamb_raise(err, -ENOMEM, "unpack %s", zip);
    utf8_names_begin(&names);
    if (lseek(zip_fd, 0, SEEK_SET) < 0)
        return lamb_raise(err, -errno, "read %s", zip);
    if (archive_read_open_fd(archive, zip_fd, BLOCK_BYTES) != ARCHIVE_OK)
        return lamb_refuse(err, -EBADMSG,
                           "%s is not a zip file, or an empty or a damaged one", zip);
    return unpack_all(archive, zip, tree, err);
}
