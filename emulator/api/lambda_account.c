/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_account - GetAccountSettings over HTTP: GET /2016-08-19/account-settings.
 */

#include <stdlib.h>

#include "emulator/api/dispatch.h"
#include "emulator/api/error.h"
#include "emulator/api/lambda_code.h"
#include "emulator/api/operations.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"

struct sum {
    struct api_scope scope;
    int64_t functions;
};

static void
add_record(void *data, struct function_record *record)
{
    struct sum *sum = data;

    if (!lamb_span_is(sum->scope.account, record->key.account) ||
        !lamb_span_is(sum->scope.region, record->key.region))
        return;
    sum->functions += strcmp(record->key.version, "$LATEST") == 0;
}

static void
put_settings(struct lamb_buf *json, const struct concurrency *c, const char *account,
             const char *region, int64_t code, int64_t functions)
{
    const int64_t *quotas = concurrency_quotas(c)->values;

    (void)lamb_buf_printf(
        json,
        "{\"AccountLimit\":{\"TotalCodeSize\":%lld,\"CodeSizeUnzipped\":%lld,"
        "\"CodeSizeZipped\":%lld,\"ConcurrentExecutions\":%lld,"
        "\"UnreservedConcurrentExecutions\":%lld},\"AccountUsage\":{"
        "\"TotalCodeSize\":%lld,\"FunctionCount\":%lld}}",
        (long long)quotas[QUOTA_CODE_TOTAL], (long long)quotas[QUOTA_CODE_UNZIPPED],
        (long long)quotas[QUOTA_CODE_ZIPPED], (long long)quotas[QUOTA_CONCURRENCY],
        (long long)concurrency_unreserved(c, account, region), (long long)code,
        (long long)functions);
}

void
lambda_get_account_settings(struct api *api, struct http_request *req,
                            const struct operation_match *match)
{
    struct sum sum = { 0 };
    LAMB_AUTOFREE char *account = NULL;
    LAMB_AUTOFREE char *region = NULL;
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(4096);
    char request_id[37];

    (void)match;
    lamb_uuid4(request_id);
    api_read_scope(req, &sum.scope);
    if (!sum.scope.account.len)
        sum.scope.account = lamb_span_str(api->account);
    if (!sum.scope.region.len)
        sum.scope.region = lamb_span_str(api->region);
    account = lamb_span_dup(sum.scope.account);
    region = lamb_span_dup(sum.scope.region);
    if (!account || !region) {
        api_reply_error(req, request_id, "ServiceException",
                        "The emulator is out of memory.", NULL);
        return;
    }
    functions_each(api->functions, add_record, &sum);
    put_settings(&json, functions_concurrency(api->functions), account, region,
                 code_storage_used(api->functions, account, region), sum.functions);
    api_reply_json(req, request_id, 200, lamb_buf_cstr(&json));
}
