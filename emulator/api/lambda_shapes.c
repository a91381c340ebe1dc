/* SPDX-License-Identifier: Apache-2.0 */
/* Made by scripts/make-shapes.py from the API model; change that. */
#include "emulator/api/shape.h"

#include <stddef.h>

static const struct shape shape_function_name = {
    .name = "FunctionName",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 140,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
               "?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|["
               "a-zA-Z0-9-_]+))?",
    .regex = "^((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
             "?-[a-z]+-[0-9]{1}:)?([0-9]{12}:)?(function:)?([a-zA-Z0-9_-]+)(:(\\$"
             "LATEST|[a-zA-Z0-9_-]+))?)$"
};
static const struct shape shape_runtime = { .name = "Runtime", .type = SHAPE_STRING };
static const struct shape shape_role_arn = {
    .name = "RoleArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 10000,
    .pattern = "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
    .regex = "^(arn:(aws[a-zA-Z-]*)?:iam::[0-9]{12}:role/?[a-zA-Z_0-9+=,.@_/-]+)$"
};
static const struct shape shape_handler = { .name = "Handler",
                                            .type = SHAPE_STRING,
                                            .has_min = true,
                                            .min = 0,
                                            .has_max = true,
                                            .max = 128,
                                            .pattern = "[^\\s]+",
                                            .regex = "^([^[:space:]]+)$" };
static const struct shape shape_blob = { .name = "Blob", .type = SHAPE_BLOB };
static const struct shape shape_s3_bucket = {
    .name = "S3Bucket",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 3,
    .has_max = true,
    .max = 63,
    .pattern = "[0-9A-Za-z\\.\\-_]*(?<!\\.)",
    .regex = "^(([0-9A-Za-z._-]*[0-9A-Za-z_-])?)$"
};
static const struct shape shape_s3_key = { .name = "S3Key",
                                           .type = SHAPE_STRING,
                                           .has_min = true,
                                           .min = 1,
                                           .has_max = true,
                                           .max = 1024,
                                           .pattern = ".*",
                                           .regex = "^([^\n\r]*)$" };
static const struct shape shape_s3_object_version = { .name = "S3ObjectVersion",
                                                      .type = SHAPE_STRING,
                                                      .has_min = true,
                                                      .min = 1,
                                                      .has_max = true,
                                                      .max = 1024,
                                                      .pattern = ".*",
                                                      .regex = "^([^\n\r]*)$" };
static const struct shape shape_s3_object_storage_mode = {
    .name = "S3ObjectStorageMode",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "COPY", "REFERENCE", NULL }
};
static const struct shape shape_string = { .name = "String", .type = SHAPE_STRING };
static const struct shape shape_kms_key_arn = {
    .name = "KMSKeyArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 10000,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
    .regex = "^((arn:(aws[a-zA-Z-]*)?:[a-z0-9.-]+:[^\n\r]*)|())$"
};
static const struct shape shape_function_code = {
    .name = "FunctionCode",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "ZipFile", &shape_blob, IN_BODY, "ZipFile", false },
            { "S3Bucket", &shape_s3_bucket, IN_BODY, "S3Bucket", false },
            { "S3Key", &shape_s3_key, IN_BODY, "S3Key", false },
            { "S3ObjectVersion", &shape_s3_object_version, IN_BODY, "S3ObjectVersion",
              false },
            { "S3ObjectStorageMode", &shape_s3_object_storage_mode, IN_BODY,
              "S3ObjectStorageMode", false },
            { "ImageUri", &shape_string, IN_BODY, "ImageUri", false },
            { "SourceKMSKeyArn", &shape_kms_key_arn, IN_BODY, "SourceKMSKeyArn",
              false } },
    .n_members = 7
};
static const struct shape shape_description = { .name = "Description",
                                                .type = SHAPE_STRING,
                                                .has_min = true,
                                                .min = 0,
                                                .has_max = true,
                                                .max = 256 };
static const struct shape shape_timeout = { .name = "Timeout",
                                            .type = SHAPE_INTEGER,
                                            .has_min = true,
                                            .min = 1,
                                            .has_max = true,
                                            .max = 900 };
static const struct shape shape_memory_size = {
    .name = "MemorySize", .type = SHAPE_INTEGER, .has_min = true, .min = 128
};
static const struct shape shape_boolean = { .name = "Boolean", .type = SHAPE_BOOLEAN };
static const struct shape shape_function_version_latest_published = {
    .name = "FunctionVersionLatestPublished",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "LATEST_PUBLISHED", NULL }
};
static const struct shape shape_subnet_id = { .name = "SubnetId",
                                              .type = SHAPE_STRING,
                                              .has_min = true,
                                              .min = 0,
                                              .has_max = true,
                                              .max = 1024,
                                              .pattern = "subnet-[0-9a-z]*",
                                              .regex = "^(subnet-[0-9a-z]*)$" };
static const struct shape shape_subnet_ids = { .name = "SubnetIds",
                                               .type = SHAPE_LIST,
                                               .has_min = true,
                                               .min = 0,
                                               .has_max = true,
                                               .max = 16,
                                               .flags = SHAPE_NULL_UNSAID,
                                               .element = &shape_subnet_id };
static const struct shape shape_security_group_id = { .name = "SecurityGroupId",
                                                      .type = SHAPE_STRING,
                                                      .has_min = true,
                                                      .min = 0,
                                                      .has_max = true,
                                                      .max = 1024,
                                                      .pattern = "sg-[0-9a-zA-Z]*",
                                                      .regex = "^(sg-[0-9a-zA-Z]*)$" };
static const struct shape shape_security_group_ids = { .name = "SecurityGroupIds",
                                                       .type = SHAPE_LIST,
                                                       .has_min = true,
                                                       .min = 0,
                                                       .has_max = true,
                                                       .max = 5,
                                                       .flags = SHAPE_NULL_UNSAID,
                                                       .element =
                                                           &shape_security_group_id };
static const struct shape shape_nullable_boolean = { .name = "NullableBoolean",
                                                     .type = SHAPE_BOOLEAN };
static const struct shape shape_vpc_config = {
    .name = "VpcConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "SubnetIds", &shape_subnet_ids, IN_BODY, "SubnetIds", false },
            { "SecurityGroupIds", &shape_security_group_ids, IN_BODY,
              "SecurityGroupIds", false },
            { "Ipv6AllowedForDualStack", &shape_nullable_boolean, IN_BODY,
              "Ipv6AllowedForDualStack", false } },
    .n_members = 3
};
static const struct shape shape_package_type = { .name = "PackageType",
                                                 .type = SHAPE_STRING,
                                                 .values = (const char *const[]){
                                                     "Zip", "Image", NULL } };
static const struct shape shape_resource_arn = {
    .name = "ResourceArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 10000,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
    .regex = "^((arn:(aws[a-zA-Z-]*)?:[a-z0-9.-]+:[^\n\r]*)|())$"
};
static const struct shape shape_dead_letter_config = {
    .name = "DeadLetterConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "TargetArn", &shape_resource_arn, IN_BODY,
                                          "TargetArn", false } },
    .n_members = 1
};
static const struct shape shape_environment_variable_name = {
    .name = "EnvironmentVariableName",
    .type = SHAPE_STRING,
    .pattern = "[a-zA-Z]([a-zA-Z0-9_])+",
    .regex = "^([a-zA-Z]([a-zA-Z0-9_])+)$"
};
static const struct shape shape_environment_variable_value = {
    .name = "EnvironmentVariableValue", .type = SHAPE_STRING
};
static const struct shape shape_environment_variables = {
    .name = "EnvironmentVariables",
    .type = SHAPE_MAP,
    .element = &shape_environment_variable_value,
    .key = &shape_environment_variable_name
};
static const struct shape shape_environment = {
    .name = "Environment",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Variables", &shape_environment_variables,
                                          IN_BODY, "Variables", false } },
    .n_members = 1
};
static const struct shape shape_tracing_mode = { .name = "TracingMode",
                                                 .type = SHAPE_STRING,
                                                 .values = (const char *const[]){
                                                     "Active", "PassThrough", NULL } };
static const struct shape shape_tracing_config = {
    .name = "TracingConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Mode", &shape_tracing_mode, IN_BODY, "Mode",
                                          false } },
    .n_members = 1
};
static const struct shape shape_tag_key = { .name = "TagKey",
                                            .type = SHAPE_STRING,
                                            .has_min = true,
                                            .min = 1,
                                            .has_max = true,
                                            .max = 128,
                                            .pattern =
                                                "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)",
                                            .regex =
                                                "^([^]!-*,;<>?[\\^`{-~[:cntrl:]]*)$" };
static const struct shape shape_tag_value = {
    .name = "TagValue",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 256,
    .pattern = "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)",
    .regex = "^([^]!-*,;<>?[\\^`{-~[:cntrl:]]*)$"
};
static const struct shape shape_tags = { .name = "Tags",
                                         .type = SHAPE_MAP,
                                         .element = &shape_tag_value,
                                         .key = &shape_tag_key };
static const struct shape shape_layer_version_arn = {
    .name = "LayerVersionArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 2048,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-["
               "a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:"
               "lambda:::awslayer:[a-zA-Z0-9-_]+)",
    .regex = "^((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-["
             "a-z]+-[0-9]{1}:[0-9]{12}:layer:[a-zA-Z0-9_-]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:"
             "lambda:::awslayer:[a-zA-Z0-9_-]+))$"
};
static const struct shape shape_layer_list = { .name = "LayerList",
                                               .type = SHAPE_LIST,
                                               .element = &shape_layer_version_arn };
static const struct shape shape_file_system_arn = {
    .name = "FileSystemArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 256,
    .pattern = "arn:aws[a-zA-Z-]*:elasticfilesystem:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]"
               "?)))?-[a-z]+-\\d{1}:\\d{12}:access-point/"
               "fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/"
               "fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}",
    .regex = "^(arn:aws[a-zA-Z-]*:elasticfilesystem:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]"
             "?)))?-[a-z]+-[0-9]{1}:[0-9]{12}:access-point/"
             "fsap-[a-f0-9]{17}|arn:aws[a-z-]*:s3files:[0-9a-z:-]+:file-system/"
             "fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40})$"
};
static const struct shape shape_local_mount_path = { .name = "LocalMountPath",
                                                     .type = SHAPE_STRING,
                                                     .has_min = true,
                                                     .min = 0,
                                                     .has_max = true,
                                                     .max = 160,
                                                     .pattern = "/mnt/[a-zA-Z0-9-_.]+",
                                                     .regex =
                                                         "^(/mnt/[a-zA-Z0-9_.-]+)$" };
