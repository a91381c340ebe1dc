/* SPDX-License-Identifier: Apache-2.0 */

/*
 * exhaustion - the operations while one allocation fails, whichever: every answer is
 * whole or a ServiceException, and what was refused has changed nothing. What comes
 * behind a commit is not asked: nobody could be told any more.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulator/api/body.h"
#include "emulator/api/op.h"
#include "emulator/store/testbed.h"
#include "sdk/base/alloc.h"
#include "sdk/base/buf.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"
#include "sdk/base/refuse_testing.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void __real_store_submit(struct store *store, struct store_command *cmd);
void __wrap_store_submit(struct store *store, struct store_command *cmd);

void
__wrap_store_submit(struct store *store, struct store_command *cmd)
{
    refuse_is_counting = false;
    __real_store_submit(store, cmd);
}

/* Nothing of this has to survive. */
int __wrap_fsync(int fd);

int
__wrap_fsync(int fd)
{
    (void)fd;
    return 0;
}

/* -- an emulator without a sandbox ------------------------------------------------- */

struct bed {
    struct testbed base;
    struct platform_clock *clock;
    struct store *store;
    struct code_store *code;
    struct environment_host host;
    struct functions *functions;
    struct http_room *room;
    struct http_server *server;
    uint16_t port;
    struct api api;
    char uuid[40]; /* the last one that was told */
    struct lamb_buf told;
    bool is_told;
    bool is_refused;
    bool is_stopped;
};

static void
bed_serve(struct bed *bed)
{
    struct http_server_config config = { .name = "clients",
                                         .on_request = api_on_request,
                                         .data = &bed->api };

    assert_int_equal(http_room_new(bed->base.loop, &bed->room, NULL), 0);
    assert_int_equal(http_listen("127.0.0.1", 0, &config.listen_fd, &bed->port, NULL),
                     0);
    assert_int_equal(http_server_new(bed->room, &config, &bed->server, NULL), 0);
}

static void
bed_open(struct bed *bed)
{
    static const struct platform_clock_state now = {
        .held = true, .held_at_ns = INT64_C(1800000000) * 1000000000
    };
    struct functions_config config = { .seed = 1 };
    struct quotas quotas;

    *bed = (struct bed){ .told = LAMB_BUF_INIT(1024 * 1024) };
    testbed_init(&bed->base);
    assert_int_equal(chmod(bed->base.dir, 0711), 0);
    assert_int_equal(platform_clock_new(bed->base.loop, &bed->clock, NULL), 0);
    platform_clock_set(bed->clock, &now);
    assert_int_equal(store_open(bed->base.loop, bed->base.dir, &bed->store, NULL), 0);
    assert_int_equal(code_store_open(bed->base.loop, bed->base.dir, &bed->code, NULL),
                     0);
    assert_int_equal(quotas_profile("current", &quotas, NULL), 0);
    bed->host = (struct environment_host){ .loop = bed->base.loop,
                                           .clock = bed->clock,
                                           .region = "us-east-1",
                                           .account = "123456789012" };
    config.host = &bed->host;
    config.store = bed->store;
    config.code = bed->code;
    config.quotas = &quotas;
    assert_int_equal(functions_new(&config, &bed->functions, NULL), 0);
    bed->api = (struct api){ .loop = bed->base.loop,
                             .functions = bed->functions,
                             .clock = bed->clock,
                             .code = bed->code,
                             .region = "us-east-1",
                             .account = "123456789012",
                             .url = "http://127.0.0.1:9000" };
    api_init(&bed->api);
    testbed_write(&bed->base, "handler.so", "code", 4, 0644);
    bed_serve(bed);
}

static void
on_stopped(void *data)
{
    struct bed *bed = data;

    bed->is_stopped = true;
    loop_stop(bed->base.loop);
}

