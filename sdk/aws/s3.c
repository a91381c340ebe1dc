/* SPDX-License-Identifier: Apache-2.0 */

/* s3 - GetObject and PutObject, of lamb/services.h. The bucket is in the path. */

#include "sdk/aws/json_call.h"
#include "sdk/sign/uri.h"

#include <lamb/services.h>

static int
call(struct lamb_aws *aws, struct lamb_invocation *inv, const char *method,
     const char *bucket, const char *key, struct lamb_span bytes,
     const char *content_type, struct lamb_aws_result **ret_result)
{
    const struct lamb_aws_header headers[] = { { "Content-Type", content_type } };
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(8192);
    int r;

    if (!bucket || !*bucket || strchr(bucket, '/'))
        return lamb_call_refuse(ret_result, "no bucket is named");
    if (!key || !*key)
        return lamb_call_refuse(ret_result, "no key is named");
    (void)lamb_buf_char(&path, '/');
    lamb_uri_encode(&path, lamb_span_str(bucket), "");
    (void)lamb_buf_char(&path, '/');
    lamb_uri_encode(&path, lamb_span_str(key), "/");
    r = lamb_call_check_text(&path, "the key is too long", ret_result);
    if (r != 0)
        return r;
    return lamb_aws_call(aws, inv,
                         &(struct lamb_aws_request){
                             .struct_size = sizeof(struct lamb_aws_request),
                             .service = "s3",
                             .method = method,
                             .path = lamb_buf_cstr(&path),
                             .headers = headers,
                             .n_headers = content_type ? 1 : 0,
                             .body = bytes,
                         },
                         ret_result);
}

int
lamb_s3_get(struct lamb_aws *aws, struct lamb_invocation *inv, const char *bucket,
            const char *key, struct lamb_aws_result **ret_result)
{
    return call(aws, inv, "GET", bucket, key, (struct lamb_span){ 0 }, NULL,
                ret_result);
}

int
lamb_s3_put(struct lamb_aws *aws, struct lamb_invocation *inv, const char *bucket,
            const char *key, struct lamb_span bytes, const char *content_type,
            struct lamb_aws_result **ret_result)
{
    return call(aws, inv, "PUT", bucket, key, bytes, content_type, ret_result);
}
