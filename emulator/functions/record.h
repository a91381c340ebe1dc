/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_RECORD_H
#define LAMB_EMULATOR_FUNCTIONS_RECORD_H

/*
 * record - one version of one function: everything needed to run it, immutable.
 *
 * A change makes a new record. Account and region are part of the key. Records are
 * reference-counted, because environments and invocations outlive a replacement.
 *
 * Owns:    its texts.
 * Never:   changes after record_new.
 * Threads: the count belongs to the loop thread; reading is safe anywhere.
 */

#include <jansson.h>

#include "emulator/environment/environment.h"
#include "emulator/store/code.h"

struct function_key {
    const char *account; /* 12 digits */
    const char *region;
    const char *name;
    const char *version; /* "$LATEST" or a number */
};

/* What a record is made of; all texts are copied. */
struct function_settings {
    struct function_key key;
    const char *handler;          /* "" where the command needs none */
    const char *const *command;   /* as in struct environment_config */
    const char *const *variables; /* "KEY=value", NULL-ended; NULL: none */
    const char *code_digest;      /* of the code store; NULL with a COMMAND */
    const char *code_sha256;      /* base64, as the service shows it */
    const char *task_dir;         /* the immutable copy; the live folder of a COMMAND */
    const char *bootstrap;        /* the layer's; NULL: none */
    const char *const *layers;    /* as in struct environment_config */
    uint64_t code_size;
    unsigned memory_mb;
    unsigned tmp_mb;
    unsigned timeout_s;
    bool is_per_tenant;  /* TenancyConfig: each tenant has environments of its own */
    const char *runtime; /* NULL: provided.al2023 */
    enum log_format log_format;
    enum log_level application_log_level; /* LEVEL_UNSET: the service's default */
    enum log_level system_log_level;
    const char *log_group; /* NULL: the service's default */
    int64_t modified_ns;   /* platform time */
    json_t *api;           /* what the API was told beyond that; NULL: nothing */
};

struct function_record {
    unsigned refs;
    struct function_key key;
    const char *arn; /* unqualified for $LATEST */
    const char *code_digest;
    const char *code_sha256;
    uint64_t code_size;
    unsigned timeout_s;
    bool is_per_tenant;  /* each tenant has environments of its own */
    int64_t modified_ns; /* platform time */
    json_t *api; /* as the API room made it; never changed; NULL: from a command line */
    struct environment_config config; /* what an environment needs of it */
    char revision[37];
};

/* -EINVAL with a sentence when a setting is outside the service's limits. */
int record_new(const struct function_settings *settings, struct function_record **ret,
               struct lamb_err *err);
struct function_record *record_ref(struct function_record *record);
void record_unref(struct function_record *record);

/* As stored: one JSON object. TASK_DIR is not stored, it follows from the digest;
 * CODE (NULL: they stay) says where the folders of layers are now. */
int record_to_json(const struct function_record *record, struct lamb_buf *ret);
int record_from_json(const struct function_key *key, struct lamb_span json,
                     const char *task_dir, struct code_store *code,
                     struct function_record **ret, struct lamb_err *err);

#endif
