/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_CODE_H
#define LAMB_EMULATOR_STORE_CODE_H

/*
 * code - the code store: immutable, content-addressed copies of what functions run.
 *
 *     DIR/code/                 0711
 *     DIR/code/<sha256 hex>/    0555, one import
 *         tree/                 the immutable folder: folders 0555, files 0444 or 0555
 *         size                  code_copy.size_bytes and .unpacked_bytes, as text
 *         zip                   0400, the bytes of a zip as they came
 *     DIR/code/tmp-<hex>/       one being made; leftovers are removed at open
 *
 * A copy appears whole (made in a side folder, synced, renamed) or not at all.
 * Importing the same bytes twice yields the same copy. Rebuilding or deleting the
 * source never touches a running function.
 *
 * The modes let an unprivileged function user read and run its code when it knows the
 * digest: DIR itself is 0711 (state_dir.h). Below a parent that others may not pass
 * (a home of 0700) the sandbox has to open `path` beforehand, and mount or enter that
 * descriptor. A file keeps whether it may be executed (by anyone: then by all), no
 * other bit of its mode; a zip made without Unix modes has no executable files.
 *
 * Zips are unpacked safely: no absolute names, no "..", no links that leave the folder,
 * no devices, at most LAMB_LIMIT_UNZIPPED bytes and 65,535 entries (folders that are
 * only implied count), no name twice; a violation refuses the whole archive and names
 * the entry. Folders are copied by the same rules.
 *
 * The digest is of the bytes of a zip; of a file or a folder, of a stream with one
 * record an entry, a folder before what is in it, the names of a folder in byte order:
 * one letter (d folder, l link, x executable file, f other file), the name relative to
 * the top, NUL, and but for folders the 32 bytes of the SHA-256 of the file's bytes or
 * of the link's target.
 *
 * Owns:    DIR/code.
 * Never:   runs anything from it.
 * Threads: loop thread; the work itself runs on the pool.
 */

#include "emulator/loop/loop.h"
#include "sdk/base/blob.h"

struct code_store;

/* The caller holds DIR, the state folder (state_dir.h). */
int code_store_open(struct loop *loop, const char *dir, struct code_store **ret,
                    struct lamb_err *err);
void code_store_close(struct code_store *store); /* no import may be under way */

struct code_copy {
    char digest[65];     /* SHA-256 of the source bytes, lower-case hex */
    char sha256_b64[45]; /* the same in base64: CodeSha256 */
    uint64_t size_bytes; /* of the zip, or of all regular files */
    /* Of all regular files; of a copy that a lamb made which did not note it: 0. */
    uint64_t unpacked_bytes;
    char path[4096]; /* the immutable folder */
};

enum code_source {
    CODE_FILE, /* one file (a shared object, an executable): copied under its own name,
                  executable */
    CODE_ZIP,  /* unpacked */
    CODE_DIR,  /* copied: regular files, links inside it and folders; the state folder
                  DIR, if it is in there, is left out */
};

/*
 * Import SOURCE at PATH (copied); DONE on the loop, exactly once: COPY is borrowed
 * during the call, NULL with ERR filled on failure. err->code, for who has to answer
 * in the service's words: -EFBIG over LAMB_LIMIT_UNZIPPED, -EBADMSG not a zip or a
 * damaged one, -EPERM an entry that is not allowed.
 */
int code_import(struct code_store *store, enum code_source source, const char *path,
                void (*done)(void *data, const struct code_copy *copy,
                             const struct lamb_err *err),
                void *data, struct lamb_err *err);

/* The same for a zip that came as bytes. */
int code_import_bytes(struct code_store *store, struct lamb_blob *zip,
                      void (*done)(void *data, const struct code_copy *copy,
                                   const struct lamb_err *err),
                      void *data, struct lamb_err *err);

/* The zip that a copy was made from: a descriptor, or -errno (-ENOENT: it was none). */
int code_open_zip(struct code_store *store, const char *digest);

/* Remove every copy that nobody uses; nothing may run from them or be imported. */
void code_sweep(struct code_store *store,
                bool (*is_used)(void *data, const char *digest), void *data);

/* The copy of a digest that is already there; -ENOENT. */
int code_find(struct code_store *store, const char *digest, struct code_copy *ret,
              struct lamb_err *err);

#endif
