/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_OP_H
#define LAMB_EMULATOR_API_OP_H

/*
 * op - one call of an operation that manages functions: gathers the members of the
 * request, checks them (shape.h), lets the operation look and change, answers.
 *
 * Changes run one after the other: what an operation has looked at stays true until its
 * change is committed. An operation ends by exactly one of op_refuse, op_reply and
 * op_commit; OP is gone then.
 *
 * What jansson returns need not be asked for memory: when it ran short anywhere between
 * the request and its answer or commit, the answer is a ServiceException and nothing is
 * changed (api_init lets jansson take its memory from sdk/base/alloc.h).
 *
 * Owns:    the call until it is answered, also when its client has left.
 * Never:   knows an operation but by the table.
 * Threads: loop thread only.
 */

#include <jansson.h>

#include "emulator/api/call.h"
#include "emulator/functions/functions.h"

struct op {
    struct call call;
    const struct op_spec *spec;
    struct lamb_list node;   /* waits for its turn */
    json_t *in;              /* all members by the model's names; checked */
    struct function_key key; /* op_read_function; version: the qualifier, "" for none */
    struct code_copy code;   /* what was imported; digest "": nothing */
    /* The ZipFile of the request, decoded; NULL: none, or (is_bad_upload) no base64. */
    struct lamb_blob *upload;
    bool is_bad_upload;
    uint64_t failures; /* lamb_alloc_failures when all was whole */
    bool has_begun;    /* the functions stop behind its end */
    bool has_turn;
    /* A call from within: who is told. */
    void (*told)(void *data, unsigned status, const char *error, const json_t *answer);
    void *told_data;
    char *code_path; /* a file or folder of this machine; NULL: none */
};

/* What an operation does. PREPARE (NULL: nothing) ends with op_go or as RUN does. */
struct op_spec {
    const char *name;
    void (*prepare)(struct op *op);
    void (*run)(struct op *op);
    bool is_change;
};
const struct op_spec *op_spec_find(const char *name); /* op_table.c; NULL: none */

/* In operations.c: the run of every operation of the table. */
void op_serve(struct api *api, struct http_request *req,
              const struct operation_match *match);
/*
 * Call operation NAME from within, with all MEMBERS as an SDK names them (one reference
 * given, no ZipFile among them); CODE_PATH takes the place of Code and Content. TOLD
 * exactly once: STATUS with ANSWER, or ERROR, "Exception: message". -ENOENT: there is
 * no such operation.
 */
int op_call(struct api *api, const char *name, json_t *members, const char *code_path,
            void (*told)(void *data, unsigned status, const char *error,
                         const json_t *answer),
            void *data, struct lamb_err *err);

/* After PREPARE: wait for the turn, then run. */
void op_go(struct op *op);

void op_refuse(struct op *op, const char *exception, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for any length of MESSAGE. */
void op_refuse_text(struct op *op, const char *exception, const char *message);
/* Without the member Type. */
void op_refuse_bare(struct op *op, const char *exception, const char *message);
void op_refuse_memory(struct op *op);
/* Is all there that jansson was asked for? To be asked where what may be missing is
 * looked into; false: it is answered. */
bool op_is_whole(struct op *op);
/* ANSWER: one reference given; NULL: an empty body. */
void op_reply(struct op *op, unsigned status, json_t *answer);
/* The same when CHANGE (given) is committed. */
void op_commit(struct op *op, struct change *change, unsigned status, json_t *answer);

/* -- what operations read ---------------------------------------------------------- */

/* The function that is named, or only account and region; false: it is answered. */
bool op_read_function(struct op *op);
bool op_read_region(struct op *op);
const char *op_text(const struct op *op, const char *member); /* NULL: not given */
json_t *op_member(const struct op *op, const char *member);

struct functions *op_functions(const struct op *op);
struct catalog *op_catalog(const struct op *op);
int64_t op_now_ns(const struct op *op);
int64_t op_quota(const struct op *op, enum quota quota);
/* A document of the function's account and region. */
struct document_key op_document(const struct op *op, const char *kind, const char *name,
                                const char *sub);
json_t *op_find(const struct op *op, const char *kind, const char *name,
                const char *sub);

/* "$LATEST" of the function; NULL: there is no such function. */
struct function_record *op_latest(const struct op *op);
/* Refuse: Function not found: ARN of the function (and QUALIFIER unless NULL). */
void op_refuse_missing(struct op *op, const char *qualifier);
/* "arn:aws:lambda:R:A:function:NAME[:QUALIFIER]"; gives it (free). */
char *op_arn(const struct op *op, const char *qualifier);

/* -- pages (op_page.c) ------------------------------------------------------------ */

/* What is listed, in the order of its keys' bytes. */
struct op_list {
    size_t n;
    const void *items;
    /* What item I is sorted by: no two have the same. NULL: ITEMS is a json_t array,
     * and MEMBER of its items is. */
    void (*key)(const void *items, size_t i, struct lamb_buf *ret);
    const char *member;
};
/* The key of struct document. */
void op_key_document(const void *items, size_t i, struct lamb_buf *ret);
/*
 * One page of LIST: behind the item that the request's Marker names (there or gone
 * since) at most MaxItems, and never more than MAX. *RET_FIRST and *RET_END are the
 * items to show; the marker of the next page is put into ANSWER where there is one.
 * False: the marker was not given out by this operation with these members, or memory
 * ran short; it is answered, and ANSWER is gone.
 */
bool op_page(struct op *op, const struct op_list *list, size_t max, json_t *answer,
             size_t *ret_first, size_t *ret_end);

#endif
