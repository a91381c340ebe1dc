/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/shape.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Each request violates one constraint, in the words that the service was heard to use.
 */
static const struct {
    const char *operation;
    const char *request;
    const char *message; /* NULL: nothing is wrong */
} rows[] = {
    { "GetAlias", "{'FunctionName':'f','Name':'prod'}", NULL },
    { "CreateFunctionUrlConfig",
      "{'FunctionName':'f','AuthType':'NONE','Cors':{'AllowHeaders':['a b']}}", NULL },
    { "CreateFunctionUrlConfig",
      "{'FunctionName':'f','AuthType':'NONE','Cors':{'AllowHeaders':['a\\nb']}}",
      "1 validation error detected: Value '[a\nb]' at 'cors.allowHeaders' failed to "
      "satisfy constraint: Member must satisfy constraint: [Member must have length "
      "less "
      "than or equal to 1024, Member must have length greater than or equal to 0, "
      "Member "
      "must satisfy regular expression pattern: .*, Member must not be null]" },
    { "CreateAlias", "{'FunctionName':'f','Name':'2024','FunctionVersion':'1'}",
      "1 validation error detected: Value '2024' at 'name' failed to satisfy "
      "constraint: "
      "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)" },
    { "CreateAlias",
      "{'FunctionName':'f','Name':'a','FunctionVersion':'1','RoutingConfig':"
      "{'AdditionalVersionWeights':{'2':2.0}}}",
      "1 validation error detected: Value '{2=2.0}' at "
      "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map "
      "value "
      "must satisfy constraint: [Member must have value less than or equal to 1.0, "
      "Member must have value greater than or equal to 0.0, Member must not be null]" },
    { "CreateAlias",
      "{'FunctionName':'f','Name':'a','FunctionVersion':'1','RoutingConfig':"
      "{'AdditionalVersionWeights':{'$LATEST':0.5}}}",
      "1 validation error detected: Value '{$LATEST=0.5}' at "
      "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys "
      "must satisfy constraint: [Member must have length less than or equal to 1024, "
      "Member must have length greater than or equal to 1, Member must satisfy regular "
      "expression pattern: [0-9]+]" },
    { "UpdateFunctionConfiguration",
      "{'FunctionName':'f','Role':'r1','Timeout':3000,'SnapStart':{'ApplyOn':"
      "'invalidOption'}}",
      "3 validation errors detected: Value 'r1' at 'role' failed to satisfy "
      "constraint: "
      "Member must satisfy regular expression pattern: "
      "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+; Value '3000' "
      "at "
      "'timeout' failed to satisfy constraint: Member must have value less than or "
      "equal "
      "to 900; Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy "
      "constraint: Member must satisfy enum value set: [PublishedVersions, None]" },
    { "UpdateFunctionCode", "{'FunctionName':'f','Architectures':['x86_64','arm64']}",
      "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed "
      "to "
      "satisfy constraint: Member must have length less than or equal to 1" },
    { "UpdateFunctionCode", "{'FunctionName':'f','Architectures':['X86_64']}",
      "1 validation error detected: Value '[X86_64]' at 'architectures' failed to "
      "satisfy constraint: Member must satisfy constraint: [Member must satisfy enum "
      "value set: [x86_64, arm64], Member must not be null]" },
    { "UpdateFunctionConfiguration",
      "{'FunctionName':'f','VpcConfig':{'SubnetIds':['bad']}}",
      "1 validation error detected: Value '[bad]' at 'vpcConfig.subnetIds' failed to "
      "satisfy constraint: Member must satisfy constraint: [Member must have length "
      "less "
      "than or equal to 1024, Member must have length greater than or equal to 0, "
      "Member "
      "must satisfy regular expression pattern: subnet-[0-9a-z]*]" },
    { "UntagResource",
      "{'Resource':'arn:aws:lambda:us-east-1:000000000000:function:f'}",
      "1 validation error detected: Value null at 'tagKeys' failed to satisfy "
      "constraint: Member must not be null" },
    { "ListFunctions", "{'FunctionVersion':'invalid'}",
      "1 validation error detected: Value 'invalid' at 'functionVersion' failed to "
      "satisfy constraint: Member must satisfy enum value set: [ALL]" },
    { "PutFunctionRecursionConfig",
      "{'FunctionName':'f','RecursiveLoop':'InvalidValue'}",
      "1 validation error detected: Value 'InvalidValue' at 'recursiveLoop' failed to "
      "satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]" },
    { "TagResource",
      "{'Resource':'arn:aws:lambda:us-east-1:000000000000:function:f','Tags':"
      "{'\xc3\xa4 key':'v'}}",
      NULL },
};

static void
a_request_is_refused_in_the_words_of_the_service(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(64 * 1024);
        LAMB_AUTOBUF struct lamb_buf request = LAMB_BUF_INIT(4096);
        const struct operation_shape *op = operation_shape_find(rows[i].operation);
        json_t *in;

        for (const char *c = rows[i].request; *c; c++)
            (void)lamb_buf_char(&request, (char)(*c == '\'' ? '"' : *c));
        in = json_loads(lamb_buf_cstr(&request), 0, NULL);
        assert_non_null(in);
        assert_non_null(op);
        assert_int_equal(shape_check_types(op->input, in, &text), 0);
        (void)shape_check(op->input, in, &text);
        assert_string_equal(lamb_buf_cstr(&text),
                            rows[i].message ? rows[i].message : "");
        json_decref(in);
    }
}

static size_t n_patterns;

static void
compile(const struct shape *shape)
{
    regex_t regex;

    if (shape->regex) {
        assert_int_equal(regcomp(&regex, shape->regex, REG_EXTENDED | REG_NOSUB), 0);
        regfree(&regex);
        n_patterns++;
    }
    for (size_t i = 0; i < shape->n_members; i++)
        compile(shape->members[i].shape);
    if (shape->element)
        compile(shape->element);
    if (shape->key)
        compile(shape->key);
}

/* How many constraints the members of a shape have, all levels. */
static size_t
count(const struct shape *shape)
{
    size_t n = (size_t)shape->has_min + shape->has_max + (shape->pattern != NULL) +
               (shape->values != NULL);

    for (size_t i = 0; i < shape->n_members; i++)
        n += (size_t)shape->members[i].is_required + count(shape->members[i].shape);
    if (shape->element)
        n += count(shape->element);
    if (shape->key)
        n += count(shape->key);
    return n;
}

static void
every_pattern_compiles(void **unused)
{
    size_t n_constraints = 0;

    (void)unused;
    for (const struct operation_shape *op = operation_shapes; op->name; op++) {
        compile(op->input);
        n_constraints += count(op->input);
    }
    print_message("# %zu patterns, %zu constraints\n", n_patterns, n_constraints);
    assert_true(n_patterns > 100);
    assert_true(n_constraints > 500);
}

static void
a_member_of_another_type_is_told(void **unused)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(4096);
    const struct operation_shape *op = operation_shape_find("CreateFunction");
    json_t *in = json_pack("{s:{s:{s:i}}}", "Environment", "Variables", "KEY", 1);

    (void)unused;
    assert_int_equal(shape_check_types(op->input, in, &text), SHAPE_E_TYPE);
    assert_string_equal(lamb_buf_cstr(&text),
                        "Could not parse request body into json: KEY is not a string");
    json_decref(in);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_refused_in_the_words_of_the_service),
        cmocka_unit_test(every_pattern_compiles),
        cmocka_unit_test(a_member_of_another_type_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
