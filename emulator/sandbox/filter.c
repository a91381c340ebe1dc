/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sdk/base/enum.h"
#include "sdk/base/err.h"

#if defined(__x86_64__)
#define FILTER_ARCH AUDIT_ARCH_X86_64
#define FILTER_X32_BIT 0x40000000
#elif defined(__aarch64__)
#define FILTER_ARCH AUDIT_ARCH_AARCH64
#else
#error "emulator/sandbox/filter.c: name this machine's AUDIT_ARCH"
#endif

/* CLONE_NEWTIME shares its bit with the exit signal of clone; unshare alone takes it.
 */
#define NEW_NAMESPACES                                                                 \
    ((uint32_t)CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC |             \
     CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP)
#define NEW_TIME_NAMESPACE 0x80U

#define NO(call, why_)                                                                 \
    {                                                                                  \
#call, __NR_##call, 0, 0, EPERM, why_                                          \
    }
#define NO_SUCH(call, why_)                                                            \
    {                                                                                  \
#call, __NR_##call, 0, 0, ENOSYS, why_                                         \
    }
#define NO_FLAG(call, arg_, mask_, why_)                                               \
    {                                                                                  \
#call, __NR_##call, arg_, mask_, EPERM, why_                                   \
    }

/* clang-format off */
const struct filter_rule filter_rules[] = {
    NO(acct, "writes a log of the whole machine"),
    NO(add_key, "keys belong to the user, not to the sandbox"),
    NO(bpf, "programs in the kernel"),
    NO(chroot, "changes the view"),
    NO_FLAG(clone, 0, NEW_NAMESPACES, "new namespaces give capabilities in them"),
    NO_SUCH(clone3, "its flags lie in memory; libcs fall back to clone"),
    NO(delete_module, "kernel modules"),
    NO(finit_module, "kernel modules"),
    NO(fsconfig, "mounts"),
    NO(fsmount, "mounts"),
    NO(fsopen, "mounts"),
    NO(fspick, "mounts"),
    NO(init_module, "kernel modules"),
    NO(kexec_file_load, "another kernel"),
    NO(kexec_load, "another kernel"),
    NO(keyctl, "keys belong to the user, not to the sandbox"),
    NO(lookup_dcookie, "kernel profiling"),
    NO(mount, "changes the view"),
    NO(mount_setattr, "changes the view"),
    NO(move_mount, "changes the view"),
    NO(nfsservctl, "kernel server"),
    NO(open_by_handle_at, "opens what the view does not show"),
    NO(open_tree, "changes the view"),
    NO(perf_event_open, "watches the whole machine"),
    NO(pivot_root, "changes the view"),
    NO(quotactl, "limits of the machine's users"),
    NO(reboot, "the machine is not ours"),
    NO(request_key, "keys belong to the user, not to the sandbox"),
    NO(setdomainname, "names the machine"),
    NO(sethostname, "names the machine"),
    NO(setns, "enters other namespaces"),
    NO(swapoff, "the machine's memory"),
    NO(swapon, "the machine's memory"),
    NO(syslog, "the kernel's log"),
    NO(umount2, "changes the view"),
    NO_FLAG(unshare, 0, NEW_NAMESPACES | NEW_TIME_NAMESPACE,
            "new namespaces give capabilities in them"),
    NO(userfaultfd, "stops the kernel in the middle of a copy"),
    NO(vhangup, "the machine's terminals"),
#if defined(__x86_64__)
    NO(ioperm, "the machine's hardware"),
    NO(iopl, "the machine's hardware"),
#endif
};
/* clang-format on */
const size_t filter_rule_count = LAMB_COUNT(filter_rules);

static void
emit(struct filter *filter, struct sock_filter code)
{
    lamb_assert(filter->len < FILTER_MAX);
    filter->code[filter->len++] = code;
}

static void
emit_load(struct filter *filter, size_t offset)
{
    emit(filter,
         (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void
emit_answer(struct filter *filter, int answer)
{
    uint32_t data = SECCOMP_RET_ERRNO | ((uint32_t)answer & SECCOMP_RET_DATA);

    emit(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, data));
}

/* Unless the accumulator compares so to VALUE, jump over the next COUNT instructions.
 */
static void
emit_unless(struct filter *filter, uint16_t comparison, uint32_t value, uint8_t count)
{
    uint16_t code = (uint16_t)(BPF_JMP | BPF_K | comparison);

    emit(filter, (struct sock_filter)BPF_JUMP(code, value, 0, count));
}

static void
emit_rule(struct filter *filter, const struct filter_rule *rule)
{
    if (!rule->mask) {
        emit_unless(filter, BPF_JEQ, (uint32_t)rule->number, 1);
        emit_answer(filter, rule->answer);
        return;
    }
    emit_unless(filter, BPF_JEQ, (uint32_t)rule->number, 4);
    /* The low half: namespace flags fit in it, and both machines are little-endian. */
    emit_load(filter, offsetof(struct seccomp_data, args) +
                          rule->arg * sizeof(((struct seccomp_data *)0)->args[0]));
    emit_unless(filter, BPF_JSET, rule->mask, 1);
    emit_answer(filter, rule->answer);
    emit_load(filter, offsetof(struct seccomp_data, nr));
}

void
filter_build(struct filter *filter)
{
    filter->len = 0;
    emit_load(filter, offsetof(struct seccomp_data, arch));
    /* Another machine's calls (int 0x80) have other numbers: none of them. */
    emit(filter,
         (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_K | BPF_JEQ, FILTER_ARCH, 1, 0));
    emit_answer(filter, ENOSYS);
    emit_load(filter, offsetof(struct seccomp_data, nr));
#ifdef FILTER_X32_BIT
    emit_unless(filter, BPF_JGE, FILTER_X32_BIT, 1);
    emit_answer(filter, ENOSYS);
#endif
    for (size_t i = 0; i < filter_rule_count; i++)
        emit_rule(filter, &filter_rules[i]);
    emit(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

int
filter_install(const struct filter *filter)
{
    struct sock_filter *code = (struct sock_filter *)(uintptr_t)filter->code;
    struct sock_fprog prog = { .len = filter->len, .filter = code };

    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
        return -errno;
    return 0;
}
