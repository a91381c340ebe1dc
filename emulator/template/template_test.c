/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "emulator/template/template.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

#define SAM "Transform: AWS::Serverless-2016-10-31\n"
#define RESOURCES SAM "Resources:\n"

static const struct template_value none[] = { { NULL, NULL } };

static int
load(const char *text, const struct template_value *parameters, struct template **ret,
     struct lamb_err *err)
{
    const struct template_config config = { .path = "t.yaml",
                                            .region = "eu-west-1",
                                            .account = "123456789012",
                                            .url = "http://127.0.0.1:9000",
                                            .parameters = parameters };

    return template_parse(&config, lamb_span_str(text), ret, err);
}

/* One line a call: operation, members, path. What a service would answer is learned. */
static int
plan(const char *text, const struct template_value *parameters, struct lamb_buf *ret,
     struct lamb_err *err)
{
    struct template_call call;
    struct template *t;
    unsigned version = 0;
    int r = load(text, parameters, &t, err);

    if (r)
        return r;
    while ((r = template_next(t, &call, err)) == 0) {
        char *members = json_dumps(call.members, JSON_SORT_KEYS | JSON_COMPACT);
        char value[64];

        (void)lamb_buf_printf(ret, "%s %s%s%s%s\n", call.operation, members,
                              call.path ? " " : "", call.path ? call.path : "",
                              call.is_make ? " make" : "");
        free(members);
        if (strcmp(call.operation, "PublishVersion") == 0) {
            assert_int_equal(lamb_format(value, sizeof(value), "%u", ++version), 0);
            assert_int_equal(template_learn(t, call.id, "Version", value), 0);
        } else if (strcmp(call.operation, "PublishLayerVersion") == 0) {
            assert_int_equal(template_learn(t, call.id, "Ref", "arn:layer:1"), 0);
        }
        template_call_free(&call);
    }
    template_free(t);
    return r == TEMPLATE_E_END ? 0 : r;
}

static void
assert_plan(const char *text, const char *wanted)
{
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);
    struct lamb_err err = { 0 };

    if (plan(text, none, &got, &err))
        fail_msg("%s", err.text);
    assert_string_equal(lamb_buf_cstr(&got), wanted);
}

static void
assert_refused(const char *text, const char *wanted)
{
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);
    struct lamb_err err = { 0 };

    assert_int_equal(plan(text, none, &got, &err), -EINVAL);
    assert_string_equal(err.text, wanted);
}

#define ROLE(id) "\"Role\":\"arn:aws:iam::123456789012:role/" id "\""

static void
test_a_function_is_one_call(void **state)
{
    (void)state;
    assert_plan(RESOURCES "  Hello:\n"
                          "    Type: AWS::Serverless::Function\n"
                          "    Properties:\n"
                          "      CodeUri: hello/\n"
                          "      Handler: hello.handler\n"
                          "      Runtime: provided.al2023\n"
                          "      MemorySize: 256\n"
                          "      Timeout: '7'\n"
                          "      Architectures: [x86_64]\n"
                          "      Environment:\n"
                          "        Variables: {COUNT: 1, FLAG: true, NAME: Ada}\n",
                "CreateFunction {\"Architectures\":[\"x86_64\"],\"Environment\":"
                "{\"Variables\":{\"COUNT\":\"1\",\"FLAG\":\"true\",\"NAME\":\"Ada\"}},"
                "\"FunctionName\":\"Hello\",\"Handler\":\"hello.handler\","
                "\"MemorySize\":256," ROLE("Hello") ",\"Runtime\":\"provided.al2023\","
                                                    "\"Timeout\":7} hello/\n");
}

static void
test_globals_are_merged_as_sam_does(void **state)
{
    (void)state;
    assert_plan(
        SAM "Globals:\n"
            "  Function:\n"
            "    Timeout: 5\n"
            "    Layers: [arn:a]\n"
            "    Environment: {Variables: {A: global, B: global}}\n"
            "Resources:\n"
            "  F:\n"
            "    Type: AWS::Serverless::Function\n"
            "    Properties:\n"
            "      Timeout: 9\n"
            "      Layers: [arn:b]\n"
            "      Environment: {Variables: {B: own}}\n"
            "  G:\n"
            "    Type: AWS::Serverless::Function\n"
            "    IgnoreGlobals: [Timeout, Layers]\n"
            "  H:\n"
            "    Type: AWS::Serverless::Function\n"
            "    IgnoreGlobals: '*'\n",
        "CreateFunction {\"Environment\":{\"Variables\":{\"A\":\"global\",\"B\":"
        "\"own\"}},\"FunctionName\":\"F\",\"Layers\":[\"arn:a\",\"arn:b\"]," ROLE(
            "F") ",\"Timeout\":9} .\n"
                 "CreateFunction {\"Environment\":{\"Variables\":{\"A\":"
                 "\"global\",\"B\":\"global\"}},\"FunctionName\":\"G\"," ROLE(
                     "G") "} .\n"
                          "CreateFunction {\"FunctionName\":\"H\"," ROLE("H") "} .\n");
}

