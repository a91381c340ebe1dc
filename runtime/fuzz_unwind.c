/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whatever is mapped as code: its headers and unwind tables are read within it, and the
 * walk ends. Reading the stack may fail by a signal, as it may in a crash.
 */

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/unwind.h"
#include "sdk/base/auto.h"
#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    STACK_WORDS = 256,
    STEPS_MAX = 64,
    FIRST = 0x280,
    PLACES = 32,
    STEP = 8,
    SIZE_MAX_READ = 65536
};

static sigjmp_buf probe;

static void
on_signal(int number)
{
    (void)number;
    siglongjmp(probe, 1);
}

/* Walk from PC, with a stack whose words are all addresses of that code. */
static void
walk(uintptr_t pc, uintptr_t *stack)
{
    static volatile int steps;
    static struct lamb_unwind unwind;
    static ucontext_t context;

    for (size_t i = 0; i < STACK_WORDS; i++)
        stack[i] = pc + i;
    steps = 0;
    memset(&context, 0, sizeof(context));
#if defined(__x86_64__)
    context.uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
    context.uc_mcontext.gregs[REG_RSP] = (greg_t)(uintptr_t)stack;
    context.uc_mcontext.gregs[REG_RBP] = (greg_t)(uintptr_t)(stack + STACK_WORDS / 2);
#else
    context.uc_mcontext.pc = pc;
    context.uc_mcontext.sp = (uintptr_t)stack;
    context.uc_mcontext.regs[29] = (uintptr_t)(stack + STACK_WORDS / 2);
#endif
    if (sigsetjmp(probe, 1))
        return;
    lamb_unwind_start(&unwind, &context);
    while (steps < STEPS_MAX && lamb_unwind_step(&unwind))
        steps++;
}

static void
walk_everywhere(uintptr_t start)
{
    static uintptr_t stack[STACK_WORDS];
    const struct lamb_image *image;

    lamb_images_read();
    image = lamb_image_of(start);
    lamb_assert(image && image->is_code && image->start == start);
    lamb_assert(image->unwind == 0 ||
                (image->unwind >= image->start && image->unwind <= image->end));
    lamb_assert(image->build_id_len <= LAMB_BUILD_ID_MAX);
    for (uintptr_t place = 0; place < PLACES; place++)
        walk(start + FIRST + place * STEP, stack);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_NODEFER };
    struct sigaction old_segv, old_bus;
    LAMB_AUTOFD int fd = memfd_create("fuzz", MFD_CLOEXEC);
    void *map;

    if (size == 0 || size > SIZE_MAX_READ)
        return 0;
    lamb_assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    map = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    lamb_assert(map != MAP_FAILED);
    (void)sigaction(SIGSEGV, &action, &old_segv);
    (void)sigaction(SIGBUS, &action, &old_bus);
    walk_everywhere((uintptr_t)map);
    (void)sigaction(SIGSEGV, &old_segv, NULL);
    (void)sigaction(SIGBUS, &old_bus, NULL);
    (void)munmap(map, size);
    return 0;
}
