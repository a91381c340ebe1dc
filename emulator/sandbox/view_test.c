/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/view.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/host.h"
#include "emulator/sandbox/testbed.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

static const struct sandbox_spec plain = { 0 };

/* Put a file below the test's folder. */
static void
put(const struct play *play, const char *name, const char *text, mode_t mode)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", play->dir, name);
    assert_int_equal(files_create(AT_FDCWD, path, text, mode), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void
paths_are_the_host_s(void **state)
{
    struct play *play = play_of(state);
    const char *const dirs[] = { play->task, NULL };
    struct guest *guest = play_guest(
        play, (struct sandbox_spec){ .opt_dirs = dirs, .bootstrap = "/bin/true" });
    const struct sandbox_view *view = sandbox_view(guest->sandbox);

    assert_string_equal(view->task_root, play->task);
    assert_string_equal(view->opt, play->task);
    assert_string_equal(view->bootstrap, "/bin/true");
    assert_int_equal(access(view->tmp, W_OK), 0);
    assert_int_equal(sandbox_uid(guest->sandbox), geteuid());
}

static void
the_host_is_invisible(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);

    assert_string_equal(play_script(guest,
                                    "ls -d /root /home /run /srv /sys /boot /work "
                                    "/etc/shadow /etc/ssh 2>/dev/null; hostname"),
                        "sandbox\n");
    assert_string_equal(play_script(guest, "ls /dev; ls /var"),
                        "fd\nfull\nnull\nrandom\nshm\nstderr\nstdin\nstdout\ntty\n"
                        "urandom\nzero\nruntime\ntask\n");
    assert_string_equal(
        play_script(guest, "getent hosts localhost >/dev/null && "
                           "getent hosts sandbox >/dev/null && "
                           "getent hosts sandbox.localdomain >/dev/null && "
                           "getent hosts sandbox.local >/dev/null && echo yes"),
        "yes\n");
}

static void
the_user_is_nobody_of_the_host_s(void **state)
{
    struct guest *guest = play_guest(play_of(state), plain);
    char want[64];

    (void)snprintf(want, sizeof(want), "%u\nsbx_user1051\n",
                   sandbox_uid(guest->sandbox));
    assert_true(sandbox_uid(guest->sandbox) >= 0x70000000);
    assert_string_equal(play_script(guest, "id -u; id -un"), want);
    assert_string_equal(
        play_script(guest, "grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status | "
                           "cut -f2 | uniq"),
        "0000000000000000\n");
    assert_string_equal(play_script(guest, "kill -9 1 2>/dev/null || echo no"), "no\n");
}

static void
only_own_processes_are_seen(void **state)
{
    struct play *play = play_of(state);
    struct guest *other = play_guest(play, plain);
    struct guest *guest = play_guest(play, plain);

    play_sh(other, 1, "sleep 1000");
    play_until(other, guest_has_started);
    assert_string_equal(play_script(guest, "set -- /proc/[0-9]*; echo $#"), "1\n");
}

static void
code_is_read_only_and_tmp_is_not(void **state)
{
    struct play *play = play_of(state);
    struct guest *guest = play_guest(play, plain);

    put(play, "task/file", "content\n", 0644);
    assert_string_equal(
        play_script(guest,
                    "cat /var/task/file; for d in /var/task /opt /usr /etc / /dev "
                    "/var/runtime /tmp /dev/shm; do touch $d/x 2>/dev/null && echo "
                    "$d; done; stat -c %a /tmp"),
        "content\n/tmp\n/dev/shm\n1777\n");
}

static void
mounts_stay_inside(void **state)
{
    struct play *play = play_of(state);
    LAMB_AUTOFREE char *mounts = malloc(1 << 20);

    (void)play_guest(play, plain);
    assert_non_null(mounts);
    assert_int_equal(files_get(AT_FDCWD, "/proc/self/mountinfo", mounts, 1 << 20), 0);
    assert_null(strstr(mounts, play->dir));
}

static void
make_layers(struct play *play)
{
    char path[80];

    for (const char *const *name = (const char *const[]){ "one", "two", NULL }; *name;
         name++) {
        (void)snprintf(path, sizeof(path), "%s/%s", play->dir, *name);
        assert_int_equal(mkdir(path, 0755), 0);
    }
    put(play, "one/both", "first", 0644);
    put(play, "two/both", "second", 0644);
    put(play, "two/only", " only", 0644);
    put(play, "boot", "#!/bin/sh\necho booted\n", 0755);
}