static void
bed_close(struct bed *bed)
{
    http_server_free(bed->server);
    http_room_free(bed->room);
    functions_stop(bed->functions, on_stopped, bed);
    if (!bed->is_stopped)
        loop_run(bed->base.loop);
    functions_free(bed->functions);
    code_store_close(bed->code);
    store_close(bed->store);
    platform_clock_free(bed->clock);
    testbed_fini(&bed->base);
    lamb_buf_fini(&bed->told);
}

/* -- one call ---------------------------------------------------------------------- */

#define PATIENCE_NS (5 * LAMB_NS_PER_S)

struct ask {
    const char *operation;
    const char *members; /* "@": the last UUID */
    bool has_code;
    const char *refusal; /* NULL: it is carried out */
};

/* Every id is another one each time: 32 digits and more. */
static void
mask_ids(char *text)
{
    enum { ID_MIN = 32 };
    size_t n;

    for (; *text; text += n ? n : 1) {
        n = strspn(text, "0123456789abcdef-");
        if (n >= ID_MIN)
            memset(text, '#', n);
    }
}

static void
told(void *data, unsigned status, const char *error, const json_t *answer)
{
    struct bed *bed = data;
    const char *uuid = json_string_value(json_object_get(answer, "UUID"));
    bool was_counting = refuse_is_counting;
    char *text;

    refuse_is_counting = false;
    text = answer ? json_dumps(answer, JSON_SORT_KEYS) : NULL;
    if (uuid)
        assert_int_equal(lamb_format(bed->uuid, sizeof(bed->uuid), "%s", uuid), 0);
    lamb_buf_clear(&bed->told);
    bed->is_refused = error && strncmp(error, "ServiceException: ", 18) == 0;
    if (text)
        mask_ids(text);
    assert_int_equal(lamb_buf_printf(&bed->told, "%u %s", status,
                                     error  ? error
                                     : text ? text
                                            : ""),
                     0);
    free(text);
    refuse_is_counting = was_counting;
    bed->is_told = true;
    loop_stop(bed->base.loop);
}

static json_t *
members_of(const struct bed *bed, const struct ask *ask)
{
    json_error_t why = { 0 };
    json_t *members = json_loads(ask->members, 0, &why);
    const char *uuid = json_string_value(json_object_get(members, "UUID"));

    if (!members)
        fail_msg("%s: %s", ask->members, why.text);
    if (uuid && strcmp(uuid, "@") == 0)
        assert_int_equal(json_object_set_new(members, "UUID", json_string(bed->uuid)),
                         0);
    return members;
}

static void
on_late(void *data)
{
    const struct ask *ask = data;

    fail_msg("%s is not answered when allocation %d fails", ask->operation, refuse_at);
}

/* True: an allocation was refused. */
static bool
call(struct bed *bed, const struct ask *ask, int refused_at)
{
    json_t *members = members_of(bed, ask);
    const char *code = ask->has_code ? testbed_path(&bed->base, "handler.so") : NULL;
    struct lamb_err err = { 0 };
    struct timer late;
    int r;

    timer_init(&late, loop_timers(bed->base.loop), "late", on_late,
               (void *)(uintptr_t)ask);
    timer_start(&late, lamb_mono_ns() + PATIENCE_NS);
    lamb_buf_clear(&bed->told);
    bed->is_told = false;
    refuse_start(refused_at);
    r = op_call(&bed->api, ask->operation, members, code, told, bed, &err);
    if (r == -ENOMEM) {
        bed->is_refused = true;
        r = 0;
        bed->is_told = true;
    }
    while (!r && !bed->is_told)
        loop_run(bed->base.loop);
    timer_stop(&late);
    assert_int_equal(r, 0);
    return refuse_stop();
}

/* -- the story --------------------------------------------------------------------- */

#define F "\"FunctionName\":\"f\""
#define ROLE "\"Role\":\"arn:aws:iam::123456789012:role/r\""
#define QUEUE "arn:aws:sqs:us-east-1:123456789012:q"
#define ARN "arn:aws:lambda:us-east-1:123456789012:function:f"

#define PLAIN(operation, members)                                                      \
    {                                                                                  \
        operation, members, false, NULL                                                \
    }
