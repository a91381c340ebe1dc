/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/filter.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static struct filter filter;

static int
build(void **state)
{
    (void)state;
    filter_build(&filter);
    return 0;
}

/* Run TRY behind the filter in a process of its own; returns its exit status. */
static int
behind_filter(int (*try)(const struct filter_rule *rule),
              const struct filter_rule *rule)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || filter_install(&filter) < 0)
            _exit(250);
        _exit(try(rule));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* With arguments that the kernel itself would refuse otherwise than the filter. */
static int
call_it(const struct filter_rule *rule)
{
    unsigned long args[4] = { ~0UL, ~0UL, ~0UL, ~0UL };

    args[rule->arg] = rule->mask ? (rule->mask & -rule->mask) : ~0UL;
    return syscall(rule->number, args[0], args[1], args[2], args[3]) == -1 ? errno : 0;
}

static void
every_call_in_the_table_gets_its_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < filter_rule_count; i++) {
        print_message("# %s\n", filter_rules[i].name);
        assert_int_equal(behind_filter(call_it, &filter_rules[i]),
                         filter_rules[i].answer);
    }
}

static void
every_rule_says_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < filter_rule_count; i++)
        assert_true(filter_rules[i].why[0] != '\0');
}

static int
live_normally(const struct filter_rule *rule)
{
    int status;
    pid_t pid = fork(); /* clone without namespaces */

    (void)rule;
    if (pid == 0)
        _exit(7);
    return waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7 &&
                   getppid() > 0 && kill(getpid(), 0) == 0
               ? 0
               : 1;
}

static void
an_ordinary_program_runs(void **state)
{
    (void)state;
    assert_int_equal(behind_filter(live_normally, NULL), 0);
}

#if defined(__x86_64__)
static int
call_x32(const struct filter_rule *rule)
{
    (void)rule;
    return syscall(0x40000000 + SYS_getpid) == -1 ? errno : 0;
}

static void
the_calls_of_another_abi_do_not_exist(void **state)
{
    (void)state;
    assert_int_equal(behind_filter(call_x32, NULL), ENOSYS);
}
#endif

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_in_the_table_gets_its_answer),
        cmocka_unit_test(every_rule_says_why),
        cmocka_unit_test(an_ordinary_program_runs),
#if defined(__x86_64__)
        cmocka_unit_test(the_calls_of_another_abi_do_not_exist),
#endif
    };

    return cmocka_run_group_tests(tests, build, NULL);
}
