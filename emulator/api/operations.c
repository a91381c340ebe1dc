/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/operations.h"

#include "emulator/api/op.h"

/*
 * The operations of the service (API model of November 2026). `*` stands for one
 * segment. Those without a function are answered with an error that names them.
 */
static const struct operation operations[] = {
    { "Invoke", "POST", "/2015-03-31/functions/*/invocations", lambda_invoke },
    { "InvokeWithResponseStream", "POST",
      "/2021-11-15/functions/*/response-streaming-invocations", lambda_invoke_stream },
    { "InvokeAsync", "POST", "/2014-11-13/functions/*/invoke-async",
      lambda_invoke_async },
    { "CreateFunction", "POST", "/2015-03-31/functions", op_serve },
    { "GetFunction", "GET", "/2015-03-31/functions/*", op_serve },
    { "GetFunctionConfiguration", "GET", "/2015-03-31/functions/*/configuration",
      op_serve },
    { "UpdateFunctionCode", "PUT", "/2015-03-31/functions/*/code", op_serve },
    { "UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/*/configuration",
      op_serve },
    { "DeleteFunction", "DELETE", "/2015-03-31/functions/*", op_serve },
    { "ListFunctions", "GET", "/2015-03-31/functions", op_serve },
    { "PublishVersion", "POST", "/2015-03-31/functions/*/versions", op_serve },
    { "ListVersionsByFunction", "GET", "/2015-03-31/functions/*/versions", op_serve },
    { "CreateAlias", "POST", "/2015-03-31/functions/*/aliases", op_serve },
    { "GetAlias", "GET", "/2015-03-31/functions/*/aliases/*", op_serve },
    { "UpdateAlias", "PUT", "/2015-03-31/functions/*/aliases/*", op_serve },
    { "DeleteAlias", "DELETE", "/2015-03-31/functions/*/aliases/*", op_serve },
    { "ListAliases", "GET", "/2015-03-31/functions/*/aliases", op_serve },
    { "PublishLayerVersion", "POST", "/2018-10-31/layers/*/versions", op_serve },
    { "GetLayerVersion", "GET", "/2018-10-31/layers/*/versions/*", op_serve },
    { "GetLayerVersionByArn", "GET", "/2018-10-31/layers", op_serve },
    { "ListLayerVersions", "GET", "/2018-10-31/layers/*/versions", op_serve },
    { "ListLayers", "GET", "/2018-10-31/layers", op_serve },
    { "DeleteLayerVersion", "DELETE", "/2018-10-31/layers/*/versions/*", op_serve },
    { "AddLayerVersionPermission", "POST", "/2018-10-31/layers/*/versions/*/policy",
      op_serve },
    { "GetLayerVersionPolicy", "GET", "/2018-10-31/layers/*/versions/*/policy",
      op_serve },
    { "RemoveLayerVersionPermission", "DELETE",
      "/2018-10-31/layers/*/versions/*/policy/*", op_serve },
    { "PutFunctionConcurrency", "PUT", "/2017-10-31/functions/*/concurrency",
      op_serve },
    { "GetFunctionConcurrency", "GET", "/2019-09-30/functions/*/concurrency",
      op_serve },
    { "DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/*/concurrency",
      op_serve },
    { "PutProvisionedConcurrencyConfig", "PUT",
      "/2019-09-30/functions/*/provisioned-concurrency", op_serve },
    { "GetProvisionedConcurrencyConfig", "GET",
      "/2019-09-30/functions/*/provisioned-concurrency", op_serve },
    { "ListProvisionedConcurrencyConfigs", "GET",
      "/2019-09-30/functions/*/provisioned-concurrency", op_serve },
    { "DeleteProvisionedConcurrencyConfig", "DELETE",
      "/2019-09-30/functions/*/provisioned-concurrency", op_serve },
    { "PutFunctionEventInvokeConfig", "PUT",
      "/2019-09-25/functions/*/event-invoke-config", op_serve },
    { "UpdateFunctionEventInvokeConfig", "POST",
      "/2019-09-25/functions/*/event-invoke-config", op_serve },
    { "GetFunctionEventInvokeConfig", "GET",
      "/2019-09-25/functions/*/event-invoke-config", op_serve },
    { "ListFunctionEventInvokeConfigs", "GET",
      "/2019-09-25/functions/*/event-invoke-config/list", op_serve },
    { "DeleteFunctionEventInvokeConfig", "DELETE",
      "/2019-09-25/functions/*/event-invoke-config", op_serve },
    { "CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings",
      op_serve },
    { "GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/*", op_serve },
    { "UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/*",
      op_serve },
    { "DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/*",
      op_serve },
    { "ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings", op_serve },
    { "CreateFunctionUrlConfig", "POST", "/2021-10-31/functions/*/url", op_serve },
    { "GetFunctionUrlConfig", "GET", "/2021-10-31/functions/*/url", op_serve },
    { "UpdateFunctionUrlConfig", "PUT", "/2021-10-31/functions/*/url", op_serve },
    { "DeleteFunctionUrlConfig", "DELETE", "/2021-10-31/functions/*/url", op_serve },
    { "ListFunctionUrlConfigs", "GET", "/2021-10-31/functions/*/urls", op_serve },
    { "AddPermission", "POST", "/2015-03-31/functions/*/policy", op_serve },
    { "GetPolicy", "GET", "/2015-03-31/functions/*/policy", op_serve },
    { "RemovePermission", "DELETE", "/2015-03-31/functions/*/policy/*", op_serve },
    { "TagResource", "POST", "/2017-03-31/tags/*", op_serve },
    { "UntagResource", "DELETE", "/2017-03-31/tags/*", op_serve },
    { "ListTags", "GET", "/2017-03-31/tags/*", op_serve },
    { "GetAccountSettings", "GET", "/2016-08-19/account-settings",
      lambda_get_account_settings },
    { "GetFunctionRecursionConfig", "GET", "/2024-08-31/functions/*/recursion-config",
      op_serve },
    { "PutFunctionRecursionConfig", "PUT", "/2024-08-31/functions/*/recursion-config",
      op_serve },
    { "GetRuntimeManagementConfig", "GET",
      "/2021-07-20/functions/*/runtime-management-config", op_serve },
    { "PutRuntimeManagementConfig", "PUT",
      "/2021-07-20/functions/*/runtime-management-config", op_serve },
    { "GetFunctionCodeSigningConfig", "GET",
      "/2020-06-30/functions/*/code-signing-config", op_serve },
    { "PutFunctionCodeSigningConfig", "PUT",
      "/2020-06-30/functions/*/code-signing-config", NULL },
    { "DeleteFunctionCodeSigningConfig", "DELETE",
      "/2020-06-30/functions/*/code-signing-config", NULL },
    { "CreateCodeSigningConfig", "POST", "/2020-04-22/code-signing-configs", NULL },
    { "GetCodeSigningConfig", "GET", "/2020-04-22/code-signing-configs/*", NULL },
    { "UpdateCodeSigningConfig", "PUT", "/2020-04-22/code-signing-configs/*", NULL },
    { "DeleteCodeSigningConfig", "DELETE", "/2020-04-22/code-signing-configs/*", NULL },
    { "ListCodeSigningConfigs", "GET", "/2020-04-22/code-signing-configs", NULL },
    { "ListFunctionsByCodeSigningConfig", "GET",
      "/2020-04-22/code-signing-configs/*/functions", NULL },
    { "CheckpointDurableExecution", "POST",
      "/2025-12-01/durable-executions/*/checkpoint", NULL },
    { "GetDurableExecution", "GET", "/2025-12-01/durable-executions/*", NULL },
    { "GetDurableExecutionHistory", "GET", "/2025-12-01/durable-executions/*/history",
      NULL },
    { "GetDurableExecutionState", "GET", "/2025-12-01/durable-executions/*/state",
      NULL },
    { "ListDurableExecutionsByFunction", "GET",
      "/2025-12-01/functions/*/durable-executions", NULL },
    { "SendDurableExecutionCallbackFailure", "POST",
      "/2025-12-01/durable-execution-callbacks/*/fail", NULL },
    { "SendDurableExecutionCallbackHeartbeat", "POST",
      "/2025-12-01/durable-execution-callbacks/*/heartbeat", NULL },
    { "SendDurableExecutionCallbackSuccess", "POST",
      "/2025-12-01/durable-execution-callbacks/*/succeed", NULL },
    { "StopDurableExecution", "POST", "/2025-12-01/durable-executions/*/stop", NULL },
    { "DeleteDurableExecution", "DELETE", "/2025-12-01/durable-executions/*", NULL },
    { "PauseDurableExecution", "POST", "/2025-12-01/durable-executions/*/pause", NULL },
    { "ResumeDurableExecution", "POST", "/2025-12-01/durable-executions/*/resume",
      NULL },
    { "GetResourcePolicy", "GET", "/2026-07-09/resource-policy/*", NULL },
    { "PutResourcePolicy", "PUT", "/2026-07-09/resource-policy/*", NULL },
    { "DeleteResourcePolicy", "DELETE", "/2026-07-09/resource-policy/*", NULL },
    { "CreateCapacityProvider", "POST", "/2025-11-30/capacity-providers", NULL },
    { "GetCapacityProvider", "GET", "/2025-11-30/capacity-providers/*", NULL },
    { "UpdateCapacityProvider", "PUT", "/2025-11-30/capacity-providers/*", NULL },
    { "DeleteCapacityProvider", "DELETE", "/2025-11-30/capacity-providers/*", NULL },
    { "ListCapacityProviders", "GET", "/2025-11-30/capacity-providers", NULL },
    { "ListFunctionVersionsByCapacityProvider", "GET",
      "/2025-11-30/capacity-providers/*/function-versions", NULL },
    { "GetFunctionScalingConfig", "GET",
      "/2025-11-30/functions/*/function-scaling-config", NULL },
    { "PutFunctionScalingConfig", "PUT",
      "/2025-11-30/functions/*/function-scaling-config", NULL },
};