#define WITH_CODE(operation, members)                                                  \
    {                                                                                  \
        operation, members, true, NULL                                                 \
    }
#define REFUSED(operation, members, has_code, why)                                     \
    {                                                                                  \
        operation, members, has_code, why                                              \
    }

static const struct ask story[] = {
    WITH_CODE("PublishLayerVersion",
              "{\"LayerName\":\"l\",\"Description\":\"d\",\"LicenseInfo\":\"MIT\","
              "\"CompatibleRuntimes\":[\"provided.al2023\"],"
              "\"CompatibleArchitectures\":[\"x86_64\"]}"),
    PLAIN("AddLayerVersionPermission",
          "{\"LayerName\":\"l\",\"VersionNumber\":1,\"StatementId\":\"s\","
          "\"Action\":\"lambda:GetLayerVersion\",\"Principal\":\"*\","
          "\"OrganizationId\":\"o-0123456789\"}"),
    PLAIN("GetLayerVersionPolicy", "{\"LayerName\":\"l\",\"VersionNumber\":1}"),
    PLAIN("GetLayerVersion", "{\"LayerName\":\"l\",\"VersionNumber\":1}"),
    PLAIN("ListLayers", "{}"),
    PLAIN("ListLayerVersions", "{\"LayerName\":\"l\"}"),
    WITH_CODE("CreateFunction",
              "{" F "," ROLE
              ",\"Runtime\":\"provided.al2023\",\"Handler\":\"handler.handler\","
              "\"Description\":\"d\",\"Tags\":{\"a\":\"b\"},"
              "\"Environment\":{\"Variables\":{\"AA\":\"1\",\"BB\":\"2\"}},"
              "\"Layers\":[\"arn:aws:lambda:us-east-1:123456789012:layer:l:1\"],"
              "\"LoggingConfig\":{\"LogFormat\":\"JSON\"},"
              "\"DeadLetterConfig\":{\"TargetArn\":\"" QUEUE "\"},"
              "\"VpcConfig\":{\"SubnetIds\":[],\"SecurityGroupIds\":[]},"
              "\"TracingConfig\":{\"Mode\":\"Active\"},\"SnapStart\":{\"ApplyOn\":"
              "\"None\"}}"),
    REFUSED("CreateFunction",
            "{" F "," ROLE ",\"Runtime\":\"provided.al2023\",\"Handler\":\"h.h\"}",
            true, "ResourceConflictException"),
    REFUSED("CreateFunction", "{" F "}", true, "ValidationException"),
    PLAIN("GetFunction", "{" F "}"),
    PLAIN("GetFunctionConfiguration", "{" F "}"),
    PLAIN("PublishVersion", "{" F ",\"Description\":\"first\"}"),
    PLAIN("UpdateFunctionConfiguration",
          "{" F ",\"Timeout\":9,\"MemorySize\":256,\"LoggingConfig\":{\"LogFormat\":"
          "\"JSON\",\"ApplicationLogLevel\":\"WARN\"},"
          "\"DeadLetterConfig\":{\"TargetArn\":\"\"}}"),
    WITH_CODE("UpdateFunctionCode", "{" F ",\"Publish\":true}"),
    PLAIN("ListFunctions", "{\"FunctionVersion\":\"ALL\",\"MaxItems\":2}"),
    PLAIN("ListVersionsByFunction", "{" F "}"),
    PLAIN("CreateAlias",
          "{" F ",\"Name\":\"a\",\"FunctionVersion\":\"1\",\"RoutingConfig\":"
          "{\"AdditionalVersionWeights\":{\"2\":0.25}}}"),
    REFUSED("CreateAlias", "{" F ",\"Name\":\"a\",\"FunctionVersion\":\"1\"}", false,
            "ResourceConflictException"),
    PLAIN("CreateAlias", "{" F ",\"Name\":\"b\",\"FunctionVersion\":\"1\"}"),
    PLAIN("GetAlias", "{" F ",\"Name\":\"a\"}"),
    REFUSED("GetAlias", "{" F ",\"Name\":\"c\"}", false, "ResourceNotFoundException"),
    PLAIN("UpdateAlias", "{" F ",\"Name\":\"a\",\"Description\":\"d\"}"),
    PLAIN("ListAliases", "{" F ",\"MaxItems\":1}"),
    PLAIN("AddPermission",
          "{" F ",\"StatementId\":\"s\",\"Action\":\"lambda:InvokeFunction\","
          "\"Principal\":\"s3.amazonaws.com\",\"SourceAccount\":\"123456789012\","
          "\"SourceArn\":\"arn:aws:s3:::b\"}"),
    PLAIN("AddPermission",
          "{" F ",\"StatementId\":\"t\",\"Action\":\"lambda:InvokeFunction\","
          "\"Principal\":\"123456789012\",\"Qualifier\":\"a\"}"),
    REFUSED("AddPermission",
            "{" F ",\"StatementId\":\"s\",\"Action\":\"lambda:InvokeFunction\","
            "\"Principal\":\"s3.amazonaws.com\"}",
            false, "ResourceConflictException"),
    PLAIN("GetPolicy", "{" F "}"),
    PLAIN("RemovePermission", "{" F ",\"StatementId\":\"s\"}"),
    PLAIN("TagResource", "{\"Resource\":\"" ARN "\",\"Tags\":{\"c\":\"d\"}}"),
    PLAIN("ListTags", "{\"Resource\":\"" ARN "\"}"),
    PLAIN("UntagResource", "{\"Resource\":\"" ARN "\",\"TagKeys\":[\"a\"]}"),
    PLAIN("PutFunctionRecursionConfig", "{" F ",\"RecursiveLoop\":\"Allow\"}"),
    PLAIN("GetFunctionRecursionConfig", "{" F "}"),
    PLAIN("PutRuntimeManagementConfig",
          "{" F ",\"UpdateRuntimeOn\":\"FunctionUpdate\"}"),
    PLAIN("GetRuntimeManagementConfig", "{" F "}"),
    PLAIN("GetFunctionCodeSigningConfig", "{" F "}"),
    PLAIN("PutFunctionConcurrency", "{" F ",\"ReservedConcurrentExecutions\":5}"),
    PLAIN("GetFunctionConcurrency", "{" F "}"),
    PLAIN("GetFunction", "{" F ",\"Qualifier\":\"a\"}"),
    PLAIN("DeleteFunctionConcurrency", "{" F "}"),
    PLAIN("ListProvisionedConcurrencyConfigs", "{" F "}"),
    PLAIN("PutFunctionEventInvokeConfig",
          "{" F ",\"MaximumRetryAttempts\":1,\"MaximumEventAgeInSeconds\":60,"
          "\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"" QUEUE "\"}}}"),
    PLAIN("UpdateFunctionEventInvokeConfig", "{" F ",\"MaximumRetryAttempts\":2}"),
    PLAIN("GetFunctionEventInvokeConfig", "{" F "}"),
    PLAIN("ListFunctionEventInvokeConfigs", "{" F "}"),
    PLAIN("DeleteFunctionEventInvokeConfig", "{" F "}"),
    PLAIN("CreateEventSourceMapping",
          "{" F ",\"EventSourceArn\":\"" QUEUE "\",\"BatchSize\":5,"
          "\"FilterCriteria\":{\"Filters\":[{\"Pattern\":\"{}\"}]},"
          "\"Tags\":{\"a\":\"b\"}}"),
    PLAIN("GetEventSourceMapping", "{\"UUID\":\"@\"}"),
    PLAIN("UpdateEventSourceMapping", "{\"UUID\":\"@\",\"Enabled\":false}"),
    PLAIN("ListEventSourceMappings", "{}"),
    PLAIN("DeleteEventSourceMapping", "{\"UUID\":\"@\"}"),
    PLAIN("CreateFunctionUrlConfig",
          "{" F ",\"AuthType\":\"NONE\",\"Cors\":{\"AllowOrigins\":[\"*\"]}}"),
    PLAIN("UpdateFunctionUrlConfig", "{" F ",\"InvokeMode\":\"RESPONSE_STREAM\"}"),
    PLAIN("GetFunctionUrlConfig", "{" F "}"),
    PLAIN("ListFunctionUrlConfigs", "{" F "}"),
    PLAIN("DeleteFunctionUrlConfig", "{" F "}"),
    PLAIN("RemoveLayerVersionPermission",
          "{\"LayerName\":\"l\",\"VersionNumber\":1,\"StatementId\":\"s\"}"),
    PLAIN("DeleteAlias", "{" F ",\"Name\":\"a\"}"),
    PLAIN("DeleteFunction", "{" F "}"),
    PLAIN("DeleteLayerVersion", "{\"LayerName\":\"l\",\"VersionNumber\":1}"),
};