static const struct shape shape_direct_s3_read = {
    .name = "DirectS3Read",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "ENABLED", "DISABLED", "AUTO", NULL }
};
static const struct shape shape_s3_files_config = {
    .name = "S3FilesConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "DirectS3Read", &shape_direct_s3_read,
                                          IN_BODY, "DirectS3Read", false } },
    .n_members = 1
};
static const struct shape shape_file_system_config = {
    .name = "FileSystemConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Arn", &shape_file_system_arn, IN_BODY, "Arn",
                                          true },
                                        { "LocalMountPath", &shape_local_mount_path,
                                          IN_BODY, "LocalMountPath", true },
                                        { "S3FilesConfig", &shape_s3_files_config,
                                          IN_BODY, "S3FilesConfig", false } },
    .n_members = 3
};
static const struct shape shape_file_system_config_list = {
    .name = "FileSystemConfigList",
    .type = SHAPE_LIST,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 1,
    .element = &shape_file_system_config
};
static const struct shape shape_code_signing_config_arn = {
    .name = "CodeSigningConfigArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 200,
    .pattern = "arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-["
               "a-z]+-\\d{1}:\\d{12}:code-signing-config:csc-[a-z0-9]{17}",
    .regex = "^(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-["
             "a-z]+-[0-9]{1}:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17})$"
};
static const struct shape shape_string_list = { .name = "StringList",
                                                .type = SHAPE_LIST,
                                                .has_min = true,
                                                .min = 0,
                                                .has_max = true,
                                                .max = 1500,
                                                .element = &shape_string };
static const struct shape shape_working_directory = { .name = "WorkingDirectory",
                                                      .type = SHAPE_STRING,
                                                      .has_min = true,
                                                      .min = 0,
                                                      .has_max = true,
                                                      .max = 1000 };
static const struct shape shape_image_config = {
    .name = "ImageConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "EntryPoint", &shape_string_list, IN_BODY, "EntryPoint", false },
            { "Command", &shape_string_list, IN_BODY, "Command", false },
            { "WorkingDirectory", &shape_working_directory, IN_BODY, "WorkingDirectory",
              false } },
    .n_members = 3
};
static const struct shape shape_architecture = { .name = "Architecture",
                                                 .type = SHAPE_STRING,
                                                 .values = (const char *const[]){
                                                     "x86_64", "arm64", NULL } };
static const struct shape shape_architectures_list = { .name = "ArchitecturesList",
                                                       .type = SHAPE_LIST,
                                                       .has_min = true,
                                                       .min = 1,
                                                       .has_max = true,
                                                       .max = 1,
                                                       .element = &shape_architecture };
static const struct shape shape_ephemeral_storage_size = { .name =
                                                               "EphemeralStorageSize",
                                                           .type = SHAPE_INTEGER,
                                                           .has_min = true,
                                                           .min = 512,
                                                           .has_max = true,
                                                           .max = 32768 };
static const struct shape shape_ephemeral_storage = {
    .name = "EphemeralStorage",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Size", &shape_ephemeral_storage_size,
                                          IN_BODY, "Size", true } },
    .n_members = 1
};
static const struct shape shape_snap_start_apply_on = {
    .name = "SnapStartApplyOn",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "PublishedVersions", "None", NULL }
};
static const struct shape shape_snap_start = {
    .name = "SnapStart",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "ApplyOn", &shape_snap_start_apply_on,
                                          IN_BODY, "ApplyOn", false } },
    .n_members = 1
};
static const struct shape shape_log_format = { .name = "LogFormat",
                                               .type = SHAPE_STRING,
                                               .values = (const char *const[]){
                                                   "JSON", "Text", NULL } };
static const struct shape shape_application_log_level = {
    .name = "ApplicationLogLevel",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL",
                                     NULL }
};
static const struct shape shape_system_log_level = {
    .name = "SystemLogLevel",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "DEBUG", "INFO", "WARN", NULL }
};
static const struct shape shape_log_group = { .name = "LogGroup",
                                              .type = SHAPE_STRING,
                                              .has_min = true,
                                              .min = 1,
                                              .has_max = true,
                                              .max = 512,
                                              .pattern = "[\\.\\-_/#A-Za-z0-9]+",
                                              .regex = "^([._/#A-Za-z0-9-]+)$" };
static const struct shape shape_logging_config = {
    .name = "LoggingConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "LogFormat", &shape_log_format, IN_BODY, "LogFormat", false },
            { "ApplicationLogLevel", &shape_application_log_level, IN_BODY,
              "ApplicationLogLevel", false },
            { "SystemLogLevel", &shape_system_log_level, IN_BODY, "SystemLogLevel",
              false },
            { "LogGroup", &shape_log_group, IN_BODY, "LogGroup", false } },
    .n_members = 4
};
static const struct shape shape_tenant_isolation_mode = {
    .name = "TenantIsolationMode",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "PER_TENANT", NULL }
};
static const struct shape shape_tenancy_config = {
    .name = "TenancyConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "TenantIsolationMode", &shape_tenant_isolation_mode,
                                   IN_BODY, "TenantIsolationMode", true } },
    .n_members = 1
};
static const struct shape shape_capacity_provider_arn = {
    .name = "CapacityProviderArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 140,
    .pattern = "arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]"
               "+-\\d{1}:\\d{12}:capacity-provider:[a-zA-Z0-9-_]+",
    .regex = "^(arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]"
             "+-[0-9]{1}:[0-9]{12}:capacity-provider:[a-zA-Z0-9_-]+)$"
};
static const struct shape shape_per_execution_environment_max_concurrency = {
    .name = "PerExecutionEnvironmentMaxConcurrency",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 1600
};
static const struct shape shape_execution_environment_memory_gi_b_per_v_cpu = {
    .name = "ExecutionEnvironmentMemoryGiBPerVCpu",
    .type = SHAPE_DOUBLE,
    .has_min = true,
    .min = 2,
    .has_max = true,
    .max = 8
};
static const struct shape shape_lambda_managed_instances_capacity_provider_config = {
    .name = "LambdaManagedInstancesCapacityProviderConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "CapacityProviderArn", &shape_capacity_provider_arn, IN_BODY,
              "CapacityProviderArn", true },
            { "PerExecutionEnvironmentMaxConcurrency",
              &shape_per_execution_environment_max_concurrency, IN_BODY,
              "PerExecutionEnvironmentMaxConcurrency", false },
            { "ExecutionEnvironmentMemoryGiBPerVCpu",
              &shape_execution_environment_memory_gi_b_per_v_cpu, IN_BODY,
              "ExecutionEnvironmentMemoryGiBPerVCpu", false } },
    .n_members = 3
};
static const struct shape shape_capacity_provider_config = {
    .name = "CapacityProviderConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "LambdaManagedInstancesCapacityProviderConfig",
              &shape_lambda_managed_instances_capacity_provider_config, IN_BODY,
              "LambdaManagedInstancesCapacityProviderConfig", true } },
    .n_members = 1
};
static const struct shape shape_retention_period_in_days = {
    .name = "RetentionPeriodInDays",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 90
};
static const struct shape shape_execution_timeout = { .name = "ExecutionTimeout",
                                                      .type = SHAPE_INTEGER,
                                                      .has_min = true,
                                                      .min = 1,
                                                      .has_max = true,
                                                      .max = 31622400 };
static const struct shape shape_durable_config = {
    .name = "DurableConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "KMSKeyArn", &shape_kms_key_arn, IN_BODY, "KMSKeyArn", false },
            { "RetentionPeriodInDays", &shape_retention_period_in_days, IN_BODY,
              "RetentionPeriodInDays", false },
            { "ExecutionTimeout", &shape_execution_timeout, IN_BODY, "ExecutionTimeout",
              false } },
    .n_members = 3
};
static const struct shape shape_function_runtime_arn = {
    .name = "FunctionRuntimeArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 48,
    .has_max = true,
    .max = 2048,
    .pattern = "arn:[a-z-]+:lambda:[a-z0-9-]+:\\d{12}:runtime/.+",
    .regex = "^(arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:runtime/[^\n\r]+)$"
};
static const struct shape shape_function_runtime_alias = { .name =
                                                               "FunctionRuntimeAlias",
                                                           .type = SHAPE_STRING,
                                                           .has_min = true,
                                                           .min = 1,
                                                           .has_max = true,
                                                           .max = 128 };
static const struct shape shape_function_runtime_config = {
    .name = "FunctionRuntimeConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "RuntimeArn", &shape_function_runtime_arn,
                                          IN_BODY, "RuntimeArn", true },
                                        { "RuntimeAlias", &shape_function_runtime_alias,
                                          IN_BODY, "RuntimeAlias", true } },
    .n_members = 2
};
static const struct shape shape_accelerator_memory_gb = { .name = "AcceleratorMemoryGB",
                                                          .type = SHAPE_INTEGER };
