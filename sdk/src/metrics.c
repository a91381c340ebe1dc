/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/json_text.h"
#include "sdk/base/num.h"
#include "sdk/src/invocation.h"
#include "sdk/src/json_real.h"

#include <lamb/metrics.h>

/* The format's limits. */
enum {
    METRICS_MAX = 100,
    VALUES_MAX = 100,
    DIMENSIONS_MAX = 30,
    NAMESPACE_MAX = 255,
    DIMENSION_NAME_MAX = 250,
    TEXT_MAX = 1024,
    LINE_MAX_BYTES = 1024 * 1024
};

struct dimension {
    char *name;
    char *value;
};

struct metric {
    char *name;
    const char *unit; /* of the table */
    double values[VALUES_MAX];
    size_t count;
};

struct lamb_metrics {
    const struct lamb_invocation *inv;
    struct lamb_at_end at_end;
    char *space;
    struct dimension dimensions[DIMENSIONS_MAX];
    size_t dimension_count;
    struct metric *metrics[METRICS_MAX];
    size_t metric_count;
};

static const char *
find_unit(const char *unit)
{
    static const char *const units[] = {
        "None",
        "Count",
        "Percent",
        "Seconds",
        "Microseconds",
        "Milliseconds",
        "Bytes",
        "Kilobytes",
        "Megabytes",
        "Gigabytes",
        "Terabytes",
        "Bits",
        "Kilobits",
        "Megabits",
        "Gigabits",
        "Terabits",
        "Bytes/Second",
        "Kilobytes/Second",
        "Megabytes/Second",
        "Gigabytes/Second",
        "Terabytes/Second",
        "Bits/Second",
        "Kilobits/Second",
        "Megabits/Second",
        "Gigabits/Second",
        "Terabits/Second",
        "Count/Second",
    };

    for (size_t i = 0; i < LAMB_COUNT(units); i++)
        if (strcmp(unit ? unit : "None", units[i]) == 0)
            return units[i];
    return NULL;
}

static bool
is_sized(const char *text, size_t max)
{
    size_t len = text ? strnlen(text, max + 1) : 0;

    return len && len <= max;
}

static bool
is_own(const char *name)
{
    return strcmp(name, "_aws") == 0 || strcmp(name, "requestId") == 0;
}

static struct dimension *
find_dimension(struct lamb_metrics *metrics, const char *name)
{
    for (size_t i = 0; i < metrics->dimension_count; i++)
        if (strcmp(metrics->dimensions[i].name, name) == 0)
            return &metrics->dimensions[i];
    return NULL;
}

static struct metric *
find_metric(struct lamb_metrics *metrics, const char *name)
{
    for (size_t i = 0; i < metrics->metric_count; i++)
        if (strcmp(metrics->metrics[i]->name, name) == 0)
            return metrics->metrics[i];
    return NULL;
}

static void
forget_metrics(struct lamb_metrics *metrics)
{
    for (size_t i = 0; i < metrics->metric_count; i++) {
        free(metrics->metrics[i]->name);
        free(metrics->metrics[i]);
    }
    metrics->metric_count = 0;
}

static void
close_at_end(struct lamb_at_end *at_end)
{
    (void)lamb_metrics_close(LAMB_CONTAINER(at_end, struct lamb_metrics, at_end));
}

struct lamb_metrics *
lamb_metrics_open(struct lamb_invocation *inv, const char *metrics_namespace)
{
    struct lamb_metrics *metrics;

    if (!is_sized(metrics_namespace, NAMESPACE_MAX))
        return NULL;
    metrics = calloc(1, sizeof(*metrics));
    if (!metrics)
        return NULL;
    metrics->inv = inv;
    metrics->space = lamb_span_dup(lamb_span_str(metrics_namespace));
    if (!metrics->space) {
        free(metrics);
        return NULL;
    }
    metrics->at_end.end = close_at_end;
    lamb_list_init(&metrics->at_end.node);
    if (inv)
        lamb_list_push_back(&inv->left_open, &metrics->at_end.node);
    return metrics;
}

int
lamb_metrics_dimension(struct lamb_metrics *metrics, const char *name,
                       const char *value)
{
    struct dimension made;
    struct dimension *old;

    if (!metrics)
        return -ENOMEM;
    if (!is_sized(name, DIMENSION_NAME_MAX) || !is_sized(value, TEXT_MAX) ||
        is_own(name) || find_metric(metrics, name))
        return -EINVAL;
    old = find_dimension(metrics, name);
    if (!old && metrics->dimension_count == DIMENSIONS_MAX)
        return -E2BIG;
    made.name = lamb_span_dup(lamb_span_str(name));
    made.value = lamb_span_dup(lamb_span_str(value));
    if (!made.name || !made.value) {
        free(made.name);
        free(made.value);
        return -ENOMEM;
    }
    if (old) {
        free(old->name);
        free(old->value);
        *old = made;
    } else {
        metrics->dimensions[metrics->dimension_count++] = made;
    }
    return 0;
}

