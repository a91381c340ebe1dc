/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/loader.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/handler_string.h"
#include "runtime/object.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"
#include "sdk/base/num.h"

enum { ABI = 1 }; /* lamb_abi_1 of lamb.h */

static const char *
task_root(void)
{
    const char *root = getenv("LAMBDA_TASK_ROOT");

    return root && *root ? root : ".";
}

/* The first candidate that is there, into PATH; or all of them, for the message. */
static int
find_file(const struct lamb_handler_string *handler, struct lamb_buf *path,
          struct lamb_buf *ret_tried)
{
    for (unsigned i = 0; i < LAMB_HANDLER_CANDIDATES; i++) {
        struct stat st;

        lamb_buf_clear(path);
        if (lamb_handler_string_candidate(handler, task_root(), i, path))
            return lamb_buf_error(path);
        if (stat(path->ptr, &st) == 0 && S_ISREG(st.st_mode))
            return 0;
        lamb_buf_printf(ret_tried, "%s%s", i ? ", " : "", path->ptr);
    }
    return -ENOENT;
}

/*
 * Which version of lamb.h the object at PATH was compiled with: the number in the name
 * of the symbol lamb_abi_N, which it refers to. 0: none found.
 */
static uint64_t
wanted_abi(const char *path)
{
    static const char mark[] = "lamb_abi_";
    LAMB_AUTOFD int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint64_t wanted = 0;
    struct stat st;
    const char *found;
    size_t digits;
    void *map;

    if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0)
        return 0;
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return 0;
    for (const char *at = map, *end = at + st.st_size; at < end; at = found) {
        found = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1);
        if (!found)
            break;
        found += sizeof(mark) - 1;
        digits = strnlen(found, (size_t)(end - found));
        if (lamb_parse_u64(lamb_span_of(found, digits), 1, UINT32_MAX, &wanted) == 0)
            break;
    }
    (void)munmap(map, (size_t)st.st_size);
    return wanted;
}

/* What the dynamic linker means, and what to do about it; "" when it speaks clearly. */
static const char *
advice(const char *text)
{
    static const struct {
        const char *mark;
        const char *advice;
    } known[] = {
        { "undefined symbol: lamb_",
          " (this bootstrap, lamb " LAMB_VERSION
          ", does not have that function: ship the "
          "bootstrap that came with the headers it was compiled with)" },
        { "undefined symbol: ",
          " (nothing that it is linked with defines this: add the library to its link "
          "line)" },
        { "cannot open shared object file",
          " (a library that it needs is missing: put it into lib/ of the package)" },
        { "version `GLIBC", " (it was built on a newer system than the one it runs on: "
                            "build it on Debian "
                            "12 or Amazon Linux 2023)" },
        { "cannot dynamically load", " (it is a program: link it with -shared)" },
    };

    for (size_t i = 0; i < LAMB_COUNT(known); i++)
        if (strstr(text, known[i].mark))
            return known[i].advice;
    return "";
}

/*
 * Whether the header of PATH already says why it cannot be loaded. The dynamic linker
 * has "No such file or directory" for an object of another machine.
 */
static bool
judged_by_header(const char *path, char *ret, size_t size)
{
    LAMB_AUTOFD int fd = open(path, O_RDONLY | O_CLOEXEC);
    char head[LAMB_OBJECT_HEAD];
    ssize_t n = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);

    return n >= 0 && lamb_object_judge(lamb_span_of(head, (size_t)n), ret, size);
}

/* What the linker says of a library that PATH needs does not name PATH itself. */
static void
tell_linkers_word(const char *path, const char *text, struct lamb_failure *failure)
{
    bool named = strncmp(text, path, strlen(path)) == 0;

    lamb_failure_set(failure, "Runtime.ImportModuleError", "cannot load %s%s%s%s",
                     named ? "" : path, named ? "" : ": ", text, advice(text));
}

