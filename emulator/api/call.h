/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_CALL_H
#define LAMB_EMULATOR_API_CALL_H

/*
 * call - what every request that names a function has: an id, the function, the texts
 * of its refusals. Embedded by the operation's own request.
 *
 * A function that returns false has answered: the request is over.
 *
 * Owns:    its texts.
 * Never:   looks a function up.
 * Threads: loop thread only.
 */

#include "emulator/api/operations.h"

struct call {
    struct api *api;
    struct http_request *req; /* NULL: the client left (set by whoever is told) */
    struct operation_match match;
    char *label; /* the function's name in the path, decoded */
    char *query_qualifier;
    char *texts[4]; /* account, region, name, qualifier */
    /* Who answers a refusal; NULL: it is answered over HTTP. */
    void (*refused)(struct call *call, const char *exception, const char *message);
    char request_id[37];
};

void call_init(struct call *call, struct api *api, struct http_request *req,
               const struct operation_match *match);
void call_fini(struct call *call);

/* Answer with an error (error.h). */
void call_refuse(struct call *call, const char *exception, const char *message,
                 const char *reason);
/* The ValidationException of a value that does not match, or is too long. */
void call_refuse_pattern(struct call *call, const char *field, const char *value,
                         const char *pattern);
void call_refuse_empty(struct call *call, const char *field); /* shorter than 1 */
void call_refuse_length(struct call *call, const char *field, const char *value,
                        unsigned max);

/* The name in the path, perhaps with its qualifier, and the query's: they must agree.
 */
bool call_read_key(struct call *call, bool takes_qualifier);
/* The same of a NAME and a QUALIFIER (NULL: none) that were read already. */
bool call_resolve(struct call *call, const char *name, const char *qualifier);
/* Account and region of a request that names no function. */
bool call_resolve_region(struct call *call);
/* Borrowed; version: the qualifier as given, "" for none. */
struct function_key call_key(const struct call *call);

/* A header that must be one of N names; INDEX stays the default when it is absent. SET:
 * how the service prints them. */
bool call_read_choice(struct call *call, const char *header, const char *field,
                      const char *const *names, size_t n, const char *set,
                      size_t *index);

#endif
