/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_AUTO_H
#define LAMB_BASE_AUTO_H

/*
 * auto - owners that clean up when their scope is left.
 *
 * Declare with an empty value on the same line (LAMB_AUTOFD int fd = -EBADF;) and
 * hand over with lamb_take_fd or lamb_take_ptr, the only way out of the scope. errno
 * survives every cleaner.
 *
 * Owns:    what the variable holds, until the scope is left.
 * Threads: any; a variable belongs to the one whose scope it is in.
 */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
lamb_cleanup_fd(const int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        (void)close(*fd); /* once: on Linux the number is free even after EINTR */
    errno = saved;
}

static inline void
lamb_cleanup_free(void *ptr)
{
    int saved = errno;

    free(*(void **)ptr);
    errno = saved;
}

#define LAMB_AUTOFD __attribute__((cleanup(lamb_cleanup_fd)))
#define LAMB_AUTOFREE __attribute__((cleanup(lamb_cleanup_free)))
#define LAMB_AUTO(fn) __attribute__((cleanup(fn)))

static inline int
lamb_take_fd(int *fd)
{
    int taken = *fd;

    *fd = -EBADF;
    return taken;
}

static inline void *
lamb_take_ptr_(void *slot)
{
    void *taken = *(void **)slot;

    *(void **)slot = NULL;
    return taken;
}
#define lamb_take_ptr(slot) ((__typeof__(*(slot)))lamb_take_ptr_(slot))

/* Close *fd if it is open and mark it closed. */
static inline void
lamb_close(int *fd)
{
    lamb_cleanup_fd(fd);
    *fd = -EBADF;
}

#endif
