/* SPDX-License-Identifier: Apache-2.0 */

/*
 * attribute - what Ref and GetAtt give. Names and ARNs follow from the template, so
 * that functions may refer to each other whatever their order; the rest was learned
 * from a call. Resources that lamb does not make have the names and ARNs they would
 * have.
 */
#include <stdio.h>

#include "emulator/template/template_internal.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

/*
 * Of one type: the property that names it, and its attributes in this little language:
 * %N its name, %I its logical id, %A the account, %R the region, %U the emulator's URL.
 */
struct attributes {
    const char *type;
    const char *name; /* property; NULL: the logical id is the name */
    struct {
        const char *attribute;
        const char *text;
    } list[4];
};

#define ARN_FUNCTION "arn:aws:lambda:%R:%A:function:%N"
#define ARN_TABLE "arn:aws:dynamodb:%R:%A:table/%N"

static const struct attributes types[] = {
    { "AWS::Serverless::Function",
      "FunctionName",
      { { "Ref", "%N" }, { "Arn", ARN_FUNCTION } } },
    { "AWS::Lambda::Function",
      "FunctionName",
      { { "Ref", "%N" }, { "Arn", ARN_FUNCTION } } },
    { "AWS::SQS::Queue",
      "QueueName",
      { { "Ref", "%U/%A/%N" },
        { "QueueUrl", "%U/%A/%N" },
        { "Arn", "arn:aws:sqs:%R:%A:%N" },
        { "QueueName", "%N" } } },
    { "AWS::Kinesis::Stream",
      "Name",
      { { "Ref", "%N" }, { "Arn", "arn:aws:kinesis:%R:%A:stream/%N" } } },
    { "AWS::SNS::Topic",
      "TopicName",
      { { "Ref", "arn:aws:sns:%R:%A:%N" },
        { "TopicArn", "arn:aws:sns:%R:%A:%N" },
        { "TopicName", "%N" } } },
    { "AWS::S3::Bucket",
      "BucketName",
      { { "Ref", "%N" },
        { "Arn", "arn:aws:s3:::%N" },
        { "DomainName", "%N.s3.amazonaws.com" } } },
    { "AWS::DynamoDB::Table",
      "TableName",
      { { "Ref", "%N" },
        { "Arn", ARN_TABLE },
        { "StreamArn", ARN_TABLE "/stream/2020-01-01T00:00:00.000" } } },
    { "AWS::Serverless::SimpleTable",
      "TableName",
      { { "Ref", "%N" }, { "Arn", ARN_TABLE } } },
    { "AWS::Events::Rule",
      "Name",
      { { "Ref", "%N" }, { "Arn", "arn:aws:events:%R:%A:rule/%N" } } },
    { "AWS::Events::EventBus",
      "Name",
      { { "Ref", "%N" },
        { "Arn", "arn:aws:events:%R:%A:event-bus/%N" },
        { "Name", "%N" } } },
    { "AWS::IAM::Role",
      "RoleName",
      { { "Ref", "%N" },
        { "Arn", "arn:aws:iam::%A:role/%N" },
        { "RoleId", "AROALAMBLOCALEXAMPLE" } } },
    { "AWS::Logs::LogGroup",
      "LogGroupName",
      { { "Ref", "%N" }, { "Arn", "arn:aws:logs:%R:%A:log-group:%N:*" } } },
    { "AWS::StepFunctions::StateMachine",
      "StateMachineName",
      { { "Ref", "arn:aws:states:%R:%A:stateMachine:%N" },
        { "Arn", "arn:aws:states:%R:%A:stateMachine:%N" },
        { "Name", "%N" } } },
};

/* Anything else: its logical id, and an ARN that says so. */
static const struct attributes any_type = {
    NULL, NULL, { { "Ref", "%I" }, { "Arn", "arn:aws:lamb:%R:%A:%I" } }
};

static const struct attributes *
attributes_of(const char *type)
{
    for (size_t i = 0; i < LAMB_COUNT(types); i++)
        if (strcmp(types[i].type, type) == 0)
            return &types[i];
    return &any_type;
}

const char *
resource_name(struct template *t, const struct resource *resource)
{
    const char *property = attributes_of(resource->type)->name;
    const struct node *given =
        property ? node_find(resource->properties, property) : NULL;
    const struct node *name = NULL;

    if (given && resolve(&t->scope, given, &name) == 0 && name &&
        name->kind == NODE_TEXT)
        return name->text;
    return resource->id;
}

static const char *
expand(struct template *t, const struct resource *resource, const char *text)
{
    LAMB_AUTOBUF struct lamb_buf all = LAMB_BUF_INIT(4096);

    for (; *text; text++) {
        const char *part = NULL;

        if (*text != '%') {
            (void)lamb_buf_char(&all, *text);
            continue;
        }
        switch (*++text) {
        case 'N':
            part = resource_name(t, resource);
            break;
        case 'I':
            part = resource->id;
            break;
        case 'A':
            part = t->account;
            break;
        case 'R':
            part = t->region;
            break;
        default:
            part = t->url;
        }
        (void)lamb_buf_str(&all, part);
    }
    return lamb_buf_error(&all) ? NULL : arena_text(t->arena, lamb_buf_view(&all));
}

/* A function's ARN with its version or alias, once it is published. */
static const char *
qualified(struct template *t, const struct resource *resource, const char *qualifier)
{
    LAMB_AUTOBUF struct lamb_buf arn = LAMB_BUF_INIT(1024);

    (void)lamb_buf_printf(&arn, "arn:aws:lambda:%s:%s:function:%s:%s", t->region,
                          t->account, resource_name(t, resource), qualifier);
    return lamb_buf_error(&arn) ? NULL : arena_text(t->arena, lamb_buf_view(&arn));
}

const char *
template_attribute(void *data, const char *id, const char *attribute)
{
    struct template *t = data;
    const struct resource *resource = template_find(t, id);
    const struct attributes *attributes;
    bool is_function; /* its name is known before it is made */

    if (!resource)
        return NULL;
    is_function = resource->kind && resource->kind->rank == 1;
    for (const struct learned *l = t->learned; l; l = l->next)
        if (strcmp(l->id, id) == 0 && strcmp(l->attribute, attribute) == 0 &&
            (!is_function || strcmp(attribute, "Ref") != 0))
            return strcmp(attribute, "Version") == 0 &&
                           !strstr(resource->type, "Version")
                       ? qualified(t, resource, l->value)
                       : l->value;
    if (resource->kind && !is_function)
        return NULL; /* made by a call that has not been */
    attributes = attributes_of(resource->type);
    for (size_t i = 0; i < LAMB_COUNT(attributes->list); i++)
        if (attributes->list[i].attribute &&
            strcmp(attributes->list[i].attribute, attribute) == 0)
            return expand(t, resource, attributes->list[i].text);
    if (resource->kind || attributes != &any_type)
        return NULL;
    template_ignore(t, "%s of %s: its value is made up", attribute, id);
    return expand(t, resource, "%I");
}
