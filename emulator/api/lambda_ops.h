/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_LAMBDA_OPS_H
#define LAMB_EMULATOR_API_LAMBDA_OPS_H

/*
 * lambda_ops - the operations that manage functions, and what their files share. The
 * table of them is in op_table.c.
 *
 * Owns:    nothing.
 * Never:   is included outside this room.
 * Threads: loop thread only.
 */

#include "emulator/api/op.h"

/* Name in the API, function, how it begins, whether it changes something. */
#define LAMBDA_OPS(X)                                                                  \
    X("CreateFunction", lambda_create_function, lambda_create_function_prepare, true)  \
    X("GetFunction", lambda_get_function, NULL, false)                                 \
    X("GetFunctionConfiguration", lambda_get_function_configuration, NULL, false)      \
    X("UpdateFunctionCode", lambda_update_function_code,                               \
      lambda_update_function_code_prepare, true)                                       \
    X("UpdateFunctionConfiguration", lambda_update_function_configuration, NULL, true) \
    X("DeleteFunction", lambda_delete_function, NULL, true)                            \
    X("ListFunctions", lambda_list_functions, NULL, false)                             \
    X("PublishVersion", lambda_publish_version, NULL, true)                            \
    X("ListVersionsByFunction", lambda_list_versions_by_function, NULL, false)         \
    X("CreateAlias", lambda_create_alias, NULL, true)                                  \
    X("GetAlias", lambda_get_alias, NULL, false)                                       \
    X("UpdateAlias", lambda_update_alias, NULL, true)                                  \
    X("DeleteAlias", lambda_delete_alias, NULL, true)                                  \
    X("ListAliases", lambda_list_aliases, NULL, false)                                 \
    X("PublishLayerVersion", lambda_publish_layer_version,                             \
      lambda_publish_layer_version_prepare, true)                                      \
    X("GetLayerVersion", lambda_get_layer_version, NULL, false)                        \
    X("GetLayerVersionByArn", lambda_get_layer_version_by_arn, NULL, false)            \
    X("ListLayerVersions", lambda_list_layer_versions, NULL, false)                    \
    X("ListLayers", lambda_list_layers, NULL, false)                                   \
    X("DeleteLayerVersion", lambda_delete_layer_version, NULL, true)                   \
    X("AddLayerVersionPermission", lambda_add_layer_version_permission, NULL, true)    \
    X("GetLayerVersionPolicy", lambda_get_layer_version_policy, NULL, false)           \
    X("RemoveLayerVersionPermission", lambda_remove_layer_version_permission, NULL,    \
      true)                                                                            \
    X("AddPermission", lambda_add_permission, NULL, true)                              \
    X("GetPolicy", lambda_get_policy, NULL, false)                                     \
    X("RemovePermission", lambda_remove_permission, NULL, true)                        \
    X("TagResource", lambda_tag_resource, NULL, true)                                  \
    X("UntagResource", lambda_untag_resource, NULL, true)                              \
    X("ListTags", lambda_list_tags, NULL, false)                                       \
    X("GetFunctionRecursionConfig", lambda_get_function_recursion_config, NULL, false) \
    X("PutFunctionRecursionConfig", lambda_put_function_recursion_config, NULL, true)  \
    X("GetRuntimeManagementConfig", lambda_get_runtime_management_config, NULL, false) \
    X("PutRuntimeManagementConfig", lambda_put_runtime_management_config, NULL, true)  \
    X("GetFunctionCodeSigningConfig", lambda_get_function_code_signing_config, NULL,   \
      false)                                                                           \
    X("PutFunctionConcurrency", lambda_put_function_concurrency, NULL, true)           \
    X("GetFunctionConcurrency", lambda_get_function_concurrency, NULL, false)          \
    X("DeleteFunctionConcurrency", lambda_delete_function_concurrency, NULL, true)     \
    X("PutProvisionedConcurrencyConfig", lambda_put_provisioned_concurrency_config,    \
      NULL, true)                                                                      \
    X("GetProvisionedConcurrencyConfig", lambda_get_provisioned_concurrency_config,    \
      NULL, false)                                                                     \
    X("ListProvisionedConcurrencyConfigs",                                             \
      lambda_list_provisioned_concurrency_configs, NULL, false)                        \
    X("DeleteProvisionedConcurrencyConfig",                                            \
      lambda_delete_provisioned_concurrency_config, NULL, true)                        \
    X("PutFunctionEventInvokeConfig", lambda_put_function_event_invoke_config, NULL,   \
      true)                                                                            \
    X("UpdateFunctionEventInvokeConfig", lambda_update_function_event_invoke_config,   \
      NULL, true)                                                                      \
    X("GetFunctionEventInvokeConfig", lambda_get_function_event_invoke_config, NULL,   \
      false)                                                                           \
    X("ListFunctionEventInvokeConfigs", lambda_list_function_event_invoke_configs,     \
      NULL, false)                                                                     \
    X("DeleteFunctionEventInvokeConfig", lambda_delete_function_event_invoke_config,   \
      NULL, true)                                                                      \
    X("CreateEventSourceMapping", lambda_create_event_source_mapping, NULL, true)      \
    X("GetEventSourceMapping", lambda_get_event_source_mapping, NULL, false)           \
    X("UpdateEventSourceMapping", lambda_update_event_source_mapping, NULL, true)      \
    X("DeleteEventSourceMapping", lambda_delete_event_source_mapping, NULL, true)      \
    X("ListEventSourceMappings", lambda_list_event_source_mappings, NULL, false)       \
    X("CreateFunctionUrlConfig", lambda_create_function_url_config, NULL, true)        \
    X("GetFunctionUrlConfig", lambda_get_function_url_config, NULL, false)             \
    X("UpdateFunctionUrlConfig", lambda_update_function_url_config, NULL, true)        \
    X("DeleteFunctionUrlConfig", lambda_delete_function_url_config, NULL, true)        \
    X("ListFunctionUrlConfigs", lambda_list_function_url_configs, NULL, false)

#define LAMBDA_OP(name, fn, prepare, is_change) void fn(struct op *op);
LAMBDA_OPS(LAMBDA_OP)
void lambda_create_function_prepare(struct op *op);
void lambda_update_function_code_prepare(struct op *op);
void lambda_publish_layer_version_prepare(struct op *op);

/* lambda_functions.c: the version that name and qualifier mean; NULL: it is answered.
 */
struct function_record *find_qualified(struct op *op);

/* lambda_mappings.c: a deleted one is gone when its deletion has settled. */
bool mapping_is_gone(const struct op *op, const json_t *mapping);

/* lambda_settings.c: let CHANGE give the function another revision. */
void touch_function(struct op *op, struct change *change);

/* lambda_functions.c: the document of the function; a copy, a new one where there is
 * none; and into CHANGE with it (one reference given). */
json_t *function_document(const struct op *op);
void put_function_document(struct op *op, struct change *change, json_t *document);

/* Records of the account and region of OP, of one function or of all. */
struct record_list {
    const struct op *op;
    const char *name; /* NULL: of all */
    bool has_versions;
    struct function_record *
        *records; /* borrowed until the next change; free the list */
    size_t n;
    size_t cap;
};
bool record_list_fill(struct record_list *list); /* false: no memory */

/* lambda_versions.c */
unsigned next_version(const struct op *op);
/* VERSION is given out, says the document of the function from now on. */
void count_version(json_t *document, unsigned version);
/* The record of a version like LATEST; NULL: it is answered. */
struct function_record *version_record(struct op *op,
                                       const struct function_record *latest,
                                       unsigned version, bool is_created);

#endif