static int
refuse_object(const char *path, const char *text, struct lamb_failure *failure)
{
    uint64_t abi = strstr(text, "undefined symbol: lamb_") ? wanted_abi(path) : 0;
    char cause[256];

    if (judged_by_header(path, cause, sizeof(cause)))
        lamb_failure_set(failure, "Runtime.ImportModuleError", "cannot load %s (%s)",
                         path, cause);
    else if (abi && abi != ABI)
        lamb_failure_set(
            failure, "Runtime.AbiMismatch",
            "%s was compiled with lamb.h of interface version %llu, and this "
            "bootstrap (lamb " LAMB_VERSION ") offers version %d: compile it "
            "with the headers of this bootstrap, or ship the bootstrap that "
            "came with its headers",
            path, (unsigned long long)abi, ABI);
    else
        tell_linkers_word(path, text, failure);
    return -1;
}

/* Whether the handler is there under the name that C++ gives it. */
static bool
has_cplusplus_name(void *object, const char *symbol)
{
    char mangled[PATH_MAX];

    return lamb_format(mangled, sizeof(mangled), "_Z%zu%sP15lamb_invocation",
                       strlen(symbol), symbol) == 0 &&
           dlsym(object, mangled);
}

/* What dlsym finds becomes the function pointer at RET; C has no cast for this. */
static bool
find_function(void *object, const char *name, void *ret)
{
    void *address = dlsym(object, name);

    memcpy(ret, &address, sizeof(address));
    return address;
}

static void
find_hook(void *object, const char *symbol, const char *suffix, void *ret)
{
    char name[PATH_MAX];

    if (lamb_format(name, sizeof(name), "%s_%s", symbol, suffix) == 0)
        (void)find_function(object, name, ret);
}

static int
find_symbols(void *object, const char *path, const char *symbol, struct lamb_entry *ret,
             struct lamb_failure *failure)
{
    if (!find_function(object, symbol, &ret->handler.fn)) {
        lamb_failure_set(
            failure, "Runtime.HandlerNotFound", "%s has no function '%s'%s", path,
            symbol,
            has_cplusplus_name(object, symbol)
                ? ": in C++ it has to be declared extern \"C\""
                : ": is the name right, and is it neither static nor hidden?");
        return -1;
    }
    find_hook(object, symbol, "init", &ret->handler.init);
    find_hook(object, symbol, "shutdown", &ret->handler.shutdown);
    (void)find_function(object, "lamb_border_handler", &ret->border_handler);
    (void)find_function(object, "lamb_border_init", &ret->border_init);
    (void)find_function(object, "lamb_border_shutdown", &ret->border_shutdown);
    return 0;
}

int
lamb_loader_find(const void *data, const char *handler_string, struct lamb_entry *ret,
                 struct lamb_failure *failure)
{
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(PATH_MAX);
    LAMB_AUTOBUF struct lamb_buf tried = LAMB_BUF_INIT(4 * PATH_MAX);
    struct lamb_handler_string handler;
    void *object;
    int r;

    (void)data;
    if (lamb_handler_string_parse(lamb_span_str(handler_string), &handler)) {
        lamb_failure_set(
            failure, "Runtime.MalformedHandlerName",
            "_HANDLER is '%s', which is not FILE.SYMBOL: function 'handler' "
            "of hello.so is hello.handler",
            handler_string);
        return -1;
    }
    r = find_file(&handler, &path, &tried);
    if (r && r != -ENOENT) {
        lamb_failure_set(failure, "Runtime.ImportModuleError",
                         "_HANDLER is '%s', and its file cannot be looked for: %s",
                         handler_string, strerror(-r));
        return -1;
    }
    if (r) {
        lamb_failure_set(failure, "Runtime.ImportModuleError",
                         "_HANDLER is '%s', and there is no such file: looked for %s",
                         handler_string, lamb_buf_cstr(&tried));
        return -1;
    }
    object = dlopen(path.ptr, RTLD_NOW | RTLD_LOCAL);
    if (!object)
        return refuse_object(path.ptr, dlerror(), failure);
    ret->handler.name = handler.symbol.ptr; /* to its end, which is that of _HANDLER */
    return find_symbols(object, path.ptr, ret->handler.name, ret, failure);
}