/* Take the next segment off PATH; false at its end. A slash at the end counts for
 * nothing. */
static bool
next_segment(struct lamb_span *path, struct lamb_span *ret)
{
    if (path->len == 0 || lamb_span_is(*path, "/"))
        return false;
    *path = lamb_span_of(path->ptr + 1, path->len - 1); /* both begin with a slash */
    if (lamb_span_cut(*path, '/', ret, path))
        *path = lamb_span_of(path->ptr - 1, path->len + 1);
    return true;
}

static bool
fits(const struct operation *op, struct lamb_span path, struct operation_match *match)
{
    struct lamb_span pattern = lamb_span_str(op->path);
    struct lamb_span wanted;
    struct lamb_span given;

    match->n_labels = 0;
    while (next_segment(&pattern, &wanted)) {
        if (!next_segment(&path, &given))
            return false;
        if (!lamb_span_is(wanted, "*")) {
            if (!lamb_span_eq(wanted, given))
                return false;
        } else if (given.len == 0) {
            return false;
        } else {
            match->labels[match->n_labels++] = given;
        }
    }
    return !next_segment(&path, &given);
}

enum operation_found
operation_find(struct lamb_span method, struct lamb_span path,
               struct operation_match *ret)
{
    enum operation_found found = OPERATION_UNKNOWN;

    if (path.len == 0 || path.ptr[0] != '/')
        return OPERATION_UNKNOWN;
    for (size_t i = 0; i < LAMB_COUNT(operations); i++) {
        if (!fits(&operations[i], path, ret))
            continue;
        if (lamb_span_is(method, operations[i].method)) {
            ret->operation = &operations[i];
            return OPERATION_FOUND;
        }
        found = OPERATION_OTHER_METHOD;
    }
    return found;
}