static const struct shape shape_accelerator_config = {
    .name = "AcceleratorConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "AcceleratorMemorySize",
                                          &shape_accelerator_memory_gb, IN_BODY,
                                          "AcceleratorMemorySize", true } },
    .n_members = 1
};
static const struct shape shape_create_function_request = {
    .name = "CreateFunctionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_BODY, "FunctionName", true },
            { "Runtime", &shape_runtime, IN_BODY, "Runtime", false },
            { "Role", &shape_role_arn, IN_BODY, "Role", true },
            { "Handler", &shape_handler, IN_BODY, "Handler", false },
            { "Code", &shape_function_code, IN_BODY, "Code", true },
            { "Description", &shape_description, IN_BODY, "Description", false },
            { "Timeout", &shape_timeout, IN_BODY, "Timeout", false },
            { "MemorySize", &shape_memory_size, IN_BODY, "MemorySize", false },
            { "Publish", &shape_boolean, IN_BODY, "Publish", false },
            { "PublishTo", &shape_function_version_latest_published, IN_BODY,
              "PublishTo", false },
            { "VpcConfig", &shape_vpc_config, IN_BODY, "VpcConfig", false },
            { "PackageType", &shape_package_type, IN_BODY, "PackageType", false },
            { "DeadLetterConfig", &shape_dead_letter_config, IN_BODY,
              "DeadLetterConfig", false },
            { "Environment", &shape_environment, IN_BODY, "Environment", false },
            { "KMSKeyArn", &shape_kms_key_arn, IN_BODY, "KMSKeyArn", false },
            { "TracingConfig", &shape_tracing_config, IN_BODY, "TracingConfig", false },
            { "Tags", &shape_tags, IN_BODY, "Tags", false },
            { "Layers", &shape_layer_list, IN_BODY, "Layers", false },
            { "FileSystemConfigs", &shape_file_system_config_list, IN_BODY,
              "FileSystemConfigs", false },
            { "CodeSigningConfigArn", &shape_code_signing_config_arn, IN_BODY,
              "CodeSigningConfigArn", false },
            { "ImageConfig", &shape_image_config, IN_BODY, "ImageConfig", false },
            { "Architectures", &shape_architectures_list, IN_BODY, "Architectures",
              false },
            { "EphemeralStorage", &shape_ephemeral_storage, IN_BODY, "EphemeralStorage",
              false },
            { "SnapStart", &shape_snap_start, IN_BODY, "SnapStart", false },
            { "LoggingConfig", &shape_logging_config, IN_BODY, "LoggingConfig", false },
            { "TenancyConfig", &shape_tenancy_config, IN_BODY, "TenancyConfig", false },
            { "CapacityProviderConfig", &shape_capacity_provider_config, IN_BODY,
              "CapacityProviderConfig", false },
            { "DurableConfig", &shape_durable_config, IN_BODY, "DurableConfig", false },
            { "RuntimeConfig", &shape_function_runtime_config, IN_BODY, "RuntimeConfig",
              false },
            { "AcceleratorConfig", &shape_accelerator_config, IN_BODY,
              "AcceleratorConfig", false } },
    .n_members = 30
};
static const struct shape shape_namespaced_function_name = {
    .name = "NamespacedFunctionName",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 256,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
               "?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$"
               "LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
    .regex = "^((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
             "?-[a-z]+-[0-9]{1}:)?([0-9]{12}:)?(function:)?([a-zA-Z0-9_.-]+)(:(\\$"
             "LATEST(\\.PUBLISHED)?|[a-zA-Z0-9_-]+))?)$"
};
static const struct shape shape_numeric_latest_published_or_alias_qualifier = {
    .name = "NumericLatestPublishedOrAliasQualifier",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 128,
    .pattern = "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
    .regex = "^(\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9_$-]+)$"
};
static const struct shape shape_get_function_request = {
    .name = "GetFunctionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_get_function_configuration_request = {
    .name = "GetFunctionConfigurationRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_update_function_code_request = {
    .name = "UpdateFunctionCodeRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "ZipFile", &shape_blob, IN_BODY, "ZipFile", false },
            { "S3Bucket", &shape_s3_bucket, IN_BODY, "S3Bucket", false },
            { "S3Key", &shape_s3_key, IN_BODY, "S3Key", false },
            { "S3ObjectVersion", &shape_s3_object_version, IN_BODY, "S3ObjectVersion",
              false },
            { "S3ObjectStorageMode", &shape_s3_object_storage_mode, IN_BODY,
              "S3ObjectStorageMode", false },
            { "ImageUri", &shape_string, IN_BODY, "ImageUri", false },
            { "Architectures", &shape_architectures_list, IN_BODY, "Architectures",
              false },
            { "Publish", &shape_boolean, IN_BODY, "Publish", false },
            { "PublishTo", &shape_function_version_latest_published, IN_BODY,
              "PublishTo", false },
            { "DryRun", &shape_boolean, IN_BODY, "DryRun", false },
            { "RevisionId", &shape_string, IN_BODY, "RevisionId", false },
            { "SourceKMSKeyArn", &shape_kms_key_arn, IN_BODY, "SourceKMSKeyArn",
              false } },
    .n_members = 13
};
static const struct shape shape_update_function_configuration_request = {
    .name = "UpdateFunctionConfigurationRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Role", &shape_role_arn, IN_BODY, "Role", false },
            { "Handler", &shape_handler, IN_BODY, "Handler", false },
            { "Description", &shape_description, IN_BODY, "Description", false },
            { "Timeout", &shape_timeout, IN_BODY, "Timeout", false },
            { "MemorySize", &shape_memory_size, IN_BODY, "MemorySize", false },
            { "VpcConfig", &shape_vpc_config, IN_BODY, "VpcConfig", false },
            { "Environment", &shape_environment, IN_BODY, "Environment", false },
            { "Runtime", &shape_runtime, IN_BODY, "Runtime", false },
            { "DeadLetterConfig", &shape_dead_letter_config, IN_BODY,
              "DeadLetterConfig", false },
            { "KMSKeyArn", &shape_kms_key_arn, IN_BODY, "KMSKeyArn", false },
            { "TracingConfig", &shape_tracing_config, IN_BODY, "TracingConfig", false },
            { "RevisionId", &shape_string, IN_BODY, "RevisionId", false },
            { "Layers", &shape_layer_list, IN_BODY, "Layers", false },
            { "FileSystemConfigs", &shape_file_system_config_list, IN_BODY,
              "FileSystemConfigs", false },
            { "ImageConfig", &shape_image_config, IN_BODY, "ImageConfig", false },
            { "EphemeralStorage", &shape_ephemeral_storage, IN_BODY, "EphemeralStorage",
              false },
            { "SnapStart", &shape_snap_start, IN_BODY, "SnapStart", false },
            { "LoggingConfig", &shape_logging_config, IN_BODY, "LoggingConfig", false },
            { "CapacityProviderConfig", &shape_capacity_provider_config, IN_BODY,
              "CapacityProviderConfig", false },
            { "DurableConfig", &shape_durable_config, IN_BODY, "DurableConfig", false },
            { "RuntimeConfig", &shape_function_runtime_config, IN_BODY, "RuntimeConfig",
              false },
            { "AcceleratorConfig", &shape_accelerator_config, IN_BODY,
              "AcceleratorConfig", false } },
    .n_members = 23
};
static const struct shape shape_delete_function_request = {
    .name = "DeleteFunctionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_master_region = {
    .name = "MasterRegion",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 50,
    .pattern = "ALL|(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}",
    .regex = "^(ALL|(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-[0-9]{1})$"
};
static const struct shape shape_function_version = { .name = "FunctionVersion",
                                                     .type = SHAPE_STRING,
                                                     .values = (const char *const[]){
                                                         "ALL", NULL } };
static const struct shape shape_max_list_items = { .name = "MaxListItems",
                                                   .type = SHAPE_INTEGER,
                                                   .has_min = true,
                                                   .min = 1,
                                                   .has_max = true,
                                                   .max = 10000 };
static const struct shape shape_list_functions_request = {
    .name = "ListFunctionsRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "MasterRegion", &shape_master_region, IN_QUERY, "MasterRegion", false },
            { "FunctionVersion", &shape_function_version, IN_QUERY, "FunctionVersion",
              false },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_list_items, IN_QUERY, "MaxItems", false } },
    .n_members = 4
};
static const struct shape shape_publish_version_request = {
    .name = "PublishVersionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "CodeSha256", &shape_string, IN_BODY, "CodeSha256", false },
            { "Description", &shape_description, IN_BODY, "Description", false },
            { "RevisionId", &shape_string, IN_BODY, "RevisionId", false },
            { "PublishTo", &shape_function_version_latest_published, IN_BODY,
              "PublishTo", false } },
    .n_members = 5
};
static const struct shape shape_list_versions_by_function_request = {
    .name = "ListVersionsByFunctionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_namespaced_function_name, IN_PATH, "FunctionName",
              true },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_list_items, IN_QUERY, "MaxItems", false } },
    .n_members = 3
};
static const struct shape shape_alias = { .name = "Alias",
                                          .type = SHAPE_STRING,
                                          .has_min = true,
                                          .min = 1,
                                          .has_max = true,
                                          .max = 128,
                                          .pattern = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)",
                                          .regex = "^(([a-zA-Z0-9_-]+))$",
                                          .flags = SHAPE_NOT_A_NUMBER };
static const struct shape shape_version_with_latest_published = {
    .name = "VersionWithLatestPublished",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 1024,
    .pattern = "(\\$LATEST(\\.PUBLISHED)?|[0-9]+)",
    .regex = "^((\\$LATEST(\\.PUBLISHED)?|[0-9]+))$"
};
static const struct shape shape_additional_version = { .name = "AdditionalVersion",
                                                       .type = SHAPE_STRING,
                                                       .has_min = true,
                                                       .min = 1,
                                                       .has_max = true,
                                                       .max = 1024,
                                                       .pattern = "[0-9]+",
                                                       .regex = "^([0-9]+)$" };
static const struct shape shape_weight = { .name = "Weight",
                                           .type = SHAPE_DOUBLE,
                                           .has_min = true,
                                           .min = 0,
                                           .has_max = true,
                                           .max = 1 };
static const struct shape shape_additional_version_weights = {
    .name = "AdditionalVersionWeights",
    .type = SHAPE_MAP,
    .element = &shape_weight,
    .key = &shape_additional_version
};
static const struct shape shape_alias_routing_configuration = {
    .name = "AliasRoutingConfiguration",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "AdditionalVersionWeights",
                                          &shape_additional_version_weights, IN_BODY,
                                          "AdditionalVersionWeights", false } },
    .n_members = 1
};
static const struct shape shape_create_alias_request = {
    .name = "CreateAliasRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Name", &shape_alias, IN_BODY, "Name", true },
            { "FunctionVersion", &shape_version_with_latest_published, IN_BODY,
              "FunctionVersion", true },
            { "Description", &shape_description, IN_BODY, "Description", false },
            { "RoutingConfig", &shape_alias_routing_configuration, IN_BODY,
              "RoutingConfig", false } },
    .n_members = 5
};
static const struct shape shape_get_alias_request = {
    .name = "GetAliasRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Name", &shape_alias, IN_PATH, "Name", true } },
    .n_members = 2
};
static const struct shape shape_update_alias_request = {
    .name = "UpdateAliasRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Name", &shape_alias, IN_PATH, "Name", true },
            { "FunctionVersion", &shape_version_with_latest_published, IN_BODY,
              "FunctionVersion", false },
            { "Description", &shape_description, IN_BODY, "Description", false },
            { "RoutingConfig", &shape_alias_routing_configuration, IN_BODY,
              "RoutingConfig", false },
            { "RevisionId", &shape_string, IN_BODY, "RevisionId", false } },
    .n_members = 6
};
static const struct shape shape_delete_alias_request = {
    .name = "DeleteAliasRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Name", &shape_alias, IN_PATH, "Name", true } },
    .n_members = 2
};
static const struct shape shape_list_aliases_request = {
    .name = "ListAliasesRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "FunctionVersion", &shape_version_with_latest_published, IN_QUERY,
              "FunctionVersion", false },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_list_items, IN_QUERY, "MaxItems", false } },
    .n_members = 4
};
static const struct shape shape_layer_name_or_arn = {
    .name = "LayerNameOrArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 2048,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-["
               "a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]{1,140}|[a-zA-Z0-9-_]{1,140})",
    .regex =
        "^((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+"
        "-[0-9]{1}:[0-9]{12}:layer:[a-zA-Z0-9_-]{1,140}|[a-zA-Z0-9_-]{1,140}))$"
};
static const struct shape shape_layer_version_content_input = {
    .name = "LayerVersionContentInput",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "S3Bucket", &shape_s3_bucket, IN_BODY, "S3Bucket", false },
            { "S3Key", &shape_s3_key, IN_BODY, "S3Key", false },
            { "S3ObjectVersion", &shape_s3_object_version, IN_BODY, "S3ObjectVersion",
              false },
            { "S3ObjectStorageMode", &shape_s3_object_storage_mode, IN_BODY,
              "S3ObjectStorageMode", false },
            { "ZipFile", &shape_blob, IN_BODY, "ZipFile", false } },
    .n_members = 5
};
static const struct shape shape_layer_runtime = {
    .name = "LayerRuntime",
    .type = SHAPE_STRING,
    .values =
        (const char *const[]){
            "nodejs20.x", "python3.14", "provided.al2023", "python3.12",   "python3.13",
            "nodejs24.x", "nodejs22.x", "java25",          "python3.10",   "python3.11",
            "java21",     "ruby3.3",    "ruby3.4",         "ruby3.2",      "python3.8",
            "python3.9",  "java17",     "nodejs16.x",      "dotnet10",     "dotnet8",
            "java11",     "dotnet6",    "nodejs18.x",      "provided.al2", "java8.al2",
            NULL },
    .unsaid =
        (const char *const[]){
            "nodejs",        "nodejs4.3",     "nodejs6.10",    "nodejs8.10",
            "nodejs10.x",    "nodejs12.x",    "nodejs14.x",    "java8",
            "python2.7",     "python3.6",     "python3.7",     "dotnetcore1.0",
            "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "nodejs4.3-edge",
            "go1.x",         "ruby2.5",       "ruby2.7",       "ruby4.0",
            "provided",      "nodejs26.x",    "python3.15",    "java8.al2023",
            "java11.al2023", "java17.al2023", "custom",        NULL }
};
static const struct shape shape_compatible_runtimes = { .name = "CompatibleRuntimes",
                                                        .type = SHAPE_LIST,
                                                        .has_min = true,
                                                        .min = 0,
                                                        .has_max = true,
                                                        .max = 15,
                                                        .flags = SHAPE_ENUM_PLAIN,
                                                        .element =
                                                            &shape_layer_runtime };
