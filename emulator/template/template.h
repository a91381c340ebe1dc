/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_TEMPLATE_H
#define LAMB_EMULATOR_TEMPLATE_TEMPLATE_H

/*
 * template - a SAM or CloudFormation template as the calls of the Lambda API that make
 * what it describes, one after the other.
 *
 * A call may need what an earlier one gave (a layer's version, a function's), so each
 * is made when it is asked for, and whoever carries it out says what came of it.
 *
 * Owns:    the template's text, until template_free.
 * Never:   carries a call out, builds code, knows what exists already.
 * Threads: one at a time.
 */

#include "emulator/template/resolve.h"

#include <jansson.h>

struct template;

struct template_config {
    const char *path;
    const char *region;
    const char *account;
    const char *url;                         /* of the emulator, for queue URLs */
    const struct template_value *parameters; /* given; ends with a NULL name */
};

/* -EINVAL "FILE:LINE:COLUMN: ..." for whatever is wrong with the template as a whole.
 */
int template_load(const struct template_config *config, struct template **ret,
                  struct lamb_err *err);
/* The same from TEXT; the path of CONFIG is only what messages name. */
int template_parse(const struct template_config *config, struct lamb_span text,
                   struct template **ret, struct lamb_err *err);
void template_free(struct template *t); /* NULL is fine */

struct template_call {
    const char *id;        /* logical id of the resource */
    const char *operation; /* of the Lambda API: "CreateFunction" */
    struct place place;
    json_t *members; /* one reference given: all members of the request, as an SDK
                        names them; Code and Content are missing when PATH is there */
    char *path;      /* given (free): the code, relative to the template's folder */
    bool is_make;    /* PATH is a folder whose Makefile has a target build-ID */
};

enum { TEMPLATE_E_END = 1 };

/* The next call; TEMPLATE_E_END when there is none. -EINVAL as template_load. */
int template_next(struct template *t, struct template_call *ret, struct lamb_err *err);
void template_call_free(struct template_call *call);

/*
 * What came of the last call, for Ref and GetAtt: of PublishLayerVersion "Ref" (its
 * ARN), of PublishVersion "Version", of CreateAlias "Alias" (its ARN), of
 * CreateFunctionUrlConfig "FunctionUrl", of CreateEventSourceMapping "Ref" (its id).
 */
int template_learn(struct template *t, const char *id, const char *attribute,
                   const char *value);

/* Each thing that is valid, and that lamb does not make: "Table
 * (AWS::DynamoDB::Table)". */
void template_each_ignored(const struct template *t,
                           void (*fn)(void *data, const char *text), void *data);

#endif
