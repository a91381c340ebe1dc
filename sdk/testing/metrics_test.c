/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <lamb/metrics.h>
#include <lamb/testing.h>

static int
measure(struct lamb_invocation *inv)
{
    struct lamb_metrics *metrics = lamb_metrics_open(inv, "Shop");
    int r = lamb_metrics_dimension(metrics, "Service", "cart") |
            lamb_metrics_dimension(metrics, "Service", "orders") |
            lamb_metrics_add(metrics, "Orders", "Count", 1) |
            lamb_metrics_add(metrics, "Time", "Milliseconds", 12.5) |
            lamb_metrics_add(metrics, "Time", "Milliseconds", 0.1);

    return r | lamb_metrics_close(metrics);
}

/* One metric more, and one value more, than a line takes. */
static int
measure_much(struct lamb_invocation *inv)
{
    struct lamb_metrics *metrics = lamb_metrics_open(inv, "Shop");
    char name[16];
    int r = 0;

    for (int i = 0; i <= 100; i++) {
        snprintf(name, sizeof(name), "m%d", i);
        r |= lamb_metrics_add(metrics, name, NULL, i);
    }
    for (int i = 0; i < 100; i++)
        r |= lamb_metrics_add(metrics, "m100", NULL, i);
    return r | lamb_metrics_close(metrics);
}

static int
measure_nothing(struct lamb_invocation *inv)
{
    return lamb_metrics_close(lamb_metrics_open(inv, "Shop"));
}

/* Two sets of metrics; neither is closed, and the handler fails. */
static int
leave_open(struct lamb_invocation *inv)
{
    struct lamb_metrics *shop = lamb_metrics_open(inv, "Shop");
    struct lamb_metrics *till = lamb_metrics_open(inv, "Till");
    struct lamb_metrics *closed = lamb_metrics_open(inv, "Closed");
    int r = lamb_metrics_add(shop, "Orders", "Count", 1) |
            lamb_metrics_add(till, "Coins", "Count", 2) | lamb_metrics_close(closed);

    return r ? r : lamb_fail(inv, "Shop.Closed", "come again tomorrow");
}

/* ---- The rules of the format: CloudWatch's schema, and its limits ------------------
 */

static void
expect_text(const json_t *text, size_t max)
{
    assert_true(json_is_string(text));
    assert_in_range(json_string_length(text), 1, max);
}

/* The names of a set of dimensions are members of the root, and texts. */
static void
expect_dimensions(const json_t *root, const json_t *names)
{
    size_t i;
    json_t *name;

    assert_true(json_is_array(names));
    assert_in_range(json_array_size(names), 0, 30);
    json_array_foreach(names, i, name)
    {
        expect_text(name, 250);
        expect_text(json_object_get(root, json_string_value(name)), 1024);
    }
}

/* A metric is a member of the root: a number, or up to 100 of them. */
static void
expect_metric(const json_t *root, const json_t *metric)
{
    const json_t *name = json_object_get(metric, "Name");
    const json_t *value = json_object_get(root, json_string_value(name));
    size_t i;
    json_t *one;

    expect_text(name, 1024);
    expect_text(json_object_get(metric, "Unit"), 32);
    if (json_is_number(value))
        return;
    assert_true(json_is_array(value));
    assert_in_range(json_array_size(value), 1, 100);
    json_array_foreach(value, i, one) assert_true(json_is_number(one));
}

/* One line; gives its root. *AT goes behind it. */
static json_t *
expect_line(const char **at)
{
    json_t *root = json_loads(*at, JSON_DISABLE_EOF_CHECK, NULL);
    json_t *own = json_object_get(root, "_aws");
    json_t *groups = json_object_get(own, "CloudWatchMetrics");
    size_t i;
    size_t k;
    json_t *group;
    json_t *item;

    assert_true(json_integer_value(json_object_get(own, "Timestamp")) > 0);
    assert_true(json_array_size(groups) > 0);
    json_array_foreach(groups, i, group)
    {
        const json_t *sets = json_object_get(group, "Dimensions");
        const json_t *metrics = json_object_get(group, "Metrics");

        expect_text(json_object_get(group, "Namespace"), 1024);
        assert_true(json_array_size(sets) > 0);
        json_array_foreach(sets, k, item) expect_dimensions(root, item);
        assert_in_range(json_array_size(metrics), 1, 100);
        json_array_foreach(metrics, k, item) expect_metric(root, item);
    }
    *at = strchr(*at, '\n') + 1;
    return root;
}

