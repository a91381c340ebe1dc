/* SPDX-License-Identifier: Apache-2.0 */

/* Intrinsic functions, short and long form, with what the reference says of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "emulator/template/resolve.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

static const char prologue[] =
    "Parameters:\n"
    "  Name: {Type: String, Default: Ada, AllowedValues: [Ada, Bob]}\n"
    "  List: {Type: CommaDelimitedList, Default: 'a, b,c'}\n"
    "  Count: {Type: Number, Default: 3, MinValue: 1, MaxValue: 5}\n"
    "  Short: {Type: String, Default: abc, MaxLength: 2}\n"
    "  Empty: {Type: String}\n"
    "  Store: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}\n"
    "Mappings: {Sizes: {prod: {Memory: 1024}, dev: {Memory: 128}}}\n"
    "Conditions:\n"
    "  Yes: !Equals [a, a]\n"
    "  No: !Equals [a, b]\n"
    "  Both: !And [!Condition Yes, !Not [!Condition No]]\n"
    "  Either: !Or [!Condition No, !Condition Both]\n"
    "  BothLong: {Fn::And: [{Condition: Yes}, {Fn::Not: [{Condition: No}]}]}\n"
    "  EitherLong: {Fn::Or: [{Fn::Equals: [a, b]}, {Condition: Both}]}\n"
    "  Neither: {Fn::Or: [{Condition: No}, {Fn::Not: [{Condition: BothLong}]}]}\n"
    "  Loop: !Not [!Condition Loop]\n"
    "  Bad: {Fn::Like: [a, b]}\n"
    "Resources: {Queue: {Type: X}}\n"
    "Value: ";

static const char *
attribute(void *data, const char *id, const char *name)
{
    (void)data;
    if (strcmp(id, "Queue") != 0)
        return NULL;
    return strcmp(name, "Ref") == 0 ? "url" : strcmp(name, "A.B") == 0 ? "deep" : NULL;
}

static void
print(const struct node *node, struct lamb_buf *ret)
{
    if (!node) {
        (void)lamb_buf_str(ret, "none");
        return;
    }
    if (node->kind == NODE_TEXT) {
        (void)lamb_buf_str(ret, node->text);
        return;
    }
    (void)lamb_buf_char(ret, node->kind == NODE_LIST ? '[' : '{');
    for (size_t i = 0; i < node->n_pairs; i++) {
        (void)lamb_buf_printf(ret, "%s%s%s", i ? "," : "",
                              node->pairs[i].key ? node->pairs[i].key : "",
                              node->pairs[i].key ? ":" : "");
        print(node->pairs[i].value, ret);
    }
    (void)lamb_buf_char(ret, node->kind == NODE_LIST ? ']' : '}');
}

/* The value of TEXT behind the prologue, or the error, in *RET. */
static int
value_of(const char *text, const struct template_value *given, struct lamb_buf *ret)
{
    static const struct template_value pseudo[] = { { "AWS::Region", "eu-west-1" },
                                                    { NULL, NULL } };
    LAMB_AUTOBUF struct lamb_buf whole = LAMB_BUF_INIT(64 * 1024);
    enum condition_state states[16] = { 0 };
    struct lamb_err err = { 0 };
    struct scope scope = { .file = "t",
                           .err = &err,
                           .overrides = given,
                           .pseudo = pseudo,
                           .states = states,
                           .attribute = attribute };
    const struct node *root;
    const struct node *value;
    int r;

    (void)lamb_buf_printf(&whole, "%s%s", prologue, text);
    scope.arena = arena_new();
    assert_non_null(scope.arena);
    r = node_parse(scope.arena, "t", lamb_buf_view(&whole), &root, &err);
    if (!r) {
        scope.parameters = node_find(root, "Parameters");
        scope.mappings = node_find(root, "Mappings");
        scope.conditions = node_find(root, "Conditions");
        scope.resources = node_find(root, "Resources");
        r = scope_check(&scope);
    }
    if (!r)
        r = resolve(&scope, node_find(root, "Value"), &value);
    if (r)
        (void)lamb_buf_str(ret, err.text);
    else
        print(value, ret);
    arena_free(scope.arena);
    return r;
}

/* "!Join [a]" as "{Fn::Join: [a]}"; false: TEXT does not begin with a short form. */
static bool
make_long(const char *text, struct lamb_buf *ret)
{
    const char *space = strchr(text, ' ');
    bool is_plain = strncmp(text, "!Ref ", 5) == 0;

    if (text[0] != '!' || !space)
        return false;
    (void)lamb_buf_printf(ret, "{%s%.*s:%s}",
                          is_plain ? "" : "Fn::", (int)(space - text - 1), text + 1,
                          space);
    return true;
}