static const struct shape shape_license_info = { .name = "LicenseInfo",
                                                 .type = SHAPE_STRING,
                                                 .has_min = true,
                                                 .min = 0,
                                                 .has_max = true,
                                                 .max = 512,
                                                 .pattern = ".*",
                                                 .regex = "^([^\n\r]*)$" };
static const struct shape shape_compatible_architectures = {
    .name = "CompatibleArchitectures",
    .type = SHAPE_LIST,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 2,
    .element = &shape_architecture
};
static const struct shape shape_publish_layer_version_request = {
    .name = "PublishLayerVersionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "LayerName", &shape_layer_name_or_arn, IN_PATH, "LayerName", true },
            { "Description", &shape_description, IN_BODY, "Description", false },
            { "Content", &shape_layer_version_content_input, IN_BODY, "Content", true },
            { "CompatibleRuntimes", &shape_compatible_runtimes, IN_BODY,
              "CompatibleRuntimes", false },
            { "LicenseInfo", &shape_license_info, IN_BODY, "LicenseInfo", false },
            { "CompatibleArchitectures", &shape_compatible_architectures, IN_BODY,
              "CompatibleArchitectures", false } },
    .n_members = 6
};
static const struct shape shape_layer_version_number = { .name = "LayerVersionNumber",
                                                         .type = SHAPE_LONG };
static const struct shape shape_get_layer_version_request = {
    .name = "GetLayerVersionRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "LayerName", &shape_layer_name_or_arn,
                                          IN_PATH, "LayerName", true },
                                        { "VersionNumber", &shape_layer_version_number,
                                          IN_PATH, "VersionNumber", true } },
    .n_members = 2
};
static const struct shape shape_get_layer_version_by_arn_request = {
    .name = "GetLayerVersionByArnRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Arn", &shape_layer_version_arn, IN_QUERY,
                                          "Arn", true } },
    .n_members = 1
};
static const struct shape shape_max_layer_list_items = { .name = "MaxLayerListItems",
                                                         .type = SHAPE_INTEGER,
                                                         .has_min = true,
                                                         .min = 1,
                                                         .has_max = true,
                                                         .max = 50 };
static const struct shape shape_list_layer_versions_request = {
    .name = "ListLayerVersionsRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "CompatibleArchitecture", &shape_architecture, IN_QUERY,
              "CompatibleArchitecture", false },
            { "CompatibleRuntime", &shape_layer_runtime, IN_QUERY, "CompatibleRuntime",
              false },
            { "LayerName", &shape_layer_name_or_arn, IN_PATH, "LayerName", true },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_layer_list_items, IN_QUERY, "MaxItems", false } },
    .n_members = 5
};
static const struct shape shape_list_layers_request = {
    .name = "ListLayersRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "CompatibleArchitecture", &shape_architecture, IN_QUERY,
              "CompatibleArchitecture", false },
            { "CompatibleRuntime", &shape_layer_runtime, IN_QUERY, "CompatibleRuntime",
              false },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_layer_list_items, IN_QUERY, "MaxItems", false } },
    .n_members = 4
};
static const struct shape shape_delete_layer_version_request = {
    .name = "DeleteLayerVersionRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "LayerName", &shape_layer_name_or_arn,
                                          IN_PATH, "LayerName", true },
                                        { "VersionNumber", &shape_layer_version_number,
                                          IN_PATH, "VersionNumber", true } },
    .n_members = 2
};
static const struct shape shape_statement_id = { .name = "StatementId",
                                                 .type = SHAPE_STRING,
                                                 .has_min = true,
                                                 .min = 1,
                                                 .has_max = true,
                                                 .max = 100,
                                                 .pattern = "([a-zA-Z0-9-_]+)",
                                                 .regex = "^(([a-zA-Z0-9_-]+))$" };
static const struct shape shape_layer_permission_allowed_action = {
    .name = "LayerPermissionAllowedAction",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 22,
    .pattern = "lambda:GetLayerVersion",
    .regex = "^(lambda:GetLayerVersion)$"
};
static const struct shape shape_layer_permission_allowed_principal = {
    .name = "LayerPermissionAllowedPrincipal",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 10000,
    .pattern = "\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root",
    .regex = "^([0-9]{12}|\\*|arn:(aws[a-zA-Z-]*):iam::[0-9]{12}:root)$"
};
static const struct shape shape_organization_id = { .name = "OrganizationId",
                                                    .type = SHAPE_STRING,
                                                    .has_min = true,
                                                    .min = 0,
                                                    .has_max = true,
                                                    .max = 34,
                                                    .pattern = "o-[a-z0-9]{10,32}",
                                                    .regex = "^(o-[a-z0-9]{10,32})$" };
static const struct shape shape_add_layer_version_permission_request = {
    .name = "AddLayerVersionPermissionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "LayerName", &shape_layer_name_or_arn, IN_PATH, "LayerName", true },
            { "VersionNumber", &shape_layer_version_number, IN_PATH, "VersionNumber",
              true },
            { "StatementId", &shape_statement_id, IN_BODY, "StatementId", true },
            { "Action", &shape_layer_permission_allowed_action, IN_BODY, "Action",
              true },
            { "Principal", &shape_layer_permission_allowed_principal, IN_BODY,
              "Principal", true },
            { "OrganizationId", &shape_organization_id, IN_BODY, "OrganizationId",
              false },
            { "RevisionId", &shape_string, IN_QUERY, "RevisionId", false } },
    .n_members = 7
};
static const struct shape shape_get_layer_version_policy_request = {
    .name = "GetLayerVersionPolicyRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "LayerName", &shape_layer_name_or_arn,
                                          IN_PATH, "LayerName", true },
                                        { "VersionNumber", &shape_layer_version_number,
                                          IN_PATH, "VersionNumber", true } },
    .n_members = 2
};
static const struct shape shape_remove_layer_version_permission_request = {
    .name = "RemoveLayerVersionPermissionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "LayerName", &shape_layer_name_or_arn, IN_PATH, "LayerName", true },
            { "VersionNumber", &shape_layer_version_number, IN_PATH, "VersionNumber",
              true },
            { "StatementId", &shape_statement_id, IN_PATH, "StatementId", true },
            { "RevisionId", &shape_string, IN_QUERY, "RevisionId", false } },
    .n_members = 4
};
static const struct shape shape_reserved_concurrent_executions = {
    .name = "ReservedConcurrentExecutions",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 0
};
static const struct shape shape_put_function_concurrency_request = {
    .name = "PutFunctionConcurrencyRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "ReservedConcurrentExecutions", &shape_reserved_concurrent_executions,
              IN_BODY, "ReservedConcurrentExecutions", true } },
    .n_members = 2
};
static const struct shape shape_get_function_concurrency_request = {
    .name = "GetFunctionConcurrencyRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "FunctionName", &shape_function_name, IN_PATH,
                                          "FunctionName", true } },
    .n_members = 1
};
static const struct shape shape_delete_function_concurrency_request = {
    .name = "DeleteFunctionConcurrencyRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "FunctionName", &shape_function_name, IN_PATH,
                                          "FunctionName", true } },
    .n_members = 1
};
static const struct shape shape_qualifier = { .name = "Qualifier",
                                              .type = SHAPE_STRING,
                                              .has_min = true,
                                              .min = 1,
                                              .has_max = true,
                                              .max = 128,
                                              .pattern = "(|[a-zA-Z0-9$_-]+)",
                                              .regex = "^((|[a-zA-Z0-9$_-]+))$" };
static const struct shape shape_positive_integer = {
    .name = "PositiveInteger", .type = SHAPE_INTEGER, .has_min = true, .min = 1
};
static const struct shape shape_put_provisioned_concurrency_config_request = {
    .name = "PutProvisionedConcurrencyConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Qualifier", &shape_qualifier, IN_QUERY, "Qualifier", true },
            { "ProvisionedConcurrentExecutions", &shape_positive_integer, IN_BODY,
              "ProvisionedConcurrentExecutions", true } },
    .n_members = 3
};
static const struct shape shape_get_provisioned_concurrency_config_request = {
    .name = "GetProvisionedConcurrencyConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Qualifier", &shape_qualifier, IN_QUERY, "Qualifier", true } },
    .n_members = 2
};
static const struct shape shape_max_provisioned_concurrency_config_list_items = {
    .name = "MaxProvisionedConcurrencyConfigListItems",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 50
};
static const struct shape shape_list_provisioned_concurrency_configs_request = {
    .name = "ListProvisionedConcurrencyConfigsRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_provisioned_concurrency_config_list_items,
              IN_QUERY, "MaxItems", false } },
    .n_members = 3
};
static const struct shape shape_delete_provisioned_concurrency_config_request = {
    .name = "DeleteProvisionedConcurrencyConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_name, IN_PATH, "FunctionName", true },
            { "Qualifier", &shape_qualifier, IN_QUERY, "Qualifier", true } },
    .n_members = 2
};
static const struct shape shape_maximum_retry_attempts = { .name =
                                                               "MaximumRetryAttempts",
                                                           .type = SHAPE_INTEGER,
                                                           .has_min = true,
                                                           .min = 0,
                                                           .has_max = true,
                                                           .max = 2 };
