/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/cgroup.h"

#include "sdk/base/enum.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char hybrid_self[] = "9:name=systemd:/\n"
                                  "8:pids:/\n"
                                  "4:memory:/jobs/14a2\n"
                                  "2:cpu,cpuacct:/batch\n"
                                  "0::/user.slice/one.scope\n";
static const char hybrid_mounts[] =
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:7 - cgroup cgroup "
    "rw,memory\n"
    "37 31 0:34 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

static void
each_tree_is_found_where_it_is_mounted(void **state)
{
    static const char *const want[CGROUP_TREE_N] = {
        [CGROUP_V1_MEMORY] = "/sys/fs/cgroup/memory/jobs/14a2",
        [CGROUP_V1_PIDS] = "/sys/fs/cgroup/pids",
        [CGROUP_V1_CPU] = "/sys/fs/cgroup/cpu,cpuacct/batch",
        [CGROUP_V2] = "/sys/fs/cgroup/unified/user.slice/one.scope",
    };

    (void)state;
    for (int tree = 0; tree < CGROUP_TREE_N; tree++) {
        char got[PATH_MAX];

        assert_int_equal(cgroup_locate(hybrid_self, hybrid_mounts,
                                       (enum cgroup_tree)tree, got, sizeof(got)),
                         0);
        assert_string_equal(got, want[tree]);
    }
}

static void
in_a_container_the_mount_shows_a_part_of_the_tree(void **state)
{
    static const char self[] = "4:memory:/docker/abc/inner\n";
    static const char mounts[] =
        "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
    static const char other[] =
        "35 31 0:32 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
    char got[PATH_MAX];

    (void)state;
    assert_int_equal(cgroup_locate(self, mounts, CGROUP_V1_MEMORY, got, sizeof(got)),
                     0);
    assert_string_equal(got, "/sys/fs/cgroup/memory/inner");
    assert_int_equal(cgroup_locate(self, other, CGROUP_V1_MEMORY, got, sizeof(got)),
                     -ENOENT);
}

static void
what_is_not_there_is_not_found(void **state)
{
    char got[PATH_MAX];

    (void)state;
    assert_int_equal(cgroup_locate("", "", CGROUP_V2, got, sizeof(got)), -ENOENT);
    assert_int_equal(cgroup_locate("0::/\n", "", CGROUP_V2, got, sizeof(got)), -ENOENT);
    assert_int_equal(cgroup_locate("", hybrid_mounts, CGROUP_V1_PIDS, got, sizeof(got)),
                     -ENOENT);
    assert_int_equal(
        cgroup_locate("0::/\n:::\n\n", " - \n- -\n35 31", CGROUP_V2, got, sizeof(got)),
        -ENOENT);
    assert_int_equal(
        cgroup_locate(hybrid_self, hybrid_mounts, CGROUP_V1_MEMORY, got, 8),
        -ENAMETOOLONG);
}

static void
the_kills_are_counted_in_both_versions_texts(void **state)
{
    (void)state;
    assert_int_equal(cgroup_oom_count("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
                     3);
    assert_int_equal(cgroup_oom_count("low 0\nmax 9\noom 2\noom_kill 1\n"
                                      "oom_group_kill 7\n"),
                     1);
    assert_int_equal(cgroup_oom_count(""), 0);
    assert_int_equal(cgroup_oom_count("oom_kill many\n"), 0);
}

static void
without_groups_nothing_is_entered_or_counted(void **state)
{
    struct cgroup_leaf leaf = CGROUP_LEAF_NONE;
    struct cgroups groups = { 0 };
    struct wire_limits limits = { 0 };
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(cgroup_leaf_make(&groups, "x", &leaf, &err), 0);
    assert_int_equal(cgroup_leaf_limit(&leaf, &limits), 0);
    assert_int_equal(cgroup_leaf_enter(&leaf), 0);
    assert_int_equal(cgroup_leaf_oom_kills(&leaf), 0);
    assert_int_equal(cgroup_leaf_remove(&groups, "x"), 0);
    cgroup_leaf_close(&leaf);
}

static void
a_share_of_the_cpu_follows_the_memory_size(void **state)
{
    static const struct {
        enum cpu_means means;
        unsigned memory_mb;
        const char *want;
    } cases[] = {
        { CPU_V2, 1769, "20000 20000" },
        { CPU_V1, 1769, "20000" },
        { CPU_V2, 10240, "115771 20000" },
        { CPU_V1, 128, "1447" },
        { CPU_V2, 0, "max 20000" },
        { CPU_V1, 0, "-1" },
        { CPU_V1, 1, "1000" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        char text[CGROUP_QUOTA_TEXT];

        cgroup_quota_text(cases[i].means, cases[i].memory_mb, text);
        assert_string_equal(text, cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_the_cpu_follows_the_memory_size),
        cmocka_unit_test(each_tree_is_found_where_it_is_mounted),
        cmocka_unit_test(in_a_container_the_mount_shows_a_part_of_the_tree),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(the_kills_are_counted_in_both_versions_texts),
        cmocka_unit_test(without_groups_nothing_is_entered_or_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