static void
layers_are_merged_and_the_first_wins(void **state)
{
    struct play *play = play_of(state);
    char one[80], two[80], boot[80];
    const char *const both[] = { one, two, NULL };
    const char *const single[] = { two, NULL };
    struct guest *guest;

    (void)snprintf(one, sizeof(one), "%s/one", play->dir);
    (void)snprintf(two, sizeof(two), "%s/two", play->dir);
    (void)snprintf(boot, sizeof(boot), "%s/boot", play->dir);
    make_layers(play);
    guest = play_guest(play, (struct sandbox_spec){ .opt_dirs = both });
    assert_string_equal(play_script(guest, "cat /opt/both /opt/only; ls /opt"),
                        "first onlyboth\nonly\n");
    assert_null(sandbox_view(guest->sandbox)->bootstrap);
    guest = play_guest(play,
                       (struct sandbox_spec){ .opt_dirs = single, .bootstrap = boot });
    assert_string_equal(sandbox_view(guest->sandbox)->bootstrap, "/opt/bootstrap");
    assert_string_equal(play_script(guest, "cat /opt/both; /opt/bootstrap"),
                        "secondbooted\n");
    guest = play_guest(play, (struct sandbox_spec){ .bootstrap = boot });
    assert_string_equal(play_script(guest, "/opt/bootstrap; ls /opt"),
                        "booted\nbootstrap\n");
    put(play, "one/bootstrap", "#!/bin/sh\necho layer\n", 0755);
    guest =
        play_guest(play, (struct sandbox_spec){ .opt_dirs = both, .bootstrap = boot });
    assert_string_equal(play_script(guest, "/opt/bootstrap"), "layer\n");
}

/* Whoever the function is, the folder is his. */
static const char *
guest_says_owner(const struct guest *guest)
{
    static char text[80];
    unsigned uid = guest->play->level == SANDBOX_ROOTLESS /* one id is mapped */
                       ? 993
                       : sandbox_uid(guest->sandbox);

    (void)snprintf(text, sizeof(text), "data\nbefore\n%u\n%u\nnew\nold\n", uid, uid);
    return text;
}

static void
a_local_folder_is_a_file_system_of_the_function(void **state)
{
    struct play *play = play_of(state);
    char folder[80];
    const char *const pairs[] = { folder, "/mnt/data", NULL };
    struct guest *guest;
    struct stat st;

    (void)snprintf(folder, sizeof(folder), "%s/shared", play->dir);
    assert_int_equal(mkdir(folder, 0755), 0);
    put(play, "shared/old", "before", 0644);
    guest = play_guest(play, (struct sandbox_spec){ .file_systems = pairs });
    if (strcmp(play_script(guest, "test -O /mnt/data && echo mine"), "mine\n") != 0) {
        print_message("# the file system of '%s' cannot map ids\n", play->dir);
        skip();
    }
    assert_string_equal(play_script(guest, "cd /mnt; ls; cat data/old; echo; "
                                           "stat -c %u data/old; id -u; "
                                           "touch data/new && ls data; touch x || :"),
                        guest_says_owner(guest));
    (void)snprintf(folder, sizeof(folder), "%s/shared/new", play->dir);
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(st.st_uid, geteuid()); /* on the host it is the folder's owner's */
}

static void
file_systems_have_plain_names(void **state)
{
    static const char *const wrong[] = { "/mnt",   "/mnt/",   "/mnt/a/b",
                                         "/tmp/a", "/mnt/..", "/mnt/a b" };
    struct play *play = play_of(state);

    for (size_t i = 0; i < LAMB_COUNT(wrong); i++) {
        const char *const pairs[] = { "/usr", wrong[i], NULL };
        struct sandbox_spec spec = { .id = "wrong",
                                     .task_dir = "/usr",
                                     .file_systems = pairs };
        struct sandbox_events none = { 0 };
        struct sandbox *sandbox;
        struct lamb_err err = { 0 };

        assert_int_equal(sandbox_new(play->host, &spec, &none, NULL, &sandbox, &err),
                         -EINVAL);
        assert_non_null(strstr(err.text, "/mnt/ and a name"));
    }
}

static void
a_sandbox_that_cannot_be_made_says_why(void **state)
{
    struct play *play = play_of(state);
    struct guest *guest =
        play_ask(play, (struct sandbox_spec){ .task_dir = "/no/such/folder" });

    play_until(guest, guest_is_settled);
    assert_false(guest->is_created);
    assert_non_null(strstr(guest->err.text, "show '/no/such/folder' at /var/task"));
    sandbox_free(guest->sandbox);
    assert_int_equal(play->host->count, 0);
}

int
main(void)
{
    static const struct scene scenes[] = {
        SCENE_BELOW_FULL(paths_are_the_host_s),
        SCENE_APART(the_host_is_invisible),
        SCENE_AT_FULL(the_user_is_nobody_of_the_host_s),
        SCENE_AT_FULL(only_own_processes_are_seen),
        SCENE_APART(code_is_read_only_and_tmp_is_not),
        SCENE_APART(mounts_stay_inside),
        SCENE_APART(a_local_folder_is_a_file_system_of_the_function),
        SCENE_APART(file_systems_have_plain_names),
        SCENE_APART(layers_are_merged_and_the_first_wins),
        SCENE_APART(a_sandbox_that_cannot_be_made_says_why),
    };

    return play_all(scenes, LAMB_COUNT(scenes));
}