static void
test_all_that_hangs_on_a_function_follows_it(void **state)
{
    (void)state;
    assert_plan(
        RESOURCES
        "  F:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties:\n"
        "      ReservedConcurrentExecutions: 0\n"
        "      AutoPublishAlias: live\n"
        "      VersionDescription: first\n"
        "      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}\n"
        "      FunctionUrlConfig: {AuthType: NONE, Cors: {MaxAge: 5}}\n"
        "      EventInvokeConfig:\n"
        "        MaximumRetryAttempts: 1\n"
        "        DestinationConfig:\n"
        "          OnFailure: {Type: SQS, Destination: !GetAtt Q.Arn}\n"
        "      Tracing: Active\n"
        "      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}\n"
        "      Events:\n"
        "        In:\n"
        "          Type: SQS\n"
        "          Properties: {Queue: !GetAtt Q.Arn, BatchSize: 5}\n"
        "        Web: {Type: HttpApi}\n"
        "  Q: {Type: AWS::SQS::Queue}\n",
        "CreateFunction {\"DeadLetterConfig\":{\"TargetArn\":\"arn:aws:sqs:eu-west-1:"
        "123456789012:Q\"},\"FunctionName\":\"F\"," ROLE(
            "F") ",\"TracingConfig\":{\"Mode\":\"Active\"}} .\n"
                 "PutFunctionConcurrency {\"FunctionName\":\"F\","
                 "\"ReservedConcurrentExecutions\":0}\n"
                 "PublishVersion {\"Description\":\"first\",\"FunctionName\":\"F\"}\n"
                 "CreateAlias {\"FunctionName\":\"F\",\"FunctionVersion\":\"1\","
                 "\"Name\":\"live\"}\n"
                 "PutProvisionedConcurrencyConfig {\"FunctionName\":\"F\","
                 "\"ProvisionedConcurrentExecutions\":2,\"Qualifier\":\"live\"}\n"
                 "PutFunctionEventInvokeConfig {\"DestinationConfig\":{\"OnFailure\":"
                 "{\"Destination\":\"arn:aws:sqs:eu-west-1:123456789012:Q\"}},"
                 "\"FunctionName\":\"F\",\"MaximumRetryAttempts\":1,\"Qualifier\":"
                 "\"live\"}\n"
                 "CreateFunctionUrlConfig {\"AuthType\":\"NONE\",\"Cors\":{\"MaxAge\":"
                 "5},\"FunctionName\":\"F\",\"Qualifier\":\"live\"}\n"
                 "AddPermission {\"Action\":\"lambda:InvokeFunctionUrl\","
                 "\"FunctionName\":\"F\",\"FunctionUrlAuthType\":\"NONE\","
                 "\"Principal\":\"*\",\"Qualifier\":\"live\",\"StatementId\":"
                 "\"FunctionURLAllowPublicAccess\"}\n"
                 "CreateEventSourceMapping {\"BatchSize\":5,\"EventSourceArn\":"
                 "\"arn:aws:sqs:eu-west-1:123456789012:Q\",\"FunctionName\":"
                 "\"F:live\"}\n");
}

static void
test_layers_are_made_before_the_functions_that_name_them(void **state)
{
    (void)state;
    assert_plan(RESOURCES
                "  F:\n"
                "    Type: AWS::Serverless::Function\n"
                "    Properties: {Layers: [!Ref L], CodeUri: s3://b/k/f.zip}\n"
                "  L:\n"
                "    Type: AWS::Serverless::LayerVersion\n"
                "    Properties: {ContentUri: layer/}\n"
                "    Metadata: {BuildMethod: makefile}\n",
                "PublishLayerVersion {\"LayerName\":\"L\"} layer/ make\n"
                "CreateFunction {\"Code\":{\"S3Bucket\":\"b\",\"S3Key\":\"k/f.zip\"},"
                "\"FunctionName\":\"F\",\"Layers\":[\"arn:layer:1\"]," ROLE("F") "}\n");
}

