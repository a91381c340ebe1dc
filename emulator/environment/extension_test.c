/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "emulator/environment/extension.h"

/* The whole table: where each event leads from each state; "-" is refused. */
static void
test_every_step_is_as_the_table_says(void **state)
{
    static const char *const wanted[EXTENSION_STATE_N][EXTENSION_EVENT_N] = {
        [EXTENSION_STARTED] = { "Registered", "-", "-", "-", "-", "Exited",
                                "LaunchError" },
        [EXTENSION_REGISTERED] = { "-", "Ready", "-", "InitError", "-", "Exited", "-" },
        [EXTENSION_READY] = { "-", "-", "Running", "-", "ExitError", "Exited", "-" },
        [EXTENSION_RUNNING] = { "-", "Ready", "-", "-", "ExitError", "Exited", "-" },
        [EXTENSION_INIT_ERROR] = { "-", "-", "-", "InitError", "-", "Exited", "-" },
        [EXTENSION_EXIT_ERROR] = { "-", "-", "-", "-", "ExitError", "Exited", "-" },
        [EXTENSION_EXITED] = { "-", "-", "-", "-", "-", "-", "-" },
        [EXTENSION_LAUNCH_ERROR] = { "-", "-", "-", "-", "-", "-", "-" },
    };

    (void)state;
    for (int from = 0; from < EXTENSION_STATE_N; from++)
        for (int event = 0; event < EXTENSION_EVENT_N; event++) {
            enum extension_state now = (enum extension_state)from;
            enum extension_state to;
            int r = extension_step(&now, (enum extension_event)event, &to);

            if (wanted[from][event][0] == '-') {
                assert_int_equal(r, EXTENSION_E_REFUSED);
                assert_int_equal(now, from);
            } else {
                assert_int_equal(r, 0);
                assert_string_equal(extension_state_text(now), wanted[from][event]);
            }
            assert_in_range(to, 0, EXTENSION_STATE_N - 1);
        }
}

static void
test_a_crew_has_ten_at_most_and_finds_each(void **state)
{
    struct crew crew = { 0 };
    char name[16];

    (void)state;
    for (unsigned i = 0; i < EXTENSIONS_MAX; i++) {
        struct extension *added;

        (void)snprintf(name, sizeof(name), "e%u", i);
        added = crew_add(&crew, lamb_span_str(name));
        assert_non_null(added);
        (void)snprintf(added->id, sizeof(added->id), "id-%u", i);
        added->proc = i + 1;
    }
    assert_null(crew_add(&crew, LAMB_SPAN("eleventh")));
    assert_ptr_equal(crew_find_name(&crew, LAMB_SPAN("e3")), &crew.list[3]);
    assert_ptr_equal(crew_find_id(&crew, LAMB_SPAN("ID-4")), &crew.list[4]);
    assert_ptr_equal(crew_find_proc(&crew, 6), &crew.list[5]);
    assert_null(crew_find_name(&crew, LAMB_SPAN("other")));
    assert_null(crew_find_id(&crew, LAMB_SPAN("")));
    assert_null(crew_find_proc(&crew, 0));
}

static void
test_a_crew_is_ready_when_every_one_waits(void **state)
{
    struct crew crew = { 0 };
    struct extension *external;
    struct extension *internal;

    (void)state;
    assert_true(crew_is_registered(&crew));
    assert_true(crew_is_ready(&crew));
    assert_false(crew_has_external(&crew));
    internal = crew_add(&crew, LAMB_SPAN("internal"));
    internal->is_internal = true;
    internal->state = EXTENSION_READY;
    assert_false(crew_has_external(&crew));
    external = crew_add(&crew, LAMB_SPAN("external"));
    assert_true(crew_has_external(&crew));
    assert_false(crew_is_registered(&crew));
    external->state = EXTENSION_REGISTERED;
    assert_true(crew_is_registered(&crew));
    assert_false(crew_is_ready(&crew));
    external->state = EXTENSION_READY;
    assert_true(crew_is_ready(&crew));
    internal->state = EXTENSION_RUNNING;
    assert_false(crew_is_ready(&crew));
}

static void
test_wishes_are_listed(void **state)
{
    struct extension extension = { 0 };
    char list[EXTENSION_WISHES_SIZE];

    (void)state;
    extension_list_wishes(&extension, list);
    assert_string_equal(list, "");
    extension.wishes[EXTENSION_SHUTDOWN] = true;
    extension_list_wishes(&extension, list);
    assert_string_equal(list, "SHUTDOWN");
    extension.wishes[EXTENSION_INVOKE] = true;
    extension_list_wishes(&extension, list);
    assert_string_equal(list, "INVOKE,SHUTDOWN");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_step_is_as_the_table_says),
        cmocka_unit_test(test_a_crew_has_ten_at_most_and_finds_each),
        cmocka_unit_test(test_a_crew_is_ready_when_every_one_waits),
        cmocka_unit_test(test_wishes_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