static const struct shape shape_maximum_event_age_in_seconds = {
    .name = "MaximumEventAgeInSeconds",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 60,
    .has_max = true,
    .max = 21600
};
static const struct shape shape_destination_arn = {
    .name = "DestinationArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 350,
    .pattern =
        "$|kafka://"
        "([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:(("
        "eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)",
    .regex =
        "^(|kafka://"
        "([^.]([a-zA-Z0-9_.-]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9-])+:((eusc-)?"
        "[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-[0-9]{1})?:([0-9]{12})?:([^\n\r]*))$"
};
static const struct shape shape_on_success = {
    .name = "OnSuccess",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Destination", &shape_destination_arn,
                                          IN_BODY, "Destination", false } },
    .n_members = 1
};
static const struct shape shape_on_failure = {
    .name = "OnFailure",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Destination", &shape_destination_arn,
                                          IN_BODY, "Destination", false } },
    .n_members = 1
};
static const struct shape shape_destination_config = {
    .name = "DestinationConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "OnSuccess", &shape_on_success, IN_BODY, "OnSuccess", false },
            { "OnFailure", &shape_on_failure, IN_BODY, "OnFailure", false } },
    .n_members = 2
};
static const struct shape shape_put_function_event_invoke_config_request = {
    .name = "PutFunctionEventInvokeConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_namespaced_function_name, IN_PATH, "FunctionName",
              true },
            { "Qualifier", &shape_numeric_latest_published_or_alias_qualifier, IN_QUERY,
              "Qualifier", false },
            { "MaximumRetryAttempts", &shape_maximum_retry_attempts, IN_BODY,
              "MaximumRetryAttempts", false },
            { "MaximumEventAgeInSeconds", &shape_maximum_event_age_in_seconds, IN_BODY,
              "MaximumEventAgeInSeconds", false },
            { "DestinationConfig", &shape_destination_config, IN_BODY,
              "DestinationConfig", false } },
    .n_members = 5
};
static const struct shape shape_update_function_event_invoke_config_request = {
    .name = "UpdateFunctionEventInvokeConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_namespaced_function_name, IN_PATH, "FunctionName",
              true },
            { "Qualifier", &shape_numeric_latest_published_or_alias_qualifier, IN_QUERY,
              "Qualifier", false },
            { "MaximumRetryAttempts", &shape_maximum_retry_attempts, IN_BODY,
              "MaximumRetryAttempts", false },
            { "MaximumEventAgeInSeconds", &shape_maximum_event_age_in_seconds, IN_BODY,
              "MaximumEventAgeInSeconds", false },
            { "DestinationConfig", &shape_destination_config, IN_BODY,
              "DestinationConfig", false } },
    .n_members = 5
};
static const struct shape shape_get_function_event_invoke_config_request = {
    .name = "GetFunctionEventInvokeConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_max_function_event_invoke_config_list_items = {
    .name = "MaxFunctionEventInvokeConfigListItems",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 50
};
static const struct shape shape_list_function_event_invoke_configs_request = {
    .name = "ListFunctionEventInvokeConfigsRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Marker", &shape_string, IN_QUERY, "Marker", false },
                                 { "MaxItems",
                                   &shape_max_function_event_invoke_config_list_items,
                                   IN_QUERY, "MaxItems", false } },
    .n_members = 3
};
static const struct shape shape_delete_function_event_invoke_config_request = {
    .name = "DeleteFunctionEventInvokeConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_arn = {
    .name = "Arn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 10000,
    .pattern = "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-"
               "iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)",
    .regex = "^(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9-])+:((eusc-)?[a-z]{2}((-gov)|(-iso(["
             "a-z]?)))?-[a-z]+-[0-9]{1})?:([0-9]{12})?:([^\n\r]*))$"
};
static const struct shape shape_enabled = { .name = "Enabled", .type = SHAPE_BOOLEAN };
static const struct shape shape_batch_size = { .name = "BatchSize",
                                               .type = SHAPE_INTEGER,
                                               .has_min = true,
                                               .min = 1,
                                               .has_max = true,
                                               .max = 10000 };
static const struct shape shape_pattern = { .name = "Pattern",
                                            .type = SHAPE_STRING,
                                            .has_min = true,
                                            .min = 0,
                                            .has_max = true,
                                            .max = 4096,
                                            .pattern = "[\\s\\S]*" };
static const struct shape shape_filter = {
    .name = "Filter",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Pattern", &shape_pattern, IN_BODY, "Pattern",
                                          false } },
    .n_members = 1
};
static const struct shape shape_filter_list = { .name = "FilterList",
                                                .type = SHAPE_LIST,
                                                .element = &shape_filter };
static const struct shape shape_filter_criteria = {
    .name = "FilterCriteria",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Filters", &shape_filter_list, IN_BODY,
                                          "Filters", false } },
    .n_members = 1
};
static const struct shape shape_event_source_mapping_metric = {
    .name = "EventSourceMappingMetric",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "EventCount", "ErrorCount", "KafkaMetrics", NULL }
};
static const struct shape shape_event_source_mapping_metric_list = {
    .name = "EventSourceMappingMetricList",
    .type = SHAPE_LIST,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 3,
    .element = &shape_event_source_mapping_metric
};
static const struct shape shape_event_source_mapping_metrics_config = {
    .name = "EventSourceMappingMetricsConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "Metrics", &shape_event_source_mapping_metric_list,
                                   IN_BODY, "Metrics", false } },
    .n_members = 1
};
static const struct shape shape_event_source_mapping_system_log_level = {
    .name = "EventSourceMappingSystemLogLevel",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "DEBUG", "INFO", "WARN", NULL }
};
static const struct shape shape_event_source_mapping_logging_config = {
    .name = "EventSourceMappingLoggingConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "SystemLogLevel",
                                          &shape_event_source_mapping_system_log_level,
                                          IN_BODY, "SystemLogLevel", false } },
    .n_members = 1
};
static const struct shape shape_maximum_concurrency = { .name = "MaximumConcurrency",
                                                        .type = SHAPE_INTEGER,
                                                        .has_min = true,
                                                        .min = 2,
                                                        .has_max = true,
                                                        .max = 1000 };
static const struct shape shape_scaling_config = {
    .name = "ScalingConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "MaximumConcurrency", &shape_maximum_concurrency,
                                   IN_BODY, "MaximumConcurrency", false } },
    .n_members = 1
};
static const struct shape shape_maximum_batching_window_in_seconds = {
    .name = "MaximumBatchingWindowInSeconds",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 300
};
static const struct shape shape_parallelization_factor = { .name =
                                                               "ParallelizationFactor",
                                                           .type = SHAPE_INTEGER,
                                                           .has_min = true,
                                                           .min = 1,
                                                           .has_max = true,
                                                           .max = 10 };
static const struct shape shape_event_source_position = {
    .name = "EventSourcePosition",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "LATEST", "AT_TIMESTAMP", "TRIM_HORIZON", NULL }
};
static const struct shape shape_date = { .name = "Date", .type = SHAPE_TIMESTAMP };
static const struct shape shape_maximum_record_age_in_seconds = {
    .name = "MaximumRecordAgeInSeconds",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = -1,
    .has_max = true,
    .max = 604800
};
static const struct shape shape_bisect_batch_on_function_error = {
    .name = "BisectBatchOnFunctionError", .type = SHAPE_BOOLEAN
};
static const struct shape shape_maximum_retry_attempts_event_source_mapping = {
    .name = "MaximumRetryAttemptsEventSourceMapping",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = -1,
    .has_max = true,
    .max = 10000
};
static const struct shape shape_tumbling_window_in_seconds = {
    .name = "TumblingWindowInSeconds",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 900
};
static const struct shape shape_topic = { .name = "Topic",
                                          .type = SHAPE_STRING,
                                          .has_min = true,
                                          .min = 1,
                                          .has_max = true,
                                          .max = 249,
                                          .pattern = "[^.]([a-zA-Z0-9\\-_.]+)",
                                          .regex = "^([^.]([a-zA-Z0-9_.-]+))$" };
static const struct shape shape_topics = { .name = "Topics",
                                           .type = SHAPE_LIST,
                                           .has_min = true,
                                           .min = 1,
                                           .has_max = true,
                                           .max = 1,
                                           .element = &shape_topic };
static const struct shape shape_queue = { .name = "Queue",
                                          .type = SHAPE_STRING,
                                          .has_min = true,
                                          .min = 1,
                                          .has_max = true,
                                          .max = 1000,
                                          .pattern = "[\\s\\S]*" };
static const struct shape shape_queues = { .name = "Queues",
                                           .type = SHAPE_LIST,
                                           .has_min = true,
                                           .min = 1,
                                           .has_max = true,
                                           .max = 1,
                                           .element = &shape_queue };
static const struct shape shape_source_access_type = {
    .name = "SourceAccessType",
    .type = SHAPE_STRING,
    .values =
        (const char *const[]){
            "BASIC_AUTH", "VPC_SUBNET", "VPC_SECURITY_GROUP", "SASL_SCRAM_512_AUTH",
            "SASL_SCRAM_256_AUTH", "VIRTUAL_HOST", "CLIENT_CERTIFICATE_TLS_AUTH",
            "SERVER_ROOT_CA_CERTIFICATE", "OAUTHBEARER_AUTH", "OAUTHBEARER_SCOPE",
            "OAUTHBEARER_AUDIENCE", "OAUTHBEARER_LOGICAL_CLUSTER",
            "OAUTHBEARER_IDENTITY_POOL", "IAM_AUTH", "IAM_OAUTHBEARER_AUTH", NULL }
};
static const struct shape shape_uri = { .name = "URI",
                                        .type = SHAPE_STRING,
                                        .has_min = true,
                                        .min = 1,
                                        .has_max = true,
                                        .max = 200,
                                        .pattern = "[ a-zA-Z0-9-\\/*:_+=.@-]*",
                                        .regex = "^([ a-zA-Z0-9/*:_+=.@-]*)$" };
static const struct shape shape_source_access_configuration = {
    .name = "SourceAccessConfiguration",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Type", &shape_source_access_type, IN_BODY,
                                          "Type", false },
                                        { "URI", &shape_uri, IN_BODY, "URI", false } },
    .n_members = 2
};
static const struct shape shape_source_access_configurations = {
    .name = "SourceAccessConfigurations",
    .type = SHAPE_LIST,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 23,
    .element = &shape_source_access_configuration
};
static const struct shape shape_end_point_type = {
    .name = "EndPointType",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "KAFKA_BOOTSTRAP_SERVERS", NULL }
};
static const struct shape shape_endpoint = {
    .name = "Endpoint",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 300,
    .pattern = "(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]*[a-zA-Z0-9])\\.)*([A-Za-z0-9]|["
               "A-Za-z0-9][A-Za-z0-9\\-]*[A-Za-z0-9]):[0-9]{1,5}",
    .regex = "^((([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\\.)*([A-Za-z0-9]|[A-"
             "Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]):[0-9]{1,5})$"
};
static const struct shape shape_endpoint_lists = { .name = "EndpointLists",
                                                   .type = SHAPE_LIST,
                                                   .has_min = true,
                                                   .min = 1,
                                                   .has_max = true,
                                                   .max = 10,
                                                   .element = &shape_endpoint };
static const struct shape shape_endpoints = { .name = "Endpoints",
                                              .type = SHAPE_MAP,
                                              .has_min = true,
                                              .min = 1,
                                              .has_max = true,
                                              .max = 2,
                                              .element = &shape_endpoint_lists,
                                              .key = &shape_end_point_type };