static void
test_the_resources_of_cloudformation(void **state)
{
    (void)state;
    assert_plan(
        "Resources:\n"
        "  F:\n"
        "    Type: AWS::Lambda::Function\n"
        "    Properties:\n"
        "      FunctionName: real-name\n"
        "      Role: arn:role\n"
        "      Code: {S3Bucket: b, S3Key: k}\n"
        "      Tags: [{Key: a, Value: b}]\n"
        "  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}\n"
        "  A:\n"
        "    Type: AWS::Lambda::Alias\n"
        "    Properties: {FunctionName: !Ref F, Name: a, FunctionVersion: !GetAtt "
        "V.Version}\n"
        "  P:\n"
        "    Type: AWS::Lambda::Permission\n"
        "    Properties: {FunctionName: !GetAtt F.Arn, Action: lambda:InvokeFunction, "
        "Principal: s3.amazonaws.com}\n"
        "  U:\n"
        "    Type: AWS::Lambda::Url\n"
        "    Properties: {TargetFunctionArn: !Ref F, AuthType: AWS_IAM}\n",
        "CreateFunction {\"Code\":{\"S3Bucket\":\"b\",\"S3Key\":\"k\"},"
        "\"FunctionName\":\"real-name\",\"Role\":\"arn:role\",\"Tags\":{\"a\":\"b\"}}\n"
        "PublishVersion {\"FunctionName\":\"real-name\"}\n"
        "CreateAlias "
        "{\"FunctionName\":\"real-name\",\"FunctionVersion\":\"1\",\"Name\":"
        "\"a\"}\n"
        "AddPermission "
        "{\"Action\":\"lambda:InvokeFunction\",\"FunctionName\":\"arn:aws:"
        "lambda:eu-west-1:123456789012:function:real-name\",\"Principal\":\"s3."
        "amazonaws."
        "com\",\"StatementId\":\"P\"}\n"
        "CreateFunctionUrlConfig {\"AuthType\":\"AWS_IAM\",\"FunctionName\":"
        "\"real-name\"}\n");
}

static void
test_conditions_choose_resources_and_values(void **state)
{
    static const struct template_value given[] = { { "Stage", "prod" },
                                                   { NULL, NULL } };
    static const char text[] =
        SAM "Parameters: {Stage: {Type: String, Default: dev}}\n"
            "Conditions: {IsProd: !Equals [!Ref Stage, prod]}\n"
            "Resources:\n"
            "  F:\n"
            "    Type: AWS::Serverless::Function\n"
            "    Properties:\n"
            "      MemorySize: !If [IsProd, 1024, !Ref AWS::NoValue]\n"
            "  G: {Type: AWS::Serverless::Function, Condition: IsProd}\n";
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);
    struct lamb_err err = { 0 };

    (void)state;
    assert_plan(text, "CreateFunction {\"FunctionName\":\"F\"," ROLE("F") "} .\n");
    assert_int_equal(plan(text, given, &got, &err), 0);
    assert_string_equal(
        lamb_buf_cstr(&got),
        "CreateFunction {\"FunctionName\":\"F\",\"MemorySize\":1024," ROLE(
            "F") "} .\nCreateFunction {\"FunctionName\":\"G\"," ROLE("G") "} .\n");
}

