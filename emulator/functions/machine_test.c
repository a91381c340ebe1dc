/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/machine.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
the_kernels_texts_are_read(void **unused)
{
    struct machine_state state;

    (void)unused;
    machine_parse(LAMB_SPAN("MemTotal:       8000000 kB\nMemFree:  1 kB\n"
                            "MemAvailable:    2048000 kB\nBuffers: 3 kB\n"),
                  LAMB_SPAN("0.20 0.18 0.12 1/80 11206\n"), LAMB_SPAN("62000\n"),
                  LAMB_SPAN("32768\n"), &state);
    assert_true(state.is_known);
    assert_int_equal(state.available_mb, 2000);
    assert_int_equal(state.tasks, 80);
    assert_int_equal(state.tasks_max, 32768);
}

static void
what_cannot_be_read_limits_nothing(void **unused)
{
    static const char *const odd[] = { "", "MemAvailable", "MemTotal: 5 kB", "\n\n:" };
    struct lamb_err err = { 0 };
    struct machine_state state;

    (void)unused;
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        struct lamb_span text = lamb_span_str(odd[i]);

        machine_parse(text, text, text, text, &state);
        assert_false(state.is_known);
        assert_int_equal(machine_decide(&state, 1000000, 5, &err), 0);
    }
}

static void
memory_that_is_reserved_or_promised_is_not_given(void **unused)
{
    struct machine_state state = { .available_mb = 160, .is_known = true };
    struct lamb_err err = { 0 };

    (void)unused;
    assert_int_equal(machine_decide(&state, 128, 0, &err), 0);
    assert_int_equal(machine_decide(&state, 128, 1, &err), 0);
    assert_int_equal(machine_decide(&state, 128, 2, &err), -ENOMEM);
    assert_non_null(strstr(err.text, "160 MB are available"));
    assert_int_equal(machine_decide(&state, 160, 0, &err), -ENOMEM);
}

static void
processes_run_out_too(void **unused)
{
    struct machine_state state = {
        .available_mb = 10000, .tasks = 900, .tasks_max = 1000, .is_known = true
    };
    struct lamb_err err = { 0 };

    (void)unused;
    assert_int_equal(machine_decide(&state, 0, 0, &err), 0);
    assert_int_equal(machine_decide(&state, 0, 4, &err), -EAGAIN);
    assert_non_null(strstr(err.text, "900 of 1000"));
    state.tasks_max = 0;
    assert_int_equal(machine_decide(&state, 0, 4, &err), 0);
}

static void
this_machine_has_room_for_a_test(void **unused)
{
    struct machine machine = { 0 };
    struct lamb_err err = { 0 };

    (void)unused;
    assert_int_equal(machine_has_room(&machine, 0, 0, &err), 0);
    assert_true(machine.state.is_known);
    assert_int_equal(machine_has_room(&machine, UINT64_C(1) << 40, 0, &err), -ENOMEM);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kernels_texts_are_read),
        cmocka_unit_test(what_cannot_be_read_limits_nothing),
        cmocka_unit_test(memory_that_is_reserved_or_promised_is_not_given),
        cmocka_unit_test(processes_run_out_too),
        cmocka_unit_test(this_machine_has_room_for_a_test),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