static void
every_answer_is_whole_or_a_service_exception(void **state)
{
    struct bed with; /* enough memory */
    struct bed
        short_; /* for each call every allocation fails once, before it is made */

    (void)state;
    bed_open(&with);
    bed_open(&short_);
    for (size_t i = 0; i < LAMB_COUNT(story); i++) {
        const struct ask *ask = &story[i];
        int at = 1;

        (void)call(&with, ask, 0);
        if (ask->refusal ? !strstr(lamb_buf_cstr(&with.told), ask->refusal)
                         : lamb_buf_cstr(&with.told)[0] != '2')
            fail_msg("%s: %s", ask->operation, lamb_buf_cstr(&with.told));
        for (; call(&short_, ask, at); at++)
            if (!short_.is_refused)
                fail_msg("%s: allocation %d failed, and the answer was %s",
                         ask->operation, at, lamb_buf_cstr(&short_.told));
        assert_string_equal(lamb_buf_cstr(&short_.told), lamb_buf_cstr(&with.told));
        print_message("# %s: %d allocations\n", ask->operation, at - 1);
    }
    bed_close(&short_);
    bed_close(&with);
}

/* -- over HTTP ----------------------------------------------------------------------
 */

/* A client that reads until the server closes. */
struct caller {
    struct bed *bed;
    struct lamb_buf got;
    bool is_closed;
};