static const struct shape shape_self_managed_event_source = {
    .name = "SelfManagedEventSource",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Endpoints", &shape_endpoints, IN_BODY,
                                          "Endpoints", false } },
    .n_members = 1
};
static const struct shape shape_function_response_type = {
    .name = "FunctionResponseType",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "ReportBatchItemFailures", NULL }
};
static const struct shape shape_function_response_type_list = {
    .name = "FunctionResponseTypeList",
    .type = SHAPE_LIST,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 1,
    .element = &shape_function_response_type
};
static const struct shape shape_schema_registry_uri = {
    .name = "SchemaRegistryUri",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 10000,
    .pattern = "[a-zA-Z0-9-\\/*:_+=.@-]*",
    .regex = "^([a-zA-Z0-9/*:_+=.@-]*)$"
};
static const struct shape shape_schema_registry_event_record_format = {
    .name = "SchemaRegistryEventRecordFormat",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "JSON", "SOURCE", NULL }
};
static const struct shape shape_kafka_schema_registry_auth_type = {
    .name = "KafkaSchemaRegistryAuthType",
    .type = SHAPE_STRING,
    .values =
        (const char *const[]){ "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH",
                               "SERVER_ROOT_CA_CERTIFICATE", "OAUTHBEARER_AUTH", NULL }
};
static const struct shape shape_kafka_schema_registry_access_config = {
    .name = "KafkaSchemaRegistryAccessConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "Type", &shape_kafka_schema_registry_auth_type, IN_BODY, "Type", false },
            { "URI", &shape_arn, IN_BODY, "URI", false } },
    .n_members = 2
};
static const struct shape shape_kafka_schema_registry_access_config_list = {
    .name = "KafkaSchemaRegistryAccessConfigList",
    .type = SHAPE_LIST,
    .element = &shape_kafka_schema_registry_access_config
};
static const struct shape shape_kafka_schema_validation_attribute = {
    .name = "KafkaSchemaValidationAttribute",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "KEY", "VALUE", NULL }
};
static const struct shape shape_kafka_schema_validation_config = {
    .name = "KafkaSchemaValidationConfig",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Attribute",
                                          &shape_kafka_schema_validation_attribute,
                                          IN_BODY, "Attribute", false } },
    .n_members = 1
};
static const struct shape shape_kafka_schema_validation_config_list = {
    .name = "KafkaSchemaValidationConfigList",
    .type = SHAPE_LIST,
    .element = &shape_kafka_schema_validation_config
};
static const struct shape shape_kafka_schema_registry_config = {
    .name = "KafkaSchemaRegistryConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "SchemaRegistryURI", &shape_schema_registry_uri, IN_BODY,
              "SchemaRegistryURI", false },
            { "EventRecordFormat", &shape_schema_registry_event_record_format, IN_BODY,
              "EventRecordFormat", false },
            { "AccessConfigs", &shape_kafka_schema_registry_access_config_list, IN_BODY,
              "AccessConfigs", false },
            { "SchemaValidationConfigs", &shape_kafka_schema_validation_config_list,
              IN_BODY, "SchemaValidationConfigs", false } },
    .n_members = 4
};
static const struct shape shape_amazon_managed_kafka_event_source_config = {
    .name = "AmazonManagedKafkaEventSourceConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "ConsumerGroupId", &shape_uri, IN_BODY, "ConsumerGroupId", false },
            { "SchemaRegistryConfig", &shape_kafka_schema_registry_config, IN_BODY,
              "SchemaRegistryConfig", false } },
    .n_members = 2
};
static const struct shape shape_kafka_event_source_mapping_consumption_mode = {
    .name = "KafkaEventSourceMappingConsumptionMode",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "Stream", "Queue", NULL }
};
static const struct shape shape_self_managed_kafka_event_source_config = {
    .name = "SelfManagedKafkaEventSourceConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "ConsumerGroupId", &shape_uri, IN_BODY, "ConsumerGroupId", false },
            { "SchemaRegistryConfig", &shape_kafka_schema_registry_config, IN_BODY,
              "SchemaRegistryConfig", false },
            { "ConsumptionMode", &shape_kafka_event_source_mapping_consumption_mode,
              IN_BODY, "ConsumptionMode", false } },
    .n_members = 3
};
static const struct shape shape_database_name = { .name = "DatabaseName",
                                                  .type = SHAPE_STRING,
                                                  .has_min = true,
                                                  .min = 1,
                                                  .has_max = true,
                                                  .max = 63,
                                                  .pattern = "[^ /\\.$\\x22]*",
                                                  .regex = "^([^ /.$\"]*)$" };
static const struct shape shape_collection_name = {
    .name = "CollectionName",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 57,
    .pattern = "(^(?!(system\\x2e)))(^[_a-zA-Z0-9])([^$]*)",
    .regex = "^([_a-zA-Z0-9][^$]*)$"
};
static const struct shape shape_full_document = {
    .name = "FullDocument",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "UpdateLookup", "Default", NULL }
};
static const struct shape shape_document_db_event_source_config = {
    .name = "DocumentDBEventSourceConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "DatabaseName", &shape_database_name, IN_BODY, "DatabaseName", false },
            { "CollectionName", &shape_collection_name, IN_BODY, "CollectionName",
              false },
            { "FullDocument", &shape_full_document, IN_BODY, "FullDocument", false } },
    .n_members = 3
};
static const struct shape shape_minimum_number_of_pollers = {
    .name = "MinimumNumberOfPollers",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 200
};
static const struct shape shape_maximum_number_of_pollers = {
    .name = "MaximumNumberOfPollers",
    .type = SHAPE_INTEGER,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 10000
};
static const struct shape shape_provisioned_poller_group_name = {
    .name = "ProvisionedPollerGroupName",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 128,
    .pattern = "[a-zA-Z0-9-_]*",
    .regex = "^([a-zA-Z0-9_-]*)$"
};
static const struct shape shape_provisioned_poller_config = {
    .name = "ProvisionedPollerConfig",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "MinimumPollers", &shape_minimum_number_of_pollers,
                                   IN_BODY, "MinimumPollers", false },
                                 { "MaximumPollers", &shape_maximum_number_of_pollers,
                                   IN_BODY, "MaximumPollers", false },
                                 { "PollerGroupName",
                                   &shape_provisioned_poller_group_name, IN_BODY,
                                   "PollerGroupName", false } },
    .n_members = 3
};
static const struct shape shape_create_event_source_mapping_request = {
    .name = "CreateEventSourceMappingRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "EventSourceArn", &shape_arn, IN_BODY, "EventSourceArn", false },
            { "FunctionName", &shape_namespaced_function_name, IN_BODY, "FunctionName",
              true },
            { "Enabled", &shape_enabled, IN_BODY, "Enabled", false },
            { "BatchSize", &shape_batch_size, IN_BODY, "BatchSize", false },
            { "FilterCriteria", &shape_filter_criteria, IN_BODY, "FilterCriteria",
              false },
            { "KMSKeyArn", &shape_kms_key_arn, IN_BODY, "KMSKeyArn", false },
            { "MetricsConfig", &shape_event_source_mapping_metrics_config, IN_BODY,
              "MetricsConfig", false },
            { "LoggingConfig", &shape_event_source_mapping_logging_config, IN_BODY,
              "LoggingConfig", false },
            { "ScalingConfig", &shape_scaling_config, IN_BODY, "ScalingConfig", false },
            { "MaximumBatchingWindowInSeconds",
              &shape_maximum_batching_window_in_seconds, IN_BODY,
              "MaximumBatchingWindowInSeconds", false },
            { "ParallelizationFactor", &shape_parallelization_factor, IN_BODY,
              "ParallelizationFactor", false },
            { "StartingPosition", &shape_event_source_position, IN_BODY,
              "StartingPosition", false },
            { "StartingPositionTimestamp", &shape_date, IN_BODY,
              "StartingPositionTimestamp", false },
            { "DestinationConfig", &shape_destination_config, IN_BODY,
              "DestinationConfig", false },
            { "MaximumRecordAgeInSeconds", &shape_maximum_record_age_in_seconds,
              IN_BODY, "MaximumRecordAgeInSeconds", false },
            { "BisectBatchOnFunctionError", &shape_bisect_batch_on_function_error,
              IN_BODY, "BisectBatchOnFunctionError", false },
            { "MaximumRetryAttempts",
              &shape_maximum_retry_attempts_event_source_mapping, IN_BODY,
              "MaximumRetryAttempts", false },
            { "Tags", &shape_tags, IN_BODY, "Tags", false },
            { "TumblingWindowInSeconds", &shape_tumbling_window_in_seconds, IN_BODY,
              "TumblingWindowInSeconds", false },
            { "Topics", &shape_topics, IN_BODY, "Topics", false },
            { "Queues", &shape_queues, IN_BODY, "Queues", false },
            { "SourceAccessConfigurations", &shape_source_access_configurations,
              IN_BODY, "SourceAccessConfigurations", false },
            { "SelfManagedEventSource", &shape_self_managed_event_source, IN_BODY,
              "SelfManagedEventSource", false },
            { "FunctionResponseTypes", &shape_function_response_type_list, IN_BODY,
              "FunctionResponseTypes", false },
            { "AmazonManagedKafkaEventSourceConfig",
              &shape_amazon_managed_kafka_event_source_config, IN_BODY,
              "AmazonManagedKafkaEventSourceConfig", false },
            { "SelfManagedKafkaEventSourceConfig",
              &shape_self_managed_kafka_event_source_config, IN_BODY,
              "SelfManagedKafkaEventSourceConfig", false },
            { "DocumentDBEventSourceConfig", &shape_document_db_event_source_config,
              IN_BODY, "DocumentDBEventSourceConfig", false },
            { "ProvisionedPollerConfig", &shape_provisioned_poller_config, IN_BODY,
              "ProvisionedPollerConfig", false } },
    .n_members = 28
};
static const struct shape shape_uuid_string = { .name = "UUIDString",
                                                .type = SHAPE_STRING,
                                                .has_min = true,
                                                .min = 36,
                                                .has_max = true,
                                                .max = 36 };
