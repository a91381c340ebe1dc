/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_LAMBDA_CODE_H
#define LAMB_EMULATOR_API_LAMBDA_CODE_H

/*
 * lambda_code - the code that a request brings along or names, and the way back: the
 * URL under which it is downloaded.
 *
 * Owns:    nothing.
 * Never:   runs code.
 * Threads: loop thread only.
 */

#include "emulator/api/op.h"

/* SOURCE: Code or Content, or the members of UpdateFunctionCode. Imports it, then
 * op_go; op->code says what it is. */
void code_prepare(struct op *op, const json_t *source);
/* Is what bootstrap there is for ARCHITECTURE, and does this machine run it? False: it
 * is answered. */
bool code_fits(struct op *op, const char *architecture);
/* Where the zip of DIGEST is downloaded. */
json_t *code_location(const struct op *op, const char *digest);

#define CODE_URL_PREFIX "/lamb/code/"
/* GET of such a URL. */
void code_serve(struct api *api, struct http_request *req);

/* code_storage.c: bytes of all code of functions, versions and layers there. */
int64_t code_storage_used(struct functions *fns, const char *account,
                          const char *region);
/* May the account of OP keep so much MORE? False: it is answered. */
bool code_storage_has_room(struct op *op, int64_t more);

#endif
