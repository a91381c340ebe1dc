/* SPDX-License-Identifier: Apache-2.0 */

/* The zone, from metadata endpoints good and bad; it is asked once. */

#include <lamb/lamb.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/play.h"
#include "sdk/base/enum.h"

#define REQUEST                                                                        \
    "GET /2026-01-15/metadata/execution-environment HTTP/1.1\r\n"                      \
    "Host: 127.0.0.1:"
#define SAYS(body) "HTTP/1.1 200 OK\r\n\r\n" body

static int
forget(void **state)
{
    (void)state;
    (void)unsetenv("AWS_LAMBDA_METADATA_API");
    (void)unsetenv("AWS_LAMBDA_METADATA_TOKEN");
    return 0;
}

static void
use(const char *endpoint)
{
    assert_int_equal(setenv("AWS_LAMBDA_METADATA_API", endpoint, 1), 0);
    assert_int_equal(setenv("AWS_LAMBDA_METADATA_TOKEN", "t0k", 1), 0);
}

/* An endpoint that says TEXT, once; the zone must be unknown. */
static void
expect_unknown(const char *text)
{
    const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, "\r\nAuthorization: Bearer t0k\r\n" },
        { PLAY_SEND, text },
    };
    struct play play;

    PLAY_START(&play, steps);
    use(play.endpoint);
    assert_null(lamb_availability_zone_id(NULL));
    play_finish(&play);
    play_fini(&play);
}

static void
without_a_zone_it_is_not_known(void **state)
{
    static const char *const answers[] = {
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
        SAYS(""),
        SAYS("{}"),
        SAYS("no JSON"),
        SAYS("{\"AvailabilityZoneID\":"),
        SAYS("{\"AvailabilityZoneID\":null,\"Other\":\"x\"}"),
        SAYS("{\"AvailabilityZoneID\":\"\"}"),
        SAYS("{\"AvailabilityZoneID\":"
             "\"0123456789012345678901234567890123456789012345678"
             "901234567890123\"}"),
        SAYS("{\"In\":{\"AvailabilityZoneID\":\"use1-az1\"}}"),
        SAYS("[\"AvailabilityZoneID\",\"use1-az1\"]"),
        "not even HTTP\r\n\r\n",
        "",
    };

    (void)state;
    assert_null(lamb_availability_zone_id(NULL)); /* no endpoint */
    use("nowhere");
    assert_null(lamb_availability_zone_id(NULL));
    use("127.0.0.1:1");
    assert_null(lamb_availability_zone_id(NULL));
    for (size_t i = 0; i < LAMB_COUNT(answers); i++)
        expect_unknown(answers[i]);
}

/* Last: what was found is kept for the rest of the process. */
static void
the_zone_is_asked_for_once(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, REQUEST },
        { PLAY_SEND, SAYS("{\"New\":[{\"a\\\"\":\":\"}],\"X\":\"AvailabilityZoneID\", "
                          "\"AvailabilityZoneID\" : \"use1-az1\"}") },
        { PLAY_CLOSE, "" },
    };
    struct play play;

    (void)state;
    PLAY_START(&play, steps);
    use(play.endpoint);
    assert_string_equal(lamb_availability_zone_id(NULL), "use1-az1");
    play_finish(&play);
    play_fini(&play);
    assert_string_equal(lamb_availability_zone_id(NULL), "use1-az1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_a_zone_it_is_not_known, forget),
        cmocka_unit_test_teardown(the_zone_is_asked_for_once, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
