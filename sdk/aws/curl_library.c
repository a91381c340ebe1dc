/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/curl_library.h"
#include "sdk/base/enum.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* Built against OpenSSL or, on some Debian systems alone, GnuTLS. */
static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct {
    struct lamb_curl functions;
    struct lamb_err failure;
} library;

/* Of the first object, which is the program itself: has it an interpreter? */
static int
find_interpreter(struct dl_phdr_info *info, size_t size, void *ret)
{
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_INTERP)
            *(bool *)ret = true;
    return 1;
}

static bool
is_static(void)
{
    bool has_interpreter = false;

    (void)dl_iterate_phdr(find_interpreter, &has_interpreter);
    return !has_interpreter;
}

static void *
open_any(void)
{
    for (size_t i = 0; i < LAMB_COUNT(names); i++) {
        void *handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);

        if (handle)
            return handle;
    }
    return NULL;
}

static int
resolve(void *handle)
{
    struct lamb_curl *f = &library.functions;
    const struct {
        const char *name;
        void *slot;
    } wanted[] = {
        { "curl_global_init", &f->global_init },
        { "curl_easy_init", &f->easy_init },
        { "curl_easy_cleanup", &f->easy_cleanup },
        { "curl_easy_reset", &f->easy_reset },
        { "curl_easy_setopt", &f->easy_setopt },
        { "curl_easy_getinfo", &f->easy_getinfo },
        { "curl_easy_perform", &f->easy_perform },
        { "curl_easy_strerror", &f->easy_strerror },
        { "curl_slist_append", &f->slist_append },
        { "curl_slist_free_all", &f->slist_free_all },
    };

    for (size_t i = 0; i < LAMB_COUNT(wanted); i++) {
        void *function = dlsym(handle, wanted[i].name);

        if (!function)
            return lamb_refuse(&library.failure, -ENOSYS, "libcurl has no %s",
                               wanted[i].name);
        (void)memcpy(wanted[i].slot, &function, sizeof(function));
    }
    return 0;
}

static void
load(void)
{
    void *handle;

    if (is_static()) {
        (void)lamb_refuse(&library.failure, -ENOSYS,
                          "this program is linked statically and cannot load libcurl; "
                          "link it dynamically to call AWS");
        return;
    }
    handle = open_any();
    if (!handle) {
        (void)lamb_refuse(
            &library.failure, -ENOSYS,
            "libcurl.so.4 cannot be loaded: %s; put it into the function's "
            "lib folder or a layer's",
            dlerror());
        return;
    }
    if (resolve(handle) != 0)
        return;
    if (library.functions.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        (void)lamb_refuse(&library.failure, -ENOSYS, "libcurl cannot be initialised");
}

const struct lamb_curl *
lamb_curl_load(struct lamb_err *err)
{
    (void)pthread_once(&once, load);
    if (library.failure.code == 0)
        return &library.functions;
    if (err)
        *err = library.failure;
    return NULL;
}
