/* SPDX-License-Identifier: Apache-2.0 */

/* sandbox_means - what a sandbox has: its view, its users, its groups, its network. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "emulator/sandbox/cgroup_text.h"
#include "emulator/sandbox/sandbox_private.h"
#include "sdk/base/auto.h"
#include "sdk/base/log.h"
#include "sdk/base/num.h"

uint32_t
sandbox_number(const struct sandbox *sandbox)
{
    return sandbox->number;
}

struct sandbox *
sandbox_of_node(struct lamb_list *node)
{
    return LAMB_CONTAINER(node, struct sandbox, node);
}

const struct sandbox_view *
sandbox_view(const struct sandbox *sandbox)
{
    return &sandbox->outlook.view;
}

pid_t
sandbox_pid(const struct sandbox *sandbox)
{
    return sandbox->pid;
}

uid_t
sandbox_uid(const struct sandbox *sandbox)
{
    return sandbox->uid;
}

uint64_t
sandbox_memory_peak(struct sandbox *sandbox)
{
    char text[32];
    uint64_t bytes;
    ssize_t n;

    if (sandbox->peak < 0)
        return 0;
    n = pread(sandbox->peak, text, sizeof(text), 0); /* one number: one read */
    if (n <= 0 || lamb_parse_u64(lamb_span_trim(lamb_span_of(text, (size_t)n)), 0,
                                 UINT64_MAX, &bytes) < 0)
        return 0;
    return bytes;
}

void
sandbox_share_cpu(struct sandbox *sandbox, bool is_shared)
{
    char text[CGROUP_QUOTA_TEXT];

    if (sandbox->quota < 0 || sandbox->is_cpu_shared == is_shared)
        return;
    cgroup_quota_text(sandbox->host->cpu, is_shared ? sandbox->memory_mb : 0, text);
    if (pwrite(sandbox->quota, text, strlen(text), 0) < 0)
        lamb_log(LAMB_LOG_WARN, "sandbox", "%s: its share of the CPU cannot be set: %s",
                 sandbox->id, strerror(errno));
    sandbox->is_cpu_shared = is_shared;
}

int
sandbox_take_listener(struct sandbox *sandbox)
{
    return lamb_take_fd(&sandbox->listener);
}