static void
test_mistakes_are_named_with_their_place(void **state)
{
    static const char *const cases[][2] = {
        { "", "t.yaml: the file is empty" },
        { "Resources: {",
          "t.yaml:2:1: while parsing a flow node, did not find expected "
          "node content" },
        { "Resource: {}", "t.yaml:1:1: a template has no 'Resource': did you mean "
                          "'Resources'?" },
        { "Description: x", "t.yaml: there are no Resources" },
        { "Resources:\n  A: {Type: AWS::Lambda::Functoin}",
          "t.yaml:2:13: there is no type 'AWS::Lambda::Functoin': did you mean "
          "'AWS::Lambda::Function'?" },
        { "Resources:\n  A: {Type: Function}",
          "t.yaml:2:13: 'Function' is no type: it is like AWS::Serverless::Function" },
        { "Resources:\n  A: {Typ: X}",
          "t.yaml:2:7: the resource 'A' has no 'Typ': did you mean 'Type'?" },
        { "Resources:\n  ../A: {Type: AWS::Lambda::Function}",
          "t.yaml:2:3: the name '../A' of a resource is letters and digits" },
        { "Resources:\n  A: {}", "t.yaml:2:3: the resource 'A' has no Type" },
        { "Resources:\n  A: {Type: AWS::Serverless::Function}",
          "t.yaml:2:13: AWS::Serverless::Function needs 'Transform: "
          "AWS::Serverless-2016-10-31' at the top of the template" },
        { RESOURCES "  A:\n    Type: AWS::Serverless::Function\n    Properties:\n"
                    "      Timout: 3",
          "t.yaml:6:7: the resource 'A' has no property 'Timout': did you mean "
          "'Timeout'?" },
        { RESOURCES
          "  A: {Type: AWS::Serverless::Function, Properties: {Timeout: soon}}",
          "t.yaml:3:62: 'Timeout' is a number, not 'soon'" },
        { RESOURCES "  A: {Type: AWS::Serverless::Function, Properties: {Layers: x}}",
          "t.yaml:3:61: 'Layers' is a list" },
        { RESOURCES
          "  A: {Type: AWS::Serverless::Function, Properties: {InlineCode: x}}",
          "t.yaml:3:3: the resource 'A': InlineCode is not supported: give CodeUri" },
        { RESOURCES "  A:\n    Type: AWS::Serverless::Function\n    Properties:\n"
                    "      Events: {E: {Type: SQZ, Properties: {}}}",
          "t.yaml:6:26: there is no event type 'SQZ': did you mean 'SQS'?" },
        { RESOURCES "  A: {Type: AWS::Serverless::Function}\n"
                    "  A: {Type: AWS::Serverless::Function}",
          "t.yaml:4:3: the key 'A' is here for the second time; the first is in line "
          "3" },
        { RESOURCES "  A: {Type: AWS::Serverless::Function, Condition: Nope}",
          "t.yaml:3:51: there is no condition 'Nope'" },
        { SAM "Globals: {Functions: {}}\nResources: {}",
          "t.yaml:2:11: Globals has no 'Functions': did you mean 'Function'?" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++)
        assert_refused(cases[i][0], cases[i][1]);
}

static void
note(void *data, const char *text)
{
    (void)lamb_buf_printf(data, "%s\n", text);
}

static void
test_what_is_valid_and_not_made_is_named_once(void **state)
{
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(4096);
    struct template_call call;
    struct lamb_err err = { 0 };
    struct template *t;

    (void)state;
    assert_int_equal(load(RESOURCES "  T: {Type: AWS::DynamoDB::Table}\n"
                                    "  F:\n"
                                    "    Type: AWS::Serverless::Function\n"
                                    "    Properties:\n"
                                    "      Events: {Tick: {Type: Schedule}}\n",
                          none, &t, &err),
                     0);
    while (template_next(t, &call, &err) == 0)
        template_call_free(&call);
    template_each_ignored(t, note, &got);
    assert_string_equal(lamb_buf_cstr(&got), "T (AWS::DynamoDB::Table)\n"
                                             "Tick of F (event Schedule)\n");
    template_free(t);
}

static void
test_a_missing_file_is_named(void **state)
{
    const struct template_config config = { .path = "/nonexistent/template.yaml",
                                            .region = "",
                                            .account = "",
                                            .url = "",
                                            .parameters = none };
    struct lamb_err err = { 0 };
    struct template *t;

    (void)state;
    assert_int_equal(template_load(&config, &t, &err), -ENOENT);
    assert_string_equal(err.text, "read the template '/nonexistent/template.yaml': No "
                                  "such file or directory");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_function_is_one_call),
        cmocka_unit_test(test_globals_are_merged_as_sam_does),
        cmocka_unit_test(test_all_that_hangs_on_a_function_follows_it),
        cmocka_unit_test(test_layers_are_made_before_the_functions_that_name_them),
        cmocka_unit_test(test_the_resources_of_cloudformation),
        cmocka_unit_test(test_conditions_choose_resources_and_values),
        cmocka_unit_test(test_mistakes_are_named_with_their_place),
        cmocka_unit_test(test_what_is_valid_and_not_made_is_named_once),
        cmocka_unit_test(test_a_missing_file_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
