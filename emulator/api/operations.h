/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_OPERATIONS_H
#define LAMB_EMULATOR_API_OPERATIONS_H

/*
 * operations - every operation of the Lambda service by method and path, and which of
 * them we carry out.
 *
 * Owns:    the table.
 * Never:   reads a request beyond its method and path.
 * Threads: any.
 */

#include "emulator/api/api.h"
#include "sdk/base/enum.h"

enum { OPERATION_LABELS = 3 };

struct operation_match {
    const struct operation *operation;
    struct lamb_span labels[OPERATION_LABELS]; /* as sent, still percent-encoded */
    size_t n_labels;
};

struct operation {
    const char *name;
    const char *method;
    const char *path;
    void (*run)(struct api *api, struct http_request *req,
                const struct operation_match *match); /* NULL: not supported */
};

#define OPERATION_FINDINGS(X)                                                          \
    X(OPERATION_UNKNOWN, "no operation has this path")                                 \
    X(OPERATION_OTHER_METHOD, "the path is known, not with this method")               \
    X(OPERATION_FOUND, "found")
LAMB_ENUM(operation_found, OPERATION_FINDINGS, OPERATION_FINDING_N);

enum operation_found operation_find(struct lamb_span method, struct lamb_span path,
                                    struct operation_match *ret);

/* lambda_invoke.c */
void lambda_invoke_async(struct api *api, struct http_request *req,
                         const struct operation_match *match);
void lambda_invoke_stream(struct api *api, struct http_request *req,
                          const struct operation_match *match);
void lambda_invoke(struct api *api, struct http_request *req,
                   const struct operation_match *match);

/* lambda_account.c */
void lambda_get_account_settings(struct api *api, struct http_request *req,
                                 const struct operation_match *match);

#endif