static void
on_readable(void *data, int fd, unsigned events)
{
    struct caller *caller = data;
    bool was_counting = refuse_is_counting;
    char bytes[4096];
    ssize_t n;

    (void)events;
    refuse_is_counting = false;
    while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
        assert_int_equal(lamb_buf_append(&caller->got, bytes, (size_t)n), 0);
    caller->is_closed = n == 0 || errno != EAGAIN;
    refuse_is_counting = was_counting;
    if (caller->is_closed)
        loop_stop(caller->bed->base.loop);
}

/* "200 {...}", "" when there was no answer; true: an allocation was refused. */
static bool
call_over_http(struct bed *bed, const char *request, int refused_at)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_port = htons(bed->port),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct caller caller = { .bed = bed, .got = LAMB_BUF_INIT(1024 * 1024) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct loop_fd *watch;
    const char *body;
    bool was_refused;

    assert_int_equal(
        connect(fd, (const struct sockaddr *)(const void *)&address, sizeof(address)),
        0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    assert_int_equal(loop_watch(bed->base.loop, fd, LOOP_READABLE, "caller",
                                on_readable, &caller, &watch, NULL),
                     0);
    refuse_start(refused_at);
    while (!caller.is_closed)
        loop_run(bed->base.loop);
    was_refused = refuse_stop();
    loop_unwatch(&watch);
    assert_int_equal(close(fd), 0);
    lamb_buf_clear(&bed->told);
    body = strstr(lamb_buf_cstr(&caller.got), "\r\n\r\n");
    if (body)
        assert_int_equal(lamb_buf_printf(&bed->told, "%.3s %s",
                                         lamb_buf_cstr(&caller.got) + 9, body + 4),
                         0);
    mask_ids(bed->told.ptr);
    lamb_buf_fini(&caller.got);
    return was_refused;
}

#define HEAD " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
#define GET(target) "GET " target HEAD "\r\n"

static const char *const requests[] = {
    GET("/2015-03-31/functions/f?Qualifier=1"),
    GET("/2015-03-31/functions/f:1/configuration"),
    GET("/2015-03-31/functions/?MaxItems=1&FunctionVersion=ALL"),
    GET("/2015-03-31/functions/f/policy"),
    GET("/2018-10-31/layers?CompatibleRuntime=provided.al2023"),
    "POST /2015-03-31/functions/f/aliases" HEAD "Content-Length: 34\r\n\r\n"
    "{\"Name\":\"a\",\"FunctionVersion\":\"1\"}",
    GET("/2015-03-31/functions/f/aliases/a"),
    "DELETE /2017-03-31/tags/" ARN "?tagKeys=a&tagKeys=b" HEAD "\r\n",
    "DELETE /2015-03-31/functions/f/aliases/a" HEAD "\r\n",
};

static void
the_same_over_http(void **state)
{
    static const struct ask furniture[] = {
        WITH_CODE("CreateFunction",
                  "{" F "," ROLE ",\"Runtime\":\"provided.al2023\","
                  "\"Handler\":\"handler.handler\",\"Tags\":{\"a\":\"b\"}}"),
        PLAIN("PublishVersion", "{" F "}"),
    };
    struct bed beds[2]; /* the second runs short */

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(beds); i++) {
        bed_open(&beds[i]);
        for (size_t k = 0; k < LAMB_COUNT(furniture); k++)
            (void)call(&beds[i], &furniture[k], 0);
    }
    for (size_t i = 0; i < LAMB_COUNT(requests); i++) {
        int at = 1;

        (void)call_over_http(&beds[0], requests[i], 0);
        assert_true(beds[0].told.len > 0);
        for (; call_over_http(&beds[1], requests[i], at); at++)
            if (beds[1].told.len && lamb_buf_cstr(&beds[1].told)[0] != '5')
                fail_msg("%.60s: allocation %d failed, and the answer was %s",
                         requests[i], at, lamb_buf_cstr(&beds[1].told));
        assert_string_equal(lamb_buf_cstr(&beds[1].told), lamb_buf_cstr(&beds[0].told));
        print_message("# %.40s: %d allocations, %.20s\n", requests[i], at - 1,
                      lamb_buf_cstr(&beds[0].told));
    }
    for (size_t i = 0; i < LAMB_COUNT(beds); i++)
        bed_close(&beds[i]);
}