static const struct shape shape_get_event_source_mapping_request = {
    .name = "GetEventSourceMappingRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "UUID", &shape_uuid_string, IN_PATH, "UUID",
                                          true } },
    .n_members = 1
};
static const struct shape shape_update_event_source_mapping_request = {
    .name = "UpdateEventSourceMappingRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "UUID", &shape_uuid_string, IN_PATH, "UUID", true },
            { "FunctionName", &shape_namespaced_function_name, IN_BODY, "FunctionName",
              false },
            { "Enabled", &shape_enabled, IN_BODY, "Enabled", false },
            { "BatchSize", &shape_batch_size, IN_BODY, "BatchSize", false },
            { "FilterCriteria", &shape_filter_criteria, IN_BODY, "FilterCriteria",
              false },
            { "KMSKeyArn", &shape_kms_key_arn, IN_BODY, "KMSKeyArn", false },
            { "MetricsConfig", &shape_event_source_mapping_metrics_config, IN_BODY,
              "MetricsConfig", false },
            { "LoggingConfig", &shape_event_source_mapping_logging_config, IN_BODY,
              "LoggingConfig", false },
            { "ScalingConfig", &shape_scaling_config, IN_BODY, "ScalingConfig", false },
            { "MaximumBatchingWindowInSeconds",
              &shape_maximum_batching_window_in_seconds, IN_BODY,
              "MaximumBatchingWindowInSeconds", false },
            { "ParallelizationFactor", &shape_parallelization_factor, IN_BODY,
              "ParallelizationFactor", false },
            { "DestinationConfig", &shape_destination_config, IN_BODY,
              "DestinationConfig", false },
            { "MaximumRecordAgeInSeconds", &shape_maximum_record_age_in_seconds,
              IN_BODY, "MaximumRecordAgeInSeconds", false },
            { "BisectBatchOnFunctionError", &shape_bisect_batch_on_function_error,
              IN_BODY, "BisectBatchOnFunctionError", false },
            { "MaximumRetryAttempts",
              &shape_maximum_retry_attempts_event_source_mapping, IN_BODY,
              "MaximumRetryAttempts", false },
            { "TumblingWindowInSeconds", &shape_tumbling_window_in_seconds, IN_BODY,
              "TumblingWindowInSeconds", false },
            { "SourceAccessConfigurations", &shape_source_access_configurations,
              IN_BODY, "SourceAccessConfigurations", false },
            { "FunctionResponseTypes", &shape_function_response_type_list, IN_BODY,
              "FunctionResponseTypes", false },
            { "AmazonManagedKafkaEventSourceConfig",
              &shape_amazon_managed_kafka_event_source_config, IN_BODY,
              "AmazonManagedKafkaEventSourceConfig", false },
            { "SelfManagedKafkaEventSourceConfig",
              &shape_self_managed_kafka_event_source_config, IN_BODY,
              "SelfManagedKafkaEventSourceConfig", false },
            { "DocumentDBEventSourceConfig", &shape_document_db_event_source_config,
              IN_BODY, "DocumentDBEventSourceConfig", false },
            { "ProvisionedPollerConfig", &shape_provisioned_poller_config, IN_BODY,
              "ProvisionedPollerConfig", false } },
    .n_members = 22
};
static const struct shape shape_delete_event_source_mapping_request = {
    .name = "DeleteEventSourceMappingRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "UUID", &shape_uuid_string, IN_PATH, "UUID",
                                          true } },
    .n_members = 1
};
static const struct shape shape_list_event_source_mappings_request = {
    .name = "ListEventSourceMappingsRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "EventSourceArn", &shape_arn, IN_QUERY, "EventSourceArn", false },
            { "FunctionName", &shape_namespaced_function_name, IN_QUERY, "FunctionName",
              false },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_list_items, IN_QUERY, "MaxItems", false } },
    .n_members = 4
};
static const struct shape shape_function_url_function_name = {
    .name = "FunctionUrlFunctionName",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 140,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
               "?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!"
               "\\d+$)[0-9a-zA-Z-_]+))?",
    .regex = "^((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
             "?-[a-z]+-[0-9]{1}:)?([0-9]{12}:)?(function:)?([a-zA-Z0-9_-]{1,64})(:([0-"
             "9a-zA-Z_-]+))?)$"
};
static const struct shape shape_function_url_qualifier = {
    .name = "FunctionUrlQualifier",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 128,
    .pattern = "((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
    .regex = "^(([0-9a-zA-Z_-]+))$",
    .flags = SHAPE_NOT_A_NUMBER
};
static const struct shape shape_function_url_auth_type = {
    .name = "FunctionUrlAuthType",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "NONE", "AWS_IAM", NULL }
};
static const struct shape shape_allow_credentials = { .name = "AllowCredentials",
                                                      .type = SHAPE_BOOLEAN };
static const struct shape shape_header = { .name = "Header",
                                           .type = SHAPE_STRING,
                                           .has_min = true,
                                           .min = 0,
                                           .has_max = true,
                                           .max = 1024,
                                           .pattern = ".*",
                                           .regex = "^([^\n\r]*)$" };
static const struct shape shape_headers_list = { .name = "HeadersList",
                                                 .type = SHAPE_LIST,
                                                 .has_min = true,
                                                 .min = 0,
                                                 .has_max = true,
                                                 .max = 100,
                                                 .element = &shape_header };
static const struct shape shape_method = { .name = "Method",
                                           .type = SHAPE_STRING,
                                           .has_min = true,
                                           .min = 0,
                                           .has_max = true,
                                           .max = 6,
                                           .pattern = ".*",
                                           .regex = "^([^\n\r]*)$" };
static const struct shape shape_allow_methods_list = { .name = "AllowMethodsList",
                                                       .type = SHAPE_LIST,
                                                       .has_min = true,
                                                       .min = 0,
                                                       .has_max = true,
                                                       .max = 6,
                                                       .element = &shape_method };
static const struct shape shape_origin = { .name = "Origin",
                                           .type = SHAPE_STRING,
                                           .has_min = true,
                                           .min = 1,
                                           .has_max = true,
                                           .max = 253,
                                           .pattern = ".*",
                                           .regex = "^([^\n\r]*)$" };
static const struct shape shape_allow_origins_list = { .name = "AllowOriginsList",
                                                       .type = SHAPE_LIST,
                                                       .has_min = true,
                                                       .min = 0,
                                                       .has_max = true,
                                                       .max = 100,
                                                       .element = &shape_origin };
static const struct shape shape_max_age = { .name = "MaxAge",
                                            .type = SHAPE_INTEGER,
                                            .has_min = true,
                                            .min = 0,
                                            .has_max = true,
                                            .max = 86400 };
static const struct shape shape_cors = {
    .name = "Cors",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "AllowCredentials", &shape_allow_credentials, IN_BODY, "AllowCredentials",
              false },
            { "AllowHeaders", &shape_headers_list, IN_BODY, "AllowHeaders", false },
            { "AllowMethods", &shape_allow_methods_list, IN_BODY, "AllowMethods",
              false },
            { "AllowOrigins", &shape_allow_origins_list, IN_BODY, "AllowOrigins",
              false },
            { "ExposeHeaders", &shape_headers_list, IN_BODY, "ExposeHeaders", false },
            { "MaxAge", &shape_max_age, IN_BODY, "MaxAge", false } },
    .n_members = 6
};
static const struct shape shape_invoke_mode = {
    .name = "InvokeMode",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "RESPONSE_STREAM", "BUFFERED", NULL }
};
static const struct shape shape_create_function_url_config_request = {
    .name = "CreateFunctionUrlConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_url_function_name, IN_PATH,
              "FunctionName", true },
            { "Qualifier", &shape_function_url_qualifier, IN_QUERY, "Qualifier",
              false },
            { "AuthType", &shape_function_url_auth_type, IN_BODY, "AuthType", true },
            { "Cors", &shape_cors, IN_BODY, "Cors", false },
            { "InvokeMode", &shape_invoke_mode, IN_BODY, "InvokeMode", false } },
    .n_members = 5
};
static const struct shape shape_get_function_url_config_request = {
    .name = "GetFunctionUrlConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_function_url_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier", &shape_function_url_qualifier, IN_QUERY,
                                   "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_update_function_url_config_request = {
    .name = "UpdateFunctionUrlConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_url_function_name, IN_PATH,
              "FunctionName", true },
            { "Qualifier", &shape_function_url_qualifier, IN_QUERY, "Qualifier",
              false },
            { "AuthType", &shape_function_url_auth_type, IN_BODY, "AuthType", false },
            { "Cors", &shape_cors, IN_BODY, "Cors", false },
            { "InvokeMode", &shape_invoke_mode, IN_BODY, "InvokeMode", false } },
    .n_members = 5
};
static const struct shape shape_delete_function_url_config_request = {
    .name = "DeleteFunctionUrlConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_function_url_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier", &shape_function_url_qualifier, IN_QUERY,
                                   "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_max_items = { .name = "MaxItems",
                                              .type = SHAPE_INTEGER,
                                              .has_min = true,
                                              .min = 1,
                                              .has_max = true,
                                              .max = 50 };
static const struct shape shape_list_function_url_configs_request = {
    .name = "ListFunctionUrlConfigsRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_function_url_function_name, IN_PATH,
              "FunctionName", true },
            { "Marker", &shape_string, IN_QUERY, "Marker", false },
            { "MaxItems", &shape_max_items, IN_QUERY, "MaxItems", false } },
    .n_members = 3
};
static const struct shape shape_action = {
    .name = "Action",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 0,
    .has_max = true,
    .max = 10000,
    .pattern = "(lambda:[*]|lambda:[a-zA-Z]+|[*])",
    .regex = "^((lambda:[*]|lambda:[a-zA-Z]+|[*]))$"
};
static const struct shape shape_principal = { .name = "Principal",
                                              .type = SHAPE_STRING,
                                              .has_min = true,
                                              .min = 0,
                                              .has_max = true,
                                              .max = 2048,
                                              .pattern = "[^\\s]+",
                                              .regex = "^([^[:space:]]+)$" };
static const struct shape shape_invoked_via_function_url = {
    .name = "InvokedViaFunctionUrl", .type = SHAPE_BOOLEAN
};
static const struct shape shape_source_owner = { .name = "SourceOwner",
                                                 .type = SHAPE_STRING,
                                                 .has_min = true,
                                                 .min = 0,
                                                 .has_max = true,
                                                 .max = 12,
                                                 .pattern = "\\d{12}",
                                                 .regex = "^([0-9]{12})$" };
static const struct shape shape_event_source_token = { .name = "EventSourceToken",
                                                       .type = SHAPE_STRING,
                                                       .has_min = true,
                                                       .min = 0,
                                                       .has_max = true,
                                                       .max = 256,
                                                       .pattern = "[a-zA-Z0-9._\\-]+",
                                                       .regex = "^([a-zA-Z0-9._-]+)$" };
static const struct shape shape_principal_org_id = { .name = "PrincipalOrgID",
                                                     .type = SHAPE_STRING,
                                                     .has_min = true,
                                                     .min = 12,
                                                     .has_max = true,
                                                     .max = 34,
                                                     .pattern = "o-[a-z0-9]{10,32}",
                                                     .regex = "^(o-[a-z0-9]{10,32})$" };
static const struct shape shape_add_permission_request = {
    .name = "AddPermissionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_namespaced_function_name, IN_PATH, "FunctionName",
              true },
            { "StatementId", &shape_statement_id, IN_BODY, "StatementId", true },
            { "Action", &shape_action, IN_BODY, "Action", true },
            { "Principal", &shape_principal, IN_BODY, "Principal", true },
            { "SourceArn", &shape_arn, IN_BODY, "SourceArn", false },
            { "FunctionUrlAuthType", &shape_function_url_auth_type, IN_BODY,
              "FunctionUrlAuthType", false },
            { "InvokedViaFunctionUrl", &shape_invoked_via_function_url, IN_BODY,
              "InvokedViaFunctionUrl", false },
            { "SourceAccount", &shape_source_owner, IN_BODY, "SourceAccount", false },
            { "EventSourceToken", &shape_event_source_token, IN_BODY,
              "EventSourceToken", false },
            { "Qualifier", &shape_numeric_latest_published_or_alias_qualifier, IN_QUERY,
              "Qualifier", false },
            { "RevisionId", &shape_string, IN_BODY, "RevisionId", false },
            { "PrincipalOrgID", &shape_principal_org_id, IN_BODY, "PrincipalOrgID",
              false } },
    .n_members = 12
};
static const struct shape shape_get_policy_request = {
    .name = "GetPolicyRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_namespaced_statement_id = {
    .name = "NamespacedStatementId",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 100,
    .pattern = "([a-zA-Z0-9-_.]+)",
    .regex = "^(([a-zA-Z0-9_.-]+))$"
};
static const struct shape shape_remove_permission_request = {
    .name = "RemovePermissionRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "FunctionName", &shape_namespaced_function_name, IN_PATH, "FunctionName",
              true },
            { "StatementId", &shape_namespaced_statement_id, IN_PATH, "StatementId",
              true },
            { "Qualifier", &shape_numeric_latest_published_or_alias_qualifier, IN_QUERY,
              "Qualifier", false },
            { "RevisionId", &shape_string, IN_QUERY, "RevisionId", false } },
    .n_members = 4
};
static const struct shape shape_taggable_resource = {
    .name = "TaggableResource",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 10000,
    .pattern = "arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-"
               "z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+)"
               ")?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-"
               "source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]"
               "{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)",
    .regex = "^(arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-"
             "z]+-[0-9]{1}:[0-9]{12}:(function:[a-zA-Z0-9_-]+(:(\\$LATEST|[a-zA-Z0-9_-]"
             "+))?|layer:([a-zA-Z0-9_-]+)|code-signing-config:csc-[a-z0-9]{17}|event-"
             "source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{"
             "4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9_-]+))$"
};
static const struct shape shape_tag_resource_request = {
    .name = "TagResourceRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "Resource", &shape_taggable_resource, IN_PATH, "Resource", true },
            { "Tags", &shape_tags, IN_BODY, "Tags", true } },
    .n_members = 2
};
static const struct shape shape_tag_key_list = { .name = "TagKeyList",
                                                 .type = SHAPE_LIST,
                                                 .element = &shape_tag_key };