static void
test_each_function_gives_its_value(void **state)
{
    static const char *const cases[][2] = {
        { "plain", "plain" },
        { "!Ref Name", "Ada" },
        { "{Ref: Name}", "Ada" },
        { "!Ref List", "[a,b,c]" },
        { "!Ref AWS::Region", "eu-west-1" },
        { "!Ref Queue", "url" },
        { "!Ref Queue.A.B", "deep" },
        { "[1, !Ref AWS::NoValue, 2]", "[1,2]" },
        { "{a: !Ref AWS::NoValue, b: 1}", "{b:1}" },
        { "!GetAtt Queue.A.B", "deep" },
        { "{Fn::GetAtt: [Queue, A.B]}", "deep" },
        { "!Sub 'x-${Name}-${AWS::Region}-${Queue}-${Queue.A.B}'",
          "x-Ada-eu-west-1-url-deep" },
        { "!Sub ['${a}${Name}${!Name}', {a: !Ref Count}]", "3Ada${Name}" },
        { "!Sub '$ {x} ${ Name } $'", "$ {x} Ada $" },
        { "!Join ['-', [a, !Ref Name, b]]", "a-Ada-b" },
        { "!Join ['', !Ref List]", "abc" },
        { "!Join [',', []]", "" },
        { "!Split [',', 'a,b,,c']", "[a,b,,c]" },
        { "!Split ['::', 'a::b']", "[a,b]" },
        { "!Select [1, !Ref List]", "b" },
        { "!Select ['0', [x]]", "x" },
        { "!If [Yes, a, b]", "a" },
        { "!If [No, a, b]", "b" },
        { "!If [No, a, !Ref AWS::NoValue]", "none" },
        { "!If [Both, 1, 2]", "1" },
        { "!If [Either, 1, 2]", "1" },
        { "!If [BothLong, 1, 2]", "1" },
        { "!If [EitherLong, 1, 2]", "1" },
        { "!If [Neither, 1, 2]", "2" },
        { "!FindInMap [Sizes, prod, Memory]", "1024" },
        { "!FindInMap [Sizes, !Select [0, [dev]], Memory]", "128" },
        { "!Base64 hello", "aGVsbG8=" },
        { "!Base64 {Fn::Sub: '${Name}'}", "QWRh" },
        { "{x: &a {k: 1}, y: *a}", "{x:{k:1},y:{k:1}}" },
        { "'${Name}'", "${Name}" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);

        LAMB_AUTOBUF struct lamb_buf again = LAMB_BUF_INIT(64 * 1024);
        LAMB_AUTOBUF struct lamb_buf longer = LAMB_BUF_INIT(4096);

        (void)value_of(cases[i][0], NULL, &got);
        assert_string_equal(lamb_buf_cstr(&got), cases[i][1]);
        if (!make_long(cases[i][0], &longer))
            continue;
        (void)value_of(lamb_buf_cstr(&longer), NULL, &again);
        assert_string_equal(lamb_buf_cstr(&again), cases[i][1]);
    }
}

