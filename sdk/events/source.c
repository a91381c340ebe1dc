/* SPDX-License-Identifier: Apache-2.0 */

/* source - where an event comes from, judged by its shape. */

#include <errno.h>
#include <string.h>

#include "sdk/base/span.h"
#include "sdk/events/document.h"

/* A field, and the text that it has to be; NULL: anything but null. */
struct sign {
    const char *path;
    const char *text;
};

/* The first row whose signs are all there decides. */
static const struct row {
    const char *source;
    struct sign signs[3];
} rows[] = {
    { "alb", { { "requestContext/elb", NULL } } },
    { "authorizer", { { "type", "REQUEST" }, { "routeArn", NULL } } },
    { "authorizer", { { "type", "REQUEST" }, { "methodArn", NULL } } },
    { "authorizer", { { "type", "TOKEN" }, { "methodArn", NULL } } },
    { "http_v2", { { "version", "2.0" }, { "requestContext/http", NULL } } },
    { "websocket", { { "requestContext/connectionId", NULL } } },
    { "http_v1", { { "requestContext", NULL }, { "httpMethod", NULL } } },
    { "kafka", { { "eventSource", "aws:kafka" } } },
    { "kafka", { { "eventSource", "SelfManagedKafka" } } },
    { "activemq", { { "eventSource", "aws:mq" } } },
    { "rabbitmq", { { "eventSource", "aws:rmq" } } },
    { "docdb", { { "eventSource", "aws:docdb" } } },
    { "logs", { { "awslogs/data", NULL } } },
    { "eventbridge", { { "detail-type", NULL }, { "source", NULL } } },
    { "codepipeline", { { "CodePipeline.job", NULL } } },
    { "cognito", { { "triggerSource", NULL }, { "userPoolId", NULL } } },
    { "cognito_sync", { { "datasetRecords", NULL }, { "identityPoolId", NULL } } },
    { "s3_batch", { { "invocationSchemaVersion", NULL } } },
    { "firehose", { { "deliveryStreamArn", NULL } } },
    { "s3_object_lambda", { { "xAmzRequestId", NULL }, { "userRequest", NULL } } },
    { "s3", { { "Service", "Amazon S3" }, { "Event", "s3:TestEvent" } } },
    { "iot_authorizer", { { "protocolData", NULL }, { "signatureVerified", NULL } } },
    { "iot_provisioning", { { "claimCertificateId", NULL } } },
    { "iot_provisioning", { { "templateArn", NULL }, { "certificateId", NULL } } },
    { "iot_button", { { "clickType", NULL }, { "serialNumber", NULL } } },
    { "custom_resource", { { "RequestType", NULL }, { "LogicalResourceId", NULL } } },
};

/* The same for the first element of Records. */
static const struct row record_rows[] = {
    { "sqs", { { "eventSource", "aws:sqs" } } },
    { "s3", { { "eventSource", "aws:s3" } } },
    { "kinesis", { { "eventSource", "aws:kinesis" } } },
    { "dynamodb", { { "eventSource", "aws:dynamodb" } } },
    { "ses", { { "eventSource", "aws:ses" } } },
    { "sns", { { "EventSource", "aws:sns" } } },
    { "cloudfront", { { "cf", NULL } } },
};

/* What reads like it, without leaving an error behind. */
static const json_t *
look(const json_t *at, const char *path)
{
    while (at && *path) {
        size_t len = strcspn(path, "/");

        at = json_object_getn(at, path, len); /* NULL for what is no object */
        path += len + (path[len] == '/');
    }
    return json_is_null(at) ? NULL : at;
}

static bool
shows(const json_t *event, const struct sign *sign)
{
    const json_t *found = look(event, sign->path);

    if (!found || !sign->text)
        return found != NULL;
    return json_is_string(found) && strcmp(json_string_value(found), sign->text) == 0;
}

static const char *
judge(const json_t *event, const struct row *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t hits = 0;

        while (hits < 3 && table[i].signs[hits].path &&
               shows(event, &table[i].signs[hits]))
            hits++;
        if (hits == 3 || !table[i].signs[hits].path)
            return table[i].source;
    }
    return NULL;
}

/* The last call of a time window has no records, only the stream they came from. */
static const char *
judge_window(const json_t *event)
{
    const char *arn = json_string_value(look(event, "eventSourceARN"));

    if (!arn || !look(event, "isFinalInvokeForWindow"))
        return NULL;
    return strstr(arn, ":dynamodb:") ? "dynamodb" : "kinesis";
}

const char *
lamb_document_source(struct lamb_document *document)
{
    const json_t *event = lamb_document_root(document).node;
    const json_t *record = json_array_get(look(event, "Records"), 0);
    const char *source = judge(event, rows, sizeof(rows) / sizeof(rows[0]));

    if (!source)
        source =
            judge(record, record_rows, sizeof(record_rows) / sizeof(record_rows[0]));
    return source ? source : judge_window(event);
}

int
lamb_document_expect(struct lamb_document *document, const char *source,
                     struct lamb_value *ret_value)
{
    const char *found = lamb_document_source(document);

    *ret_value = (struct lamb_value){ NULL, NULL };
    if (!document)
        return -EPROTO;
    if (!found || strcmp(found, source) != 0)
        return lamb_document_blame(document, -EPROTO, NULL, "",
                                   "an event of %s is expected, %s was found", source,
                                   found ? found : "the shape of none that is known");
    *ret_value = lamb_document_root(document);
    return 0;
}