static const struct shape shape_untag_resource_request = {
    .name = "UntagResourceRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){
            { "Resource", &shape_taggable_resource, IN_PATH, "Resource", true },
            { "TagKeys", &shape_tag_key_list, IN_QUERY, "tagKeys", true } },
    .n_members = 2
};
static const struct shape shape_list_tags_request = {
    .name = "ListTagsRequest",
    .type = SHAPE_STRUCTURE,
    .members = (const struct member[]){ { "Resource", &shape_taggable_resource, IN_PATH,
                                          "Resource", true } },
    .n_members = 1
};
static const struct shape shape_unqualified_function_name = {
    .name = "UnqualifiedFunctionName",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 1,
    .has_max = true,
    .max = 140,
    .pattern = "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
               "?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)",
    .regex = "^((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))"
             "?-[a-z]+-[0-9]{1}:)?([0-9]{12}:)?(function:)?([a-zA-Z0-9_-]+))$"
};
static const struct shape shape_get_function_recursion_config_request = {
    .name = "GetFunctionRecursionConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_unqualified_function_name,
                                   IN_PATH, "FunctionName", true } },
    .n_members = 1
};
static const struct shape shape_recursive_loop = { .name = "RecursiveLoop",
                                                   .type = SHAPE_STRING,
                                                   .values = (const char *const[]){
                                                       "Terminate", "Allow", NULL } };
static const struct shape shape_put_function_recursion_config_request = {
    .name = "PutFunctionRecursionConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_unqualified_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "RecursiveLoop", &shape_recursive_loop, IN_BODY,
                                   "RecursiveLoop", true } },
    .n_members = 2
};
static const struct shape shape_get_runtime_management_config_request = {
    .name = "GetRuntimeManagementConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false } },
    .n_members = 2
};
static const struct shape shape_update_runtime_on = {
    .name = "UpdateRuntimeOn",
    .type = SHAPE_STRING,
    .values = (const char *const[]){ "Auto", "Manual", "FunctionUpdate", NULL }
};
static const struct shape shape_runtime_version_arn = {
    .name = "RuntimeVersionArn",
    .type = SHAPE_STRING,
    .has_min = true,
    .min = 26,
    .has_max = true,
    .max = 2048,
    .pattern = "((arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-["
               "a-z]+-\\d{1}::runtime:.+)|(arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}("
               "(-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:runtime/"
               "[A-Za-z0-9_.-]{1,128}/version/[A-Za-z0-9_.-]{1,128}))",
    .regex = "^(((arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-["
             "a-z]+-[0-9]{1}::runtime:[^\n\r]+)|(arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-"
             "z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-[0-9]{1}:[0-9]{12}:runtime/"
             "[A-Za-z0-9_.-]{1,128}/version/[A-Za-z0-9_.-]{1,128})))$"
};
static const struct shape shape_put_runtime_management_config_request = {
    .name = "PutRuntimeManagementConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true },
                                 { "Qualifier",
                                   &shape_numeric_latest_published_or_alias_qualifier,
                                   IN_QUERY, "Qualifier", false },
                                 { "UpdateRuntimeOn", &shape_update_runtime_on, IN_BODY,
                                   "UpdateRuntimeOn", true },
                                 { "RuntimeVersionArn", &shape_runtime_version_arn,
                                   IN_BODY, "RuntimeVersionArn", false } },
    .n_members = 4
};
static const struct shape shape_get_function_code_signing_config_request = {
    .name = "GetFunctionCodeSigningConfigRequest",
    .type = SHAPE_STRUCTURE,
    .members =
        (const struct member[]){ { "FunctionName", &shape_namespaced_function_name,
                                   IN_PATH, "FunctionName", true } },
    .n_members = 1
};

const struct operation_shape operation_shapes[] = {
    { "CreateFunction", &shape_create_function_request, { NULL } },
    { "GetFunction", &shape_get_function_request, { "FunctionName" } },
    { "GetFunctionConfiguration",
      &shape_get_function_configuration_request,
      { "FunctionName" } },
    { "UpdateFunctionCode", &shape_update_function_code_request, { "FunctionName" } },
    { "UpdateFunctionConfiguration",
      &shape_update_function_configuration_request,
      { "FunctionName" } },
    { "DeleteFunction", &shape_delete_function_request, { "FunctionName" } },
    { "ListFunctions", &shape_list_functions_request, { NULL } },
    { "PublishVersion", &shape_publish_version_request, { "FunctionName" } },
    { "ListVersionsByFunction",
      &shape_list_versions_by_function_request,
      { "FunctionName" } },
    { "CreateAlias", &shape_create_alias_request, { "FunctionName" } },
    { "GetAlias", &shape_get_alias_request, { "FunctionName", "Name" } },
    { "UpdateAlias", &shape_update_alias_request, { "FunctionName", "Name" } },
    { "DeleteAlias", &shape_delete_alias_request, { "FunctionName", "Name" } },
    { "ListAliases", &shape_list_aliases_request, { "FunctionName" } },
    { "PublishLayerVersion", &shape_publish_layer_version_request, { "LayerName" } },
    { "GetLayerVersion",
      &shape_get_layer_version_request,
      { "LayerName", "VersionNumber" } },
    { "GetLayerVersionByArn", &shape_get_layer_version_by_arn_request, { NULL } },
    { "ListLayerVersions", &shape_list_layer_versions_request, { "LayerName" } },
    { "ListLayers", &shape_list_layers_request, { NULL } },
    { "DeleteLayerVersion",
      &shape_delete_layer_version_request,
      { "LayerName", "VersionNumber" } },
    { "AddLayerVersionPermission",
      &shape_add_layer_version_permission_request,
      { "LayerName", "VersionNumber" } },
    { "GetLayerVersionPolicy",
      &shape_get_layer_version_policy_request,
      { "LayerName", "VersionNumber" } },
    { "RemoveLayerVersionPermission",
      &shape_remove_layer_version_permission_request,
      { "LayerName", "VersionNumber", "StatementId" } },
    { "PutFunctionConcurrency",
      &shape_put_function_concurrency_request,
      { "FunctionName" } },
    { "GetFunctionConcurrency",
      &shape_get_function_concurrency_request,
      { "FunctionName" } },
    { "DeleteFunctionConcurrency",
      &shape_delete_function_concurrency_request,
      { "FunctionName" } },
    { "PutProvisionedConcurrencyConfig",
      &shape_put_provisioned_concurrency_config_request,
      { "FunctionName" } },
    { "GetProvisionedConcurrencyConfig",
      &shape_get_provisioned_concurrency_config_request,
      { "FunctionName" } },
    { "ListProvisionedConcurrencyConfigs",
      &shape_list_provisioned_concurrency_configs_request,
      { "FunctionName" } },
    { "DeleteProvisionedConcurrencyConfig",
      &shape_delete_provisioned_concurrency_config_request,
      { "FunctionName" } },
    { "PutFunctionEventInvokeConfig",
      &shape_put_function_event_invoke_config_request,
      { "FunctionName" } },
    { "UpdateFunctionEventInvokeConfig",
      &shape_update_function_event_invoke_config_request,
      { "FunctionName" } },
    { "GetFunctionEventInvokeConfig",
      &shape_get_function_event_invoke_config_request,
      { "FunctionName" } },
    { "ListFunctionEventInvokeConfigs",
      &shape_list_function_event_invoke_configs_request,
      { "FunctionName" } },
    { "DeleteFunctionEventInvokeConfig",
      &shape_delete_function_event_invoke_config_request,
      { "FunctionName" } },
    { "CreateEventSourceMapping",
      &shape_create_event_source_mapping_request,
      { NULL } },
    { "GetEventSourceMapping", &shape_get_event_source_mapping_request, { "UUID" } },
    { "UpdateEventSourceMapping",
      &shape_update_event_source_mapping_request,
      { "UUID" } },
    { "DeleteEventSourceMapping",
      &shape_delete_event_source_mapping_request,
      { "UUID" } },
    { "ListEventSourceMappings", &shape_list_event_source_mappings_request, { NULL } },
    { "CreateFunctionUrlConfig",
      &shape_create_function_url_config_request,
      { "FunctionName" } },
    { "GetFunctionUrlConfig",
      &shape_get_function_url_config_request,
      { "FunctionName" } },
    { "UpdateFunctionUrlConfig",
      &shape_update_function_url_config_request,
      { "FunctionName" } },
    { "DeleteFunctionUrlConfig",
      &shape_delete_function_url_config_request,
      { "FunctionName" } },
    { "ListFunctionUrlConfigs",
      &shape_list_function_url_configs_request,
      { "FunctionName" } },
    { "AddPermission", &shape_add_permission_request, { "FunctionName" } },
    { "GetPolicy", &shape_get_policy_request, { "FunctionName" } },
    { "RemovePermission",
      &shape_remove_permission_request,
      { "FunctionName", "StatementId" } },
    { "TagResource", &shape_tag_resource_request, { "Resource" } },
    { "UntagResource", &shape_untag_resource_request, { "Resource" } },
    { "ListTags", &shape_list_tags_request, { "Resource" } },
    { "GetFunctionRecursionConfig",
      &shape_get_function_recursion_config_request,
      { "FunctionName" } },
    { "PutFunctionRecursionConfig",
      &shape_put_function_recursion_config_request,
      { "FunctionName" } },
    { "GetRuntimeManagementConfig",
      &shape_get_runtime_management_config_request,
      { "FunctionName" } },
    { "PutRuntimeManagementConfig",
      &shape_put_runtime_management_config_request,
      { "FunctionName" } },
    { "GetFunctionCodeSigningConfig",
      &shape_get_function_code_signing_config_request,
      { "FunctionName" } },
    { NULL, NULL, { NULL } },
};
