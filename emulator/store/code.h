/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_CODE_H
#define LAMB_EMULATOR_STORE_CODE_H

/*
 * code - the code store: immutable, content-addressed copies of what functions run.
 *
 * DIR/code/<sha256 hex>/ holds one unpacked copy, read-only; it appears whole (made in
 * a side folder, synced, renamed) or not at all. Importing the same bytes twice yields
 * the same copy. Rebuilding or deleting the source never touches a running function.
 *
 * Zips are unpacked safely: no absolute names, no "..", no links that leave the folder,
 * no devices, at most LAMB_LIMIT_UNZIPPED bytes and 65,535 entries; a violation refuses
 * the whole archive and names the entry.
 *
 * Owns:    DIR/code.
 * Never:   runs anything from it.
 * Threads: loop thread; the work itself runs on the pool.
 */

#include "emulator/loop/loop.h"
#include "sdk/base/span.h"

struct code_store;

int code_store_open(struct loop *loop, const char *dir, struct code_store **ret,
                    struct lamb_err *err);
void code_store_close(struct code_store *store); /* no import may be under way */

struct code_copy {
    char digest[65];     /* SHA-256 of the source bytes, lower-case hex */
    char sha256_b64[45]; /* the same in base64: CodeSha256 */
    uint64_t size_bytes; /* of the zip, or of all regular files */
    char path[4096];     /* the immutable folder */
};

enum code_source {
    CODE_FILE, /* one file (a shared object, an executable): copied under its own name
                */
    CODE_ZIP,  /* unpacked */
    CODE_DIR,  /* copied, regular files, links inside it and folders; modes kept */
};

/*
 * Import SOURCE at PATH (copied); DONE on the loop, exactly once: COPY is borrowed
 * during the call, NULL with ERR filled on failure.
 */
int code_import(struct code_store *store, enum code_source source, const char *path,
                void (*done)(void *data, const struct code_copy *copy,
                             const struct lamb_err *err),
                void *data, struct lamb_err *err);

/* The copy of a digest that is already there; -ENOENT. */
int code_find(struct code_store *store, const char *digest, struct code_copy *ret,
              struct lamb_err *err);

#endif
