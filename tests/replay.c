/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay - main() of a fuzz target where there is no fuzzer: runs every file named, and
 * every file of the folders named, through the target.
 */
#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sdk/base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
cleanup_file(FILE **file)
{
    if (*file)
        (void)fclose(*file);
}

/* The bytes are allocated to their exact length, so that a sanitizer sees the end. */
static void
replay_file(const char *path)
{
    LAMB_AUTO(cleanup_file) FILE *file = fopen(path, "rb");
    LAMB_AUTOFREE uint8_t *bytes = NULL;
    struct stat st;
    size_t len;

    if (!file || fstat(fileno(file), &st) < 0)
        err(1, "%s", path);
    len = (size_t)st.st_size;
    bytes = malloc(len ? len : 1);
    if (!bytes)
        err(1, "%s", path);
    if (fread(bytes, 1, len, file) != len)
        errx(1, "%s: could not be read to its end", path);
    (void)fprintf(stderr, "%s\n", path); /* the last one is the one that broke it */
    (void)LLVMFuzzerTestOneInput(bytes, len);
}

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static size_t replay(const char *path);

static size_t
replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_visible, alphasort);
    size_t count = 0;

    if (n < 0)
        err(1, "%s", folder);
    for (int i = 0; i < n; i++) {
        LAMB_AUTOFREE char *path = NULL;

        if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
            err(1, "%s", folder);
        count += replay(path);
        free(entries[i]);
    }
    free(entries);
    if (!count)
        errx(1, "%s: no input in this folder; add one, or check the name", folder);
    return count;
}

/* How many inputs PATH stood for. */
static size_t
replay(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        err(1, "%s", path);
    if (S_ISDIR(st.st_mode))
        return replay_folder(path);
    replay_file(path);
    return 1;
}

int
main(int argc, char **argv)
{
    size_t count = 0;

    if (argc < 2)
        errx(1, "usage: %s FILE|FOLDER...", argv[0]);
    for (int i = 1; i < argc; i++)
        count += replay(argv[i]);
    (void)printf("%zu inputs replayed\n", count);
    return 0;
}