#define STORY(name)                                                                    \
    static void name(void **state);                                                    \
    static void name(__attribute__((unused)) void **state)

STORY(a_line_has_the_embedded_metric_format)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(measure, .request_id = "r-1");
    const char *at = answer->output.ptr;
    json_t *line = expect_line(&at);
    json_t *expected = json_loads(
        "{\"_aws\":{\"CloudWatchMetrics\":[{\"Namespace\":\"Shop\","
        "\"Dimensions\":[[\"Service\"]],\"Metrics\":[{\"Name\":\"Orders\","
        "\"Unit\":\"Count\"},{\"Name\":\"Time\",\"Unit\":\"Milliseconds\"}]}]},"
        "\"requestId\":\"r-1\",\"Service\":\"orders\",\"Orders\":1,\"Time\":[12.5,0.1]"
        "}",
        0, NULL);
    json_t *own = json_object_get(line, "_aws");

    assert_int_equal(answer->outcome, LAMB_TEST_SUCCEEDED);
    assert_true(json_is_integer(json_object_get(own, "Timestamp")));
    json_object_del(own, "Timestamp");
    assert_true(json_equal(line, expected));
    json_decref(line);
    json_decref(expected);
    lamb_test_free(answer);
}

STORY(a_full_line_is_written_and_another_begun)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(measure_much);
    const char *at = answer->output.ptr;
    static const size_t metrics[] = { 100, 1, 1 };

    assert_int_equal(answer->outcome, LAMB_TEST_SUCCEEDED);
    for (size_t i = 0; i < 3; i++) {
        json_t *line = expect_line(&at);
        json_t *group = json_array_get(
            json_object_get(json_object_get(line, "_aws"), "CloudWatchMetrics"), 0);

        assert_int_equal(json_array_size(json_object_get(group, "Metrics")),
                         metrics[i]);
        assert_int_equal(json_array_size(json_object_get(line, "m100")),
                         i == 1 ? 100 : 0);
        json_decref(line);
    }
    assert_string_equal(at, "");
    lamb_test_free(answer);
}

STORY(what_is_left_open_is_written_when_the_handler_has_returned)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(leave_open, .warm = 1);
    static const char *const metrics[] = { "Orders", "Coins", "Orders", "Coins" };
    const char *at = answer->output.ptr;

    assert_int_equal(answer->outcome, LAMB_TEST_FAILED);
    for (size_t i = 0; i < 4; i++) {
        json_t *line = expect_line(&at);

        assert_true(json_is_number(json_object_get(line, metrics[i])));
        json_decref(line);
    }
    assert_string_equal(at, "");
    lamb_test_free(answer);
}

STORY(no_metric_is_no_line)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(measure_nothing);

    assert_string_equal(answer->output.ptr, "");
    lamb_test_free(answer);
}

STORY(what_the_format_does_not_take_is_refused)
{
    struct lamb_metrics *metrics = lamb_metrics_open(NULL, "Shop");
    char name[300];

    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    assert_null(lamb_metrics_open(NULL, ""));
    assert_null(lamb_metrics_open(NULL, name));
    assert_int_equal(lamb_metrics_add(NULL, "a", NULL, 1), -ENOMEM);
    assert_int_equal(lamb_metrics_add(metrics, "a", "Parsecs", 1), -EINVAL);
    assert_int_equal(lamb_metrics_add(metrics, "a", NULL, NAN), -EINVAL);
    assert_int_equal(lamb_metrics_add(metrics, "_aws", NULL, 1), -EINVAL);
    assert_int_equal(lamb_metrics_dimension(metrics, name, "x"), -EINVAL);
    assert_int_equal(lamb_metrics_dimension(metrics, "x", ""), -EINVAL);
    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof(name), "d%d", i);
        assert_int_equal(lamb_metrics_dimension(metrics, name, "v"), 0);
    }
    assert_int_equal(lamb_metrics_dimension(metrics, "d30", "v"), -E2BIG);
    assert_int_equal(lamb_metrics_dimension(metrics, "d29", "w"), 0);
    assert_int_equal(lamb_metrics_add(metrics, "d29", NULL, 1), -EINVAL);
    assert_int_equal(lamb_metrics_close(metrics), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_the_embedded_metric_format),
        cmocka_unit_test(a_full_line_is_written_and_another_begun),
        cmocka_unit_test(what_is_left_open_is_written_when_the_handler_has_returned),
        cmocka_unit_test(no_metric_is_no_line),
        cmocka_unit_test(what_the_format_does_not_take_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
