/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/limit_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/sandbox/terms.h"
#include "sdk/base/enum.h"

/* Every combination that a machine can have. */
static void
each_machine(void (*fn)(const struct sandbox_abilities *a))
{
    for (int memory = 0; memory < MEMORY_MEANS_N; memory++)
        for (int processes = 0; processes < PROCESSES_MEANS_N; processes++)
            for (int tmp = 0; tmp < TMP_MEANS_N; tmp++)
                for (int cpu = 0; cpu < CPU_MEANS_N; cpu++) {
                    struct sandbox_abilities a = {
                        .memory = memory_means_text((enum memory_means)memory),
                        .processes =
                            processes_means_text((enum processes_means)processes),
                        .tmp = tmp_means_text((enum tmp_means)tmp),
                        .cpu = cpu_means_text((enum cpu_means)cpu),
                    };

                    fn(&a);
                }
}

static void
check_all(const struct sandbox_abilities *a)
{
    for (int limit = 0; limit < LIMIT_KIND_N; limit++) {
        const struct limit_rule *rule = limit_in_force((enum limit_kind)limit, a);

        assert_int_equal(rule->limit, limit);
        assert_true(strlen(rule->how) > 0);
    }
}

static void
every_machine_has_a_rule_for_every_limit(void **state)
{
    (void)state;
    each_machine(check_all);
}

static void
check_tmp_is_memory(const struct sandbox_abilities *a)
{
    const struct limit_rule *rule = limit_in_force(LIMIT_MEMORY, a);
    bool is_raised = strcmp(a->tmp, "tmpfs") == 0;
    bool is_polled = strcmp(a->memory, "polling") == 0;

    assert_int_equal(rule->strength[SANDBOX_FULL],
                     is_raised || is_polled ? LIMIT_APPROXIMATE : LIMIT_EXACT);
}

static void
memory_is_exact_unless_polled_or_raised_for_tmp(void **state)
{
    (void)state;
    each_machine(check_tmp_is_memory);
}

static void
check_means(const struct sandbox_abilities *a)
{
    const struct limit_rule *tmp = limit_in_force(LIMIT_TMP, a);
    const struct limit_rule *cpu = limit_in_force(LIMIT_CPU, a);

    assert_string_equal(tmp->means, a->tmp);
    assert_string_equal(cpu->means, a->cpu);
}

static void
the_rule_in_force_is_that_of_the_means(void **state)
{
    (void)state;
    each_machine(check_means);
}

static void
count_line(void *data, const char *line)
{
    size_t *count = data;

    print_message("# %s\n", line);
    assert_int_equal(line[0], '|');
    *count += 1;
}

static void
the_page_shows_every_rule(void **state)
{
    size_t count = 0;

    (void)state;
    limits_draw(count_line, &count);
    assert_int_equal(count, limit_rule_count + 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_machine_has_a_rule_for_every_limit),
        cmocka_unit_test(memory_is_exact_unless_polled_or_raised_for_tmp),
        cmocka_unit_test(the_rule_in_force_is_that_of_the_means),
        cmocka_unit_test(the_page_shows_every_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
