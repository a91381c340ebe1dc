/* SPDX-License-Identifier: Apache-2.0 */

/*
 * calls - makes the calls that a test asks for, with one client, and says what came.
 *
 *     calls [OPTION=NUMBER...]    one JSON object a line in, one a line out
 *
 * {"service": "sqs", "method": "GET", "path": "/", "query": "", "headers": {}, "body":
 * ""} is a generic call; the table below has the others.
 */

#include "sdk/base/num.h"
#include "tests/calls/memory.h"
#include "tests/calls/ops.h"

#include <lamb/aws.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
read_options(struct lamb_aws_options *options, int n, char **texts)
{
    for (int i = 0; i < n; i++) {
        const char *value = strchr(texts[i], '=');
        int64_t parsed;
        int number;

        if (!value ||
            lamb_parse_i64(lamb_span_str(value + 1), 1, 1 << 30, &parsed) != 0)
            exit(2);
        number = (int)parsed;

        if (strncmp(texts[i], "attempts=", 9) == 0)
            options->max_attempts = number;
        else if (strncmp(texts[i], "connect_ms=", 11) == 0)
            options->connect_ms = number;
        else if (strncmp(texts[i], "call_ms=", 8) == 0)
            options->call_ms = number;
        else if (strncmp(texts[i], "idle_ms=", 8) == 0)
            options->idle_ms = number;
        else if (strncmp(texts[i], "max_answer=", 11) == 0)
            options->max_answer = (size_t)number;
        else
            exit(2);
    }
}

static json_t *
make_one(struct lamb_aws *aws, const json_t *wish)
{
    struct lamb_aws_result *result = NULL;
    int r, n_allocations;
    json_t *said;

    memory_refuse((int)json_integer_value(json_object_get(wish, "refuse")));
    r = calls_make(aws, wish, &result);
    n_allocations = memory_stop();
    said = calls_describe(r, wish, result);
    json_object_set_new(said, "allocations", json_integer(n_allocations));
    lamb_aws_result_free(result);
    return said;
}

int
main(int argc, char **argv)
{
    struct lamb_aws_options options = { .struct_size = sizeof(options) };
    struct lamb_aws *aws;
    char *line = NULL;
    size_t size = 0;

    memory_init();
    read_options(&options, argc - 1, argv + 1);
    aws = lamb_aws_new(&options);
    if (!aws)
        return 2;
    while (getline(&line, &size, stdin) > 0) {
        json_error_t error;
        json_t *wish = json_loads(line, 0, &error);
        json_t *said;
        char *text;

        if (!wish) {
            (void)fprintf(stderr, "calls: no JSON: %s: %s", error.text, line);
            return 3;
        }
        said = json_object_get(wish, "threads") ? calls_together(aws, wish)
                                                : make_one(aws, wish);
        text = json_dumps(said, JSON_COMPACT | JSON_ENSURE_ASCII);

        (void)puts(text);
        (void)fflush(stdout);
        free(text);
        json_decref(said);
        json_decref(wish);
    }
    free(line);
    lamb_aws_free(aws);
    return 0;
}