static int
add_metric(struct lamb_metrics *metrics, const char *name, const char *unit,
           struct metric **ret)
{
    struct metric *made = calloc(1, sizeof(*made));

    if (made)
        made->name = lamb_span_dup(lamb_span_str(name));
    if (!made || !made->name) {
        free(made);
        return -ENOMEM;
    }
    made->unit = unit;
    metrics->metrics[metrics->metric_count++] = made;
    *ret = made;
    return 0;
}

int
lamb_metrics_add(struct lamb_metrics *metrics, const char *name, const char *unit,
                 double value)
{
    const char *known = find_unit(unit);
    struct metric *metric;
    int r = 0;

    if (!metrics)
        return -ENOMEM;
    if (!known || !isfinite(value) || !is_sized(name, TEXT_MAX) || is_own(name) ||
        find_dimension(metrics, name))
        return -EINVAL;
    metric = find_metric(metrics, name);
    if (metric && strcmp(metric->unit, known))
        return -EINVAL;
    if (metric ? metric->count == VALUES_MAX : metrics->metric_count == METRICS_MAX) {
        r = lamb_metrics_flush(metrics);
        metric = NULL;
    }
    if (!r && !metric)
        r = add_metric(metrics, name, known, &metric);
    if (!r)
        metric->values[metric->count++] = value;
    return r;
}

/* ---- The line ------------------------------------------------------------------- */

static void
put_string(struct lamb_buf *line, const char *text)
{
    (void)lamb_json_string(line, lamb_span_str(text));
}

static void
put_head(struct lamb_buf *line, const struct lamb_metrics *metrics)
{
    (void)lamb_buf_printf(line,
                          "{\"_aws\":{\"Timestamp\":%lld,\"CloudWatchMetrics\":[{"
                          "\"Namespace\":",
                          (long long)(lamb_wall_ns() / LAMB_NS_PER_MS));
    put_string(line, metrics->space);
    (void)lamb_buf_str(line, ",\"Dimensions\":[[");
    for (size_t i = 0; i < metrics->dimension_count; i++) {
        (void)lamb_buf_str(line, i ? "," : "");
        put_string(line, metrics->dimensions[i].name);
    }
    (void)lamb_buf_str(line, "]],\"Metrics\":[");
    for (size_t i = 0; i < metrics->metric_count; i++) {
        (void)lamb_buf_str(line, i ? ",{\"Name\":" : "{\"Name\":");
        put_string(line, metrics->metrics[i]->name);
        (void)lamb_buf_printf(line, ",\"Unit\":\"%s\"}", metrics->metrics[i]->unit);
    }
    (void)lamb_buf_str(line, "]}]}");
}

static void
put_values(struct lamb_buf *line, const struct metric *metric)
{
    (void)lamb_buf_char(line, ',');
    put_string(line, metric->name);
    (void)lamb_buf_str(line, metric->count > 1 ? ":[" : ":");
    for (size_t i = 0; i < metric->count; i++) {
        (void)lamb_buf_str(line, i ? "," : "");
        lamb_json_real(line, metric->values[i]);
    }
    (void)lamb_buf_str(line, metric->count > 1 ? "]" : "");
}

static void
make_line(struct lamb_buf *line, const struct lamb_metrics *metrics)
{
    const char *id = metrics->inv ? lamb_request_id(metrics->inv) : NULL;

    put_head(line, metrics);
    if (id) {
        (void)lamb_buf_str(line, ",\"requestId\":");
        put_string(line, id);
    }
    for (size_t i = 0; i < metrics->dimension_count; i++) {
        (void)lamb_buf_char(line, ',');
        put_string(line, metrics->dimensions[i].name);
        (void)lamb_buf_char(line, ':');
        put_string(line, metrics->dimensions[i].value);
    }
    for (size_t i = 0; i < metrics->metric_count; i++)
        put_values(line, metrics->metrics[i]);
    (void)lamb_buf_str(line, "}\n");
}

int
lamb_metrics_flush(struct lamb_metrics *metrics)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(LINE_MAX_BYTES);

    if (!metrics)
        return -ENOMEM;
    if (!metrics->metric_count)
        return 0;
    make_line(&line, metrics);
    if (lamb_buf_error(&line))
        return -ENOMEM;
    if (fwrite(line.ptr, 1, line.len, stdout) != line.len)
        return -EIO;
    forget_metrics(metrics);
    return 0;
}

int
lamb_metrics_close(struct lamb_metrics *metrics)
{
    int r;

    if (!metrics)
        return 0;
    r = lamb_metrics_flush(metrics);
    lamb_list_remove(&metrics->at_end.node);
    forget_metrics(metrics);
    for (size_t i = 0; i < metrics->dimension_count; i++) {
        free(metrics->dimensions[i].name);
        free(metrics->dimensions[i].value);
    }
    free(metrics->space);
    free(metrics);
    return r;
}