/* -- a body ------------------------------------------------------------------------ */

struct heard {
    bool is_whole;
    bool is_right;
};

static void
on_parsed(void *data, struct body *body)
{
    struct heard *heard = data;
    bool was_counting = refuse_is_counting;

    refuse_is_counting = false;
    heard->is_whole = body->is_whole;
    heard->is_right = json_object_get(body->members, "Name") && body->upload &&
                      body->upload->len == 3 && !body->is_bad_upload;
    refuse_is_counting = was_counting;
}

static void
a_body_is_whole_or_says_that_it_is_not(void **state)
{
    static const char text[] = "{\"Name\":\"f\",\"Code\":{\"ZipFile\":\"AAAA\"}}";
    struct heard heard = { 0 };

    (void)state;
    json_set_alloc_funcs(lamb_alloc, free);
    for (int at = 1;; at++) {
        struct lamb_blob *bytes = lamb_blob_copy(lamb_span_str(text));
        bool was_refused;

        assert_non_null(bytes);
        refuse_start(at);
        assert_int_equal(body_parse(NULL, bytes, on_parsed, &heard), 0);
        was_refused = refuse_stop();
        assert_int_equal(heard.is_whole, !was_refused);
        if (!was_refused)
            break;
    }
    assert_true(heard.is_right);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_whole_or_says_that_it_is_not),
        cmocka_unit_test(every_answer_is_whole_or_a_service_exception),
        cmocka_unit_test(the_same_over_http),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