static void
test_mistakes_in_functions_are_named(void **state)
{
    static const char *const cases[][2] = {
        { "!Ref Nme",
          "t:20:8: there is no parameter or resource 'Nme': did you mean 'Name'?" },
        { "!Ref Unheard", "t:20:8: there is no parameter or resource 'Unheard'" },
        { "!GetAtt Queue", "t:20:8: Fn::GetAtt takes RESOURCE.ATTRIBUTE, not 'Queue'" },
        { "!GetAtt Queue.Size",
          "t:20:8: the resource 'Queue' has no attribute 'Size' here: its condition is "
          "false, it is made later, or it has none" },
        { "!Sub '${Nothing}'", "t:20:8: there is no parameter or resource 'Nothing'" },
        { "!Sub '${List}'", "t:20:8: ${List} is no text" },
        { "!Join [a]", "t:20:8: Fn::Join takes a list of 2" },
        { "!Join ['', [[a]]]", "t:20:20: Fn::Join joins texts only" },
        { "!Select [3, [a]]", "t:20:8: Fn::Select has no item 3 in a list of 1" },
        { "!Select [-1, [a]]", "t:20:8: Fn::Select has no item -1 in a list of 1" },
        { "!Split ['', a]", "t:20:8: Fn::Split needs a delimiter" },
        { "!FindInMap [Sizes, test, Memory]", "t:20:27: Mappings has there no 'test'" },
        { "!FindInMap [Size, prod, Memory]",
          "t:20:20: Mappings has there no 'Size': did you mean 'Sizes'?" },
        { "!FindInMap [Sizes, prod, Memori]",
          "t:20:33: Mappings has there no 'Memori': did you mean 'Memory'?" },
        { "!FindInMap [Sizes, prod]", "t:20:8: Fn::FindInMap takes a list of 3" },
        { "!If [Bothh, a, b]",
          "t:20:13: there is no condition 'Bothh': did you mean 'Both'?" },
        { "!If [Yes, a]", "t:20:8: Fn::If takes a list of 3" },
        { "!GetAtt Queu.A.B",
          "t:20:8: there is no parameter or resource 'Queu': did you mean 'Queue'?" },
        { "!Sub 'x${Nam}'",
          "t:20:8: there is no parameter or resource 'Nam': did you mean 'Name'?" },
        { "!If [Maybe, a, b]", "t:20:13: there is no condition 'Maybe'" },
        { "!If [Loop, a, b]", "t:17:15: the condition 'Loop' depends on itself" },
        { "!If [Bad, a, b]", "t:18:8: 'Fn::Like' is no function of conditions" },
        { "!ImportValue x",
          "t:20:8: the function Fn::ImportValue is not supported by lamb" },
        { "{Fn::Jion: [a, [b]]}",
          "t:20:8: there is no function Fn::Jion: did you mean Fn::Join?" },
        { "!Jion [a]", "t:20:8: there is no function !Jion: did you mean !Join?" },
        { "!Ref Short", "t:5:10: 'abc' is outside what the parameter 'Short' allows" },
        { "!Ref Empty", "t:20:8: the parameter 'Empty' has no value: give it with "
                        "--parameter-overrides Empty=VALUE" },
        { "!Ref Store", "t:20:8: the parameter 'Store' has no value: give it with "
                        "--parameter-overrides Store=VALUE" },
        { "{<<: {a: 1}}", "t:20:9: CloudFormation knows no merge keys (<<): write the "
                          "keys out" },
        { "{x: &a [*a]}", "t:20:16: *a stands within what it names" },
        { "*b", "t:20:8: nothing is called &b" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);

        assert_int_equal(value_of(cases[i][0], NULL, &got), -EINVAL);
        assert_string_equal(lamb_buf_cstr(&got), cases[i][1]);
    }
}

static void
test_given_values_win_and_are_checked(void **state)
{
    static const struct {
        struct template_value given;
        const char *text;
        const char *wanted;
    } cases[] = {
        { { "Name", "Bob" }, "!Ref Name", "Bob" },
        { { "List", "x" }, "!Ref List", "[x]" },
        { { "Store", "here" }, "!Ref Store", "here" },
        { { "Name", "Eve" },
          "!Ref Name",
          "t:2:53: 'Eve' is none of the values that the parameter 'Name' allows" },
        { { "Count", "x" },
          "!Ref Count",
          "t:4:10: the parameter 'Count' is a number, not 'x'" },
        { { "Count", "9" },
          "!Ref Count",
          "t:4:10: '9' is outside what the parameter 'Count' allows" },
        { { "Nmae", "Bob" },
          "x",
          "t: there is no parameter 'Nmae' to give a value to" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        const struct template_value given[] = { cases[i].given, { NULL, NULL } };
        LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);

        (void)value_of(cases[i].text, given, &got);
        assert_string_equal(lamb_buf_cstr(&got), cases[i].wanted);
    }
}

/* A billion laughs: each level names the one before ten times. */
static void
test_aliases_cannot_make_it_endless(void **state)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(64 * 1024);
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);

    (void)state;
    (void)lamb_buf_str(&text, "{a: &a [x,x,x,x,x,x,x,x,x,x]");
    for (char c = 'b'; c < 'k'; c++)
        (void)lamb_buf_printf(
            &text, ", %c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]", c, c, c - 1,
            c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    (void)lamb_buf_char(&text, '}');
    assert_int_equal(value_of(lamb_buf_cstr(&text), NULL, &got), -EINVAL);
    assert_non_null(strstr(lamb_buf_cstr(&got), "grows beyond any template"));
}

static void
test_what_is_nested_too_deep_is_refused(void **state)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(64 * 1024);
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(64 * 1024);

    (void)state;
    for (size_t i = 0; i < 5000; i++)
        (void)lamb_buf_char(&text, '[');
    assert_int_equal(value_of(lamb_buf_cstr(&text), NULL, &got), -EINVAL);
    assert_non_null(strstr(lamb_buf_cstr(&got), "nested more than"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_function_gives_its_value),
        cmocka_unit_test(test_mistakes_in_functions_are_named),
        cmocka_unit_test(test_given_values_win_and_are_checked),
        cmocka_unit_test(test_aliases_cannot_make_it_endless),
        cmocka_unit_test(test_what_is_nested_too_deep_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
